package io.github.matrixone.spring.clone;

import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotQuery;
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

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public CloneTemplate(CommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
	}

	@Override
	public boolean cloneTable(TableName source, TableName target, CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		Assert.notNull(options, "The options must not be null");
		options.requireUsableForTable();
		TableName from = this.executor.qualified(source);
		TableName to = this.executor.qualified(target);
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction != null && options.isInOwnAccount() && transaction.awaits(DropTable.of(to))) {
			throw DropTable.awaited(to);
		}
		return cloneTable(from, to, options, this.executor::query, this.executor::join);
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
		requireWritable(transaction);
		if (transaction != null && options.isRefusedIfExists() && !transaction.awaits(DropTable.of(to))
				&& exists(SqlText.lookUp(to), this.executor::query)) {
			throw CloneTargetExistsException.of(to);
		}
		return this.executor.afterCommit(transaction, options.clone(from, to),
				(own) -> cloneTable(from, to, options, own::query, own::execute), (own) -> true);
	}

	@Override
	public boolean cloneDatabase(DatabaseName source, DatabaseName target, CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		Assert.notNull(options, "The options must not be null");
		options.requireUsableForDatabase();
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction != null && options.isInOwnAccount() && transaction.awaits(DropDatabase.of(target))) {
			throw DropDatabase.awaited(target);
		}
		return cloneDatabase(source, target, options, this.executor::query, this.executor::join);
	}

	@Override
	public AfterCommit<Boolean> cloneDatabaseAfterCommit(DatabaseName source, DatabaseName target,
			CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		Assert.notNull(options, "The options must not be null");
		options.requireUsableForDatabase();
		CurrentTransaction transaction = this.executor.currentTransaction();
		requireWritable(transaction);
		if (transaction != null && options.isRefusedIfExists() && !transaction.awaits(DropDatabase.of(target))
				&& exists(SqlText.lookUp(target), this.executor::query)) {
			throw CloneTargetExistsException.of(target);
		}
		return this.executor.afterCommit(transaction, options.clone(source, target),
				(own) -> cloneDatabase(source, target, options, own::query, own::execute), (own) -> true);
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

	private static boolean cloneTable(TableName source, TableName target, CloneOptions options,
			Function<SqlText, Rows> queries, Consumer<Command> commands) {
		if (options.isIfNotExists() && exists(SqlText.lookUp(target), queries)) {
			return false;
		}
		Command command = options.clone(source, target);
		try {
			commands.accept(command);
		}
		catch (CloneTargetExistsException ex) {
			// Somebody else was faster.
			return requireAsked(options, ex);
		}
		catch (TableNotFoundException ex) {
			// It may be that the snapshot could not hold it at all.
			Snapshot snapshot = snapshot(options, queries);
			if (snapshot != null) {
				snapshot.requireHolds(source);
			}
			throw ex;
		}
		return true;
	}

	private static boolean cloneDatabase(DatabaseName source, DatabaseName target, CloneOptions options,
			Function<SqlText, Rows> queries, Consumer<Command> commands) {
		Snapshot snapshot = snapshot(options, queries);
		if (snapshot != null) {
			snapshot.requireHolds(source);
		}
		if (options.isIfNotExists() && exists(SqlText.lookUp(target), queries)) {
			return false;
		}
		try {
			commands.accept(options.clone(source, target));
		}
		catch (CloneTargetExistsException ex) {
			// Somebody else was faster.
			return requireAsked(options, ex);
		}
		return true;
	}

	private static boolean requireAsked(CloneOptions options, CloneTargetExistsException ex) {
		if (!options.isIfNotExists()) {
			throw ex;
		}
		return false;
	}

	private void drop(Drop command) {
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction == null) {
			this.executor.join(command);
			return;
		}
		transaction.requireWritable();
		if (!transaction.awaits(command::isOf)) {
			command.requireFound(this.executor.query(command.lookUp()));
		}
		Drop kept = transaction.isJournaled() ? command.meant(this.executor.query(command.identity())) : command;
		this.executor.afterCommit(transaction, kept, (own) -> {
			own.execute(command);
			return true;
		}, (own) -> true);
	}

	private static @Nullable Snapshot snapshot(CloneOptions options, Function<SqlText, Rows> queries) {
		SnapshotName name = options.snapshot();
		if (name == null) {
			return null;
		}
		SnapshotQuery query = SnapshotQuery.byName(name);
		return query.get(queries.apply(query.statement()));
	}

	private static void requireWritable(@Nullable CurrentTransaction transaction) {
		if (transaction != null) {
			transaction.requireWritable();
		}
	}

	private static boolean exists(SqlText query, Function<SqlText, Rows> queries) {
		return !queries.apply(query).isEmpty();
	}

}
