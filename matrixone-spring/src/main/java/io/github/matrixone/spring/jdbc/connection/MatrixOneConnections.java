package io.github.matrixone.spring.jdbc.connection;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.jdbc.wire.DriverSettings;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.StatementRules;
import io.github.matrixone.spring.transaction.TransactionStateFactory;

/**
 * Makes connections of a driver {@link MatrixOneConnection}s, if they lead to a
 * MatrixOne. Their transactions begin for real: the first statement after
 * {@code setAutoCommit(false)} is preceded by {@code BEGIN}, so that every MatrixOne
 * command can join the transaction. JDBC drivers send {@code SET autocommit=0} instead,
 * under which MatrixOne runs clones outside the transaction.
 *
 * <p>
 * A transaction begins with its first statement that writes or locks: it sends
 * {@code BEGIN}, and {@code COMMIT} at its end. One that only reads sends its statements
 * and nothing else, because the server reads READ COMMITTED; where that is not so, it
 * begins with its first statement. Which it is, is found out with the first read in a
 * transaction: {@code SELECT @@session.transaction_isolation} on each connection, and
 * once for a server that says REPEATABLE READ whether setting a level has an effect, by
 * {@code SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE}. What would commit
 * silently, corrupt data or escape the transaction is refused with a
 * {@link io.github.matrixone.spring.dao.StatementRefusedException} that says what to do
 * instead, also where the driver was about to send it by itself. After an error by which
 * the server has dropped the transaction, everything but the rollback is refused.
 *
 * <p>
 * Where a connection leads is found out for each, from its handshake, without sending a
 * statement. Connections to any other server are returned untouched, and so are those of
 * another driver than Connector/J. The settings of the driver are adjusted and checked as
 * {@link DriverSettings} says; a URL of several hosts is refused. Thread-safe once
 * configured.
 *
 * @since 0.1
 */
public class MatrixOneConnections {

	private static final Log logger = LogFactory.getLog(MatrixOneConnections.class);

	/**
	 * Classes of MariaDB's driver, of Connector/J 5.1, and of those that Amazon has made.
	 */
	private static final Pattern SPEAKS_MYSQL = Pattern
		.compile("(?i)mariadb|mysql|^software\\.(?:amazon|aws)\\.|^com\\.amazonaws\\.");

	private static final Set<SQLException> awaitingRollback = Collections
		.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

	private final Map<String, TransactionStateFactory> servers = new ConcurrentHashMap<>();

	private final Map<String, Boolean> announced = new ConcurrentHashMap<>();

	private volatile boolean adjustDriver = true;

	private volatile boolean readCommitted;

	private volatile boolean serializeLockUpgrades = true;

	private volatile boolean downgradeIsolation;

	private volatile @Nullable DatabaseName lastDatabase;

	/**
	 * Set whether to adjust the driver's settings to MatrixOne, which is the default.
	 * @param adjustDriver whether to adjust them
	 * @see DriverSettings#adjust(Connection)
	 */
	public void setAdjustDriver(boolean adjustDriver) {
		this.adjustDriver = adjustDriver;
	}

	/**
	 * Set whether to take for granted that each statement reads what is committed when it
	 * starts. It is found out otherwise, when a transaction reads for the first time.
	 * @param readCommitted whether that is certain
	 */
	public void setReadCommitted(boolean readCommitted) {
		this.readCommitted = readCommitted;
	}

	/**
	 * Set whether transactions take turns that write rows with a foreign key and then
	 * change the referenced table. Without it two of them that do so at the same time
	 * leave two rows under one primary key (v4.2.0). Costs such a transaction two
	 * statements, {@code SELECT GET_LOCK} and {@code SELECT RELEASE_LOCK}.
	 * @param serializeLockUpgrades whether to take a named lock
	 */
	public void setSerializeLockUpgrades(boolean serializeLockUpgrades) {
		this.serializeLockUpgrades = serializeLockUpgrades;
	}

	/**
	 * Set whether transactions that ask for REPEATABLE READ or SERIALIZABLE run under
	 * READ COMMITTED, with one warning for each level. They are refused otherwise, which
	 * is the default, because the server does not have these levels.
	 * @param downgradeIsolation whether they run
	 */
	public void setDowngradeIsolation(boolean downgradeIsolation) {
		this.downgradeIsolation = downgradeIsolation;
	}

	/**
	 * Make a connection one of MatrixOne, if it leads there.
	 * @param connection a new connection of a driver; it is closed if this fails
	 * @param source what has opened it
	 * @return the connection for the pool, or the same one
	 * @throws SQLException if the connection is refused, or closed
	 */
	public Connection wrap(Connection connection, ConnectionSource source) throws SQLException {
		try {
			Connection target = ConnectionHandler.unwrapped(connection);
			if (target == connection && DriverSettings.isWrapper(connection, MatrixOneConnection.class)) {
				return connection;
			}
			return isMatrixOne(target) ? wrapMatrixOne(target, source) : connection;
		}
		catch (SQLException | RuntimeException ex) {
			discard(connection, ex);
			throw ex;
		}
	}

