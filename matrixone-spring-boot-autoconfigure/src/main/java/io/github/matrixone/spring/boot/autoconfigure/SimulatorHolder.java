package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.backend.MatrixOneBackend;
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
		if (this.simulator == null) {
			throw new IllegalStateException("The simulator needs a DataSource bean to work on");
		}
		return this.simulator.backend();
	}

}
