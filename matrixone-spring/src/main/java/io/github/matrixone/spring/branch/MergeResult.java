package io.github.matrixone.spring.branch;

import java.util.List;

/**
 * What a merge has done to the parent of a branch.
 *
 * @param added how many rows it has added
 * @param updated how many rows it has updated
 * @param removed how many rows it has removed
 * @param lost the rows that were changed on both sides, of which one side's change was
 * given up
 * @since 0.1
 */
public record MergeResult(int added, int updated, int removed, List<RowChange> lost) {

	public MergeResult {
		lost = List.copyOf(lost);
	}

}
