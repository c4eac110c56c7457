package io.github.matrixone.spring.jdbc.connection;

import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownSQLException;
import io.github.matrixone.spring.dao.MySqlErrors;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.jdbc.connection.ConnectionWire.Action;
import io.github.matrixone.spring.jdbc.connection.ConnectionWire.SqlAction;
import io.github.matrixone.spring.jdbc.wire.DriverSession;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SessionChange;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.transaction.Preparation;
import io.github.matrixone.spring.transaction.PreparatoryStatement;
import io.github.matrixone.spring.transaction.ServerErrors;
import io.github.matrixone.spring.transaction.StandIn;
import io.github.matrixone.spring.transaction.StatementRows;
import io.github.matrixone.spring.transaction.TransactionOutcome;
import io.github.matrixone.spring.transaction.TransactionState;

/**
 * The transaction of one JDBC connection: sends what its {@link TransactionState} asks
 * for, and ends with the connection's use.
 */
final class ConnectionTransaction {

	private static final Log logger = LogFactory.getLog(ConnectionTransaction.class);

	private static final SqlText BEGIN = SqlText.of("BEGIN");

	private static final SqlText HARMLESS_SET = SqlText.of("SET @matrixone_probe = 1");

	private static final SqlText COMMIT = SqlText.of("COMMIT");

	private static final SqlText ROLLBACK = SqlText.of("ROLLBACK");

	private static final long SECONDS_TO_WAIT_FOR_CLOSE = 5;

	private final Connection target;

	private final TransactionState state;

	private final DriverSession driver;

	private final SessionChanges session;

	private final ReentrantLock lock = new ReentrantLock();

	private final ConnectionWire wire;

	private final ConnectionPlace place;

	private final boolean streamsByDefault;

	private final boolean preparesOnServer;

	private boolean closed;

	/** Whether it is known what the pool has set for all its users. */
	private boolean autoCommitKnown;

	private boolean autoCommitAtFirst = true;

	private List<WeakReference<ConnectionHolder>> endedIn = List.of();

	private final List<Consumer<TransactionOutcome>> awaitingEnd = new ArrayList<>(0);

	ConnectionTransaction(Connection target, DriverSession driver, TransactionState state) throws SQLException {
		this.target = target;
		this.driver = driver;
		this.state = state;
		this.session = new SessionChanges(target);
		this.wire = new ConnectionWire(target, driver, state, this.session, this.lock);
		this.place = this.wire.place();
		this.state.setAutoCommit(target.getAutoCommit());
		this.streamsByDefault = driver.streamsByDefault();
		this.preparesOnServer = driver.preparesOnServer();
		this.driver.guard(this.wire);
	}

	TransactionState state() {
		return this.state;
	}

	/**
	 * Do something for which the driver reads of procedures.
	 */
	@Nullable Object withProcedures(Action action) throws Throwable {
		return exclusively(() -> this.driver.withProcedures(action::run));
	}

	/**
	 * Have the driver make a prepared statement, which it may send to the server at once.
	 */
	@Nullable Object prepare(Action action) throws Throwable {
		return this.preparesOnServer ? exclusively(() -> this.wire.prepare(action)) : action.run();
	}

	boolean streamsByDefault() {
		return this.streamsByDefault;
	}

