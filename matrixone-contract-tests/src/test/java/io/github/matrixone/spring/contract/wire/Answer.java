package io.github.matrixone.spring.contract.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Rows that a {@link WireServer} answers a statement with. Immutable.
 */
public final class Answer {

	private final List<String> columns;

	private final List<List<@Nullable String>> rows;

	private final String table;

	private Answer(List<String> columns, List<List<@Nullable String>> rows, String table) {
		this.columns = columns;
		this.rows = rows;
		this.table = table;
	}

	/**
	 * Return an answer without rows.
	 * @param names the names of the columns
	 */
	public static Answer columns(String... names) {
		return new Answer(List.of(names), List.of(), "");
	}

	/**
	 * Return this answer with columns of a table. The first one is its primary key.
	 * @param name the table's name
	 */
	public Answer table(String name) {
		return new Answer(this.columns, this.rows, name);
	}

	/**
	 * Return this answer with a row more.
	 * @param values one value for each column
	 */
	public Answer row(@Nullable String... values) {
		if (values.length != this.columns.size()) {
			throw new IllegalArgumentException("A row of this answer has " + this.columns.size() + " values");
		}
		List<List<@Nullable String>> longer = new ArrayList<>(this.rows);
		longer.add(Arrays.asList(values.clone()));
		return new Answer(this.columns, longer, this.table);
	}

	List<String> columns() {
		return this.columns;
	}

	List<List<@Nullable String>> rows() {
		return this.rows;
	}

	String table() {
		return this.table;
	}

}
