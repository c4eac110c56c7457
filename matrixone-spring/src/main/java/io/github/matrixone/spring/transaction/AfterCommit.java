package io.github.matrixone.spring.transaction;

import org.jspecify.annotations.Nullable;

/**
 * Work that waits for the commit of a transaction, or was done at once where there was
 * none. Never blocks. Thread-safe.
 *
 * @param <T> the type of the result
 * @since 0.1
 */
public final class AfterCommit<T> {

	private final String description;

	private volatile State state = State.PENDING;

	private volatile @Nullable T result;

	private volatile @Nullable RuntimeException failure;

	AfterCommit(String description) {
		this.description = description;
	}

	/**
	 * Return how far the work is.
	 * @return the state
	 */
	public State state() {
		return this.state;
	}

	/**
	 * Return the result of work that is done.
	 * @return the result
	 * @throws IllegalStateException if the work is still pending or the transaction was
	 * rolled back
	 * @throws RuntimeException the exception by which the work has failed
	 */
	public T get() {
		RuntimeException failure = this.failure;
		if (failure != null) {
			throw failure;
		}
		T result = this.result;
		if (result == null) {
			throw new IllegalStateException(
					this.description + ((this.state == State.PENDING) ? " waits for the commit of its transaction"
							: " was given up when its transaction was rolled back"));
		}
		return result;
	}

	/**
	 * Return why the work has failed.
	 * @return the exception, or {@code null} if it has not failed
	 */
	public @Nullable RuntimeException failure() {
		return this.failure;
	}

	@Override
	public String toString() {
		return this.description + " (" + this.state + ')';
	}

	String description() {
		return this.description;
	}

	void done(T result) {
		this.result = result;
		this.state = State.DONE;
	}

	void failed(RuntimeException failure) {
		this.failure = failure;
		this.state = State.FAILED;
	}

	void rolledBack() {
		this.state = State.ROLLED_BACK;
	}

	/**
	 * How far the work is.
	 */
	public enum State {

		/**
		 * The transaction has not ended yet.
		 */
		PENDING,

		/**
		 * The work was done.
		 */
		DONE,

		/**
		 * The transaction is committed, but the work has failed, or work before it.
		 */
		FAILED,

		/**
		 * The transaction was rolled back, or its outcome is unknown, and the work was
		 * given up.
		 */
		ROLLED_BACK

	}

}
