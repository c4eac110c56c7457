package io.github.matrixone.spring.dao;

import java.io.Serial;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.PermissionDeniedDataAccessException;

/**
 * The user lacks a privilege. The message names it.
 *
 * @since 0.1
 */
public class MissingPrivilegeException extends PermissionDeniedDataAccessException implements SqlError {

	@Serial
	private static final long serialVersionUID = 1L;

	private final @Nullable String sql;

	/**
	 * Create a new exception.
	 * @param message what happened and what can be done
	 * @param sql the statement that failed, or {@code null} if none was sent
	 * @param cause the driver's exception
	 */
	public MissingPrivilegeException(String message, @Nullable String sql, Throwable cause) {
		super(message, cause);
		this.sql = sql;
	}

	@Override
	public @Nullable String getSql() {
		return this.sql;
	}

}
