package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * Carries out commands. {@link ServerBackend} sends them to a MatrixOne server; the
 * simulator imitates them on an embedded database. Which connection a command belongs on
 * is decided by the operations, not here.
 *
 * @since 0.1
 */
public interface MatrixOneBackend {

	/**
	 * Carry out a command.
	 * @param connection where to carry it out: the transaction's, or one of its own
	 * @param command what to do
	 * @return the first column of the first row that the last statement gave, or
	 * {@code null} if it gave none
	 * @throws SQLException if a statement fails
	 */
	@Nullable String execute(Connection connection, Command command) throws SQLException;

	/**
	 * Carry out a command within the time of a transaction. By default it takes as long
	 * as it takes.
	 * @param connection the transaction's connection
	 * @param command what to do
	 * @param secondsLeft tells, before each statement, how long the transaction may still
	 * take, or 0 for no limit, and throws an exception where it may not go on
	 * @return as {@link #execute(Connection, Command)}
	 * @throws SQLException if a statement fails
	 */
	default @Nullable String execute(Connection connection, Command command, IntSupplier secondsLeft)
			throws SQLException {
		return execute(connection, command);
	}

	/**
	 * Render a table at a point in time for use in a query, in place of its name.
	 * @param table the table
	 * @param asOf the point in time
	 * @return text that may be followed by an alias
	 */
	String tableAt(TableName table, AsOf asOf);

	/**
	 * Refuse branches where there are none. By default there are.
	 * @throws UnsupportedByServerException if there are none
	 */
	default void requireBranches() {
	}

	/**
	 * Refuse reads of the past where it cannot be read. By default it can.
	 * @throws UnsupportedByServerException if it cannot
	 */
	default void requirePast() {
	}

	/**
	 * Refuse point-in-time recovery where there is none. By default there is.
	 * @throws UnsupportedByServerException if there is none
	 */
	default void requirePitrs() {
	}

	/**
	 * Say what carries out the commands, for logs and health.
	 * @return a few words, such as "MatrixOne server"
	 */
	String description();

}
