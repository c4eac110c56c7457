package io.github.matrixone.spring.branch;

/**
 * How far a branch and its parent have moved away from each other.
 *
 * @param branch the branch
 * @param ahead how many rows the branch has changed that its parent does not have like
 * that
 * @param behind how many rows the parent has changed that the branch does not have like
 * that
 * @param conflicts how many rows both have changed, in different ways; they are counted
 * above as well
 * @since 0.1
 */
public record BranchStatus(Branch branch, long ahead, long behind, long conflicts) {

	/**
	 * Return whether a merge would change nothing.
	 * @return whether all that the branch has changed is in its parent
	 */
	public boolean isMerged() {
		return this.ahead == 0;
	}

}
