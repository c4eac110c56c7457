package io.github.matrixone.spring.branch;

import java.util.List;

/**
 * Something is about to be done with a branch, or was done. Published as an application
 * event. A listener to what is about to be done prevents it by an exception, which the
 * caller gets. What was done in a transaction may still be rolled back: see
 * {@link org.springframework.transaction.event.TransactionalEventListener}.
 *
 * @param phase whether it is about to be done
 * @param action what is done
 * @param names the branches, tables with their databases, or databases; the table itself
 * for {@link Action#REVERT}
 * @param results what was done to the rows, if that is the case, in the order of the
 * names
 * @since 0.1
 */
public record BranchEvent(Phase phase, Action action, List<String> names, List<MergeResult> results) {

	public BranchEvent {
		names = List.copyOf(names);
		results = List.copyOf(results);
	}

	/**
	 * When the event is published.
	 */
	public enum Phase {

		/**
		 * It is about to be done. For a merge, its rows are locked and have no conflict.
		 */
		BEFORE,

		/**
		 * It was done. For a deletion in a transaction, that is after the commit. The
		 * caller gets an exception of a listener, though what was made or deleted stays
		 * so; the transaction of a merge can only be rolled back then.
		 */
		AFTER

	}

	/**
	 * What is done.
	 */
	public enum Action {

		/** A branch is made. */
		CREATE,

		/** Branches are merged, or rows of one are picked. */
		MERGE,

		/** The changes of branches are brought over to new ones. */
		REBASE,

		/** Changes of a table are taken back. */
		REVERT,

		/** A branch is deleted. */
		DELETE

	}

}
