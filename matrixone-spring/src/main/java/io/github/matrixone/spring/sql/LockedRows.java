package io.github.matrixone.spring.sql;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.springframework.util.ConcurrentLruCache;

/**
 * Which rows an {@code UPDATE}, a {@code DELETE} or a {@code SELECT … FOR UPDATE} of one
 * table locks: those that match its condition, whatever its limit.
 *
 * @param table the table as the statement names it, with its alias
 * @param condition the condition, in pieces between which its parameters are; a single
 * empty piece for all rows
 * @param firstParameter the index of the first parameter of the condition, from 1
 * @param equalColumns the columns, in lower case, that have to be equal to a single value
 * each
 * @since 0.1
 */
public record LockedRows(String table, List<String> condition, int firstParameter, Set<String> equalColumns) {

	private static final int LONGEST_CACHED_TEXT = 4_000;

	private static final ConcurrentLruCache<String, Optional<LockedRows>> cache = new ConcurrentLruCache<>(500,
			LockedRowsReader::read);

	/**
	 * Create what is known of the rows.
	 * @param table the table with its alias
	 * @param condition the pieces of the condition
	 * @param firstParameter the index of its first parameter
	 * @param equalColumns the columns with a single value
	 */
	public LockedRows {
		condition = List.copyOf(condition);
		equalColumns = Set.copyOf(equalColumns);
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
	 * Return whether all rows of the table are meant.
	 * @return whether there is no condition
	 */
	public boolean isAll() {
		return this.condition.size() == 1 && this.condition.get(0).isEmpty();
	}

}
