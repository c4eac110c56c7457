package io.github.matrixone.spring.command;

import org.springframework.dao.DataAccessException;

/**
 * A command whose statements change rows, of which it is known how many.
 *
 * @since 0.1
 */
public interface CountedCommand extends Command {

	/**
	 * Refuse to go on where a statement has not changed as many rows as it was to.
	 * @param statement the place of the statement among {@link #statements}
	 * @param changed how many rows it has changed
	 * @throws DataAccessException if these are not as many as they were to be
	 */
	void requireChanged(int statement, long changed);

}
