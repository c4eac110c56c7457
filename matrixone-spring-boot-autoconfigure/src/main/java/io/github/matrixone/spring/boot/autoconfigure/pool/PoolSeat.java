package io.github.matrixone.spring.boot.autoconfigure.pool;

import javax.sql.DataSource;

import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * Knows how to get between the pools of one make and their drivers.
 */
interface PoolSeat {

	/**
	 * Have a pool make its connections those of MatrixOne, if they may lead there. The
	 * pool is not started by this.
	 * @param dataSource any data source
	 * @param connections makes them those of MatrixOne
	 * @return whether the data source is of this make
	 */
	boolean take(DataSource dataSource, MatrixOneConnections connections);

}
