package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a connection has to do before it sends the application's statements: checks, and
 * statements of its own. Which these are may depend on the answers to those before, so
 * they are asked for one by one. Whoever owns the connection sends them; blocking or not.
 *
 * @since 0.1
 */
public final class Steps {

	private final Deque<Source> sources = new ArrayDeque<>();

	private final Deque<Step> steps = new ArrayDeque<>(1);

	Steps() {
	}

	/**
	 * Add what is known only after all that was added before is done.
	 */
	Steps then(Source source) {
		this.sources.add(source);
		return this;
	}

	/**
	 * Return the next statement to send. Call it again after the answer was taken.
	 * @return the statement, or {@code null} if all is done
	 * @throws SQLException if the application's statements are refused
	 */
	public @Nullable Step next() throws SQLException {
		while (this.steps.isEmpty() && !this.sources.isEmpty()) {
			List<Step> next = this.sources.remove().steps();
			if (!next.isEmpty()) {
				this.steps.addAll(next);
			}
		}
		return this.steps.poll();
	}

	/**
	 * Says what comes next.
	 */
	@FunctionalInterface
	interface Source {

		/**
		 * Check something, or say what is to be sent.
		 */
		List<Step> steps() throws SQLException;

	}

}
