package io.github.matrixone.spring.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.CommitOutcomeUnknownSQLException;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;

/**
 * The transaction of one connection: begins it before its first statement, ends it, and
 * refuses what must not be sent in it.
 */
final class ConnectionTransaction implements StatementRules.State {

	private static final Log logger = LogFactory.getLog(ConnectionTransaction.class);

	private final Connection target;

	private final StatementRules rules;

	private final CurrentDatabase currentDatabase;

	private final boolean beginReadOnly;

	private final @Nullable LockUpgrades lockUpgrades;

	private final TransactionActivity activity = new TransactionActivity();

	private boolean autoCommit;

	private boolean readOnly;

	private boolean begun;

	private boolean ended;

	private boolean closed;

	private @Nullable SQLException lostBy;

	private TransactionOutcome lastOutcome = TransactionOutcome.COMMITTED;

	private @Nullable DatabaseName databaseBeforeUse;

	private boolean databaseUncertain;

	private boolean committing;

	ConnectionTransaction(Connection target, StatementRules rules, CurrentDatabase currentDatabase,
			boolean beginReadOnly, @Nullable LockUpgrades lockUpgrades) throws SQLException {
		this.target = target;
		this.rules = rules;
		this.currentDatabase = currentDatabase;
		this.beginReadOnly = beginReadOnly;
		this.lockUpgrades = lockUpgrades;
		this.autoCommit = target.getAutoCommit();
	}

	boolean isAutoCommit() {
		return this.autoCommit;
	}

	@Override
	public boolean isInTransaction() {
		return !this.autoCommit || this.begun;
	}

	@Override
	public boolean isReadOnly() {
		return this.readOnly;
	}

	@Override
	public boolean isBegun() {
		return this.begun;
	}

	@Override
	public TransactionActivity activity() {
		return this.activity;
	}

	@Override
	public boolean hasModifiedSource(SqlStatement statement) throws SQLException {
		TableName source = qualified(statement);
		if (source == null) {
			return this.activity.hasModified();
		}
		return this.activity.hasModified(source)
				|| (this.activity.hasModified() && ForeignKeys.canChange(this.target, source));
	}

	@Override
	public boolean mayModifyOwnClone(SqlStatement statement) throws SQLException {
		if (!this.activity.hasCloned()) {
			return false;
		}
		TableName table = qualified(statement);
		if (table == null || this.activity.hasCloned(table)) {
			return true;
		}
		for (TableName clone : this.activity.clonedTables()) {
			if (ForeignKeys.canChange(this.target, clone)) {
				return true;
			}
		}
		return false;
	}

	@Override
	public boolean hasWrittenTable(SqlStatement statement) throws SQLException {
		TableName table = qualified(statement);
		return (table != null) ? this.activity.hasWritten(table) : this.activity.hasWritten();
	}

	/**
	 * Return the current database where it tells which table a statement writes to.
	 */
	private @Nullable DatabaseName databaseOf(SqlStatement statement) throws SQLException {
		boolean needed = statement.kind().writes() && statement.table() != null && statement.table().database() == null;
		return needed ? currentDatabase() : null;
	}

	private @Nullable TableName qualified(SqlStatement statement) throws SQLException {
		TableName table = statement.table();
		if (table == null || table.database() != null) {
			return table;
		}
		DatabaseName current = currentDatabase();
		return (current != null) ? table.in(current) : null;
	}

	boolean hasEnded() {
		return !this.autoCommit && this.ended;
	}

	void check(SqlStatement statement) throws SQLException {
		requireNotLost(statement);
		this.rules.check(statement, this);
	}

	TransactionOutcome lastOutcome() {
		return this.lastOutcome;
	}

	@Nullable DatabaseName currentDatabase() throws SQLException {
		return this.databaseUncertain ? null : this.currentDatabase.of(this.target);
	}

	void setReadOnly(boolean readOnly) throws SQLException {
		if (readOnly && this.begun && this.activity.hasWritten()) {
			throw new StatementRefusedException(Reason.NOT_ALLOWED_IN_TRANSACTION,
					"A transaction that has written cannot be made read-only");
		}
		this.readOnly = readOnly;
	}

