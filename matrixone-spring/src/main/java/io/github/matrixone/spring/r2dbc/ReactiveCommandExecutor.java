package io.github.matrixone.spring.r2dbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.r2dbc.connection.ConnectionFactoryUtils;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.util.Assert;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandLog;
import io.github.matrixone.spring.command.CommandObservation;
import io.github.matrixone.spring.command.CommandObservationConvention;
import io.github.matrixone.spring.command.CountedCommand;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.LockWait;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.r2dbc.StatementQueue.Slot;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterTransaction;
import io.github.matrixone.spring.transaction.Journal;
import io.github.matrixone.spring.transaction.NamedLock;
import io.github.matrixone.spring.transaction.OwnConnections;
import io.github.matrixone.spring.transaction.StandIn;
import io.github.matrixone.spring.transaction.TransactionHistory;

/**
 * Runs commands where they belong, without blocking: as part of the current reactive
 * transaction, beside it on a connection of their own, or after its commit. All reactive
 * operations of one connection factory share one executor. Thread-safe once configured.
 *
 * @since 0.1
 */
public class ReactiveCommandExecutor implements OwnConnections {

	private static final String COMMAND = "A command of MatrixOne";

	/**
	 * The key of Micrometer's {@code ObservationThreadLocalAccessor}, whose class needs
	 * another library.
	 */
	private static final String OBSERVATION = "micrometer.observation";

	private static final Duration FOR_EVER = Duration.ofMillis(Long.MAX_VALUE);

	private final ConnectionFactory connectionFactory;

	private final UnaryOperator<ConnectionFactory> ownConnections;

