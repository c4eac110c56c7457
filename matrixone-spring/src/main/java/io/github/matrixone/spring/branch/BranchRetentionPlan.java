package io.github.matrixone.spring.branch;

import java.time.Duration;
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
 * @param decisions what becomes of each branch that a policy applies to or that has a
 * time to live, the oldest first
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
	 * @param policy the policy that applies, or {@code null} if none does
	 * @param note the note on the branch, or {@code null} if it has none
	 * @param reason why it goes or stays
	 * @param unmerged what would be lost with it, or {@code null} if it does not depend
	 * on that
	 */
	public record Decision(List<Branch> tables, Instant madeAt, @Nullable BranchRetentionPolicy policy,
			@Nullable BranchNote note, Reason reason, @Nullable UnmergedChanges unmerged) {

		private static final Duration WARN_BEFORE = Duration.ofDays(1);

		public Decision {
			tables = List.copyOf(tables);
		}

		Decision with(Reason reason) {
			return new Decision(this.tables, this.madeAt, this.policy, this.note, reason, this.unmerged);
		}

		Decision with(UnmergedChanges unmerged) {
			return new Decision(this.tables, this.madeAt, this.policy, this.note,
					unmerged.isEmpty() ? Reason.EXPIRED : Reason.UNMERGED, unmerged);
		}

		boolean isAlsoUnmerged() {
			return this.policy != null && this.policy.isAlsoUnmerged();
		}

		boolean isNear(Instant now) {
			Duration warnBefore = (this.policy != null) ? this.policy.warnBefore() : WARN_BEFORE;
			return !warnBefore.isZero() && !now.isBefore(expiresAt().minus(warnBefore));
		}

		boolean isByNote() {
			return keepUntil() != null;
		}

		private @Nullable Instant keepUntil() {
			return (this.note != null) ? this.note.keepUntil() : null;
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
		 * Return when the branch is older than the greatest age, or the time that its
		 * note says.
		 * @return from when on it would go
		 */
		public Instant expiresAt() {
			Instant keepUntil = keepUntil();
			return (keepUntil != null) ? keepUntil : this.madeAt.plus(Objects.requireNonNull(this.policy).maxAge());
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
			return "The branch " + name() + " of " + this.madeAt + noted() + switch (this.reason) {
				case EXPIRED -> " goes: it is " + age(true);
				case YOUNG -> " stays: it is " + age(false);
				case EXPIRING -> " stays, but goes after " + expiresAt() + (isAlsoUnmerged()
						? ", with all that was not merged until then" : " if it has no unmerged changes then");
				case UNMERGED ->
					" stays, though it is " + age(true) + ": " + lost(Objects.requireNonNull(this.unmerged))
							+ ". Merge it, delete it yourself, or set alsoUnmerged in its policy";
				case PARENT -> " stays: it is the parent of other branches, which could not be merged any more";
				case PROTECTED -> " stays: it is protected";
			};
		}

		private String noted() {
			return (this.note != null) ? " (" + this.note.owner() + ": " + this.note.text() + ')' : "";
		}

		private String age(boolean old) {
			Instant keepUntil = keepUntil();
			if (keepUntil != null) {
				return old ? "kept until " + keepUntil + " only" : "kept until " + keepUntil;
			}
			return (old ? "older than " : "not older than ") + Objects.requireNonNull(this.policy).maxAge();
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

		/** It goes: its time is over, and nothing is lost with it. */
		EXPIRED,

		/** It stays: its time is not over. */
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
