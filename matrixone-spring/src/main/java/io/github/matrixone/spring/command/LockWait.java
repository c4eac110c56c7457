package io.github.matrixone.spring.command;

import java.util.List;

/**
 * Command to set how long the session's statements wait for a lock:
 * {@code SET lock_wait_timeout = n}.
 *
 * @param seconds how long
 * @since 0.1
 */
public record LockWait(long seconds) implements Command {

	private static final SqlText QUERY = SqlText.of("SELECT @@lock_wait_timeout");

	/**
	 * Return a query for how long they wait.
	 * @return the query
	 */
	public static SqlText query() {
		return QUERY;
	}

	/**
	 * Read the answer to {@link #query()}.
	 * @param answer the answer
	 * @return the command that sets what is set
	 */
	public static LockWait read(Rows answer) {
		return new LockWait(Long.parseLong(answer.first().orElseThrow()));
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("SET lock_wait_timeout = " + this.seconds));
	}

	@Override
	public String description() {
		return "wait of " + this.seconds + " s for locks";
	}

}
