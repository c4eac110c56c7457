package io.github.matrixone.spring.boot.test.sandbox.database;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Sandboxes that are ready before a test asks for one, and used ones that no test waits
 * for: both are made and dropped in the background, and making comes first. As many are
 * ready as tests have asked for, up to {@value #MOST_READY}. Thread-safe.
 */
final class SandboxPool {

	private static final Log logger = LogFactory.getLog(SandboxPool.class);

	private static final int MOST_READY = 4;

	/** With more than these, dropping comes first: they slow the server down. */
	private static final int MOST_USED = 32;

	private static final int THREADS = 2;

	private static final Duration LONGEST_END = Duration.ofMinutes(1);

	private final Supplier<DatabaseName> maker;

	private final Consumer<DatabaseName> dropper;

	private final ExecutorService background = Executors.newFixedThreadPool(THREADS, threads());

	private final Deque<DatabaseName> ready = new ArrayDeque<>();

	private final Deque<DatabaseName> used = new ArrayDeque<>();

	private final SandboxTimes times = new SandboxTimes();

	private int taken;

	private int waiting;

	/** How many are to be made ahead, but not yet begun. */
	private int wanted;

	private int making;

	private boolean closed;

	SandboxPool(Supplier<DatabaseName> maker, Consumer<DatabaseName> dropper) {
		this.maker = maker;
		this.dropper = dropper;
	}

	/**
	 * Take a sandbox that is ready, wait for one that is being made, or make one.
	 */
	DatabaseName take() {
		long start = System.nanoTime();
		DatabaseName sandbox = takeReady();
		if (sandbox == null) {
			sandbox = make();
		}
		this.times.waited(System.nanoTime() - start);
		makeAhead();
		return sandbox;
	}

	/**
	 * Have a sandbox dropped that nobody needs any more.
	 */
	void giveBack(DatabaseName sandbox) {
		synchronized (this) {
			if (!this.closed) {
				this.used.add(sandbox);
				this.background.execute(this::makeOrDrop);
				return;
			}
		}
		drop(sandbox);
	}

	/**
	 * Drop all that are left.
	 */
	void close() throws InterruptedException {
		synchronized (this) {
			this.closed = true;
			this.wanted = 0;
			this.used.addAll(this.ready);
			this.ready.forEach((sandbox) -> this.background.execute(this::makeOrDrop));
			this.ready.clear();
		}
		this.background.shutdown();
		if (!this.background.awaitTermination(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
			logger.warn("Sandboxes are still being dropped. The next run will drop those that are left");
		}
	}

	/**
	 * Return how long tests have waited, and how long it took to make sandboxes.
	 */
	SandboxTimes times() {
		return this.times;
	}

	private synchronized @Nullable DatabaseName takeReady() {
		this.taken++;
		this.waiting++;
		try {
			while (this.ready.isEmpty() && this.making >= this.waiting) {
				wait();
			}
			return this.ready.poll();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SandboxException("Interrupted while a sandbox was made", ex);
		}
		finally {
			this.waiting--;
		}
	}

	private synchronized void makeAhead() {
		int ahead = this.ready.size() + this.making + this.wanted;
		for (int missing = Math.min(this.taken, MOST_READY) - ahead; missing > 0 && !this.closed; missing--) {
			this.wanted++;
			this.background.execute(this::makeOrDrop);
		}
	}

	/**
	 * Do the more urgent of what is to be done. There is a call of this for each sandbox
	 * that is wanted or used.
	 */
	private void makeOrDrop() {
		DatabaseName dropped = null;
		synchronized (this) {
			if (this.wanted > 0 && this.used.size() <= MOST_USED) {
				this.wanted--;
				this.making++;
			}
			else {
				dropped = this.used.poll();
				if (dropped == null) {
					return;
				}
			}
		}
		if (dropped != null) {
			drop(dropped);
		}
		else {
			makeReady();
		}
	}

	private void makeReady() {
		DatabaseName made = null;
		try {
			made = make();
		}
		catch (DataAccessException ex) {
			logger.debug("A sandbox could not be made ahead", ex);
		}
		finally {
			boolean unwanted = hasMade(made);
			if (made != null && unwanted) {
				drop(made);
			}
		}
	}

	private synchronized boolean hasMade(@Nullable DatabaseName sandbox) {
		this.making--;
		if (sandbox != null && !this.closed) {
			this.ready.add(sandbox);
		}
		notifyAll();
		return this.closed;
	}

	private DatabaseName make() {
		long start = System.nanoTime();
		DatabaseName made = this.maker.get();
		this.times.made(System.nanoTime() - start);
		return made;
	}

	private void drop(DatabaseName sandbox) {
		try {
			this.dropper.accept(sandbox);
		}
		catch (DataAccessException ex) {
			logger.warn("The sandbox " + sandbox + " could not be dropped. The next run will try again", ex);
		}
	}

	private static ThreadFactory threads() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory("matrixone-sandbox-");
		threads.setDaemon(true);
		return threads;
	}

}
