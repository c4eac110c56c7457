package io.github.matrixone.spring.command;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/**
 * A command that a journal can keep as text, and that can be repeated where it is not
 * known whether it was carried out before. What is to follow a commit is of this kind.
 *
 * <p>
 * A class of this kind has a {@code static} method that reads the text again, which the
 * journal's recovery has to know.
 *
 * @since 0.1
 */
public interface JournaledCommand extends Command {

	/**
	 * Return what the journal keeps of this command.
	 * @return names and options, and never SQL
	 */
	CommandText text();

	/**
	 * Return a query that gives a row as long as a command which is repeated is still to
	 * be carried out.
	 * @return the query, or {@code null} if its error tells
	 * @see #isDoneBefore
	 */
	default @Nullable SqlText stillDue() {
		return pending();
	}

	/**
	 * Return whether an error tells that a command which is repeated was carried out
	 * before.
	 * @param ex the error
	 * @return whether it does
	 */
	boolean isDoneBefore(DataAccessException ex);

}
