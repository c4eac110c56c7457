package io.github.matrixone.spring.r2dbc;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Stands between what a connection gives and who subscribes to it. A source is read to
 * its end whatever becomes of the subscriber, so that its outcome is known and the
 * connection is free again. Until then it is read at the subscriber's pace, unless it is
 * told to hurry: what the subscriber has not asked for yet is then kept in memory.
 */
final class DrainingSubscriber<T> implements CoreSubscriber<T>, Subscription {

	private static final Log logger = LogFactory.getLog(DrainingSubscriber.class);

	private final Demand demand;

	private final CoreSubscriber<? super T> actual;

	private DrainingSubscriber(Demand demand, CoreSubscriber<? super T> actual) {
		this.demand = demand;
		this.actual = actual;
	}

	/**
	 * Read a source through a gate.
	 * @param source the source, subscribed to once
	 * @param demand the demand of its subscriber
	 */
	static <T> Flux<T> read(Publisher<T> source, Demand demand) {
		return new Flux<T>() {

			@Override
			@SuppressWarnings("unchecked")
			public void subscribe(CoreSubscriber<? super T> actual) {
				source.subscribe(new DrainingSubscriber<>(demand, (CoreSubscriber<T>) actual));
			}

		}.onBackpressureBuffer().doOnRequest(demand::request).doOnCancel(demand::cancel);
	}

	@Override
	public Context currentContext() {
		return this.actual.currentContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.actual.onSubscribe(this);
		this.demand.subscribed(subscription);
	}

	@Override
	public void onNext(T value) {
		if (this.demand.isCancelled()) {
			Operators.onDiscard(value, currentContext());
		}
		else {
			this.demand.delivered = true;
			this.actual.onNext(value);
		}
	}

	@Override
	public void onError(Throwable ex) {
		this.demand.ended = true;
		if (this.demand.isCancelled()) {
			logger.debug("An error came after the cancellation", ex);
		}
		else {
			this.actual.onError(ex);
		}
	}

	@Override
	public void onComplete() {
		this.demand.ended = true;
		if (!this.demand.isCancelled()) {
			this.actual.onComplete();
		}
	}

	/**
	 * The buffer behind this gate takes everything: what counts is the demand of the
	 * subscriber behind the buffer.
	 */
	@Override
	public void request(long n) {
	}

	@Override
	public void cancel() {
		this.demand.cancel();
	}

	/**
	 * What a subscriber has asked for.
	 */
	static final class Demand {

		private @Nullable Subscription subscription;

		private long early;

		private volatile boolean cancelled;

		private volatile boolean cancelledEarly;

		private volatile boolean delivered;

		private volatile boolean ended;

		boolean isCancelled() {
			return this.cancelled;
		}

		/**
		 * Return whether the subscriber has left before it learnt anything.
		 */
		boolean isCancelledEarly() {
			return this.cancelledEarly;
		}

		/**
		 * Read the rest of the source at once.
		 */
		void hurry() {
			request(Long.MAX_VALUE);
		}

		private void cancel() {
			if (!this.cancelled && !this.ended) {
				this.cancelledEarly = !this.delivered;
				this.cancelled = true;
			}
			hurry();
		}

		private void request(long n) {
			Subscription subscription;
			synchronized (this) {
				subscription = this.subscription;
				if (subscription == null) {
					this.early = Operators.addCap(this.early, n);
				}
			}
			if (subscription != null) {
				subscription.request(n);
			}
		}

		private void subscribed(Subscription subscription) {
			long n;
			synchronized (this) {
				this.subscription = subscription;
				n = this.early;
			}
			if (n > 0) {
				subscription.request(n);
			}
		}

	}

}
