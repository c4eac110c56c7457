package io.github.matrixone.spring.r2dbc;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads a result to its end, and shows its errors to the transaction.
 */
final class WrappedResult implements Result {

	private static final Object UNREAD = new Object();

	private final Result target;

	private final StatementExecution execution;

	private final AtomicBoolean read;

	WrappedResult(Result target, StatementExecution execution) {
		this(target, execution, new AtomicBoolean());
	}

	private WrappedResult(Result target, StatementExecution execution, AtomicBoolean read) {
		this.target = target;
		this.execution = execution;
		this.read = read;
	}

	@Override
	public Mono<Long> getRowsUpdated() {
		return read((demand) -> Mono.from(this.target.getRowsUpdated()).onErrorStop()).singleOrEmpty();
	}

	@Override
	public <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mapper) {
		return mapped(
				(mapping) -> this.target.map((row, metaData) -> mapping.apply(() -> mapper.apply(row, metaData))));
	}

	@Override
	public <T> Flux<T> map(Function<? super Readable, ? extends T> mapper) {
		return mapped((mapping) -> this.target.map((readable) -> mapping.apply(() -> mapper.apply(readable))));
	}

	@Override
	public Result filter(Predicate<Segment> filter) {
		return new WrappedResult(this.target.filter((segment) -> {
			note(segment);
			return filter.test(segment);
		}), this.execution, this.read);
	}

	@Override
	public <T> Flux<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapper) {
		return read((demand) -> this.target.flatMap((segment) -> {
			note(segment);
			return demand.isCancelled() ? Mono.<T>empty() : mapper.apply(segment);
		}));
	}

	/**
	 * Read this result if nobody has, so that an error is not overlooked.
	 */
	Mono<Void> settle() {
		return this.read.compareAndSet(false, true) ? Mono.from(this.target.getRowsUpdated())
			.onErrorMap(R2dbcException.class, this.execution::failed)
			.onErrorComplete()
			.then() : Mono.empty();
	}

	/**
	 * Read this result, which its subscriber has left before he got it: the driver holds
	 * rows back until somebody does.
	 */
	void abandon() {
		settle().subscribe();
	}

	private <T> Flux<T> read(Function<DrainingSubscriber.Demand, Publisher<T>> source) {
		return Flux.defer(() -> {
			if (!this.read.compareAndSet(false, true)) {
				return Flux
					.error(new IllegalStateException("A result can be read once, and before the next statement"));
			}
			DrainingSubscriber.Demand demand = new DrainingSubscriber.Demand();
			return this.execution.read(Flux.from(source.apply(demand)), demand);
		});
	}

	/**
	 * Map rows until the subscriber has left. The rest is read all the same. The driver
	 * drops errors of the server where a subscriber goes on after errors, so that nobody
	 * would see them: it must stop.
	 */
	@SuppressWarnings("unchecked")
	private <T> Flux<T> mapped(Function<Function<Supplier<?>, Object>, Publisher<Object>> source) {
		return (Flux<T>) read(
				(demand) -> Flux.from(source.apply((mapping) -> demand.isCancelled() ? UNREAD : mapped(mapping)))
					.onErrorStop());
	}

	/**
	 * Map a row. If the driver knew of a failure, it would read no further, and the
	 * server's errors that follow would be overlooked.
	 */
	private static Object mapped(Supplier<?> mapping) {
		try {
			return Objects.requireNonNull(mapping.get(), "A row must not be mapped to null");
		}
		catch (Throwable ex) {
			Exceptions.throwIfJvmFatal(ex);
			return new Unmapped(ex);
		}
	}

	private void note(Segment segment) {
		if (segment instanceof Message message) {
			this.execution.failed(message.exception());
		}
	}

	/**
	 * A row that could not be mapped.
	 *
	 * @param cause the error
	 */
	record Unmapped(Throwable cause) {
	}

}
