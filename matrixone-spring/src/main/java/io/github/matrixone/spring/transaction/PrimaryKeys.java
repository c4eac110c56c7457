package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.github.matrixone.spring.command.SqlText;

/**
 * The columns that are the primary keys of tables, as far as they are single ones. What
 * was looked up is kept for a minute, and until a statement is sent that may change it.
 * Thread-safe.
 */
final class PrimaryKeys {

	private static final String PRIMARY_KEY = """
			SELECT attname FROM mo_catalog.mo_columns
			WHERE account_id = current_account_id() AND lower(att_database) = ? AND lower(att_relname) = ?
			AND att_constraint_type = 'p'""";

	private final CatalogAge age = new CatalogAge();

	private final Map<String, Entry> entries = new ConcurrentHashMap<>();

	/**
	 * Return what must be sent to know a table's primary key.
	 * @param database the database in lower case
	 * @param table the table in lower case
	 */
	Optional<PreparatoryStatement> lookUp(String database, String table) {
		String key = database + '.' + table;
		Entry entry = this.entries.get(key);
		if (entry != null && this.age.isFresh(entry.askedAt)) {
			return Optional.empty();
		}
		long now = System.nanoTime();
		return Optional.of(new PreparatoryStatement(SqlText.of(PRIMARY_KEY, database, table),
				(rows) -> keep(key, now, (rows.values().size() == 1) ? rows.first().orElse("") : ""),
				(ex) -> failed(key, now, ex)));
	}

	/**
	 * Return whether a column is known to be the whole primary key of a table.
	 */
	boolean isPrimaryKey(String table, String column) {
		Entry entry = this.entries.get(table);
		return entry != null && entry.column.equalsIgnoreCase(column);
	}

	/**
	 * Take note of a statement that may have changed primary keys.
	 */
	void changed() {
		this.age.changed();
	}

	private void failed(String key, long now, SQLException ex) throws SQLException {
		if (ServerErrors.isConnectionFailure(ex) || ServerErrors.endTransaction(ex)) {
			throw ex;
		}
		keep(key, now, "");
	}

	private void keep(String key, long now, String column) {
		this.entries.put(key, new Entry(column, now));
	}

	private record Entry(String column, long askedAt) {

	}

}
