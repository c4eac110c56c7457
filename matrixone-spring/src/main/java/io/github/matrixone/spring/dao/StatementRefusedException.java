package io.github.matrixone.spring.dao;

import java.io.Serial;
import java.sql.SQLNonTransientException;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a connection of a MatrixOne data source in place of sending a statement that
 * would corrupt data, commit silently or escape the transaction.
 * {@link MatrixOneExceptionTranslator} turns it into the exception that its
 * {@link #getReason() reason} names.
 *
 * @since 0.1
 */
public class StatementRefusedException extends SQLNonTransientException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final Reason reason;

	/**
	 * Create a new exception.
	 * @param reason why the statement is refused
	 * @param message what was refused, why, and what can be done instead
	 */
	public StatementRefusedException(Reason reason, String message) {
		this(reason, message, null);
	}

	/**
	 * Create a new exception with a cause.
	 * @param reason why the statement is refused
	 * @param message what was refused, why, and what can be done instead
	 * @param cause the earlier error that is the reason
	 */
	public StatementRefusedException(Reason reason, String message, @Nullable Throwable cause) {
		super(message, reason.sqlState, 0, cause);
		this.reason = reason;
	}

	/**
	 * Return why the statement is refused.
	 * @return the reason
	 */
	public Reason getReason() {
		return this.reason;
	}

	/**
	 * Reasons to refuse a statement.
	 */
	public enum Reason {

		/**
		 * The statement could not take along the transaction's own changes.
		 */
		UNCOMMITTED_CHANGES("25000"),

		/**
		 * The statement cannot be part of a transaction.
		 */
		NOT_ALLOWED_IN_TRANSACTION("25001"),

		/**
		 * The transaction is read-only.
		 */
		READ_ONLY("25006"),

		/**
		 * The server has already rolled the transaction back.
		 */
		TRANSACTION_LOST("40000"),

		/**
		 * The server cannot do what was asked. With the state {@code 0A000} itself
		 * HikariCP would close the connection.
		 */
		UNSUPPORTED("0AM00");

		private final String sqlState;

		Reason(String sqlState) {
			this.sqlState = sqlState;
		}

	}

}
