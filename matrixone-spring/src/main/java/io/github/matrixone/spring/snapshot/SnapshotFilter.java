package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Which snapshots to list. Immutable; conditions add up. Equal where all conditions are.
 *
 * @since 0.1
 */
public final class SnapshotFilter {

	private static final SnapshotFilter ALL = new SnapshotFilter(Set.of());

	private final Set<Condition> conditions;

	private SnapshotFilter(Set<Condition> conditions) {
		this.conditions = conditions;
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
		return and(new OfLevel(level));
	}

	/**
	 * Only those taken of a database or of a table in it.
	 * @param database the database
	 * @return a narrower filter
	 */
	public SnapshotFilter database(DatabaseName database) {
		Assert.notNull(database, "The database must not be null");
		return and(new OfDatabase(database));
	}

	/**
	 * Only those that hold a table, at whatever level.
	 * @param table the table, with its database
	 * @return a narrower filter
	 */
	public SnapshotFilter holding(TableName table) {
		Assert.notNull(table, "The table must not be null");
		return and(new Holding(table));
	}

	/**
	 * Only those whose name begins with some text, in whatever case.
	 * @param prefix the text
	 * @return a narrower filter
	 */
	public SnapshotFilter namePrefix(String prefix) {
		Assert.notNull(prefix, "The prefix must not be null");
		return and(new NamePrefix(prefix.toLowerCase(Locale.ROOT)));
	}

	/**
	 * Only those taken before an instant.
	 * @param instant the instant
	 * @return a narrower filter
	 */
	public SnapshotFilter createdBefore(Instant instant) {
		Assert.notNull(instant, "The instant must not be null");
		return and(new CreatedBefore(instant));
	}

	/**
	 * Only those taken after an instant.
	 * @param instant the instant
	 * @return a narrower filter
	 */
	public SnapshotFilter createdAfter(Instant instant) {
		Assert.notNull(instant, "The instant must not be null");
		return and(new CreatedAfter(instant));
	}

	/**
	 * Return whether a snapshot is one of those.
	 * @param snapshot the snapshot
	 * @return whether it is
	 */
	public boolean matches(Snapshot snapshot) {
		return this.conditions.stream().allMatch((condition) -> condition.test(snapshot));
	}

	private SnapshotFilter and(Condition condition) {
		Set<Condition> conditions = new LinkedHashSet<>(this.conditions);
		conditions.add(condition);
		return new SnapshotFilter(conditions);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof SnapshotFilter that && this.conditions.equals(that.conditions));
	}

	@Override
	public int hashCode() {
		return this.conditions.hashCode();
	}

	@Override
	public String toString() {
		return "snapshots " + this.conditions;
	}

	/**
	 * A condition that can be compared.
	 */
	private sealed interface Condition extends Predicate<Snapshot> {

	}

	private record OfLevel(SnapshotLevel level) implements Condition {

		@Override
		public boolean test(Snapshot snapshot) {
			return snapshot.level() == this.level;
		}

	}

	private record OfDatabase(DatabaseName database) implements Condition {

		@Override
		public boolean test(Snapshot snapshot) {
			return this.database.equals(snapshot.database());
		}

	}

	private record Holding(TableName table) implements Condition {

		@Override
		public boolean test(Snapshot snapshot) {
			return snapshot.holds(this.table);
		}

	}

	private record NamePrefix(String prefix) implements Condition {

		@Override
		public boolean test(Snapshot snapshot) {
			return snapshot.name().normalized().startsWith(this.prefix);
		}

	}

	private record CreatedBefore(Instant instant) implements Condition {

		@Override
		public boolean test(Snapshot snapshot) {
			return snapshot.createdAt().isBefore(this.instant);
		}

	}

	private record CreatedAfter(Instant instant) implements Condition {

		@Override
		public boolean test(Snapshot snapshot) {
			return snapshot.createdAt().isAfter(this.instant);
		}

	}

}
