package io.github.matrixone.spring.jdbc.connection;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Opens connections of one user to one server, beneath any pool. What a
 * {@link MatrixOneConnection} was opened with, so that commands beside its transaction go
 * where the transaction is. Two sources are equal if they open the same connections.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ConnectionSource {

	/**
	 * Open a connection. It belongs to the caller, who closes it.
	 * @return a new connection
	 * @throws SQLException if none can be opened
	 */
	Connection open() throws SQLException;

	/**
	 * Return whether each connection is a new one of the driver. One of a pool may have
	 * to be waited for, and may even be the same again.
	 * @return whether that is certain
	 */
	default boolean opensNewOnes() {
		return false;
	}

}
