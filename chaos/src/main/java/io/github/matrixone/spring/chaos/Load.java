package io.github.matrixone.spring.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

import io.github.matrixone.spring.chaos.Unit.Kind;
import io.github.matrixone.spring.chaos.Unit.Report;

/**
 * Threads that work until they are told to stop.
 */
final class Load {

	private static final int THREADS = 8;

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private final Work work;

	private final Collection<Report> reports = new ConcurrentLinkedQueue<>();

	private final Collection<String> wrongSums = new ConcurrentLinkedQueue<>();

	private final AtomicLong reads = new AtomicLong();

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean stopped;

	Load(Work work) {
		this.work = work;
	}

	Load start() {
		for (int i = 0; i < THREADS; i++) {
			Thread thread = new Thread(this::run, "load-" + i);
			thread.setDaemon(true);
			this.threads.add(thread);
			thread.start();
		}
		return this;
	}

	/**
	 * Stop, and tell what the threads have seen that must not be.
	 */
	void stop(Verdict verdict) throws InterruptedException {
		this.stopped = true;
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		for (Thread thread : this.threads) {
			thread.join(Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
			verdict.require(!thread.isAlive(), thread.getName() + " is stuck in " + List.of(thread.getStackTrace()));
		}
		this.wrongSums.forEach((wrong) -> verdict.require(false, wrong));
	}

	Collection<Report> reports() {
		return this.reports;
	}

	long reads() {
		return this.reads.get();
	}

	/**
	 * Return whether a unit was acknowledged since some time.
	 */
	boolean hasDoneSince(long nanoTime) {
		return this.reports.stream()
			.anyMatch((report) -> report.outcome() == Unit.Outcome.ACKNOWLEDGED && report.at() > nanoTime);
	}

	private void run() {
		try {
			while (!this.stopped) {
				int dice = ThreadLocalRandom.current().nextInt(100);
				if (dice < 15) {
					read();
				}
				else {
					this.reports.add(this.work.run(Work.unit(kind(dice))));
				}
				Thread.sleep(ThreadLocalRandom.current().nextInt(20));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void read() {
		try {
			long sum = this.work.sum();
			this.reads.incrementAndGet();
			if (sum != 0) {
				this.wrongSums.add("A reader saw the sum " + sum);
			}
		}
		catch (DataAccessException | TransactionException ex) {
			if (!Work.outcome(ex).equals(Unit.Outcome.FAILED)) {
				this.wrongSums.add("The outcome of a mere read is unknown: " + ex);
			}
		}
	}

	private static Kind kind(int dice) {
		if (dice < 75) {
			return Kind.TRANSFER;
		}
		return switch (dice % 5) {
			case 0 -> Kind.CLONE;
			case 1 -> Kind.SNAPSHOT_AFTER_COMMIT;
			case 2 -> Kind.SNAPSHOT_AND_CLONE;
			case 3 -> Kind.ALL;
			default -> Kind.ALL_ROLLED_BACK;
		};
	}

}
