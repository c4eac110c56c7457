package io.github.matrixone.spring.command;

import java.time.Instant;
import java.util.Optional;

import org.springframework.dao.DataAccessException;

/**
 * A command that makes something beside a transaction, on a connection of its own, and
 * that is taken back unless the transaction is committed.
 *
 * @since 0.1
 */
public interface UndoableCommand extends JournaledCommand {

	/**
	 * Return what is made, as the journal names it. Two commands that would make the same
	 * have the same key: of these the journal lets one at a time wait for the end of its
	 * transaction.
	 * @return the key, such as "snapshot nightly"
	 */
	String key();

	/**
	 * Return the command that takes away what has the name which this one gives, for as
	 * long as it is not known {@linkplain Made#undo() what exactly} was made. It is no
	 * error if that is not there.
	 */
	@Override
	Command undo();

	/**
	 * Return a query for what has the name now that this command gives, made by it or by
	 * somebody else.
	 * @return the query, to be answered to {@link #made}
	 */
	SqlText lookUp();

	/**
	 * Read the answer to {@link #lookUp}.
	 * @param answer the answer
	 * @return what is there, or empty if there is nothing
	 */
	Optional<Made> made(Rows answer);

	/**
	 * Return the exception for something that is there already.
	 * @return the exception
	 */
	DataAccessException alreadyExists();

	/**
	 * Return the exception for something that the journal holds as made by another
	 * transaction, which may take it back.
	 * @param ex the error of writing to the journal
	 * @return the exception
	 */
	DataAccessException isBeingMade(DataAccessException ex);

	/**
	 * Return the exception for a transaction that has taken so long that what it had made
	 * was taken away again.
	 * @param message says so
	 * @return the exception
	 */
	DataAccessException takenAway(String message);

	/**
	 * What is there.
	 *
	 * @param at when it was made, by the clock that the server orders transactions by
	 * @param alike whether it could be what the command has made
	 * @param description what it is and when it was made, for messages
	 * @param undo takes it away, and nothing that gets its name later
	 */
	record Made(Instant at, boolean alike, String description, Command undo) {
	}

}
