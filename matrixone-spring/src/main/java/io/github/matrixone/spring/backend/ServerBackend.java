package io.github.matrixone.spring.backend;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * Sends commands to a MatrixOne server as SQL. Any other server is refused before
 * something is sent. Thread-safe.
 *
 * @since 0.1
 */
public class ServerBackend implements MatrixOneBackend {

	@Override
	public @Nullable String execute(Connection connection, Command command) throws SQLException {
		requireMatrixOne(connection);
		for (Precondition precondition : command.preconditions()) {
			if (query(connection, precondition.query()).isPresent() != precondition.rowExpected()) {
				throw precondition.otherwise().get();
			}
		}
		String result = null;
		for (SqlText statement : command.statements()) {
			result = query(connection, statement).orElse(null);
		}
		return result;
	}

	@Override
	public String tableAt(TableName table, AsOf asOf) {
		return table.quoted() + ' ' + asOf.hint();
	}

	@Override
	public String description() {
		return "MatrixOne server";
	}

	/**
	 * Say whether a connection leads to a MatrixOne server. The driver knows this from
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
	public static void requireMatrixOne(Connection connection) throws SQLException {
		if (!isMatrixOne(connection)) {
			throw new UnsupportedByServerException(
					"This command needs a MatrixOne server, but the connection leads to "
							+ connection.getMetaData().getDatabaseProductName() + ' '
							+ connection.getMetaData().getDatabaseProductVersion()
							+ "; check spring.datasource.url, or add matrixone-simulator for a run without a server",
					null, null);
		}
	}

	/**
	 * Send a statement and return the first column of its first row.
	 */
	private static Optional<String> query(Connection connection, SqlText statement) throws SQLException {
		List<Object> arguments = statement.arguments();
		if (arguments.isEmpty()) {
			try (Statement plain = connection.createStatement()) {
				return plain.execute(statement.sql()) ? firstColumn(plain) : Optional.empty();
			}
		}
		try (PreparedStatement prepared = connection.prepareStatement(statement.sql())) {
			for (int i = 0; i < arguments.size(); i++) {
				prepared.setObject(i + 1, arguments.get(i));
			}
			return prepared.execute() ? firstColumn(prepared) : Optional.empty();
		}
	}

	private static Optional<String> firstColumn(Statement statement) throws SQLException {
		try (ResultSet rows = statement.getResultSet()) {
			return rows.next() ? Optional.of(String.valueOf(rows.getString(1))) : Optional.empty();
		}
	}

}
