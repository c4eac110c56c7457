package io.github.matrixone.spring.clone;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;

/**
 * Command to drop what a clone has made, a table or a database.
 *
 * @since 0.1
 */
public sealed interface Drop extends JournaledCommand permits DropTable, DropDatabase {

	/**
	 * Return a query that gives a row if there is something of that name.
	 * @return the query
	 */
	SqlText lookUp();

	/**
	 * Return a query for the identity of what has that name now. The server gives a table
	 * another one when its columns are altered, and when it is truncated, restored or
	 * made anew.
	 * @return the query
	 */
	SqlText identity();

	/**
	 * Return the command to keep for the time after a crash. It drops only what was meant
	 * when it was asked for, and nothing where that is gone.
	 * @param id the identity of what is meant, or {@code null} if it is not there yet
	 * @return a command for the journal
	 */
	Drop meant(@Nullable String id);

	/**
	 * Return the command to keep for the time after a crash.
	 * @param identity the answer to {@link #identity}
	 * @return a command for the journal
	 */
	default Drop meant(Rows identity) {
		return meant(identity.first().orElse(null));
	}

	/**
	 * Return whether a command makes what this one drops.
	 * @param clone the command
	 * @return whether it does
	 */
	boolean isOf(Command clone);

	/**
	 * Refuse to drop something that is not there, or that is not of this kind.
	 * @param found the answer to {@link #lookUp}
	 */
	default void requireFound(Rows found) {
		if (found.isEmpty()) {
			throw notFound();
		}
	}

	/**
	 * Make the exception for something that is not there.
	 * @return the exception
	 */
	DataAccessException notFound();

}
