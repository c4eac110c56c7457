package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Knows what a pool sends on each new connection.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface InitialStatements {

	/**
	 * Return the statements.
	 * @return the statements in their order
	 */
	List<String> get();

	/**
	 * Send the statements on a new connection.
	 * @param connection the connection, which is closed if one of them fails
	 * @return the connection
	 * @throws SQLException if a statement fails
	 */
	default Connection sendOn(Connection connection) throws SQLException {
		try {
			for (String sql : get()) {
				try (Statement statement = connection.createStatement()) {
					statement.execute(sql);
				}
			}
			return connection;
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

}
