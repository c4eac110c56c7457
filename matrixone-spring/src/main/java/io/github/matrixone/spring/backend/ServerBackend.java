package io.github.matrixone.spring.backend;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * Sends commands to a MatrixOne server as SQL. Any other server is refused before
 * something is sent. A command of several statements takes effect as a whole: where there
 * is no transaction it gets one of its own. Thread-safe.
 *
 * @since 0.1
 */
public class ServerBackend implements MatrixOneBackend {

	@Override
	public @Nullable String execute(Connection connection, Command command) throws SQLException {
		requireMatrixOne(connection);
		for (Precondition precondition : command.preconditions()) {
			if (send(connection, precondition.query()).isEmpty() == precondition.rowExpected()) {
				throw precondition.otherwise().get();
			}
		}
		List<SqlText> statements = command.statements();
		return (statements.size() > 1 && connection.getAutoCommit()) ? sendAtOnce(connection, statements)
				: sendAll(connection, statements);
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
	 * Send a statement.
	 * @param connection where to send it
	 * @param statement the statement
	 * @return its rows, none if it is not a query
	 * @throws SQLException if it fails
	 */
	public static Rows send(Connection connection, SqlText statement) throws SQLException {
		return send(connection, statement, 0);
	}

	/**
	 * Send a statement within a time.
	 * @param connection where to send it
	 * @param statement the statement
	 * @param timeout how long it may take, in seconds, or 0 for no limit
	 * @return the rows that it gave, if any
	 * @throws SQLException if it fails
	 */
	public static Rows send(Connection connection, SqlText statement, int timeout) throws SQLException {
		List<Object> arguments = statement.arguments();
		if (arguments.isEmpty()) {
			try (Statement plain = connection.createStatement()) {
				limit(plain, timeout);
				return plain.execute(statement.sql()) ? rows(plain) : Rows.NONE;
			}
		}
		try (PreparedStatement prepared = connection.prepareStatement(statement.sql())) {
			limit(prepared, timeout);
			setArguments(prepared, arguments);
			return prepared.execute() ? rows(prepared) : Rows.NONE;
		}
	}

	/**
	 * Send a statement that changes rows.
	 * @param connection where to send it
	 * @param statement the statement
	 * @param timeout how long it may take, in seconds, or 0 for no limit
	 * @return how many rows it has changed
	 * @throws SQLException if it fails
	 */
	public static int update(Connection connection, SqlText statement, int timeout) throws SQLException {
		try (PreparedStatement prepared = connection.prepareStatement(statement.sql())) {
			limit(prepared, timeout);
			setArguments(prepared, statement.arguments());
			return prepared.executeUpdate();
		}
	}

	private static @Nullable String sendAtOnce(Connection connection, List<SqlText> statements) throws SQLException {
		connection.setAutoCommit(false);
		try {
			String result = sendAll(connection, statements);
			connection.commit();
			return result;
		}
		catch (SQLException | RuntimeException ex) {
			try {
				connection.rollback();
			}
			catch (SQLException failedRollback) {
				ex.addSuppressed(failedRollback);
			}
			throw ex;
		}
		finally {
			connection.setAutoCommit(true);
		}
	}

	private static @Nullable String sendAll(Connection connection, List<SqlText> statements) throws SQLException {
		String result = null;
		for (SqlText statement : statements) {
			result = send(connection, statement).first().orElse(null);
		}
		return result;
	}

	private static void limit(Statement statement, int timeout) throws SQLException {
		if (timeout > 0) {
			statement.setQueryTimeout(timeout);
		}
	}

	private static void setArguments(PreparedStatement prepared, List<Object> arguments) throws SQLException {
		for (int i = 0; i < arguments.size(); i++) {
			prepared.setObject(i + 1, arguments.get(i));
		}
	}

	private static Rows rows(Statement statement) throws SQLException {
		try (ResultSet result = statement.getResultSet()) {
			ResultSetMetaData metaData = result.getMetaData();
			List<String> columns = new ArrayList<>();
			for (int i = 1; i <= metaData.getColumnCount(); i++) {
				columns.add(metaData.getColumnLabel(i));
			}
			List<List<@Nullable String>> values = new ArrayList<>();
			while (result.next()) {
				List<@Nullable String> row = new ArrayList<>();
				for (int i = 1; i <= columns.size(); i++) {
					row.add(result.getString(i));
				}
				values.add(row);
			}
			return new Rows(columns, values);
		}
	}

}
