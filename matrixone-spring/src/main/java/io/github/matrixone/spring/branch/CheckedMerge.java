package io.github.matrixone.spring.branch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.Assert;

import io.github.matrixone.spring.dao.BranchCheckException;
import io.github.matrixone.spring.jdbc.CommandExecutor;

/**
 * A merge that is committed only if no check finds anything.
 */
final class CheckedMerge {

	private final CommandExecutor executor;

	private final @Nullable PlatformTransactionManager transactionManager;

	private final List<BranchCheck> checks;

	/**
	 * Create a merge.
	 * @param executor runs the statements
	 * @param transactionManager the application's, for checks that use its repositories
	 * @param checks the checks in their order
	 */
	CheckedMerge(CommandExecutor executor, @Nullable PlatformTransactionManager transactionManager,
			List<BranchCheck> checks) {
		this.executor = executor;
		this.transactionManager = transactionManager;
		this.checks = checks;
	}

	/**
	 * Merge and check.
	 * @param merge merges
	 * @param merged what is merged
	 * @throws BranchCheckException if a check finds something
	 */
	List<MergeResult> carryOut(Supplier<List<MergeResult>> merge, List<BranchDiff> merged) {
		return inTransaction(() -> {
			List<MergeResult> results = merge.get();
			try {
				check(merged);
			}
			catch (RuntimeException ex) {
				this.executor.loseTransaction("The merge was not approved, so that the transaction can only be rolled "
						+ "back: " + ex.getMessage());
				throw ex;
			}
			return results;
		});
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

	private <T> T inTransaction(Supplier<T> work) {
		if (this.transactionManager == null) {
			return this.executor.inTransaction(work);
		}
		return Objects.requireNonNull(new TransactionTemplate(this.transactionManager).execute((status) -> {
			Assert.state(this.executor.currentTransaction() != null,
					"The transaction manager is one of another data source, so that the checks would not be part of the "
							+ "merge. Call publish within a transaction of the data source");
			return work.get();
		}));
	}

}