	void setAutoCommit(boolean autoCommit) throws SQLException {
		if (autoCommit && !this.autoCommit) {
			if (this.lostBy != null) {
				rollback();
			}
			else if (this.begun) {
				commit();
			}
			if (!this.target.getAutoCommit()) {
				this.target.setAutoCommit(true);
			}
		}
		this.autoCommit = autoCommit;
		this.ended = false;
	}

	/**
	 * Make ready to send statements: check each, begin the transaction where one is due,
	 * and keep in mind what they do.
	 */
	void beforeStatements(List<SqlStatement> statements, boolean updatable) throws SQLException {
		for (SqlStatement statement : statements) {
			requireAlone(statement, statements.size());
			check(statement);
		}
		for (SqlStatement statement : statements) {
			switch (statement.kind()) {
				case SET -> endBeforeSet();
				case USE -> beforeUse();
				case BEGIN -> this.begun = true;
				case COMMIT, ROLLBACK -> {
				}
				default -> {
					if (isInTransaction()) {
						beginFor(statement, updatable);
						takeTurn(statement);
						this.activity.record(statement, databaseOf(statement));
					}
				}
			}
		}
		if (updatable && this.begun) {
			this.activity.recordUnknownWrite();
		}
		this.committing = statements.stream()
			.anyMatch((statement) -> statement.kind() == Kind.COMMIT
					|| (statement.kind().writes() && !isInTransaction()));
	}

	/**
	 * Take note that statements were carried out.
	 */
	void afterStatements(List<SqlStatement> statements) throws SQLException {
		this.committing = false;
		for (SqlStatement statement : statements) {
			if (statement.kind() == Kind.COMMIT) {
				ended(TransactionOutcome.COMMITTED);
			}
			else if (statement.kind() == Kind.ROLLBACK) {
				ended(TransactionOutcome.ROLLED_BACK);
			}
		}
	}

	/**
	 * Take note of an error: after some of them the server has dropped the transaction.
	 * @return the error to throw
	 */
	SQLException failed(SQLException ex) {
		boolean outOfStep = ServerErrors.leaveAnswersOutOfStep(ex);
		if (this.begun && this.lostBy == null && (outOfStep || ServerErrors.endTransaction(ex))) {
			this.lostBy = ex;
		}
		if (outOfStep) {
			cutAfter(ex);
		}
		boolean unknown = this.committing && ServerErrors.leaveOutcomeUnknown(ex);
		this.committing = false;
		return unknown ? outcomeUnknown(ex) : ex;
	}

	void commit() throws SQLException {
		SQLException lostBy = this.lostBy;
		if (lostBy != null) {
			throw lost(lostBy);
		}
		if (this.begun) {
			try {
				send("COMMIT");
			}
			catch (SQLException ex) {
				this.lostBy = ex;
				this.lastOutcome = TransactionOutcome.ROLLED_BACK;
				throw ServerErrors.leaveCommitUnknown(ex) ? outcomeUnknown(ex) : ex;
			}
		}
		ended(TransactionOutcome.COMMITTED);
	}

