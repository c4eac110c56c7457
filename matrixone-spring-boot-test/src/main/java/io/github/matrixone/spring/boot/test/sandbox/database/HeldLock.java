package io.github.matrixone.spring.boot.test.sandbox.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.jdbc.connection.Statements;
import io.github.matrixone.spring.transaction.NamedLock;

/**
 * A {@link NamedLock} that is held by a connection of its own.
 */
final class HeldLock implements AutoCloseable {

	private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

	private final Connection connection;

	private final NamedLock lock;

	private HeldLock(Connection connection, NamedLock lock) {
		this.connection = connection;
		this.lock = lock;
	}

	static HeldLock take(DataSource dataSource, NamedLock lock) throws SQLException {
		Connection connection = dataSource.getConnection();
		boolean taken = false;
		try {
			long end = System.nanoTime() + LONGEST_WAIT.toNanos();
			while (!taken) {
				taken = tryTake(connection, lock);
				if (!taken && System.nanoTime() > end) {
					throw new SandboxException("Another run has been making the template for " + LONGEST_WAIT
							+ ". If none is: its lock is the server's, named " + lock.name());
				}
				if (!taken) {
					Statements.send(connection, NamedLock.PAUSE);
				}
			}
			return new HeldLock(connection, lock);
		}
		finally {
			if (!taken) {
				connection.close();
			}
		}
	}

	static boolean tryTake(Connection connection, NamedLock lock) throws SQLException {
		return NamedLock.isTaken(Statements.send(connection, lock.take()));
	}

	static void release(Connection connection, NamedLock lock) throws SQLException {
		Statements.send(connection, lock.release());
	}

	@Override
	public void close() throws SQLException {
		try (this.connection) {
			release(this.connection, this.lock);
		}
	}

}
