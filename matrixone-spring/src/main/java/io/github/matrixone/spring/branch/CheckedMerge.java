package io.github.matrixone.spring.branch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.dao.BranchCheckException;
import io.github.matrixone.spring.jdbc.CommandExecutor;

/**
 * A merge that is committed only if no check finds anything.
 */
final class CheckedMerge {

	private final CommandExecutor executor;

	private final Supplier<? extends @Nullable PlatformTransactionManager> transactionManager;

	private final List<BranchCheck> checks;

	/**
	 * Create a merge.
	 * @param executor runs the statements
	 * @param transactionManager gives the application's, for checks that use its
	 * repositories
	 * @param checks the checks in their order
	 */
	CheckedMerge(CommandExecutor executor, Supplier<? extends @Nullable PlatformTransactionManager> transactionManager,
			List<BranchCheck> checks) {
		this.executor = executor;
		this.transactionManager = transactionManager;
		this.checks = checks;
	}

	/**
	 * See that the transaction manager is one of the data source, before anything is
	 * done.
	 */
	void requireTransactions() {
		inTransaction(() -> true);
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
			catch (RuntimeException | Error ex) {
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
		if (this.executor.currentTransaction() != null) {
			return work.get();
		}
		PlatformTransactionManager manager = this.transactionManager.get();
		if (manager == null) {
			return this.executor.inTransaction(work);
		}
		return Objects.requireNonNull(new TransactionTemplate(manager).execute((status) -> {
			if (this.executor.currentTransaction() == null) {
				throw new IllegalStateException(
						"Nothing is published: the transaction manager of the application is one "
								+ "of another data source than its branches, so that checks would not see what is merged. Call "
								+ "publish of a diff within a transaction of the data source");
			}
			return work.get();
		}));
	}

}
