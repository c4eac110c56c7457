package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownSQLException;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;

/**
 * The transaction of one connection, whichever way its statements travel: knows when to
 * begin it, what it has done and how it ended, and refuses what must not be sent in it.
 * Sends nothing itself. Not thread-safe.
 *
 * @since 0.1
 */
public final class TransactionState implements StatementRules.State {

	/**
	 * As long as it takes.
	 */
	public static final Duration NO_LIMIT = ChronoUnit.FOREVER.getDuration();

	private static final SqlText BEGIN = SqlText.of("BEGIN");

	/** How many stages the check of a statement has. */
	private static final int CHECKS = 2;

	/** How many stages the preparation of a statement has. */
	private static final int PREPARATIONS = 2 + StatementLocks.STAGES + 1;

	private static final SqlText COMMIT = SqlText.of("COMMIT");

	private final StatementRules rules;

	private final SessionDatabase database;

	private final Isolation isolation;

	private final UnsupportedIsolation unsupportedIsolation;

	private final SetInTransaction set;

	private final SetProbe setProbe;

	private final StatementLocks locks;

	private final List<PreparatoryStatement> beginning = List.of(new PreparatoryStatement(BEGIN, (Rows rows) -> {
		this.begun = true;
		this.beginsAgain = false;
		this.ended = false;
		this.lastOutcome = TransactionOutcome.ROLLED_BACK;
	}));

	private final TransactionHistory activity = new TransactionHistory();

	private final ForeignKeys foreignKeys = new ForeignKeys();

	private boolean autoCommit = true;

	private boolean readOnly;

	private boolean begun;

	private boolean ended;

	private boolean committing;

	private boolean changesTables;

	private boolean deletesBranch;

	private boolean beginsAgain;

	private @Nullable SQLException lostBy;

	private TransactionOutcome lastOutcome = TransactionOutcome.COMMITTED;

	TransactionState(StatementRules rules, SessionDatabase database, Isolation isolation,
			UnsupportedIsolation unsupportedIsolation, SetInTransaction set, SetProbe setProbe, StatementLocks locks) {
		this.rules = rules;
		this.database = database;
		this.isolation = isolation;
		this.unsupportedIsolation = unsupportedIsolation;
		this.set = set;
		this.setProbe = setProbe;
		this.locks = locks;
	}

	/**
	 * Return whether each statement is committed by itself.
	 * @return whether no transaction was asked for
	 */
	public boolean isAutoCommit() {
		return this.autoCommit;
	}

	/**
	 * Set whether each statement is committed by itself. A transaction that has begun
	 * must be ended first.
	 * @param autoCommit whether each is
	 */
	public void setAutoCommit(boolean autoCommit) {
		this.autoCommit = autoCommit;
		this.beginsAgain = false;
		this.ended = false;
	}

	@Override
	public boolean isInTransaction() {
		return !this.autoCommit || this.begun || this.beginsAgain;
	}

	@Override
	public boolean isReadOnly() {
		return this.readOnly;
	}

	/**
	 * Have the transaction run under READ COMMITTED though another level was asked for,
	 * if that is allowed.
	 * @param level the name of the level, other than READ COMMITTED and READ UNCOMMITTED
	 * @throws SQLException if the level is refused
	 */
	public void requireIsolation(String level) throws SQLException {
		this.unsupportedIsolation.require(level);
	}

	/**
	 * Set whether writes are refused.
	 * @param readOnly whether they are
	 * @throws SQLException if the transaction has written
	 */
	public void setReadOnly(boolean readOnly) throws SQLException {
		if (readOnly && this.begun && this.activity.hasWritten()) {
			throw new StatementRefusedException(Reason.NOT_ALLOWED_IN_TRANSACTION,
					"A transaction that has written cannot be made read-only");
		}
		this.readOnly = readOnly;
	}

	@Override
	public boolean isBegun() {
		return this.begun;
	}

	/**
	 * Return whether the transaction was committed or rolled back and no other has begun.
	 * @return whether it has ended and autocommit is off
	 */
	public boolean hasEnded() {
		return !this.autoCommit && this.ended;
	}

	/**
	 * Return whether the server has dropped the transaction, or lost it.
	 * @return whether nothing but a rollback may be sent
	 */
	public boolean isLost() {
		return this.lostBy != null;
	}

	/**
	 * Return whether the transaction ends with its connection only, because that has
	 * failed.
	 * @return whether to cut the connection instead of sending a rollback
	 */
	public boolean endsWithConnection() {
		return this.lostBy != null && ServerErrors.isConnectionFailure(this.lostBy);
	}

