package io.github.matrixone.spring.clone;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.github.matrixone.spring.backend.Command;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.CommandExecutor;
import io.github.matrixone.spring.transaction.CommandExecutor.CurrentTransaction;

/**
 * Central implementation of {@link CloneOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class CloneTemplate implements CloneOperations {

	private static final String DATABASE_EXISTS = "SELECT 1 FROM information_schema.schemata WHERE lower(schema_name) = ?";

	private static final String TABLE_EXISTS = """
			SELECT 1 FROM information_schema.tables WHERE lower(table_schema) = ? AND lower(table_name) = ?""";

	private final CommandExecutor executor;

	private final SnapshotOperations snapshots;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 * @param snapshots finds the snapshots to clone from
	 */
	public CloneTemplate(CommandExecutor executor, SnapshotOperations snapshots) {
		Assert.notNull(executor, "The executor must not be null");
		Assert.notNull(snapshots, "The snapshots must not be null");
		this.executor = executor;
		this.snapshots = snapshots;
	}

	@Override
	public boolean cloneTable(TableName source, TableName target, CloneOptions options) {
		TableName from = this.executor.qualified(source);
		TableName to = this.executor.qualified(target);
		checkOptions(options);
		CurrentTransaction transaction = this.executor.currentTransaction();
		Snapshot snapshot = snapshot(options);
		if (snapshot != null) {
			snapshot.requireHolds(from);
		}
		if (options.isIfNotExists() && exists(to)) {
			return false;
		}
		Command command = command(from, to, options);
		if (transaction != null && !options.isByCopy()) {
			transaction.cloning(to, () -> this.executor.join(command));
		}
		else {
			this.executor.join(command);
		}
		return true;
	}

	@Override
	public AfterCommit<Boolean> cloneTableAfterCommit(TableName source, TableName target, CloneOptions options) {
		TableName from = this.executor.qualified(source);
		TableName to = this.executor.qualified(target);
		checkOptions(options);
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction != null && isRefusedIfExists(options) && exists(to)) {
			throw new CloneTargetExistsException("Table " + to + " already exists", null, null);
		}
		return this.executor.afterCommit(transaction, "clone of table " + from + " to " + to,
				() -> cloneTable(from, to, options));
	}

	@Override
	public boolean cloneDatabase(DatabaseName source, DatabaseName target, CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		checkDatabaseOptions(options);
		CurrentTransaction transaction = this.executor.currentTransaction();
		Snapshot snapshot = snapshot(options);
		if (snapshot != null) {
			snapshot.requireHolds(source);
		}
		if (options.isIfNotExists() && exists(target)) {
			return false;
		}
		CloneDatabase command = new CloneDatabase(source, target, options.asOf(), options.account());
		if (transaction != null) {
			transaction.cloning(target, () -> this.executor.join(command));
		}
		else {
			this.executor.join(command);
		}
		return true;
	}

	@Override
	public AfterCommit<Boolean> cloneDatabaseAfterCommit(DatabaseName source, DatabaseName target,
			CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		checkDatabaseOptions(options);
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction != null && isRefusedIfExists(options) && exists(target)) {
			throw new CloneTargetExistsException("Database " + target + " already exists", null, null);
		}
		return this.executor.afterCommit(transaction, "clone of database " + source + " to " + target,
				() -> cloneDatabase(source, target, options));
	}

	private static Command command(TableName source, TableName target, CloneOptions options) {
		return options.isByCopy() ? new CopyTable(source, target)
				: new CloneTable(source, target, options.asOf(), options.isCopyGrants(), options.account());
	}

	private @Nullable Snapshot snapshot(CloneOptions options) {
		AsOf asOf = options.asOf();
		return (asOf != null && asOf.snapshot() != null) ? this.snapshots.get(asOf.snapshot()) : null;
	}

	private static void checkOptions(CloneOptions options) {
		Assert.notNull(options, "The options must not be null");
		if (options.account() != null) {
			if (options.asOf() == null || options.asOf().snapshot() == null) {
				throw new UnsupportedByServerException("A clone into another account needs a snapshot to clone from: "
						+ "take one and add CloneOptions.from(snapshot)", null, null);
			}
			if (options.isIfNotExists()) {
				throw new UnsupportedByServerException("What exists in another account cannot be looked up from here: "
						+ "leave out CloneOptions.ifNotExists()", null, null);
			}
		}
		if (options.isByCopy() && (options.account() != null || options.isCopyGrants())) {
			throw new UnsupportedByServerException("A clone by copy can neither be made in another account nor copy "
					+ "grants: leave out CloneOptions.byCopy()", null, null);
		}
	}

	private static void checkDatabaseOptions(CloneOptions options) {
		checkOptions(options);
		if (options.isByCopy() || options.isCopyGrants()) {
			throw new UnsupportedByServerException(
					"Databases can be cloned neither by copy nor with their grants: clone their tables one by one",
					null, null);
		}
	}

	private static boolean isRefusedIfExists(CloneOptions options) {
		return !options.isIfNotExists() && options.account() == null;
	}

	private boolean exists(DatabaseName database) {
		return hasRow(DATABASE_EXISTS, database.normalized());
	}

	private boolean exists(TableName table) {
		return hasRow(TABLE_EXISTS, Objects.requireNonNull(table.database()).normalized(), table.normalizedName());
	}

	private boolean hasRow(String sql, String... arguments) {
		return this.executor.join((connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(sql)) {
				for (int i = 0; i < arguments.length; i++) {
					statement.setString(i + 1, arguments[i]);
				}
				try (ResultSet rows = statement.executeQuery()) {
					return rows.next();
				}
			}
		});
	}

}
