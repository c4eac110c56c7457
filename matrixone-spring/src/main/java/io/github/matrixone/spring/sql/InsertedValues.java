package io.github.matrixone.spring.sql;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ConcurrentLruCache;

/**
 * What an {@code INSERT INTO t (…) VALUES (…)} gives its columns, as far as that are
 * parameters, whole numbers or texts.
 *
 * @since 0.1
 */
public final class InsertedValues {

	/** Nothing is known of any column. */
	static final InsertedValues UNKNOWN = new InsertedValues(List.of(), List.of());

	private static final int LONGEST_CACHED_TEXT = 4_000;

	private static final ConcurrentLruCache<String, InsertedValues> cache = new ConcurrentLruCache<>(500,
			InsertedValuesReader::read);

	private final List<String> columns;

	private final List<List<Value>> rows;

	InsertedValues(List<String> columns, List<List<Value>> rows) {
		this.columns = columns;
		this.rows = rows;
	}

	/**
	 * Read a text.
	 * @param sql the text of one insert
	 * @return its values, none of which are known if it is anything else
	 */
	public static InsertedValues of(String sql) {
		return (sql.length() > LONGEST_CACHED_TEXT) ? InsertedValuesReader.read(sql) : cache.get(sql);
	}

	/**
	 * Return what the rows have in a column.
	 * @param column the column's name, in any case
	 * @return the value of each row, or nothing if one of them is not known
	 */
	public Optional<List<Value>> column(String column) {
		int index = this.columns.indexOf(column.toLowerCase(Locale.ROOT));
		if (index < 0) {
			return Optional.empty();
		}
		List<Value> values = this.rows.stream().map((row) -> row.get(index)).toList();
		return values.contains(Value.UNKNOWN) ? Optional.empty() : Optional.of(values);
	}

	/**
	 * Return how many rows have something in certain columns.
	 * @param columns the columns' names, in any case
	 * @return the number of rows, or 0 if one of the columns is left out
	 */
	public int rows(List<String> columns) {
		boolean all = columns.stream().allMatch((column) -> this.columns.contains(column.toLowerCase(Locale.ROOT)));
		return all ? this.rows.size() : 0;
	}

	/**
	 * What one row has in one column.
	 *
	 * @param parameter the index of the parameter, from 1, 0 if this is none, or -1 if it
	 * is null
	 * @param literal the whole number or the text, or {@code null} if this is none
	 */
	public record Value(int parameter, @Nullable Object literal) {

		static final Value UNKNOWN = new Value(0, null);

		static final Value NULL = new Value(-1, null);

		/**
		 * Return whether this is null.
		 * @return whether it is the word {@code NULL}
		 */
		public boolean isNull() {
			return this.parameter == NULL.parameter;
		}

	}

}
