package io.github.matrixone.spring.jdbc;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.SqlStatement;

/**
 * Shows a connection's transaction each text before it is sent, and each error.
 */
final class StatementHandler extends WrapperHandler {

	private final Connection connection;

	private final ConnectionTransaction transaction;

	private final List<SqlStatement> prepared;

	private final boolean updatable;

	private final List<SqlStatement> batch = new ArrayList<>();

	private long maxRows;

	StatementHandler(Statement target, Connection connection, ConnectionTransaction transaction, @Nullable String sql,
			boolean updatable) {
		super(target);
		this.connection = connection;
		this.transaction = transaction;
		this.prepared = (sql != null) ? SqlStatement.parse(sql) : List.of();
		this.updatable = updatable;
	}

	@Override
	@Nullable Object handle(Object proxy, Method method, Object[] args) throws Throwable {
		switch (method.getName()) {
			case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate":
				return execute((args.length > 0) ? SqlStatement.parse((String) args[0]) : this.prepared, method, args);
			case "executeBatch", "executeLargeBatch":
				return executeBatch(method, args);
			case "addBatch":
				this.batch.addAll((args.length > 0) ? SqlStatement.parse((String) args[0]) : this.prepared);
				return callTarget(method, args);
			case "clearBatch":
				this.batch.clear();
				return callTarget(method, args);
			case "getConnection":
				return this.connection;
			case "getMaxRows":
				return (int) Math.min(this.maxRows, Integer.MAX_VALUE);
			case "getLargeMaxRows":
				return this.maxRows;
			case "setMaxRows", "setLargeMaxRows":
				setMaxRows(((Number) args[0]).longValue());
				return null;
			default:
				return limited(callTarget(method, args));
		}
	}

	@Override
	SQLException failed(SQLException ex) {
		return this.transaction.failed(ex);
	}

	private @Nullable Object execute(List<SqlStatement> statements, Method method, Object[] args) throws Throwable {
		Lock turn = this.transaction.turn();
		turn.lock();
		try {
			this.transaction.beforeStatements(statements, this.updatable);
			Object result = callTarget(method, args);
			this.transaction.afterStatements(statements);
			return limited(result);
		}
		finally {
			turn.unlock();
		}
	}

	private @Nullable Object executeBatch(Method method, Object[] args) throws Throwable {
		List<SqlStatement> statements = this.batch.stream().distinct().toList();
		this.batch.clear();
		return execute(statements, method, args);
	}

	/**
	 * The limit is kept here: the driver would send SET SQL_SELECT_LIMIT, which commits
	 * the transaction (MO#26872), also when a later statement takes the limit away.
	 */
	private void setMaxRows(long maxRows) throws SQLException {
		if (maxRows < 0) {
			throw new SQLException("The number of rows must not be negative: " + maxRows);
		}
		this.maxRows = maxRows;
	}

	private @Nullable Object limited(@Nullable Object result) {
		return (this.maxRows > 0 && result instanceof ResultSet resultSet)
				? ResultSetLimitHandler.wrap(resultSet, this.maxRows) : result;
	}

}
