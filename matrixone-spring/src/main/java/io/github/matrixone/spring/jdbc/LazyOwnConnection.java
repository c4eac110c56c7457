package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.LockWait;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.jdbc.connection.ConnectionSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.jdbc.connection.MatrixOneServer;
import io.github.matrixone.spring.jdbc.connection.Statements;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.OwnConnections.OwnConnection;

/**
 * A connection of its own, taken when it is first needed, and another one where it was
 * closed because it has failed.
 */
final class LazyOwnConnection implements OwnConnection, AutoCloseable {

	private static final Log logger = LogFactory.getLog(LazyOwnConnection.class);

	private static final String CURRENT_DATABASE = "SELECT DATABASE()";

	private final CommandExecutor executor;

	private final @Nullable ConnectionSource source;

	private @Nullable Connection connection;

	LazyOwnConnection(CommandExecutor executor, @Nullable ConnectionSource source) {
		this.executor = executor;
		this.source = source;
	}

	@Override
	public Rows query(SqlText query) {
		return with(query.sql(), (connection) -> CommandExecutor.query(connection, query));
	}

	@Override
	public long update(SqlText statement, Duration timeout) {
		return with(statement.sql(), (connection) -> {
			MatrixOneServer.require(connection);
			return (long) Statements.update(connection, statement, (int) timeout.toSeconds());
		});
	}

	@Override
	public void execute(Command command) {
		run(command);
	}

	@Nullable String run(Command command) {
		return with(command.statements().get(0).sql(),
				(connection) -> Optional.ofNullable(this.executor.run(connection, command)))
			.orElse(null);
	}

	/**
	 * Carry a command out, unless it would wait for a lock for longer.
	 * @return whether it was carried out
	 */
	boolean run(Command command, LockWait wait) {
		LockWait before = LockWait.read(query(LockWait.query()));
		run(wait);
		boolean done;
		try {
			done = runUnlessLocked(command);
		}
		catch (RuntimeException ex) {
			try {
				run(before);
			}
			catch (RuntimeException notSet) {
				ex.addSuppressed(notSet);
			}
			throw ex;
		}
		run(before);
		return done;
	}

	private boolean runUnlessLocked(Command command) {
		try {
			run(command);
			return true;
		}
		catch (PessimisticLockingFailureException ex) {
			logger.debug("Not carried out, because of a lock: " + command.description(), ex);
			return false;
		}
	}

	/**
	 * Delete a branch in a transaction that is committed only if something holds then.
	 * @param deletion deletes it
	 * @param condition what has to hold
	 * @return whether it was deleted
	 */
	boolean deleteIf(Command deletion, BooleanSupplier condition) {
		return with(deletion.statements().get(0).sql(), (connection) -> {
			MatrixOneServer.require(connection);
			MatrixOneConnection own = connection.unwrap(MatrixOneConnection.class);
			connection.setAutoCommit(false);
			try {
				own.deleteBranch();
				this.executor.run(connection, deletion);
				boolean committed = own.activity().hasWritten() && condition.getAsBoolean();
				if (committed) {
					connection.commit();
				}
				else {
					connection.rollback();
				}
				return committed;
			}
			// Also what a condition in another language throws: what is open would be
			// committed by what follows.
			catch (Throwable ex) {
				rollback(connection, ex);
				throw ex;
			}
			finally {
				connection.setAutoCommit(true);
			}
		});
	}

	private static void rollback(Connection connection, Throwable failure) {
		try {
			connection.rollback();
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * Return the database that such connections start in.
	 */
	Optional<DatabaseName> currentDatabase() {
		return with(CURRENT_DATABASE, (connection) -> {
			String catalog = StringUtils.hasText(connection.getCatalog()) ? connection.getCatalog()
					: connection.getSchema();
			return StringUtils.hasText(catalog) ? Optional.of(DatabaseName.of(catalog)) : Optional.empty();
		});
	}

	private <T> T with(String sql, ConnectionCallback<T> action) {
		try {
			return action.doInConnection(connection());
		}
		catch (SQLException ex) {
			throw this.executor.translate(sql, ex);
		}
	}

	private Connection connection() throws SQLException {
		Connection connection = this.connection;
		if (connection != null && isClosed(connection)) {
			close();
			connection = null;
		}
		if (connection == null) {
			connection = this.executor.ownConnection(this.source);
			this.connection = connection;
			if (!connection.getAutoCommit()) {
				connection.setAutoCommit(true);
			}
		}
		return connection;
	}

	/**
	 * A pool does not know of a connection that was cut after an error.
	 */
	private static boolean isClosed(Connection connection) throws SQLException {
		return connection.isClosed() || (connection.isWrapperFor(MatrixOneConnection.class)
				&& connection.unwrap(MatrixOneConnection.class).isClosed());
	}

	@Override
	public void close() {
		JdbcUtils.closeConnection(this.connection);
	}

}
