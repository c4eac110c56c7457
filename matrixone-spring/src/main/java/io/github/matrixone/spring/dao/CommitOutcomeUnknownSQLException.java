package io.github.matrixone.spring.dao;

import java.io.Serial;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;

/**
 * Thrown by a connection of a MatrixOne data source where the connection or the server
 * failed while a transaction, or a statement outside one, was committed. Has the vendor
 * code and the SQLState of the driver's exception, which is the cause.
 * {@link MatrixOneExceptionTranslator} turns it into a
 * {@link CommitOutcomeUnknownException}.
 *
 * @since 0.1
 */
public class CommitOutcomeUnknownSQLException extends SQLNonTransientException {

	@Serial
	private static final long serialVersionUID = 1L;

	/**
	 * Create a new exception.
	 * @param message what happened and what can be done
	 * @param cause the driver's exception
	 */
	public CommitOutcomeUnknownSQLException(String message, SQLException cause) {
		super(message, cause.getSQLState(), cause.getErrorCode(), cause);
	}

}
