package io.github.matrixone.spring.jdbc.connection;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.jdbc.connection.ConnectionWire.SqlAction;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.transaction.StatementRules;
import io.github.matrixone.spring.transaction.TransactionOutcome;

/**
 * Makes a connection of the driver or the pool a {@link MatrixOneConnection}.
 */
final class ConnectionHandler extends WrapperHandler {

	private static final Log logger = LogFactory.getLog(ConnectionHandler.class);

	private static final AtomicBoolean warnedOfIsolation = new AtomicBoolean();

	private final Connection target;

	private final ConnectionTransaction transaction;

	private final ConnectionSource source;

	private ConnectionHandler(Connection target, ConnectionTransaction transaction, ConnectionSource source) {
		super(target);
		this.target = target;
		this.transaction = transaction;
		this.source = source;
	}

	static Connection wrap(Connection target, ConnectionTransaction transaction, ConnectionSource source) {
		return proxy(MatrixOneConnection.class, new ConnectionHandler(target, transaction, source));
	}

	/**
	 * Return what a connection was made of, if that was done here.
	 */
	static Connection unwrapped(Connection connection) {
		return (Proxy.isProxyClass(connection.getClass())
				&& Proxy.getInvocationHandler(connection) instanceof ConnectionHandler handler) ? handler.target
						: connection;
	}

	@Override
	@Nullable Object handle(Object proxy, Method method, Object[] args) throws Throwable {
		switch (method.getName()) {
			case "createStatement":
				this.transaction.followThread();
				return new WrappedStatement((Statement) made(method, args), (Connection) proxy, this.transaction,
						isUpdatable(args, 1));
			case "prepareStatement":
				this.transaction.followThread();
				List<SqlStatement> statements = SqlStatement.parse((String) args[0]);
				Object[] sent = sent(args, statements);
				return prepared((PreparedStatement) preparedByDriver(method, sent), proxy, args, statements,
						() -> again(method, sent));
			case "prepareCall":
				this.transaction.followThread();
				List<SqlStatement> calls = SqlStatement.parse((String) args[0]);
				return this.transaction.withProcedures(() -> {
					CallableStatement call = (CallableStatement) made(method, sent(args, calls));
					return CallableStatementHandler.wrap(call, prepared(call, proxy, args, calls, null),
							this.transaction);
				});
			case "getAutoCommit":
				return this.transaction.state().isAutoCommit();
			case "setAutoCommit":
				this.transaction.setAutoCommit((Boolean) args[0]);
				return null;
			case "commit":
				requireManual(method.getName());
				this.transaction.commit();
				return null;
			case "rollback":
				if (args.length > 0) {
					throw StatementRules.savepointsRefused();
				}
				if (isLateRollbackOfPool()) {
					return null;
				}
				requireManual(method.getName());
				this.transaction.rollback();
				return null;
			case "setSavepoint", "releaseSavepoint":
				throw StatementRules.savepointsRefused();
			case "isReadOnly":
				return this.transaction.state().isReadOnly();
			case "setReadOnly":
				this.transaction.state().setReadOnly((Boolean) args[0]);
				return null;
			case "getTransactionIsolation":
				return Connection.TRANSACTION_READ_COMMITTED;
			case "setTransactionIsolation":
				requireIsolation((Integer) args[0]);
				return null;
			case "getMetaData":
				this.transaction.followThread();
				return MetaDataHandler.wrap((DatabaseMetaData) made(method, args), (Connection) proxy,
						this.transaction);
			case "getCatalog", "getSchema":
				this.transaction.followThread();
				return callTarget(method, args);
			case "setCatalog", "setSchema":
				return this.transaction.changeDatabase(method.getName(), () -> callTarget(method, args));
			case "clearWarnings":
				this.transaction.clearWarnings();
				return callTarget(method, args);
			case "close":
				this.transaction.close();
				return callTarget(method, args);
			case "isInTransaction":
				return this.transaction.state().isInTransaction();
			case "hasEnded":
				return this.transaction.hasEnded(args[0]);
			case "isLost":
				return this.transaction.isLost();
			case "whenEnded":
				whenEnded(args[0]);
				return null;
			case "source":
				return this.source;
			case "check":
				this.transaction.check((SqlStatement) args[0]);
				return null;
			case "journal":
				return this.transaction.journal((SqlText) args[0]);
			case "deleteBranch":
				this.transaction.state().deleteBranch();
				return null;
			case "lose":
				this.transaction.state().lost(new StatementRefusedException(Reason.TRANSACTION_LOST, (String) args[0]));
				return null;
			case "activity":
				return this.transaction.state().activity();
			case "lastOutcome":
				return this.transaction.state().lastOutcome();
			case "currentDatabase":
				this.transaction.followThread();
				return this.transaction.state().currentDatabase();
			default:
				return callTarget(method, args);
		}
	}

