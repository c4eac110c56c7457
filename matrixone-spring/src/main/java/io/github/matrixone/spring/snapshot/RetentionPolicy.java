package io.github.matrixone.spring.snapshot;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.springframework.util.Assert;

import io.github.matrixone.spring.sql.SnapshotName;

/**
 * How long to keep the snapshots whose names begin with some text. One goes when it is
 * older than the greatest age, unless it is among the newest ones of what it holds, or
 * protected. One whose {@linkplain io.github.matrixone.spring.sql.SnapshotName#end() name
 * says its end} goes then, whatever its age, unless it is protected. Immutable.
 *
 * @since 0.1
 */
public final class RetentionPolicy {

	private final String prefix;

	private final Duration maxAge;

	private final int keepAtLeast;

	private final Predicate<Snapshot> isProtected;

	private RetentionPolicy(String prefix, Duration maxAge, int keepAtLeast, Predicate<Snapshot> isProtected) {
		this.prefix = prefix;
		this.maxAge = maxAge;
		this.keepAtLeast = keepAtLeast;
		this.isProtected = isProtected;
	}

	/**
	 * Create a policy that keeps at least one snapshot of each database, table or
	 * account, and protects none.
	 * @param namePrefix what the names begin with, in whatever case; not empty, because
	 * all snapshots of an account are hardly one user's
	 * @param maxAge the greatest age, more than zero
	 * @return the policy
	 */
	public static RetentionPolicy of(String namePrefix, Duration maxAge) {
		Assert.hasText(namePrefix, "The prefix must not be empty: it says whose snapshots may be dropped");
		Assert.notNull(maxAge, "The greatest age must not be null");
		Assert.isTrue(!maxAge.isNegative() && !maxAge.isZero(), "The greatest age must be more than zero");
		return new RetentionPolicy(namePrefix.toLowerCase(Locale.ROOT), maxAge, 1, (snapshot) -> false);
	}

	/**
	 * Keep the newest ones, however old they are. They are counted for each database,
	 * table, account or cluster that snapshots hold; protected ones, and those whose
	 * names say their end, do not count.
	 * @param count how many
	 * @return a policy with that number
	 */
	public RetentionPolicy keepAtLeast(int count) {
		Assert.isTrue(count >= 0, "The number to keep must not be negative");
		return new RetentionPolicy(this.prefix, this.maxAge, count, this.isProtected);
	}

	/**
	 * Keep some snapshots for ever, besides those that are protected so far.
	 * @param names their names
	 * @return a policy with that protection
	 */
	public RetentionPolicy protect(SnapshotName... names) {
		Set<SnapshotName> all = Arrays.stream(names).collect(Collectors.toUnmodifiableSet());
		return protect((snapshot) -> all.contains(snapshot.name()));
	}

	/**
	 * Keep some snapshots as long as something holds of them, besides those that are
	 * protected so far.
	 * @param condition what holds
	 * @return a policy with that protection
	 */
	public RetentionPolicy protect(Predicate<Snapshot> condition) {
		Assert.notNull(condition, "The condition must not be null");
		return new RetentionPolicy(this.prefix, this.maxAge, this.keepAtLeast, this.isProtected.or(condition));
	}

	/**
	 * Return what the names begin with.
	 * @return the text, in lower case
	 */
	public String namePrefix() {
		return this.prefix;
	}

	/**
	 * Return the greatest age.
	 * @return the age
	 */
	public Duration maxAge() {
		return this.maxAge;
	}

	/**
	 * Return how many are kept however old they are.
	 * @return the number
	 */
	public int keepAtLeast() {
		return this.keepAtLeast;
	}

	/**
	 * Return whether a snapshot is one of those whose age is looked at.
	 * @param snapshot the snapshot
	 * @return whether its name begins with the prefix
	 */
	public boolean appliesTo(Snapshot snapshot) {
		return snapshot.name().normalized().startsWith(this.prefix);
	}

	/**
	 * Return whether a snapshot is protected.
	 * @param snapshot the snapshot
	 * @return whether it is
	 */
	public boolean protects(Snapshot snapshot) {
		return this.isProtected.test(snapshot);
	}

	@Override
	public String toString() {
		return "snapshots " + this.prefix + "… for " + this.maxAge + ", at least " + this.keepAtLeast;
	}

}
