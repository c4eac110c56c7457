package io.github.matrixone.spring.branch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.RiskyChangeException;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Makes changes that commit in more than one transaction, such as imports and clean-ups,
 * with a snapshot of before. Where one fails half-way, the exception tells what has
 * changed and how to go back. Thread-safe.
 *
 * @since 0.1
 */
public class RiskyChange {

	private final SnapshotOperations snapshots;

	private final BranchOperations branches;

	/**
	 * Create an instance.
	 * @param snapshots takes the snapshots
	 * @param branches compares tables with them
	 */
	public RiskyChange(SnapshotOperations snapshots, BranchOperations branches) {
		Assert.notNull(snapshots, "The snapshots must not be null");
		Assert.notNull(branches, "The branches must not be null");
		this.snapshots = snapshots;
		this.branches = branches;
	}

	/**
	 * Take a snapshot, then make a change. The snapshot stays, whatever comes of it: drop
	 * it when it is not needed any more.
	 * @param <T> the type of the result
	 * @param before the name of the snapshot
	 * @param tables the tables that may be changed, with their database; the snapshot is
	 * of that database
	 * @param change makes the change
	 * @return its result
	 * @throws RiskyChangeException if the change fails: with the number of rows of each
	 * table that are others since, and the calls that take them back
	 * @throws NotAllowedInTransactionException if a transaction is active, which would
	 * take the change back by itself
	 */
	public <T extends @Nullable Object> T run(SnapshotName before, List<TableName> tables, Supplier<T> change) {
		Assert.notNull(before, "The name of the snapshot must not be null");
		Assert.notNull(tables, "The tables must not be null");
		Assert.notNull(change, "The change must not be null");
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new NotAllowedInTransactionException(
					"A risky change is refused in a transaction, whose rollback takes it "
							+ "back without any snapshot. Call it outside, and let the change have transactions of its own");
		}
		Snapshot snapshot = this.snapshots.create(before, SnapshotScope.database(databaseOf(tables)));
		try {
			return change.get();
		}
		catch (Throwable ex) {
			throw failed(snapshot, tables, ex);
		}
	}

	private static DatabaseName databaseOf(List<TableName> tables) {
		Set<@Nullable DatabaseName> databases = tables.stream().map(TableName::database).collect(Collectors.toSet());
		DatabaseName database = (databases.size() == 1) ? databases.iterator().next() : null;
		Assert.notNull(database, () -> "The tables must be of one database that they name: " + tables);
		return database;
	}

	private RiskyChangeException failed(Snapshot before, List<TableName> tables, Throwable failure) {
		Map<TableName, Long> changed = new LinkedHashMap<>();
		for (TableName table : tables) {
			try {
				changed.put(table, this.branches.countChanges(table, before.asOf()));
			}
			catch (DataAccessException ex) {
				failure.addSuppressed(ex);
			}
		}
		return new RiskyChangeException("The change has failed: " + failure.getMessage()
				+ ". Rows that are others since " + "snapshot " + before.name() + ", by anybody: "
				+ describe(tables, changed) + ". Take rows of a table back with "
				+ "BranchOperations.revert(branches.diff(table, AsOf.snapshot(…)), …), or put the database back with "
				+ "RestoreOperations.restoreDatabase(…)", before.name(), changed, failure);
	}

	private static String describe(List<TableName> tables, Map<TableName, Long> changed) {
		return tables.stream()
			.map((table) -> table + ": " + (changed.containsKey(table) ? changed.get(table) : "not known"))
			.collect(Collectors.joining(", "));
	}

}