	@Override
	SQLException failed(SQLException ex) {
		return this.transaction.failed(ex);
	}

	@Override
	void beforeUnwrap() throws SQLException {
		this.transaction.beforeUnwrap();
	}

	private Object[] sent(Object[] args, List<SqlStatement> statements) {
		String sql = this.transaction.state().sent((String) args[0], statements);
		if (sql == args[0]) {
			return args;
		}
		Object[] sent = args.clone();
		sent[0] = sql;
		return sent;
	}

	private Object made(Method method, Object[] args) throws Throwable {
		return Objects.requireNonNull(callTarget(method, args));
	}

	private Object preparedByDriver(Method method, Object[] args) throws Throwable {
		return Objects.requireNonNull(this.transaction.prepare(() -> callTarget(method, args)));
	}

	private WrappedPreparedStatement prepared(PreparedStatement target, Object proxy, Object[] args,
			List<SqlStatement> statements, @Nullable SqlAction<PreparedStatement> again) throws SQLException {
		return new WrappedPreparedStatement(target, (Connection) proxy, this.transaction, (String) args[0], statements,
				isUpdatable(args, 2), again);
	}

	private PreparedStatement again(Method method, Object[] args) throws SQLException {
		try {
			return (PreparedStatement) preparedByDriver(method, args);
		}
		catch (SQLException | RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException("A statement could not be prepared", ex);
		}
	}

	private static boolean isUpdatable(Object[] args, int concurrencyIndex) {
		return args.length > concurrencyIndex
				&& Integer.valueOf(ResultSet.CONCUR_UPDATABLE).equals(args[concurrencyIndex]);
	}

	@SuppressWarnings("unchecked")
	private void whenEnded(Object awaiting) {
		this.transaction.whenEnded((Consumer<TransactionOutcome>) awaiting);
	}

	/**
	 * A pool that has seen {@code setAutoCommit(true)} fail, because the transaction was
	 * lost, still takes autocommit to be off when it takes the connection back.
	 */
	private boolean isLateRollbackOfPool() {
		return this.transaction.state().isAutoCommit() && PoolActivity.isCallingForItself("rollback");
	}

	private void requireManual(String method) throws SQLException {
		if (this.transaction.state().isAutoCommit()) {
			throw new SQLException("Connection." + method + "() cannot be called while autocommit is on", "25000");
		}
	}

	/**
	 * Try on a connection of its own whether a SET leaves a transaction open, unless that
	 * connection might be the transaction's.
	 */
	static boolean isTransactionKeptAtSet(ConnectionSource source) throws SQLException {
		if (!source.opensNewOnes()) {
			return false;
		}
		try (Connection connection = source.open()) {
			return Proxy.isProxyClass(connection.getClass())
					&& Proxy.getInvocationHandler(connection) instanceof ConnectionHandler handler
					&& handler.transaction.isKeptAtSet();
		}
	}

	/**
	 * A level that a pool is set to is left to it, as it is without this wrapper: the
	 * server ignores it.
	 */
	private void requireIsolation(int level) throws SQLException {
		if (level == Connection.TRANSACTION_READ_COMMITTED || level == Connection.TRANSACTION_READ_UNCOMMITTED) {
			return;
		}
		if (!PoolActivity.isCalling("setTransactionIsolation")) {
			this.transaction.state()
				.requireIsolation((level == Connection.TRANSACTION_SERIALIZABLE) ? "SERIALIZABLE" : "REPEATABLE READ");
			return;
		}
		if (warnedOfIsolation.compareAndSet(false, true)) {
			logger
				.warn("The pool is set to the isolation level REPEATABLE READ or SERIALIZABLE, which MatrixOne ignores: "
						+ "it reads READ COMMITTED. Remove the setting, such as "
						+ "spring.datasource.hikari.transaction-isolation, and use SELECT … FOR UPDATE for rows that must not "
						+ "change");
		}
	}

}
