package io.github.matrixone.spring.r2dbc;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A result that was read before its subscriber gets it: how many rows a statement has
 * changed, and the keys that were generated.
 */
final class KeptResult implements Result {

	private final List<Segment> segments;

	private KeptResult(List<Segment> segments) {
		this.segments = segments;
	}

	/**
	 * Read a result of a statement that changes rows.
	 */
	static Mono<Result> of(Result result) {
		return Flux.from(result.<Segment>flatMap((segment) -> (segment instanceof Message message)
				? Mono.error(message.exception()) : Mono.just(segment)))
			.collectList()
			.map(KeptResult::new);
	}

	@Override
	public Mono<Long> getRowsUpdated() {
		return segments(UpdateCount.class).map(UpdateCount::value).reduce(Long::sum);
	}

	@Override
	public <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mapper) {
		return segments(RowSegment.class).map(RowSegment::row).map((row) -> mapper.apply(row, row.getMetadata()));
	}

	@Override
	public <T> Flux<T> map(Function<? super Readable, ? extends T> mapper) {
		return segments(RowSegment.class).map(RowSegment::row).map(mapper);
	}

	@Override
	public Result filter(Predicate<Segment> filter) {
		return new KeptResult(this.segments.stream().filter(filter).toList());
	}

	@Override
	public <T> Flux<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapper) {
		return Flux.fromIterable(this.segments).concatMap(mapper);
	}

	private <S extends Segment> Flux<S> segments(Class<S> type) {
		return Flux.fromIterable(this.segments).ofType(type);
	}

}
