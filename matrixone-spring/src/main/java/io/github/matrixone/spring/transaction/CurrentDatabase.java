package io.github.matrixone.spring.transaction;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Knows the database that a connection began with.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface CurrentDatabase {

	/**
	 * Return the database.
	 * @return the database, or {@code null} if there is none
	 * @throws SQLException if the connection is closed
	 */
	@Nullable DatabaseName get() throws SQLException;

}
