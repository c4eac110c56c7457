package io.github.matrixone.spring.r2dbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;

import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;

/**
 * Makes of R2DBC's exceptions what JDBC would have thrown, so that there is one place
 * that knows what an error means and one that translates it.
 */
final class R2dbcErrors {

	private static final String TASK = "R2DBC statement";

	private static final MatrixOneExceptionTranslator translator = new MatrixOneExceptionTranslator();

	private R2dbcErrors() {
	}

	/**
	 * Return a driver's exception as JDBC's. Errors of the server keep their code; the
	 * driver leaves their state out where it is {@code HY000}. Errors without a code are
	 * those of the connection.
	 */
	static SQLException toSqlException(R2dbcException ex) {
		int code = ex.getErrorCode();
		String message = String.valueOf(ex.getMessage());
		if (code > 0) {
			return new SQLException(message, (ex.getSqlState() != null) ? ex.getSqlState() : "HY000", code, ex);
		}
		if (ex instanceof R2dbcTimeoutException) {
			return new SQLTimeoutException(message, ex.getSqlState(), code, ex);
		}
		if (ex instanceof R2dbcNonTransientResourceException || ex instanceof R2dbcTransientResourceException) {
			return new SQLNonTransientConnectionException(message, "08S01", code, ex);
		}
		return new SQLException(message, ex.getSqlState(), code, ex);
	}

	/**
	 * Translate an exception as the blocking side does.
	 */
	static DataAccessException translate(String sql, SQLException ex) {
		DataAccessException translated = translator.translate(TASK, sql, ex);
		return (translated != null) ? translated : new UncategorizedSQLException(TASK, sql, ex);
	}

}
