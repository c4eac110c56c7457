package io.github.matrixone.spring.transaction;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

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
	 * Say whether a table has a foreign key that cascades.
	 * @param connection where to look
	 * @param table the table, with its database
	 */
	static boolean canChange(Connection connection, TableName table) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(CASCADES_TO)) {
			statement.setString(1, Objects.requireNonNull(table.database()).normalized());
			statement.setString(2, table.normalizedName());
			try (ResultSet rows = statement.executeQuery()) {
				return rows.next();
			}
		}
	}

}