	private final Set<MatrixOneConnectionFactory> servers = Collections
		.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>()));

	private final CommandLog log = new CommandLog(ReactiveCommandExecutor.class);

	private @Nullable Journal journal;

	private Mono<Void> journalPrepared = Mono.empty();

	private volatile BiFunction<Command, Mono<String>, Mono<String>> observation = (command, result) -> result;

	/**
	 * Create an executor that opens a connection for each command beside a transaction,
	 * by the {@link MatrixOneConnectionFactory} that has opened the transaction's.
	 * @param connectionFactory the connection factory that the application's transactions
	 * use, such as a pool: the very object that their transaction manager has
	 */
	public ReactiveCommandExecutor(ConnectionFactory connectionFactory) {
		this(connectionFactory, UnaryOperator.identity());
	}

	/**
	 * Create an executor.
	 * @param connectionFactory the connection factory that the application's transactions
	 * use, such as a pool: the very object that their transaction manager has
	 * @param ownConnections makes, of the {@link MatrixOneConnectionFactory} that has
	 * opened the transaction's connection, where the connections for commands beside it
	 * come from, such as a pool on it. It is asked each time
	 */
	public ReactiveCommandExecutor(ConnectionFactory connectionFactory,
			UnaryOperator<ConnectionFactory> ownConnections) {
		Assert.notNull(connectionFactory, "The connection factory must not be null");
		Assert.notNull(ownConnections, "The own connections must not be null");
		this.connectionFactory = connectionFactory;
		this.ownConnections = ownConnections;
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
		this.journalPrepared = (journal != null) ? Mono.<Void>fromRunnable(journal::prepare)
			.subscribeOn(Schedulers.boundedElastic())
			.thenReturn(journal)
			.cache((prepared) -> FOR_EVER, (ex) -> Duration.ZERO, () -> Duration.ZERO)
			.then() : Mono.empty();
	}

	@Nullable Journal journal() {
		return this.journal;
	}

	/**
	 * Let the journal find out what it needs, once and where it may block.
	 */
	Mono<Void> journalPrepared() {
		return this.journalPrepared;
	}

	/**
	 * Set where observations of commands go, named and keyed as those of the blocking
	 * side. Their parent is the observation in Reactor's context, if there is one, or
	 * else that of the thread.
	 * @param registry the registry
	 * @param convention names them, or {@code null} for the registry's convention or else
	 * the default one
	 */
	public void setObservationRegistry(ObservationRegistry registry,
			@Nullable CommandObservationConvention convention) {
		this.observation = (command, result) -> Mono.deferContextual((context) -> {
			Observation parent = context.<@Nullable Observation>getOrDefault(OBSERVATION, null);
			return Mono.using(() -> start(CommandObservation.of(convention, command, registry), parent),
					(observation) -> result.doOnError(observation::error), Observation::stop);
		});
	}

	private static Observation start(Observation observation, @Nullable Observation parent) {
		return ((parent != null) ? observation.parentObservation(parent) : observation).start();
	}

	/**
	 * Do something that depends on the current transaction on the connection factory.
	 * @param <T> the type of the result
	 * @param action gets the transaction, or {@code null} if there is none, or if it has
	 * ended and only what follows its end is being done
	 * @return the action's result
	 */
	public <T> Mono<T> withCurrentTransaction(Function<@Nullable CurrentTransaction, Mono<T>> action) {
		return FlowPlace.requireNone(COMMAND)
			.then(TransactionSynchronizationManager.forCurrentTransaction())
			.map((manager) -> Optional.ofNullable(currentTransaction(manager)))
			.onErrorResume(NoTransactionException.class, (ex) -> Mono.just(Optional.empty()))
			.flatMap((transaction) -> action.apply(transaction.orElse(null)))
			.onErrorStop();
	}

	/**
	 * Let a flow work in a database instead of another one: each statement that is
	 * subscribed to as part of it is sent there, where it would be sent to the original.
	 * @param <T> the type of the results
	 * @param database the database
	 * @param work what the flow does
	 * @return its results
	 */
	public <T> Flux<T> in(StandIn database, Flux<T> work) {
		return work.contextWrite((context) -> FlowPlace.put(context, database)).onErrorStop();
	}

	/**
	 * Refuse something in a flow that works in a branch or in the past, or in a
	 * transaction.
	 * @param what what is refused
	 * @return completes if it is not refused
	 */
	public Mono<Void> requireOutside(String what) {
		return FlowPlace.requireNone(what)
			.then(TransactionSynchronizationManager.forCurrentTransaction())
			.filter((manager) -> manager.isSynchronizationActive() || manager.isActualTransactionActive())
			.onErrorResume(NoTransactionException.class, (ex) -> Mono.empty())
			.flatMap((manager) -> Mono.<Void>error(StandIn.refusedInTransaction()))
			.onErrorStop();
	}

	/**
	 * Return the database that names without one belong to.
	 * @return the database, or nothing if there is none, or if it is not certain
	 */
	public Mono<DatabaseName> currentDatabase() {
		return with(this.connectionFactory,
				(transaction) -> transaction.inTurn((turn) -> transaction.currentDatabase()))
			.onErrorMap(SQLException.class, (ex) -> R2dbcErrors.translate(PhysicalConnection.QUERY.sql(), ex))
			.onErrorStop();
	}

	/**
	 * Run a command as part of the current transaction, or at once where there is none.
	 * Outside a transaction a command whose subscriber leaves before he has the result is
	 * {@linkplain Command#undo() undone}.
	 * @param command the command
	 * @return the first column of the first row that the last statement gave, or nothing
	 */
	public Mono<String> join(Command command) {
		return join(command, Mono::justOrEmpty, Undo.onCancel(undo(command)));
	}

	/**
	 * Run a command as {@link #join(Command)} does and go on with what it has made, which
	 * belongs to it: outside a transaction the command is {@linkplain Command#undo()
	 * undone} where the subscriber leaves before he has the result of both.
	 * @param <T> the type of the result
	 * @param command the command
	 * @param next what follows it
	 * @return the result of what follows
	 */
	public <T> Mono<T> join(Command command, Mono<T> next) {
		return join(command, (result) -> next, Undo.onCancel(undo(command)));
	}

	/**
	 * Run a command as {@link #join(Command)} does and go on with what it has made, which
	 * stays only if that succeeds.
	 * @param <T> the type of the result
	 * @param command the command
	 * @param next what follows it
	 * @param undo takes away what the command has made outside a transaction, where what
	 * follows fails or is cancelled
	 * @return the result of what follows
	 */
	public <T> Mono<T> join(Command command, Mono<T> next, Mono<?> undo) {
		return join(command, (result) -> next, Undo.unlessDone(undo));
	}

	private <T> Mono<T> join(Command command, Function<Optional<String>, Mono<T>> next, Undo undo) {
		return FlowPlace.requireNone(COMMAND)
			.then(make(ConnectionFactoryUtils.getConnection(this.connectionFactory),
					(connection) -> release(connection, this.connectionFactory), command, next, undo))
			.onErrorStop();
	}

	/**
	 * Look something up as part of the current transaction, or at once where there is
	 * none.
	 * @param query the query
	 * @return its rows
	 */
	public Mono<Rows> query(SqlText query) {
		return with(this.connectionFactory,
				(transaction) -> transaction.inEndableTurn((turn) -> transaction.query(query))
					.onErrorMap(SQLException.class, (ex) -> R2dbcErrors.translate(query.sql(), ex)));
	}

	/**
	 * Look something up as part of the current transaction, or at once where there is
	 * none, and read its rows one by one with the types that the driver gives them.
	 * @param <T> the type of what is read
	 * @param query the query
	 * @param reader reads one row
	 * @return what was read of each row
	 */
	public <T> Mono<List<T>> query(SqlText query, Function<Row, T> reader) {
		return with(this.connectionFactory,
				(transaction) -> transaction.inEndableTurn((turn) -> transaction.query(query, reader))
					.onErrorMap(SQLException.class, (ex) -> R2dbcErrors.translate(query.sql(), ex)));
	}

	/**
	 * Look something up as part of the current transaction, or at once where there is
	 * none, and read its rows at the subscriber's pace, with the types that the driver
	 * gives them. A statement that is to be sent on the connection meanwhile has the rows
	 * that are left read into memory.
	 * @param <T> the type of what is read
	 * @param query the query
	 * @param reader reads one row
	 * @return what was read of each row
	 */
	public <T> Flux<T> stream(SqlText query, Function<Row, T> reader) {
		return FlowPlace.requireNone(COMMAND)
			.thenMany(Flux.usingWhen(ConnectionFactoryUtils.getConnection(this.connectionFactory),
					(connection) -> stream(connection, query, reader),
					(connection) -> release(connection, this.connectionFactory)))
			.onErrorStop();
	}

	private <T> Flux<T> stream(Connection connection, SqlText query, Function<Row, T> reader) {
		return Flux.defer(() -> {
			transaction(connection);
			Statement statement = connection.createStatement(query.sql());
			for (int i = 0; i < query.arguments().size(); i++) {
				statement.bind(i, query.arguments().get(i));
			}
			return Flux.<Result>from(statement.execute())
				.concatMap((result) -> result.map((row, metaData) -> reader.apply(row)), 0);
		}).onErrorMap(R2dbcException.class, (ex) -> R2dbcErrors.translate(query.sql(), R2dbcErrors.toSqlException(ex)));
	}

	/**
	 * Do something as part of the current transaction, or in one of its own where there
	 * is none.
	 * @param <T> the type of the result
	 * @param work what to do
	 * @return the result
	 */
	public <T> Mono<T> inTransaction(Mono<T> work) {
		// One that has ended may still be bound, while what follows its commit is done.
		TransactionalOperator own = TransactionalOperator.create(new R2dbcTransactionManager(this.connectionFactory),
				new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
		return withCurrentTransaction((transaction) -> (transaction != null) ? work : own.transactional(work));
	}

	/**
	 * Have the current transaction rolled back, whatever its owner does.
	 * @param reason what has happened, and what can be done
	 * @return completes when that is certain
	 */
	public Mono<Void> loseTransaction(String reason) {
		return with(this.connectionFactory, (transaction) -> transaction.inTurn((turn) -> Mono.fromRunnable(
				() -> transaction.state().lost(new StatementRefusedException(Reason.TRANSACTION_LOST, reason)))));
	}

	/**
	 * Change rows of a journal when the transaction has ended, on its connection.
	 */
	Mono<Long> update(SqlText statement) {
		return with(this.connectionFactory,
				(transaction) -> new ReactiveOwnConnection(this, transaction).update(statement));
	}

	/**
	 * Run a command at once on a connection of its own, beside any transaction. It goes
	 * to the server of the current transaction, or to that which the application's next
	 * connection would lead to.
	 * @param command the command
	 * @return as {@link #join(Command)}
	 */
	public Mono<String> beside(Command command) {
		return beside(command, Mono::justOrEmpty, Undo.onCancel(undo(command)));
	}

	/**
	 * Run a command as {@link #beside(Command)} does, use what it has made, and
	 * {@linkplain Command#undo() undo} it then, whatever has come of it.
	 * @param <T> the type of the result
	 * @param command the command
	 * @param use uses it
	 * @return the result of the use
	 */
	public <T> Mono<T> beside(Command command, Mono<T> use) {
		return beside(command, (result) -> use, Undo.inAnyCase(undo(command)));
	}

	/**
	 * Run a command as {@link #beside(Command)} does, unless it would wait for a lock for
	 * longer.
	 * @param command the command
	 * @param wait how long it may wait
	 * @return whether it was carried out
	 */
	public Mono<Boolean> beside(Command command, LockWait wait) {
		return currentServer().flatMap((server) -> onOwnConnection(server, (own) -> own.execute(command, wait)))
			.onErrorStop();
	}

	private <T> Mono<T> beside(Command command, Function<Optional<String>, Mono<T>> next, Undo undo) {
		return currentServer()
			.flatMap((server) -> make(ownConnection(server), (connection) -> Mono.from(connection.close()), command,
					next, undo))
			.onErrorStop();
	}

	private Mono<?> undo(Command command) {
		Command undo = command.undo();
		return (undo != null) ? beside(undo) : Mono.empty();
	}

	/**
	 * Carry a command out on a connection, give that back, and go on. If the subscriber
	 * leaves, it is known what to undo only when the turn has ended in which the command
	 * was carried out.
	 */
	private <T> Mono<T> make(Mono<? extends Connection> connection, Function<Connection, Mono<Void>> release,
			Command command, Function<Optional<String>, Mono<T>> next, Undo undo) {
		return Mono.defer(() -> {
			AtomicBoolean made = new AtomicBoolean();
			AtomicReference<Mono<Void>> ended = new AtomicReference<>(Mono.empty());
			return Mono.usingWhen(connection.map((lent) -> new Lent(lent, release.apply(lent).cache())),
					(lent) -> on(lent.connection, (transaction) -> {
						ended.set(transaction.idle());
						return inTurn(transaction, command, made);
					}).singleOptional().delayUntil((result) -> lent.released).flatMap(next),
					(lent) -> lent.released.then(ifMade(made, undo.done)),
					(lent, ex) -> lent.released.onErrorComplete()
						.then(ifMade(made, undo.failed))
						.onErrorResume((failure) -> {
							ex.addSuppressed(failure);
							return Mono.empty();
						}),
					(lent) -> lent.released.onErrorComplete()
						.then(Mono.defer(ended::get))
						.then(ifMade(made, undo.cancelled)));
		});
	}

	private static Mono<Void> ifMade(AtomicBoolean made, Mono<?> undo) {
		return Mono.defer(() -> made.get() ? undo.then() : Mono.empty());
	}

	private Mono<String> inTurn(R2dbcTransaction transaction, Command command, AtomicBoolean made) {
		Function<Slot, Mono<String>> action = (turn) -> carryOut(transaction, turn, command, made);
		return (command instanceof CountedCommand) ? transaction.inEndableTurn(action) : transaction.inTurn(action);
	}

	/**
	 * Do several things on one connection of its own, beside a transaction and on the
	 * same server.
	 */
	<T> Mono<T> beside(R2dbcTransaction transaction, Function<ReactiveOwnConnection, Mono<T>> action) {
		return onOwnConnection(transaction.connection().factory(), action);
	}

	/**
	 * {@inheritDoc} Must not be called on a thread of the driver. Where the connection
	 * factory leads to several servers, the work is done on each that this executor knows
	 * by its transactions; if it fails on one, it is done on the others all the same.
	 */
	@Override
	public void onOwnConnection(Consumer<OwnConnection> work) {
		Assert.state(!Schedulers.isInNonBlockingThread(), "A thread that must not block cannot wait for a session");
		firstServer().block();
		RuntimeException failure = null;
		for (MatrixOneConnectionFactory server : List.copyOf(this.servers)) {
			try (BlockingOwnConnection session = new BlockingOwnConnection(this, server)) {
				work.accept(session);
			}
			catch (RuntimeException ex) {
				if (failure == null) {
					failure = ex;
				}
				else {
					failure.addSuppressed(ex);
				}
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	/**
	 * Run work after the commit of the current transaction, in the order in which it was
	 * asked for, or at once where there is none.
	 * @param <T> the type of the result
	 * @param transaction the current transaction, or {@code null}
	 * @param command what is to be done
	 * @param work does it
	 * @param result gets the result where another process has done it from the journal
	 * @return a handle
	 */
	public <T> Mono<AfterCommit<T>> afterCommit(@Nullable CurrentTransaction transaction, JournaledCommand command,
			Mono<T> work, Mono<T> result) {
		if (transaction == null) {
			return work.map((done) -> AfterTransaction.done(command.description(), done)).onErrorStop();
		}
		return transaction.work.afterCommit(command, work, result);
	}

	/**
	 * Complete the name of a table with the current database.
	 * @param table the name
	 * @return a name with a database
	 */
	public Mono<TableName> qualified(TableName table) {
		Assert.notNull(table, "The table must not be null");
		if (table.database() != null) {
			return Mono.just(table);
		}
		return currentDatabase().map(table::qualifiedBy)
			.switchIfEmpty(Mono.error(() -> new IllegalArgumentException("The table " + table
					+ " needs a database: the connection has no current one, or a USE statement has changed it. "
					+ "Use TableName.of(database, table)")))
			.onErrorStop();
	}

	/**
	 * Complete the name of a table with the database that connections of their own start
	 * in, whatever the current transaction has made its current database. Where the
	 * connection factory leads to several servers, that is the one that was used first.
	 * @param table the name
	 * @return a name with a database
	 */
	public Mono<TableName> qualifiedBeside(TableName table) {
		Assert.notNull(table, "The table must not be null");
		return (table.database() != null) ? Mono.just(table) : firstServer()
			.flatMap(
					(server) -> onOwnConnection(server, (session) -> session.currentDatabase().map(table::qualifiedBy)))
			.switchIfEmpty(Mono.error(() -> new IllegalArgumentException(
					"The table " + table + " needs a database: name one in the URL, or before the table")))
			.onErrorStop();
	}

	private @Nullable CurrentTransaction currentTransaction(TransactionSynchronizationManager manager) {
		ConnectionHolder holder = (ConnectionHolder) manager.getResource(this.connectionFactory);
		if (holder == null || !manager.isActualTransactionActive()) {
			return null;
		}
		Connection connection = holder.getConnection();
		R2dbcTransaction transaction = transaction(connection);
		if (!transaction.state().isInTransaction() || transaction.state().hasEnded()) {
			return null;
		}
		return new CurrentTransaction(this, transaction,
				ReactiveAfterTransactionSynchronization.of(manager, this, this.connectionFactory, transaction));
	}

	Mono<Connection> ownConnection(MatrixOneConnectionFactory server) {
		return FlowPlace.requireNone(COMMAND)
			.then(Mono.<Connection>defer(() -> Mono.from(this.ownConnections.apply(server).create()))
				.onErrorMap((ex) -> new DataAccessResourceFailureException(
						"A command that runs beside the transaction needs "
								+ "a connection of its own, and none could be had",
						ex)));
	}

	<T> Mono<T> onOwnConnection(MatrixOneConnectionFactory server, Function<ReactiveOwnConnection, Mono<T>> action) {
		return Mono.usingWhen(ownConnection(server),
				(connection) -> on(connection,
						(transaction) -> action.apply(new ReactiveOwnConnection(this, transaction))),
				Connection::close);
	}

	/**
	 * Return what opens connections to the server that was used first.
	 */
	private Mono<MatrixOneConnectionFactory> firstServer() {
		return Mono.defer(() -> this.servers.isEmpty() ? currentServer() : Mono.just(List.copyOf(this.servers).get(0)));
	}

	/**
	 * Return what opens connections to the server that is used now. Where that is not to
	 * be seen behind the application's connection factory, one of its connections tells.
	 */
	private Mono<MatrixOneConnectionFactory> currentServer() {
		return Mono.defer(() -> {
			MatrixOneConnectionFactory behind = MatrixOneConnectionFactory.find(this.connectionFactory);
			return ((behind != null) ? Mono.just(behind)
					: with(this.connectionFactory, (transaction) -> Mono.just(transaction.connection().factory())))
				.doOnNext(this.servers::add);
		});
	}

	private <T> Mono<T> with(ConnectionFactory connectionFactory, Function<R2dbcTransaction, Mono<T>> action) {
		return FlowPlace.requireNone(COMMAND)
			.then(Mono.usingWhen(ConnectionFactoryUtils.getConnection(connectionFactory),
					(connection) -> on(connection, action), (connection) -> release(connection, connectionFactory)))
			.onErrorStop();
	}

	/**
	 * Close a connection unless it is the transaction's. Spring's own way would make the
	 * transaction forget its connection where an operation is the first thing in it: the
	 * next statement would get another one, outside of the transaction.
	 */
	private static Mono<Void> release(Connection connection, ConnectionFactory connectionFactory) {
		return TransactionSynchronizationManager.forCurrentTransaction()
			.map((manager) -> manager.getResource(connectionFactory) != null)
			.onErrorReturn(NoTransactionException.class, false)
			.flatMap((bound) -> bound ? Mono.<Void>empty() : Mono.from(connection.close()));
	}

	private <T> Mono<T> on(Connection connection, Function<R2dbcTransaction, Mono<T>> action) {
		return Mono.defer(() -> action.apply(transaction(connection)));
	}

	R2dbcTransaction transaction(Connection connection) {
		WrappedConnection wrapped = WrappedConnection.find(connection);
		if (wrapped != null) {
			this.servers.add(wrapped.transaction().connection().factory());
			return wrapped.transaction();
		}
		if (MatrixOneConnectionFactory.isMatrixOne(connection)) {
			throw new NotAllowedInTransactionException(
					"Nothing was done: the connection leads to a MatrixOne past MatrixOneConnectionFactory, so that "
							+ "commands would run outside its transactions. Use the URL r2dbc:matrixone://…, or "
							+ "r2dbc:pool:matrixone://… with a pool, or build the pool on "
							+ "new MatrixOneConnectionFactory(driverFactory)");
		}
		throw new UnsupportedByServerException("This command needs a MatrixOne server, but the connection leads to "
				+ connection.getMetadata().getDatabaseProductName() + ' '
				+ connection.getMetadata().getDatabaseVersion() + "; check spring.r2dbc.url");
	}

	/**
	 * Carry a command out in one turn, so that nothing comes between its statements.
	 * @param made is set where it has made something that no rollback takes away
	 */
	Mono<String> carryOut(R2dbcTransaction transaction, Slot turn, Command command, AtomicBoolean made) {
		String sql = command.statements().get(0).sql();
		boolean joined = transaction.state().isInTransaction();
		boolean ownTransaction = !joined && command.statements().size() > 1;
		Mono<Void> undo = ownTransaction ? transaction.rollbackNow() : undo(transaction, command);
		Mono<Rows> statements = Flux.range(0, command.statements().size())
			.concatMap((statement) -> turn.isCancelled() ? Mono.<Rows>empty() : send(transaction, command, statement))
			.takeLast(1)
			.singleOrEmpty()
			.flatMap((rows) -> (turn.isCancelled() && !joined) ? undo.then(Mono.<Rows>empty()) : Mono.just(rows));
		Mono<String> result = Flux.fromIterable(command.preconditions())
			.concatMap((precondition) -> check(transaction, precondition))
			.then(sentAgain(transaction, command, ownTransaction ? transaction.atOnce(statements) : statements, joined))
			.doOnNext((rows) -> made.set(!joined))
			.flatMap((rows) -> Mono.justOrEmpty(rows.first()));
		SqlText pending = command.pending();
		Mono<String> stillPending = (pending != null)
				? transaction.execute(pending)
					.filter((rows) -> !rows.isEmpty())
					.flatMap((rows) -> joined ? result
							: result.onErrorResume(SQLException.class, (ex) -> unlessDone(transaction, pending, ex)))
				: result;
		return this.observation.apply(command, logged(command, stillPending)).onErrorMap(SQLException.class, (ex) -> {
			DataAccessException failure = command.failure(ex);
			return (failure != null) ? failure : R2dbcErrors.translate(sql, ex);
		});
	}

	/**
	 * Somebody else may have done the same since it was looked at.
	 */
	private static Mono<String> unlessDone(R2dbcTransaction transaction, SqlText pending, SQLException failure) {
		return transaction.execute(pending).onErrorMap(SQLException.class, (ex) -> {
			failure.addSuppressed(ex);
			return failure;
		}).flatMap((rows) -> rows.isEmpty() ? Mono.empty() : Mono.error(failure));
	}

	private static Mono<Rows> sentAgain(R2dbcTransaction transaction, Command command, Mono<Rows> statements,
			boolean joined) {
		return statements.retryWhen(Retry.max(Command.MOST_ATTEMPTS - 1)
			.filter((failure) -> !joined && again(command, failure) != null)
			.doBeforeRetryAsync((signal) -> awaitNextAttempt(transaction, command, signal.failure()))
			.onRetryExhaustedThrow((retry, signal) -> signal.failure()));
	}

	private static Mono<Void> awaitNextAttempt(R2dbcTransaction transaction, Command command, Throwable failure) {
		Precondition again = again(command, failure);
		return transaction.execute(NamedLock.PAUSE)
			.then((again != null) ? check(transaction, again) : Mono.<Void>empty())
			.onErrorMap(SQLException.class, (ex) -> {
				failure.addSuppressed(ex);
				return failure;
			});
	}

	private static @Nullable Precondition again(Command command, Throwable failure) {
		return (failure instanceof SQLException ex) ? command.sentAgainIf(ex) : null;
	}

	private static Mono<Rows> send(R2dbcTransaction transaction, Command command, int statement) {
		SqlText text = command.statements().get(statement);
		return (command instanceof CountedCommand counted) ? transaction.update(text, Duration.ZERO)
			.doOnNext((changed) -> counted.requireChanged(statement, changed))
			.thenReturn(Rows.NONE) : transaction.execute(text);
	}

	private Mono<String> logged(Command command, Mono<String> result) {
		return Mono.using(System::nanoTime, (start) -> result, (start) -> this.log.log(command, start));
	}

	private static Mono<Void> undo(R2dbcTransaction transaction, Command command) {
		Command undo = command.undo();
		return (undo != null) ? Flux.fromIterable(undo.statements()).concatMap(transaction::execute).then()
				: Mono.empty();
	}

	static Mono<Void> check(R2dbcTransaction transaction, Precondition precondition) {
		Mono<Rows> rows = transaction.execute(precondition.query());
		Function<Rows, SqlText> next = precondition.next();
		if (next != null) {
			rows = rows.filter((first) -> !first.isEmpty()).flatMap((first) -> transaction.execute(next.apply(first)));
		}
		return rows.flatMap((last) -> (last.isEmpty() == precondition.rowExpected())
				? Mono.error(() -> precondition.otherwise().get()) : Mono.empty());
	}

	/**
	 * A connection, and what gives it back once.
	 *
	 * @param connection the connection
	 * @param released gives it back
	 */
	private record Lent(Connection connection, Mono<Void> released) {
	}

	/**
	 * What to do with what a command has made outside a transaction, when what follows it
	 * is done, has failed or is cancelled.
	 */
	private record Undo(Mono<?> done, Mono<?> failed, Mono<?> cancelled) {

		static Undo onCancel(Mono<?> undo) {
			return new Undo(Mono.empty(), Mono.empty(), undo);
		}

		static Undo unlessDone(Mono<?> undo) {
			return new Undo(Mono.empty(), undo, undo);
		}

		static Undo inAnyCase(Mono<?> undo) {
			return new Undo(undo, undo, undo);
		}

	}

	/**
	 * The current transaction on the connection factory.
	 */
	public static final class CurrentTransaction {

		private final ReactiveCommandExecutor executor;

		private final R2dbcTransaction transaction;

		private final ReactiveAfterTransactionSynchronization work;

		private CurrentTransaction(ReactiveCommandExecutor executor, R2dbcTransaction transaction,
				ReactiveAfterTransactionSynchronization work) {
			this.executor = executor;
			this.transaction = transaction;
			this.work = work;
		}

		/**
		 * Refuse something because of what the transaction has done so far, when its
		 * statements have ended.
		 * @param check refuses it
		 * @return completes if it is not refused
		 */
		public Mono<Void> require(Consumer<TransactionHistory> check) {
			return this.transaction
				.inTurn((turn) -> Mono.fromRunnable(() -> check.accept(this.transaction.state().activity())));
		}

		/**
		 * Ask what the transaction has done so far, when its statements have ended.
		 * @param question the question
		 * @return the answer
		 */
		public Mono<Boolean> has(Predicate<TransactionHistory> question) {
			return this.transaction
				.inTurn((turn) -> Mono.fromSupplier(() -> question.test(this.transaction.state().activity())));
		}

		/**
		 * Refuse what writes, also if it is done beside the transaction or after it.
		 * @return completes if the transaction is not read-only, else with a
		 * {@link NotAllowedInTransactionException}
		 */
		public Mono<Void> requireWritable() {
			return this.transaction.state().isReadOnly() ? Mono.error(NotAllowedInTransactionException::inReadOnly)
					: Mono.empty();
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
		 * Return whether a journal keeps what is to follow the end of the transaction.
		 * @return whether it does
		 */
		public boolean isJournaled() {
			return this.work.isJournaled();
		}

		/**
		 * Run a query beside the transaction, which sees what has been committed since
		 * the transaction began.
		 * @param query the query
		 * @return its rows
		 */
		public Mono<Rows> queryBeside(SqlText query) {
			return this.executor.beside(this.transaction, (own) -> own.query(query)).onErrorStop();
		}

		/**
		 * Carry a command out beside the transaction and have it
		 * {@linkplain UndoableCommand#undo() undone} on rollback. No statement of the
		 * transaction comes between the check and the command.
		 * @param command the command
		 * @param check refuses the command because of what the transaction has done
		 * @return when it is carried out, takes another command that undoes it, when it
		 * is known what exactly was made, or {@code null} when it is known that it is not
		 * there any more
		 */
		public Mono<Consumer<@Nullable Command>> beside(UndoableCommand command, Consumer<TransactionHistory> check) {
			return this.work.beside(command, check);
		}

	}

}
