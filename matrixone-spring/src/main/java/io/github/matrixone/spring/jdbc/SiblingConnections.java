package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

import io.github.matrixone.spring.jdbc.connection.ConnectionSource;

/**
 * Gives connections for commands that run beside a transaction, to the server and with
 * the user of the transaction's connection. They must not come from the application's
 * pool, which the transaction may have emptied.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SiblingConnections {

	/**
	 * Return a connection, which the caller closes.
	 * @param source opens connections like that of the transaction
	 * @return a connection of its own
	 * @throws SQLException if none can be had
	 */
	Connection get(ConnectionSource source) throws SQLException;

}
