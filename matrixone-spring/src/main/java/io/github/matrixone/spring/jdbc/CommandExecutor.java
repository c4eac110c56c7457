package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.SqlProvider;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandLog;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.LockWait;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UnprotectedConnectionException;
import io.github.matrixone.spring.jdbc.connection.ConnectionSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.jdbc.connection.MatrixOneServer;
import io.github.matrixone.spring.jdbc.connection.Statements;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterTransaction;
import io.github.matrixone.spring.transaction.Journal;
import io.github.matrixone.spring.transaction.OwnConnections;
import io.github.matrixone.spring.transaction.StandIn;
import io.github.matrixone.spring.transaction.TransactionHistory;

/**
 * Runs commands where they belong: as part of the current transaction, beside it on a
 * connection of their own, or after its commit. All operations of one data source share
 * one executor. Thread-safe.
 *
 * @since 0.1
 */
public class CommandExecutor implements OwnConnections {

	private static final String BESIDE = "Command beside the transaction";

	private final DataSource dataSource;

	private final @Nullable DataSource ownConnections;

	private final SiblingConnections siblings;

	private final MatrixOneBackend backend;

	private final SQLExceptionTranslator exceptionTranslator = new MatrixOneExceptionTranslator();

	private final JdbcTemplate jdbc;

	private @Nullable Journal journal;

	private final CommandLog log = new CommandLog(CommandExecutor.class);

	/**
	 * Create an executor that opens a connection for each command beside a transaction,
	 * with the URL and the user of the transaction's connection.
	 * @param dataSource the data source that the application's transactions use
	 * @param backend carries the commands out
	 */
	public CommandExecutor(DataSource dataSource, MatrixOneBackend backend) {
		this(dataSource, ConnectionSource::open, backend);
	}

	/**
	 * Create an executor.
	 * @param dataSource the data source that the application's transactions use: the very
	 * object that their transaction manager has
	 * @param siblings gives connections for commands beside a transaction
	 * @param backend carries the commands out
	 */
	public CommandExecutor(DataSource dataSource, SiblingConnections siblings, MatrixOneBackend backend) {
		this(dataSource, null, siblings, backend);
	}

	/**
	 * Create an executor whose commands beside a transaction go to one server, whatever
	 * the transaction's is.
	 * @param dataSource the data source that the application's transactions use: the very
	 * object that their transaction manager has
	 * @param ownConnections where connections for commands beside a transaction come from
	 * @param backend carries the commands out
	 */
	public CommandExecutor(DataSource dataSource, DataSource ownConnections, MatrixOneBackend backend) {
		this(dataSource, (ownConnections instanceof MatrixOneDataSource) ? ownConnections
				: new MatrixOneDataSource(ownConnections), ConnectionSource::open, backend);
	}

	private CommandExecutor(DataSource dataSource, @Nullable DataSource ownConnections, SiblingConnections siblings,
			MatrixOneBackend backend) {
		Assert.notNull(dataSource, "The data source must not be null");
		Assert.notNull(siblings, "The connections beside a transaction must not be null");
		Assert.notNull(backend, "The backend must not be null");
		this.dataSource = dataSource;
		this.ownConnections = ownConnections;
		this.siblings = siblings;
		this.backend = backend;
		this.jdbc = jdbc(dataSource);
	}

	/**
	 * Set from when on a command is slow: it is then logged as a warning, where others
	 * are logged for debugging.
	 * @param slowThreshold the shortest duration of a slow command, or {@code null} for
	 * no such warnings
	 */
	public void setSlowThreshold(@Nullable Duration slowThreshold) {
		this.log.setSlowThreshold(slowThreshold);
	}

	/**
	 * Set where to keep what is to follow the end of a transaction, so that it can be
	 * recovered after the process has died. Without a journal it lives in memory only.
	 * @param journal the journal, or {@code null}
	 */
	public void setJournal(@Nullable Journal journal) {
		this.journal = journal;
	}

	@Nullable Journal journal() {
		return this.journal;
	}

	/**
	 * Change rows of a journal as part of the current transaction.
	 */
	int journal(SqlText statement) {
		try {
			Integer changed = jdbc()
				.execute((ConnectionCallback<Integer>) (connection) -> connection.unwrap(MatrixOneConnection.class)
					.journal(statement));
			return Objects.requireNonNull(changed, "An update gives a count");
		}
		catch (BadSqlGrammarException ex) {
			throw TableNotFoundException.ofJournal(ex);
		}
	}

