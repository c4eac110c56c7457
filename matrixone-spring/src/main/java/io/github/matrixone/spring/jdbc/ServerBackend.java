package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CountedCommand;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.jdbc.connection.MatrixOneServer;
import io.github.matrixone.spring.jdbc.connection.Statements;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.NamedLock;

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
		return execute(connection, command, () -> 0);
	}

	/**
	 * {@inheritDoc} What reads, and what changes rows, is ended at that time. Any other
	 * statement goes on, because the server may not take back what it has done of it.
	 */
	@Override
	public @Nullable String execute(Connection connection, Command command, IntSupplier secondsLeft)
			throws SQLException {
		MatrixOneServer.require(connection);
		if (command.pending() != null
				&& Statements.send(connection, command.pending(), secondsLeft.getAsInt()).isEmpty()) {
			return null;
		}
		for (Precondition precondition : command.preconditions()) {
			require(connection, precondition, secondsLeft);
		}
		List<SqlText> statements = command.statements();
		if (command instanceof CountedCommand counted) {
			for (int i = 0; i < statements.size(); i++) {
				counted.requireChanged(i, Statements.update(connection, statements.get(i), secondsLeft.getAsInt()));
			}
			return null;
		}
		for (int attempt = 1;; attempt++) {
			try {
				return (statements.size() > 1 && connection.getAutoCommit()) ? sendAtOnce(connection, statements)
						: sendAll(connection, statements, secondsLeft);
			}
			catch (SQLException ex) {
				if (isDoneByNow(connection, command, ex)) {
					return null;
				}
				Precondition again = command.sentAgainIf(ex);
				if (again == null || attempt == Command.MOST_ATTEMPTS || !connection.getAutoCommit()) {
					throw ex;
				}
				awaitNextAttempt(connection, again, ex);
			}
		}
	}

	@Override
	public String tableAt(TableName table, AsOf asOf) {
		return table.quoted(asOf);
	}

	@Override
	public String description() {
		return "MatrixOne server";
	}

	/**
	 * Somebody else may have done the same since it was looked at.
	 */
	private static boolean isDoneByNow(Connection connection, Command command, SQLException failure)
			throws SQLException {
		SqlText pending = command.pending();
		if (pending == null || !connection.getAutoCommit()) {
			return false;
		}
		try {
			return Statements.send(connection, pending).isEmpty();
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
			return false;
		}
	}

	private static void awaitNextAttempt(Connection connection, Precondition again, SQLException failure)
			throws SQLException {
		try {
			Statements.send(connection, NamedLock.PAUSE);
			require(connection, again, () -> 0);
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
			throw failure;
		}
	}

	private static void require(Connection connection, Precondition precondition, IntSupplier secondsLeft)
			throws SQLException {
		Rows rows = Statements.send(connection, precondition.query(), secondsLeft.getAsInt());
		if (precondition.next() != null) {
			if (rows.isEmpty()) {
				return;
			}
			rows = Statements.send(connection, precondition.next().apply(rows), secondsLeft.getAsInt());
		}
		if (rows.isEmpty() == precondition.rowExpected()) {
			throw precondition.otherwise().get();
		}
	}

	private static @Nullable String sendAtOnce(Connection connection, List<SqlText> statements) throws SQLException {
		connection.setAutoCommit(false);
		try {
			String result = sendAll(connection, statements, () -> 0);
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

	private static @Nullable String sendAll(Connection connection, List<SqlText> statements, IntSupplier secondsLeft)
			throws SQLException {
		String result = null;
		for (SqlText statement : statements) {
			secondsLeft.getAsInt();
			result = Statements.send(connection, statement).first().orElse(null);
		}
		return result;
	}

}
