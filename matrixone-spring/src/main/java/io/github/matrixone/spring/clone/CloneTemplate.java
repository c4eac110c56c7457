package io.github.matrixone.spring.clone;

import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Central implementation of {@link CloneOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class CloneTemplate implements CloneOperations {

	private final CommandExecutor executor;

	private final SnapshotOperations snapshots;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 * @param snapshots finds the snapshots to clone databases from
	 */
	public CloneTemplate(CommandExecutor executor, SnapshotOperations snapshots) {
		Assert.notNull(executor, "The executor must not be null");
		Assert.notNull(snapshots, "The snapshots must not be null");
		this.executor = executor;
		this.snapshots = snapshots;
	}

	@Override
	public boolean cloneTable(TableName source, TableName target, CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		Assert.notNull(options, "The options must not be null");
		options.requireUsableForTable();
		TableName from = this.executor.qualified(source);
		TableName to = this.executor.qualified(target);
		this.executor.sendPendingChanges();
		if (options.isIfNotExists() && exists(SqlText.lookUp(to))) {
			return false;
		}
		Command command = options.clone(from, to);
		try {
			this.executor.join(command);
		}
		catch (TableNotFoundException ex) {
			requireHolds(options, from);
			throw ex;
		}
		return true;
	}

	@Override
	public AfterCommit<Boolean> cloneTableAfterCommit(TableName source, TableName target, CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		Assert.notNull(options, "The options must not be null");
		options.requireUsableForTable();
		TableName from = this.executor.qualified(source);
		TableName to = this.executor.qualified(target);
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction != null && options.isRefusedIfExists() && !transaction.awaits(DropTable.of(to))
				&& exists(SqlText.lookUp(to))) {
			throw CloneTargetExistsException.of(to);
		}
		return this.executor.afterCommit(transaction, options.clone(from, to), () -> cloneTable(from, to, options),
				() -> true);
	}

	@Override
	public boolean cloneDatabase(DatabaseName source, DatabaseName target, CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		Assert.notNull(options, "The options must not be null");
		options.requireUsableForDatabase();
		this.executor.sendPendingChanges();
		SnapshotName snapshot = options.snapshot();
		if (snapshot != null) {
			this.snapshots.get(snapshot).requireHolds(source);
		}
		if (options.isIfNotExists() && exists(SqlText.lookUp(target))) {
			return false;
		}
		this.executor.join(options.clone(source, target));
		return true;
	}

	@Override
	public AfterCommit<Boolean> cloneDatabaseAfterCommit(DatabaseName source, DatabaseName target,
			CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		Assert.notNull(options, "The options must not be null");
		options.requireUsableForDatabase();
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction != null && options.isRefusedIfExists() && !transaction.awaits(DropDatabase.of(target))
				&& exists(SqlText.lookUp(target))) {
			throw CloneTargetExistsException.of(target);
		}
		return this.executor.afterCommit(transaction, options.clone(source, target),
				() -> cloneDatabase(source, target, options), () -> true);
	}

	@Override
	public void dropTable(TableName table) {
		Assert.notNull(table, "The table must not be null");
		drop(new DropTable(this.executor.qualified(table)));
	}

	@Override
	public void dropDatabase(DatabaseName database) {
		Assert.notNull(database, "The database must not be null");
		drop(new DropDatabase(database));
	}

	private void drop(Drop command) {
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction == null) {
			this.executor.join(command);
			return;
		}
		if (!transaction.awaits(command::isOf) && !exists(command.lookUp())) {
			throw command.notFound();
		}
		Drop kept = transaction.isJournaled() ? command.meant(this.executor.query(command.identity())) : command;
		this.executor.afterCommit(transaction, kept, () -> {
			this.executor.beside(command);
			return true;
		}, () -> true);
	}

	/**
	 * Say it of a table that is not there if the snapshot could not hold it at all.
	 */
	private void requireHolds(CloneOptions options, TableName source) {
		SnapshotName snapshot = options.snapshot();
		if (snapshot != null) {
			this.snapshots.get(snapshot).requireHolds(source);
		}
	}

	private boolean exists(SqlText query) {
		return !this.executor.query(query).isEmpty();
	}

}
