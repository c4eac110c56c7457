package io.github.matrixone.spring.chaos;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.matrixone.spring.chaos.Unit.Kind;
import io.github.matrixone.spring.chaos.Unit.Outcome;
import io.github.matrixone.spring.chaos.Unit.Report;

/**
 * Compares what the application was told with what the server holds. Thread-safe.
 */
final class Verdict {

	private static final int SHOWN = 50;

	private static final int ERROR_LENGTH = 150;

	private final Collection<String> violations = new ConcurrentLinkedQueue<>();

	private final Map<Outcome, Integer> outcomes = new ConcurrentSkipListMap<>();

	private final Map<String, Integer> errors = new ConcurrentSkipListMap<>();

	private final AtomicInteger unknownCommitted = new AtomicInteger();

	private final AtomicInteger snapshotsLeftAndTold = new AtomicInteger();

	/**
	 * Say what else is wrong.
	 */
	void require(boolean right, String otherwise) {
		if (!right) {
			this.violations.add(otherwise);
		}
	}

	/**
	 * Look at all units.
	 * @param reports what the application was told
	 * @param server the server
	 * @param leftBehind what the starter's log says
	 */
	void compare(Collection<Report> reports, TestServer server, LeftBehind leftBehind) {
		Set<Long> ledger = server.ledger();
		Set<String> clones = server.clones();
		Set<String> snapshots = server.snapshots();
		for (Report report : reports) {
			compare(report, ledger.contains(report.unit().id()), clones, snapshots, server, leftBehind);
		}
		long unexpected = ledger.size()
				- reports.stream().filter((report) -> ledger.contains(report.unit().id())).count();
		require(unexpected == 0, unexpected + " rows of the ledger come from no unit");
		compareTables(server);
	}

	/**
	 * Look at one unit.
	 */
	void settle(Report report, TestServer server, LeftBehind leftBehind) {
		compare(report, server.holds("ledger", report.unit().id()), server.clonesOf(report.unit()),
				server.snapshotsOf(report.unit()), server, leftBehind);
	}

	/**
	 * Look at what must hold whatever was told.
	 */
	void compareTables(TestServer server) {
		require(server.duplicates() == 0, server.duplicates() + " duplicate keys");
		require(server.wrongAccounts().isEmpty(),
				"accounts whose balance is not that of the ledger: " + server.wrongAccounts());
		require(server.wrongOwners().isEmpty(), "owners with a wrong number of visits: " + server.wrongOwners());
	}

	/**
	 * Print what was found, and end the program with 1 if something is wrong.
	 */
	void print() {
		System.out.println();
		System.out.println("| What the application was told | Units |");
		System.out.println("| --- | ---: |");
		this.outcomes.forEach((outcome, count) -> System.out.println("| " + outcome + " | " + count + " |"));
		System.out.println();
		this.errors.entrySet()
			.stream()
			.sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
			.limit(SHOWN)
			.forEach((error) -> System.out.println(error.getValue() + " × " + error.getKey()));
		System.out.println(this.unknownCommitted + " of the units of unknown outcome are committed; "
				+ this.snapshotsLeftAndTold + " snapshots are left and named in the log or the exception");
		System.out.println(this.violations.size() + " violations");
		this.violations.stream().limit(SHOWN).forEach((violation) -> System.out.println("  " + violation));
		System.out.flush();
		System.exit(this.violations.isEmpty() ? 0 : 1);
	}

	private void compare(Report report, boolean committed, Set<String> clones, Set<String> snapshots, TestServer server,
			LeftBehind leftBehind) {
		Unit unit = report.unit();
		Outcome outcome = report.outcome();
		this.outcomes.merge(outcome, 1, Integer::sum);
		if (!report.error().isEmpty()) {
			String error = report.error().replaceAll("(?s)[0-9]+|\\n.*", "…");
			this.errors.merge(outcome + " " + error.substring(0, Math.min(error.length(), ERROR_LENGTH)), 1,
					Integer::sum);
		}
		if (outcome.isCommitted()) {
			expect(committed, report, "is not there");
		}
		else if (outcome == Outcome.FAILED) {
			expect(!committed, report, "is there");
		}
		else if (committed) {
			this.unknownCommitted.incrementAndGet();
		}
		compareClone(report, committed, clones.contains(unit.cloneName()), server);
		compareSnapshotNow(report, committed, snapshots.contains(unit.snapshotNow()), leftBehind);
		compareSnapshotAfterCommit(report, snapshots.contains(unit.snapshotAfterCommit()), server);
	}

	private void compareClone(Report report, boolean committed, boolean there, TestServer server) {
		Unit unit = report.unit();
		expect(there == (committed && unit.kind().isCloned()), report,
				"has " + (there ? "a" : "no") + " clone, but its row is " + (committed ? "there" : "not there"));
		if (there) {
			expect(server.holds(unit.cloneName(), unit.id()) != unit.kind().hasSnapshotNow(), report,
					"has a clone with the wrong rows");
		}
	}

	private void compareSnapshotNow(Report report, boolean committed, boolean there, LeftBehind leftBehind) {
		boolean expected = committed && report.unit().kind().hasSnapshotNow();
		boolean told = leftBehind.names(report.unit().snapshotNow())
				|| (report.outcome() == Outcome.UNKNOWN && report.error().contains(report.unit().snapshotNow()));
		if (expected) {
			expect(there, report, "has no snapshot from before its first write");
		}
		else if (there) {
			expect(told, report, "has left a snapshot, and neither the log nor the exception tells");
			this.snapshotsLeftAndTold.incrementAndGet();
		}
	}

	private void compareSnapshotAfterCommit(Report report, boolean there, TestServer server) {
		Kind kind = report.unit().kind();
		boolean asked = kind.hasSnapshotAfterCommit();
		switch (report.outcome()) {
			case ACKNOWLEDGED -> expect(there == asked, report, "has " + (there ? "a" : "no") + " snapshot");
			case WORK_AFTER_COMMIT_UNKNOWN -> {
			}
			default -> expect(!there, report, "has a snapshot of after the commit");
		}
		if (there) {
			expect(server.holds("ledger {SNAPSHOT = '" + report.unit().snapshotAfterCommit() + "'}",
					report.unit().id()), report, "is not in its snapshot of after the commit");
		}
	}

	private void expect(boolean right, Report report, String otherwise) {
		require(right, report.outcome() + " " + report.unit().kind() + ' ' + report.unit().id() + ' ' + otherwise
				+ ". Told: " + report.error());
	}

}
