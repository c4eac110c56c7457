package io.github.matrixone.spring.boot.test.sandbox.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;

/**
 * A lock of the server, held by a connection. It is asked for again and again: one that
 * the server lets wait is now and then given to two (no issue known).
 */
final class NamedLock implements AutoCloseable {

	private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

	private final Connection connection;

	private final String name;

	private NamedLock(Connection connection, String name) {
		this.connection = connection;
		this.name = name;
	}

	static NamedLock take(DataSource dataSource, String name) throws SQLException {
		Connection connection = dataSource.getConnection();
		boolean taken = false;
		try {
			long end = System.nanoTime() + LONGEST_WAIT.toNanos();
			while (!taken) {
				taken = tryTake(connection, name);
				if (!taken && System.nanoTime() > end) {
					throw new SandboxException("Another run has been making the template for " + LONGEST_WAIT
							+ ". If none is: its lock is the server's, named " + name);
				}
				if (!taken) {
					call(connection, "SELECT SLEEP(?)", "0.05");
				}
			}
			return new NamedLock(connection, name);
		}
		finally {
			if (!taken) {
				connection.close();
			}
		}
	}

	static boolean tryTake(Connection connection, String name) throws SQLException {
		return call(connection, "SELECT GET_LOCK(?, 0)", name) == 1;
	}

	static void release(Connection connection, String name) throws SQLException {
		call(connection, "SELECT RELEASE_LOCK(?)", name);
	}

	@Override
	public void close() throws SQLException {
		try (this.connection) {
			release(this.connection, this.name);
		}
	}

	private static int call(Connection connection, String sql, String argument) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setString(1, argument);
			try (ResultSet result = statement.executeQuery()) {
				result.next();
				return result.getInt(1);
			}
		}
	}

}
