package io.github.matrixone.spring.r2dbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.r2dbc.StatementQueue.Slot;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;

/**
 * The execution of one of the application's statements, until its results are read.
 */
final class StatementExecution {

	private final String sql;

	private final boolean harmless;

	private final Slot turn;

	private final Function<SQLException, SQLException> failed;

	private final Function<Flux<?>, Flux<?>> outward;

	private final List<WrappedResult> results = new ArrayList<>();

	private final List<SqlStatement> boundaries;

	private boolean sent;

	private @Nullable SQLException failure;

	/**
	 * Create an execution.
	 * @param sql the text, for messages
	 * @param statements what the text does
	 * @param turn the turn in which it is sent
	 * @param failed takes note of an error
	 * @param outward makes of what the driver gives what the subscriber gets
	 */
	StatementExecution(String sql, List<SqlStatement> statements, Slot turn,
			Function<SQLException, SQLException> failed, Function<Flux<?>, Flux<?>> outward) {
		this.sql = sql;
		this.harmless = statements.stream()
			.allMatch((statement) -> statement.kind() == Kind.READ || statement.kind() == Kind.UNCERTAIN_READ);
		this.boundaries = statements.stream()
			.filter((statement) -> statement.kind() == Kind.BEGIN || statement.kind() == Kind.COMMIT
					|| statement.kind() == Kind.ROLLBACK)
			.toList();
		this.turn = turn;
		this.failed = failed;
		this.outward = outward;
	}

	Slot turn() {
		return this.turn;
	}

	String sql() {
		return this.sql;
	}

	Flux<Result> send(Publisher<? extends Result> results) {
		if (this.turn.isCancelled()) {
			return Flux.empty();
		}
		this.sent = true;
		return Flux.from(results).<Result>map(this::wrap).onErrorMap(R2dbcException.class, this::failed);
	}

	/**
	 * Read one of the results. A row that could not be mapped is an error for the
	 * subscriber, who may go on or leave.
	 */
	@SuppressWarnings("unchecked")
	<T> Flux<T> read(Flux<T> source, DrainingSubscriber.Demand demand) {
		Flux<T> read = this.turn.read(source.onErrorMap(R2dbcException.class, this::failed), demand);
		return (Flux<T>) this.outward.apply(read.<T>handle((value, sink) -> {
			if (value instanceof WrappedResult.Unmapped unmapped) {
				sink.error(unmapped.cause());
			}
			else {
				sink.next(value);
			}
		}).onErrorMap(R2dbcException.class, this::failed));
	}

	/**
	 * Take note of an error of the server, once.
	 * @return the error to throw
	 */
	synchronized SQLException failed(R2dbcException ex) {
		SQLException failure = this.failure;
		if (failure == null) {
			failure = this.failed.apply(R2dbcErrors.toSqlException(ex));
			this.failure = failure;
		}
		return failure;
	}

	/**
	 * Return whether it was sent, is not a mere read, and its subscriber has left before
	 * it learnt what became of it.
	 */
	boolean isLeftOpen() {
		return this.sent && !this.harmless && this.turn.isCancelledEarly();
	}

	/**
	 * Return whether it was sent and is known to have been carried out.
	 */
	boolean isCarriedOut() {
		return this.sent && this.failure == null && !isLeftOpen();
	}

	/**
	 * Return those of its statements that begin or end transactions.
	 */
	List<SqlStatement> boundaries() {
		return this.boundaries;
	}

	/**
	 * Read what nobody has read.
	 */
	Mono<Void> settle() {
		List<WrappedResult> results;
		synchronized (this.results) {
			results = List.copyOf(this.results);
		}
		return Flux.fromIterable(results).concatMap(WrappedResult::settle).then().onErrorStop();
	}

	private WrappedResult wrap(Result result) {
		WrappedResult wrapped = new WrappedResult(result, this);
		synchronized (this.results) {
			this.results.add(wrapped);
		}
		return wrapped;
	}

}
