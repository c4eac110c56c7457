package io.github.matrixone.spring.jdbc.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.jdbc.connection.ConnectionPlace.OwnAction;
import io.github.matrixone.spring.jdbc.wire.DriverSession;
import io.github.matrixone.spring.jdbc.wire.WireObserver;
import io.github.matrixone.spring.jdbc.wire.WireText;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.transaction.StandIn;
import io.github.matrixone.spring.transaction.TransactionState;

/**
 * Tells apart what a connection sends: what the application has asked for, what is our
 * own, and what the driver sends by itself, which must not end the transaction or reach
 * another database than the thread works in.
 */
final class ConnectionWire implements WireObserver {

	private static final SqlText PING = SqlText.of("SELECT 1");

	private final Connection target;

	private final DriverSession driver;

	private final TransactionState state;

	private final ReentrantLock lock;

	private final ConnectionPlace place;

	private final UnaskedStatementRules unasked;

	/** What the application has asked for, while it is being sent. */
	private @Nullable List<SqlStatement> announced;

	/**
	 * Whether the application has asked for a prepared statement, which is being made.
	 */
	private boolean preparing;

	private volatile @Nullable Statement before;

	/** Whether what is being sent is our own. */
	private boolean own;

	/** Whether a text of what was announced has failed, as within a batch. */
	private boolean failed;

	/**
	 * Create what watches the wire of a connection.
	 * @param target the connection
	 * @param driver its driver
	 * @param state the state of its transaction
	 * @param session the changes of its session
	 * @param lock the lock that is held while something is sent that was asked for
	 */
	ConnectionWire(Connection target, DriverSession driver, TransactionState state, SessionChanges session,
			ReentrantLock lock) {
		this.target = target;
		this.driver = driver;
		this.state = state;
		this.lock = lock;
		this.place = new ConnectionPlace(target, state, session, this::inOwnName);
		this.unasked = new UnaskedStatementRules(state);
	}

	ConnectionPlace place() {
		return this.place;
	}

	/**
	 * Send what the application has asked for.
	 */
	<T> T announce(List<SqlStatement> statements, SqlAction<T> action) throws SQLException {
		this.announced = statements;
		this.failed = false;
		try {
			return action.run();
		}
		finally {
			this.announced = null;
		}
	}

	/**
	 * Have the driver send what the application has asked it for.
	 */
	@Nullable Object announceCall(List<SqlStatement> statements, Action action) throws Throwable {
		this.announced = statements;
		this.failed = false;
		try {
			return action.run();
		}
		finally {
			this.announced = null;
		}
	}

	/**
	 * Have the driver make a prepared statement that the application has asked for. What
	 * the server prepares it does not do before it is told to.
	 */
	@Nullable Object prepare(Action action) throws Throwable {
		this.preparing = true;
		try {
			return action.run();
		}
		finally {
			this.preparing = false;
		}
	}

	/**
	 * Do something of our own that has a result.
	 */
	<T> T own(SqlAction<T> action) throws SQLException {
		boolean before = this.own;
		this.own = true;
		try {
			return action.run();
		}
		finally {
			this.own = before;
		}
	}

	/**
	 * Do something of our own.
	 */
	void inOwnName(OwnAction action) throws SQLException {
		own(() -> {
			action.run();
			return true;
		});
	}

	/**
	 * Send a statement of our own.
	 */
	void send(SqlText sql) throws SQLException {
		send(sql, 0);
	}

	/**
	 * Send a statement of our own within a time.
	 * @param timeout how long it may take, in seconds, or 0 for no limit
	 */
	Rows send(SqlText sql, int timeout) throws SQLException {
		return own(() -> Statements.send(this.target, sql, timeout));
	}

	/**
	 * Send a statement before one of the application's, whose cancellation ends it.
	 * @param sql the statement
	 * @param timeout how long it may take, in seconds, or 0 for no limit
	 * @param keepsRows whether to return its rows
	 */
	Rows sendBefore(SqlText sql, int timeout, boolean keepsRows) throws SQLException {
		try {
			return own(() -> Statements.send(this.target, sql, timeout, keepsRows,
					(statement) -> this.before = statement));
		}
		finally {
			this.before = null;
		}
	}

	/**
	 * End a statement that is sent before one of the application's, if there is one.
	 */
	void cancelBefore() throws SQLException {
		Statement before = this.before;
		if (before != null) {
			before.cancel();
		}
	}

