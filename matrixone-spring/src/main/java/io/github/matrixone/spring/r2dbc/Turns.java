package io.github.matrixone.spring.r2dbc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lets those who use a connection at the same time take turns, in the order in which they
 * came. Who leaves while waiting is passed over; a turn that has begun goes on to its
 * end.
 */
final class Turns {

	private final AtomicReference<Mono<Void>> last = new AtomicReference<>(Mono.empty());

	private final AtomicInteger waiting = new AtomicInteger();

	private volatile @Nullable Turn current;

	/**
	 * Do something when the connection is free.
	 * @param action what to do in the turn
	 */
	<T> Flux<T> take(Function<Turn, Publisher<T>> action) {
		return Flux.defer(() -> {
			Turn turn = new Turn();
			return Gate.read(whenFree(turn, Flux.defer(() -> action.apply(turn))), turn.demand);
		});
	}

	/**
	 * Return whether a turn has begun and not ended.
	 */
	boolean isCurrent(Turn turn) {
		return this.current == turn;
	}

	/**
	 * Wait until all turns have ended that were asked for before.
	 */
	Mono<Void> free() {
		return Mono.defer(this.last::get);
	}

	private <T> Flux<T> whenFree(Turn turn, Flux<T> action) {
		return Flux.defer(() -> {
			Sinks.Empty<Void> ended = Sinks.empty();
			Mono<Void> previous = this.last.getAndSet(ended.asMono());
			this.waiting.incrementAndGet();
			Turn current = this.current;
			if (current != null) {
				current.hurry();
			}
			return previous.thenMany(Flux.defer(() -> {
				this.waiting.decrementAndGet();
				if (turn.isCancelled()) {
					return Flux.<T>empty();
				}
				this.current = turn;
				return action;
			})).doFinally((signal) -> {
				this.current = null;
				ended.tryEmitEmpty();
			});
		});
	}

	/**
	 * The use of a connection by one subscriber.
	 */
	final class Turn {

		private final Gate.Demand demand = new Gate.Demand();

		private final List<Gate.Demand> results = new ArrayList<>();

		private boolean hurried;

		/**
		 * Return whether the subscriber has left.
		 */
		boolean isCancelled() {
			return this.demand.isCancelled();
		}

		/**
		 * Return whether the subscriber has left before it learnt anything.
		 */
		boolean isCancelledEarly() {
			if (this.demand.isCancelledEarly()) {
				return true;
			}
			synchronized (this.results) {
				return this.results.stream().anyMatch(Gate.Demand::isCancelledEarly);
			}
		}

		/**
		 * Read a result of this turn: at the subscriber's pace, unless others wait.
		 */
		<T> Flux<T> read(Publisher<T> source, Gate.Demand demand) {
			boolean hurry;
			synchronized (this.results) {
				this.results.add(demand);
				hurry = this.hurried;
			}
			if (hurry || Turns.this.waiting.get() > 0) {
				demand.hurry();
			}
			return Gate.read(source, demand);
		}

		private void hurry() {
			List<Gate.Demand> open;
			synchronized (this.results) {
				this.hurried = true;
				open = List.copyOf(this.results);
			}
			open.forEach(Gate.Demand::hurry);
		}

	}

}