	@Override
	public boolean deletesBranch() {
		return this.deletesBranch;
	}

	/**
	 * Let the transaction delete a branch, which is all that it does.
	 */
	public void deleteBranch() {
		this.deletesBranch = true;
	}

	@Override
	public boolean survivesSet() {
		return this.set.isKept(this.setProbe);
	}

	@Override
	public TransactionHistory activity() {
		return this.activity;
	}

	/**
	 * Return how the last transaction ended.
	 * @return the outcome
	 */
	public TransactionOutcome lastOutcome() {
		return this.lastOutcome;
	}

	/**
	 * Return the current database, as far as it is certain.
	 * @return the database, or {@code null}
	 * @throws SQLException if the connection is closed
	 */
	public @Nullable DatabaseName currentDatabase() throws SQLException {
		return this.database.get();
	}

	/**
	 * Return whether a {@code USE} may have changed the current database.
	 * @return whether it is not certain which one that is
	 */
	public boolean isDatabaseUncertain() {
		return this.database.isUncertain();
	}

	/**
	 * Return whether another database was made the current one.
	 * @return whether a {@code USE} was sent
	 */
	public boolean hasLeftInitialDatabase() {
		return this.database.isOtherThanInitial();
	}

	/**
	 * Take note that the connection is back in the database that its driver knows of.
	 */
	public void useUndone() {
		this.database.reset();
	}

	/**
	 * Take note of a {@code SET} that was sent past here.
	 * @param set the statement
	 */
	public void sessionChanged(SqlStatement set) {
		this.isolation.changedBy(set);
	}

	/**
	 * Take note that the session is as it was when its user got it.
	 */
	public void sessionRestored() {
		useUndone();
		this.isolation.forget();
	}

	@Override
	public boolean hasModifiedSource(SqlStatement statement) throws SQLException {
		TableName source = this.database.tableOf(statement);
		return (source != null) ? this.activity.hasModified(source) || this.foreignKeys.reach(source)
				: this.activity.hasModified();
	}

	@Override
	public boolean mayModifyOwnClone(SqlStatement statement) throws SQLException {
		if (!this.activity.hasCloned()) {
			return false;
		}
		TableName table = this.database.tableOf(statement);
		return table == null || this.activity.hasCloned(table)
				|| this.activity.clonedTables().stream().anyMatch(this.foreignKeys::reach);
	}

	@Override
	public boolean hasWrittenTable(SqlStatement statement) throws SQLException {
		TableName table = this.database.tableOf(statement);
		return (table != null) ? this.activity.hasWritten(table) : this.activity.hasWritten();
	}

	/**
	 * Return what is sent in place of a text.
	 * @param sql the text
	 * @param statements the statements in it
	 * @return a text that does the same
	 */
	public String sent(String sql, List<SqlStatement> statements) {
		return this.rules.sent(sql, statements);
	}

	/**
	 * Return what is to be done to know whether a statement may be sent.
	 * @param statement the statement
	 * @return checks and look-ups
	 */
	public Preparation check(SqlStatement statement) {
		return new Preparation((stage) -> (stage < CHECKS) ? check(stage, statement) : null);
	}

	/**
	 * Return what is to be done before statements are sent: check each, begin the
	 * transaction where one is due, and keep in mind what they do.
	 * @param statements the statements of one text or batch
	 * @param updatable whether their results can be changed in place
	 * @param limit how long they may take
	 * @param keys what the rows have in their columns, if this is an insert
	 * @return the preparation
	 */
	public Preparation before(List<SqlStatement> statements, boolean updatable, Duration limit, StatementRows keys) {
		return new Preparation((stage) -> before(stage, statements, updatable, limit, keys));
	}

