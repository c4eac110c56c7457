package io.github.matrixone.spring.transaction;

import java.util.Optional;

import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;

/**
 * A lock of the server, held by a connection until that gives it back or ends. Sends
 * nothing itself.
 *
 * <p>
 * The server is never let wait for it: with several compute nodes it sometimes grants a
 * lock to two that wait (v4.2.0, no issue known). Whoever has to wait asks again and
 * again, with {@link #PAUSE} in between.
 *
 * @param name the name, of at most 64 characters in any case
 * @since 0.1
 */
public record NamedLock(String name) {

	/**
	 * What to send between two attempts.
	 */
	public static final SqlText PAUSE = SqlText.of("SELECT SLEEP(0.05)");

	private static final int LONGEST_NAME = 64;

	public NamedLock {
		Assert.isTrue(name.length() <= LONGEST_NAME, () -> "The server takes no lock of so long a name: " + name);
	}

	/**
	 * Return the query that takes the lock unless another connection has it.
	 * @return the query, to be answered to {@link #isTaken}
	 */
	public SqlText take() {
		return SqlText.of("SELECT GET_LOCK(?, ?)", this.name, 0);
	}

	/**
	 * Return the query that gives the lock back. Without effect where this connection
	 * does not have it.
	 * @return the query
	 */
	public SqlText release() {
		return SqlText.of("SELECT RELEASE_LOCK(?)", this.name);
	}

	/**
	 * Return whether the lock was taken.
	 * @param answer the answer to {@link #take}
	 * @return whether this connection has it
	 */
	public static boolean isTaken(Rows answer) {
		return answer.first().equals(Optional.of("1"));
	}

}
