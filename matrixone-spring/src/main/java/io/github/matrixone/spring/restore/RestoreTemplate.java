package io.github.matrixone.spring.restore;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotLevel;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.CommandExecutor;

/**
 * Central implementation of {@link RestoreOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class RestoreTemplate implements RestoreOperations {

	private static final AccountName SYS = AccountName.of("sys");

	private final CommandExecutor executor;

	private final SnapshotOperations snapshots;

	private final List<Runnable> afterRestore;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 * @param snapshots finds the snapshots to restore from
	 * @param afterRestore what to do after each restore, such as clearing caches
	 */
	public RestoreTemplate(CommandExecutor executor, SnapshotOperations snapshots, List<Runnable> afterRestore) {
		Assert.notNull(executor, "The executor must not be null");
		Assert.notNull(snapshots, "The snapshots must not be null");
		this.executor = executor;
		this.snapshots = snapshots;
		this.afterRestore = List.copyOf(afterRestore);
	}

	@Override
	public void restoreCluster(SnapshotName snapshot) {
		requireNoTransaction("the cluster");
		requireLevel(this.snapshots.get(snapshot), "the cluster", SnapshotLevel.CLUSTER);
		restore(new Restore(null, null, null, snapshot, null));
	}

	@Override
	public void restoreAccount(AccountName account, SnapshotName snapshot) {
		restoreAccountTo(account, snapshot, null);
	}

	@Override
	public void restoreAccount(AccountName account, SnapshotName snapshot, AccountName toAccount) {
		Assert.notNull(toAccount, "The account to restore into must not be null");
		if (account.equals(SYS)) {
			throw new UnsupportedByServerException(
					"Restoring account sys into another one is refused: the server would "
							+ "report success and do nothing. Clone its databases from the snapshot into the other account "
							+ "(CloneOptions.toAccount)",
					null, null);
		}
		restoreAccountTo(account, snapshot, toAccount);
	}

	@Override
	public void restoreDatabase(DatabaseName database, SnapshotName snapshot) {
		Assert.notNull(database, "The database must not be null");
		requireNoTransaction("database " + database);
		this.snapshots.get(snapshot).requireHolds(database);
		restore(new Restore(null, database, null, snapshot, null));
	}

	@Override
	public void restoreTable(TableName table, SnapshotName snapshot) {
		Assert.notNull(table, "The table must not be null");
		requireNoTransaction("table " + table);
		TableName qualified = this.executor.qualified(table);
		this.snapshots.get(snapshot).requireHolds(qualified);
		restore(new Restore(null, null, qualified, snapshot, null));
	}

	private void restoreAccountTo(AccountName account, SnapshotName snapshot, @Nullable AccountName toAccount) {
		Assert.notNull(account, "The account must not be null");
		requireNoTransaction("account " + account);
		Snapshot found = this.snapshots.get(snapshot);
		requireLevel(found, "account " + account, SnapshotLevel.CLUSTER, SnapshotLevel.ACCOUNT);
		if (found.level() == SnapshotLevel.ACCOUNT && !Objects.equals(account, found.account())) {
			throw mismatch(found, "account " + account);
		}
		restore(new Restore(account, null, null, snapshot, toAccount));
	}

	private void restore(Restore command) {
		this.executor.join(command);
		this.afterRestore.forEach(Runnable::run);
	}

	private void requireNoTransaction(String what) {
		if (this.executor.currentTransaction() != null) {
			throw new NotAllowedInTransactionException("Restoring " + what + " is refused in a transaction: a restore "
					+ "cannot be rolled back. Call it outside, for example from a method without @Transactional or "
					+ "with PROPAGATION_NOT_SUPPORTED after the transaction's own work is committed", null, null);
		}
	}

	private static void requireLevel(Snapshot snapshot, String wanted, SnapshotLevel... levels) {
		if (!List.of(levels).contains(snapshot.level())) {
			throw mismatch(snapshot, wanted);
		}
	}

	private static SnapshotScopeMismatchException mismatch(Snapshot snapshot, String wanted) {
		return new SnapshotScopeMismatchException(
				"Snapshot " + snapshot.name() + " of level " + snapshot.level() + " does not hold " + wanted, null,
				null);
	}

}
