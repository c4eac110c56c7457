package io.github.matrixone.spring.r2dbc;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.function.Tuple2;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.r2dbc.StatementQueue.Slot;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.transaction.Preparation;
import io.github.matrixone.spring.transaction.PreparatoryStatement;
import io.github.matrixone.spring.transaction.ServerErrors;
import io.github.matrixone.spring.transaction.StandIn;
import io.github.matrixone.spring.transaction.StatementRows;
import io.github.matrixone.spring.transaction.TextRows;
import io.github.matrixone.spring.transaction.TransactionOutcome;
import io.github.matrixone.spring.transaction.TransactionState;

/**
 * What one borrower does with a connection, from the time that he gets it until he gives
 * it back: sends what his {@link TransactionState} asks for, one statement after the
 * other.
 */
final class R2dbcTransaction {

	private static final Log logger = LogFactory.getLog(R2dbcTransaction.class);

	/**
	 * How long a statement that nobody waits for any more may go on before it is ended.
	 */
	private static final Duration GRACE = Duration.ofMillis(500);

	private static final String TIMED_OUT = "The transaction's timeout has passed: roll back";

	private final PhysicalConnection connection;

	private final TransactionState state;

	private final boolean translateExceptions;

	private final StatementQueue turns = new StatementQueue();

	private final Whereabouts whereabouts;

	private boolean manual;

	private volatile boolean over;

	private volatile boolean sessionChanged;

	private volatile boolean cutDue;

	private volatile boolean cut;

	private volatile long deadline;

	private volatile int numberEnded;

	private volatile @Nullable StatementExecution execution;

	private volatile @Nullable Slot endable;

	/**
	 * Create what a borrower does with a connection.
	 * @param connection the connection
	 * @param state what is known of the transaction
	 * @param translateExceptions whether to translate the driver's exceptions
	 */
	R2dbcTransaction(PhysicalConnection connection, TransactionState state, boolean translateExceptions) {
		this.connection = connection;
		this.state = state;
		this.translateExceptions = translateExceptions;
		this.whereabouts = new Whereabouts(connection, state, this::send);
	}

	PhysicalConnection connection() {
		return this.connection;
	}

	TransactionState state() {
		return this.state;
	}

	/**
	 * Do something with the connection when nobody else uses it, and to its end, even if
	 * the subscriber leaves meanwhile.
	 */
	<T> Mono<T> inTurn(Function<Slot, Mono<T>> action) {
		return inLastTurn((turn) -> run(this::requireNotOver).then(Mono.defer(() -> action.apply(turn))));
	}

	/**
	 * Do what the server may be told to end when it goes on though the connection is to
	 * be rolled back or given back.
	 */
	<T> Mono<T> inEndableTurn(Function<Slot, Mono<T>> action) {
		return inTurn((turn) -> {
			this.endable = turn;
			return action.apply(turn);
		});
	}

	/**
	 * Wait until all has ended that was asked for before.
	 */
	Mono<Void> idle() {
		return this.turns.free();
	}

	private <T> Mono<T> inLastTurn(Function<Slot, Mono<T>> action) {
		return this.turns.take((turn) -> thenCutIfDue(settleLast().then(action.apply(turn)).flux()))
			.singleOrEmpty()
			.onErrorStop();
	}

