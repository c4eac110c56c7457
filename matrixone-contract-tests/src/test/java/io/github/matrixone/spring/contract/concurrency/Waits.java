package io.github.matrixone.spring.contract.concurrency;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells whether work on another thread waits.
 */
final class Waits {

	private Waits() {
	}

	/**
	 * Return whether work ends within a second.
	 */
	static boolean isDone(Future<?> work) {
		try {
			work.get(1, TimeUnit.SECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
