package io.github.matrixone.spring.dao;

import java.io.Serial;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * The database or table that a clone should make is there already.
 *
 * @since 0.1
 */
public class CloneTargetExistsException extends InvalidDataAccessResourceUsageException implements SqlError {

	@Serial
	private static final long serialVersionUID = 1L;

	private final @Nullable String sql;

	/**
	 * Create a new exception where nothing was sent.
	 * @param message what happened and what can be done
	 */
	public CloneTargetExistsException(String message) {
		this(message, null, null);
	}

	/**
	 * Create a new exception.
	 * @param message what happened and what can be done
	 * @param sql the statement that failed, or {@code null} if none was sent
	 * @param cause the driver's exception, or {@code null} if the server was not asked
	 */
	public CloneTargetExistsException(String message, @Nullable String sql, @Nullable Throwable cause) {
		super(message, cause);
		this.sql = sql;
	}

	/**
	 * Create an exception for a table.
	 * @param table the table that is there
	 * @return the exception
	 */
	public static CloneTargetExistsException of(TableName table) {
		return new CloneTargetExistsException("Table " + table + " already exists");
	}

	/**
	 * Create an exception for a database.
	 * @param database the database that is there
	 * @return the exception
	 */
	public static CloneTargetExistsException of(DatabaseName database) {
		return new CloneTargetExistsException("Database " + database + " already exists");
	}

	@Override
	public @Nullable String getSql() {
		return this.sql;
	}

}