	/**
	 * Return one stage of what is to be done before statements are sent, as
	 * {@link #before(List, boolean, Duration, StatementRows)} does stage by stage. The
	 * next one is asked for after the answers to the statements of this one were taken.
	 * @param stage the number of the stage, from 0
	 * @param statements the statements of one text or batch
	 * @param updatable whether their results can be changed in place
	 * @param limit how long they may take
	 * @param keys what the rows have in their columns, if this is an insert
	 * @return what this stage sends, or {@code null} if the statements are to be sent
	 * @throws SQLException if they are refused
	 */
	public @Nullable Iterable<PreparatoryStatement> before(int stage, List<SqlStatement> statements, boolean updatable,
			Duration limit, StatementRows keys) throws SQLException {
		int size = statements.size();
		if (stage == 0) {
			this.locks.clear();
		}
		if (stage < CHECKS * size) {
			SqlStatement statement = statements.get(stage / CHECKS);
			if (stage % CHECKS == 0) {
				requireAlone(statement, size);
			}
			return check(stage % CHECKS, statement);
		}
		int preparation = stage - CHECKS * size;
		if (preparation < PREPARATIONS * size) {
			return prepare(preparation % PREPARATIONS, statements.get(preparation / PREPARATIONS), updatable, limit,
					(size == 1) ? keys : StatementRows.UNKNOWN);
		}
		aboutToSend(statements, updatable);
		return null;
	}

	/**
	 * Return what is to be done before rows of a journal are changed: begin the
	 * transaction where that is due, also a read-only one.
	 * @return the preparation
	 */
	public Preparation beforeJournal() {
		return new Preparation((stage) -> {
			if (stage == 0) {
				requireNotLost();
				return this.begun ? Preparation.NONE : this.beginning;
			}
			this.activity.recordJournal();
			return null;
		});
	}

	/**
	 * Return what is to be done to begin the transaction at once.
	 * @return the preparation
	 */
	public Preparation begin() {
		return begin(Preparation.NONE);
	}

	/**
	 * Return what is to be done to begin the transaction at once, and to lock rows in it.
	 * @param locks what locks them
	 * @return the preparation
	 */
	public Preparation begin(Iterable<PreparatoryStatement> locks) {
		return new Preparation((stage) -> switch (stage) {
			case 0 -> this.beginning;
			case 1 -> locks;
			default -> null;
		});
	}

	/**
	 * Take note of a statement that was sent past here, of which only that much is known
	 * that it may have changed any table.
	 */
	public void writtenUnseen() {
		this.activity.recordUnknownWrite();
	}

	/**
	 * Take note that statements were carried out.
	 * @param statements the statements
	 * @return whether they have ended the transaction, so that {@link #ended} is due
	 */
	public @Nullable TransactionOutcome after(List<SqlStatement> statements) {
		this.committing = false;
		tablesMayHaveChanged();
		this.changesTables &= isInTransaction();
		this.activity.carriedOut();
		TransactionOutcome outcome = null;
		boolean begunAgain = false;
		for (SqlStatement statement : statements) {
			switch (statement.kind()) {
				case COMMIT -> outcome = TransactionOutcome.COMMITTED;
				case ROLLBACK -> outcome = TransactionOutcome.ROLLED_BACK;
				case USE -> this.database.use(statement.database());
				default -> {
				}
			}
			begunAgain = statement.kind() == Kind.BEGIN
					|| (begunAgain && statement.kind() != Kind.COMMIT && statement.kind() != Kind.ROLLBACK);
		}
		return begunAgain ? null : outcome;
	}

	/**
	 * Take note of an error: after some of them the server has dropped the transaction.
	 * @param ex the error
	 * @return the error to throw
	 */
	public SQLException failed(SQLException ex) {
		if (this.begun && this.lostBy == null
				&& (ServerErrors.leaveAnswersOutOfStep(ex) || ServerErrors.endTransaction(ex))) {
			this.lostBy = ex;
		}
		this.activity.failed();
		boolean unknown = this.committing && ServerErrors.leaveOutcomeUnknown(ex);
		this.committing = false;
		return unknown ? outcomeUnknown(ex) : ex;
	}

	/**
	 * Take note that it is not known what became of a statement, so that the transaction
	 * can only be rolled back.
	 * @param reason what has happened
	 */
	public void lost(SQLException reason) {
		if (this.begun) {
			requireRollback(reason);
		}
	}

	/**
	 * Have the transaction rolled back, also if it has not begun yet.
	 * @param reason why it must not be committed
	 */
	public void requireRollback(SQLException reason) {
		if (this.lostBy == null) {
			this.lostBy = reason;
		}
	}

	/**
	 * Refuse a commit where the server has dropped the transaction.
	 * @throws SQLException if it has
	 */
	public void requireNotLost() throws SQLException {
		SQLException lostBy = this.lostBy;
		if (lostBy != null) {
			throw lostError(lostBy);
		}
	}