	/**
	 * Let a thread do something on the connection that no other thread must come between:
	 * both would begin the transaction otherwise, and the second BEGIN commits what the
	 * first thread has written.
	 */
	@Nullable Object exclusively(Action action) throws Throwable {
		this.lock.lock();
		try {
			return action.run();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Send statements of the application.
	 */
	<T> T send(List<SqlStatement> statements, boolean updatable, Duration limit, StatementRows keys,
			SqlAction<T> action) throws SQLException {
		this.lock.lock();
		try {
			followThread();
			this.place.requireAllowed(statements);
			beforeStatements(statements, updatable, limit, keys);
			Iterable<PreparatoryStatement> locks = this.state.takeLocks();
			T result = ConnectionWire.isAmong(statements, Kind.RESTORE) ? restoring(statements, action)
					: (locks != null) ? sendingLocked(statements, locks, action) : sending(statements, action);
			TransactionOutcome outcome = this.state.after(statements);
			if (outcome != null) {
				ended(outcome);
			}
			return result;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * End what is sent before a statement of the application.
	 */
	void cancelBefore() throws SQLException {
		this.wire.cancelBefore();
	}

	/**
	 * Refuse what the driver refuses on a read-only connection: it is not told of it, so
	 * that it sends nothing for it. In a transaction the state refuses each write.
	 */
	void requireWritable() throws StatementRefusedException {
		if (this.state.isReadOnly() && this.state.isAutoCommit() && !this.state.isInTransaction()) {
			throw new StatementRefusedException(Reason.READ_ONLY,
					"An update is refused on a read-only connection: the server would carry it out all the same (MO#26648). "
							+ "Write with a pool that is not read-only (spring.datasource.hikari.read-only), or call "
							+ "Connection.setReadOnly(false)");
		}
	}

	/**
	 * After a restore of a view the session goes on in the database of that view, though
	 * it still names its own (v4.2.0, also on main of 2026-08-22, no issue known).
	 */
	private <T> T restoring(List<SqlStatement> statements, SqlAction<T> action) throws SQLException {
		try {
			return sending(statements, action);
		}
		finally {
			comeBack();
		}
	}

	private void comeBack() {
		try {
			DatabaseName database = this.target.isClosed() ? null : this.state.currentDatabase();
			if (database != null) {
				this.wire.send(SqlText.of("USE " + database.quoted()));
			}
			else if (!this.target.isClosed()) {
				// Where there was none it cannot be had again: the pool gets no such
				// connection back.
				this.session.beforeChangeOfDatabase();
				this.state.after(List.of(new SqlStatement(Kind.USE, null, false)));
			}
		}
		catch (SQLException ex) {
			logger.debug("A restore has left the connection in another database", ex);
			cutQuietly();
		}
	}

	private void cutQuietly() {
		try {
			cut();
		}
		catch (SQLException ex) {
			logger.debug("The connection could not be cut", ex);
		}
	}

	/**
	 * Be in the database that the current thread works in, or back where the connection
	 * was before.
	 */
	void followThread() throws SQLException {
		if (this.place.isBehind()) {
			this.lock.lock();
			try {
				this.place.follow();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * Return whether the connection has changed between two databases because of its
	 * thread, or is to do so now.
	 * @param madeIn the database that it was in before, or {@code null} for its own
	 */
	boolean hasMoved(@Nullable StandIn madeIn) throws SQLException {
		followThread();
		return this.place.hasMovedFrom(madeIn);
	}

	@Nullable StandIn place() {
		return this.place.current();
	}

	/**
	 * Change the current database as the driver does it.
	 */
	@Nullable Object changeDatabase(String method, Action action) throws Throwable {
		return exclusively(() -> {
			this.place.requireLeave(method);
			this.place.leave();
			if (!PoolActivity.isSettingUp()) {
				this.session.beforeChangeOfDatabase();
			}
			if (this.state.hasLeftInitialDatabase()) {
				this.wire.inOwnName(() -> this.session.followDriver());
			}
			Object result = this.wire.announceCall(List.of(new SqlStatement(Kind.USE, null, false)), action);
			this.state.useUndone();
			return result;
		});
	}

	/**
	 * Begin the transaction where one is due, because the driver's own object is handed
	 * out, on which statements do not come by here.
	 */
	void beforeUnwrap() throws SQLException {
		this.lock.lock();
		try {
			if (!this.target.isClosed()) {
				followThread();
			}
			if (!this.state.isAutoCommit() && !this.state.isBegun() && !this.state.isLost()
					&& !this.target.isClosed()) {
				carryOut(this.state.begin());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void check(SqlStatement statement) throws SQLException {
		this.lock.lock();
		try {
			carryOut(this.state.check(statement));
		}
		finally {
			this.lock.unlock();
		}
	}

	void setAutoCommit(boolean autoCommit) throws SQLException {
		this.lock.lock();
		try {
			requireOpen();
			if (autoCommit && !this.state.isAutoCommit()) {
				endBeforeAutoCommit();
				if (!this.target.getAutoCommit()) {
					this.wire.inOwnName(() -> this.target.setAutoCommit(true));
				}
			}
			this.state.setAutoCommit(autoCommit);
			if (!autoCommit && !this.autoCommitKnown) {
				this.autoCommitKnown = true;
				this.autoCommitAtFirst = !PoolActivity.isSettingUp();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * JDBC commits here. A transaction that is lost cannot be. A pool that takes the
	 * connection back has nobody to tell: who used it has had the error.
	 */
	private void endBeforeAutoCommit() throws SQLException {
		if (this.state.isLost()) {
			try {
				this.state.requireNotLost();
			}
			catch (SQLException ex) {
				rollback();
				this.state.setAutoCommit(true);
				if (!PoolActivity.isCallingForItself("setAutoCommit")) {
					throw ex;
				}
			}
		}
		if (this.state.isBegun()) {
			commit();
		}
	}

	/**
	 * Take note of an error.
	 * @return the error to throw
	 */
	SQLException failed(SQLException ex) {
		SQLException refusal = refusalOnTheWire(ex);
		if (refusal != null) {
			return refusal;
		}
		SQLException failure = this.state.failed(ex);
		if (ServerErrors.leaveAnswersOutOfStep(ex)) {
			cutAfter(ex);
		}
		return beforeRollback(failure);
	}

	/**
	 * Have a pool wait with an error for the end of the transaction.
	 * @return the error to throw: the one that a MySQL's driver would
	 */
	private SQLException beforeRollback(SQLException ex) {
		SQLException thrown = MySqlErrors.of(ex);
		if (!this.state.isAutoCommit()) {
			MatrixOneConnections.awaitRollback(thrown);
		}
		return thrown;
	}

	/**
	 * A refusal comes back through the driver, in a batch as the cause of an error of its
	 * own.
	 */
	private static @Nullable SQLException refusalOnTheWire(SQLException ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof StatementRefusedException || cause instanceof CommitOutcomeUnknownSQLException) {
				return (SQLException) cause;
			}
		}
		return null;
	}

	/**
	 * Change rows of a journal as part of the transaction.
	 */
	int journal(SqlText statement) throws SQLException {
		this.lock.lock();
		try {
			carryOut(this.state.beforeJournal());
			return noted(() -> this.wire.own(() -> Statements.update(this.target, statement, 0)));
		}
		finally {
			this.lock.unlock();
		}
	}

	void commit() throws SQLException {
		this.lock.lock();
		try {
			requireOpen();
			this.state.requireNotLost();
			if (this.state.isBegun()) {
				try {
					this.wire.send(COMMIT);
				}
				catch (SQLException ex) {
					throw this.state.commitFailed(ex);
				}
			}
			ended(TransactionOutcome.COMMITTED);
		}
		catch (SQLException ex) {
			throw beforeRollback(ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Roll back. Where the connection has failed or was closed after an error, the server
	 * does; where the server refuses, the connection is cut, which has the same effect.
	 */
	void rollback() throws SQLException {
		this.lock.lock();
		try {
			TransactionOutcome outcome = this.state.rollbackOutcome();
			SQLException failure = null;
			if (this.state.endsWithConnection()) {
				cut();
			}
			else if (this.state.isBegun() && !this.target.isClosed()) {
				try {
					this.wire.send(ROLLBACK);
				}
				catch (SQLException ex) {
					failure = ServerErrors.isConnectionFailure(ex) ? null : ex;
					cutAfter(ex);
				}
			}
			ended(outcome);
			if (failure != null) {
				throw failure;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The one call by which all pools show that a connection is given back. One that was
	 * cut fails here, from which the pool learns to discard it.
	 */
	void clearWarnings() throws SQLException {
		requireOpen();
		boolean changed = isOpen() || !this.session.isEmpty();
		if ((changed || !this.state.isAutoCommit()) && PoolActivity.isReturning()) {
			if (changed) {
				release();
				requireOpen();
			}
			if (this.autoCommitAtFirst && !this.state.isAutoCommit() && PoolActivity.leavesAutoCommit()) {
				setAutoCommit(true);
			}
		}
	}

	/**
	 * Leave the connection as it was found, and end its use.
	 */
	void close() throws SQLException {
		if (!this.closed) {
			this.closed = true;
			release();
		}
	}

	/**
	 * Leave the connection as it was found. A transaction that is still open is rolled
	 * back. Where that fails, or another thread does not come to an end with it, the
	 * connection is cut, which has the same effect.
	 */
	private void release() throws SQLException {
		if (this.target.isClosed()) {
			return;
		}
		if (!isFree()) {
			cut();
			return;
		}
		try {
			if (isOpen()) {
				rollback();
			}
			if (!this.session.isEmpty() && !this.target.isClosed()) {
				this.wire.inOwnName(() -> this.session.undo(this.state.hasLeftInitialDatabase()));
				this.state.sessionRestored();
				this.place.leave();
			}
		}
		catch (SQLException ex) {
			logger.debug("A connection could not be left as it was found", ex);
			cut();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isOpen() {
		return this.state.isBegun() || (this.state.isAutoCommit() && this.state.isInTransaction());
	}

	private boolean isFree() {
		try {
			// An interrupted thread is not kept from a lock that is free.
			return this.lock.tryLock() || this.lock.tryLock(SECONDS_TO_WAIT_FOR_CLOSE, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Return whether the transaction has ended that a holder stands for. Where one
	 * connection serves several transactions, a new one has a new holder.
	 */
	boolean hasEnded(@Nullable Object holder) {
		return this.state.hasEnded() && this.endedIn.stream().anyMatch((reference) -> reference.get() == holder);
	}

	boolean isLost() throws SQLException {
		return this.state.isLost() || this.target.isClosed();
	}

	void whenEnded(Consumer<TransactionOutcome> awaiting) {
		this.awaitingEnd.add(awaiting);
	}

	/**
	 * Find out whether a SET leaves a transaction open. The connection is not used for
	 * anything else.
	 */
	boolean isKeptAtSet() throws SQLException {
		this.lock.lock();
		try {
			this.wire.send(BEGIN);
			this.wire.send(HARMLESS_SET);
			boolean kept = this.wire.isInTransaction();
			this.wire.send(ROLLBACK);
			return kept && !this.wire.isInTransaction();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void beforeStatements(List<SqlStatement> statements, boolean updatable, Duration limit, StatementRows keys)
			throws SQLException {
		Iterable<PreparatoryStatement> due = this.state.before(0, statements, updatable, limit, keys);
		for (int stage = 1; due != null; stage++) {
			for (PreparatoryStatement statement : due) {
				carryOut(statement);
			}
			due = this.state.before(stage, statements, updatable, limit, keys);
		}
		for (SqlStatement statement : statements) {
			if (statement.kind() == Kind.USE || statement.kind() == Kind.SET) {
				keepSession(statement);
			}
		}
	}

	/**
	 * What a pool itself sets on a new connection is for all its users.
	 */
	private void keepSession(SqlStatement statement) throws SQLException {
		SessionChange change = statement.sessionChange();
		if (statement.kind() == Kind.USE && !PoolActivity.isSettingUp()) {
			this.session.beforeChangeOfDatabase();
		}
		else if (change != null && !change.isNone() && this.state.isInTransaction() && !PoolActivity.isSettingUp()) {
			this.wire.inOwnName(() -> this.session.beforeSet(change));
		}
	}

	private <T> T sending(List<SqlStatement> statements, SqlAction<T> action) throws SQLException {
		return this.wire.announce(statements, () -> noted(action));
	}

	/**
	 * Send a statement that is committed by itself in one transaction with what locks its
	 * rows.
	 */
	private <T> T sendingLocked(List<SqlStatement> statements, Iterable<PreparatoryStatement> locks,
			SqlAction<T> action) throws SQLException {
		boolean committed = false;
		try {
			carryOut(new PreparatoryStatement(BEGIN, (rows) -> {
			}));
			for (PreparatoryStatement lock : locks) {
				carryOut(lock);
			}
			T result = sending(statements, action);
			commitAlone();
			committed = true;
			return result;
		}
		finally {
			if (!committed) {
				rollBackAlone();
			}
			giveTurnsBack();
		}
	}

	private void commitAlone() throws SQLException {
		try {
			this.wire.send(COMMIT);
		}
		catch (SQLException ex) {
			throw this.state.commitAloneFailed(ex);
		}
	}

	private void rollBackAlone() {
		try {
			if (!this.target.isClosed()) {
				this.wire.send(ROLLBACK);
			}
		}
		catch (SQLException ex) {
			logger.debug("A statement that has failed could not be rolled back", ex);
			cutQuietly();
		}
	}

	private <T> T noted(SqlAction<T> action) throws SQLException {
		try {
			return action.run();
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
	}

	private void carryOut(Preparation preparation) throws SQLException {
		for (PreparatoryStatement next = preparation.next(); next != null; next = preparation.next()) {
			carryOut(next);
		}
	}

	private void carryOut(PreparatoryStatement statement) throws SQLException {
		try {
			sendOwn(statement);
		}
		catch (SQLException ex) {
			throw failed(ex);
		}
	}

	private void sendOwn(PreparatoryStatement statement) throws SQLException {
		try {
			if (!this.state.isBegun()) {
				this.driver.resetRowLimit();
			}
			boolean keepsRows = statement.answer() != PreparatoryStatement.NO_ROWS;
			statement.answer().accept(this.wire.sendBefore(statement.sql(), timeout(statement), keepsRows));
		}
		catch (SQLException ex) {
			statement.error().accept(ex);
		}
	}

	private static int timeout(PreparatoryStatement statement) {
		return statement.limit().equals(TransactionState.NO_LIMIT) ? 0 : (int) statement.limit().toSeconds();
	}

	private void requireOpen() throws SQLException {
		if (this.target.isClosed()) {
			throw new SQLNonTransientConnectionException("The connection is closed", "08003");
		}
	}

	private void cut() throws SQLException {
		cut(this.target);
	}

	/**
	 * Cut a connection, by which the server rolls back, and let a pool beneath see an
	 * error from which it learns to discard the connection.
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
		giveTurnsBack();
		this.state.ended(outcome);
		this.endedIn = currentHolders();
		if (!this.awaitingEnd.isEmpty()) {
			this.awaitingEnd.forEach((awaiting) -> awaiting.accept(outcome));
			this.awaitingEnd.clear();
		}
	}

	private void giveTurnsBack() throws SQLException {
		try {
			List<SqlText> releases = this.state.releases();
			for (int i = 0; i < releases.size(); i++) {
				if (!this.target.isClosed()) {
					this.wire.send(releases.get(i));
				}
			}
		}
		catch (SQLException ex) {
			logger.debug("The named locks of a transaction could not be given back", ex);
			cut();
		}
	}

	private static List<WeakReference<ConnectionHolder>> currentHolders() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			return List.of();
		}
		List<WeakReference<ConnectionHolder>> holders = new ArrayList<>(1);
		for (Object resource : TransactionSynchronizationManager.getResourceMap().values()) {
			if (resource instanceof ConnectionHolder holder) {
				holders.add(new WeakReference<>(holder));
			}
		}
		return holders;
	}

}
