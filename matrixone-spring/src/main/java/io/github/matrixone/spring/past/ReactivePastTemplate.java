package io.github.matrixone.spring.past;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.util.Assert;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.transaction.StandIn;

/**
 * Central implementation of {@link ReactivePastOperations}. Thread-safe. Drops its copies
 * when it is destroyed, which blocks.
 *
 * @since 0.1
 */
public class ReactivePastTemplate implements ReactivePastOperations, DisposableBean {

	private final ReactiveCommandExecutor executor;

	private final PastCopies<ReactivePastCopy> copies;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public ReactivePastTemplate(ReactiveCommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
		this.copies = new PastCopies<>(executor, ReactivePastCopy::new);
	}

	/**
	 * Set for how long a copy is kept that nobody reads.
	 * @param keepFor how long, by default ten minutes
	 */
	public void setKeepFor(Duration keepFor) {
		this.copies.setKeepFor(keepFor);
	}

	/**
	 * Set how many copies are kept that nobody reads.
	 * @param keepAtMost how many, by default 16; more are there only while they are read
	 */
	public void setKeepAtMost(int keepAtMost) {
		this.copies.setKeepAtMost(keepAtMost);
	}

	@Override
	public ReactivePastReads asOf(SnapshotName snapshot) {
		return new Reads(PointInTime.of(snapshot));
	}

	@Override
	public ReactivePastReads asOf(Instant instant) {
		return new Reads(PointInTime.of(instant));
	}

	@Override
	public ReactivePastReads asOf(Duration ago) {
		return new Reads(PointInTime.ago(ago));
	}

	@Override
	public void destroy() {
		this.copies.close();
	}

	private <T> Flux<T> read(PointInTime point, Flux<T> reads) {
		return this.executor.requireOutside("Another point in time")
			.then(requireDatabase())
			.flatMapMany((database) -> this.executor.query(point.question())
				.map((answer) -> point.resolve(answer, database))
				.flatMapMany((resolved) -> settled(resolved).thenMany(read(database, resolved.at(), reads))))
			.onErrorStop();
	}

	private static Mono<Long> settled(PointInTime.Resolved point) {
		return point.settlesIn().isZero() ? Mono.empty() : Mono.delay(point.settlesIn());
	}

	private <T> Flux<T> read(DatabaseName database, Instant at, Flux<T> reads) {
		return Flux.using(() -> this.copies.take(database, at),
				(copy) -> open(copy).flatMapMany((past) -> this.executor.in(past, reads).map(LaterReads::requireNone))
					.doOnError(copy::failed),
				this.copies::giveBack);
	}

	private Mono<StandIn> open(ReactivePastCopy copy) {
		return copy.open(this.executor,
				(making) -> Mono.using(() -> this.copies.takeAgain(copy), (same) -> making, this.copies::giveBack));
	}

	private Mono<DatabaseName> requireDatabase() {
		return this.executor.currentDatabase()
			.switchIfEmpty(Mono.error(() -> new InvalidDataAccessApiUsageException(
					"The connection factory must name a database in its URL to read the past of it")));
	}

	/**
	 * Reads at a point.
	 */
	private final class Reads implements ReactivePastReads {

		private final PointInTime point;

		Reads(PointInTime point) {
			this.point = point;
		}

		@Override
		public <T> Mono<T> execute(Mono<T> reads) {
			Assert.notNull(reads, "The reads must not be null");
			return read(this.point, reads.flux()).singleOrEmpty().onErrorStop();
		}

		@Override
		public <T> Flux<T> execute(Flux<T> reads) {
			Assert.notNull(reads, "The reads must not be null");
			return read(this.point, reads);
		}

		@Override
		public <T> Mono<ThenAndNow<Optional<T>>> compareWithNow(Mono<T> reads) {
			return optional(execute(reads)).flatMap((then) -> optional(reads).map((now) -> new ThenAndNow<>(then, now)))
				.onErrorStop();
		}

		private static <T> Mono<Optional<T>> optional(Mono<T> result) {
			return result.map(Optional::of).defaultIfEmpty(Optional.empty());
		}

	}

}
