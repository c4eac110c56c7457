package io.github.matrixone.spring.transaction;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
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
		return take(List.of(this));
	}

	/**
	 * Return the query that gives the lock back. Without effect where this connection
	 * does not have it.
	 * @return the query
	 */
	public SqlText release() {
		return release(List.of(this));
	}

	/**
	 * Return the query that takes those of several locks that no other connection has.
	 * @param locks the locks
	 * @return the query; its columns are the answers, in the same order
	 */
	static SqlText take(Collection<NamedLock> locks) {
		List<Object> arguments = new ArrayList<>();
		locks.forEach((lock) -> arguments.addAll(List.of(lock.name, 0)));
		return call("GET_LOCK(?, ?)", locks.size(), arguments);
	}

	/**
	 * Return the query that gives several locks back.
	 * @param locks the locks
	 * @return the query
	 */
	static SqlText release(Collection<NamedLock> locks) {
		return call("RELEASE_LOCK(?)", locks.size(), locks.stream().map(NamedLock::name).toList());
	}

	private static SqlText call(String function, int times, List<?> arguments) {
		return SqlText.of("SELECT " + String.join(", ", Collections.nCopies(times, function)), arguments.toArray());
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
