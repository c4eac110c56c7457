package io.github.matrixone.spring.r2dbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lets those who use a connection at the same time take turns, in the order in which they
 * came. Who leaves while waiting is passed over; a turn that has begun goes on to its
 * end.
 */
final class StatementQueue {

	private final AtomicReference<Mono<Void>> last = new AtomicReference<>(Mono.empty());

	private final AtomicInteger waiting = new AtomicInteger();

	private final Queue<Sinks.Empty<Void>> ended = new ConcurrentLinkedQueue<>();

	private final AtomicInteger releasing = new AtomicInteger();

	private volatile @Nullable Slot current;

	/**
	 * Do something when the connection is free.
	 * @param action what to do in the turn
	 */
	<T> Flux<T> take(Function<Slot, Publisher<T>> action) {
		return Flux.defer(() -> {
			Slot turn = new Slot();
			return DrainingSubscriber.read(whenFree(turn, Flux.defer(() -> action.apply(turn))), turn.demand);
		});
	}

	/**
	 * Return whether a turn has begun and not ended.
	 */
	boolean isCurrent(Slot turn) {
		return this.current == turn;
	}

	/**
	 * Wait until all turns have ended that were asked for before.
	 */
	Mono<Void> free() {
		return Mono.defer(this.last::get);
	}

	private <T> Flux<T> whenFree(Slot turn, Flux<T> action) {
		return Flux.defer(() -> {
			Sinks.Empty<Void> ended = Sinks.empty();
			Mono<Void> previous = this.last.getAndSet(ended.asMono());
			this.waiting.incrementAndGet();
			Slot current = this.current;
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
				release(ended);
			});
		});
	}

	/**
	 * Let the next one have its turn. Many turns may end at once, such as those that are
	 * refused: each is released when the call that released the one before has returned,
	 * not within it. Reactor throws fatal errors of subscribers on.
	 */
	private void release(Sinks.Empty<Void> turn) {
		this.ended.add(turn);
		if (this.releasing.getAndIncrement() > 0) {
			return;
		}
		Throwable fatal = null;
		do {
			try {
				this.ended.remove().tryEmitEmpty();
			}
			catch (RuntimeException | Error ex) {
				fatal = ex;
			}
		}
		while (this.releasing.decrementAndGet() > 0);
		if (fatal != null) {
			throw Exceptions.propagate(fatal);
		}
	}

	/**
	 * The use of a connection by one subscriber.
	 */
	final class Slot {

		private final DrainingSubscriber.Demand demand = new DrainingSubscriber.Demand();

		private final List<DrainingSubscriber.Demand> results = new ArrayList<>();

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
				return this.results.stream().anyMatch(DrainingSubscriber.Demand::isCancelledEarly);
			}
		}

		/**
		 * Read a result of this turn: at the subscriber's pace, unless others wait.
		 */
		<T> Flux<T> read(Publisher<T> source, DrainingSubscriber.Demand demand) {
			boolean hurry;
			synchronized (this.results) {
				this.results.add(demand);
				hurry = this.hurried;
			}
			if (hurry || StatementQueue.this.waiting.get() > 0) {
				demand.hurry();
			}
			return DrainingSubscriber.read(source, demand);
		}

		private void hurry() {
			List<DrainingSubscriber.Demand> open;
			synchronized (this.results) {
				this.hurried = true;
				open = List.copyOf(this.results);
			}
			open.forEach(DrainingSubscriber.Demand::hurry);
		}

	}

}
