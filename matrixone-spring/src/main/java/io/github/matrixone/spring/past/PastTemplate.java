package io.github.matrixone.spring.past;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.SqlText;
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

	private final PastCopies<PastCopy> copies;

	private List<Runnable> checksBeforeReads = List.of();

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public PastTemplate(CommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
		this.copies = new PastCopies<>(executor, PastCopy::new);
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
		return new Reads(PointInTime.of(snapshot));
	}

	@Override
	public PastReads asOf(Instant instant) {
		return new Reads(PointInTime.of(instant));
	}

	@Override
	public PastReads asOf(Duration ago) {
		return new Reads(PointInTime.ago(ago));
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
			PointInTime.Resolved resolved = point.resolve(this.executor.query(point.question()), database);
			await(resolved.settlesIn());
			PastCopy copy = this.copies.take(database, resolved.at());
			try {
				return LaterReads.requireNone(copy.open(this.executor).call(reads));
			}
			catch (RuntimeException ex) {
				copy.failed(ex);
				throw ex;
			}
			finally {
				this.copies.giveBack(copy);
			}
		}
		finally {
			putBack.run();
		}
	}

	private void await(Duration time) {
		if (!time.isZero()) {
			this.executor.query(SqlText.of("SELECT sleep(?)", BigDecimal.valueOf(time.toMillis(), 3)));
		}
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
