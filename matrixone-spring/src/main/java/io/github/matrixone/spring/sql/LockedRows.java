package io.github.matrixone.spring.sql;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ConcurrentLruCache;

/**
 * Which rows an {@code UPDATE}, a {@code DELETE} or a {@code SELECT … FOR UPDATE} of one
 * table locks.
 *
 * @param table the table as the statement names it, with its alias
 * @param condition what follows the table, {@code WHERE} included, in pieces between
 * which its parameters are; a single empty piece for all rows
 * @param isQueried whether the condition has a query in it
 * @param isLimited whether that includes a limit, as of an {@code UPDATE} or a
 * {@code DELETE}: a {@code SELECT} locks all rows that match, whatever its limit
 * @param firstParameter the index of the first parameter of the condition, from 1
 * @param equalColumns what columns have to be equal to, by their names in lower case
 * @param changedColumns the columns that an {@code UPDATE} sets, in lower case, or
 * {@code null} if they are not known; none of any other statement
 * @since 0.1
 */
public record LockedRows(String table, List<String> condition, boolean isQueried, boolean isLimited, int firstParameter,
		Map<String, EqualValue> equalColumns, @Nullable Set<String> changedColumns) {

	private static final int LONGEST_CACHED_TEXT = 4_000;

	private static final ConcurrentLruCache<String, Optional<LockedRows>> cache = new ConcurrentLruCache<>(500,
			LockedRowsReader::read);

	/**
	 * Create what is known of the rows.
	 * @param table the table with its alias
	 * @param condition the pieces of the condition
	 * @param isQueried whether the condition has a query in it
	 * @param isLimited whether there is a limit
	 * @param firstParameter the index of its first parameter
	 * @param equalColumns the columns with a single value
	 * @param changedColumns the columns that are set, or {@code null}
	 */
	public LockedRows {
		condition = List.copyOf(condition);
		equalColumns = Map.copyOf(equalColumns);
		changedColumns = (changedColumns != null) ? Set.copyOf(changedColumns) : null;
	}

	/**
	 * Read a text.
	 * @param sql the text of one statement
	 * @return which rows it locks, or nothing if it is anything else, such as a statement
	 * with several tables
	 */
	public static Optional<LockedRows> of(String sql) {
		return (sql.length() > LONGEST_CACHED_TEXT) ? LockedRowsReader.read(sql) : cache.get(sql);
	}

	/**
	 * Return how many parameters the condition has.
	 * @return the number
	 */
	public int parameters() {
		return this.condition.size() - 1;
	}

	/**
	 * What a column has to be equal to.
	 *
	 * @param parameter the index of the parameter, from 1, or 0 if it is in the text
	 * @param isText whether it is a text, if it is no parameter
	 */
	public record EqualValue(int parameter, boolean isText) {

	}

}
