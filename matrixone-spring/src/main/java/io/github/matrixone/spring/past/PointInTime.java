package io.github.matrixone.spring.past;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotQuery;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * A point in time as it was named, which is to become an instant by the server's clock.
 *
 * @param snapshot the snapshot, or {@code null}
 * @param instant the instant, or {@code null}
 * @param ago how long ago, or {@code null}
 */
record PointInTime(@Nullable SnapshotName snapshot, @Nullable Instant instant, @Nullable Duration ago) {

	/** How old a point is at least when it is read. */
	private static final Duration SETTLED_AFTER = Duration.ofSeconds(1);

	private static final Instant EARLIEST = Instant.EPOCH.plus(1, ChronoUnit.DAYS);

	private static final SqlText CLOCK = SqlText.of("SELECT unix_timestamp() * 1000000 + microsecond(now(6))");

	static PointInTime of(SnapshotName snapshot) {
		Assert.notNull(snapshot, "The snapshot must not be null");
		return new PointInTime(snapshot, null, null);
	}

	static PointInTime of(Instant instant) {
		Assert.notNull(instant, "The instant must not be null");
		Assert.isTrue(instant.isAfter(Instant.EPOCH), () -> "The instant must lie after 1970: " + instant);
		return new PointInTime(null, instant, null);
	}

	static PointInTime ago(Duration ago) {
		Assert.notNull(ago, "The duration must not be null");
		Assert.isTrue(!ago.isNegative(), () -> "The duration must not be negative: " + ago);
		return new PointInTime(null, null, ago);
	}

	/**
	 * Return the query whose answer tells the instant.
	 */
	SqlText question() {
		return (this.snapshot != null) ? SnapshotQuery.byName(this.snapshot).statementWithOwnAccount() : CLOCK;
	}

	/**
	 * Find out the instant.
	 * @param answer the answer to the question
	 * @param database what is to be read
	 */
	Resolved resolve(Rows answer, DatabaseName database) {
		if (this.snapshot != null) {
			Snapshot found = SnapshotQuery.byName(this.snapshot).getOfOwnAccount(answer);
			found.requireHolds(database);
			return new Resolved(found.createdAt(), Duration.ZERO);
		}
		Instant now = now(answer);
		Instant at = (this.ago != null) ? before(now, this.ago) : this.instant;
		Assert.state(at != null, "A point in time has an instant");
		if (at.isAfter(now)) {
			throw new InvalidDataAccessApiUsageException("The instant " + at
					+ " lies in the future: the server's clock says " + now + ", and it would read what is there now");
		}
		if (!at.isAfter(EARLIEST)) {
			throw new InvalidDataAccessApiUsageException(
					"The instant " + at + " lies before all that a server can know");
		}
		return new Resolved(at, settlesIn(Duration.between(at, now)));
	}

	private static Instant before(Instant now, Duration ago) {
		try {
			return now.minus(ago).truncatedTo(ChronoUnit.SECONDS);
		}
		catch (DateTimeException | ArithmeticException ex) {
			throw new InvalidDataAccessApiUsageException("There is no point in time so long ago: " + ago, ex);
		}
	}

	/**
	 * A server reads a point without waiting for commits before it that it has not heard
	 * of yet, and would tell something else of it a moment later.
	 */
	private static Duration settlesIn(Duration age) {
		Duration missing = SETTLED_AFTER.minus(age);
		return missing.isNegative() ? Duration.ZERO : missing.plusMillis(1);
	}

	private static Instant now(Rows clock) {
		return Instant.EPOCH.plus(Long.parseLong(clock.first().orElseThrow()), ChronoUnit.MICROS);
	}

	/**
	 * A point in time that is known.
	 *
	 * @param at the instant
	 * @param settlesIn after how long it can be read
	 */
	record Resolved(Instant at, Duration settlesIn) {
	}

}
