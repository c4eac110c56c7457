package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.time.Duration;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;

/**
 * A statement that a connection sends by itself before one of the application's, and what
 * is learnt from its answer.
 *
 * @param sql the statement
 * @param answer takes the answer
 * @param error takes an error of the server, and throws it on if it is one
 * @param limit how long the statement may take
 * @since 0.1
 */
public record PreparatoryStatement(SqlText sql, Consumer<Rows> answer, Consumer<SQLException> error, Duration limit) {

	/**
	 * Takes no rows, so that they are not read.
	 */
	public static final Consumer<Rows> NO_ROWS = (rows) -> {
	};

	/**
	 * Create a statement whose errors are errors of the application's statement.
	 * @param sql the statement
	 * @param answer takes the answer
	 */
	public PreparatoryStatement(SqlText sql, Consumer<Rows> answer) {
		this(sql, answer, (ex) -> {
			throw ex;
		});
	}

	/**
	 * Create a statement.
	 * @param sql the statement
	 * @param answer takes the answer
	 * @param error takes an error of the server, and throws it on if it is one
	 */
	public PreparatoryStatement(SqlText sql, Consumer<Rows> answer, Consumer<SQLException> error) {
		this(sql, answer, error, TransactionState.NO_LIMIT);
	}

	/**
	 * Create a statement whose errors are errors of the application's statement.
	 * @param sql the statement
	 * @param answer takes the answer
	 * @param limit how long it may take
	 */
	PreparatoryStatement(SqlText sql, Consumer<Rows> answer, Duration limit) {
		this(sql, answer, (ex) -> {
			throw ex;
		}, limit);
	}

	/**
	 * Takes something, and may refuse to go on.
	 *
	 * @param <T> the type of what is taken
	 */
	@FunctionalInterface
	public interface Consumer<T> {

		/**
		 * Take something.
		 * @param value what is taken
		 * @throws SQLException if the application's statement must not be sent
		 */
		void accept(T value) throws SQLException;

	}

}
