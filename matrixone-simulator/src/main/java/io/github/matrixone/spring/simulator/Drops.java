package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;

import org.springframework.dao.DataIntegrityViolationException;

import io.github.matrixone.spring.clone.DropDatabase;
import io.github.matrixone.spring.clone.DropTable;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Drops tables and databases, unless a foreign key from outside references them: with
 * {@code CASCADE} H2 would drop the foreign key, without it keep the table for a view.
 */
final class Drops {

	private static final String REFERENCING_TABLES = """
			SELECT table_name FROM mo_catalog.mo_foreign_keys
			WHERE lower(refer_db_name) = ? AND lower(refer_table_name) = ?
			AND NOT (lower(db_name) = ? AND lower(table_name) = ?)""";

	private static final String REFERENCING_DATABASES = """
			SELECT db_name FROM mo_catalog.mo_foreign_keys WHERE lower(refer_db_name) = ? AND lower(db_name) <> ?""";

	private Drops() {
	}

	static void drop(Connection own, DropTable command) throws SQLException {
		TableName table = command.table();
		DatabaseName database = Names.databaseOf(table);
		if (!Catalog.hasDatabase(own, database) || !Catalog.hasTable(own, table)) {
			if (command.ifExists()) {
				return;
			}
			throw command.notFound();
		}
		requireUnreferenced("table " + table, own, REFERENCING_TABLES, database.normalized(), table.normalizedName(),
				database.normalized(), table.normalizedName());
		H2.define(own, "DROP TABLE " + table.quoted() + " CASCADE");
	}

	static void drop(Connection own, DropDatabase command) throws SQLException {
		DatabaseName database = command.database();
		if (!Catalog.hasDatabase(own, database)) {
			if (command.ifExists()) {
				return;
			}
			throw command.notFound();
		}
		requireUnreferenced("database " + database, own, REFERENCING_DATABASES, database.normalized(),
				database.normalized());
		H2.define(own, "DROP SCHEMA " + database.quoted() + " CASCADE");
	}

	private static void requireUnreferenced(String what, Connection own, String query, Object... arguments)
			throws SQLException {
		if (!H2.definitions(own, query, arguments).isEmpty()) {
			throw new DataIntegrityViolationException(
					"The " + what + " cannot be dropped: it is referenced by some foreign key constraint");
		}
	}

}
