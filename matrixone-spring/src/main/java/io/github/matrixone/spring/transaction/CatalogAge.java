package io.github.matrixone.spring.transaction;

import java.time.Duration;

/**
 * Tells whether what was looked up in the catalog has to be looked up again: after a
 * minute, and after a statement that may have changed it. Until then the last answer
 * holds, also for those who are between their look-up and its use. Thread-safe.
 */
final class CatalogAge {

	private static final long KEPT = Duration.ofMinutes(1).toNanos();

	private volatile long changed = System.nanoTime() - 1;

	/**
	 * Return whether an answer may be used without asking again.
	 * @param askedAt the {@link System#nanoTime()} before it was asked for
	 */
	boolean isFresh(long askedAt) {
		return askedAt - this.changed > 0 && System.nanoTime() - askedAt <= KEPT;
	}

	/**
	 * Take note of a statement that may have changed tables.
	 */
	void changed() {
		this.changed = System.nanoTime();
	}

}
