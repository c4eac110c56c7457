package io.github.matrixone.spring.sql;

import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * A point in time to read, clone or restore from: that of a snapshot, or an instant of
 * which the server still has the data.
 *
 * @since 0.1
 */
public final class AsOf {

	private final @Nullable SnapshotName snapshot;

	private final @Nullable Instant instant;

	private AsOf(@Nullable SnapshotName snapshot, @Nullable Instant instant) {
		this.snapshot = snapshot;
		this.instant = instant;
	}

	/**
	 * The point in time of a snapshot.
	 * @param snapshot the snapshot's name
	 * @return the point in time
	 */
	public static AsOf snapshot(SnapshotName snapshot) {
		Assert.notNull(snapshot, "The snapshot must not be null");
		return new AsOf(snapshot, null);
	}

	/**
	 * An instant in the past. How far back the server can go without a snapshot depends
	 * on when it last removed old versions of rows.
	 * @param instant the instant, exact to the nanosecond
	 * @return the point in time
	 * @throws IllegalArgumentException if the instant lies before 1970 or in the future:
	 * the server would take the latter for now
	 */
	public static AsOf instant(Instant instant) {
		Assert.notNull(instant, "The instant must not be null");
		Assert.isTrue(instant.isAfter(Instant.EPOCH) && !instant.isAfter(Instant.now()),
				() -> "The instant must lie in the past, after 1970: " + instant);
		return new AsOf(null, instant);
	}

	/**
	 * Return the snapshot that fixes this point in time.
	 * @return the snapshot's name, or {@code null} if an instant was given
	 */
	public @Nullable SnapshotName snapshot() {
		return this.snapshot;
	}

	/**
	 * Return the instant that was given.
	 * @return the instant, or {@code null} if a snapshot was given
	 */
	public @Nullable Instant instant() {
		return this.instant;
	}

	/**
	 * Return the hint for an instant that the server has told. By the clock of this
	 * machine that may still lie in the future.
	 * @param instant the instant
	 * @return the hint, <code>{MO_TS = nanoseconds}</code>
	 */
	public static String hint(Instant instant) {
		return "{MO_TS = " + nanoseconds(instant) + "}";
	}

	/**
	 * Return the hint that follows the table's name in a statement:
	 * <code>{SNAPSHOT = 's'}</code> or <code>{MO_TS = nanoseconds}</code>.
	 * @return the hint
	 */
	public String hint() {
		return (this.snapshot != null) ? "{SNAPSHOT = '" + this.snapshot.normalized() + "'}"
				: hint(Objects.requireNonNull(this.instant));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof AsOf that && Objects.equals(this.snapshot, that.snapshot)
				&& Objects.equals(this.instant, that.instant));
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.snapshot, this.instant);
	}

	@Override
	public String toString() {
		return (this.snapshot != null) ? "snapshot " + this.snapshot : String.valueOf(this.instant);
	}

	private static long nanoseconds(Instant instant) {
		return Math.addExact(TimeUnit.SECONDS.toNanos(instant.getEpochSecond()), instant.getNano());
	}

}
