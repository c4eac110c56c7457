package io.github.matrixone.spring.chaos;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

import com.zaxxer.hikari.HikariPoolMXBean;
import org.springframework.core.NestedExceptionUtils;

import io.github.matrixone.spring.chaos.Unit.Kind;
import io.github.matrixone.spring.chaos.Unit.Outcome;
import io.github.matrixone.spring.chaos.Unit.Report;

/**
 * Mixed load for a long time, by default {@value #MINUTES} minutes: transfers with clones
 * and snapshots, deadlocks, foreign keys, timeouts, failures of all kinds and reactive
 * transactions that are cancelled. Each unit is compared with the database when it has
 * ended, and its clones and snapshots are dropped. What the application uses must not
 * grow.
 */
public final class Soak {

	private static final int MINUTES = 20;

	private static final int SAMPLES_AT_LEAST = 36;

	private static final int CANCELLED_UNDER_WAY = 20;

	/** Two pools of ten, and two of two for commands. */
	private static final int MOST_CONNECTIONS = 24;

	private final TestServer server;

	private final Application application;

	private final ReactiveWork reactive;

	private final Work work;

	private final Verdict verdict;

	private final Map<String, Long> counts = new ConcurrentSkipListMap<>();

	private final Queue<Unit> cancelled = new ArrayDeque<>();

	private final List<Sample> samples = new ArrayList<>();

	private volatile boolean stopped;

	private Soak(TestServer server, Application application, ReactiveWork reactive, Verdict verdict) {
		this.server = server;
		this.application = application;
		this.reactive = reactive;
		this.work = application.work();
		this.verdict = verdict;
	}

	public static void main(String[] args) throws Exception {
		Arguments arguments = Arguments.of(args);
		TestServer server = new TestServer();
		server.prepare();
		Verdict verdict = new Verdict();
		try (Application application = Application.start(server, server.port(), "", true);
				ReactiveWork reactive = ReactiveWork.start(server, server.port())) {
			new Soak(server, application, reactive, verdict).run(Duration.ofMinutes(arguments.number(0, MINUTES)));
			List<Report> last = new ArrayList<>();
			application.requireHealed(verdict, last);
			for (Report report : last) {
				verdict.settle(report, server, application.leftBehind());
				server.drop(report.unit());
			}
			verdict.compareTables(server);
			verdict.require(server.snapshots().isEmpty(), "Snapshots that were left: " + server.snapshots());
			verdict.require(server.clones().isEmpty(), "Clones that were left: " + server.clones());
		}
		server.requireNoConnections(verdict);
		verdict.print();
	}

