package io.github.matrixone.spring.past;

import java.util.Optional;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads at one point in time, without blocking.
 *
 * @since 0.1
 */
public interface ReactivePastReads {

	/**
	 * Read at this point.
	 * @param <T> the type of the result
	 * @param reads what is read. Each statement that is subscribed to as part of this
	 * flow is sent at the point; one that something else subscribes to, as
	 * {@code block()}, {@code subscribe()}, {@code toFuture()} or a {@code cache()} that
	 * others have filled, is not part of it and reads now
	 * @return the result. It ends with a
	 * {@link org.springframework.dao.DataAccessException} if the point cannot be read, or
	 * if a statement would read anything else, which is not sent then; if it is cancelled
	 * the statement that is being carried out is ended
	 */
	<T> Mono<T> execute(Mono<T> reads);

	/**
	 * Read several things at this point.
	 * @param <T> the type of the results
	 * @param reads what is read, as in {@link #execute(Mono)}
	 * @return the results
	 */
	<T> Flux<T> execute(Flux<T> reads);

	/**
	 * Read the same at this point and then now.
	 * @param <T> the type of the result
	 * @param reads what is read, subscribed to twice
	 * @return both results, each empty where nothing was read
	 */
	<T> Mono<ThenAndNow<Optional<T>>> compareWithNow(Mono<T> reads);

}
