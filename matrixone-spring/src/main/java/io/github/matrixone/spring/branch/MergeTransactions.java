package io.github.matrixone.spring.branch;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;

import io.github.matrixone.spring.jdbc.CommandExecutor;

/**
 * The transactions of merges: the current one, or one of their own. That is one of the
 * application's transaction manager where it is clear which one that is, so that
 * listeners and checks can use its repositories.
 */
final class MergeTransactions {

	private final CommandExecutor executor;

	private Supplier<List<PlatformTransactionManager>> managers = List::of;

	MergeTransactions(CommandExecutor executor) {
		this.executor = executor;
	}

	void setManagers(Supplier<List<PlatformTransactionManager>> managers) {
		this.managers = managers;
	}

	/**
	 * Do something in a transaction.
	 */
	<T> T carryOut(Supplier<T> work) {
		if (this.executor.currentTransaction() != null) {
			return work.get();
		}
		PlatformTransactionManager manager = managerOf(this.managers.get());
		if (manager == null) {
			return this.executor.inTransaction(work);
		}
		AtomicBoolean begun = new AtomicBoolean();
		try {
			return this.executor.inTransaction(manager, () -> {
				begun.set(true);
				// JPA without a vendor's dialect does not show its connection.
				return (this.executor.currentTransaction() != null) ? work.get() : this.executor.inTransaction(work);
			});
		}
		catch (CannotCreateTransactionException ex) {
			if (begun.get()) {
				throw ex;
			}
			// No tenant may be known here, without which JPA opens no session.
			return this.executor.inTransaction(work);
		}
	}

	/**
	 * Do something in a transaction that the application's repositories take part in.
	 * @throws IllegalStateException if it is not clear which one that is
	 */
	<T> T carryOutChecked(Supplier<T> work) {
		if (this.executor.currentTransaction() != null) {
			return work.get();
		}
		List<PlatformTransactionManager> all = this.managers.get();
		if (all.isEmpty()) {
			return this.executor.inTransaction(work);
		}
		PlatformTransactionManager manager = (all.size() == 1) ? all.get(0) : managerOf(all);
		if (manager == null) {
			throw new IllegalStateException(
					"Nothing is published: there are several transaction managers, and it is not known which one the "
							+ "repositories of checks use. Make one of them @Primary, or call publish of a diff within a "
							+ "transaction");
		}
		return this.executor.inTransaction(manager, () -> {
			if (this.executor.currentTransaction() == null) {
				throw new IllegalStateException(
						"Nothing is published: the transaction manager of the application is one "
								+ "of another data source than its branches, so that checks would not see what is merged. Call "
								+ "publish of a diff within a transaction of the data source");
			}
			return work.get();
		});
	}

	private static boolean synchronizes(PlatformTransactionManager manager) {
		return !(manager instanceof AbstractPlatformTransactionManager known)
				|| known.getTransactionSynchronization() != AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER;
	}

	private @Nullable PlatformTransactionManager managerOf(List<PlatformTransactionManager> all) {
		List<PlatformTransactionManager> known = all.stream()
			.filter(MergeTransactions::synchronizes)
			.filter(this.executor::isManagedBy)
			.toList();
		return (known.size() == 1) ? known.get(0) : null;
	}

}