	/**
	 * Take note that a commit has failed.
	 * @param ex the error
	 * @return the error to throw
	 */
	public SQLException commitFailed(SQLException ex) {
		this.lostBy = ex;
		this.lastOutcome = TransactionOutcome.ROLLED_BACK;
		return ServerErrors.leaveCommitUnknown(ex) ? outcomeUnknown(ex) : ex;
	}

	/**
	 * Take note that the commit of a statement that is committed by itself has failed.
	 * @param ex the error
	 * @return the error to throw
	 */
	public SQLException commitAloneFailed(SQLException ex) {
		return ServerErrors.leaveCommitUnknown(ex) ? outcomeUnknown(ex) : ex;
	}

	/**
	 * Return how the transaction ends with a rollback.
	 * @return the outcome
	 */
	public TransactionOutcome rollbackOutcome() {
		return (this.lostBy != null && this.lastOutcome == TransactionOutcome.UNKNOWN) ? TransactionOutcome.UNKNOWN
				: TransactionOutcome.ROLLED_BACK;
	}

	/**
	 * Return what is to be sent when the transaction has ended, to give back what it
	 * holds apart from its rows.
	 * @return the statements
	 */
	public List<SqlText> releases() {
		return this.locks.releases();
	}

	/**
	 * Take note that the transaction has ended.
	 * @param outcome how
	 */
	public void ended(TransactionOutcome outcome) {
		this.begun = false;
		this.beginsAgain = false;
		this.ended = true;
		this.deletesBranch = false;
		this.lostBy = null;
		this.lastOutcome = outcome;
		tablesMayHaveChanged();
		this.changesTables = false;
		this.activity.clear();
	}

	/**
	 * Check a statement, in as many stages as {@link #CHECKS} says.
	 */
	private List<PreparatoryStatement> check(int stage, SqlStatement statement) throws SQLException {
		if (stage > 0) {
			return Preparation.run(() -> this.rules.check(statement, this));
		}
		if (statement.kind() != Kind.ROLLBACK) {
			requireNotLost();
		}
		return this.foreignKeys.lookUps(statement, isInTransaction(), this.database, this.activity);
	}

	/**
	 * Do what is due before a statement is sent, in as many stages as
	 * {@link #PREPARATIONS} says.
	 */
	private Iterable<PreparatoryStatement> prepare(int stage, SqlStatement statement, boolean updatable, Duration limit,
			StatementRows keys) throws SQLException {
		return switch (statement.kind()) {
			case SET, LOCK_TABLES -> (stage == 0) ? endBeforeSet(statement) : Preparation.NONE;
			case USE -> Preparation.run(this.database::willChange);
			case BEGIN -> Preparation.run(() -> {
				this.begun = true;
				this.locks.rowsReleased();
			});
			case COMMIT, ROLLBACK -> Preparation.NONE;
			default -> isInTransaction() ? prepareInTransaction(stage, statement, updatable, limit, keys)
					: this.locks.alone(stage, statement, this.database, keys, limit);
		};
	}

	/**
	 * Return what is to be locked in one transaction with a statement that would be
	 * committed by itself, once.
	 * @return what locks it, or {@code null} if there is nothing to lock
	 */
	public @Nullable Iterable<PreparatoryStatement> takeLocks() {
		Iterable<PreparatoryStatement> locks = this.locks.takeAlone();
		if (locks == Preparation.NONE) {
			return null;
		}
		// Nothing is committed before the COMMIT that follows.
		this.committing = false;
		return locks;
	}

	private Iterable<PreparatoryStatement> prepareInTransaction(int stage, SqlStatement statement, boolean updatable,
			Duration limit, StatementRows keys) throws SQLException {
		return switch (stage) {
			case 0 -> lookUpIsolation(statement, updatable);
			case 1 -> beginFor(statement, updatable);
			case PREPARATIONS - 1 -> Preparation.run(() -> record(statement, keys));
			default -> this.locks.inTransaction(stage - 2, statement, this.database, this.activity, keys, limit);
		};
	}

	/**
	 * In a text of several statements each is checked before any is sent, which is too
	 * early for those whose check depends on what went before.
	 */
	private void requireAlone(SqlStatement statement, int size) throws SQLException {
		if (size > 1 && isInTransaction() && !isPlain(statement.kind())) {
			throw new StatementRefusedException(Reason.NOT_ALLOWED_IN_TRANSACTION,
					"In a transaction a text of several statements may only read and change rows and tables: send each "
							+ "of the others alone");
		}
	}

