package io.github.matrixone.spring.benchmarks;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.past.PastTemplate;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * What it takes to read a row of the past, by a hint in the statement and by a copy of
 * the database that the connection works in, next to a row of now. Arguments: the number
 * of rounds, that of the rows of each table, and the numbers of tables.
 */
public final class PastBenchmark {

	private static final int READS = 200;

	private static final double NANOS_PER_MILLI = 1_000_000;

	private static final String SELECT = "SELECT v FROM %s WHERE id = ?";

	private final Workspace workspace;

	private final JdbcTemplate jdbc;

	private final PastTemplate past;

	private final TableName table;

	private final SnapshotName snapshot;

	private final long rows;

	private Instant point = Instant.EPOCH;

	private PastBenchmark(Workspace workspace, long rows) {
		this.workspace = workspace;
		this.jdbc = workspace.jdbc();
		this.past = workspace.past();
		this.table = workspace.table("t0");
		this.snapshot = workspace.snapshot("point");
		this.rows = rows;
	}

	public static void main(String[] args) throws Exception {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : 5;
		long rows = (args.length > 1) ? Long.parseLong(args[1]) : 10_000;
		List<Integer> tables = (args.length > 2)
				? List.of(args).subList(2, args.length).stream().map(Integer::parseInt).toList() : List.of(1, 60);
		Comparison.printHeading();
		for (int number : tables) {
			try (Workspace workspace = Workspace.create("matrixone_past")) {
				new PastBenchmark(workspace, rows).run(rounds, number);
			}
		}
	}

	private void run(int rounds, int tables) throws Exception {
		for (int i = 0; i < tables; i++) {
			this.workspace.createTable(this.workspace.table("t" + i), this.rows);
		}
		this.point = this.workspace.snapshots()
			.create(this.snapshot, SnapshotScope.database(this.workspace.name()))
			.createdAt();
		String now = SELECT.formatted("t0");
		String hinted = SELECT.formatted(this.table.quoted() + AsOf.snapshot(this.snapshot).hint());
		new Comparison("first read, " + tables + " tables", "ms").add("now", () -> time(() -> read(now)))
			.add("hint", () -> time(() -> read(SELECT.formatted(this.table.quoted() + AsOf.hint(next())))))
			.add("copy", () -> time(() -> this.past.asOf(next()).executeWithoutResult(() -> read(now))))
			.run(rounds)
			.print("%.2f");
		new Comparison("further read, " + tables + " tables", "ms").add("now", () -> timeEach(() -> read(now)))
			.add("hint", () -> timeEach(() -> read(hinted)))
			.add("copy, each in a call of its own",
					() -> timeEach(() -> this.past.asOf(this.snapshot).executeWithoutResult(() -> read(now))))
			.add("copy, all in one call", () -> this.past.asOf(this.snapshot).execute(() -> timeEach(() -> read(now))))
			.run(rounds)
			.print("%.2f");
	}

	/**
	 * Return an instant that was not read before.
	 */
	private Instant next() {
		this.point = this.point.plus(1, ChronoUnit.MICROS);
		return this.point;
	}

	private void read(String sql) {
		long id = ThreadLocalRandom.current().nextLong(this.rows) + 1;
		Long found = this.jdbc.queryForObject(sql, Long.class, id);
		Workspace.require(found != null && found == 7 * id, "The row is another one");
	}

	private static double timeEach(Runnable read) {
		return time(() -> {
			for (int i = 0; i < READS; i++) {
				read.run();
			}
		}) / READS;
	}

	private static double time(Runnable work) {
		long start = System.nanoTime();
		work.run();
		return (System.nanoTime() - start) / NANOS_PER_MILLI;
	}

}
