package io.github.matrixone.spring.jdbc.connection;

import java.sql.Connection;
import java.sql.SQLException;

import io.github.matrixone.spring.dao.UnsupportedByServerException;

/**
 * Recognizes a MatrixOne at the other end of a connection.
 *
 * @since 0.1
 */
public final class MatrixOneServer {

	private MatrixOneServer() {
	}

	/**
	 * Return whether a connection leads to a MatrixOne server. The driver knows this from
	 * the handshake: nothing is sent.
	 * @param connection the connection
	 * @return whether the server calls itself MatrixOne
	 * @throws SQLException if the connection is closed
	 */
	public static boolean isMatrixOne(Connection connection) throws SQLException {
		String version = connection.getMetaData().getDatabaseProductVersion();
		return version != null && version.contains("MatrixOne");
	}

	/**
	 * Refuse a connection that does not lead to a MatrixOne server.
	 * @param connection the connection
	 * @throws SQLException if the connection is closed
	 * @throws UnsupportedByServerException if the server does not call itself MatrixOne
	 */
	public static void require(Connection connection) throws SQLException {
		if (!isMatrixOne(connection)) {
			throw new UnsupportedByServerException("This command needs a MatrixOne server, but the connection leads to "
					+ connection.getMetaData().getDatabaseProductName() + ' '
					+ connection.getMetaData().getDatabaseProductVersion()
					+ "; correct spring.datasource.url. For a run without a server remove the URL, and the data source "
					+ "if the application makes one itself, and add matrixone-simulator to the class path");
		}
	}

}
