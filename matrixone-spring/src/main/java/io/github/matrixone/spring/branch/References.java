package io.github.matrixone.spring.branch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.TableName;

/**
 * The columns of foreign keys that reference a table.
 *
 * @param columns the columns
 * @param cascade whether a change of the table may change rows of others
 */
record References(List<Column> columns, boolean cascade) {

	static final References NONE = new References(List.of(), false);

	private static final Set<String> RESTRICTING = Set.of("RESTRICT", "NO ACTION", "NO_ACTION");

	/**
	 * Return a query for them.
	 */
	static SqlText to(TableName table) {
		return SqlText.of("SELECT constraint_name, db_name, table_name, column_name, refer_column_name, on_delete, "
				+ "on_update FROM mo_catalog.mo_foreign_keys WHERE lower(refer_db_name) = ? AND lower(refer_table_name) = ?",
				Objects.requireNonNull(table.database()).normalized(), table.normalizedName());
	}

	/**
	 * Read the answer to {@link #to}.
	 */
	static References read(Rows rows) {
		List<Column> columns = new ArrayList<>();
		boolean cascade = false;
		for (int row = 0; row < rows.values().size(); row++) {
			columns.add(new Column(text(rows, row, "constraint_name"), text(rows, row, "db_name"),
					text(rows, row, "table_name"), text(rows, row, "column_name"),
					text(rows, row, "refer_column_name")));
			cascade |= !RESTRICTING.contains(text(rows, row, "on_delete"))
					|| !RESTRICTING.contains(text(rows, row, "on_update"));
		}
		return new References(columns, cascade);
	}

	private static String text(Rows rows, int row, String column) {
		return Objects.requireNonNull(rows.get(row, column));
	}

	boolean areOf(TableName table) {
		return this.columns.stream().anyMatch((column) -> column.isOf(table));
	}

	/**
	 * Return the foreign keys that are of a table, each as its columns.
	 */
	Collection<List<Column>> keysOf(TableName table) {
		return this.columns.stream()
			.filter((column) -> column.isOf(table))
			.collect(Collectors.groupingBy(Column::constraint, TreeMap::new, Collectors.toList()))
			.values();
	}

	/**
	 * A column of a foreign key, by names that need not be good ones.
	 *
	 * @param constraint the foreign key
	 * @param database the database of its table
	 * @param table its table
	 * @param name its name
	 * @param referenced the column that it references
	 */
	record Column(String constraint, String database, String table, String name, String referenced) {

		boolean isOf(TableName other) {
			return this.database.equalsIgnoreCase(Objects.requireNonNull(other.database()).value())
					&& this.table.equalsIgnoreCase(other.normalizedName());
		}

	}

}
