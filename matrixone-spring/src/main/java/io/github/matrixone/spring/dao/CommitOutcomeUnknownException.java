package io.github.matrixone.spring.dao;

import java.io.Serial;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.NonTransientDataAccessException;

/**
 * The connection or the server failed while the transaction was committed: it may be
 * committed or not. Look at the data before trying again.
 *
 * @since 0.1
 */
public class CommitOutcomeUnknownException extends NonTransientDataAccessException implements SqlError {

	@Serial
	private static final long serialVersionUID = 1L;

	private final @Nullable String sql;

	/**
	 * Create a new exception.
	 * @param message what happened and what can be done
	 * @param sql the statement that failed, or {@code null} if none was sent
	 * @param cause the driver's exception, or {@code null} if the server was not asked
	 */
	public CommitOutcomeUnknownException(String message, @Nullable String sql, @Nullable Throwable cause) {
		super(message, cause);
		this.sql = sql;
	}

	@Override
	public @Nullable String getSql() {
		return this.sql;
	}

}
