package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * What is there: databases, tables, and the server's {@code mo_catalog}, as far as the
 * operations read it.
 */
final class Catalog {

	/** Begin of the names of databases that hold the rows of snapshots. */
	static final String HIDDEN = "mo_snapshot_";

	/** A write that changes nothing, by which a transaction is one that has written. */
	static final String WRITE_NOTHING = """
			INSERT INTO mo_catalog.mo_simulator_writes SELECT nothing FROM mo_catalog.mo_simulator_writes WHERE FALSE""";

	private static final Set<String> SYSTEM = Set.of("information_schema", "mo_catalog");

	private static final List<String> DEFINITIONS = List.of("CREATE SCHEMA IF NOT EXISTS mo_catalog", """
			CREATE TABLE IF NOT EXISTS mo_catalog.mo_snapshots (
				snapshot_id VARCHAR(36) NOT NULL,
				sname VARCHAR(64) PRIMARY KEY,
				ts BIGINT NOT NULL,
				level VARCHAR(10) NOT NULL,
				account_name VARCHAR(300) NOT NULL,
				database_name VARCHAR(5000) NOT NULL,
				table_name VARCHAR(5000) NOT NULL,
				obj_id NUMERIC(20) NOT NULL,
				kind VARCHAR(10) NOT NULL
			)""", """
			CREATE TABLE IF NOT EXISTS mo_catalog.mo_simulator_scripts (
				snapshot_id VARCHAR(36) NOT NULL,
				database_name VARCHAR(5000) NOT NULL,
				ordinal INT NOT NULL,
				statement CHARACTER LARGE OBJECT NOT NULL,
				PRIMARY KEY (snapshot_id, database_name, ordinal)
			)""", "CREATE TABLE IF NOT EXISTS mo_catalog.mo_simulator_writes (nothing INT)", """
			CREATE VIEW IF NOT EXISTS mo_catalog.mo_foreign_keys AS
			SELECT r.constraint_name, c.table_schema AS db_name, c.table_name, c.column_name,
				p.table_schema AS refer_db_name, p.table_name AS refer_table_name,
				p.column_name AS refer_column_name, r.delete_rule AS on_delete, r.update_rule AS on_update
			FROM information_schema.referential_constraints r
			JOIN information_schema.key_column_usage c
				ON c.constraint_schema = r.constraint_schema AND c.constraint_name = r.constraint_name
			JOIN information_schema.key_column_usage p
				ON p.constraint_schema = r.unique_constraint_schema
				AND p.constraint_name = r.unique_constraint_name
				AND p.ordinal_position = c.position_in_unique_constraint""");

	private static final String DATABASES = "SELECT schema_name FROM information_schema.schemata ORDER BY schema_name";

	private static final String TABLES = """
			SELECT table_name FROM information_schema.tables
			WHERE lower(table_schema) = ? AND table_type = ? ORDER BY table_name""";

	private static final String COLUMNS = """
			SELECT column_name FROM information_schema.columns
			WHERE lower(table_schema) = ? AND lower(table_name) = ? AND is_generated = 'NEVER'
			ORDER BY ordinal_position""";

	private Catalog() {
	}

	/**
	 * Make {@code mo_catalog} if it is missing, whatever simulators are on the database.
	 */
	static void create(Connection own) throws SQLException {
		H2.define(own, DEFINITIONS);
	}

	/**
	 * Return all databases of the user.
	 */
	static List<DatabaseName> databases(Connection own) throws SQLException {
		return H2.definitions(own, DATABASES).stream().filter(Catalog::isOfUser).map(Names::database).toList();
	}

	/**
	 * Return the databases whose names begin with some text.
	 */
	static List<DatabaseName> databasesWithPrefix(Connection own, String prefix) throws SQLException {
		return H2.definitions(own, DATABASES)
			.stream()
			.filter((name) -> name.startsWith(prefix))
			.map(Names::database)
			.toList();
	}

	static void requireDatabase(Connection own, DatabaseName database) throws SQLException {
		if (!hasDatabase(own, database)) {
			throw new DatabaseNotFoundException("There is no database " + database);
		}
	}

	static boolean hasDatabase(Connection own, DatabaseName database) throws SQLException {
		return isOfUser(database.normalized())
				&& H2.definitions(own, DATABASES).stream().anyMatch((found) -> Names.is(found, database.normalized()));
	}

	static boolean hasTable(Connection own, TableName table) throws SQLException {
		return tables(own, Names.databaseOf(table)).contains(table);
	}

	static void requireTable(Connection own, TableName table) throws SQLException {
		requireDatabase(own, Names.databaseOf(table));
		if (!hasTable(own, table)) {
			throw TableNotFoundException.of(table, "");
		}
	}

	static List<TableName> tables(Connection own, DatabaseName database) throws SQLException {
		return named(own, database, "BASE TABLE");
	}

	static List<TableName> views(Connection own, DatabaseName database) throws SQLException {
		return named(own, database, "VIEW");
	}

	/**
	 * Return the columns of a table that can be written, quoted.
	 */
	static List<String> columns(Connection own, TableName table) throws SQLException {
		return H2.definitions(own, COLUMNS, Names.databaseOf(table).normalized(), table.normalizedName())
			.stream()
			.map((name) -> '`' + name.replace("`", "``") + '`')
			.toList();
	}

	private static List<TableName> named(Connection own, DatabaseName database, String type) throws SQLException {
		return H2.definitions(own, TABLES, database.normalized(), type)
			.stream()
			.map((name) -> Names.table(database, name))
			.toList();
	}

	private static boolean isOfUser(String name) {
		String lowerCased = name.toLowerCase(Locale.ROOT);
		return !SYSTEM.contains(lowerCased) && !lowerCased.startsWith(HIDDEN);
	}

}
