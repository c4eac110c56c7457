package io.github.matrixone.spring.branch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.matrixone.spring.dao.BranchCheckException;
import io.github.matrixone.spring.jdbc.CommandExecutor;

/**
 * A merge that is committed only if no check finds anything.
 */
final class CheckedMerge {

	private final CommandExecutor executor;

	private final MergeTransactions transactions;

	private final List<BranchCheck> checks;

	/**
	 * Create a merge.
	 * @param executor runs the statements
	 * @param transactions begins transactions that the application's repositories take
	 * part in
	 * @param checks the checks in their order
	 */
	CheckedMerge(CommandExecutor executor, MergeTransactions transactions, List<BranchCheck> checks) {
		this.executor = executor;
		this.transactions = transactions;
		this.checks = checks;
	}

	/**
	 * See that the transaction manager is one of the data source, before anything is
	 * done.
	 */
	void requireTransactions() {
		this.transactions.carryOutChecked(() -> true);
	}

	/**
	 * Merge and check.
	 * @param merge merges
	 * @param merged what is merged
	 * @throws BranchCheckException if a check finds something
	 */
	List<MergeResult> carryOut(Supplier<List<MergeResult>> merge, List<BranchDiff> merged) {
		return this.transactions.carryOutChecked(() -> {
			requireVisible(merged);
			List<MergeResult> results = merge.get();
			try {
				check(merged);
			}
			// Also a checked exception, of a check in another language.
			catch (Throwable ex) {
				this.executor.loseTransaction("The merge was not approved, so that the transaction can only be rolled "
						+ "back: " + ex.getMessage());
				throw ex;
			}
			return results;
		});
	}

	/**
	 * Entities that were loaded before hide what is merged from checks that use JPA.
	 */
	private void requireVisible(List<BranchDiff> merged) {
		if (!this.checks.isEmpty()) {
			this.executor.requireNotLoaded(merged.stream()
				.filter((diff) -> !diff.changes().isEmpty())
				.map((diff) -> diff.branch().requireParent())
				.collect(Collectors.toSet()));
		}
	}

	private void check(List<BranchDiff> merged) {
		Map<String, List<String>> findings = new LinkedHashMap<>();
		for (BranchCheck check : this.checks) {
			List<String> found = check.check(merged);
			if (!found.isEmpty()) {
				findings.put(check.name(), found);
			}
		}
		if (!findings.isEmpty()) {
			throw new BranchCheckException(findings);
		}
	}

}
