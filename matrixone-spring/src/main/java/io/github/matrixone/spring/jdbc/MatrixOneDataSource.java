package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.backend.ServerBackend;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.StatementRules;
import io.github.matrixone.spring.transaction.TransactionStates;

/**
 * {@link DelegatingDataSource} whose connections begin transactions for real: the first
 * statement after {@code setAutoCommit(false)} is preceded by {@code BEGIN}, so that
 * every MatrixOne command can join the transaction. JDBC drivers send
 * {@code SET autocommit=0} instead, under which MatrixOne runs clones outside the
 * transaction.
 *
 * <p>
 * A transaction of <i>n</i> statements sends <i>n</i> + 2, an empty one nothing, and a
 * read-only one its <i>n</i> statements only, because the server reads READ COMMITTED.
 * What would commit silently, corrupt data or escape the transaction is refused with a
 * {@link io.github.matrixone.spring.dao.StatementRefusedException} that says what to do
 * instead. After an error by which the server has dropped the transaction, everything but
 * the rollback is refused.
 *
 * <p>
 * Whether the server is a MatrixOne is found out once, from the first connection's
 * handshake, without sending a statement. Connections to any other server are returned
 * untouched. The settings of the driver are adjusted and checked as
 * {@link DriverSettings} says; a URL of several hosts is refused. Thread-safe once
 * configured.
 *
 * @since 0.1
 */
public class MatrixOneDataSource extends DelegatingDataSource {

	private static final Log logger = LogFactory.getLog(MatrixOneDataSource.class);

	private final boolean announced;

	private volatile boolean adjustDriver = true;

	private volatile @Nullable Boolean matrixOne;

	private volatile @Nullable DatabaseName lastDatabase;

	private final TransactionStates states = new TransactionStates();

	/**
	 * Create a data source.
	 * @param targetDataSource the application's data source, usually a pool
	 */
	public MatrixOneDataSource(DataSource targetDataSource) {
		this(targetDataSource, true);
	}

	private MatrixOneDataSource(DataSource targetDataSource, boolean announced) {
		super(targetDataSource);
		this.announced = announced;
	}

	/**
	 * Wrap the connections for commands beside a transaction, whose server is the
	 * application's: it is not logged again.
	 */
	static MatrixOneDataSource beside(DataSource ownConnections) {
		return new MatrixOneDataSource(ownConnections, false);
	}

	/**
	 * Set whether to adjust the driver's settings to MatrixOne, which is the default.
	 * @param adjustDriver whether to adjust them
	 * @see DriverSettings#adjust(Connection)
	 */
	public void setAdjustDriver(boolean adjustDriver) {
		this.adjustDriver = adjustDriver;
	}

	/**
	 * Set whether read-only transactions begin like all others. Needed only if the server
	 * is configured for an isolation other than READ COMMITTED, where the statements of a
	 * transaction share a view of the data.
	 * @param beginReadOnly whether to send {@code BEGIN} and {@code COMMIT} for them
	 */
	public void setBeginReadOnly(boolean beginReadOnly) {
		this.states.setBeginReadOnly(beginReadOnly);
	}

	/**
	 * Set whether transactions take turns that write rows with a foreign key and then
	 * change the referenced table. Without it two of them that do so at the same time
	 * leave two rows under one primary key (v4.2.0). Costs such a transaction two
	 * statements, {@code SELECT GET_LOCK} and {@code SELECT RELEASE_LOCK}.
	 * @param serializeLockUpgrades whether to take a named lock
	 */
	public void setSerializeLockUpgrades(boolean serializeLockUpgrades) {
		this.states.setSerializeLockUpgrades(serializeLockUpgrades);
	}

	@Override
	public Connection getConnection() throws SQLException {
		return wrap(super.getConnection());
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return wrap(super.getConnection(username, password));
	}

	/**
	 * Say whether a connection leads to a MatrixOne. Called once, with the first
	 * connection.
	 * @param connection a connection of the target
	 * @return whether to manage transactions on this data source's connections
	 * @throws SQLException if the connection is closed
	 */
	protected boolean isMatrixOne(Connection connection) throws SQLException {
		return ServerBackend.isMatrixOne(connection);
	}

	/**
	 * Return the current database of a connection.
	 * @param connection a connection of the target
	 * @return the database, or {@code null} if there is none
	 * @throws SQLException if the connection is closed
	 */
	protected @Nullable DatabaseName currentDatabase(Connection connection) throws SQLException {
		String catalog = connection.getCatalog();
		DatabaseName last = this.lastDatabase;
		if (last != null && last.value().equals(catalog)) {
			return last;
		}
		DatabaseName database = StringUtils.hasText(catalog) ? DatabaseName.of(catalog) : null;
		this.lastDatabase = database;
		return database;
	}

	/**
	 * Return what is refused on this data source's connections.
	 * @return the rules
	 */
	protected StatementRules statementRules() {
		return StatementRules.forServer();
	}

	private Connection wrap(Connection connection) throws SQLException {
		try {
			if (!leadsToMatrixOne(connection) || connection.isWrapperFor(MatrixOneConnection.class)) {
				return connection;
			}
			DriverSettings.refuseSeveralHosts(connection);
			return ConnectionHandler.wrap(connection, new ConnectionTransaction(connection,
					this.states.create(statementRules(), () -> currentDatabase(connection))));
		}
		catch (SQLException | RuntimeException ex) {
			discard(connection, ex);
			throw ex;
		}
	}

	/**
	 * Have the pool discard a connection that cannot be wrapped, because it is closed. It
	 * would be handed out again, for as long as it is asked for often: HikariCP does not
	 * test connections that were used just now.
	 */
	private static void discard(Connection connection, Exception ex) {
		try (connection) {
			ConnectionTransaction.cut(connection);
		}
		catch (SQLException cutFailure) {
			ex.addSuppressed(cutFailure);
		}
	}

	private boolean leadsToMatrixOne(Connection connection) throws SQLException {
		Boolean known = this.matrixOne;
		boolean matrixOne = (known != null) ? known : isMatrixOne(connection);
		List<String> adjusted = (matrixOne && this.adjustDriver) ? DriverSettings.adjust(connection) : List.of();
		if (known == null) {
			this.matrixOne = matrixOne;
			if (this.announced) {
				logFirst(connection, matrixOne, adjusted);
			}
		}
		return matrixOne;
	}

	private static void logFirst(Connection connection, boolean matrixOne, List<String> adjusted) throws SQLException {
		if (matrixOne) {
			DriverSettings.logWarnings(connection);
		}
		if (logger.isInfoEnabled()) {
			String server = connection.getMetaData().getDatabaseProductVersion();
			logger.info(matrixOne
					? "Connected to " + server + ": transactions begin with BEGIN"
							+ (adjusted.isEmpty() ? "" : "; set for the driver: " + String.join(", ", adjusted))
					: "Connected to " + connection.getMetaData().getDatabaseProductName() + ' ' + server
							+ ", which is not a MatrixOne: its connections are left as they are");
		}
	}

}
