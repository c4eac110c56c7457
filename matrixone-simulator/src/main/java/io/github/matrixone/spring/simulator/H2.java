package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends statements to H2.
 */
final class H2 {

	/** Code for a table or view that is there already. */
	static final int TABLE_EXISTS = 42101;

	/** Code for a schema that is there already. */
	static final int SCHEMA_EXISTS = 90078;

	/** Code for a duplicate key. */
	static final int DUPLICATE_KEY = 23505;

	/** Code for a failure within H2. */
	static final int GENERAL_ERROR = 50000;

	/** How long is waited for a thread that drops something and is kept from going on. */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Lock definitions = new ReentrantLock();

	private H2() {
	}

	/**
	 * Send statements that change definitions while no other simulator's thread does: H2
	 * locks its database and then its catalog to make or drop a schema, the other way
	 * round to make a table, so that two sessions would wait for each other until they
	 * time out.
	 */
	static void define(Connection connection, List<String> statements) throws SQLException {
		definitions.lock();
		try {
			executeAll(connection, statements);
		}
		finally {
			definitions.unlock();
		}
	}

	static void define(Connection connection, String sql) throws SQLException {
		define(connection, List.of(sql));
	}

	/**
	 * Return the first column of definitions while no other simulator's thread changes
	 * any: H2 fails on what another session drops meanwhile. What an application drops
	 * itself is asked for again, as long as that may take.
	 */
	static List<String> definitions(Connection connection, String sql, Object... arguments) throws SQLException {
		definitions.lock();
		try {
			long start = System.nanoTime();
			while (true) {
				try {
					return column(connection, sql, arguments);
				}
				catch (SQLException ex) {
					if (ex.getErrorCode() != GENERAL_ERROR || System.nanoTime() - start > PATIENCE.toNanos()) {
						throw ex;
					}
					Thread.yield();
				}
			}
		}
		finally {
			definitions.unlock();
		}
	}

	static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	static void executeAll(Connection connection, List<String> statements) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	static int update(Connection connection, String sql, Object... arguments) throws SQLException {
		try (PreparedStatement statement = prepare(connection, sql, arguments)) {
			return statement.executeUpdate();
		}
	}

	/**
	 * Return the first column of all rows.
	 */
	static List<String> column(Connection connection, String sql, Object... arguments) throws SQLException {
		List<String> values = new ArrayList<>();
		try (PreparedStatement statement = prepare(connection, sql, arguments);
				ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				values.add(rows.getString(1));
			}
		}
		return values;
	}

	private static PreparedStatement prepare(Connection connection, String sql, Object... arguments)
			throws SQLException {
		PreparedStatement statement = connection.prepareStatement(sql);
		for (int i = 0; i < arguments.length; i++) {
			statement.setObject(i + 1, arguments[i]);
		}
		return statement;
	}

}
