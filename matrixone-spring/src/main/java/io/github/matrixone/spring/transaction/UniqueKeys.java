package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.time.Duration;
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
			SELECT i.name, i.column_name FROM mo_catalog.mo_indexes i
			JOIN mo_catalog.mo_tables t ON t.rel_id = i.table_id
			WHERE i.type = 'UNIQUE' AND t.account_id = current_account_id()
			AND lower(t.reldatabase) = ? AND lower(t.relname) = ? ORDER BY i.name, i.ordinal_position""";

	private static final long KEPT = Duration.ofMinutes(1).toNanos();

	private final Map<String, Entry> entries = new ConcurrentHashMap<>();

	/**
	 * Return what must be sent to know a table's unique keys.
	 * @param table the table with its database
	 */
	Optional<PreparatoryStatement> lookUp(TableName table) {
		String key = ReferencedTables.key(table);
		Entry entry = this.entries.get(key);
		if (entry != null && System.nanoTime() - entry.lookedUp <= KEPT) {
			return Optional.empty();
		}
		SqlText query = SqlText.of(UNIQUE_KEYS, Objects.requireNonNull(table.database()).normalized(),
				table.normalizedName());
		return Optional
			.of(new PreparatoryStatement(query, (rows) -> keep(key, columns(rows)), (ex) -> failed(key, ex)));
	}

	/**
	 * Return the columns of each unique key, or nothing if they cannot be read.
	 */
	Optional<Collection<List<String>>> of(TableName table) {
		Entry entry = this.entries.get(ReferencedTables.key(table));
		return (entry != null) ? Optional.ofNullable(entry.keys) : Optional.empty();
	}

	void forget() {
		this.entries.clear();
	}

	private static Collection<List<String>> columns(Rows rows) {
		Map<String, List<String>> keys = new TreeMap<>();
		for (List<@Nullable String> row : rows.values()) {
			keys.computeIfAbsent(String.valueOf(row.get(0)), (name) -> new ArrayList<>())
				.add(String.valueOf(row.get(1)).toLowerCase(Locale.ROOT));
		}
		return List.copyOf(keys.values());
	}

	private void failed(String key, SQLException ex) throws SQLException {
		if (ServerErrors.isConnectionFailure(ex) || ServerErrors.endTransaction(ex)) {
			throw ex;
		}
		keep(key, null);
	}

	private void keep(String key, @Nullable Collection<List<String>> keys) {
		this.entries.put(key, new Entry(keys, System.nanoTime()));
	}

	private record Entry(@Nullable Collection<List<String>> keys, long lookedUp) {

	}

}
