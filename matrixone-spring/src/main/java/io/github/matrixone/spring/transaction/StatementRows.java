package io.github.matrixone.spring.transaction;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.LockedRows;
import io.github.matrixone.spring.sql.LockedRows.EqualValue;

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
	 * Return what the rows have in several columns, also values that may find another one
	 * than the server stores.
	 * @param columns the columns' names, in any case
	 * @return the values of each row in the order of the columns, or nothing if they are
	 * not known
	 */
	default Optional<List<List<Object>>> values(List<String> columns) {
		return of(columns);
	}

	/**
	 * Return whether several rows are inserted that have something in certain columns.
	 * @param columns the columns' names, in any case
	 * @return whether they are several
	 */
	default boolean areSeveral(List<String> columns) {
		return false;
	}

	/**
	 * Return which rows of one table are about to be changed or locked.
	 * @return {@code FROM t WHERE …}, or nothing if it is not known
	 */
	default Optional<SqlText> from() {
		return Optional.empty();
	}

	/**
	 * Return what the text tells of the rows that are changed or locked.
	 * @return what it tells, or {@code null} if it is not known, or if rows are inserted
	 */
	default @Nullable LockedRows locked() {
		return null;
	}

	/**
	 * Return the value of a parameter.
	 * @param index its place, from 0
	 * @return the value, {@link TextRows#NULL} for null, or {@code null} if it is not
	 * known
	 */
	default @Nullable Object parameter(int index) {
		return null;
	}

	/**
	 * Return whether some columns have to be equal to a single value.
	 * @return whether {@link #equalTo} knows of any
	 */
	default boolean compareColumns() {
		LockedRows locked = locked();
		return locked != null && !locked.equalColumns().isEmpty();
	}

	/**
	 * Return what a column has to be equal to.
	 * @param column the column's name in lower case
	 * @return the value, a {@link Literal} if it is in the statement itself, or
	 * {@code null} if it may be equal to several ones or is not known
	 */
	default @Nullable Object equalTo(String column) {
		LockedRows locked = locked();
		EqualValue value = (locked != null) ? locked.equalColumns().get(column) : null;
		if (value == null) {
			return null;
		}
		return (value.parameter() > 0) ? parameter(value.parameter() - 1)
				: value.isText() ? Literal.TEXT : Literal.NUMBER;
	}

	/**
	 * Return which columns of the rows are changed.
	 * @return the columns that an {@code UPDATE} sets, in lower case, and none of a
	 * {@code DELETE}; or {@code null} if they are not known or if rows are inserted
	 */
	default @Nullable Set<String> changedColumns() {
		LockedRows locked = locked();
		return (locked != null) ? locked.changedColumns() : null;
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

	/**
	 * A value in the text of a statement.
	 */
	enum Literal {

		/** Any text. */
		TEXT,

		/** Any number. */
		NUMBER

	}

}
