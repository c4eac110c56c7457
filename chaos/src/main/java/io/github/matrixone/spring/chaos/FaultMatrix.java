package io.github.matrixone.spring.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.matrixone.spring.chaos.Proxy.Fault;
import io.github.matrixone.spring.chaos.Unit.Kind;
import io.github.matrixone.spring.chaos.Unit.Outcome;
import io.github.matrixone.spring.chaos.Unit.Report;

/**
 * Every fault at every statement of a unit that matters.
 */
final class FaultMatrix {

	private final Proxy proxy;

	private final Function<Unit, Report> work;

	private final Verdict verdict;

	private final List<Report> reports = new ArrayList<>();

	private final Map<Fault, Map<At, Map<Outcome, Integer>>> outcomes = new EnumMap<>(Fault.class);

	FaultMatrix(Proxy proxy, Function<Unit, Report> work, Verdict verdict) {
		this.proxy = proxy;
		this.work = work;
		this.verdict = verdict;
	}

	void run(Set<Fault> faults, int rounds) {
		for (Fault fault : faults) {
			for (At at : At.values()) {
				for (int round = 0; round < rounds; round++) {
					run(fault, at, round);
				}
			}
		}
	}

	List<Report> reports() {
		return this.reports;
	}

	void print() {
		System.out.println(
				"| Fault | " + List.of(At.values()).stream().map(At::text).collect(Collectors.joining(" | ")) + " |");
		System.out.println("| --- |" + " --- |".repeat(At.values().length));
		this.outcomes.forEach((fault, cells) -> System.out.println("| " + fault + " | "
				+ cells.values().stream().map(Map::toString).collect(Collectors.joining(" | ")) + " |"));
		System.out.println();
	}

	private void run(Fault fault, At at, int round) {
		Unit unit = Work.unit(at.kind(round));
		heal();
		this.proxy.arm(at.statement, fault);
		Report report = this.work.apply(unit);
		boolean hit = this.proxy.disarm();
		this.reports.add(report);
		this.outcomes.computeIfAbsent(fault, (key) -> new TreeMap<>())
			.computeIfAbsent(at, (key) -> new EnumMap<>(Outcome.class))
			.merge(report.outcome(), 1, Integer::sum);
		this.verdict.require(hit, fault + " at " + at.text() + " did not happen, since nothing of the kind was sent");
		this.verdict.require(!hit || isRight(fault, at, report.outcome()),
				fault + " at " + at.text() + " was told as " + report.outcome() + ": " + report.error());
	}

	/**
	 * Have the pools find the connections that are broken, so that the next fault is the
	 * only one.
	 */
	private void heal() {
		Report report;
		do {
			report = this.work.apply(Work.unit(Kind.ALL));
			this.reports.add(report);
		}
		while (report.outcome() != Outcome.ACKNOWLEDGED);
	}

	private static boolean isRight(Fault fault, At at, Outcome outcome) {
		if (fault == Fault.TRICKLE) {
			return outcome == (at.isRolledBack() ? Outcome.FAILED : Outcome.ACKNOWLEDGED);
		}
		return switch (at) {
			case BEGIN, INSERT, ROLLBACK, UNDO -> outcome == Outcome.FAILED;
			// After its clone a unit may have nothing left to send but the commit.
			case CLONE -> outcome == Outcome.FAILED || (fault == Fault.KILL_AFTER && outcome == Outcome.UNKNOWN);
			case COMMIT -> switch (fault) {
				case KILL_AFTER -> outcome == Outcome.ACKNOWLEDGED;
				// The server may still answer that it has not committed.
				case KILL_BEFORE -> outcome == Outcome.UNKNOWN || outcome == Outcome.FAILED;
				case KILL_DURING -> !outcome.isCommitted() || outcome == Outcome.ACKNOWLEDGED;
				default -> outcome == Outcome.UNKNOWN;
			};
			case SNAPSHOT -> switch (fault) {
				case KILL_AFTER -> outcome != Outcome.FAILED;
				case KILL_DURING -> true;
				default -> outcome == Outcome.UNKNOWN;
			};
			case SNAPSHOT_AFTER_COMMIT ->
				outcome == Outcome.WORK_AFTER_COMMIT_UNKNOWN || (outcome.isCommitted() && fault == Fault.KILL_DURING);
		};
	}

	/**
	 * The statements.
	 */
	private enum At {

		BEGIN("BEGIN"), INSERT("INSERT INTO ledger"), CLONE("CREATE TABLE"), SNAPSHOT("CREATE SNAPSHOT `chaos_n_"),
		COMMIT("COMMIT"), SNAPSHOT_AFTER_COMMIT("CREATE SNAPSHOT `chaos_a_"), ROLLBACK("ROLLBACK"),
		UNDO("DROP SNAPSHOT");

		private final String statement;

		At(String statement) {
			this.statement = statement;
		}

		private Kind kind(int round) {
			if (isRolledBack()) {
				return Kind.ALL_ROLLED_BACK;
			}
			return (this == CLONE && round % 2 == 0) ? Kind.CLONE : Kind.ALL;
		}

		private boolean isRolledBack() {
			return this == ROLLBACK || this == UNDO;
		}

		private String text() {
			return this.statement.replace('`', ' ').replace("  ", " ").trim();
		}

	}

}
