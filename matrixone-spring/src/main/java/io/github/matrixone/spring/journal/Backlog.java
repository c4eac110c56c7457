package io.github.matrixone.spring.journal;

import java.util.HashMap;
import java.util.Map;

/**
 * What a recovery remembers from one run to the next: where it has stopped, so that what
 * comes first does not keep what comes later from being looked at, and which entries
 * could not be carried out, so that they are not tried each time. Thread-safe.
 */
final class Backlog {

	/** The most runs in which an entry that was tried often is left alone. */
	private static final int LONGEST_PAUSE = 15;

	/** After how many runs an entry that was never met again is forgotten. */
	private static final int MEMORY = 1000;

	private final Map<String, Failures> failures = new HashMap<>();

	private int run;

	private int offset;

	/**
	 * Begin a run.
	 */
	synchronized void begin() {
		this.run++;
		this.failures.values().removeIf((failures) -> failures.next() < this.run - MEMORY);
	}

	/**
	 * Return how many entries to pass over, because they were met in the runs before.
	 */
	synchronized int offset() {
		return this.offset;
	}

	/**
	 * Go back to the first entry.
	 */
	synchronized void restart() {
		this.offset = 0;
	}

	/**
	 * Return whether an entry is to be tried in this run.
	 */
	synchronized boolean isDue(String entry) {
		Failures failures = this.failures.get(entry);
		return failures == null || failures.next() <= this.run;
	}

	/**
	 * Take note that an entry was met and is left.
	 */
	synchronized void left() {
		this.offset++;
	}

	/**
	 * Take note that an entry could not be carried out. It is tried in the next run, and
	 * then after more and more of them.
	 */
	synchronized void failed(String entry) {
		Failures before = this.failures.get(entry);
		int count = (before != null) ? before.count() + 1 : 1;
		int pause = (count > LONGEST_PAUSE) ? LONGEST_PAUSE : Math.min((1 << (count - 1)) - 1, LONGEST_PAUSE);
		this.failures.put(entry, new Failures(count, this.run + 1 + pause));
	}

	/**
	 * Take note that an entry is gone.
	 */
	synchronized void gone(String entry) {
		this.failures.remove(entry);
	}

	/**
	 * The failures of an entry.
	 *
	 * @param count how many there were
	 * @param next the run in which it is tried next
	 */
	private record Failures(int count, int next) {
	}

}