	private void run(Duration duration) throws InterruptedException {
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			threads.add(thread("mixed-" + i, () -> settle(this.work.run(Work.unit(kind())))));
		}
		for (int i = 0; i < 2; i++) {
			int source = i;
			threads.add(thread("deadlock-" + i, () -> deadlock(source)));
			threads.add(thread("visit-" + i, this::visit));
		}
		threads.add(thread("failure", this::fail));
		threads.add(thread("reactive", () -> settle(this.reactive.run(Work.unit(kind())))));
		threads.add(thread("cancelled", this::cancel));
		threads.forEach(Thread::start);
		sample(duration);
		this.stopped = true;
		for (Thread thread : threads) {
			thread.join(Duration.ofSeconds(90).toMillis());
			this.verdict.require(!thread.isAlive(),
					thread.getName() + " is stuck in " + List.of(thread.getStackTrace()));
		}
		this.cancelled.forEach(this::requireWhole);
		System.out.println();
		this.counts.forEach((what, count) -> System.out.println(count + " × " + what));
		System.out.println(this.application.bean(Conflicts.class).attempts()
				+ " attempts at transfers that lock in opposite orders, or whose row exists");
		requireFlat("the live heap", Sample::heap, 8);
		requireFlat("the number of threads", Sample::threads, 5);
		double connections = this.samples.stream().mapToDouble(Sample::connections).max().orElse(0);
		this.verdict.require(connections <= MOST_CONNECTIONS,
				"There were " + connections + " connections on the server");
	}

	private Thread thread(String name, Runnable step) {
		Thread thread = new Thread(() -> {
			while (!this.stopped) {
				try {
					step.run();
					Thread.sleep(ThreadLocalRandom.current().nextInt(20));
				}
				catch (RuntimeException ex) {
					this.verdict.require(false, name + " got an error that nobody expects: " + ex + ", "
							+ NestedExceptionUtils.getMostSpecificCause(ex));
				}
				catch (InterruptedException ex) {
					return;
				}
			}
		}, name);
		thread.setDaemon(true);
		return thread;
	}

	private void settle(Report report) {
		compare(report);
		this.server.drop(report.unit());
	}

	private void deadlock(int source) {
		Unit unit = new Unit(Work.unit(Kind.TRANSFER).id(), Kind.TRANSFER, source, 1 - source, 1);
		count("transfers that lock in opposite orders");
		settle(this.work.run(unit, () -> this.application.bean(Conflicts.class).transferAsItComes(unit)));
	}

	private void visit() {
		long id = Work.unit(Kind.TRANSFER).id();
		int owner = ThreadLocalRandom.current().nextInt(4);
		Unit unit = new Unit(id, Kind.TRANSFER, 0, 0, 0);
		Report report = this.work.run(unit, () -> this.application.bean(Conflicts.class).visit(id, owner));
		count("visits " + report.outcome());
		boolean there = this.server.holds("visit", id);
		if (report.outcome() != Outcome.UNKNOWN && there != report.outcome().isCommitted()) {
			this.verdict.require(false, "Visit " + report + " is " + (there ? "there" : "not there"));
		}
	}

	private void fail() {
		Unit taken = Work.unit(Kind.ALL);
		Report report = this.work.run(taken);
		if (!report.outcome().isCommitted()) {
			settle(report);
			return;
		}
		compare(report);
		Unit again = new Unit(Work.unit(Kind.ALL).id(), Kind.TRANSFER, 2, 3, 1);
		Commands commands = this.application.commands();
		refused("snapshot that exists", () -> commands.createSnapshot(taken.snapshotAfterCommit()));
		refused("clone that exists", () -> commands.cloneLedger(taken.cloneName(), null));
		refused("clone from a snapshot that does not exist",
				() -> commands.cloneLedger(again.cloneName(), "chaos_none"));
		refused("timeout", () -> this.application.bean(Conflicts.class).takeTooLong(again));
		refused("row that exists", () -> this.application.bean(Conflicts.class).transferAsItComes(taken));
		settle(Work.report(again, Outcome.FAILED, ""));
		this.server.drop(taken);
	}

	private void compare(Report report) {
		count("units " + report.outcome() + ' ' + report.unit().kind());
		this.verdict.settle(report, this.server, this.application.leftBehind());
	}

	private void refused(String what, Runnable action) {
		try {
			action.run();
			this.verdict.require(false, "Accepted: " + what);
		}
		catch (RuntimeException ex) {
			count("refused: " + what + ": " + ex.getClass().getSimpleName());
		}
	}

	/**
	 * The subscriber has left, so nobody is told. But what is there belongs together,
	 * when what was under way has ended: a commit that was sent may still be carried out.
	 */
	private void cancel() {
		Unit unit = Work.unit(kind());
		this.reactive.runAndCancel(unit);
		this.cancelled.add(unit);
		if (this.cancelled.size() > CANCELLED_UNDER_WAY) {
			requireWhole(this.cancelled.remove());
		}
	}

	private void requireWhole(Unit unit) {
		long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		while (!this.server.isWhole(unit)) {
			if (System.nanoTime() > deadline) {
				this.verdict.require(false, "Half of a cancelled unit is there: " + unit);
				break;
			}
		}
		count("cancelled, " + (this.server.holds("ledger", unit.id()) ? "committed" : "rolled back"));
		this.server.drop(unit);
	}

	private void sample(Duration duration) throws InterruptedException {
		long interval = Math.min(30_000, duration.toMillis() / SAMPLES_AT_LEAST);
		long end = System.nanoTime() + duration.toNanos();
		System.out
			.println("| Time | Units | Pool active/idle/total/waiting | Connections on the server | Threads | Live "
					+ "heap | Snapshots | Clones |");
		System.out.println("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
		LongSupplier left = () -> Duration.ofNanos(end - System.nanoTime()).toSeconds();
		while (System.nanoTime() < end) {
			Thread.sleep(interval);
			System.gc();
			Sample sample = new Sample(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1048576.0,
					ManagementFactory.getThreadMXBean().getThreadCount(), this.server.connections().size());
			this.samples.add(sample);
			HikariPoolMXBean pool = this.application.pool();
			System.out.printf(Locale.ROOT, "| %d s | %d | %d/%d/%d/%d | %.0f | %.0f | %.1f MiB | %d | %d |%n",
					duration.toSeconds() - Math.max(0, left.getAsLong()),
					this.counts.values().stream().mapToLong(Long::longValue).sum(), pool.getActiveConnections(),
					pool.getIdleConnections(), pool.getTotalConnections(), pool.getThreadsAwaitingConnection(),
					sample.connections, sample.threads, sample.heap, this.server.snapshots().size(),
					this.server.clones().size());
		}
	}

	/**
	 * Compare the first third after the warm-up with the last third.
	 */
	private void requireFlat(String what, ToDoubleFunction<Sample> value, double tolerance) {
		int warmUp = this.samples.size() / 10;
		int third = (this.samples.size() - warmUp) / 3;
		double first = median(this.samples.subList(warmUp, warmUp + third), value);
		double last = median(this.samples.subList(this.samples.size() - third, this.samples.size()), value);
		System.out.printf(Locale.ROOT, "Median of %s: %.1f in the first third after the warm-up, %.1f in the last%n",
				what, first, last);
		this.verdict.require(last <= first * 1.1 + tolerance, what + " has grown from " + first + " to " + last);
	}

	private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
		return samples.stream().mapToDouble(value).sorted().skip(samples.size() / 2).findFirst().orElse(0);
	}

	private void count(String what) {
		this.counts.merge(what, 1L, Long::sum);
	}

	private static Kind kind() {
		Kind[] kinds = Kind.values();
		return kinds[ThreadLocalRandom.current().nextInt(kinds.length)];
	}

	private record Sample(double heap, double threads, double connections) {
	}

}
