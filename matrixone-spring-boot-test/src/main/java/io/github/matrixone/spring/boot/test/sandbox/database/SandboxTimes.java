package io.github.matrixone.spring.boot.test.sandbox.database;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How long tests have waited for sandboxes, and how long it took to make these.
 * Thread-safe.
 */
final class SandboxTimes {

	private final List<Long> waited = new ArrayList<>();

	private final List<Long> made = new ArrayList<>();

	synchronized void waited(long nanoseconds) {
		this.waited.add(nanoseconds);
	}

	synchronized void made(long nanoseconds) {
		this.made.add(nanoseconds);
	}

	/**
	 * Say it in a sentence.
	 */
	@Override
	public synchronized String toString() {
		if (this.waited.isEmpty()) {
			return "No sandbox was needed";
		}
		return this.waited.size() + " sandboxes: tests waited " + median(this.waited) + " ms for one (median), "
				+ milliseconds(Collections.max(this.waited)) + " ms at most; to make one took " + median(this.made)
				+ " ms (median)";
	}

	private static long median(List<Long> times) {
		return milliseconds(times.stream().sorted().toList().get(times.size() / 2));
	}

	private static long milliseconds(long nanoseconds) {
		return TimeUnit.NANOSECONDS.toMillis(nanoseconds);
	}

}
