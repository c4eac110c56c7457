package io.github.matrixone.spring.restore;

import java.util.List;

import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.RestoreActions;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotQuery;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Central implementation of {@link RestoreOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class RestoreTemplate implements RestoreOperations {

	private final CommandExecutor executor;

	private final SnapshotOperations snapshots;

	private final RestoreActions afterRestore;

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
		this.afterRestore = new RestoreActions(afterRestore);
	}

	@Override
	public void restoreCluster(SnapshotName snapshot) {
		Assert.notNull(snapshot, "The snapshot must not be null");
		restore(Restore.cluster(snapshot));
	}

	@Override
	public void restoreAccount(AccountName account, SnapshotName snapshot) {
		Assert.notNull(account, "The account must not be null");
		Assert.notNull(snapshot, "The snapshot must not be null");
		restore(Restore.account(account, snapshot));
	}

	@Override
	public void restoreAccount(AccountName account, SnapshotName snapshot, AccountName toAccount) {
		Assert.notNull(account, "The account must not be null");
		Assert.notNull(snapshot, "The snapshot must not be null");
		Assert.notNull(toAccount, "The account to restore into must not be null");
		restore(Restore.account(account, snapshot, toAccount));
	}

	@Override
	public void restoreDatabase(DatabaseName database, SnapshotName snapshot) {
		Assert.notNull(database, "The database must not be null");
		Assert.notNull(snapshot, "The snapshot must not be null");
		restore(Restore.database(database, snapshot));
	}

	@Override
	public void restoreTable(TableName table, SnapshotName snapshot) {
		Assert.notNull(table, "The table must not be null");
		Assert.notNull(snapshot, "The snapshot must not be null");
		restore(Restore.table(this.executor.qualified(table), snapshot));
	}

	private void restore(Restore command) {
		if (this.executor.currentTransaction() != null) {
			throw command.refusedInTransaction();
		}
		Snapshot snapshot = this.snapshots.get(command.snapshot());
		command.requireHeldBy(snapshot);
		try {
			this.executor.join(command);
		}
		catch (SnapshotScopeMismatchException ex) {
			// The server does not say which account.
			snapshot.requireOf(SnapshotQuery.ownAccount(this.executor.query(SnapshotQuery.OWN_ACCOUNT)));
			throw ex;
		}
		catch (DataAccessException ex) {
			this.afterRestore.runAfter(ex);
			throw ex;
		}
		this.afterRestore.run();
	}

}