	/**
	 * Ask the server whether it has a transaction open.
	 */
	boolean isInTransaction() throws SQLException {
		send(PING);
		return this.driver.isInTransaction();
	}

	/**
	 * Return whether statements of a kind are among others. Without a stream, because
	 * this is asked for each statement.
	 */
	static boolean isAmong(@Nullable List<SqlStatement> statements, Kind kind) {
		if (statements == null) {
			return false;
		}
		for (SqlStatement statement : statements) {
			if (statement.kind() == kind) {
				return true;
			}
		}
		return false;
	}

	@Override
	public void beforeText(WireText text) throws SQLException {
		boolean mine = this.lock.isHeldByCurrentThread();
		if (mine && this.own) {
			return;
		}
		List<SqlStatement> announced = mine ? this.announced : null;
		if (!isAmong(announced, Kind.USE)) {
			requireInPlace(text, announced != null || (mine && this.preparing));
		}
		if (mine && this.preparing) {
			return;
		}
		requireTransaction(announced);
		boolean usual = announced != null || !this.state.isInTransaction();
		if (usual && !text.mayChangeSession()) {
			return;
		}
		for (SqlStatement statement : SqlStatement.parse(text.toString())) {
			if (!isAmong(announced, statement.kind())) {
				this.unasked.check(statement, text);
			}
		}
	}

	private void requireInPlace(WireText text, boolean asked) throws SQLException {
		this.place.requireFollowed();
		StandIn current = StandIn.get();
		if (current != null && !PoolActivity.isSettingUp()) {
			current.requireWithin(text.toString(), asked);
		}
	}

	@Override
	public void beforeExecution() throws SQLException {
		boolean mine = this.lock.isHeldByCurrentThread();
		if (!mine || !this.own) {
			this.place.requireFollowed();
			requireTransaction(mine ? this.announced : null);
		}
	}

	private void requireTransaction(@Nullable List<SqlStatement> announced) throws SQLException {
		if (this.state.isLost() && !isAmong(announced, Kind.ROLLBACK)) {
			this.state.requireNotLost();
		}
		if (announced != null && this.failed && this.state.isBegun()) {
			requireTransactionAfterFailure();
		}
	}

	@Override
	public void beforeCommand(String command) throws SQLException {
		if (this.state.isBegun() && !(this.lock.isHeldByCurrentThread() && (this.own || this.announced != null))) {
			throw this.unasked.refused("The driver was about to send " + command + " in a transaction, which ends it");
		}
	}

	@Override
	public boolean withholdsRowLimit() {
		return this.state.isBegun();
	}

	@Override
	public void succeeded(boolean inTransaction) {
		if (inTransaction || !this.state.isBegun() || (this.own && this.lock.isHeldByCurrentThread())) {
			return;
		}
		if (this.announced == null || this.announced.stream().noneMatch(ConnectionWire::mayEnd)) {
			this.state.lost(new StatementRefusedException(Reason.TRANSACTION_LOST,
					"The server has ended this transaction with a statement that does not say so: what was done before "
							+ "is committed or gone. Nothing more is sent until the rollback"));
		}
	}

	private static boolean mayEnd(SqlStatement statement) {
		return switch (statement.kind()) {
			case BEGIN, COMMIT, ROLLBACK, SET, LOCK_TABLES -> true;
			default -> false;
		};
	}

	@Override
	public void failed() {
		this.failed = true;
	}

	/**
	 * A driver goes on with a batch after an error. If the server has dropped the
	 * transaction with it, the rest would be committed row by row. Only the server's next
	 * answer tells.
	 */
	private void requireTransactionAfterFailure() throws SQLException {
		this.failed = false;
		if (!isInTransaction()) {
			throw this.unasked
				.refused("The server has rolled this transaction back after an error in a batch, and the rest of the "
						+ "batch is not sent. Roll back and try the whole transaction again");
		}
	}

	/**
	 * Something that is done on the connection for the application.
	 */
	@FunctionalInterface
	interface Action {

		@Nullable Object run() throws Throwable;

	}

	/**
	 * Something that is done on the connection.
	 *
	 * @param <T> the type of its result
	 */
	@FunctionalInterface
	interface SqlAction<T> {

		T run() throws SQLException;

	}

}
