package io.github.matrixone.spring.boot.autoconfigure.pool;

import java.sql.Driver;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.apache.commons.dbcp2.BasicDataSource;

import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * The seat of Commons DBCP: its driver.
 */
final class Dbcp2Seat implements PoolSeat {

	@Override
	public boolean take(DataSource dataSource, MatrixOneConnections connections) {
		if (!(dataSource instanceof BasicDataSource pool)) {
			return false;
		}
		Driver driver = pool.getDriver();
		if (driver instanceof MatrixOneDriver || !JdbcUrls.mayLeadToMatrixOne(pool.getUrl())) {
			return true;
		}
		Driver target = (driver != null) ? driver
				: new LazyDriver(pool.getDriverClassName(), pool.getDriverClassLoader());
		MatrixOneDriver seat = new MatrixOneDriver(target, connections);
		seat.setInitialStatements(pool::getConnectionInitSqls);
		pool.setDriver(seat);
		if (pool.getNumIdle() + pool.getNumActive() > 0) {
			restart(pool);
		}
		return true;
	}

	private static void restart(BasicDataSource pool) {
		try {
			pool.restart();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(
					"The pool of " + pool.getUrl() + " was started before its bean is complete, "
							+ "and cannot be started again. Begin its URL with jdbc:matrixone:",
					ex);
		}
	}

}
