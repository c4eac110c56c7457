package io.github.matrixone.spring.transaction;

import java.time.Duration;

import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.UndoableCommand;

/**
 * Keeps in a table what is to follow the end of transactions, so that it can be recovered
 * after the process has died. Gives statements only; whoever owns the transaction sends
 * them.
 *
 * @since 0.1
 */
public interface Journal {

	/**
	 * Find out, once, what the statements need. This may send a query on a connection of
	 * its own and wait for the answer; after it nothing here does. By default nothing is
	 * needed.
	 */
	default void prepare() {
	}

	/**
	 * Make the entry of a command that is carried out beside a transaction and taken back
	 * unless the transaction is committed. It is written beside the transaction before
	 * the command, and removed <em>in</em> the transaction after it: the commit makes the
	 * removal last.
	 * @param command the command
	 * @return the entry, of which there can be one for a command
	 */
	Entry unlessCommitted(UndoableCommand command);

	/**
	 * Make the entry of a command that is to be carried out after the commit. It is
	 * written in the transaction, and removed after the command.
	 * @param transaction identifies the transaction
	 * @param position the place of the command among those of the transaction
	 * @param command the command
	 * @return the entry
	 */
	Entry onceCommitted(String transaction, int position, JournaledCommand command);

	/**
	 * Return a query for the entries of a transaction whose commands are still to be
	 * carried out, in their order.
	 * @param transaction identifies the transaction
	 * @return the query; its first column is {@link Entry#id}
	 */
	SqlText entriesOf(String transaction);

	/**
	 * Return the named lock that is held while the commands of a transaction are carried
	 * out.
	 * @param transaction identifies the transaction
	 * @return its name
	 */
	String lockOf(String transaction);

	/**
	 * Return how long to try to take the named lock while another process has it.
	 * @return how long, half a minute by default
	 */
	default Duration lockTimeout() {
		return Duration.ofSeconds(30);
	}

	/**
	 * An entry.
	 *
	 * @param id identifies it
	 * @param write the statement that writes it
	 * @param remove the statement that removes it
	 */
	record Entry(String id, SqlText write, SqlText remove) {
	}

}