	Mono<Void> begin(TransactionDefinition definition) {
		Duration timeout = definition.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT);
		return inTurn((turn) -> run(() -> {
			if (this.state.isInTransaction()) {
				throw new StatementRefusedException(Reason.NOT_ALLOWED_IN_TRANSACTION,
						"A transaction is refused within a transaction: the server would commit the first one");
			}
			checkIsolation(definition.getAttribute(TransactionDefinition.ISOLATION_LEVEL));
			this.state.setReadOnly(Boolean.TRUE.equals(definition.getAttribute(TransactionDefinition.READ_ONLY)));
			this.state.setAutoCommit(false);
			this.manual = false;
			this.deadline = (timeout != null) ? System.nanoTime() + timeout.toNanos() : 0;
		})).onErrorMap(SQLException.class, (ex) -> translate("BEGIN", ex));
	}

	/**
	 * R2DBC commits where autocommit is switched on. A transaction that is lost cannot
	 * be: that is an error, as with JDBC, after autocommit is on.
	 */
	Mono<Void> setAutoCommit(boolean autoCommit) {
		Mono<Void> set = inTurn((turn) -> run(() -> {
			this.manual = !autoCommit;
			this.state.setAutoCommit(autoCommit);
		}));
		return Mono.defer(() -> {
			if (!autoCommit || !this.state.isBegun()) {
				return set;
			}
			return commit()
				.onErrorResume((ex) -> this.state.isLost() ? rollback().then(set).then(Mono.error(ex)) : Mono.error(ex))
				.then(set);
		});
	}

	/**
	 * Send an application's statements, in the database that the flow works in which
	 * subscribes to them.
	 * @param texts their texts
	 * @param parameters gives a parameter of the only text by its index, or {@code null}
	 * if it is not known
	 * @param statements what they do
	 * @param results sends them, where they are to be sent, when it is subscribed to
	 */
	Flux<Result> execute(List<String> texts, IntFunction<@Nullable Object> parameters, List<SqlStatement> statements,
			Function<@Nullable StandIn, Publisher<? extends Result>> results) {
		String sql = String.join("; ", texts);
		return Flux.deferContextual((context) -> {
			StandIn place = FlowPlace.get(context);
			SqlStatement.Kind kind = (statements.size() == 1) ? statements.get(0).kind() : SqlStatement.Kind.OTHER;
			boolean ends = this.state.isInTransaction() && (place == null || place.past() == null);
			if (ends && kind == SqlStatement.Kind.COMMIT) {
				return commit().thenMany(Flux.<Result>empty());
			}
			if (ends && kind == SqlStatement.Kind.ROLLBACK) {
				return rollback().thenMany(Flux.<Result>empty());
			}
			Function<Flux<?>, Flux<?>> outward = (flux) -> outward(sql, flux);
			return outward(sql, this.turns.<Result>take((turn) -> {
				StatementExecution execution = new StatementExecution(sql, statements, turn, this::failed, outward);
				Mono<Void> allowed = run(() -> {
					if (place != null) {
						this.whereabouts.check(place, statements, texts);
					}
				});
				return thenCutIfDue(before(place, allowed, texts, parameters, statements).thenMany(Flux.defer(() -> {
					this.execution = execution;
					this.sessionChanged |= this.state.isInTransaction()
							&& statements.stream().anyMatch((statement) -> statement.kind() == SqlStatement.Kind.SET);
					Publisher<? extends Result> sent = results.apply(this.connection.place());
					Iterable<PreparatoryStatement> locks = this.state.takeLocks();
					return execution.send((locks != null) ? locked(locks, sent, execution) : sent);
				})));
			}).doOnDiscard(WrappedResult.class, WrappedResult::abandon));
		});
	}

	/**
	 * Lock rows and send the statement that would be committed by itself in one
	 * transaction. Its results are there when that is committed.
	 */
	private Flux<Result> locked(Iterable<PreparatoryStatement> locks, Publisher<? extends Result> results,
			StatementExecution execution) {
		Mono<List<Result>> work = carryOut(this.state.begin(locks)).thenMany(results)
			.concatMap(KeptResult::of)
			.onErrorMap(R2dbcException.class, execution::failed)
			.collectList();
		return atOnce(work).flatMapIterable(Function.identity());
	}

	/**
	 * Send one statement within a turn, under the same rules as an application's.
	 */
	Mono<Rows> execute(SqlText statement) {
		return before(statement).then(send(statement).onErrorMap(SQLException.class, this::failed));
	}

	/**
	 * Send a query within a turn, under the same rules, and end it at the transaction's
	 * timeout.
	 */
	Mono<Rows> query(SqlText query) {
		return before(query).then(untilTimeout(send(query).onErrorMap(SQLException.class, this::failed)));
	}

	/**
	 * Send a query within a turn, under the same rules, and read its rows one by one with
	 * the types that the driver gives them.
	 */
	<T> Mono<List<T>> query(SqlText query, Function<Row, T> reader) {
		return before(query).then(untilTimeout(
				send(query, (row, metaData) -> reader.apply(row)).onErrorMap(SQLException.class, this::failed)));
	}

	/**
	 * Change rows within a turn, and count them.
	 * @param timeout how long it may take, or zero for no limit but the transaction's; it
	 * is then ended as another statement is that nobody waits for
	 */
	Mono<Long> update(SqlText statement, Duration timeout) {
		Mono<Long> update = sendUpdate(statement).onErrorMap(SQLException.class, this::failed);
		return before(statement).then(timeout.isZero() ? untilTimeout(update)
				: endAfter(timeout, "The statement was ended after " + timeout, update));
	}

	/**
	 * Change rows of a journal within a turn, as part of the transaction.
	 */
	Mono<Long> journal(SqlText statement) {
		return before(null, Mono.empty(), this.state::beforeJournal)
			.then(sendUpdate(statement).onErrorMap(SQLException.class, this::failed));
	}

	/**
	 * Return the current database, within a turn.
	 */
	Mono<DatabaseName> currentDatabase() {
		return identify().then(Mono.fromCallable(this.state::currentDatabase));
	}

	Mono<Void> commit() {
		return readUnread().then(inTurn((turn) -> commitNow()))
			.onErrorMap(SQLException.class, (ex) -> translate("COMMIT", ex));
	}

	Mono<Void> rollback() {
		return interrupt().then(inTurn((turn) -> rollbackNow()))
			.onErrorMap(SQLException.class, (ex) -> translate("ROLLBACK", ex));
	}

	/**
	 * Leave the connection as it was found. A transaction that is still open is rolled
	 * back. Where that fails, and where a transaction has changed the session, the
	 * connection is spoilt for others.
	 */
	Mono<Void> release() {
		return interrupt().then(inLastTurn((turn) -> leave()));
	}

	/**
	 * Close the connection after a transaction that is still open was rolled back. If
	 * that fails it is closed all the same, which has the same effect.
	 */
	Mono<Void> close() {
		return interrupt().then(inLastTurn((turn) -> leave().then(this.connection.close())));
	}

	private Mono<Void> leave() {
		return Mono.defer(() -> {
			if (this.over) {
				return Mono.empty();
			}
			this.over = true;
			if (this.sessionChanged) {
				this.connection.spoil();
			}
			return (this.state.isBegun() ? rollbackNow() : Mono.<Void>empty()).then(this.whereabouts.leave())
				.onErrorResume((ex) -> {
					logger.debug("The connection could not be left as it was found", ex);
					this.connection.spoil();
					return Mono.empty();
				});
		});
	}

	private void requireNotOver() {
		if (this.over) {
			throw new IllegalStateException("The connection was given back: it belongs to others now");
		}
	}

	/**
	 * Translate an error for the subscriber, unless it is to get the driver's own.
	 */
	Throwable translate(String sql, SQLException ex) {
		return (ex.getCause() instanceof R2dbcException cause && !this.translateExceptions) ? cause
				: R2dbcErrors.translate(sql, ex);
	}

	/**
	 * Make of what the connection gives what the subscriber gets: until the transaction's
	 * timeout, and with translated errors.
	 */
	private <T> Flux<T> outward(String sql, Flux<T> flux) {
		long deadline = this.deadline;
		Flux<T> timely = (deadline == 0) ? flux
				: flux.takeUntilOther(Mono.delay(Duration.ofNanos(Math.max(deadline - System.nanoTime(), 0)))
					.then(Mono.error(() -> timedOut())));
		return timely.onErrorMap(SQLException.class, (ex) -> translate(sql, ex));
	}

	private Mono<Void> before(SqlText statement) {
		return before(null, Mono.empty(), List.of(statement.sql()), statement.arguments()::get,
				SqlStatement.parse(statement.sql()));
	}

	private Mono<Void> before(@Nullable StandIn place, Mono<Void> allowed, List<String> texts,
			IntFunction<@Nullable Object> parameters, List<SqlStatement> statements) {
		return before(place, allowed,
				() -> this.state.before(statements, false, TransactionState.NO_LIMIT,
						(texts.size() == 1) ? new TextRows(texts.get(0), parameters) : StatementRows.UNKNOWN))
			.then(run(() -> this.whereabouts.sending(statements)));
	}

	private Mono<Void> before(@Nullable StandIn place, Mono<Void> allowed, Supplier<Preparation> preparation) {
		return settleLast().then(run(this::requireNotOver))
			.then(run(this::requireTime))
			.then(Mono.defer(this::identify))
			.then(this.whereabouts.follow(place).onErrorMap(SQLException.class, this::failed))
			.then(allowed)
			.then(Mono.defer(() -> {
				this.state.after(List.of());
				return carryOut(preparation.get());
			}))
			.onErrorStop();
	}

	private <T> Mono<T> untilTimeout(Mono<T> statement) {
		return Mono.defer(() -> {
			long deadline = this.deadline;
			return (deadline == 0) ? statement
					: endAfter(Duration.ofNanos(Math.max(deadline - System.nanoTime(), 0)), TIMED_OUT, statement);
		});
	}

	/**
	 * End a statement that takes too long. What comes next waits until the server has
	 * been told, so that it is not ended in its place.
	 */
	private <T> Mono<T> endAfter(Duration timeout, String message, Mono<T> statement) {
		return Mono.defer(() -> {
			Sinks.Empty<Void> ended = Sinks.empty();
			AtomicBoolean late = new AtomicBoolean();
			Mono<Void> end = ended.asMono().timeout(timeout).onErrorResume(TimeoutException.class, (ex) -> {
				late.set(true);
				return this.connection.interrupt();
			});
			Mono<T> timely = statement.doOnTerminate(ended::tryEmitEmpty)
				.onErrorMap(SQLException.class, (ex) -> late.get() ? new SQLTimeoutException(message, ex) : ex);
			return Mono.zipDelayError(timely, end.thenReturn(true)).map(Tuple2::getT1);
		});
	}

	/**
	 * Find out what became of the last statement. Where nobody else did, it must not be
	 * committed.
	 */
	private Mono<Void> settleLast() {
		return Mono.defer(() -> {
			StatementExecution last = this.execution;
			this.execution = null;
			if (last == null) {
				return Mono.empty();
			}
			if (last.isLeftOpen()) {
				this.state.lost(new StatementRefusedException(Reason.TRANSACTION_LOST,
						"A statement was cancelled before its outcome was known, so that the transaction can only be "
								+ "rolled back: " + last.sql()));
			}
			return last.settle().then(Mono.defer(() -> last.isCarriedOut() ? carriedOut(last) : Mono.empty()));
		}).then(Mono.defer(this::cutIfDue));
	}

	/**
	 * Take note of the end of a transaction that has begun in the same batch of texts.
	 */
	private Mono<Void> carriedOut(StatementExecution last) {
		TransactionOutcome outcome = this.state.after(last.boundaries());
		return (outcome != null) ? ended(outcome) : Mono.empty();
	}

	/**
	 * Read results that nobody reads any more, because they would hold the connection for
	 * ever.
	 */
	private Mono<Void> readUnread() {
		return Mono.defer(() -> {
			StatementExecution execution = this.execution;
			return (execution != null && this.turns.isCurrent(execution.turn())) ? execution.settle() : Mono.empty();
		});
	}

	/**
	 * Ask the server once what this connection is, to be able to interrupt it.
	 */
	private Mono<Void> identify() {
		return this.connection.isIdentified() ? Mono.empty()
				: send(PhysicalConnection.QUERY).doOnNext(this.connection::identified)
					.onErrorMap(SQLException.class, this::failed)
					.then();
	}

	private Mono<Void> carryOut(Preparation preparation) {
		return Mono.fromCallable(() -> Optional.ofNullable(preparation.next()))
			.flatMap((next) -> next.map((due) -> carryOut(due).thenReturn(true)).orElseGet(() -> Mono.just(false)))
			.repeat()
			.takeWhile(Boolean::booleanValue)
			.then();
	}

	private Mono<Void> carryOut(PreparatoryStatement statement) {
		return send(statement.sql()).flatMap((rows) -> run(() -> statement.answer().accept(rows)))
			.onErrorResume(SQLException.class, (ex) -> run(() -> statement.error().accept(ex)))
			.onErrorMap(SQLException.class, this::failed);
	}

	/**
	 * Do something as one transaction of its own, within a turn. It is committed as part
	 * of the work, because Reactor wraps an error of what is done after that.
	 */
	<T> Mono<T> atOnce(Mono<T> work) {
		Mono<T> committed = work.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.flatMap((result) -> commitNow().then(Mono.justOrEmpty(result)));
		return Mono.usingWhen(run(() -> this.state.setAutoCommit(false)).thenReturn(this), (transaction) -> committed,
				(transaction) -> Mono.empty(), (transaction, ex) -> rollbackNow(), R2dbcTransaction::rollbackNow);
	}

	private Mono<Void> commitNow() {
		return run(this.state::requireNotLost).then(Mono.defer(() -> this.state.isBegun()
				? send(SqlText.of("COMMIT")).onErrorMap(SQLException.class, this.state::commitFailed)
				: Mono.<Rows>empty()))
			.then(Mono.defer(() -> ended(TransactionOutcome.COMMITTED)));
	}

	/**
	 * Roll back within a turn.
	 */
	Mono<Void> rollbackNow() {
		return Mono.defer(() -> {
			TransactionOutcome outcome = this.state.rollbackOutcome();
			Mono<Void> rollback = Mono.empty();
			if (this.state.endsWithConnection()) {
				rollback = cut();
			}
			else if (this.state.isBegun() && !this.cut) {
				rollback = send(SqlText.of("ROLLBACK")).then()
					.onErrorResume(SQLException.class,
							(ex) -> ServerErrors.isConnectionFailure(ex) ? cut() : Mono.error(ex));
			}
			return rollback.then(Mono.defer(() -> ended(outcome)));
		});
	}

	private Mono<Void> ended(TransactionOutcome outcome) {
		return Flux.fromIterable(this.state.releases())
			.concatMap(this::send)
			.then()
			.onErrorResume(SQLException.class, (ex) -> {
				logger.debug("The named locks of a transaction could not be given back", ex);
				return cut();
			})
			.then(run(() -> {
				this.state.ended(outcome);
				this.numberEnded++;
				this.deadline = 0;
				if (!this.manual) {
					this.state.setAutoCommit(true);
					this.state.setReadOnly(false);
				}
			}));
	}

	/**
	 * Return how many transactions of this connection have ended.
	 */
	int numberEnded() {
		return this.numberEnded;
	}

	private SQLException failed(SQLException ex) {
		if (ServerErrors.leaveAnswersOutOfStep(ex)) {
			this.cutDue = true;
		}
		return this.state.failed(ex);
	}

	private void requireTime() throws SQLException {
		if (this.deadline != 0 && System.nanoTime() - this.deadline >= 0) {
			throw timedOut();
		}
	}

	private static SQLException timedOut() {
		return new SQLTimeoutException(TIMED_OUT);
	}

	Mono<Void> requireIsolation(IsolationLevel level) {
		return run(() -> checkIsolation(level)).onErrorMap(SQLException.class,
				(ex) -> translate("SET TRANSACTION", ex));
	}

	private void checkIsolation(@Nullable IsolationLevel level) throws SQLException {
		if (level != null && level != IsolationLevel.READ_COMMITTED && level != IsolationLevel.READ_UNCOMMITTED) {
			this.state.requireIsolation(level.asSql());
		}
	}

	/**
	 * End a statement that is still being carried out although its subscriber has left,
	 * and read results that nobody reads, so that the connection becomes free.
	 */
	private Mono<Void> interrupt() {
		return Mono.defer(() -> {
			StatementExecution execution = this.execution;
			Slot turn = (execution != null) ? execution.turn() : this.endable;
			if (turn == null || !this.turns.isCurrent(turn)) {
				return Mono.empty();
			}
			return Mono.when((execution != null) ? execution.settle() : Mono.empty(),
					this.turns.free()
						.timeout(GRACE)
						.onErrorResume(TimeoutException.class, (ex) -> this.connection.interrupt()));
		});
	}

	private <T> Flux<T> thenCutIfDue(Flux<T> action) {
		Mono<T> cut = Mono.defer(this::cutIfDue).then(Mono.empty());
		return action.onErrorResume((ex) -> cut.then(Mono.error(ex))).concatWith(cut);
	}

	private Mono<Void> cutIfDue() {
		boolean due = this.cutDue;
		this.cutDue = false;
		return due ? cut() : Mono.empty();
	}

	private Mono<Void> cut() {
		this.cut = true;
		return this.connection.cut().onErrorStop();
	}

	private Mono<Rows> send(SqlText statement) {
		return send(statement, R2dbcTransaction::labelled).map(R2dbcTransaction::rows);
	}

	private <T> Mono<List<T>> send(SqlText statement, BiFunction<Row, RowMetadata, T> reader) {
		return results(statement).concatMap((result) -> result.map(reader))
			.collectList()
			.onErrorMap(R2dbcException.class, R2dbcErrors::toSqlException)
			.onErrorStop();
	}

	private Mono<Long> sendUpdate(SqlText statement) {
		return results(statement).concatMap(Result::getRowsUpdated)
			.reduce(0L, Long::sum)
			.onErrorMap(R2dbcException.class, R2dbcErrors::toSqlException)
			.onErrorStop();
	}

	private Flux<Result> results(SqlText statement) {
		return Flux.defer(() -> {
			Statement target = this.connection.connection().createStatement(statement.sql());
			for (int i = 0; i < statement.arguments().size(); i++) {
				target.bind(i, statement.arguments().get(i));
			}
			return Flux.from(target.execute());
		});
	}

	private static Map<String, @Nullable String> labelled(Row row, RowMetadata metaData) {
		Map<String, @Nullable String> values = new LinkedHashMap<>();
		for (ColumnMetadata column : metaData.getColumnMetadatas()) {
			Object value = row.get(column.getName());
			values.put(column.getName(), (value != null) ? value.toString() : null);
		}
		return values;
	}

	private static Rows rows(List<Map<String, @Nullable String>> rows) {
		List<String> columns = rows.isEmpty() ? List.of() : List.copyOf(rows.get(0).keySet());
		return new Rows(columns,
				rows.stream().<List<@Nullable String>>map((row) -> new ArrayList<>(row.values())).toList());
	}

	private static Mono<Void> run(Action action) {
		return Mono.fromCallable(() -> {
			action.run();
			return null;
		});
	}

	/**
	 * Something that may be refused.
	 */
	@FunctionalInterface
	private interface Action {

		void run() throws SQLException;

	}

}
