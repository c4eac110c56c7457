package io.github.matrixone.spring.dao;

import java.io.Serial;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.NonTransientDataAccessException;

/**
 * The transaction <em>is committed</em>, but work that was to follow the commit has
 * failed. The cause is the first failure; the message names what was not done.
 *
 * @since 0.1
 */
public class AfterCommitException extends NonTransientDataAccessException implements SqlError {

	@Serial
	private static final long serialVersionUID = 1L;

	private final @Nullable String sql;

	/**
	 * Create a new exception.
	 * @param message what happened and what can be done
	 * @param sql the statement that failed, or {@code null} if none was sent
	 * @param cause the driver's exception, or {@code null} if the server was not asked
	 */
	public AfterCommitException(String message, @Nullable String sql, @Nullable Throwable cause) {
		super(message, cause);
		this.sql = sql;
	}

	@Override
	public @Nullable String getSql() {
		return this.sql;
	}

}
