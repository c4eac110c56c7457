package io.github.matrixone.spring.dao;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * What all exceptions of this package keep of the error that they stand for.
 *
 * @since 0.1
 */
public interface SqlError {

	/**
	 * Return the statement that failed.
	 * @return the statement, or {@code null} if none was sent
	 */
	@Nullable String getSql();

	/**
	 * Return the cause.
	 * @return the cause, or {@code null} if the server was not asked
	 */
	@Nullable Throwable getCause();

	/**
	 * Return the vendor code: MySQL's where there is one, else MatrixOne's own.
	 * @return the code, or 0 if the server was not asked
	 */
	default int getErrorCode() {
		return (getCause() instanceof SQLException ex) ? ex.getErrorCode() : 0;
	}

	/**
	 * Return the SQLState: MySQL's where MySQL has such an error, else {@code HY000}.
	 * @return the SQLState, or {@code null} if the server was not asked
	 */
	default @Nullable String getSqlState() {
		return (getCause() instanceof SQLException ex) ? ex.getSQLState() : null;
	}

}
