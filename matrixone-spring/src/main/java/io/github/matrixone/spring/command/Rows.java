package io.github.matrixone.spring.command;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What a statement gave, read whole and as text.
 *
 * @param columns the names of the columns, as the server gave them
 * @param values the values of each row
 * @since 0.1
 */
public record Rows(List<String> columns, List<List<@Nullable String>> values) {

	/**
	 * No rows.
	 */
	public static final Rows NONE = new Rows(List.of(), List.of());

	/**
	 * Return whether there are no rows.
	 * @return whether there are none
	 */
	public boolean isEmpty() {
		return this.values.isEmpty();
	}

	/**
	 * Return the first column of the first row.
	 * @return the value, {@code "null"} for a null, or empty if there is no row
	 */
	public Optional<String> first() {
		return this.values.stream().findFirst().map((row) -> String.valueOf(row.get(0)));
	}

	/**
	 * Return a value.
	 * @param row the row's index
	 * @param column the column's name, in any case
	 * @return the value, or {@code null} also if there is no such column
	 */
	public @Nullable String get(int row, String column) {
		for (int i = 0; i < this.columns.size(); i++) {
			if (this.columns.get(i).equalsIgnoreCase(column)) {
				return this.values.get(row).get(i);
			}
		}
		return null;
	}

}
