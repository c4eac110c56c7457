package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Keeps what snapshots hold: for each database a hidden one with copies of the rows, and
 * the definitions of its tables as text.
 */
final class SnapshotStore {

	private SnapshotStore() {
	}

	/**
	 * Copy databases at one point in time.
	 * @return the copy's id
	 */
	static String copy(Connection own, Collection<DatabaseScript> scripts) throws SQLException {
		String id = UUID.randomUUID().toString();
		try {
			List<String> statements = RowCopy.statements(own, prepare(own, id, scripts));
			H2.execute(own, "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SNAPSHOT");
			own.setAutoCommit(false);
			H2.executeAll(own, statements);
			own.setAutoCommit(true);
			return id;
		}
		catch (SQLException | RuntimeException ex) {
			own.rollback();
			own.setAutoCommit(true);
			drop(own, id);
			throw ex;
		}
	}

	static void drop(Connection own, String id) throws SQLException {
		H2.update(own, "DELETE FROM mo_catalog.mo_simulator_scripts WHERE snapshot_id = ?", id);
		for (DatabaseName hidden : Catalog.databasesWithPrefix(own, prefix(id))) {
			H2.define(own, "DROP SCHEMA IF EXISTS " + hidden.quoted() + " CASCADE");
		}
	}

	/**
	 * Return the databases that a snapshot holds.
	 */
	static List<DatabaseName> databases(Connection own, String id) throws SQLException {
		return Catalog.databasesWithPrefix(own, prefix(id))
			.stream()
			.map((hidden) -> Names.database(hidden.value().substring(prefix(id).length())))
			.toList();
	}

	/**
	 * Return the definitions of a database in a snapshot.
	 */
	static DatabaseScript script(Connection own, String id, DatabaseName database) throws SQLException {
		if (!databases(own, id).contains(database)) {
			throw new DatabaseNotFoundException("There is no database " + database + " at the snapshot");
		}
		return DatabaseScript.of(database, H2.column(own, """
				SELECT statement FROM mo_catalog.mo_simulator_scripts
				WHERE snapshot_id = ? AND database_name = ? ORDER BY ordinal""", id, database.normalized()));
	}

	/**
	 * Return the definition of a table in a snapshot.
	 */
	static DatabaseScript script(Connection own, String id, TableName table) throws SQLException {
		requireRows(own, id, table);
		return script(own, id, Names.databaseOf(table)).only(table);
	}

	/**
	 * Return the table that holds the rows of a table at a snapshot.
	 */
	static TableName requireRows(Connection own, String id, TableName table) throws SQLException {
		TableName rows = rows(id, table);
		if (!Catalog.hasTable(own, rows)) {
			throw TableNotFoundException.of(table, "at the snapshot");
		}
		return rows;
	}

	static TableName rows(String id, TableName table) {
		return TableName.of(hidden(id, Names.databaseOf(table)), table.normalizedName());
	}

	private static List<RowCopy> prepare(Connection own, String id, Collection<DatabaseScript> scripts)
			throws SQLException {
		List<RowCopy> copies = new ArrayList<>();
		for (DatabaseScript script : scripts) {
			save(own, id, script);
			H2.define(own, "CREATE SCHEMA " + hidden(id, script.database()).quoted());
			for (TableName table : script.tables()) {
				TableName rows = rows(id, table);
				H2.define(own,
						"CREATE TABLE " + rows.quoted() + " AS SELECT * FROM " + table.quoted() + " WITH NO DATA");
				copies.add(new RowCopy(table, rows));
			}
		}
		return copies;
	}

	private static void save(Connection own, String id, DatabaseScript script) throws SQLException {
		int ordinal = 0;
		for (String statement : script.statements()) {
			H2.update(own, "INSERT INTO mo_catalog.mo_simulator_scripts VALUES (?, ?, ?, ?)", id,
					script.database().normalized(), ordinal, statement);
			ordinal++;
		}
	}

	private static DatabaseName hidden(String id, DatabaseName database) {
		return DatabaseName.of(prefix(id) + database.normalized());
	}

	private static String prefix(String id) {
		return Catalog.HIDDEN + id + '_';
	}

}
