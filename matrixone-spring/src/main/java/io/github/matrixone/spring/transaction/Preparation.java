package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a connection has to do before it sends the application's statements: checks, and
 * statements of its own. Which these are may depend on the answers to those before, so
 * they are asked for one by one. Whoever owns the connection sends them; blocking or not.
 *
 * @since 0.1
 */
public final class Preparation {

	/** Nothing to send. */
	static final List<PreparatoryStatement> NONE = Collections.emptyList();

	private final Source source;

	private int stage;

	private boolean done;

	private Iterator<PreparatoryStatement> due = Collections.emptyIterator();

	Preparation(Source source) {
		this.source = source;
	}

	/**
	 * Check something, or take note of it, where nothing is to be sent.
	 * @param action what to do
	 * @return no statements
	 * @throws SQLException if the application's statements are refused
	 */
	static List<PreparatoryStatement> run(Action action) throws SQLException {
		action.run();
		return NONE;
	}

	/**
	 * Return the next statement to send. Call it again after the answer was taken.
	 * @return the statement, or {@code null} if all is done
	 * @throws SQLException if the application's statements are refused
	 */
	public @Nullable PreparatoryStatement next() throws SQLException {
		while (!this.done && !this.due.hasNext()) {
			Iterable<PreparatoryStatement> next = this.source.stage(this.stage++);
			if (next == null) {
				this.done = true;
			}
			else if (next != NONE) {
				this.due = next.iterator();
			}
		}
		return this.done ? null : this.due.next();
	}

	/**
	 * Sends nothing, and may refuse to go on.
	 */
	@FunctionalInterface
	interface Action {

		void run() throws SQLException;

	}

	/**
	 * Says what comes next.
	 */
	@FunctionalInterface
	interface Source {

		/**
		 * {@linkplain #run Do something}, or say what is to be sent. Each stage is asked
		 * for after the answers to those before were taken, and each of its statements
		 * after the answer to the one before.
		 * @param stage the number of times that this was called before
		 * @return the statements, or {@code null} if nothing is left
		 */
		@Nullable Iterable<PreparatoryStatement> stage(int stage) throws SQLException;

	}

}
