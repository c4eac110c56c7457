package io.github.matrixone.spring.branch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table that references itself are removed before which. The server looks
 * at one row of a statement after the other, so that those that reference another one
 * need a statement before that of the other. With {@code ON DELETE SET NULL} it would
 * even put them back, without an error (v4.2.0 and newer, no issue known).
 */
final class RowLevels {

	private final Map<RowChange, Set<RowChange>> referenced = new IdentityHashMap<>();

	private final Map<RowChange, Integer> referencing = new IdentityHashMap<>();

	private RowLevels(List<RowChange> rows, Collection<Map<String, String>> foreignKeys,
			Function<RowChange, @Nullable Map<String, @Nullable Object>> values) {
		for (Map<String, String> columns : foreignKeys) {
			Map<List<Object>, RowChange> byValues = new HashMap<>();
			rows.forEach((row) -> byValues.put(texts(values.apply(row), columns.values()), row));
			for (RowChange row : rows) {
				RowChange other = byValues.get(texts(values.apply(row), columns.keySet()));
				if (other != null && other != row && isSet(values.apply(row), columns.keySet())
						&& this.referenced.computeIfAbsent(row, (any) -> rows()).add(other)) {
					this.referencing.merge(other, 1, Integer::sum);
				}
			}
		}
	}

	/**
	 * Return the rows in groups. None references another one of its own or of an earlier
	 * group, but for the last group, where rows reference each other in a circle.
	 * @param rows the rows
	 * @param foreignKeys the columns of each foreign key, with the columns that they
	 * reference
	 * @param values returns the values of a row
	 */
	static List<List<RowChange>> referencedLast(List<RowChange> rows, Collection<Map<String, String>> foreignKeys,
			Function<RowChange, @Nullable Map<String, @Nullable Object>> values) {
		RowLevels levels = new RowLevels(rows, foreignKeys, values);
		Set<RowChange> left = rows();
		left.addAll(rows);
		List<List<RowChange>> groups = new ArrayList<>();
		List<RowChange> next = rows.stream().filter((row) -> !levels.referencing.containsKey(row)).toList();
		while (!next.isEmpty()) {
			groups.add(next);
			next.forEach(left::remove);
			next = next.stream().flatMap((row) -> levels.released(row).stream()).toList();
		}
		if (!left.isEmpty()) {
			groups.add(rows.stream().filter(left::contains).toList());
		}
		return groups;
	}

	/**
	 * Return the rows that nothing references any more when this one is gone.
	 */
	private List<RowChange> released(RowChange row) {
		return this.referenced.getOrDefault(row, Set.of())
			.stream()
			.filter((other) -> this.referencing.merge(other, -1, Integer::sum) == 0)
			.toList();
	}

	private static Set<RowChange> rows() {
		return Collections.newSetFromMap(new IdentityHashMap<>());
	}

	private static boolean isSet(@Nullable Map<String, @Nullable Object> row, Collection<String> columns) {
		return row != null && columns.stream().allMatch((column) -> row.get(column) != null);
	}

	private static List<Object> texts(@Nullable Map<String, @Nullable Object> row, Collection<String> columns) {
		return columns.stream().map((column) -> RowChange.text(row, column)).toList();
	}

}