	private static boolean isPlain(Kind kind) {
		return switch (kind) {
			case READ, UNCERTAIN_READ, LOCKING_READ, LOCKING_FUNCTION, SHARED_LOCKING_READ, INSERT, MODIFY, TRUNCATE,
					CREATE_TABLE, CREATE_DATABASE, CREATE_OTHER, OTHER ->
				true;
			default -> false;
		};
	}

	/**
	 * SET and LOCK TABLES commit the server's transaction (MO#26872), if they do not
	 * fail; if they fail the transaction may go on or be gone. The rules let it pass only
	 * while there is nothing to lose: so the transaction is ended before, and the next
	 * statement begins anew. A server that is known to keep it open at a SET is left
	 * alone.
	 */
	private List<PreparatoryStatement> endBeforeSet(SqlStatement statement) {
		boolean set = statement.kind() == Kind.SET;
		if (set) {
			this.isolation.changedBy(statement);
		}
		if (!this.begun || (set && this.set.isKnownToBeKept())) {
			return Preparation.NONE;
		}
		return List.of(new PreparatoryStatement(COMMIT, (Rows rows) -> {
			this.begun = false;
			this.beginsAgain = this.autoCommit;
			this.activity.clear();
			this.locks.rowsReleased();
		}));
	}

	private Iterable<PreparatoryStatement> lookUpIsolation(SqlStatement statement, boolean updatable) {
		boolean matters = !this.begun && isPlainRead(statement, updatable);
		return matters ? this.isolation.lookUps() : Preparation.NONE;
	}

	/**
	 * A read that takes no locks begins nothing, where each statement reads what is
	 * committed when it starts: it reads the same within a transaction and before.
	 */
	private List<PreparatoryStatement> beginFor(SqlStatement statement, boolean updatable) {
		if (this.begun || statement.kind() == Kind.SHOW_SNAPSHOTS) {
			return Preparation.NONE;
		}
		boolean needless = isPlainRead(statement, updatable) && this.isolation.isReadCommitted();
		return needless ? Preparation.NONE : this.beginning;
	}

	private static boolean isPlainRead(SqlStatement statement, boolean updatable) {
		return statement.kind() == Kind.READ && !updatable;
	}

	private void record(SqlStatement statement, StatementRows rows) throws SQLException {
		TableName written = statement.kind().writes() ? this.database.tableOf(statement) : null;
		if (written != null) {
			this.activity.recordColumns(written, (statement.kind() == Kind.MODIFY) ? rows.changedColumns() : null);
		}
		this.activity.record(statement.kind(), written);
		switch (statement.kind()) {
			case CLONE_TABLE, CLONE_TABLE_AT -> this.activity.recordClone(this.database.qualified(statement.target()));
			case CLONE_DATABASE, CLONE_DATABASE_AT -> this.activity.recordClone(statement.database());
			default -> {
			}
		}
		if (written != null) {
			this.locks.writes(statement.kind(), written);
		}
	}

	private void aboutToSend(List<SqlStatement> statements, boolean updatable) {
		if (updatable && this.begun) {
			this.activity.recordUnknownWrite();
		}
		this.committing = false;
		for (SqlStatement statement : statements) {
			this.committing |= statement.kind() == Kind.COMMIT || (statement.kind().writes() && !isInTransaction());
			this.changesTables |= statement.kind() == Kind.OTHER || statement.kind() == Kind.CREATE_TABLE;
		}
		tablesMayHaveChanged();
	}

	/**
	 * Have keys looked up again: this transaction sees what it changes at once, others
	 * when it has ended.
	 */
	private void tablesMayHaveChanged() {
		if (this.changesTables) {
			this.locks.tablesChanged();
		}
	}

	private CommitOutcomeUnknownSQLException outcomeUnknown(SQLException ex) {
		this.lastOutcome = TransactionOutcome.UNKNOWN;
		return new CommitOutcomeUnknownSQLException("It is unknown whether this was committed: " + ex.getMessage()
				+ "; look at the data before trying again", ex);
	}

	private SQLException lostError(SQLException lostBy) {
		if (lostBy instanceof StatementRefusedException refused) {
			return refused;
		}
		if (this.lastOutcome == TransactionOutcome.UNKNOWN) {
			return outcomeUnknown(lostBy);
		}
		return new StatementRefusedException(Reason.TRANSACTION_LOST,
				"The server has rolled this transaction back after an earlier error: " + lostBy.getMessage()
						+ "; nothing more is sent until the rollback. Roll back and try the whole transaction again",
				lostBy);
	}

}
