package io.github.matrixone.spring.transaction;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.github.matrixone.spring.command.SqlText;

/**
 * What is known of the rows that a statement is about to insert, to change or to lock.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface StatementRows {

	/**
	 * Nothing is known of them.
	 */
	StatementRows UNKNOWN = (columns) -> Optional.empty();

	/**
	 * Return what the rows have in several columns, without those rows that have a null
	 * in one of them.
	 * @param columns the columns' names, in any case
	 * @return the values of each row in the order of the columns, or nothing if they are
	 * not known
	 */
	Optional<List<List<Object>>> of(List<String> columns);

	/**
	 * Return which rows of one table are about to be changed or locked.
	 * @return {@code FROM t WHERE …}, or nothing if it is not known
	 */
	default Optional<SqlText> from() {
		return Optional.empty();
	}

	/**
	 * Return the columns that have a single value each in what is about to be changed or
	 * locked.
	 * @return the names in lower case, or none if they are not known
	 */
	default Set<String> equalColumns() {
		return Set.of();
	}

	/**
	 * Return the statement itself.
	 * @return the text and the parameters, or nothing if they are not known
	 */
	default Optional<SqlText> statement() {
		return Optional.empty();
	}

	/**
	 * Return what the rows have in a column, without nulls.
	 * @param column the column's name, in any case
	 * @return the values, or nothing if they are not known
	 */
	default Optional<List<Object>> of(String column) {
		return of(List.of(column)).map((rows) -> rows.stream().map((row) -> row.get(0)).toList());
	}

	/**
	 * Return whether they are sent in several statements, each of which is committed by
	 * itself where there is no transaction.
	 * @return whether they are the rows of a batch
	 */
	default boolean areOfBatch() {
		return false;
	}

}
