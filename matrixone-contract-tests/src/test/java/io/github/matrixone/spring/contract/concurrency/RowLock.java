package io.github.matrixone.spring.contract.concurrency;

import java.util.ArrayList;
import java.util.List;

/**
 * The lock and the versions of a row, as the server keeps them. Sets of transactions are
 * bits.
 *
 * <p>
 * The server grants every request of a transaction that holds the lock in whatever mode,
 * and leaves the mode as it is. Whoever asks for a lock that is shared to share it gets
 * it, also while others wait. When nobody holds the lock the first who waits gets it, and
 * nobody else is told.
 *
 * @param holders who holds the lock
 * @param shared whether it is held in shared mode
 * @param queue who waits, in order
 * @param written who has made a version that is not committed
 * @param stale which of these versions were not made from the newest committed one
 */
record RowLock(int holders, boolean shared, List<Integer> queue, int written, int stale) {

	static final RowLock FREE = new RowLock(0, false, List.of(), 0, 0);

	boolean isHeldBy(int transaction) {
		return contains(this.holders, transaction);
	}

	boolean isAwaitedBy(int transaction) {
		return this.queue.contains(transaction);
	}

	/**
	 * Return whether one who waits is let in.
	 */
	boolean admits(int waiting) {
		return this.holders == 0 && this.queue.get(0) == waiting;
	}

	boolean grants(int transaction, boolean exclusive) {
		if (this.holders == 0 && (this.queue.isEmpty() || this.queue.get(0) == transaction)) {
			return true;
		}
		return isHeldBy(transaction) || (this.shared && !exclusive);
	}

	RowLock grant(int transaction, boolean exclusive) {
		if (isHeldBy(transaction)) {
			return this;
		}
		return new RowLock(this.holders | bit(transaction), !exclusive, without(transaction), this.written, this.stale);
	}

	RowLock enqueue(int transaction) {
		List<Integer> longer = new ArrayList<>(this.queue);
		longer.add(transaction);
		return new RowLock(this.holders, this.shared, List.copyOf(longer), this.written, this.stale);
	}

	RowLock write(int transaction) {
		return new RowLock(this.holders, this.shared, this.queue, this.written | bit(transaction), this.stale);
	}

	/**
	 * Return whether a commit leaves two versions of the row.
	 */
	boolean doublesWith(int committing) {
		return contains(this.stale, committing);
	}

	RowLock end(int transaction, boolean commit) {
		int others = ~bit(transaction);
		int left = this.written & others;
		int outdated = (commit && contains(this.written, transaction)) ? left : this.stale & others;
		RowLock ended = new RowLock(this.holders & others, this.shared, without(transaction), left, outdated);
		return (ended.holders == 0 && ended.queue.isEmpty()) ? FREE : ended;
	}

	private List<Integer> without(int transaction) {
		return isAwaitedBy(transaction) ? this.queue.stream().filter((each) -> each != transaction).toList()
				: this.queue;
	}

	static int bit(int transaction) {
		return 1 << transaction;
	}

	static boolean contains(int set, int transaction) {
		return (set & bit(transaction)) != 0;
	}

}
