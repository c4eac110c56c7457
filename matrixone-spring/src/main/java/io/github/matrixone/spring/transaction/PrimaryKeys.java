package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.github.matrixone.spring.backend.SqlText;

/**
 * The columns that are the primary keys of tables, as far as they are single ones.
 * Thread-safe.
 */
final class PrimaryKeys {

	private static final String PRIMARY_KEY = """
			SELECT attname FROM mo_catalog.mo_columns
			WHERE account_id = current_account_id() AND lower(att_database) = ? AND lower(att_relname) = ?
			AND att_constraint_type = 'p'""";

	private final Map<String, String> columns = new ConcurrentHashMap<>();

	/**
	 * Return what must be sent to know a table's primary key.
	 * @param database the database in lower case
	 * @param table the table in lower case
	 */
	Optional<Step> lookUp(String database, String table) {
		String key = database + '.' + table;
		if (this.columns.containsKey(key)) {
			return Optional.empty();
		}
		return Optional.of(new Step(SqlText.of(PRIMARY_KEY, database, table),
				(rows) -> this.columns.put(key, (rows.values().size() == 1) ? rows.first().orElse("") : ""),
				(ex) -> failed(key, ex)));
	}

	/**
	 * Return whether a column is known to be the whole primary key of a table.
	 */
	boolean isPrimaryKey(String table, String column) {
		String primaryKey = this.columns.getOrDefault(table, "");
		return primaryKey.toLowerCase(Locale.ROOT).equals(column.toLowerCase(Locale.ROOT));
	}

	void forget() {
		this.columns.clear();
	}

	private void failed(String key, SQLException ex) throws SQLException {
		if (ServerErrors.isConnectionFailure(ex) || ServerErrors.endTransaction(ex)) {
			throw ex;
		}
		this.columns.put(key, "");
	}

}
