package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.matrixone.spring.restore.Restore;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Puts tables and databases back to a snapshot: drops them and makes them again.
 */
final class Restores {

	private static final String FOREIGN_KEYS_FROM_OUTSIDE = """
			SELECT db_name FROM mo_catalog.mo_foreign_keys WHERE lower(refer_db_name) = ?""";

	private Restores() {
	}

	static void restore(Connection own, Restore command) throws SQLException {
		if (command.toAccount() != null) {
			throw Refusals.cannot("restore into another account: leave the account out");
		}
		SnapshotScope scope = command.scope();
		Snapshots.requireOwnAccount(scope);
		String id = SnapshotCatalog.get(own, command.snapshot());
		if (scope instanceof SnapshotScope.Table table) {
			restoreTable(own, id, table.tableName());
		}
		else if (scope instanceof SnapshotScope.Database database) {
			restoreDatabases(own, id, List.of(database.databaseName()));
		}
		else {
			restoreAll(own, id);
		}
	}

	private static void restoreTable(Connection own, String id, TableName table) throws SQLException {
		DatabaseScript script = SnapshotStore.script(own, id, table);
		List<String> views = viewsOutside(own, List.of());
		createDatabase(own, script.database());
		H2.define(own, "DROP TABLE IF EXISTS " + table.quoted() + " CASCADE");
		makeAgain(own, id, List.of(script));
		H2.define(own, views);
	}

	private static void restoreAll(Connection own, String id) throws SQLException {
		List<DatabaseName> databases = SnapshotStore.databases(own, id);
		for (DatabaseName database : Catalog.databases(own)) {
			if (!databases.contains(database)) {
				H2.define(own, "DROP SCHEMA " + database.quoted() + " CASCADE");
			}
		}
		restoreDatabases(own, id, databases);
	}

	private static void restoreDatabases(Connection own, String id, List<DatabaseName> databases) throws SQLException {
		List<DatabaseScript> scripts = new ArrayList<>();
		for (DatabaseName database : databases) {
			scripts.add(SnapshotStore.script(own, id, database));
			requireNoForeignKeyFromOutside(own, database, databases);
		}
		List<String> viewsOutside = viewsOutside(own, databases);
		List<TableName> tables = new ArrayList<>();
		List<TableName> views = new ArrayList<>();
		for (DatabaseName database : databases) {
			createDatabase(own, database);
			tables.addAll(Catalog.tables(own, database));
			views.addAll(Catalog.views(own, database));
		}
		if (!tables.isEmpty()) {
			H2.define(own,
					tables.stream()
						.map(TableName::quoted)
						.collect(Collectors.joining(", ", "DROP TABLE ", " CASCADE")));
		}
		for (TableName view : views) {
			H2.define(own, "DROP VIEW IF EXISTS " + view.quoted() + " CASCADE");
		}
		makeAgain(own, id, scripts);
		H2.define(own, viewsOutside);
	}

	/**
	 * Return what makes the views of other databases again, which go with the tables that
	 * they read.
	 */
	private static List<String> viewsOutside(Connection own, List<DatabaseName> inside) throws SQLException {
		List<String> views = new ArrayList<>();
		for (DatabaseName database : Catalog.databases(own)) {
			if (!inside.contains(database)) {
				views.addAll(DatabaseScript.read(own, database).viewsAgain());
			}
		}
		return views;
	}

	/**
	 * Make tables again, the foreign keys after all rows, which need no order then.
	 */
	private static void makeAgain(Connection own, String id, List<DatabaseScript> scripts) throws SQLException {
		forAll(own, scripts, DatabaseScript::tablesAgain);
		List<RowCopy> copies = scripts.stream()
			.flatMap((script) -> script.tables().stream())
			.map((table) -> new RowCopy(SnapshotStore.rows(id, table), table))
			.toList();
		own.setAutoCommit(false);
		H2.executeAll(own, RowCopy.statements(own, copies));
		own.setAutoCommit(true);
		forAll(own, scripts, DatabaseScript::keysAgain);
		forAll(own, scripts, DatabaseScript::foreignKeysAgain);
		forAll(own, scripts, DatabaseScript::viewsAgain);
	}

	private static void forAll(Connection own, List<DatabaseScript> scripts,
			Function<DatabaseScript, List<String>> statements) throws SQLException {
		for (DatabaseScript script : scripts) {
			H2.define(own, statements.apply(script));
		}
	}

	private static void requireNoForeignKeyFromOutside(Connection own, DatabaseName database, List<DatabaseName> inside)
			throws SQLException {
		for (String name : H2.definitions(own, FOREIGN_KEYS_FROM_OUTSIDE, database.normalized())) {
			if (!inside.contains(Names.database(name))) {
				throw Refusals.cannot("restore database " + database + ", because a foreign key of database " + name
						+ " references it: drop that foreign key first");
			}
		}
	}

	private static void createDatabase(Connection own, DatabaseName database) throws SQLException {
		H2.define(own, "CREATE SCHEMA IF NOT EXISTS " + database.quoted());
	}

}
