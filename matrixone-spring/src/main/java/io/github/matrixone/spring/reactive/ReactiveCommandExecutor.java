package io.github.matrixone.spring.reactive;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.r2dbc.connection.ConnectionFactoryUtils;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.util.Assert;

import io.github.matrixone.spring.backend.Command;
import io.github.matrixone.spring.backend.CommandLog;
import io.github.matrixone.spring.backend.ObservedBackend;
import io.github.matrixone.spring.backend.Precondition;
import io.github.matrixone.spring.backend.Rows;
import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.reactive.Turns.Turn;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.FollowUp;
import io.github.matrixone.spring.transaction.TransactionActivity;

/**
 * Runs commands where they belong, without blocking: as part of the current reactive
 * transaction, beside it on a connection of their own, or after its commit. All reactive
 * operations of one connection factory share one executor. Thread-safe once configured.
 *
 * @since 0.1
 */
public class ReactiveCommandExecutor {

	private final ConnectionFactory connectionFactory;

	private final ConnectionFactory ownConnections;

	private final CommandLog log = new CommandLog(ReactiveCommandExecutor.class);

	private volatile BiFunction<Command, Mono<String>, Mono<String>> observation = (command, result) -> result;

	/**
	 * Create an executor that takes the connections for commands beside a transaction
	 * from the application's own pool, which must then have one to spare.
	 * @param connectionFactory the {@link MatrixOneConnectionFactory} that the
	 * application's transactions use
	 */
	public ReactiveCommandExecutor(ConnectionFactory connectionFactory) {
		this(connectionFactory, connectionFactory);
	}

	/**
	 * Create an executor.
	 * @param connectionFactory the {@link MatrixOneConnectionFactory} that the
	 * application's transactions use: the very object that their transaction manager has
	 * @param ownConnections where connections for commands beside a transaction come from
	 */
	public ReactiveCommandExecutor(ConnectionFactory connectionFactory, ConnectionFactory ownConnections) {
		Assert.notNull(connectionFactory, "The connection factory must not be null");
		Assert.notNull(ownConnections, "The connection factory for own connections must not be null");
		this.connectionFactory = connectionFactory;
		this.ownConnections = (ownConnections instanceof MatrixOneConnectionFactory) ? ownConnections
				: MatrixOneConnectionFactory.beside(ownConnections);
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
	 * Set where observations of commands go, named and keyed as those of the blocking
	 * side.
	 * @param observationRegistry the registry
	 */
	public void setObservationRegistry(ObservationRegistry observationRegistry) {
		this.observation = (command, result) -> Mono.using(
				() -> ObservedBackend.observation(command, observationRegistry).start(),
				(observation) -> result.doOnError(observation::error), Observation::stop);
	}

	/**
	 * Do something that depends on the current transaction on the connection factory.
	 * @param <T> the type of the result
	 * @param action gets the transaction, or {@code null} if there is none, or if it has
	 * ended and only what follows its end is being done
	 * @return the action's result
	 */
	public <T> Mono<T> inTransaction(Function<@Nullable CurrentTransaction, Mono<T>> action) {
		return TransactionSynchronizationManager.forCurrentTransaction()
			.map((manager) -> Optional.ofNullable(currentTransaction(manager)))
			.onErrorResume(NoTransactionException.class, (ex) -> Mono.just(Optional.empty()))
			.flatMap((transaction) -> action.apply(transaction.orElse(null)));
	}

	/**
	 * Run a command as part of the current transaction, or at once where there is none.
	 * Outside a transaction a command that is cancelled while it is carried out is
	 * {@linkplain Command#undo() undone}.
	 * @param command the command
	 * @return the first column of the first row that the last statement gave, or nothing
	 */
	public Mono<String> join(Command command) {
		return with(this.connectionFactory,
				(transaction) -> transaction.inTurn((turn) -> carryOut(transaction, turn, command)));
	}

	/**
	 * Look something up as part of the current transaction, or at once where there is
	 * none.
	 * @param query the query
	 * @return its rows
	 */
	public Mono<Rows> query(SqlText query) {
		return with(this.connectionFactory, (transaction) -> transaction.inTurn((turn) -> transaction.execute(query))
			.onErrorMap(SQLException.class, (ex) -> R2dbcErrors.translate(query.sql(), ex)));
	}

	/**
	 * Run a command at once on a connection of its own, beside any transaction.
	 * @param command the command
	 * @return as {@link #join(Command)}
	 */
	public Mono<String> beside(Command command) {
		return Mono.usingWhen(ownConnection(),
				(connection) -> on(connection,
						(transaction) -> transaction.inTurn((turn) -> carryOut(transaction, turn, command))),
				Connection::close);
	}

	/**
	 * Run work after the commit of the current transaction, in the order in which it was
	 * asked for, or at once where there is none.
	 * @param <T> the type of the result
	 * @param transaction the current transaction, or {@code null}
	 * @param description what is done, for messages
	 * @param work what to do
	 * @return a handle
	 */
	public <T> Mono<AfterCommit<T>> afterCommit(@Nullable CurrentTransaction transaction, String description,
			Mono<T> work) {
		if (transaction == null) {
			return work.map((result) -> FollowUp.done(description, result));
		}
		return Mono.fromSupplier(() -> transaction.followUp.afterCommit(description, work));
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
		return with(this.connectionFactory,
				(transaction) -> transaction.inTurn((turn) -> transaction.currentDatabase()))
			.onErrorMap(SQLException.class, (ex) -> R2dbcErrors.translate(PhysicalConnection.QUERY.sql(), ex))
			.map(table::in)
			.switchIfEmpty(Mono.error(() -> new IllegalArgumentException("The table " + table
					+ " needs a database: the connection has no current one, or a USE statement has changed it. "
					+ "Use TableName.of(database, table)")));
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
				ReactiveTransactionWork.of(manager, this.connectionFactory, transaction.state()).followUp());
	}

