package io.github.matrixone.spring.dao;

import java.io.Serial;

import org.springframework.dao.InvalidDataAccessApiUsageException;

/**
 * Thrown in place of sending a command on a connection to a MatrixOne whose transactions
 * do not begin for real, because its pool is not known: the command would take effect
 * outside of the transaction.
 *
 * @since 0.1
 */
public class UnprotectedConnectionException extends InvalidDataAccessApiUsageException {

	@Serial
	private static final long serialVersionUID = 1L;

	/**
	 * Create a new exception.
	 * @param message what was not done, and how to protect the connections
	 */
	public UnprotectedConnectionException(String message) {
		super(message);
	}

}
