package io.github.matrixone.spring.dao;

import java.io.Serial;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * An instant cannot be restored by a PITR: it lies before the recovery window, after it,
 * or in the future.
 *
 * @since 0.1
 */
public class OutsideRecoveryWindowException extends InvalidDataAccessResourceUsageException implements SqlError {

	@Serial
	private static final long serialVersionUID = 1L;

	private final @Nullable String sql;

	private final @Nullable Instant from;

	private final @Nullable Instant to;

	/**
	 * Create a new exception where nothing was sent.
	 * @param message what happened and what can be done
	 * @param from where the recovery window begins
	 * @param to where it ends
	 */
	public OutsideRecoveryWindowException(String message, Instant from, Instant to) {
		super(message);
		this.sql = null;
		this.from = from;
		this.to = to;
	}

	/**
	 * Create a new exception for an error of the server.
	 * @param message what happened and what can be done
	 * @param sql the statement that failed, or {@code null} if it is not known
	 * @param cause the driver's exception
	 */
	public OutsideRecoveryWindowException(String message, @Nullable String sql, Throwable cause) {
		super(message, cause);
		this.sql = sql;
		this.from = null;
		this.to = null;
	}

	/**
	 * Return where the recovery window begins.
	 * @return the instant, which is not in it itself, or {@code null} if the server was
	 * asked and does not say so
	 */
	public @Nullable Instant getFrom() {
		return this.from;
	}

	/**
	 * Return where the recovery window ends.
	 * @return the last instant in it, or {@code null} if the server was asked and does
	 * not say so
	 */
	public @Nullable Instant getTo() {
		return this.to;
	}

	@Override
	public @Nullable String getSql() {
		return this.sql;
	}

}
