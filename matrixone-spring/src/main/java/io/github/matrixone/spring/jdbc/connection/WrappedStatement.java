package io.github.matrixone.spring.jdbc.connection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.jdbc.connection.ConnectionWire.SqlAction;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.transaction.StandIn;
import io.github.matrixone.spring.transaction.StatementRows;
import io.github.matrixone.spring.transaction.TransactionState;

/**
 * Shows a connection's transaction each text before it is sent, and each error. Written
 * out rather than made by reflection, because an application calls nothing else as often.
 */
class WrappedStatement implements Statement {

	private Statement target;

	private final Connection connection;

	private final ConnectionTransaction transaction;

	private final boolean updatable;

	/** Whether it is being sent, what comes before it included. */
	private volatile boolean sending;

	private @Nullable StandIn madeIn;

	private boolean streams;

	/** What the batch does, whose entries are mostly the same. */
	private List<SqlStatement> batch = List.of();

	WrappedStatement(Statement target, Connection connection, ConnectionTransaction transaction, boolean updatable)
			throws SQLException {
		this.target = target;
		this.connection = connection;
		this.transaction = transaction;
		this.updatable = updatable;
		this.madeIn = transaction.place();
		this.streams = transaction.streamsByDefault();
		if (this.streams) {
			target.setFetchSize(Integer.MIN_VALUE);
		}
	}

	@Override
	public @Nullable ResultSet executeQuery(String sql) throws SQLException {
		return streamed(send(sql, (text) -> this.target.executeQuery(text)));
	}

	@Override
	public int executeUpdate(String sql) throws SQLException {
		return update(sql, (text) -> this.target.executeUpdate(text));
	}

	@Override
	public void close() throws SQLException {
		letGo(() -> this.target.close());
	}

	@Override
	public int getMaxFieldSize() throws SQLException {
		return call(() -> this.target.getMaxFieldSize());
	}

	@Override
	public void setMaxFieldSize(int max) throws SQLException {
		carryOut(() -> this.target.setMaxFieldSize(max));
	}

	@Override
	public int getMaxRows() throws SQLException {
		return call(() -> this.target.getMaxRows());
	}

	@Override
	public void setMaxRows(int max) throws SQLException {
		carryOut(() -> this.target.setMaxRows(max));
	}

	@Override
	public void setEscapeProcessing(boolean enable) throws SQLException {
		carryOut(() -> this.target.setEscapeProcessing(enable));
	}

	@Override
	public int getQueryTimeout() throws SQLException {
		return call(() -> this.target.getQueryTimeout());
	}

	@Override
	public void setQueryTimeout(int seconds) throws SQLException {
		carryOut(() -> this.target.setQueryTimeout(seconds));
	}

	@Override
	public void cancel() throws SQLException {
		letGo(() -> {
			if (this.sending) {
				this.transaction.cancelBefore();
			}
			this.target.cancel();
		});
	}

	@Override
	public SQLWarning getWarnings() throws SQLException {
		return call(() -> this.target.getWarnings());
	}

	@Override
	public void clearWarnings() throws SQLException {
		letGo(() -> this.target.clearWarnings());
	}

	@Override
	public void setCursorName(String name) throws SQLException {
		carryOut(() -> this.target.setCursorName(name));
	}

	@Override
	public boolean execute(String sql) throws SQLException {
		return send(sql, (text) -> this.target.execute(text));
	}

	@Override
	public @Nullable ResultSet getResultSet() throws SQLException {
		return streamed(call(() -> this.target.getResultSet()));
	}

	@Override
	public int getUpdateCount() throws SQLException {
		return call(() -> this.target.getUpdateCount());
	}

	@Override
	public boolean getMoreResults() throws SQLException {
		return call(() -> this.target.getMoreResults());
	}

	@Override
	public void setFetchDirection(int direction) throws SQLException {
		carryOut(() -> this.target.setFetchDirection(direction));
	}

	@Override
	public int getFetchDirection() throws SQLException {
		return call(() -> this.target.getFetchDirection());
	}

	@Override
	public int getFetchSize() throws SQLException {
		return call(() -> this.target.getFetchSize());
	}

	@Override
	public int getResultSetConcurrency() throws SQLException {
		return call(() -> this.target.getResultSetConcurrency());
	}

	@Override
	public int getResultSetType() throws SQLException {
		return call(() -> this.target.getResultSetType());
	}

	@Override
	public boolean getMoreResults(int current) throws SQLException {
		return call(() -> this.target.getMoreResults(current));
	}

	@Override
	public @Nullable ResultSet getGeneratedKeys() throws SQLException {
		return streamed(call(() -> this.target.getGeneratedKeys()));
	}

