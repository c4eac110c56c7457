package io.github.matrixone.spring.transaction;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which threads' transactions have a lock, and what for. A transaction that waits for one
 * of its own thread, which is suspended meanwhile, would wait forever. Thread-safe.
 */
final class HeldTurns {

	private final Map<String, Holder> holders = new ConcurrentHashMap<>();

	private volatile boolean ofThreads;

	/**
	 * Set whether a transaction belongs to a thread.
	 */
	void setOfThreads(boolean ofThreads) {
		this.ofThreads = ofThreads;
	}

	/**
	 * Take note of a lock that a transaction has.
	 * @param lock the lock
	 * @param subjects what it is for, among all that share the lock, or empty for all
	 */
	void taken(String lock, Set<String> subjects) {
		if (this.ofThreads) {
			Holder holder = new Holder(Thread.currentThread(), subjects);
			this.holders.merge(lock, holder, Holder::and);
		}
	}

	void given(Collection<String> locks) {
		this.holders.keySet().removeAll(locks);
	}

	boolean isOfThisThread(String lock) {
		Holder holder = this.holders.get(lock);
		return holder != null && holder.thread == Thread.currentThread();
	}

	/**
	 * Return whether a suspended transaction of this thread has a lock for something else
	 * only. It keeps all others out meanwhile, and does nothing itself.
	 */
	boolean keepsOthersOut(String lock, Set<String> subjects) {
		Holder holder = this.holders.get(lock);
		return holder != null && holder.thread == Thread.currentThread() && !subjects.isEmpty()
				&& !holder.subjects.isEmpty() && Collections.disjoint(subjects, holder.subjects);
	}

	private record Holder(Thread thread, Set<String> subjects) {

		Holder and(Holder next) {
			if (this.thread != next.thread || this.subjects.isEmpty() || next.subjects.isEmpty()) {
				return (this.thread != next.thread) ? next : new Holder(this.thread, Set.of());
			}
			Set<String> both = new HashSet<>(this.subjects);
			both.addAll(next.subjects);
			return new Holder(this.thread, both);
		}

	}

}
