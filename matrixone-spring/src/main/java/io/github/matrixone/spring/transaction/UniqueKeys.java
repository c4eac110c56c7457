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
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.TableName;

/**
 * The primary and the unique keys of tables, which are looked up again after a minute.
 */
final class UniqueKeys {

	private static final String UNIQUE_KEYS = """
			SELECT i.name, i.type, i.column_name, CASE WHEN i.algo_params LIKE '%prefix_lengths%' OR length(c.attr_enum) > 0
			THEN '' ELSE mo_show_visible_bin(c.atttyp, 3) END AS column_type FROM mo_catalog.mo_indexes i
			JOIN mo_catalog.mo_tables t ON t.rel_id = i.table_id
			LEFT JOIN mo_catalog.mo_columns c ON c.att_relname_id = i.table_id AND c.attname = i.column_name
			WHERE i.type IN ('PRIMARY', 'UNIQUE') AND t.account_id = current_account_id()
			AND lower(t.reldatabase) = ? AND lower(t.relname) = ? ORDER BY i.name, i.ordinal_position""";

	private final CatalogAge age = new CatalogAge();

	private final Map<TableName, Entry> entries = new ConcurrentHashMap<>();

	/**
	 * Return what must be sent to know a table's unique keys.
	 * @param table the table with its database
	 */
	Optional<PreparatoryStatement> lookUp(TableName table) {
		Entry entry = this.entries.get(table);
		if (entry != null && this.age.isFresh(entry.askedAt)) {
			return Optional.empty();
		}
		long now = System.nanoTime();
		SqlText query = SqlText.of(UNIQUE_KEYS, Objects.requireNonNull(table.database()).normalized(),
				table.normalizedName());
		return Optional.of(new PreparatoryStatement(query, (rows) -> this.entries.put(table, entry(rows, now)),
				(ex) -> failed(table, now, ex)));
	}

	/**
	 * Return the columns of each unique key beside the primary one, or nothing if they
	 * cannot be read.
	 */
	Optional<Collection<List<KeyColumn>>> of(TableName table) {
		Entry entry = this.entries.get(table);
		return (entry != null) ? Optional.ofNullable(entry.unique) : Optional.empty();
	}

	/**
	 * Return the columns of the primary key, or none if there is no such key, or if it
	 * cannot be read.
	 */
	List<KeyColumn> primary(TableName table) {
		Entry entry = this.entries.get(table);
		return (entry != null) ? entry.primary : List.of();
	}

	/**
	 * Return whether a statement finds at most one row by one of the keys.
	 * @param table the table with its database
	 * @param rows which rows it finds
	 */
	boolean identify(TableName table, StatementRows rows) {
		Entry entry = rows.compareColumns() ? this.entries.get(table) : null;
		if (entry == null) {
			return false;
		}
		for (List<KeyColumn> key : entry.all) {
			if (identifies(key, rows)) {
				return true;
			}
		}
		return false;
	}

	private static boolean identifies(List<KeyColumn> key, StatementRows rows) {
		for (KeyColumn column : key) {
			Object value = rows.equalTo(column.name());
			if (value == null || !column.equalsOne(value)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Return the primary key of the row that a statement finds.
	 * @param table the table with its database
	 * @param rows which rows it finds
	 * @return the values of its columns, or nothing if it may find several rows, or they
	 * are not whole numbers and texts
	 */
	Optional<List<Object>> keyOf(TableName table, StatementRows rows) {
		List<Object> values = new ArrayList<>();
		for (KeyColumn column : primary(table)) {
			Object value = rows.equalTo(column.name());
			boolean known = value instanceof Long || value instanceof Integer || value instanceof Short
					|| value instanceof Byte || value instanceof String;
			if (value == null || !known || !column.equalsOne(value)) {
				return Optional.empty();
			}
			values.add(value);
		}
		return values.isEmpty() ? Optional.empty() : Optional.of(values);
	}

	/**
	 * Take note of a statement that may have changed unique keys.
	 */
	void changed() {
		this.age.changed();
	}

	private static Entry entry(Rows rows, long now) {
		Map<String, List<KeyColumn>> keys = new TreeMap<>();
		List<KeyColumn> primary = new ArrayList<>();
		for (List<@Nullable String> row : rows.values()) {
			KeyColumn column = new KeyColumn(String.valueOf(row.get(2)).toLowerCase(Locale.ROOT),
					String.valueOf(row.get(3)));
			("PRIMARY".equals(row.get(1)) ? primary
					: keys.computeIfAbsent(String.valueOf(row.get(0)), (name) -> new ArrayList<>()))
				.add(column);
		}
		List<List<KeyColumn>> all = Stream.concat(Stream.of(primary), keys.values().stream())
			.filter((key) -> !key.isEmpty())
			.toList();
		return new Entry(List.copyOf(keys.values()), primary, all, now);
	}

	private void failed(TableName table, long now, SQLException ex) throws SQLException {
		if (ServerErrors.isConnectionFailure(ex) || ServerErrors.endTransaction(ex)) {
			throw ex;
		}
		this.entries.put(table, new Entry(null, List.of(), List.of(), now));
	}

	private record Entry(@Nullable Collection<List<KeyColumn>> unique, List<KeyColumn> primary,
			List<List<KeyColumn>> all, long askedAt) {

	}

}