	@Override
	public int executeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
		return update(sql, (text) -> this.target.executeUpdate(text, autoGeneratedKeys));
	}

	@Override
	public int executeUpdate(String sql, int[] columnIndexes) throws SQLException {
		return update(sql, (text) -> this.target.executeUpdate(text, columnIndexes));
	}

	@Override
	public int executeUpdate(String sql, String[] columnNames) throws SQLException {
		return update(sql, (text) -> this.target.executeUpdate(text, columnNames));
	}

	@Override
	public boolean execute(String sql, int autoGeneratedKeys) throws SQLException {
		return send(sql, (text) -> this.target.execute(text, autoGeneratedKeys));
	}

	@Override
	public boolean execute(String sql, int[] columnIndexes) throws SQLException {
		return send(sql, (text) -> this.target.execute(text, columnIndexes));
	}

	@Override
	public boolean execute(String sql, String[] columnNames) throws SQLException {
		return send(sql, (text) -> this.target.execute(text, columnNames));
	}

	@Override
	public int getResultSetHoldability() throws SQLException {
		return call(() -> this.target.getResultSetHoldability());
	}

	@Override
	public boolean isClosed() throws SQLException {
		return call(() -> this.target.isClosed());
	}

	@Override
	public void setPoolable(boolean poolable) throws SQLException {
		carryOut(() -> this.target.setPoolable(poolable));
	}

	@Override
	public boolean isPoolable() throws SQLException {
		return call(() -> this.target.isPoolable());
	}

	@Override
	public void closeOnCompletion() throws SQLException {
		carryOut(() -> this.target.closeOnCompletion());
	}

	@Override
	public boolean isCloseOnCompletion() throws SQLException {
		return call(() -> this.target.isCloseOnCompletion());
	}

	@Override
	public long getLargeUpdateCount() throws SQLException {
		return call(() -> this.target.getLargeUpdateCount());
	}

	@Override
	public void setLargeMaxRows(long max) throws SQLException {
		carryOut(() -> this.target.setLargeMaxRows(max));
	}

	@Override
	public long getLargeMaxRows() throws SQLException {
		return call(() -> this.target.getLargeMaxRows());
	}

	@Override
	public long executeLargeUpdate(String sql) throws SQLException {
		return update(sql, (text) -> this.target.executeLargeUpdate(text));
	}

	@Override
	public long executeLargeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
		return update(sql, (text) -> this.target.executeLargeUpdate(text, autoGeneratedKeys));
	}

	@Override
	public long executeLargeUpdate(String sql, int[] columnIndexes) throws SQLException {
		return update(sql, (text) -> this.target.executeLargeUpdate(text, columnIndexes));
	}

	@Override
	public long executeLargeUpdate(String sql, String[] columnNames) throws SQLException {
		return update(sql, (text) -> this.target.executeLargeUpdate(text, columnNames));
	}

	@Override
	public String enquoteLiteral(String value) throws SQLException {
		return call(() -> this.target.enquoteLiteral(value));
	}

	@Override
	public String enquoteIdentifier(String identifier, boolean alwaysQuote) throws SQLException {
		return call(() -> this.target.enquoteIdentifier(identifier, alwaysQuote));
	}

	@Override
	public boolean isSimpleIdentifier(String identifier) throws SQLException {
		return call(() -> this.target.isSimpleIdentifier(identifier));
	}

	@Override
	public String enquoteNCharLiteral(String value) throws SQLException {
		return call(() -> this.target.enquoteNCharLiteral(value));
	}

	@Override
	public void addBatch(String sql) throws SQLException {
		List<SqlStatement> statements = SqlStatement.parse(sql);
		batch(statements);
		String text = this.transaction.state().sent(sql, statements);
		carryOut(() -> this.target.addBatch(text));
	}

	@Override
	public void clearBatch() throws SQLException {
		forgetBatch();
		carryOut(() -> this.target.clearBatch());
	}

	@Override
	public int[] executeBatch() throws SQLException {
		return sendBatch(() -> this.target.executeBatch());
	}

	@Override
	public long[] executeLargeBatch() throws SQLException {
		return sendBatch(() -> this.target.executeLargeBatch());
	}

	@Override
	public Connection getConnection() {
		return this.connection;
	}

	@Override
	public void setFetchSize(int rows) throws SQLException {
		this.streams = rows == Integer.MIN_VALUE;
		carryOut(() -> this.target.setFetchSize(rows));
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		if (type.isInstance(this)) {
			return type.cast(this);
		}
		beforeUnwrap();
		return this.target.unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		return type.isInstance(this) || this.target.isWrapperFor(type);
	}

	@Override
	public String toString() {
		return "MatrixOne " + this.target;
	}

	/**
	 * Take note that an object of the driver is handed out.
	 */
	void beforeUnwrap() throws SQLException {
		this.transaction.beforeUnwrap();
	}

	/**
	 * Take note of what an entry of the batch does.
	 */
	final void batch(List<SqlStatement> statements) {
		if (this.batch.isEmpty()) {
			this.batch = statements;
		}
		else if (statements != this.batch && !this.batch.containsAll(statements)) {
			this.batch = Stream.concat(this.batch.stream(), statements.stream()).toList();
		}
	}

	void forgetBatch() {
		this.batch = List.of();
	}

	/**
	 * Return what the rows of the batch have in their columns, if it inserts some.
	 */
	StatementRows keysOfBatch() {
		return StatementRows.UNKNOWN;
	}

	/**
	 * Send statements and show their result.
	 */
	final <T> T send(List<SqlStatement> statements, StatementRows keys, SqlAction<T> action) throws SQLException {
		beHere();
		this.sending = true;
		try {
			return this.transaction.send(statements, this.updatable, limit(), keys, action);
		}
		finally {
			this.sending = false;
		}
	}

	/**
	 * See that the target was made where the connection is now, before its thread uses
	 * it.
	 */
	final void beHere() throws SQLException {
		if (this.transaction.hasMoved(this.madeIn)) {
			if (!this.batch.isEmpty() || !remake()) {
				throw ConnectionPlace.madeElsewhere();
			}
			this.madeIn = this.transaction.place();
		}
	}

	/**
	 * Make the target anew where the connection is now.
	 * @return whether that is possible
	 */
	boolean remake() throws SQLException {
		return false;
	}

	/**
	 * Do what is due before a method of the target is called that changes it.
	 */
	void beforeCall() throws SQLException {
	}

	/**
	 * Put another object in the place of the target, with the same limits.
	 */
	final void replaceTarget(Statement made) throws SQLException {
		Statement old = this.target;
		made.setQueryTimeout(old.getQueryTimeout());
		made.setMaxRows(old.getMaxRows());
		made.setFetchSize(old.getFetchSize());
		this.target = made;
		old.close();
	}

	/**
	 * Call a method of the target that returns something.
	 */
	final <T> T call(SqlAction<T> action) throws SQLException {
		try {
			return action.run();
		}
		catch (SQLException ex) {
			throw this.transaction.failed(ex);
		}
	}

	/**
	 * Call a method of the target that returns nothing.
	 */
	final void carryOut(Call call) throws SQLException {
		beforeCall();
		letGo(call);
	}

	/**
	 * Call a method of the target that works wherever the connection is by now.
	 */
	private void letGo(Call call) throws SQLException {
		try {
			call.run();
		}
		catch (SQLException ex) {
			throw this.transaction.failed(ex);
		}
	}

	final @Nullable ResultSet streamed(@Nullable ResultSet rows) {
		return (this.streams && rows != null) ? StreamedResultHandler.wrap(rows, this.transaction) : rows;
	}

	/**
	 * Return whether it may matter which rows are inserted, changed or locked.
	 */
	static boolean hasRows(List<SqlStatement> statements) {
		return statements.size() == 1
				&& (inserts(statements) || statements.get(0).change() != null || isKind(statements, Kind.LOCKING_READ));
	}

	static boolean inserts(List<SqlStatement> statements) {
		return isKind(statements, Kind.INSERT) || statements.get(0).updatesDuplicates();
	}

	private static boolean isKind(List<SqlStatement> statements, Kind kind) {
		return statements.get(0).kind() == kind;
	}

	private <T> T send(String sql, TextAction<T> action) throws SQLException {
		List<SqlStatement> statements = SqlStatement.parse(sql);
		String text = this.transaction.state().sent(sql, statements);
		StatementRows keys = hasRows(statements) ? new StatementParameters(text, inserts(statements))
				: StatementRows.UNKNOWN;
		return send(statements, keys, () -> action.run(text));
	}

	private <T> T update(String sql, TextAction<T> action) throws SQLException {
		this.transaction.requireWritable();
		return send(sql, action);
	}

	/**
	 * Send statements that change something and show their result.
	 */
	final <T> T update(List<SqlStatement> statements, StatementRows keys, SqlAction<T> action) throws SQLException {
		this.transaction.requireWritable();
		return send(statements, keys, action);
	}

	/**
	 * The driver's batch is empty afterwards, whatever has become of it; also where it
	 * was refused and the driver does not know of it.
	 */
	private <T> T sendBatch(SqlAction<T> action) throws SQLException {
		List<SqlStatement> statements = inAnyOrder(this.batch);
		boolean[] sent = new boolean[1];
		try {
			return update(statements, keysOfBatch(), () -> {
				sent[0] = true;
				return action.run();
			});
		}
		finally {
			forgetBatch();
			if (!sent[0] && !statements.isEmpty()) {
				this.target.clearBatch();
			}
		}
	}

	/**
	 * Where a batch holds different statements, what is done before one of them depends
	 * on the others, also on those that come before it again.
	 */
	private static List<SqlStatement> inAnyOrder(List<SqlStatement> batch) {
		if (batch.size() <= 1) {
			return batch;
		}
		List<SqlStatement> distinct = batch.stream().distinct().toList();
		return (distinct.size() > 1) ? Stream.concat(distinct.stream(), distinct.stream()).toList() : distinct;
	}

	private Duration limit() throws SQLException {
		int seconds = this.target.getQueryTimeout();
		return (seconds > 0) ? Duration.ofSeconds(seconds) : TransactionState.NO_LIMIT;
	}

	/**
	 * Something that the target does.
	 */
	@FunctionalInterface
	interface Call {

		void run() throws SQLException;

	}

	/**
	 * Something that the target does with a text.
	 *
	 * @param <T> the type of the result
	 */
	@FunctionalInterface
	private interface TextAction<T> {

		T run(String sql) throws SQLException;

	}

}
