package io.github.matrixone.spring.jdbc;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.transaction.InsertedKeys;
import io.github.matrixone.spring.transaction.TransactionState;

/**
 * Shows a connection's transaction each text before it is sent, and each error.
 */
final class StatementHandler extends WrapperHandler {

	private final Statement statement;

	private final Connection connection;

	private final ConnectionTransaction transaction;

	private final @Nullable List<SqlStatement> prepared;

	private final boolean updatable;

	private final List<SqlStatement> batch = new ArrayList<>();

	/** What the application binds to an insert, while that is seen. */
	private @Nullable InsertParameters parameters;

	private boolean streams;

	StatementHandler(Statement target, Connection connection, ConnectionTransaction transaction, @Nullable String sql,
			boolean updatable) throws SQLException {
		super(target);
		this.statement = target;
		this.connection = connection;
		this.transaction = transaction;
		this.prepared = (sql != null) ? SqlStatement.parse(sql) : null;
		this.updatable = updatable;
		this.parameters = (sql != null && isInsert(this.prepared)) ? new InsertParameters(sql) : null;
		this.streams = transaction.streamsByDefault();
		if (this.streams) {
			target.setFetchSize(Integer.MIN_VALUE);
		}
	}

	@Override
	@Nullable Object handle(Object proxy, Method method, Object[] args) throws Throwable {
		switch (method.getName()) {
			case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate":
				return execute(statements(args), method, args);
			case "executeBatch", "executeLargeBatch":
				return executeBatch(method, args);
			case "addBatch":
				this.batch.addAll(statements(args));
				if (this.parameters != null) {
					this.parameters.addBatch();
				}
				return callTarget(method, args);
			case "clearBatch":
				clearBatch();
				return callTarget(method, args);
			case "getConnection":
				return this.connection;
			case "setFetchSize":
				this.streams = ((Integer) args[0]) == Integer.MIN_VALUE;
				return callTarget(method, args);
			default:
				if (this.parameters != null) {
					this.parameters.called(method.getName(), args);
				}
				return streamed(callTarget(method, args));
		}
	}

	@Override
	SQLException failed(SQLException ex) {
		return this.transaction.failed(ex);
	}

	@Override
	void beforeUnwrap() throws SQLException {
		this.parameters = null;
		this.transaction.beforeUnwrap();
	}

	private List<SqlStatement> statements(Object[] args) {
		if (args.length > 0) {
			return SqlStatement.parse((String) args[0]);
		}
		return (this.prepared != null) ? this.prepared : List.of();
	}

	private @Nullable Object execute(List<SqlStatement> statements, Method method, Object[] args) throws Throwable {
		return streamed(
				this.transaction.send(statements, this.updatable, limit(), keys(args), () -> callTarget(method, args)));
	}

	private InsertedKeys keys(Object[] args) {
		if (args.length > 0) {
			return (column) -> new InsertParameters((String) args[0]).of(column);
		}
		return (this.parameters != null) ? this.parameters : InsertedKeys.UNKNOWN;
	}

	private static boolean isInsert(@Nullable List<SqlStatement> statements) {
		return statements != null && statements.size() == 1 && statements.get(0).kind() == Kind.INSERT;
	}

	private void clearBatch() {
		this.batch.clear();
		if (this.parameters != null) {
			this.parameters.clearBatch();
		}
	}

	/**
	 * The driver's batch is empty afterwards, whatever has become of it; also where it
	 * was refused and the driver does not know of it.
	 */
	private @Nullable Object executeBatch(Method method, Object[] args) throws Throwable {
		List<SqlStatement> statements = inAnyOrder(this.batch);
		boolean[] sent = new boolean[1];
		try {
			InsertedKeys keys = (this.parameters != null) ? this.parameters.ofBatch() : InsertedKeys.UNKNOWN;
			return this.transaction.send(statements, this.updatable, limit(), keys, () -> {
				sent[0] = true;
				return callTarget(method, args);
			});
		}
		finally {
			clearBatch();
			if (!sent[0] && !statements.isEmpty()) {
				this.statement.clearBatch();
			}
		}
	}

	/**
	 * Where a batch holds different statements, what is done before one of them depends
	 * on the others, also on those that come before it again.
	 */
	private static List<SqlStatement> inAnyOrder(List<SqlStatement> batch) {
		List<SqlStatement> distinct = batch.stream().distinct().toList();
		return (distinct.size() > 1) ? Stream.concat(distinct.stream(), distinct.stream()).toList() : distinct;
	}

	private Duration limit() throws SQLException {
		int seconds = this.statement.getQueryTimeout();
		return (seconds > 0) ? Duration.ofSeconds(seconds) : TransactionState.NO_LIMIT;
	}

	private @Nullable Object streamed(@Nullable Object result) {
		return (this.streams && result instanceof ResultSet rows) ? StreamedResultHandler.wrap(rows, this.transaction)
				: result;
	}

}
