package io.github.matrixone.spring.benchmarks;

import java.sql.ResultSet;
import java.util.List;
import java.util.concurrent.Callable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.StatementCallback;

import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.TableDiff;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Measures branches against the bare statements of the server: with some thousand rows
 * changed of a table that holds many more. With
 * {@code -Dbenchmark.arguments="rounds rows changed..."} it runs other than
 * {@value #ROUNDS} rounds on {@value #ROWS} rows.
 */
public final class BranchBenchmark {

	private static final int ROUNDS = 5;

	private static final long ROWS = 1_000_000;

	private static final List<Long> CHANGED = List.of(1_000L, 10_000L, 100_000L);

	private static final int NANOS_PER_MILLI = 1_000_000;

	private final Workspace workspace;

	private final JdbcTemplate jdbc;

	private final BranchOperations branches;

	private final TableName origin;

	private final TableName parent;

	private final TableName branch;

	private final SnapshotName before;

	private final long rows;

	private BranchBenchmark(Workspace workspace, long rows) {
		this.workspace = workspace;
		this.jdbc = workspace.jdbc();
		this.branches = workspace.branches();
		this.origin = workspace.table("origin");
		this.parent = workspace.table("item");
		this.branch = workspace.table("draft");
		this.before = workspace.snapshot("before");
		this.rows = rows;
	}

	public static void main(String[] args) throws Exception {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : ROUNDS;
		long rows = (args.length > 1) ? Long.parseLong(args[1]) : ROWS;
		List<Long> changed = (args.length > 2)
				? List.of(args).subList(2, args.length).stream().map(Long::parseLong).toList() : CHANGED;
		try (Workspace workspace = Workspace.create("matrixone_branch")) {
			new BranchBenchmark(workspace, rows).run(rounds, changed);
		}
	}

	private void run(int rounds, List<Long> changed) throws Exception {
		this.workspace.createTable(this.origin, this.rows);
		this.workspace.controls().flushTable(this.origin);
		System.out.println(rounds + " rounds, a table of " + this.rows + " rows");
		System.out.println();
		Comparison.printHeading();
		new Comparison("create", "ms").add("statement", () -> measure(0, () -> {
			this.jdbc.execute("DROP TABLE " + this.branch.quoted());
			return time(() -> this.jdbc
				.execute("DATA BRANCH CREATE TABLE " + this.branch.quoted() + " FROM " + this.parent.quoted()));
		})).add("operation", () -> measure(0, () -> {
			this.jdbc.execute("DROP TABLE " + this.branch.quoted());
			return time(() -> this.branches.createTable(this.parent, this.branch));
		})).run(rounds).print("%.1f");
		for (long each : changed) {
			compare(rounds, each);
		}
	}

	private void compare(int rounds, long changed) throws Exception {
		String diff = "DATA BRANCH DIFF " + this.branch.quoted() + " AGAINST " + this.parent.quoted();
		String merge = "DATA BRANCH MERGE " + this.branch.quoted() + " INTO " + this.parent.quoted();
		new Comparison("status, " + changed, "ms")
			.add("statement, OUTPUT COUNT", () -> measure(changed, () -> time(() -> read(diff + " OUTPUT COUNT"))))
			.add("operation", () -> measure(changed, () -> time(() -> this.branches.status(this.branch))))
			.run(rounds)
			.print("%.0f");
		new Comparison("diff, " + changed, "ms").add("statement", () -> measure(changed, () -> time(() -> read(diff))))
			.add("operation", () -> measure(changed, () -> time(() -> this.branches.diff(this.branch))))
			.run(rounds)
			.print("%.0f");
		new Comparison("merge, " + changed, "ms")
			.add("statement",
					() -> measure(changed,
							() -> time(() -> this.workspace.transaction()
								.executeWithoutResult((status) -> this.jdbc.execute(merge)))))
			.add("merge", () -> measure(changed, () -> time(() -> this.branches.merge(this.branch))))
			.add("diff and merge of it", () -> measure(changed, () -> time(() -> {
				BranchDiff preview = this.branches.diff(this.branch);
				this.branches.merge(preview);
			})))
			.add("revert of it", () -> measure(changed, () -> {
				this.branches.merge(this.branch);
				return time(() -> {
					TableDiff merged = this.branches.diff(this.parent,
							this.workspace.snapshots().get(this.before).asOf());
					this.branches.revert(merged, (row) -> true);
				});
			}))
			.run(rounds)
			.print("%.0f");
	}

	/**
	 * Measure something on a fresh parent with a branch that has changed rows.
	 */
	private double measure(long changed, Callable<Double> work) throws Exception {
		this.workspace.execute("CREATE TABLE " + this.parent.quoted() + " CLONE " + this.origin.quoted());
		this.workspace.execute("DATA BRANCH CREATE TABLE " + this.branch.quoted() + " FROM " + this.parent.quoted());
		this.workspace
			.execute("CREATE SNAPSHOT " + this.before.quoted() + " FOR DATABASE " + this.workspace.name().quoted());
		if (changed > 0) {
			this.workspace
				.execute("UPDATE " + this.branch.quoted() + " SET v = -v WHERE id % " + (this.rows / changed) + " = 0");
		}
		try {
			return work.call();
		}
		finally {
			this.workspace.execute("DROP SNAPSHOT " + this.before.quoted());
			this.workspace.execute("DATA BRANCH DELETE TABLE " + this.branch.quoted());
			this.workspace.execute("DROP TABLE " + this.parent.quoted());
		}
	}

	/**
	 * Read all rows of a statement that the driver does not take for a query.
	 */
	private void read(String sql) {
		this.jdbc.execute((StatementCallback<Integer>) (statement) -> {
			Workspace.require(statement.execute(sql), "The statement gives no rows");
			int count = 0;
			try (ResultSet result = statement.getResultSet()) {
				while (result.next()) {
					count++;
				}
			}
			return count;
		});
	}

	private static double time(Runnable work) {
		long start = System.nanoTime();
		work.run();
		return (double) (System.nanoTime() - start) / NANOS_PER_MILLI;
	}

}
