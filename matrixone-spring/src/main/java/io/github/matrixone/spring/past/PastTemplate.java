package io.github.matrixone.spring.past;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.BaseStream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.transaction.StandIn;

/**
 * Central implementation of {@link PastOperations}. Thread-safe. Drops its copies when it
 * is destroyed.
 *
 * @since 0.1
 */
public class PastTemplate implements PastOperations, DisposableBean {

	private final CommandExecutor executor;

	private final PastCopies copies;

	private List<Runnable> checksBeforeReads = List.of();

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public PastTemplate(CommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
		this.copies = new PastCopies(executor);
	}

	/**
	 * Set for how long a copy is kept that nobody reads.
	 * @param keepFor how long, by default ten minutes
	 */
	public void setKeepFor(Duration keepFor) {
		Assert.isTrue(!keepFor.isNegative() && !keepFor.isZero(), "The time to keep copies for must be positive");
		this.copies.setKeepFor(keepFor);
	}

	/**
	 * Set how many copies are kept that nobody reads.
	 * @param keepAtMost how many, by default 16; more are there only while they are read
	 */
	public void setKeepAtMost(int keepAtMost) {
		Assert.isTrue(keepAtMost >= 0, "The number of copies to keep must not be negative");
		this.copies.setKeepAtMost(keepAtMost);
	}

	/**
	 * Set what is looked at before the past is read: each may refuse it, because it keeps
	 * something in memory that is not of then.
	 * @param checks the checks
	 */
	public void setChecksBeforeReads(List<Runnable> checks) {
		this.checksBeforeReads = List.copyOf(checks);
	}

	@Override
	public PastReads asOf(SnapshotName snapshot) {
		Assert.notNull(snapshot, "The snapshot must not be null");
		return new Reads(new PointInTime(snapshot, null, null));
	}

	@Override
	public PastReads asOf(Instant instant) {
		Assert.notNull(instant, "The instant must not be null");
		Assert.isTrue(instant.isAfter(Instant.EPOCH), () -> "The instant must lie after 1970: " + instant);
		return new Reads(new PointInTime(null, instant, null));
	}

	@Override
	public PastReads asOf(Duration ago) {
		Assert.notNull(ago, "The duration must not be null");
		Assert.isTrue(!ago.isNegative(), () -> "The duration must not be negative: " + ago);
		return new Reads(new PointInTime(null, null, ago));
	}

	@Override
	public void destroy() {
		this.copies.close();
	}

	private <T extends @Nullable Object> T read(PointInTime point, Supplier<T> reads) {
		Assert.notNull(reads, "The reads must not be null");
		StandIn.requireNone("Another point in time");
		this.executor.backend().requirePast();
		Runnable putBack = this.executor.putAside();
		try {
			this.checksBeforeReads.forEach(Runnable::run);
			DatabaseName database = requireDatabase();
			return this.copies.with(database, point.resolve(this.executor, database),
					(past) -> requireRead(past.call(reads)));
		}
		finally {
			putBack.run();
		}
	}

	/**
	 * What is read later is read now. A stream holds a connection until it is closed.
	 */
	private static <T extends @Nullable Object> T requireRead(T result) {
		if (result instanceof BaseStream<?, ?> stream) {
			stream.close();
		}
		if (result instanceof Future || result instanceof BaseStream || result instanceof Callable
				|| result instanceof Supplier || result instanceof Runnable || (result != null
						&& ReactiveAdapterRegistry.getSharedInstance().getAdapter(result.getClass()) != null)) {
			throw new InvalidDataAccessApiUsageException("The result is a " + result.getClass().getSimpleName()
					+ ", which may read later, when it would read what is there now. Return what was read");
		}
		return result;
	}

	private DatabaseName requireDatabase() {
		DatabaseName current = this.executor.currentDatabase();
		if (current == null) {
			throw new InvalidDataAccessApiUsageException(
					"The data source must name a database in its URL to read the past of it");
		}
		return current;
	}

	/**
	 * Reads at a point.
	 */
	private final class Reads implements PastReads {

		private final PointInTime point;

		Reads(PointInTime point) {
			this.point = point;
		}

		@Override
		public <T extends @Nullable Object> T execute(Supplier<T> reads) {
			return read(this.point, reads);
		}

		@Override
		public <T extends @Nullable Object> ThenAndNow<T> compareWithNow(Supplier<T> reads) {
			T then = execute(reads);
			return new ThenAndNow<>(then, reads.get());
		}

	}

}
