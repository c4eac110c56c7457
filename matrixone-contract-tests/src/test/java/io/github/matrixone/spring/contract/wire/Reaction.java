package io.github.matrixone.spring.contract.wire;

import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link WireServer} does with a statement instead of carrying it out.
 */
sealed interface Reaction {

	/**
	 * Answers with an error.
	 *
	 * @param code the server's code
	 * @param state the SQLState
	 * @param message the message
	 * @param dropsTransaction whether the server rolls the transaction back
	 */
	record Fail(int code, String state, String message, boolean dropsTransaction) implements Reaction {

	}

	/**
	 * Carries the statement out.
	 */
	record Pass() implements Reaction {

	}

	/**
	 * Cuts the connection.
	 *
	 * @param carriedOut whether the statement is carried out before
	 */
	record Cut(boolean carriedOut) implements Reaction {

	}

	/**
	 * Carries the statement out and answers with rows.
	 *
	 * @param answer the rows
	 */
	record Rows(Answer answer) implements Reaction {

	}

	/**
	 * Waits before the statement is carried out.
	 */
	final class Hold implements Reaction {

		private final CountDownLatch arrived = new CountDownLatch(1);

		private final CountDownLatch released = new CountDownLatch(1);

		private volatile boolean killed;

		/**
		 * Wait for the end.
		 * @return the error to answer with, if the statement was killed
		 */
		@Nullable Fail await() throws InterruptedException {
			this.arrived.countDown();
			this.released.await();
			return this.killed ? new Fail(1317, "70100", "Query execution was interrupted", false) : null;
		}

		CountDownLatch arrived() {
			return this.arrived;
		}

		void release() {
			this.released.countDown();
		}

		void kill() {
			this.killed = true;
			release();
		}

	}

}
