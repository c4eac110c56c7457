package io.github.matrixone.spring.backend;

import java.util.ArrayList;
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
	 * Say whether there are no rows.
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
	 * Return the values of a column.
	 * @param name the column's name, in any case
	 * @return one value for each row, or only nulls if there is no such column
	 */
	public List<@Nullable String> column(String name) {
		int index = -1;
		for (int i = 0; i < this.columns.size(); i++) {
			if (this.columns.get(i).equalsIgnoreCase(name)) {
				index = i;
			}
		}
		List<@Nullable String> column = new ArrayList<>();
		for (List<@Nullable String> row : this.values) {
			column.add((index >= 0) ? row.get(index) : null);
		}
		return column;
	}

}
