package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.TableName;

/**
 * The unique keys of tables beside the primary ones, which are looked up again after a
 * minute.
 */
final class UniqueKeys {

	private static final String UNIQUE_KEYS = """
			SELECT i.name, i.column_name, CASE WHEN i.algo_params LIKE '%prefix_lengths%' OR length(c.attr_enum) > 0
			THEN '' ELSE mo_show_visible_bin(c.atttyp, 3) END AS type FROM mo_catalog.mo_indexes i
			JOIN mo_catalog.mo_tables t ON t.rel_id = i.table_id
			LEFT JOIN mo_catalog.mo_columns c ON c.att_relname_id = i.table_id AND c.attname = i.column_name
			WHERE i.type = 'UNIQUE' AND t.account_id = current_account_id()
			AND lower(t.reldatabase) = ? AND lower(t.relname) = ? ORDER BY i.name, i.ordinal_position""";

	private final CatalogAge age = new CatalogAge();

	private final Map<String, Entry> entries = new ConcurrentHashMap<>();

	/**
	 * Return what must be sent to know a table's unique keys.
	 * @param table the table with its database
	 */
	Optional<PreparatoryStatement> lookUp(TableName table) {
		String key = ReferencedTables.key(table);
		Entry entry = this.entries.get(key);
		if (entry != null && this.age.isFresh(entry.askedAt)) {
			return Optional.empty();
		}
		long now = System.nanoTime();
		SqlText query = SqlText.of(UNIQUE_KEYS, Objects.requireNonNull(table.database()).normalized(),
				table.normalizedName());
		return Optional
			.of(new PreparatoryStatement(query, (rows) -> keep(key, now, columns(rows)), (ex) -> failed(key, now, ex)));
	}

	/**
	 * Return the columns of each unique key, or nothing if they cannot be read.
	 */
	Optional<Collection<List<KeyColumn>>> of(TableName table) {
		Entry entry = this.entries.get(ReferencedTables.key(table));
		return (entry != null) ? Optional.ofNullable(entry.keys) : Optional.empty();
	}

	/**
	 * Take note of a statement that may have changed unique keys.
	 */
	void changed() {
		this.age.changed();
	}

	private static Collection<List<KeyColumn>> columns(Rows rows) {
		Map<String, List<KeyColumn>> keys = new TreeMap<>();
		for (List<@Nullable String> row : rows.values()) {
			keys.computeIfAbsent(String.valueOf(row.get(0)), (name) -> new ArrayList<>())
				.add(new KeyColumn(String.valueOf(row.get(1)).toLowerCase(Locale.ROOT), String.valueOf(row.get(2))));
		}
		return List.copyOf(keys.values());
	}

	private void failed(String key, long now, SQLException ex) throws SQLException {
		if (ServerErrors.isConnectionFailure(ex) || ServerErrors.endTransaction(ex)) {
			throw ex;
		}
		keep(key, now, null);
	}

	private void keep(String key, long now, @Nullable Collection<List<KeyColumn>> keys) {
		this.entries.put(key, new Entry(keys, now));
	}

	private record Entry(@Nullable Collection<List<KeyColumn>> keys, long askedAt) {

	}

}
