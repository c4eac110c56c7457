package io.github.matrixone.spring.boot.autoconfigure.pool;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

import javax.sql.DataSource;

import com.alibaba.druid.pool.DruidDataSource;
import com.alibaba.druid.pool.vendor.MySqlValidConnectionChecker;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * The seat of Druid: its driver, below all of its filters.
 */
final class DruidSeat implements PoolSeat {

	private static final String CONNECTOR_J = "com.mysql.cj.jdbc.Driver";

	private static final boolean CONNECTOR_J_PRESENT = ClassUtils.isPresent(CONNECTOR_J,
			DruidSeat.class.getClassLoader());

	@Override
	public boolean take(DataSource dataSource, MatrixOneConnections connections) {
		if (!(dataSource instanceof DruidDataSource pool)) {
			return false;
		}
		if (isTaken(pool.getDriver()) || !JdbcUrls.mayLeadToMatrixOne(pool.getRawJdbcUrl())) {
			return true;
		}
		Driver target = pool.getDriver();
		if (pool.isInited()) {
			restart(pool);
		}
		seat(pool, target, connections);
		return true;
	}

	private static void seat(DruidDataSource pool, @Nullable Driver configured, MatrixOneConnections connections) {
		String className = pool.getDriverClassName();
		Driver target = (configured != null) ? configured : new LazyDriver(className, pool.getDriverClassLoader());
		MatrixOneDriver seat = new MatrixOneDriver(target, connections);
		seat.setInitialStatements(() -> List.copyOf(pool.getConnectionInitSqls()));
		if (CONNECTOR_J_PRESENT && isConnectorJ(configured, className, pool.getRawJdbcUrl())) {
			pool.setDriver(ConnectorJ.driver(seat));
			if (pool.getValidConnectionChecker() == null) {
				pool.setValidConnectionChecker(new MySqlValidConnectionChecker());
			}
		}
		else {
			pool.setDriver(seat);
		}
	}

	private static boolean isTaken(@Nullable Driver driver) {
		return driver instanceof MatrixOneDriver || (CONNECTOR_J_PRESENT && ConnectorJ.isOurs(driver));
	}

	/**
	 * Druid tells by the class of the driver which errors are fatal and how to test a
	 * connection.
	 */
	private static boolean isConnectorJ(@Nullable Driver configured, @Nullable String className, String url) {
		if (configured != null) {
			return configured.getClass().getName().equals(CONNECTOR_J);
		}
		return StringUtils.hasText(className) ? className.startsWith("com.mysql.") : url.startsWith("jdbc:mysql:");
	}

	private static void restart(DruidDataSource pool) {
		try {
			pool.restart();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The pool " + pool.getName() + " is in use before its bean is complete, so "
					+ "that its driver cannot be exchanged. Begin its URL with jdbc:matrixone:", ex);
		}
	}

	private static final class ConnectorJ {

		static Driver driver(MatrixOneDriver seat) {
			try {
				return new MySqlDriver(seat);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		static boolean isOurs(@Nullable Driver driver) {
			return driver instanceof MySqlDriver;
		}

	}

	/**
	 * Passes for Connector/J's driver.
	 */
	private static final class MySqlDriver extends com.mysql.cj.jdbc.Driver {

		private final MatrixOneDriver driver;

		MySqlDriver(MatrixOneDriver driver) throws SQLException {
			this.driver = driver;
		}

		@Override
		public @Nullable Connection connect(String url, Properties info) throws SQLException {
			return this.driver.connect(url, info);
		}

		@Override
		public boolean acceptsURL(String url) throws SQLException {
			return this.driver.acceptsURL(url);
		}

	}

}
