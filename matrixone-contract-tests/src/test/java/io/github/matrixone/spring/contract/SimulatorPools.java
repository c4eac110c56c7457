package io.github.matrixone.spring.contract;

import javax.sql.DataSource;

import io.github.matrixone.spring.simulator.MatrixOneSimulator;

/**
 * Further pools on a simulator's database.
 */
final class SimulatorPools {

	private SimulatorPools() {
	}

	static DataSource wrap(DataSource pool) {
		return new MatrixOneSimulator(pool).dataSource();
	}

}
