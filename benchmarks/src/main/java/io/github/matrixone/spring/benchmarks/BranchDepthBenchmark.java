package io.github.matrixone.spring.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.sql.TableName;

/**
 * Measures branches of branches, up to many of them deep: what it takes to make one more,
 * and to read in the deepest, next to the same in the table that all of them began with.
 * Each branch changes some rows before the next one is made of it. With
 * {@code -Dbenchmark.arguments="rounds rows depth..."} it runs other than
 * {@value #ROUNDS} rounds on {@value #ROWS} rows.
 */
public final class BranchDepthBenchmark {

	private static final int ROUNDS = 5;

	private static final long ROWS = 100_000;

	private static final List<Integer> DEPTHS = List.of(1, 4, 16, 64);

	private static final int READS = 200;

	/** One row of so many is changed on each branch. */
	private static final int CHANGED = 100;

	private static final int NANOS_PER_MILLI = 1_000_000;

	private final Workspace workspace;

	private final JdbcTemplate jdbc;

	private final BranchOperations branches;

	private final TableName further;

	/** A table without branches that was changed as they were. */
	private final TableName changed;

	private final List<TableName> chain = new ArrayList<>();

	private final long rows;

	private BranchDepthBenchmark(Workspace workspace, long rows) {
		this.workspace = workspace;
		this.jdbc = workspace.jdbc();
		this.branches = workspace.branches();
		this.further = workspace.table("further");
		this.changed = workspace.table("changed");
		this.rows = rows;
	}

	public static void main(String[] args) throws Exception {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : ROUNDS;
		long rows = (args.length > 1) ? Long.parseLong(args[1]) : ROWS;
		List<Integer> depths = (args.length > 2)
				? List.of(args).subList(2, args.length).stream().map(Integer::parseInt).toList() : DEPTHS;
		try (Workspace workspace = Workspace.create("matrixone_depth")) {
			new BranchDepthBenchmark(workspace, rows).run(rounds, depths);
		}
	}

	private void run(int rounds, List<Integer> depths) throws Exception {
		int deepest = depths.stream().mapToInt(Integer::intValue).max().orElseThrow();
		Workspace.require(deepest < CHANGED, "A branch would change what another one has");
		makeChain(deepest);
		System.out.println(rounds + " rounds, a table of " + this.rows + " rows, of which each branch changes 1 in "
				+ CHANGED + "; " + READS + " reads of one row");
		System.out.println();
		Comparison.printHeading();
		Comparison create = new Comparison("create", "ms").add("of the table", () -> create(0));
		Comparison read = new Comparison("read rows", "ms").add("in the table", () -> read(this.chain.get(0), 0))
			.add("in a table with the changes of all branches", () -> read(this.changed, deepest));
		Comparison scan = new Comparison("scan", "ms").add("in the table", () -> scan(this.chain.get(0), 0))
			.add("in a table with the changes of all branches", () -> scan(this.changed, deepest));
		for (int depth : depths) {
			create.add("of a branch " + depth + " deep", () -> create(depth));
			read.add(depth + " deep", () -> read(this.chain.get(depth), depth));
			scan.add(depth + " deep", () -> scan(this.chain.get(depth), depth));
		}
		create.run(rounds).print("%.1f");
		read.run(rounds).print("%.0f");
		scan.run(rounds).print("%.1f");
	}

	private void makeChain(int depth) {
		TableName item = this.workspace.table("item");
		this.chain.add(item);
		for (TableName table : List.of(item, this.changed)) {
			this.workspace.createTable(table, this.rows);
			this.workspace.controls().flushTable(table);
		}
		for (int i = 1; i <= depth; i++) {
			TableName next = this.workspace.table("branch_" + i);
			this.branches.createTable(this.chain.get(i - 1), next);
			change(next, i);
			change(this.changed, i);
			this.chain.add(next);
		}
	}

	private void change(TableName table, int branch) {
		this.jdbc.update("UPDATE " + table.quoted() + " SET v = ? WHERE id % ? = ?", -branch, CHANGED,
				branch % CHANGED);
	}

	private double create(int depth) {
		double time = time(() -> this.branches.createTable(this.chain.get(depth), this.further));
		this.workspace.execute("DATA BRANCH DELETE TABLE " + this.further.quoted());
		return time;
	}

	private double read(TableName table, int depth) {
		String sql = "SELECT v FROM " + table.quoted() + " WHERE id = ?";
		Random random = new Random(depth);
		return time(() -> {
			for (int i = 0; i < READS; i++) {
				long id = 1 + random.nextLong(this.rows);
				long v = Objects.requireNonNull(this.jdbc.queryForObject(sql, Long.class, id));
				long branch = id % CHANGED;
				Workspace.require(branch == 0 || branch > depth || v == -branch, "Another row was read");
			}
		});
	}

	private double scan(TableName table, int depth) {
		String sql = "SELECT sum(v) FROM " + table.quoted();
		long whole = this.rows / CHANGED;
		// The sum of all rows, without those that were changed, with what they became.
		long sum = 7 * this.rows * (this.rows + 1) / 2;
		for (long i = 1; i <= depth; i++) {
			sum -= 7 * (whole * i + CHANGED * whole * (whole - 1) / 2) + whole * i;
		}
		long expected = sum;
		return time(() -> Workspace.require(
				Objects.requireNonNull(this.jdbc.queryForObject(sql, Long.class)) == expected, "Other rows were read"));
	}

	private static double time(Runnable work) {
		long start = System.nanoTime();
		work.run();
		return (double) (System.nanoTime() - start) / NANOS_PER_MILLI;
	}

}
