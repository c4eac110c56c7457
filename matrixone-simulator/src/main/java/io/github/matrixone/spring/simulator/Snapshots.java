package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.DropSnapshot;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.UndoSnapshot;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Takes and drops snapshots.
 */
final class Snapshots {

	private static final AccountName ACCOUNT = AccountName.of("sys");

	private Snapshots() {
	}

	static void create(Connection own, CreateSnapshot command) throws SQLException {
		SnapshotScope scope = command.scope();
		requireOwnAccount(scope);
		SnapshotCatalog.requireAbsent(own, command.name());
		String id = SnapshotStore.copy(own, scripts(own, scope));
		try {
			SnapshotCatalog.insert(own, id, command.name(), scope);
		}
		catch (SQLException | RuntimeException ex) {
			SnapshotStore.drop(own, id);
			throw ex;
		}
	}

	static void drop(Connection own, DropSnapshot command) throws SQLException {
		String id = command.ifExists() ? SnapshotCatalog.find(own, command.name())
				: SnapshotCatalog.get(own, command.name());
		if (id != null) {
			SnapshotCatalog.delete(own, id);
			SnapshotStore.drop(own, id);
		}
	}

	static void undo(Connection own, UndoSnapshot command) throws SQLException {
		SqlText pending = command.pending();
		for (String id : H2.column(own, pending.sql(), pending.arguments().toArray())) {
			SnapshotCatalog.delete(own, id);
			SnapshotStore.drop(own, id);
		}
	}

	static void requireOwnAccount(SnapshotScope scope) {
		AccountName account = scope.accountName();
		if (account != null && !account.equals(ACCOUNT)) {
			throw Refusals
				.cannot("work on account " + account + ", it has no other than " + ACCOUNT + ": use that one");
		}
	}

	/**
	 * Return the snapshot that fixes a point in time.
	 */
	static SnapshotName named(AsOf asOf) {
		SnapshotName snapshot = asOf.snapshot();
		if (snapshot == null) {
			throw Refusals.cannot("go back to " + asOf + ", which is no snapshot: take a snapshot and use its name");
		}
		return snapshot;
	}

	private static List<DatabaseScript> scripts(Connection own, SnapshotScope scope) throws SQLException {
		TableName table = scope.tableName();
		if (table != null) {
			Catalog.requireTable(own, table);
			return List.of(DatabaseScript.read(own, Names.databaseOf(table)).only(table));
		}
		List<DatabaseScript> scripts = new ArrayList<>();
		for (DatabaseName database : databases(own, scope)) {
			scripts.add(DatabaseScript.read(own, database));
		}
		return scripts;
	}

	private static List<DatabaseName> databases(Connection own, SnapshotScope scope) throws SQLException {
		DatabaseName database = scope.databaseName();
		if (database == null) {
			return Catalog.databases(own);
		}
		Catalog.requireDatabase(own, database);
		return List.of(database);
	}

}
