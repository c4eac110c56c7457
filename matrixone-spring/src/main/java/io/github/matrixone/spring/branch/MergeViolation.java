package io.github.matrixone.spring.branch;

import java.util.Map;

import io.github.matrixone.spring.sql.TableName;

/**
 * A row that a merge could not bring into the parent, because a constraint of the parent
 * would not hold.
 *
 * @param kind what would be wrong
 * @param table the table of the parent that the row is to be merged into
 * @param constraint the name of the unique key, the foreign key or the check
 * @param key the key of the row, as texts, by its columns
 * @param other the table of the row that it does not go with, its own for a check
 * @since 0.1
 */
public record MergeViolation(Kind kind, TableName table, String constraint, Map<String, String> key, TableName other) {

	public MergeViolation {
		key = Map.copyOf(key);
	}

	/**
	 * What would be wrong.
	 *
	 * @since 0.1
	 */
	public enum Kind {

		/** Another row of the parent has the value of a unique key. */
		DUPLICATE,

		/** The row references one that would not be there. */
		MISSING_PARENT,

		/** The row is to be removed, and another one references it. */
		STILL_REFERENCED,

		/** A {@code CHECK} does not hold for the row. */
		CHECK

	}

}
