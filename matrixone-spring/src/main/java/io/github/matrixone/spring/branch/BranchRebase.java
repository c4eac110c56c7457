package io.github.matrixone.spring.branch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Brings what a branch has changed over to a new branch of its parent as it is now. What
 * a branch began with cannot be moved on the server: changes of the parent that were
 * brought into an old branch would look like the branch's own.
 */
final class BranchRebase {

	private final BranchTemplate branches;

	private final CommandExecutor executor;

	private final RowComparisons comparisons;

	private final MergeExecutor merges;

	private final MergeTransactions transactions;

	BranchRebase(BranchTemplate branches, CommandExecutor executor, RowComparisons comparisons, MergeExecutor merges,
			MergeTransactions transactions) {
		this.branches = branches;
		this.executor = executor;
		this.comparisons = comparisons;
		this.merges = merges;
		this.transactions = transactions;
	}

	/**
	 * Bring the changes of the branch of a table over.
	 * @param branch the branch
	 * @param newBranch the branch to make
	 * @param take takes the rows to bring over
	 */
	MergeResult table(Branch branch, TableName newBranch, Function<RowMerge, RowMerge> take) {
		requireNoTransaction();
		TableName target = this.executor.qualified(newBranch);
		return this.branches.createTable(branch.requireParent(), target, () -> this.transactions
			.carryOut(() -> this.merges.carryOut(Action.REBASE, take.apply(this.comparisons.mergeOf(branch, target)))));
	}

	/**
	 * Bring the changes of the branch of a database over.
	 * @param diff what the branch has changed
	 * @param parent the database that it is a branch of
	 * @param newBranch the branch to make
	 * @param take takes the rows of a table to bring over
	 */
	List<MergeResult> database(DatabaseDiff diff, DatabaseName parent, DatabaseName newBranch,
			BiFunction<RowMerge, BranchDiff, RowMerge> take) {
		requireNoTransaction();
		diff.requireComparable();
		Map<TableName, BranchDiff> targets = new LinkedHashMap<>();
		diff.tables()
			.forEach((table) -> targets.put(BranchRules.counterpart(table.branch().table(), newBranch), table));
		return this.branches.createDatabase(parent, newBranch, () -> this.transactions.carryOut(() -> {
			List<MergeResult> results = this.merges.carryOut(Action.REBASE, targets.keySet(), (target) -> {
				BranchDiff table = Objects.requireNonNull(targets.get(target));
				return take.apply(this.comparisons.mergeOf(table.branch(), target), table);
			});
			diff.sequences().forEach((table) -> this.merges.advance(table, BranchRules.counterpart(table, newBranch)));
			return results;
		}));
	}

	private void requireNoTransaction() {
		if (this.executor.currentTransaction() != null) {
			throw BranchRules.rebasedInTransaction();
		}
	}

}
