package io.github.matrixone.spring.chaos;

/**
 * One piece of {@link Work}: a transfer between two accounts, and what goes with it.
 *
 * @param id the key of its row in the ledger, which names its clone and its snapshots too
 * @param kind what goes with it
 * @param source an account
 * @param target another account
 * @param amount the amount
 */
record Unit(long id, Kind kind, int source, int target, long amount) {

	static final String CLONE = "c_";

	String cloneName() {
		return CLONE + this.id;
	}

	String snapshotNow() {
		return "chaos_n_" + this.id;
	}

	String snapshotAfterCommit() {
		return "chaos_a_" + this.id;
	}

	/**
	 * What goes with a transfer.
	 */
	enum Kind {

		/** Nothing. */
		TRANSFER(false, false, false, false),

		/** A clone of the ledger. */
		CLONE(true, false, false, false),

		/** A snapshot after the commit. */
		SNAPSHOT_AFTER_COMMIT(false, false, true, false),

		/** A snapshot at once, and a clone from it. */
		SNAPSHOT_AND_CLONE(true, true, false, false),

		/** A snapshot at once, a clone from it and a snapshot after the commit. */
		ALL(true, true, true, false),

		/** The same, rolled back on purpose. */
		ALL_ROLLED_BACK(true, true, true, true);

		private final boolean cloned;

		private final boolean snapshotNow;

		private final boolean snapshotAfterCommit;

		private final boolean rolledBack;

		Kind(boolean cloned, boolean snapshotNow, boolean snapshotAfterCommit, boolean rolledBack) {
			this.cloned = cloned;
			this.snapshotNow = snapshotNow;
			this.snapshotAfterCommit = snapshotAfterCommit;
			this.rolledBack = rolledBack;
		}

		boolean isCloned() {
			return this.cloned;
		}

		boolean hasSnapshotNow() {
			return this.snapshotNow;
		}

		boolean hasSnapshotAfterCommit() {
			return this.snapshotAfterCommit;
		}

		boolean isRolledBack() {
			return this.rolledBack;
		}

	}

	/**
	 * What the application was told of a unit.
	 *
	 * @param unit the unit
	 * @param outcome the outcome
	 * @param error the exception, for messages
	 * @param at when, by {@link System#nanoTime()}
	 */
	record Report(Unit unit, Outcome outcome, String error, long at) {
	}

	/**
	 * The outcomes that an application can tell apart.
	 */
	enum Outcome {

		/** The commit has returned. */
		ACKNOWLEDGED,

		/** Committed, but work after the commit has failed. */
		WORK_AFTER_COMMIT_FAILED,

		/** Committed, but the outcome of work after the commit is unknown. */
		WORK_AFTER_COMMIT_UNKNOWN,

		/** An exception that means: not committed. */
		FAILED,

		/** An exception that means: committed or not. */
		UNKNOWN;

		boolean isCommitted() {
			return this == ACKNOWLEDGED || this == WORK_AFTER_COMMIT_FAILED || this == WORK_AFTER_COMMIT_UNKNOWN;
		}

	}

}
