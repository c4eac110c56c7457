package io.github.matrixone.spring.backend;

import java.util.List;

/**
 * A command to MatrixOne: what is to be done, and the statements that do it on a server.
 *
 * @since 0.1
 */
public interface Command {

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

}
