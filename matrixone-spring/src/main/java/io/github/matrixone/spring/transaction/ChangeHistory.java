package io.github.matrixone.spring.transaction;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which tables the transactions of this application use to change after they have
 * inserted rows that reference them. Thread-safe.
 */
final class ChangeHistory {

	private static final int MOST = 16;

	private static final int EXPECTED = 4;

	private final Map<String, Integer> scores = new ConcurrentHashMap<>();

	/**
	 * Take note of a transaction that has inserted rows.
	 * @param table where it has inserted them
	 * @param referenced a table that they may reference
	 * @param changed whether the transaction has changed that one afterwards
	 */
	void record(String table, String referenced, boolean changed) {
		this.scores.merge(name(table, referenced), changed ? 1 : 0,
				(score, one) -> Math.max(0, Math.min(MOST, score + (changed ? 1 : -1))));
	}

	/**
	 * Return whether a transaction that inserts rows will probably change what they
	 * reference: most have done so.
	 */
	boolean expectsChange(String table, String referenced) {
		return this.scores.getOrDefault(name(table, referenced), 0) >= EXPECTED;
	}

	private static String name(String table, String referenced) {
		return table + " -> " + referenced;
	}

}
