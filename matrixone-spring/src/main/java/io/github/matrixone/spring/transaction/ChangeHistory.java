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

	/** After how many transactions to lock first again, which has led to a deadlock. */
	private static final int DETERRED = 1_000;

	private final Map<String, Integer> scores = new ConcurrentHashMap<>();

	/**
	 * Take note of a transaction that has inserted rows.
	 * @param table where it has inserted them
	 * @param referenced a table that they may reference
	 * @param changed whether the transaction has changed that one afterwards
	 */
	void record(String table, String referenced, boolean changed) {
		this.scores.merge(name(table, referenced), changed ? 1 : 0,
				(score, one) -> Math.max(Math.min(0, score), Math.min(MOST, score + (changed ? 1 : -1))));
	}

	/**
	 * Take note of a deadlock of transactions that have locked what they were going to
	 * change: they do so in the order of their inserts, which may differ from that of
	 * their changes.
	 */
	void recordDeadlock(String table, String referenced) {
		this.scores.put(name(table, referenced), -DETERRED);
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
