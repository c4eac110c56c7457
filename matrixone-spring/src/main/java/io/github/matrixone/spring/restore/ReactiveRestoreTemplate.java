package io.github.matrixone.spring.restore;

import java.util.List;
import java.util.function.Supplier;

import org.springframework.util.Assert;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.command.RestoreActions;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotQuery;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Central implementation of {@link ReactiveRestoreOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class ReactiveRestoreTemplate implements ReactiveRestoreOperations {

	private final ReactiveCommandExecutor executor;

	private final ReactiveSnapshotOperations snapshots;

	private final RestoreActions afterRestore;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 * @param snapshots finds the snapshots to restore from
	 * @param afterRestore what to do after each restore, without blocking, such as
	 * clearing caches
	 */
	public ReactiveRestoreTemplate(ReactiveCommandExecutor executor, ReactiveSnapshotOperations snapshots,
			List<Runnable> afterRestore) {
		Assert.notNull(executor, "The executor must not be null");
		Assert.notNull(snapshots, "The snapshots must not be null");
		this.executor = executor;
		this.snapshots = snapshots;
		this.afterRestore = new RestoreActions(afterRestore);
	}

	@Override
	public Mono<Void> restoreCluster(SnapshotName snapshot) {
		Assert.notNull(snapshot, "The snapshot must not be null");
		return restore(() -> Restore.cluster(snapshot));
	}

	@Override
	public Mono<Void> restoreAccount(AccountName account, SnapshotName snapshot) {
		Assert.notNull(account, "The account must not be null");
		Assert.notNull(snapshot, "The snapshot must not be null");
		return restore(() -> Restore.account(account, snapshot));
	}

	@Override
	public Mono<Void> restoreAccount(AccountName account, SnapshotName snapshot, AccountName toAccount) {
		Assert.notNull(account, "The account must not be null");
		Assert.notNull(snapshot, "The snapshot must not be null");
		Assert.notNull(toAccount, "The account to restore into must not be null");
		return restore(() -> Restore.account(account, snapshot, toAccount));
	}

	@Override
	public Mono<Void> restoreDatabase(DatabaseName database, SnapshotName snapshot) {
		Assert.notNull(database, "The database must not be null");
		Assert.notNull(snapshot, "The snapshot must not be null");
		return restore(() -> Restore.database(database, snapshot));
	}

	@Override
	public Mono<Void> restoreTable(TableName table, SnapshotName snapshot) {
		Assert.notNull(table, "The table must not be null");
		Assert.notNull(snapshot, "The snapshot must not be null");
		return this.executor.qualified(table)
			.flatMap((qualified) -> restore(() -> Restore.table(qualified, snapshot)))
			.onErrorStop();
	}

	private Mono<Void> restore(Supplier<Restore> command) {
		return Mono.fromSupplier(command)
			.flatMap((restore) -> this.executor.withCurrentTransaction((transaction) -> (transaction != null)
					? Mono.error(restore.refusedInTransaction()) : restore(restore)))
			.onErrorStop();
	}

	private Mono<Void> restore(Restore command) {
		return this.snapshots.get(command.snapshot())
			.doOnNext(command::requireHeldBy)
			.flatMap((snapshot) -> this.executor.join(command)
				// Only the answer may have got lost.
				.doOnError(this.afterRestore::runAfter)
				.doOnCancel(this.afterRestore::run)
				.onErrorResume(SnapshotScopeMismatchException.class, (ex) -> mismatch(snapshot, ex)))
			.then(Mono.fromRunnable(this.afterRestore::run));
	}

	/**
	 * The server does not say which account a snapshot is of.
	 */
	private Mono<String> mismatch(Snapshot snapshot, SnapshotScopeMismatchException ex) {
		return this.executor.query(SnapshotQuery.OWN_ACCOUNT)
			.doOnNext((rows) -> snapshot.requireOf(SnapshotQuery.ownAccount(rows)))
			.then(Mono.error(ex));
	}

}
