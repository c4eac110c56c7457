package io.github.matrixone.spring.dao;

import java.io.Serial;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

import io.github.matrixone.spring.sql.SnapshotName;

/**
 * A snapshot of that name is there already. Names are unique within an account.
 *
 * @since 0.1
 */
public class SnapshotAlreadyExistsException extends InvalidDataAccessResourceUsageException implements SqlError {

	@Serial
	private static final long serialVersionUID = 1L;

	static final String CURE = ". Give another name, drop that one first, or take it for the one that is asked for with "
			+ "SnapshotOptions.defaults().ifNotExists()";

	private final @Nullable String sql;

	/**
	 * Create a new exception.
	 * @param message what happened and what can be done
	 * @param sql the statement that failed, or {@code null} if none was sent
	 * @param cause the driver's exception, or {@code null} if the server was not asked
	 */
	public SnapshotAlreadyExistsException(String message, @Nullable String sql, @Nullable Throwable cause) {
		super(message, cause);
		this.sql = sql;
	}

	/**
	 * Create an exception for a snapshot that is not to be taken twice.
	 * @param name the name that is taken
	 * @param sql the statement that failed, or {@code null} if none was sent
	 * @param cause the driver's exception, or {@code null} if the server was not asked
	 * @return the exception
	 */
	public static SnapshotAlreadyExistsException of(SnapshotName name, @Nullable String sql,
			@Nullable Throwable cause) {
		return new SnapshotAlreadyExistsException("Snapshot " + name + " already exists" + CURE, sql, cause);
	}

	@Override
	public @Nullable String getSql() {
		return this.sql;
	}

}
