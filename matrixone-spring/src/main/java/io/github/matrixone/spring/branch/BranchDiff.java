package io.github.matrixone.spring.branch;

import java.util.List;

import io.github.matrixone.spring.branch.RowChange.Kind;

/**
 * What a branch has changed since it was made, beside its parent as it is now.
 *
 * @param branch the branch
 * @param changes the rows, in the order of their kinds: added and updated, then removed
 * @since 0.1
 */
public record BranchDiff(Branch branch, List<RowChange> changes) {

	public BranchDiff {
		changes = List.copyOf(changes);
	}

	/**
	 * Return how many rows were changed in a way.
	 * @param kind the way
	 * @return the number of rows
	 */
	public long count(Kind kind) {
		return this.changes.stream().filter((change) -> change.kind() == kind).count();
	}

	/**
	 * Return the rows that the parent has changed as well, in another way.
	 * @return what a merge would have to decide
	 */
	public List<RowChange> conflicts() {
		return this.changes.stream().filter(RowChange::isConflict).toList();
	}

	/**
	 * Return whether the branch can be merged without losing anything.
	 * @return whether there are no conflicts
	 */
	public boolean isMergeable() {
		return conflicts().isEmpty();
	}

}