	/**
	 * Return whether an error has come up in a transaction that is still to be rolled
	 * back. A pool must not close the connection for it: the rollback would fail, and
	 * hide the error. Where the connection is of no more use, that is told again when it
	 * is given back.
	 * @param ex an error of a connection
	 * @return whether to keep the connection until it is given back
	 */
	public static boolean isAwaitingRollback(SQLException ex) {
		return awaitingRollback.contains(ex);
	}

	static void awaitRollback(SQLException ex) {
		awaitingRollback.add(ex);
	}

	/**
	 * Return whether a connection leads to a MatrixOne and its driver is known well
	 * enough to manage transactions on it.
	 * @param connection a connection of a driver
	 * @return whether to wrap it
	 * @throws SQLException if the connection is closed
	 */
	protected boolean isMatrixOne(Connection connection) throws SQLException {
		if (!DriverSettings.isConnectorJ(connection)) {
			warnOfOtherDriver(connection);
			return false;
		}
		boolean matrixOne = MatrixOneServer.isMatrixOne(connection);
		if (!matrixOne && isNew("other " + server(connection)) && logger.isInfoEnabled()) {
			DatabaseMetaData server = connection.getMetaData();
			logger.info("Connected to " + server.getDatabaseProductName() + ' ' + server.getDatabaseProductVersion()
					+ ", which is not a MatrixOne: its connections are left as they are");
		}
		return matrixOne;
	}

	/**
	 * Return the current database of a connection.
	 * @param connection a connection of a driver
	 * @return the database, or {@code null} if there is none
	 * @throws SQLException if the connection is closed
	 */
	protected @Nullable DatabaseName currentDatabase(Connection connection) throws SQLException {
		String name = connection.getCatalog();
		if (!StringUtils.hasText(name)) {
			name = connection.getSchema();
		}
		DatabaseName last = this.lastDatabase;
		if (last != null && last.value().equals(name)) {
			return last;
		}
		DatabaseName database = StringUtils.hasText(name) ? DatabaseName.of(name) : null;
		this.lastDatabase = database;
		return database;
	}

	/**
	 * Return what is refused on the connections.
	 * @return the rules
	 */
	protected StatementRules statementRules() {
		return StatementRules.forServer();
	}

	private Connection wrapMatrixOne(Connection target, ConnectionSource source) throws SQLException {
		DriverSettings.refuseSeveralHosts(target);
		List<String> adjusted = this.adjustDriver ? DriverSettings.adjust(target) : List.of();
		String server = server(target);
		if (isNew(server)) {
			DriverSettings.logWarnings(target);
			if (logger.isInfoEnabled()) {
				logger.info("Connected to " + target.getMetaData().getDatabaseProductVersion()
						+ ": transactions begin with BEGIN"
						+ (adjusted.isEmpty() ? "" : "; set for the driver: " + String.join(", ", adjusted)));
			}
		}
		TransactionStateFactory states = this.servers.computeIfAbsent(server, (key) -> newStates());
		return ConnectionHandler.wrap(target,
				new ConnectionTransaction(target, DriverSettings.session(target), states.create(statementRules(),
						() -> currentDatabase(target), () -> ConnectionHandler.isTransactionKeptAtSet(source))),
				source);
	}

	private TransactionStateFactory newStates() {
		TransactionStateFactory states = new TransactionStateFactory();
		states.setOfThreads(true);
		if (this.readCommitted) {
			states.setReadCommitted();
		}
		states.setSerializeLockUpgrades(this.serializeLockUpgrades);
		states.setDowngradeIsolation(this.downgradeIsolation);
		return states;
	}

	/**
	 * Where H2 or any other database answers nothing is asked, and nothing is said.
	 */
	private void warnOfOtherDriver(Connection connection) throws SQLException {
		if (SPEAKS_MYSQL.matcher(connection.getClass().getName()).find() && isNew("driver " + server(connection))
				&& MatrixOneServer.isMatrixOne(connection)) {
			logger
				.warn("Connected to MatrixOne with another driver than MySQL's Connector/J: transactions do not begin "
						+ "for real, and MatrixOne's commands are refused. Use a URL that begins with jdbc:mysql: and "
						+ "com.mysql:mysql-connector-j");
		}
	}

	private boolean isNew(String server) {
		return this.announced.putIfAbsent(server, Boolean.TRUE) == null;
	}

	private static String server(Connection connection) throws SQLException {
		DatabaseMetaData metaData = connection.getMetaData();
		return metaData.getURL() + ' ' + metaData.getDatabaseProductVersion();
	}

	/**
	 * Have a pool beneath discard a connection that cannot be wrapped, because it is
	 * closed. It would be handed out again, for as long as it is asked for often:
	 * HikariCP does not test connections that were used just now.
	 */
	private static void discard(Connection connection, Exception ex) {
		try (connection) {
			ConnectionTransaction.cut(connection);
		}
		catch (SQLException cutFailure) {
			ex.addSuppressed(cutFailure);
		}
	}

}