	/**
	 * Return what carries the commands out.
	 * @return the backend
	 */
	public MatrixOneBackend backend() {
		return this.backend;
	}

	/**
	 * Return the current transaction on the data source. Changes that JPA or MyBatis
	 * still hold back are sent first, so that the transaction's activity is complete, but
	 * for those of a session whose flush mode is manual.
	 * @return the transaction, or {@code null} if there is none, or if it has ended and
	 * only what follows its end is being done
	 */
	public @Nullable CurrentTransaction currentTransaction() {
		if (!isInTransaction()) {
			return null;
		}
		Optional<MatrixOneConnection> bound = jdbc().execute(this::transactionConnection);
		if (bound == null || bound.isEmpty()) {
			return null;
		}
		MatrixOneConnection connection = bound.get();
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			throw new NotAllowedInTransactionException(
					"The transaction manager does not synchronize transactions, so commands can neither join nor "
							+ "follow them: set its transactionSynchronization to SYNCHRONIZATION_ALWAYS");
		}
		DataSource used = TransactionDataSources.of(this.dataSource);
		PendingChanges.flush(used, isReadOnly(connection));
		return new CurrentTransaction(connection, AfterTransactionSynchronization.current(this, used, connection));
	}

	/**
	 * Have JPA and MyBatis send the changes that they still hold back in the current
	 * transaction, if there is one that commands can join.
	 */
	public void sendPendingChanges() {
		currentTransaction();
	}

	/**
	 * Run a command as part of the current transaction, or at once where there is none.
	 * @param command the command
	 * @return what the backend has returned
	 */
	public @Nullable String join(Command command) {
		return orNull(jdbc().execute(new JoinedCommand(command)));
	}

	/**
	 * Look something up as part of the current transaction, or at once where there is
	 * none.
	 * @param query the query
	 * @return its rows
	 */
	public Rows query(SqlText query) {
		Rows rows = jdbc().execute((ConnectionCallback<Rows>) (connection) -> isUsable(connection)
				? Statements.send(direct(connection), query, secondsOf(connection))
				: onOwnConnection(sourceOf(connection), (own) -> own.query(query)));
		return Objects.requireNonNull(rows, "A query gives rows");
	}

	/**
	 * Look something up as part of the current transaction, or at once where there is
	 * none, and read its rows one by one with the types that the driver gives them.
	 * @param query the query
	 * @param reader reads one row
	 */
	public void query(SqlText query, RowCallbackHandler reader) {
		read(query, 0, reader);
	}

	/**
	 * Look something up as part of the current transaction, or at once where there is
	 * none, and read its rows while the server sends them: no more than one of them is
	 * held in memory. Nothing else can be sent on the connection meanwhile. Where the
	 * reader fails, the rows that are left are read and dropped.
	 * @param query the query
	 * @param reader reads one row
	 */
	public void stream(SqlText query, RowCallbackHandler reader) {
		// Connector/J's sign that rows are to be read one by one.
		read(query, Integer.MIN_VALUE, reader);
	}

	private void read(SqlText query, int fetchSize, RowCallbackHandler reader) {
		jdbc().execute((ConnectionCallback<Boolean>) (connection) -> {
			requireKnown(connection);
			try (PreparedStatement statement = direct(connection).prepareStatement(query.sql())) {
				if (fetchSize != 0) {
					statement.setFetchSize(fetchSize);
				}
				int secondsLeft = secondsOf(connection);
				if (secondsLeft > 0) {
					statement.setQueryTimeout(secondsLeft);
				}
				for (int i = 0; i < query.arguments().size(); i++) {
					statement.setObject(i + 1, query.arguments().get(i));
				}
				try (ResultSet rows = statement.executeQuery()) {
					while (rows.next()) {
						reader.processRow(rows);
					}
				}
			}
			return true;
		});
	}

	/**
	 * Do something as part of the current transaction, or in one of its own where there
	 * is none.
	 * @param <T> the type of the result
	 * @param work what to do
	 * @return the result
	 */
	public <T> T inTransaction(Supplier<T> work) {
		if (currentTransaction() != null) {
			return work.get();
		}
		JdbcTransactionManager own = new JdbcTransactionManager(TransactionDataSources.of(this.dataSource));
		own.setExceptionTranslator(this.exceptionTranslator);
		return inTransaction(own, work);
	}

	/**
	 * Do something as part of the current transaction, or in one of a transaction manager
	 * where there is none.
	 * @param <T> the type of the result
	 * @param manager the transaction manager
	 * @param work what to do
	 * @return the result
	 */
	public <T> T inTransaction(PlatformTransactionManager manager, Supplier<T> work) {
		if (currentTransaction() != null) {
			return work.get();
		}
		TransactionTemplate transaction = new TransactionTemplate(manager);
		// One that has ended may still be bound, while what follows its commit is done.
		transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return Objects.requireNonNull(transaction.execute((status) -> work.get()));
	}

	/**
	 * Return whether the transactions of a manager are of the data source, as far as it
	 * tells: one of JDBC or JPA does.
	 * @param manager the transaction manager
	 * @return whether it is one of the data source
	 */
	public boolean isManagedBy(PlatformTransactionManager manager) {
		return TransactionDataSources.isOf(manager, this.dataSource);
	}

	/**
	 * Have the current transaction rolled back, whatever its owner does.
	 * @param reason what has happened, and what can be done
	 */
	public void loseTransaction(String reason) {
		jdbc().execute((ConnectionCallback<Boolean>) (connection) -> {
			requireProtected(connection).lose(reason);
			return true;
		});
	}

	/**
	 * Run a command at once on a connection of its own, beside any transaction.
	 * @param command the command
	 * @return what the backend has returned
	 */
	public @Nullable String beside(Command command) {
		return orNull(onOwnConnection(null, (own) -> Optional.ofNullable(own.run(command))));
	}

	/**
	 * Run a command as {@link #beside(Command)} does, unless it would wait for a lock for
	 * longer.
	 * @param command the command
	 * @param wait how long it may wait
	 * @return whether it was carried out
	 */
	public boolean beside(Command command, LockWait wait) {
		return onOwnConnection(null, (own) -> own.run(command, wait));
	}

	/**
	 * Delete a branch beside any transaction, in one of its own that is committed only if
	 * something holds while nobody can write to the branch: the deletion waits for those
	 * who are writing, and others wait for its end. Whoever reads meanwhile on another
	 * connection sees the branch as it is.
	 * @param deletion deletes the branch, if that is still {@linkplain Command#pending()
	 * pending}
	 * @param condition what has to hold; it must not change the branch
	 * @return whether the branch was deleted
	 */
	public boolean deleteIf(Command deletion, BooleanSupplier condition) {
		return onOwnConnection(null, (own) -> own.deleteIf(deletion, condition));
	}

	/**
	 * Do several things at once on one connection of their own, beside any transaction.
	 * @param <T> the type of the result
	 * @param work does them
	 * @return its result
	 */
	public <T> T beside(Function<OwnConnection, T> work) {
		return onOwnConnection(null, work::apply);
	}

	/**
	 * Change rows of a journal at once, beside any transaction.
	 * @param statement the statement
	 * @return how many rows it has changed
	 */
	public long update(SqlText statement) {
		return onOwnConnection(null, (own) -> own.update(statement, Duration.ZERO));
	}

	/**
	 * {@inheritDoc} It is taken when it is first needed.
	 */
	@Override
	public void onOwnConnection(Consumer<OwnConnection> work) {
		onOwnConnection(null, (own) -> {
			work.accept(own);
			return true;
		});
	}

	/**
	 * Do several things on one connection of its own.
	 * @param source what opens it, or {@code null} for where the connection of the
	 * current transaction comes from, or one that the application would get now
	 */
	<T> T onOwnConnection(@Nullable ConnectionSource source, Function<LazyOwnConnection, T> work) {
		try (LazyOwnConnection own = new LazyOwnConnection(this, source)) {
			return work.apply(own);
		}
	}

	/**
	 * Run work after the commit of the current transaction, in the order in which it was
	 * asked for, or at once where there is none.
	 * @param <T> the type of the result
	 * @param transaction the current transaction, or {@code null}
	 * @param command what is to be done
	 * @param work does it, on a connection of its own
	 * @param result gets the result where another process has done it from the journal
	 * @return a handle
	 */
	public <T> AfterCommit<T> afterCommit(@Nullable CurrentTransaction transaction, JournaledCommand command,
			Function<OwnConnection, T> work, Function<OwnConnection, T> result) {
		if (transaction == null) {
			return AfterTransaction.done(command.description(), onOwnConnection(null, work::apply));
		}
		return transaction.work.afterCommit(command, work, result);
	}

	/**
	 * Complete the name of a table with the current database.
	 * @param table the name
	 * @return a name with a database
	 */
	public TableName qualified(TableName table) {
		Assert.notNull(table, "The table must not be null");
		if (table.database() != null) {
			return table;
		}
		DatabaseName current = currentDatabase();
		if (current == null) {
			throw new IllegalArgumentException("The table " + table
					+ " needs a database: the connection has no current one, or a USE statement has changed it. "
					+ "Use TableName.of(database, table)");
		}
		return table.qualifiedBy(current);
	}

	/**
	 * Return the database that names without one belong to.
	 * @return the database, or {@code null} if there is none, or if it is not certain
	 */
	public @Nullable DatabaseName currentDatabase() {
		return orNull(jdbc().execute((ConnectionCallback<Optional<DatabaseName>>) CommandExecutor::currentDatabase));
	}

	/**
	 * Take what is open outside of a transaction out of the way of work in a branch or in
	 * the past: an entity manager that JPA keeps open in the view.
	 * @return puts it back
	 * @throws NotAllowedInTransactionException if a transaction is active, or if entities
	 * were loaded
	 */
	public Runnable putAside() {
		return OpenSessions.putAside(TransactionDataSources.of(this.dataSource));
	}

	/**
	 * Have MyBatis read again what it has read in the current transaction, and Hibernate
	 * past its second-level cache until the end of it.
	 */
	public void forgetRead() {
		DataSource used = TransactionDataSources.of(this.dataSource);
		PendingChanges.forgetRead(used);
		OpenSessions.bypassCaches(used);
	}

	/**
	 * Refuse to go on where JPA has loaded rows of some tables in the current
	 * transaction: who looks for them would see these, whatever is in the tables.
	 * @param tables the tables
	 * @throws NotAllowedInTransactionException if it has
	 */
	public void requireNotLoaded(Set<TableName> tables) {
		OpenSessions.requireNotLoaded(TransactionDataSources.of(this.dataSource), tables);
	}

	/**
	 * Complete the name of a table with the database that connections of their own start
	 * in, whatever the current transaction has made its current database.
	 * @param table the name
	 * @return a name with a database
	 */
	public TableName qualifiedBeside(TableName table) {
		Assert.notNull(table, "The table must not be null");
		if (table.database() != null) {
			return table;
		}
		DatabaseName database = onOwnConnection(null, LazyOwnConnection::currentDatabase).orElse(null);
		if (database == null) {
			throw new IllegalArgumentException(
					"The table " + table + " needs a database: name one in the URL, or before the table");
		}
		return table.qualifiedBy(database);
	}

	private JdbcTemplate jdbc() {
		StandIn.requireNone("A command of MatrixOne");
		DataSource used = TransactionDataSources.of(this.dataSource);
		return (used == this.dataSource) ? this.jdbc : jdbc(used);
	}

	private JdbcTemplate jdbc(DataSource dataSource) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.setExceptionTranslator(this.exceptionTranslator);
		return jdbc;
	}

	private Optional<MatrixOneConnection> transactionConnection(Connection connection) throws SQLException {
		if (connection.getAutoCommit() || hasEnded(connection)) {
			return Optional.empty();
		}
		return Optional.of(requireProtected(connection));
	}

	/**
	 * Return whether what is done on a connection takes effect: at once, or with the
	 * commit of a transaction that is still to come.
	 */
	private boolean isUsable(Connection connection) throws SQLException {
		requireKnown(connection);
		return connection.getAutoCommit() || (isInTransaction() && !hasEnded(connection));
	}

	private boolean hasEnded(Connection connection) throws SQLException {
		Object holder = TransactionSynchronizationManager.getResource(TransactionDataSources.of(this.dataSource));
		return holder != null && connection.isWrapperFor(MatrixOneConnection.class)
				&& connection.unwrap(MatrixOneConnection.class).hasEnded(holder);
	}

	/**
	 * Return what tells how long the current transaction may still take, as Spring's
	 * {@code DataSourceUtils} do: where that is over, the transaction can only be rolled
	 * back. What follows its end is not limited.
	 */
	private @Nullable IntSupplier secondsLeft(Connection connection) throws SQLException {
		Object resource = TransactionSynchronizationManager.getResource(TransactionDataSources.of(this.dataSource));
		return (resource instanceof ConnectionHolder holder && holder.hasTimeout() && !connection.getAutoCommit()
				&& !hasEnded(connection)) ? holder::getTimeToLiveInSeconds : null;
	}

	private int secondsOf(Connection connection) throws SQLException {
		IntSupplier secondsLeft = secondsLeft(connection);
		return (secondsLeft != null) ? secondsLeft.getAsInt() : 0;
	}

	private ConnectionSource sourceOf(Connection connection) throws SQLException {
		return requireKnown(connection).source();
	}

	/**
	 * A transaction that Spring does not know of can neither be joined nor followed.
	 */
	private MatrixOneConnection requireKnown(Connection connection) throws SQLException {
		MatrixOneConnection found = requireProtected(connection);
		if (!found.getAutoCommit() && !isInTransaction() && found.activity().hasWritten()) {
			throw new NotAllowedInTransactionException(
					"This command is not sent: its connection is in a transaction that Spring does not know of, such "
							+ "as one of @DSTransactional, and the command would neither see its changes nor be rolled "
							+ "back with it. Use @Transactional, or clone a table by sending the statement as SQL text");
		}
		return found;
	}

	/**
	 * A connection that nothing protects would let a command escape from the transaction.
	 */
	private static MatrixOneConnection requireProtected(Connection connection) throws SQLException {
		if (!connection.isWrapperFor(MatrixOneConnection.class)) {
			MatrixOneServer.require(connection);
			throw new UnprotectedConnectionException(
					"This command is not sent: its connection leads to a MatrixOne, but "
							+ "its transactions do not begin for real, so that the command would run outside of them. Begin the "
							+ "URL of the pool with jdbc:matrixone:, use MySQL's Connector/J, or put a MatrixOneDataSource "
							+ "between the pool and the driver");
		}
		return connection.unwrap(MatrixOneConnection.class);
	}

	private boolean isInTransaction() {
		Object bound = TransactionSynchronizationManager.getResource(TransactionDataSources.of(this.dataSource));
		// A manager that never synchronizes says nothing of its transactions but this.
		return bound != null && !TransactionDataSources.isOfAnother(bound)
				&& (TransactionSynchronizationManager.isActualTransactionActive()
						|| !TransactionSynchronizationManager.isSynchronizationActive());
	}

	private static boolean isReadOnly(Connection connection) {
		try {
			return connection.isReadOnly();
		}
		catch (SQLException ex) {
			throw new UncategorizedSQLException("Connection.isReadOnly", null, ex);
		}
	}

	private static Optional<DatabaseName> currentDatabase(Connection connection) throws SQLException {
		return Optional.ofNullable(requireProtected(connection).currentDatabase());
	}

	private static <T> @Nullable T orNull(@Nullable Optional<T> result) {
		return (result != null) ? result.orElse(null) : null;
	}

	/**
	 * Send beneath the pool: its filters, such as the firewall of Druid, do not know
	 * MatrixOne's statements.
	 */
	private static Connection direct(Connection connection) throws SQLException {
		return connection.isWrapperFor(MatrixOneConnection.class) ? connection.unwrap(MatrixOneConnection.class)
				: connection;
	}

	static Rows query(Connection connection, SqlText query) throws SQLException {
		return Statements.send(direct(connection), query);
	}

	@Nullable String run(Connection connection, Command command) throws SQLException {
		return run(connection, command, null);
	}

	private @Nullable String run(Connection connection, Command command, @Nullable IntSupplier secondsLeft)
			throws SQLException {
		long start = System.nanoTime();
		try {
			return (secondsLeft != null) ? this.backend.execute(direct(connection), command, secondsLeft)
					: this.backend.execute(direct(connection), command);
		}
		catch (SQLException ex) {
			DataAccessException failure = command.failure(ex);
			if (failure != null) {
				throw failure;
			}
			throw ex;
		}
		finally {
			this.log.log(command, start);
		}
	}

	DataAccessException translate(String sql, SQLException ex) {
		DataAccessException translated = this.exceptionTranslator.translate(BESIDE, sql, ex);
		return (translated != null) ? translated : new UncategorizedSQLException(BESIDE, sql, ex);
	}

	Connection ownConnection(@Nullable ConnectionSource source) {
		StandIn.requireNone("A command of MatrixOne");
		try {
			if (this.ownConnections != null) {
				return this.ownConnections.getConnection();
			}
			return this.siblings.get((source != null) ? source : applicationSource());
		}
		catch (SQLException ex) {
			throw new CannotGetJdbcConnectionException("A command that runs beside the transaction needs a connection "
					+ "of its own, and none could be had", ex);
		}
	}

	/**
	 * Return where the connection of the current transaction comes from, or one that the
	 * application would get now.
	 */
	private ConnectionSource applicationSource() {
		ConnectionSource source = jdbc().execute((ConnectionCallback<ConnectionSource>) this::sourceOf);
		return Objects.requireNonNull(source, "Each connection has a source");
	}

	/**
	 * A command on the current transaction's connection, with its statement for messages.
	 */
	private final class JoinedCommand implements ConnectionCallback<Optional<String>>, SqlProvider {

		private final Command command;

		private JoinedCommand(Command command) {
			this.command = command;
		}

		@Override
		public Optional<String> doInConnection(Connection connection) throws SQLException {
			return Optional.ofNullable(isUsable(connection) ? run(connection, this.command, secondsLeft(connection))
					: onOwnConnection(sourceOf(connection), (own) -> own.run(this.command)));
		}

		@Override
		public String getSql() {
			return this.command.statements().get(0).sql();
		}

	}

	/**
	 * The current transaction on the data source.
	 */
	public static final class CurrentTransaction {

		private final MatrixOneConnection connection;

		private final AfterTransactionSynchronization work;

		private CurrentTransaction(MatrixOneConnection connection, AfterTransactionSynchronization work) {
			this.connection = connection;
			this.work = work;
		}

		/**
		 * Return what the transaction has done so far.
		 * @return the record
		 */
		public TransactionHistory activity() {
			return this.connection.activity();
		}

		/**
		 * Refuse what writes, also if it is done beside the transaction or after it.
		 * @throws NotAllowedInTransactionException if the transaction is read-only
		 */
		public void requireWritable() {
			if (CommandExecutor.isReadOnly(this.connection)) {
				throw NotAllowedInTransactionException.inReadOnly();
			}
		}

		/**
		 * Have a synchronization called after the end of this transaction, also where
		 * another manager's has begun within it.
		 * @param synchronization its methods {@code afterCommit} and
		 * {@code afterCompletion} are called
		 */
		public void register(TransactionSynchronization synchronization) {
			ConnectionSynchronizations.register(this.connection, synchronization);
		}

		/**
		 * Return whether a command waits for the commit.
		 * @param command tells which one
		 * @return whether such a command waits
		 */
		public boolean awaits(Predicate<Command> command) {
			return this.work.awaits(command);
		}

		/**
		 * Return the last of the commands that wait for the commit.
		 * @param command tells which ones
		 * @return the last that waits, or {@code null} if none does
		 */
		public @Nullable Command lastAwaited(Predicate<Command> command) {
			return this.work.lastAwaited(command);
		}

		/**
		 * Return whether a journal keeps what is made beside the transaction, and what is
		 * to follow its commit.
		 * @return whether it does
		 */
		public boolean isJournaled() {
			return this.work.isJournaled();
		}

		/**
		 * Carry a command out beside the transaction, and have it
		 * {@linkplain UndoableCommand#undo() undone} on rollback.
		 * @param command the command
		 * @param check refuses the command because of what the transaction has done
		 * @return takes another command that undoes it, when it is known what exactly was
		 * made, or {@code null} when it is known that it is not there any more
		 */
		public Consumer<@Nullable Command> beside(UndoableCommand command, Consumer<TransactionHistory> check) {
			check.accept(this.connection.activity());
			return this.work.beside(command);
		}

	}

}
