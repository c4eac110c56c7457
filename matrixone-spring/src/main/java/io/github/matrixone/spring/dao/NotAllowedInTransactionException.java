package io.github.matrixone.spring.dao;

import java.io.Serial;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.InvalidDataAccessApiUsageException;

/**
 * The command can neither be part of the current transaction nor wait for its commit. The
 * message says what can be done instead.
 *
 * @since 0.1
 */
public class NotAllowedInTransactionException extends InvalidDataAccessApiUsageException implements SqlError {

	@Serial
	private static final long serialVersionUID = 1L;

	private final @Nullable String sql;

	/**
	 * Create a new exception where nothing was sent.
	 * @param message what happened and what can be done
	 */
	public NotAllowedInTransactionException(String message) {
		this(message, null, null);
	}

	/**
	 * Create a new exception.
	 * @param message what happened and what can be done
	 * @param sql the statement that failed, or {@code null} if none was sent
	 * @param cause the driver's exception, or {@code null} if the server was not asked
	 */
	public NotAllowedInTransactionException(String message, @Nullable String sql, @Nullable Throwable cause) {
		super(message, cause);
		this.sql = sql;
	}

	/**
	 * Create an exception for what writes in a read-only transaction.
	 * @return the exception
	 */
	public static NotAllowedInTransactionException inReadOnly() {
		return new NotAllowedInTransactionException("This is refused in a read-only transaction, as any write is: the "
				+ "server would carry it out all the same (MO#26648). Remove readOnly = true");
	}

	@Override
	public @Nullable String getSql() {
		return this.sql;
	}

}
