package io.github.matrixone.spring.branch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Brings what a branch has changed over to a new branch of its parent, over R2DBC, as
 * {@link BranchRebase} does it.
 */
final class ReactiveBranchRebase {

	private final ReactiveBranchTemplate branches;

	private final ReactiveCommandExecutor executor;

	private final ReactiveRowComparisons comparisons;

	private final ReactiveMergeExecutor merges;

	ReactiveBranchRebase(ReactiveBranchTemplate branches, ReactiveCommandExecutor executor,
			ReactiveRowComparisons comparisons, ReactiveMergeExecutor merges) {
		this.branches = branches;
		this.executor = executor;
		this.comparisons = comparisons;
		this.merges = merges;
	}

	/**
	 * Bring the changes of the branch of a table over.
	 * @param branch the branch
	 * @param newBranch the branch to make
	 * @param take takes the rows to bring over
	 */
	Mono<MergeResult> table(Branch branch, TableName newBranch, Function<RowMerge, Mono<RowMerge>> take) {
		return requireNoTransaction().then(Mono.defer(() -> this.executor.qualified(newBranch)))
			.flatMap((target) -> this.branches.createTable(branch.requireParent(), target,
					this.executor.inTransaction(Mono.defer(() -> this.comparisons.mergeOf(branch, target))
						.flatMap(take)
						.flatMap((merge) -> this.merges.carryOut(Action.REBASE, merge)))));
	}

	/**
	 * Bring the changes of the branch of a database over.
	 * @param diff what the branch has changed
	 * @param parent the database that it is a branch of
	 * @param newBranch the branch to make
	 * @param take takes the rows of a table to bring over
	 */
	Mono<List<MergeResult>> database(DatabaseDiff diff, DatabaseName parent, DatabaseName newBranch,
			BiFunction<RowMerge, BranchDiff, Mono<RowMerge>> take) {
		Map<TableName, BranchDiff> targets = new LinkedHashMap<>();
		diff.tables()
			.forEach((table) -> targets.put(BranchRules.counterpart(table.branch().table(), newBranch), table));
		Mono<List<MergeResult>> rows = this.merges.carryOut(Action.REBASE, targets.keySet(), (target) -> {
			BranchDiff table = Objects.requireNonNull(targets.get(target));
			return this.comparisons.mergeOf(table.branch(), target).flatMap((merge) -> take.apply(merge, table));
		});
		Mono<Void> sequences = Flux.fromIterable(diff.sequences())
			.concatMap((table) -> this.merges.advance(table, BranchRules.counterpart(table, newBranch)))
			.then();
		return requireNoTransaction().then(Mono.<Void>fromRunnable(diff::requireComparable))
			.then(Mono.defer(() -> this.branches.createDatabase(parent, newBranch,
					this.executor.inTransaction(rows.delayUntil((results) -> sequences)))));
	}

	private Mono<Void> requireNoTransaction() {
		return this.executor.withCurrentTransaction((transaction) -> (transaction != null)
				? Mono.error(BranchRules.rebasedInTransaction()) : Mono.<Void>empty());
	}

}