	/**
	 * Roll back. Where the pool has closed the connection after an error, the server
	 * does.
	 */
	void rollback() throws SQLException {
		TransactionOutcome outcome = (this.lostBy != null && this.lastOutcome == TransactionOutcome.UNKNOWN)
				? TransactionOutcome.UNKNOWN : TransactionOutcome.ROLLED_BACK;
		if (this.lostBy != null && ServerErrors.isConnectionFailure(this.lostBy)) {
			cut();
		}
		else if (this.begun && !this.target.isClosed()) {
			send("ROLLBACK");
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
			if (this.begun && !this.target.isClosed()) {
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

	/**
	 * Cut the connection, by which the server rolls back, and let the pool see an error
	 * from which it learns to discard the connection.
	 */
	private void cut() throws SQLException {
		this.target.abort(Runnable::run);
		try {
			this.target.createStatement().close();
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

	private void requireNotLost(SqlStatement statement) throws SQLException {
		SQLException lostBy = this.lostBy;
		if (lostBy != null && statement.kind() != Kind.ROLLBACK) {
			throw lost(lostBy);
		}
	}

	/**
	 * In a text of several statements each is checked before any is sent, which is too
	 * early for those whose check depends on what went before.
	 */
	private void requireAlone(SqlStatement statement, int size) throws SQLException {
		if (size > 1 && isInTransaction() && !isPlain(statement.kind())) {
			throw new StatementRefusedException(Reason.NOT_ALLOWED_IN_TRANSACTION,
					statement.kind() + " must be sent alone in a transaction, not in a text of several statements");
		}
	}

	private static boolean isPlain(Kind kind) {
		return switch (kind) {
			case READ, LOCKING_READ, SHARED_LOCKING_READ, INSERT, MODIFY, TRUNCATE, CREATE_TABLE, CREATE_DATABASE,
					CREATE_OTHER, OTHER ->
				true;
			default -> false;
		};
	}

	private CommitOutcomeUnknownSQLException outcomeUnknown(SQLException ex) {
		this.lastOutcome = TransactionOutcome.UNKNOWN;
		return new CommitOutcomeUnknownSQLException("It is unknown whether this was committed: " + ex.getMessage()
				+ "; look at the data before trying again", ex);
	}

	private SQLException lost(SQLException lostBy) {
		if (this.lastOutcome == TransactionOutcome.UNKNOWN) {
			return outcomeUnknown(lostBy);
		}
		return new StatementRefusedException(Reason.TRANSACTION_LOST,
				"The server has rolled this transaction back after an earlier error: " + lostBy.getMessage()
						+ "; nothing more is sent until the rollback. Roll back and try the whole transaction again",
				lostBy);
	}

	private void beginFor(SqlStatement statement, boolean updatable) throws SQLException {
		if (this.begun || statement.kind() == Kind.SHOW_SNAPSHOTS) {
			return;
		}
		boolean plainRead = statement.kind() == Kind.READ && !updatable;
		if (this.readOnly && plainRead && !this.beginReadOnly) {
			return;
		}
		send("BEGIN");
		this.begun = true;
		this.ended = false;
		this.lastOutcome = TransactionOutcome.ROLLED_BACK;
	}

	/**
	 * SET commits the server's transaction (MO#26872). The rules let it pass only while
	 * there is nothing to lose, and the next statement begins anew.
	 */
	private void endBeforeSet() {
		this.begun = false;
		this.activity.clear();
	}

	private void beforeUse() throws SQLException {
		if (!this.databaseUncertain) {
			this.databaseBeforeUse = currentDatabase();
			this.databaseUncertain = true;
		}
	}

	private void ended(TransactionOutcome outcome) throws SQLException {
		releaseLocks();
		this.begun = false;
		this.ended = true;
		this.lostBy = null;
		this.lastOutcome = outcome;
		this.activity.clear();
	}

	/**
	 * Wait where another transaction must end first. If that fails the transaction has to
	 * be rolled back, as after a lock wait timeout.
	 */
	private void takeTurn(SqlStatement statement) throws SQLException {
		if (this.lockUpgrades != null) {
			try {
				this.lockUpgrades.before(statement.kind(), qualified(statement), this.activity.writtenTables());
			}
			catch (SQLException ex) {
				throw failed(ex);
			}
		}
	}

	/**
	 * Give named locks back. If that fails the connection is cut, by which the server
	 * gives them back.
	 */
	private void releaseLocks() throws SQLException {
		try {
			if (this.lockUpgrades != null && !this.target.isClosed()) {
				this.lockUpgrades.release();
			}
		}
		catch (SQLException ex) {
			logger.debug("The named locks of a transaction could not be given back", ex);
			cut();
		}
	}

	private void send(String sql) throws SQLException {
		try (Statement statement = this.target.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Finds the current database of a connection.
	 */
	@FunctionalInterface
	interface CurrentDatabase {

		@Nullable DatabaseName of(Connection connection) throws SQLException;

	}

}
