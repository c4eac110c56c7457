package io.github.matrixone.spring.branch;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.DatabaseName;

/**
 * What policies say of branches at a point in time.
 *
 * @param at the point in time
 * @param decisions what becomes of each branch that a policy applies to, the oldest first
 * @since 0.1
 */
public record BranchRetentionPlan(Instant at, List<Decision> decisions) {

	public BranchRetentionPlan {
		decisions = List.copyOf(decisions);
	}

	/**
	 * Return the branches that would go.
	 * @return the decisions, the oldest branch first
	 */
	public List<Decision> expired() {
		return this.decisions.stream().filter(Decision::isDelete).toList();
	}

	/**
	 * Return the branches that are to be warned of.
	 * @return the decisions, the oldest branch first
	 */
	public List<Decision> expiring() {
		return this.decisions.stream().filter((decision) -> decision.reason() == Reason.EXPIRING).toList();
	}

	/**
	 * What becomes of a branch.
	 *
	 * @param tables the branch, or the tables of the branch of a database
	 * @param madeAt when it was made; of several tables the last one counts
	 * @param policy the policy that decides
	 * @param reason why it goes or stays
	 * @param unmerged what would be lost with it, or {@code null} if it does not depend
	 * on that
	 */
	public record Decision(List<Branch> tables, Instant madeAt, BranchRetentionPolicy policy, Reason reason,
			@Nullable UnmergedChanges unmerged) {

		public Decision {
			tables = List.copyOf(tables);
		}

		/**
		 * Return the database, if it is the branch of one.
		 * @return the database, or {@code null} for the branch of a single table
		 */
		public @Nullable DatabaseName database() {
			Branch table = this.tables.get(0);
			return table.ofDatabase() ? table.table().database() : null;
		}

		/**
		 * Return the name of the branch.
		 * @return the database, or the table with its database
		 */
		public String name() {
			return Objects.toString(database(), this.tables.get(0).table().toString());
		}

		/**
		 * Return when the branch is older than the greatest age.
		 * @return from when on it would go
		 */
		public Instant expiresAt() {
			return this.madeAt.plus(this.policy.maxAge());
		}

		/**
		 * Return whether the branch would go.
		 * @return whether it would
		 */
		public boolean isDelete() {
			return this.reason == Reason.EXPIRED;
		}

		/**
		 * Return in a sentence what becomes of the branch.
		 * @return the sentence
		 */
		public String explanation() {
			return "The branch " + name() + " of " + this.madeAt + switch (this.reason) {
				case EXPIRED -> " goes: it is older than " + this.policy.maxAge();
				case YOUNG -> " stays: it is not older than " + this.policy.maxAge();
				case EXPIRING -> " stays, but goes after " + expiresAt() + (this.policy.isAlsoUnmerged()
						? ", with all that was not merged until then" : " if it has no unmerged changes then");
				case UNMERGED -> " stays, though it is older than " + this.policy.maxAge() + ": "
						+ lost(Objects.requireNonNull(this.unmerged))
						+ ". Merge it, delete it yourself, or set alsoUnmerged in its policy";
				case PARENT -> " stays: it is the parent of other branches, which could not be merged any more";
				case PROTECTED -> " stays: it is protected";
			};
		}

		private static String lost(UnmergedChanges unmerged) {
			return unmerged.rows() + " rows are not merged"
					+ unmerged.unknown()
						.entrySet()
						.stream()
						.map((table) -> ", " + table.getKey() + ' ' + table.getValue())
						.collect(Collectors.joining());
		}

	}

	/**
	 * Why a branch goes or stays.
	 */
	public enum Reason {

		/** It goes: it is older than the greatest age, and nothing is lost with it. */
		EXPIRED,

		/** It stays: it is not older than the greatest age. */
		YOUNG,

		/** It stays, and is to be warned of: it goes before long. */
		EXPIRING,

		/**
		 * It stays, though it is older: its parent does not have all that it has changed,
		 * or that cannot be told.
		 */
		UNMERGED,

		/** It stays, though it may be older: other branches were made from it. */
		PARENT,

		/** It stays: a policy protects it. */
		PROTECTED

	}

}
