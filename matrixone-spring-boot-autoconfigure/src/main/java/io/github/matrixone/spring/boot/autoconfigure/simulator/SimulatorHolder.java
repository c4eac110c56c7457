package io.github.matrixone.spring.boot.autoconfigure.simulator;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.boot.autoconfigure.DataSourceWrapper;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.simulator.MatrixOneSimulator;

/**
 * Makes the simulator when the application's data source is, and keeps it for the
 * operations.
 */
final class SimulatorHolder implements DataSourceWrapper {

	private @Nullable MatrixOneSimulator simulator;

	@Override
	public synchronized MatrixOneDataSource wrap(DataSource dataSource) {
		this.simulator = new MatrixOneSimulator(dataSource);
		return this.simulator.dataSource();
	}

	synchronized MatrixOneBackend backend() {
		return requireSimulator().backend();
	}

	/**
	 * Return a connection of the simulator's own, for a command beside a transaction.
	 */
	Connection ownConnection() throws SQLException {
		DataSource ownConnections;
		synchronized (this) {
			ownConnections = requireSimulator().ownConnections();
		}
		return ownConnections.getConnection();
	}

	private MatrixOneSimulator requireSimulator() {
		if (this.simulator == null) {
			throw new IllegalStateException("The simulator needs a DataSource bean to work on");
		}
		return this.simulator;
	}

}
