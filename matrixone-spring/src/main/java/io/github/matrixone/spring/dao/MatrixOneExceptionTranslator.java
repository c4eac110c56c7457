package io.github.matrixone.spring.dao;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.support.AbstractFallbackSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;

/**
 * Translates MatrixOne's errors. Those that the server reports as {@code 20101 internal
 * error} are told apart by their text; conflicts become the
 * {@link ConcurrencyFailureException}s that are worth a retry of the whole transaction.
 * What it does not know goes to Spring's own {@link SQLExceptionSubclassTranslator}.
 * Thread-safe.
 *
 * @since 0.1
 */
public class MatrixOneExceptionTranslator extends AbstractFallbackSQLExceptionTranslator {

	/**
	 * Create a translator that falls back to Spring's own.
	 */
	public MatrixOneExceptionTranslator() {
		setFallbackTranslator(new SQLExceptionSubclassTranslator());
	}

	@Override
	protected @Nullable DataAccessException doTranslate(String task, @Nullable String sql, SQLException ex) {
		return new ErrorTranslation(task, buildMessage(task, sql, ex), sql, ex).translate();
	}

}
