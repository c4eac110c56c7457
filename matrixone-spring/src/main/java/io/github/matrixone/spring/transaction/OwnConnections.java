package io.github.matrixone.spring.transaction;

import java.time.Duration;
import java.util.function.Consumer;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;

/**
 * Where several things can be done on one connection of its own, beside any transaction,
 * whichever way its statements travel. Blocks the calling thread.
 *
 * @since 0.1
 */
public interface OwnConnections {

	/**
	 * Do several things on one connection of its own.
	 * @param work what to do
	 */
	void onOwnConnection(Consumer<OwnConnection> work);

	/**
	 * A connection of its own. Where it has failed, what follows gets another one,
	 * without the named locks of the first.
	 */
	interface OwnConnection {

		/**
		 * Look something up.
		 * @param query the query
		 * @return its rows
		 */
		Rows query(SqlText query);

		/**
		 * Change rows of a journal. After a timeout the session may go on with another
		 * connection, without the named locks of the first.
		 * @param statement the statement
		 * @param timeout how long it may wait, in whole seconds, or zero for no limit
		 * @return how many rows it has changed
		 */
		long update(SqlText statement, Duration timeout);

		/**
		 * Carry a command out.
		 * @param command the command
		 */
		void execute(Command command);

	}

}
