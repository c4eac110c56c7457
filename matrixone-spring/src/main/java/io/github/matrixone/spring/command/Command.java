package io.github.matrixone.spring.command;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/**
 * A command to MatrixOne: what is to be done, and the statements that do it on a server.
 *
 * @since 0.1
 */
public interface Command {

	/**
	 * How often the statements are sent where the server wants them again.
	 */
	int MOST_ATTEMPTS = 10;

	/**
	 * Return the statements that carry out this command, in their order.
	 * @return the statements, with all names quoted
	 */
	List<SqlText> statements();

	/**
	 * Return what must hold before the statements may be sent, because the server would
	 * report success where it does not.
	 * @return the preconditions, in their order
	 */
	default List<Precondition> preconditions() {
		return List.of();
	}

	/**
	 * Return a query that gives a row as long as the command is still to be carried out.
	 * Where it gives none the statements are not sent, and the command counts as done; so
	 * it does where they fail outside of a transaction and it gives none after that.
	 * @return the query, or {@code null} if there is none
	 */
	default @Nullable SqlText pending() {
		return null;
	}

	/**
	 * Return a command that takes away what this one has made.
	 * @return the command, or {@code null} if there is none
	 */
	default @Nullable Command undo() {
		return null;
	}

	/**
	 * Say what an error of one of these statements means for this command.
	 * @param ex the error
	 * @return the exception to throw, or {@code null} for the one by which the error is
	 * always translated
	 */
	default @Nullable DataAccessException failure(SQLException ex) {
		return null;
	}

	/**
	 * Say what must hold for the statements to be sent again after an error, which tells
	 * that the server has taken back what it had done and would do it when asked again.
	 * They are sent at most {@value #MOST_ATTEMPTS} times, and never in a transaction.
	 * @param ex the error
	 * @return what must hold, or {@code null} if they are not sent again
	 */
	default @Nullable Precondition sentAgainIf(SQLException ex) {
		return null;
	}

	/**
	 * Say what is made or done, for messages. Equal commands have equal descriptions.
	 * @return a few words, such as "snapshot nightly"
	 */
	default String description() {
		return statements().get(0).sql();
	}

}
