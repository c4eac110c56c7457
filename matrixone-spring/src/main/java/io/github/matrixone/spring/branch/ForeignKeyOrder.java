package io.github.matrixone.spring.branch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Puts referenced tables before those that reference them. Tables that reference each
 * other stay in the order in which they were given.
 */
final class ForeignKeyOrder {

	private final Map<TableName, Set<TableName>> references = new HashMap<>();

	private ForeignKeyOrder(Rows rows) {
		for (int row = 0; row < rows.values().size(); row++) {
			this.references.computeIfAbsent(name(rows, row, "db_name", "table_name"), (table) -> new HashSet<>())
				.add(name(rows, row, "refer_db_name", "refer_table_name"));
		}
	}

	/**
	 * Return a query for the foreign keys of the tables of some databases.
	 */
	static SqlText of(Set<DatabaseName> databases) {
		return SqlText.of(
				"SELECT db_name, table_name, refer_db_name, refer_table_name FROM mo_catalog.mo_foreign_keys "
						+ "WHERE lower(db_name) IN ("
						+ databases.stream().map((database) -> "?").collect(Collectors.joining(", ")) + ')',
				databases.stream().map(DatabaseName::normalized).toArray());
	}

	/**
	 * Sort by the answer to {@link #of}.
	 * @param rows the answer
	 * @param items what is to be sorted
	 * @param table returns the table of one
	 */
	static <T> List<T> sort(Rows rows, List<T> items, Function<T, TableName> table) {
		ForeignKeyOrder order = new ForeignKeyOrder(rows);
		List<T> left = new ArrayList<>(items);
		List<T> sorted = new ArrayList<>();
		while (!left.isEmpty()) {
			Set<TableName> waiting = left.stream().map(table).collect(Collectors.toSet());
			T next = left.stream()
				.filter((item) -> order.isFree(table.apply(item), waiting))
				.findFirst()
				.orElse(left.get(0));
			left.remove(next);
			sorted.add(next);
		}
		return sorted;
	}

	private boolean isFree(TableName table, Set<TableName> waiting) {
		return this.references.getOrDefault(table, Set.of())
			.stream()
			.noneMatch((referenced) -> !referenced.equals(table) && waiting.contains(referenced));
	}

	private static TableName name(Rows rows, int row, String database, String table) {
		return TableName.of(Objects.requireNonNull(rows.get(row, database)),
				Objects.requireNonNull(rows.get(row, table)));
	}

}
