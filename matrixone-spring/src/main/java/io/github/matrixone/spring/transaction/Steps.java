package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;

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

	private Iterator<Step> steps = Collections.emptyIterator();

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
		while (!this.steps.hasNext() && !this.sources.isEmpty()) {
			this.steps = this.sources.remove().steps().iterator();
		}
		return this.steps.hasNext() ? this.steps.next() : null;
	}

	/**
	 * Says what comes next.
	 */
	@FunctionalInterface
	interface Source {

		/**
		 * Check something, or say what is to be sent. Each statement is asked for after
		 * the answer to the one before was taken.
		 */
		Iterable<Step> steps() throws SQLException;

	}

}
