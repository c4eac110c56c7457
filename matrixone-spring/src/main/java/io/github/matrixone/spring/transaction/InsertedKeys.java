package io.github.matrixone.spring.transaction;

import java.util.List;
import java.util.Optional;

/**
 * What the rows that are about to be inserted have in their columns.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface InsertedKeys {

	/**
	 * Nothing is known of them.
	 */
	InsertedKeys UNKNOWN = (column) -> Optional.empty();

	/**
	 * Return what the rows have in a column, without nulls.
	 * @param column the column's name, in any case
	 * @return the values, or nothing if they are not known
	 */
	Optional<List<Object>> of(String column);

	/**
	 * Return whether they are sent in several statements, each of which is committed by
	 * itself where there is no transaction.
	 * @return whether they are the rows of a batch
	 */
	default boolean areOfBatch() {
		return false;
	}

}
