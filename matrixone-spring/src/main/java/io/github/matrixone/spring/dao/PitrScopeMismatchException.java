package io.github.matrixone.spring.dao;

import java.io.Serial;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * A PITR is to restore something that it does not hold, such as a database other than the
 * one that it was made for.
 *
 * @since 0.1
 */
public class PitrScopeMismatchException extends InvalidDataAccessResourceUsageException implements SqlError {

	@Serial
	private static final long serialVersionUID = 1L;

	private final @Nullable String sql;

	/**
	 * Create a new exception where nothing was sent.
	 * @param message what happened and what can be done
	 */
	public PitrScopeMismatchException(String message) {
		this(message, null, null);
	}

	/**
	 * Create a new exception.
	 * @param message what happened and what can be done
	 * @param sql the statement that failed, or {@code null} if none was sent
	 * @param cause the driver's exception, or {@code null} if the server was not asked
	 */
	public PitrScopeMismatchException(String message, @Nullable String sql, @Nullable Throwable cause) {
		super(message, cause);
		this.sql = sql;
	}

	@Override
	public @Nullable String getSql() {
		return this.sql;
	}

}
