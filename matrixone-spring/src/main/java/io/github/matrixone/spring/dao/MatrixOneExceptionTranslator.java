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
 * What it does not know, and errors of other databases' drivers, go to Spring's own
 * {@link SQLExceptionSubclassTranslator}, unless another
 * {@linkplain #setFallbackTranslator fallback} is set. What Hibernate has made of an
 * error stays the cause. Thread-safe.
 *
 * @since 0.1
 */
public class MatrixOneExceptionTranslator extends AbstractFallbackSQLExceptionTranslator {

	/** How the task begins where Spring translates what Hibernate has thrown. */
	private static final String HIBERNATE = "Hibernate operation: ";

	/**
	 * Create a translator that falls back to Spring's own.
	 */
	public MatrixOneExceptionTranslator() {
		setFallbackTranslator(new SQLExceptionSubclassTranslator());
	}

	/**
	 * {@inheritDoc} Returns {@code null} for an error that Hibernate has converted,
	 * unless it was made beneath a connection to a MatrixOne: Spring translates
	 * Hibernate's exception then.
	 */
	@Override
	public @Nullable DataAccessException translate(String task, @Nullable String sql, SQLException ex) {
		return (task.startsWith(HIBERNATE) && !OtherDatabases.areNot(ex)) ? null : super.translate(task, sql, ex);
	}

	@Override
	protected @Nullable DataAccessException doTranslate(String task, @Nullable String sql, SQLException ex) {
		return OtherDatabases.haveMade(ex) ? null
				: new ErrorTranslation(task, buildMessage(task, sql, ex), sql, ex).translate();
	}

}