	private Mono<Connection> ownConnection() {
		return Mono.<Connection>from(this.ownConnections.create())
			.onErrorMap(
					(ex) -> new DataAccessResourceFailureException("A command that runs beside the transaction needs a "
							+ "connection of its own, and none could be had", ex));
	}

	private <T> Mono<T> with(ConnectionFactory connectionFactory, Function<R2dbcTransaction, Mono<T>> action) {
		return Mono.usingWhen(ConnectionFactoryUtils.getConnection(connectionFactory),
				(connection) -> on(connection, action), (connection) -> release(connection, connectionFactory));
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

	private static <T> Mono<T> on(Connection connection, Function<R2dbcTransaction, Mono<T>> action) {
		return Mono.defer(() -> action.apply(transaction(connection)));
	}

	private static R2dbcTransaction transaction(Connection connection) {
		WrappedConnection wrapped = WrappedConnection.find(connection);
		if (wrapped != null) {
			return wrapped.transaction();
		}
		if (MatrixOneConnectionFactory.isMatrixOne(connection)) {
			throw new NotAllowedInTransactionException(
					"The connection does not come from a MatrixOneConnectionFactory, "
							+ "so commands would run outside the transaction. Wrap the application's ConnectionFactory in a "
							+ "MatrixOneConnectionFactory",
					null, null);
		}
		throw new UnsupportedByServerException("This command needs a MatrixOne server, but the connection leads to "
				+ connection.getMetadata().getDatabaseProductName() + ' '
				+ connection.getMetadata().getDatabaseVersion() + "; check spring.r2dbc.url", null, null);
	}

	/**
	 * Carry a command out in one turn, so that nothing comes between its statements.
	 */
	private Mono<String> carryOut(R2dbcTransaction transaction, Turn turn, Command command) {
		String sql = command.statements().get(0).sql();
		boolean joined = transaction.state().isInTransaction();
		Mono<String> result = Flux.fromIterable(command.preconditions())
			.concatMap((precondition) -> check(transaction, precondition))
			.thenMany(Flux.fromIterable(command.statements()))
			.concatMap((statement) -> turn.isCancelled() ? Mono.<Rows>empty() : transaction.execute(statement))
			.takeLast(1)
			.singleOrEmpty()
			.flatMap((rows) -> (turn.isCancelled() && !joined) ? undo(transaction, command) : Mono.just(rows))
			.flatMap((rows) -> Mono.justOrEmpty(rows.first()));
		return this.observation.apply(command, logged(command, result)).onErrorMap(SQLException.class, (ex) -> {
			DataAccessException failure = command.failure(ex);
			return (failure != null) ? failure : R2dbcErrors.translate(sql, ex);
		});
	}

	private Mono<String> logged(Command command, Mono<String> result) {
		return Mono.using(System::nanoTime, (start) -> result, (start) -> this.log.log(command, start));
	}

	private static Mono<Rows> undo(R2dbcTransaction transaction, Command command) {
		Command undo = command.undo();
		return (undo != null) ? Flux.fromIterable(undo.statements()).concatMap(transaction::execute).then(Mono.empty())
				: Mono.empty();
	}

	private static Mono<Void> check(R2dbcTransaction transaction, Precondition precondition) {
		return transaction.execute(precondition.query())
			.flatMap((rows) -> (rows.isEmpty() == precondition.rowExpected())
					? Mono.error(() -> precondition.otherwise().get()) : Mono.empty());
	}

	/**
	 * The current transaction on the connection factory.
	 */
	public static final class CurrentTransaction {

		private final ReactiveCommandExecutor executor;

		private final R2dbcTransaction transaction;

		private final FollowUp<Mono<?>> followUp;

		private CurrentTransaction(ReactiveCommandExecutor executor, R2dbcTransaction transaction,
				FollowUp<Mono<?>> followUp) {
			this.executor = executor;
			this.transaction = transaction;
			this.followUp = followUp;
		}

		/**
		 * Make a clone of a table as part of the transaction, and keep it in mind.
		 * @param target the table to make, with its database
		 * @param command makes it
		 * @return completes when it is made
		 */
		public Mono<Void> cloning(TableName target, Command command) {
			return cloning(command, () -> this.transaction.state().cloned(target));
		}

		/**
		 * Make a clone of a database as part of the transaction, and keep it in mind.
		 * @param target the database to make
		 * @param command makes it
		 * @return completes when it is made
		 */
		public Mono<Void> cloning(DatabaseName target, Command command) {
			return cloning(command, () -> this.transaction.state().cloned(target));
		}

		/**
		 * Say whether work of a description waits for the commit.
		 * @param description the description
		 * @return whether it waits
		 */
		public boolean awaits(String description) {
			return this.followUp.awaits(description);
		}

		/**
		 * Carry a command out beside the transaction and have it
		 * {@linkplain Command#undo() undone} on rollback. No statement of the transaction
		 * comes between the check and the command.
		 * @param command the command
		 * @param check refuses the command because of what the transaction has done
		 * @return completes when it is carried out
		 */
		public Mono<Void> beside(Command command, Consumer<TransactionActivity> check) {
			return this.transaction.inTurn((turn) -> Mono.defer(() -> {
				check.accept(this.transaction.state().activity());
				return turn.isCancelled() ? Mono.empty()
						: this.executor.beside(command).then(Mono.fromRunnable(() -> undoOnRollback(command.undo())));
			}));
		}

		private void undoOnRollback(@Nullable Command undo) {
			if (undo != null) {
				this.followUp.onRollback(undo.description(), this.executor.beside(undo));
			}
		}

		private Mono<Void> cloning(Command command, Runnable made) {
			return this.transaction.inTurn((turn) -> Mono.defer(() -> {
				this.transaction.state().expectClone(true);
				return this.executor.carryOut(this.transaction, turn, command)
					.then(Mono.<Void>fromRunnable(made))
					.doFinally((signal) -> this.transaction.state().expectClone(false));
			}));
		}

	}

}
