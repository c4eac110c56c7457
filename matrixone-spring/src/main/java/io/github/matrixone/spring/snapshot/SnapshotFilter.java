package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;

import org.springframework.util.Assert;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Which snapshots to list. Immutable; conditions add up.
 *
 * @since 0.1
 */
public final class SnapshotFilter {

	private static final SnapshotFilter ALL = new SnapshotFilter((snapshot) -> true);

	private final Predicate<Snapshot> condition;

	private SnapshotFilter(Predicate<Snapshot> condition) {
		this.condition = condition;
	}

	/**
	 * All snapshots that the user may see.
	 * @return the filter
	 */
	public static SnapshotFilter all() {
		return ALL;
	}

	/**
	 * Only those of a level.
	 * @param level the level
	 * @return a narrower filter
	 */
	public SnapshotFilter level(SnapshotLevel level) {
		Assert.notNull(level, "The level must not be null");
		return and((snapshot) -> snapshot.level() == level);
	}

	/**
	 * Only those taken of a database or of a table in it.
	 * @param database the database
	 * @return a narrower filter
	 */
	public SnapshotFilter database(DatabaseName database) {
		Assert.notNull(database, "The database must not be null");
		return and((snapshot) -> Objects.equals(database, snapshot.database()));
	}

	/**
	 * Only those that hold a table, at whatever level.
	 * @param table the table, with its database
	 * @return a narrower filter
	 */
	public SnapshotFilter holding(TableName table) {
		Assert.notNull(table, "The table must not be null");
		return and((snapshot) -> snapshot.holds(table));
	}

	/**
	 * Only those whose name begins with some text, in whatever case.
	 * @param prefix the text
	 * @return a narrower filter
	 */
	public SnapshotFilter namePrefix(String prefix) {
		Assert.notNull(prefix, "The prefix must not be null");
		String lowerCased = prefix.toLowerCase(Locale.ROOT);
		return and((snapshot) -> snapshot.name().normalized().startsWith(lowerCased));
	}

	/**
	 * Only those taken before an instant.
	 * @param instant the instant
	 * @return a narrower filter
	 */
	public SnapshotFilter createdBefore(Instant instant) {
		Assert.notNull(instant, "The instant must not be null");
		return and((snapshot) -> snapshot.createdAt().isBefore(instant));
	}

	/**
	 * Only those taken after an instant.
	 * @param instant the instant
	 * @return a narrower filter
	 */
	public SnapshotFilter createdAfter(Instant instant) {
		Assert.notNull(instant, "The instant must not be null");
		return and((snapshot) -> snapshot.createdAt().isAfter(instant));
	}

	/**
	 * Return whether a snapshot is one of those.
	 * @param snapshot the snapshot
	 * @return whether it is
	 */
	public boolean matches(Snapshot snapshot) {
		return this.condition.test(snapshot);
	}

	private SnapshotFilter and(Predicate<Snapshot> condition) {
		return new SnapshotFilter(this.condition.and(condition));
	}

}
