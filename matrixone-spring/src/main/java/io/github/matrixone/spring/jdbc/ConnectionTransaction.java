package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.backend.ServerBackend;
import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.transaction.ServerErrors;
import io.github.matrixone.spring.transaction.Step;
import io.github.matrixone.spring.transaction.Steps;
import io.github.matrixone.spring.transaction.TransactionOutcome;
import io.github.matrixone.spring.transaction.TransactionState;

/**
 * The transaction of one JDBC connection: sends what its {@link TransactionState} asks
 * for.
 */
final class ConnectionTransaction {

	private static final Log logger = LogFactory.getLog(ConnectionTransaction.class);

	private final Connection target;

	private final TransactionState state;

	private final Lock turn = new ReentrantLock();

	private boolean closed;

	private @Nullable DatabaseName databaseBeforeUse;

	ConnectionTransaction(Connection target, TransactionState state) throws SQLException {
		this.target = target;
		this.state = state;
		this.state.setAutoCommit(target.getAutoCommit());
	}

	/**
	 * Return what threads that share the connection hold while one of them sends
	 * statements: both would begin the transaction otherwise, and the second BEGIN
	 * commits what the first thread has written.
	 */
	Lock turn() {
		return this.turn;
	}

	TransactionState state() {
		return this.state;
	}

	void check(SqlStatement statement) throws SQLException {
		carryOut(this.state.check(statement));
	}

	void setAutoCommit(boolean autoCommit) throws SQLException {
		if (autoCommit && !this.state.isAutoCommit()) {
			if (this.state.isLost()) {
				rollback();
			}
			else if (this.state.isBegun()) {
				commit();
			}
			if (!this.target.getAutoCommit()) {
				this.target.setAutoCommit(true);
			}
		}
		this.state.setAutoCommit(autoCommit);
	}

	/**
	 * Make ready to send statements.
	 */
	void beforeStatements(List<SqlStatement> statements, boolean updatable) throws SQLException {
		for (SqlStatement statement : statements) {
			if (this.databaseBeforeUse == null && statement.kind() == SqlStatement.Kind.USE) {
				this.databaseBeforeUse = this.state.currentDatabase();
			}
		}
		carryOut(this.state.before(statements, updatable));
	}

	/**
	 * Take note that statements were carried out.
	 */
	void afterStatements(List<SqlStatement> statements) throws SQLException {
		TransactionOutcome outcome = this.state.after(statements);
		if (outcome != null) {
			ended(outcome);
		}
	}

	/**
	 * Take note of an error.
	 * @return the error to throw
	 */
	SQLException failed(SQLException ex) {
		SQLException failure = this.state.failed(ex);
		if (ServerErrors.leaveAnswersOutOfStep(ex)) {
			cutAfter(ex);
		}
		return failure;
	}

	/**
	 * Change rows of a journal as part of the transaction.
	 */
	int journal(SqlText statement) throws SQLException {
		this.turn.lock();
		try {
			carryOut(this.state.beforeJournal());
			return ServerBackend.update(this.target, statement, 0);
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
		finally {
			this.turn.unlock();
		}
	}

	void commit() throws SQLException {
		this.state.requireNotLost();
		if (this.state.isBegun()) {
			try {
				send("COMMIT");
			}
			catch (SQLException ex) {
				throw this.state.commitFailed(ex);
			}
		}
		ended(TransactionOutcome.COMMITTED);
	}

	/**
	 * Roll back. Where the connection has failed or the pool has closed it after an
	 * error, the server does.
	 */
	void rollback() throws SQLException {
		TransactionOutcome outcome = this.state.rollbackOutcome();
		if (this.state.endsWithConnection()) {
			cut();
		}
		else if (this.state.isBegun() && !this.target.isClosed()) {
			try {
				send("ROLLBACK");
			}
			catch (SQLException ex) {
				if (!ServerErrors.isConnectionFailure(ex)) {
					throw ex;
				}
				cutAfter(ex);
			}
		}
		ended(outcome);
	}

	/**
	 * Leave the connection as it was found. A transaction that is still open is rolled
	 * back; if that fails the connection is cut, which has the same effect.
	 */
	void close() throws SQLException {
		if (this.closed) {
			return;
		}
		this.closed = true;
		try {
			if (this.state.isBegun() && !this.target.isClosed()) {
				rollback();
			}
			DatabaseName before = this.databaseBeforeUse;
			if (before != null && !this.target.isClosed()) {
				this.target.setCatalog(before.value());
			}
		}
		catch (SQLException ex) {
			cut();
		}
	}

	private void carryOut(Steps steps) throws SQLException {
		for (Step step = steps.next(); step != null; step = steps.next()) {
			try {
				carryOut(step);
			}
			catch (SQLException ex) {
				throw failed(ex);
			}
		}
	}

	private void carryOut(Step step) throws SQLException {
		try {
			step.answer().accept(ServerBackend.send(this.target, step.sql()));
		}
		catch (SQLException ex) {
			step.error().accept(ex);
		}
	}

	private void cut() throws SQLException {
		cut(this.target);
	}

	/**
	 * Cut a connection, by which the server rolls back, and let the pool see an error
	 * from which it learns to discard the connection.
	 */
	static void cut(Connection target) throws SQLException {
		target.abort(Runnable::run);
		try {
			target.createStatement().close();
		}
		catch (SQLException ex) {
			logger.debug("The connection was cut", ex);
		}
	}

	private void cutAfter(SQLException ex) {
		try {
			cut();
		}
		catch (SQLException cutFailure) {
			ex.addSuppressed(cutFailure);
		}
	}

	/**
	 * Give back what the transaction holds. If that fails the connection is cut, by which
	 * the server takes it back.
	 */
	private void ended(TransactionOutcome outcome) throws SQLException {
		try {
			for (SqlText release : this.state.releases()) {
				if (!this.target.isClosed()) {
					ServerBackend.send(this.target, release);
				}
			}
		}
		catch (SQLException ex) {
			logger.debug("The named locks of a transaction could not be given back", ex);
			cut();
		}
		this.state.ended(outcome);
	}

	private void send(String sql) throws SQLException {
		ServerBackend.send(this.target, SqlText.of(sql));
	}

}
