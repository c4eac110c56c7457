package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.backend.Rows;
import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.sql.TableName;

/**
 * Which other tables a table's foreign keys reference. What was looked up is kept for a
 * minute, and until a statement is sent that may change it. Thread-safe.
 */
final class ReferencedTables {

	private static final Log logger = LogFactory.getLog(ReferencedTables.class);

	private static final String REFERENCED = """
			SELECT refer_db_name, refer_table_name FROM mo_catalog.mo_foreign_keys
			WHERE lower(db_name) = ? AND lower(table_name) = ?""";

	private static final int INTERNAL_ERROR = 20101;

	private static final long KEPT = Duration.ofMinutes(1).toNanos();

	private final Map<TableName, Entry> entries = new ConcurrentHashMap<>();

	/**
	 * Return what must be sent to know the tables that a table references.
	 * @param table the table, with its database
	 */
	Optional<Step> lookUp(TableName table) {
		Entry entry = this.entries.get(table);
		if (entry != null && System.nanoTime() - entry.lookedUp <= KEPT) {
			return Optional.empty();
		}
		SqlText query = SqlText.of(REFERENCED, Objects.requireNonNull(table.database()).normalized(),
				table.normalizedName());
		return Optional.of(new Step(query, (rows) -> keep(table, Optional.of(referenced(table, rows))),
				(ex) -> failed(table, ex)));
	}

	/**
	 * Return the tables that a table references, each as its {@linkplain #key key}.
	 * @param table the table, with its database
	 * @return the tables, or nothing if they are not known or the user may not see
	 * foreign keys
	 */
	Optional<Set<String>> of(TableName table) {
		Entry entry = this.entries.get(table);
		return (entry != null) ? entry.referenced : Optional.empty();
	}

	void forget() {
		this.entries.clear();
	}

	/**
	 * Return a table's name as the server stores it.
	 */
	static String key(TableName table) {
		return Objects.requireNonNull(table.database()).normalized() + '.' + table.normalizedName();
	}

	private static Set<String> referenced(TableName table, Rows rows) {
		Set<String> referenced = new HashSet<>();
		for (List<@Nullable String> row : rows.values()) {
			referenced.add((row.get(0) + '.' + row.get(1)).toLowerCase(Locale.ROOT));
		}
		referenced.remove(key(table));
		return referenced;
	}

	private void failed(TableName table, SQLException ex) throws SQLException {
		if (ex.getErrorCode() != INTERNAL_ERROR) {
			throw ex;
		}
		logger.info("The foreign keys of " + table + " cannot be seen, so that any table may be referenced: "
				+ "grant SELECT on mo_catalog.mo_foreign_keys", ex);
		keep(table, Optional.empty());
	}

	private void keep(TableName table, Optional<Set<String>> referenced) {
		this.entries.put(table, new Entry(referenced, System.nanoTime()));
	}

	private record Entry(Optional<Set<String>> referenced, long lookedUp) {

	}

}
