package io.github.matrixone.spring.transaction;

import java.util.Objects;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.TableName;

/**
 * Looks up foreign keys through which a change of another table reaches a table's rows
 * without naming it.
 */
final class ForeignKeys {

	private static final String CASCADES_TO = """
			SELECT 1 FROM mo_catalog.mo_foreign_keys
			WHERE lower(db_name) = ? AND lower(table_name) = ?
			AND (on_delete NOT IN ('RESTRICT', 'NO ACTION') OR on_update NOT IN ('RESTRICT', 'NO ACTION'))
			LIMIT 1""";

	private ForeignKeys() {
	}

	/**
	 * Return a query that gives a row if a table has a foreign key that cascades.
	 * @param table the table, with its database
	 */
	static SqlText cascadesTo(TableName table) {
		return SqlText.of(CASCADES_TO, Objects.requireNonNull(table.database()).normalized(), table.normalizedName());
	}

}
