package io.github.matrixone.spring.transaction;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which threads' transactions have a turn. A transaction that waits for one of its own
 * thread, which is suspended meanwhile, would wait forever. Thread-safe.
 */
final class HeldTurns {

	private final Map<String, Thread> threads = new ConcurrentHashMap<>();

	private volatile boolean ofThreads;

	/**
	 * Set whether a transaction belongs to a thread.
	 */
	void setOfThreads(boolean ofThreads) {
		this.ofThreads = ofThreads;
	}

	void taken(String lock) {
		if (this.ofThreads) {
			this.threads.put(lock, Thread.currentThread());
		}
	}

	void given(Collection<String> locks) {
		this.threads.keySet().removeAll(locks);
	}

	boolean isOfThisThread(String lock) {
		return this.threads.get(lock) == Thread.currentThread();
	}

}
