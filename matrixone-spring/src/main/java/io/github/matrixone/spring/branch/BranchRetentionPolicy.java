package io.github.matrixone.spring.branch;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.matrixone.spring.sql.DatabaseName;

/**
 * How long to keep the branches whose names begin with some text. One goes when it is
 * older than the greatest age, unless it is protected, is the parent of other branches,
 * or has changes that its parent does not have. Immutable.
 *
 * @since 0.1
 */
public final class BranchRetentionPolicy {

	private final @Nullable DatabaseName database;

	private final String prefix;

	private final Duration maxAge;

	private final Duration warnBefore;

	private final boolean alsoUnmerged;

	private final Set<String> isProtected;

	private BranchRetentionPolicy(@Nullable DatabaseName database, String prefix, Duration maxAge, Duration warnBefore,
			boolean alsoUnmerged, Set<String> isProtected) {
		this.database = database;
		this.prefix = prefix;
		this.maxAge = maxAge;
		this.warnBefore = warnBefore;
		this.alsoUnmerged = alsoUnmerged;
		this.isProtected = isProtected;
	}

	/**
	 * Create a policy for branches of databases, which warns a day before one goes.
	 * @param namePrefix what the names of the branches begin with, in whatever case; not
	 * empty, because all branches of an account are hardly one user's
	 * @param maxAge the greatest age, more than zero
	 * @return the policy
	 */
	public static BranchRetentionPolicy databases(String namePrefix, Duration maxAge) {
		return create(null, namePrefix, maxAge);
	}

	/**
	 * Create a policy for branches of single tables, which warns a day before one goes.
	 * @param database the database that the branches are in
	 * @param namePrefix what the names of the branches begin with, in whatever case; not
	 * empty
	 * @param maxAge the greatest age, more than zero
	 * @return the policy
	 */
	public static BranchRetentionPolicy tables(DatabaseName database, String namePrefix, Duration maxAge) {
		Assert.notNull(database, "The database must not be null");
		return create(database, namePrefix, maxAge);
	}

	private static BranchRetentionPolicy create(@Nullable DatabaseName database, String namePrefix, Duration maxAge) {
		Assert.hasText(namePrefix, "The prefix must not be empty: it says whose branches may be deleted");
		Assert.notNull(maxAge, "The greatest age must not be null");
		Assert.isTrue(!maxAge.isNegative() && !maxAge.isZero(), "The greatest age must be more than zero");
		return new BranchRetentionPolicy(database, namePrefix.toLowerCase(Locale.ROOT), maxAge, Duration.ofDays(1),
				false, Set.of());
	}

	/**
	 * Set how long before it goes a branch is warned of.
	 * @param time the time; zero for no warning
	 * @return a policy with that time
	 */
	public BranchRetentionPolicy warnBefore(Duration time) {
		Assert.isTrue(!time.isNegative(), "The time of the warning must not be negative");
		return new BranchRetentionPolicy(this.database, this.prefix, this.maxAge, time, this.alsoUnmerged,
				this.isProtected);
	}

	/**
	 * Delete branches as well whose changes their parents do not have, or that cannot be
	 * compared with them. <strong>These changes are lost.</strong>
	 * @return a policy that does
	 */
	public BranchRetentionPolicy alsoUnmerged() {
		return new BranchRetentionPolicy(this.database, this.prefix, this.maxAge, this.warnBefore, true,
				this.isProtected);
	}

	/**
	 * Keep some branches for ever, besides those that are protected so far.
	 * @param names the names of their databases, or of their tables
	 * @return a policy with that protection
	 */
	public BranchRetentionPolicy protect(String... names) {
		Set<String> all = Arrays.stream(names).map((name) -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
		all.addAll(this.isProtected);
		return new BranchRetentionPolicy(this.database, this.prefix, this.maxAge, this.warnBefore, this.alsoUnmerged,
				Set.copyOf(all));
	}

	/**
	 * Return the database whose tables the policy is for.
	 * @return the database, or {@code null} for branches of whole databases
	 */
	public @Nullable DatabaseName database() {
		return this.database;
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
	 * Return how long before it goes a branch is warned of.
	 * @return the time
	 */
	public Duration warnBefore() {
		return this.warnBefore;
	}

	/**
	 * Return whether branches are deleted whose changes are lost then.
	 * @return whether they are
	 */
	public boolean isAlsoUnmerged() {
		return this.alsoUnmerged;
	}

	/**
	 * Return whether a branch is one of those whose age is looked at.
	 * @param branch the branch, or a table of the branch of a database
	 * @return whether its name begins with the prefix
	 */
	public boolean appliesTo(Branch branch) {
		return branch.ofDatabase() == (this.database == null)
				&& (this.database == null || this.database.equals(branch.table().database()))
				&& name(branch).startsWith(this.prefix);
	}

	/**
	 * Return whether a branch is protected.
	 * @param branch the branch, or a table of the branch of a database
	 * @return whether it is
	 */
	public boolean protects(Branch branch) {
		return this.isProtected.contains(name(branch));
	}

	private static String name(Branch branch) {
		return branch.ofDatabase() ? Objects.requireNonNull(branch.table().database()).normalized()
				: branch.table().normalizedName();
	}

	@Override
	public String toString() {
		return "branches of " + ((this.database != null) ? "tables in " + this.database : "databases") + ' '
				+ this.prefix + "… for " + this.maxAge;
	}

}
