package io.github.matrixone.spring.jdbc.connection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;

/**
 * Sends statements over a connection.
 *
 * @since 0.1
 */
public final class Statements {

	private Statements() {
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
		return send(connection, statement, timeout, true, (sent) -> {
		});
	}

	/**
	 * Send a statement within a time.
	 * @param connection where to send it
	 * @param statement the statement
	 * @param timeout how long it may take, in seconds, or 0 for no limit
	 * @param keepsRows whether to return its rows
	 * @param sending takes the driver's statement before it is sent
	 * @return the rows that it gave, if any
	 * @throws SQLException if it fails
	 */
	static Rows send(Connection connection, SqlText statement, int timeout, boolean keepsRows,
			Consumer<Statement> sending) throws SQLException {
		List<Object> arguments = statement.arguments();
		if (arguments.isEmpty()) {
			try (Statement plain = connection.createStatement()) {
				limit(plain, timeout);
				sending.accept(plain);
				return plain.execute(statement.sql()) ? rows(plain, keepsRows) : Rows.NONE;
			}
		}
		try (PreparedStatement prepared = connection.prepareStatement(statement.sql())) {
			limit(prepared, timeout);
			setArguments(prepared, arguments);
			sending.accept(prepared);
			return prepared.execute() ? rows(prepared, keepsRows) : Rows.NONE;
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

	private static void limit(Statement statement, int timeout) throws SQLException {
		if (timeout > 0) {
			statement.setQueryTimeout(timeout);
		}
	}

	private static void setArguments(PreparedStatement prepared, List<Object> arguments) throws SQLException {
		for (int i = 0; i < arguments.size(); i++) {
			if (arguments.get(i) instanceof CalendarValue value) {
				value.bind(prepared, i + 1);
			}
			else {
				prepared.setObject(i + 1, arguments.get(i));
			}
		}
	}

	private static Rows rows(Statement statement, boolean keepsRows) throws SQLException {
		try (ResultSet result = statement.getResultSet()) {
			if (!keepsRows) {
				return Rows.NONE;
			}
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
