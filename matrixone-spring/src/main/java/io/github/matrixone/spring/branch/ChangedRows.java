package io.github.matrixone.spring.branch;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.TableName;

/**
 * The rows of one table that are to be changed together with those of others, as far as
 * foreign keys say in which order.
 *
 * @param table the table
 * @param references what references the table
 * @param named returns the name of a column as the table spells it
 * @param removed the rows to remove
 * @param updated the rows to update
 * @param before returns the values that a row has before
 */
record ChangedRows(TableName table, References references, UnaryOperator<String> named, List<RowChange> removed,
		List<RowChange> updated, Function<RowChange, @Nullable Map<String, @Nullable Object>> before) {

	/**
	 * Return those whose rows can be removed only when others do not reference them any
	 * more. All others are removed first, so that their unique values can be taken.
	 * @param all the tables, those that reference others first
	 */
	static Set<TableName> removedLast(List<ChangedRows> all) {
		Set<TableName> last = new HashSet<>();
		for (ChangedRows rows : all) {
			if (all.stream().anyMatch(rows::isLeftBehindBy) || last.stream().anyMatch(rows.references::areOf)) {
				last.add(rows.table);
			}
		}
		return last;
	}

	/**
	 * Return whether rows of a table reference rows that are to be removed, until they
	 * are updated.
	 */
	private boolean isLeftBehindBy(ChangedRows other) {
		return !this.removed.isEmpty() && this.references.columns()
			.stream()
			.filter((column) -> column.isOf(other.table))
			.anyMatch((column) -> isLeftBehindBy(other, this.named.apply(column.referenced()),
					other.named.apply(column.name())));
	}

	private boolean isLeftBehindBy(ChangedRows other, String referenced, String column) {
		Set<Object> values = this.removed.stream()
			.map((row) -> RowChange.text(this.before.apply(row), referenced))
			.collect(Collectors.toSet());
		return other.updated.stream()
			.filter((row) -> values.contains(RowChange.text(other.before.apply(row), column)))
			.anyMatch((row) -> !RowChange.text(other.before.apply(row), column)
				.equals(RowChange.text(row.branch(), column)));
	}

	/**
	 * Return rows of a table that references itself in an order in which they can be
	 * removed, none of any other table.
	 * @param rows the rows
	 * @param values returns the values of a row
	 */
	List<List<RowChange>> levels(List<RowChange> rows,
			Function<RowChange, @Nullable Map<String, @Nullable Object>> values) {
		Collection<Map<String, String>> keys = this.references.keysOf(this.table)
			.stream()
			.map((key) -> key.stream()
				.collect(Collectors.toMap((column) -> this.named.apply(column.name()),
						(column) -> this.named.apply(column.referenced()))))
			.toList();
		return keys.isEmpty() ? List.of() : RowLevels.referencedLast(rows, keys, values);
	}

}
