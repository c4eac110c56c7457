package io.github.matrixone.spring.command;

import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.TableName;

/**
 * Something to look up before a command is sent.
 *
 * @param query a query
 * @param next makes a further query from the rows of the first, if it gave any, or
 * {@code null} if there is one query only
 * @param rowExpected whether the last query must give at least one row, or else none
 * @param otherwise makes the exception for the other case
 * @since 0.1
 */
public record Precondition(SqlText query, @Nullable Function<Rows, SqlText> next, boolean rowExpected,
		Supplier<? extends DataAccessException> otherwise) {

	/**
	 * Require that a query gives a row.
	 * @param query the query
	 * @param otherwise makes the exception when there is none
	 * @return the precondition
	 */
	public static Precondition exists(SqlText query, Supplier<? extends DataAccessException> otherwise) {
		return new Precondition(query, null, true, otherwise);
	}

	/**
	 * Require that a query gives a row which is made from what another gave. Where that
	 * gives none nothing is required.
	 * @param query the first query
	 * @param next makes the second from its rows
	 * @param otherwise makes the exception when the second gives no row
	 * @return the precondition
	 */
	public static Precondition exists(SqlText query, Function<Rows, SqlText> next,
			Supplier<? extends DataAccessException> otherwise) {
		return new Precondition(query, next, true, otherwise);
	}

	/**
	 * Require that a table is no view: the server reports success for views, and puts no
	 * rows back (v4.2.0 and newer, no issue known).
	 * @param table the table, with its database
	 * @return the precondition
	 */
	public static Precondition isNoView(TableName table) {
		return absent(SqlText.view(table), () -> new TableNotFoundException("There is no table " + table
				+ ": it is a view, which has no rows of its own. Name the tables that it reads, or the database", null,
				null));
	}

	/**
	 * Require that a query gives no row.
	 * @param query the query
	 * @param otherwise makes the exception when there is one
	 * @return the precondition
	 */
	public static Precondition absent(SqlText query, Supplier<? extends DataAccessException> otherwise) {
		return new Precondition(query, null, false, otherwise);
	}

}
