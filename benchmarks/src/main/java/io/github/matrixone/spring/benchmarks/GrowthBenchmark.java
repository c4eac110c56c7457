package io.github.matrixone.spring.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Measures how snapshots, clones and restores grow with the rows of a table and with the
 * tables of a database, against a copy with {@code CREATE TABLE … LIKE} and
 * {@code INSERT … SELECT}. With {@code -Dbenchmark.arguments="rounds rows tables
 * database"} it goes up to other sizes than {@value #ROWS} rows and {@value #TABLES}
 * tables. The database must not be there.
 */
public final class GrowthBenchmark {

	private static final int ROUNDS = 5;

	private static final long ROWS = 10_000_000;

	private static final int TABLES = 200;

	private static final String DATABASE = "matrixone_growth";

	private static final int ROWS_OF_MANY = 100;

	/** A copy that would take longer is left out, in milliseconds. */
	private static final double LONGEST_COPY = 20_000;

	private static final int[] TABLE_COUNTS = { 1, 5, 20, 50, 100, 200, 500 };

	private final Workspace workspace;

	private final int rounds;

	private final SnapshotName snapshot;

	private final SnapshotName other;

	private final DatabaseName copy;

	private Map<String, Samples> previous = new LinkedHashMap<>();

	private GrowthBenchmark(Workspace workspace, int rounds) {
		this.workspace = workspace;
		this.rounds = rounds;
		this.snapshot = workspace.snapshot("before");
		this.other = workspace.snapshot("other");
		this.copy = workspace.database("copy");
	}

	public static void main(String[] args) {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : ROUNDS;
		long rows = (args.length > 1) ? Long.parseLong(args[1]) : ROWS;
		int tables = (args.length > 2) ? Integer.parseInt(args[2]) : TABLES;
		try (Workspace workspace = Workspace.create((args.length > 3) ? args[3] : DATABASE)) {
			new GrowthBenchmark(workspace, rounds).run(rows, tables);
		}
	}

	private void run(long maxRows, int maxTables) {
		System.out.println(this.rounds + " rounds");
		System.out.println();
		printHeading("Rows");
		for (long rows = 1000; rows <= maxRows; rows *= 10) {
			measureRows(rows);
		}
		System.out.println();
		printHeading("Tables");
		this.previous.clear();
		for (int tables : TABLE_COUNTS) {
			if (tables <= maxTables) {
				measureTables(tables);
			}
		}
	}

	/**
	 * Measure one table in a database of its own.
	 */
	private void measureRows(long rows) {
		DatabaseName database = this.workspace.database("rows");
		TableName table = TableName.of(database, "item");
		TableName target = TableName.of(database, "item_copy");
		this.workspace.execute("CREATE DATABASE " + database.quoted());
		this.workspace.createTable(table, rows);
		this.workspace.controls().flushTable(table);
		this.workspace.snapshots().create(this.snapshot, SnapshotScope.database(database));
		Map<String, Samples> samples = new LinkedHashMap<>();
		Runnable whole = () -> this.workspace.requireRows(table, rows);
		Runnable made = () -> made(target, rows);
		boolean copied = isCopied("copy a table", 10);
		for (int round = 0; round <= this.rounds; round++) {
			boolean counts = round > 0;
			measure(samples, counts, "snapshot",
					() -> this.workspace.snapshots().create(this.other, SnapshotScope.table(table)), this::taken);
			measure(samples, counts, "clone a table", () -> this.workspace.clones().cloneTable(table, target), made);
			measure(samples, counts, "clone a table from a snapshot",
					() -> this.workspace.clones().cloneTable(table, target, this.snapshot), made);
			measure(samples, counts, "clone a database",
					() -> this.workspace.clones().cloneDatabase(database, this.copy), () -> copied(1, rows));
			change(table);
			measure(samples, counts, "restore a table",
					() -> this.workspace.restores().restoreTable(table, this.snapshot), whole);
			change(table);
			measure(samples, counts, "restore a database",
					() -> this.workspace.restores().restoreDatabase(database, this.snapshot), whole);
			if (copied) {
				measure(samples, counts, "copy a table", () -> copy(table, target), made);
			}
		}
		print(rows, samples, "copy a table");
		this.workspace.snapshots().drop(this.snapshot);
		this.workspace.execute("DROP DATABASE " + database.quoted());
	}

	/**
	 * Measure a database of many small tables.
	 */
	private void measureTables(int tables) {
		DatabaseName database = this.workspace.database("tables");
		this.workspace.execute("CREATE DATABASE " + database.quoted());
		for (int i = 0; i < tables; i++) {
			this.workspace.createTable(table(database, i), ROWS_OF_MANY);
		}
		this.workspace.snapshots().create(this.snapshot, SnapshotScope.database(database));
		Map<String, Samples> samples = new LinkedHashMap<>();
		Runnable copied = () -> copied(tables, ROWS_OF_MANY);
		boolean isCopied = isCopied("copy a database", 4);
		for (int round = 0; round <= this.rounds; round++) {
			boolean counts = round > 0;
			measure(samples, counts, "snapshot",
					() -> this.workspace.snapshots().create(this.other, SnapshotScope.database(database)), this::taken);
			measure(samples, counts, "clone a database",
					() -> this.workspace.clones().cloneDatabase(database, this.copy), copied);
			measure(samples, counts, "clone a database from a snapshot",
					() -> this.workspace.clones().cloneDatabase(database, this.copy, this.snapshot), copied);
			change(table(database, tables - 1));
			measure(samples, counts, "restore a database",
					() -> this.workspace.restores().restoreDatabase(database, this.snapshot),
					() -> holds(database, tables, ROWS_OF_MANY));
			if (isCopied) {
				measure(samples, counts, "copy a database", () -> {
					this.workspace.jdbc().execute("CREATE DATABASE " + this.copy.quoted());
					for (int i = 0; i < tables; i++) {
						copy(table(database, i), table(this.copy, i));
					}
				}, copied);
			}
		}
		print(tables, samples, "copy a database");
		this.workspace.snapshots().drop(this.snapshot);
		this.workspace.execute("DROP DATABASE " + database.quoted());
	}

	private static TableName table(DatabaseName database, int index) {
		return TableName.of(database, (index == 0) ? "item" : "item" + index);
	}

	private void copy(TableName source, TableName target) {
		this.workspace.jdbc().execute("CREATE TABLE " + target.quoted() + " LIKE " + source.quoted());
		this.workspace.jdbc().update("INSERT INTO " + target.quoted() + " SELECT * FROM " + source.quoted());
	}

	private void change(TableName table) {
		this.workspace.execute("DELETE FROM " + table.quoted() + " WHERE id <= 10");
	}

	private void taken() {
		Workspace.require(this.workspace.exists(this.other), "The snapshot was not taken");
		this.workspace.execute("DROP SNAPSHOT " + this.other.quoted());
	}

	private void made(TableName target, long rows) {
		this.workspace.requireRows(target, rows);
		this.workspace.execute("DROP TABLE " + target.quoted());
	}

	private void copied(int tables, long rows) {
		holds(this.copy, tables, rows);
		this.workspace.execute("DROP DATABASE " + this.copy.quoted());
	}

	private void holds(DatabaseName database, int tables, long rows) {
		for (int i = 0; i < tables; i++) {
			this.workspace.requireRows(table(database, i), rows);
		}
	}

	private boolean isCopied(String what, int growth) {
		Samples before = this.previous.get(what);
		return (before != null) ? before.median() * growth <= LONGEST_COPY : this.previous.isEmpty();
	}

	private static void measure(Map<String, Samples> samples, boolean counts, String what, Runnable work,
			Runnable check) {
		long start = System.nanoTime();
		work.run();
		double milliseconds = (System.nanoTime() - start) / 1e6;
		check.run();
		if (counts) {
			samples.computeIfAbsent(what, (key) -> new Samples()).add(milliseconds);
		}
	}

	private static void printHeading(String size) {
		System.out.println("| " + size + " | What | Median (lowest to highest) | Growth | Times as fast as a copy |");
		System.out.println("| ---: | --- | ---: | ---: | ---: |");
	}

	private void print(long size, Map<String, Samples> samples, String copying) {
		Samples copy = samples.get(copying);
		samples.forEach((what, measured) -> System.out.printf(Locale.ROOT, "| %,d | %s | %s ms | %s | %s |%n", size,
				what, measured.spread("%.1f"), ratio(measured, this.previous.get(what)),
				what.startsWith("snapshot") ? "" : ratio(copy, measured)));
		if (copy == null) {
			System.out.printf(Locale.ROOT, "| %,d | %s | left out, it would take more than %.0f s |  |  |%n", size,
					copying, LONGEST_COPY / 1000);
		}
		this.previous = samples;
	}

	private static String ratio(@Nullable Samples samples, @Nullable Samples others) {
		return (samples != null && others != null)
				? String.format(Locale.ROOT, "%.1f", samples.median() / others.median()) : "";
	}

}
