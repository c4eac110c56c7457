package io.github.matrixone.spring.command;

import java.util.function.Supplier;

import org.springframework.dao.DataAccessException;

/**
 * Something to look up before a command is sent.
 *
 * @param query a query
 * @param rowExpected whether the query must give at least one row, or else none
 * @param otherwise makes the exception for the other case
 * @since 0.1
 */
public record Precondition(SqlText query, boolean rowExpected, Supplier<? extends DataAccessException> otherwise) {

	/**
	 * Require that a query gives a row.
	 * @param query the query
	 * @param otherwise makes the exception when there is none
	 * @return the precondition
	 */
	public static Precondition exists(SqlText query, Supplier<? extends DataAccessException> otherwise) {
		return new Precondition(query, true, otherwise);
	}

	/**
	 * Require that a query gives no row.
	 * @param query the query
	 * @param otherwise makes the exception when there is one
	 * @return the precondition
	 */
	public static Precondition absent(SqlText query, Supplier<? extends DataAccessException> otherwise) {
		return new Precondition(query, false, otherwise);
	}

}
