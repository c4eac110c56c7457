package io.github.matrixone.spring.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.shop.ShopTests;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Measures what a test method takes that commits, in a sandbox and with other ways to
 * begin the next one with the same rows, on a database of ten tables, and what the
 * statements of a sandbox take. With
 * {@code -Dbenchmark.arguments="methods rounds rows seconds database"} it runs other than
 * {@value #METHODS} methods in {@value #ROUNDS} rounds on up to {@value #ROWS} rows. What
 * would take longer than {@value #SECONDS} seconds for all rounds has one, and fewer
 * methods if that would still take longer; the sandbox has all. The database must not be
 * there.
 */
public final class SandboxBenchmark {

	private static final int METHODS = 200;

	private static final int ROUNDS = 3;

	private static final long ROWS = 1_000_000;

	private static final int SECONDS = 600;

	private static final String DATABASE = "matrixone_shop";

	/** A sandbox has no more of its template's name. */
	private static final int LONGEST_NAME = 24;

	private static final long[] SIZES = { 10_000, 1_000_000 };

	private static final int METHODS_OF_SLOW = 20;

	private static final int METHODS_OF_TRIAL = 3;

	private static final int PAUSE = 100;

	private static final int[] TABLE_COUNTS = { 1, 10, 50 };

	private static final int ROUNDS_OF_STATEMENTS = 20;

	private final Workspace workspace;

	private final DatabaseName template;

	private final DatabaseName direct;

	private final Map<String, Long> sizes = new LinkedHashMap<>();

	private SandboxBenchmark(Workspace workspace) {
		this.workspace = workspace;
		this.template = workspace.database("template");
		this.direct = workspace.database("direct");
	}

	public static void main(String[] args) throws Exception {
		int methods = (args.length > 0) ? Integer.parseInt(args[0]) : METHODS;
		int rounds = (args.length > 1) ? Integer.parseInt(args[1]) : ROUNDS;
		long rows = (args.length > 2) ? Long.parseLong(args[2]) : ROWS;
		Duration limit = Duration.ofSeconds((args.length > 3) ? Integer.parseInt(args[3]) : SECONDS);
		String name = (args.length > 4) ? args[4] : DATABASE;
		Workspace.require(name.length() <= LONGEST_NAME, "The database's name must not be longer than " + LONGEST_NAME);
		System.out.println("JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
				+ " processors, " + methods + " methods, " + rounds + " rounds");
		try (Workspace workspace = Workspace.create(name)) {
			new SandboxBenchmark(workspace).run(methods, rounds, rows, limit);
		}
	}

	private void run(int methods, int rounds, long maxRows, Duration limit) throws IOException {
		createTemplate(SIZES[0]);
		Map<CleanUp, List<String>> sent = listen();
		System.out.println();
		System.out.println("| Rows | Clean-up | Methods | Rounds | Until the first has ended, ms "
				+ "| Each other, ms (lowest to highest) | Ratio to the sandbox | Round trips |");
		System.out.println("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
		for (long rows : SIZES) {
			if (rows <= maxRows) {
				createTemplate(rows);
				measure(rows, methods, rounds, limit, sent);
			}
		}
		System.out.println();
		System.out.println("Methods that take " + PAUSE + " ms longer:");
		System.out.println();
		System.out
			.println("| Rows | Clean-up | Methods | Between two, ms | Each, ms | After the last, ms | Ratio of all |");
		System.out.println("| ---: | --- | ---: | ---: | ---: | ---: | ---: |");
		for (long rows : SIZES) {
			if (rows <= maxRows) {
				createTemplate(rows);
				measureWaits(rows, methods);
			}
		}
		this.workspace.execute("DROP DATABASE " + this.template.quoted());
		System.out.println();
		System.out.println("What a method in a sandbox sends:");
		System.out.println();
		sent.getOrDefault(CleanUp.SANDBOX, List.of())
			.forEach((statement) -> System.out.println("    " + statement.replaceAll("\\s+", " ")));
		System.out.println();
		System.out.println("| Tables | Foreign keys | CREATE DATABASE … CLONE, ms | DROP DATABASE, ms |");
		System.out.println("| ---: | --- | ---: | ---: |");
		for (int tables : TABLE_COUNTS) {
			measureStatements(tables, false);
			if (tables > 1) {
				measureStatements(tables, true);
			}
		}
		requireDatabases(this.workspace.name());
	}

	private void measure(long rows, int methods, int rounds, Duration limit, Map<CleanUp, List<String>> sent) {
		List<Way> ways = new ArrayList<>();
		for (CleanUp cleanUp : CleanUp.values()) {
			double seconds = run(cleanUp, METHODS_OF_TRIAL).method() * methods / 1e3;
			boolean slow = cleanUp != CleanUp.SANDBOX && seconds * rounds > limit.toSeconds();
			boolean slower = slow && seconds > limit.toSeconds();
			ways.add(new Way(cleanUp, slower ? Math.min(methods, METHODS_OF_SLOW) : methods, slow ? 1 : rounds));
		}
		List<Way> order = new ArrayList<>(ways);
		for (int round = 0; round < rounds; round++) {
			for (Way way : order) {
				if (round < way.rounds) {
					TestRun run = run(way.cleanUp, way.methods);
					way.start.add(run.start());
					way.method.add(run.method());
				}
			}
			Collections.rotate(order, 1);
		}
		Samples sandbox = ways.get(CleanUp.SANDBOX.ordinal()).method;
		for (Way way : ways) {
			System.out.printf(Locale.ROOT, "| %,d | %s | %d | %d | %.0f | %s | %s | %d |%n", rows, way.cleanUp.title,
					way.methods, way.rounds, way.start.median(), way.method.spread("%.1f"),
					way.method.ratiosTo(sandbox).spread("%.2f"), sent.getOrDefault(way.cleanUp, List.of()).size());
		}
	}

	/**
	 * Measure what methods wait for, with time to prepare the next one while they run.
	 */
	private void measureWaits(long rows, int methods) {
		System.setProperty(ShopTests.PAUSE, String.valueOf(PAUSE));
		try {
			TestRun nothing = run(CleanUp.NOTHING, methods);
			TestRun sandbox = run(CleanUp.SANDBOX, methods);
			printWaits(rows, CleanUp.NOTHING, methods, nothing, nothing);
			printWaits(rows, CleanUp.SANDBOX, methods, sandbox, nothing);
		}
		finally {
			System.clearProperty(ShopTests.PAUSE);
		}
	}

	private static void printWaits(long rows, CleanUp cleanUp, int methods, TestRun run, TestRun nothing) {
		System.out.printf(Locale.ROOT, "| %,d | %s | %d | %.1f | %.1f | %.0f | %.2f |%n", rows, cleanUp.title, methods,
				run.between(), run.method(), run.end(),
				(run.method() * methods + run.end()) / (nothing.method() * methods + nothing.end()));
	}

	/**
	 * Return what each way sends from the end of one method to the end of the next.
	 */
	private Map<CleanUp, List<String>> listen() throws IOException {
		Map<CleanUp, List<String>> sent = new EnumMap<>(CleanUp.class);
		try (WireLog log = WireLog.open(this.workspace.url(this.template))) {
			for (CleanUp cleanUp : CleanUp.values()) {
				run(cleanUp, METHODS_OF_TRIAL, log, () -> sent.put(cleanUp, log.take()));
			}
		}
		return sent;
	}

	private TestRun run(CleanUp cleanUp, int methods) {
		return run(cleanUp, methods, null, () -> {
		});
	}

	/**
	 * Run tests on a clone of the template, and look at what they leave.
	 */
	private TestRun run(CleanUp cleanUp, int methods, @Nullable WireLog log, Runnable betweenMethods) {
		boolean sandbox = cleanUp == CleanUp.SANDBOX;
		DatabaseName database = sandbox ? this.template : this.direct;
		if (!sandbox) {
			this.workspace.clones().cloneDatabase(this.template, this.direct);
		}
		if (cleanUp.loads) {
			this.sizes.keySet()
				.forEach((table) -> this.workspace
					.execute("CREATE TABLE " + TableName.of(this.direct, "master_" + table).quoted()
							+ " AS SELECT * FROM " + TableName.of(this.template, table).quoted()));
		}
		String url = this.workspace.url(database);
		Map<String, String> properties = new HashMap<>(
				this.workspace.properties((log != null) ? log.through(url) : url));
		if (log != null) {
			properties.put("spring.datasource.hikari.maximum-pool-size", "1");
		}
		TestRun run = TestRun.of(cleanUp.tests, methods, properties, betweenMethods);
		requireState(this.template, 0);
		if (sandbox) {
			requireDatabases(this.workspace.name(), this.template);
		}
		else {
			requireState(this.direct, cleanUp.sales(1 + methods));
			this.workspace.execute("DROP DATABASE " + this.direct.quoted());
		}
		return run;
	}

	private void createTemplate(long rows) {
		this.workspace.execute("DROP DATABASE IF EXISTS " + this.template.quoted());
		this.workspace.execute("CREATE DATABASE " + this.template.quoted());
		this.workspace.run("shop/schema.sql", this.template);
		fill("category", 20, "result, concat('category ', result)");
		fill("supplier", 50, "result, concat('supplier ', result)");
		fill("warehouse", 5, "result, concat('warehouse ', result)");
		fill("customer", 100, "result, concat('customer ', result)");
		fill("product", rows,
				"result, concat('product ', result), " + ShopTests.STOCK + ", 1 + result % 20, 1 + result % 50");
		fill("price", 1000, "result, result, 100 + result");
		fill("review", 500, "result, result, 1 + result % 100, 1 + result % 5");
		fill("purchase", 200, "result, 1 + result % 100");
		fill("purchase_line", 500, "result, 1 + result % 200, result, 1");
		fill("movement", ShopTests.MOVEMENTS, "result, result, 1 + result % 5, 1");
	}

	private void fill(String name, long rows, String columns) {
		TableName table = TableName.of(this.template, name);
		this.workspace.execute(
				"INSERT INTO " + table.quoted() + " SELECT " + columns + " FROM generate_series(1, " + rows + ") g");
		this.workspace.controls().flushTable(table);
		this.sizes.put(name, rows);
	}

	/**
	 * Compare a database with what it must hold.
	 * @param sales how often something was sold
	 */
	private void requireState(DatabaseName database, int sales) {
		this.sizes.forEach((name, rows) -> requireEqual(rows + (name.equals("movement") ? 2L * sales : 0),
				"SELECT count(*) FROM " + TableName.of(database, name).quoted()));
		requireEqual(this.sizes.getOrDefault("product", 0L) * ShopTests.STOCK - 3L * sales,
				"SELECT sum(stock) FROM " + TableName.of(database, "product").quoted());
		requireEqual(ShopTests.MOVEMENTS + 3L * sales,
				"SELECT sum(quantity) FROM " + TableName.of(database, "movement").quoted());
	}

	private void requireEqual(long expected, String sql) {
		long found = this.workspace.count(sql);
		Workspace.require(found == expected, sql + " is " + found + ", not " + expected);
	}

	private void requireDatabases(DatabaseName... expected) {
		List<String> names = Arrays.stream(expected).map(DatabaseName::value).toList();
		List<String> found = this.workspace.databases();
		Workspace.require(found.size() == names.size() && found.containsAll(names),
				"There are databases " + found + ", not " + names);
	}

	/**
	 * Measure the statements of a sandbox on small tables.
	 * @param tables how many there are
	 * @param references whether all others reference the first
	 */
	private void measureStatements(int tables, boolean references) {
		DatabaseName source = this.workspace.database("tables");
		DatabaseName copy = this.workspace.database("copy");
		this.workspace.execute("CREATE DATABASE " + source.quoted());
		TableName first = TableName.of(source, "item");
		this.workspace.createTable(first, 100);
		for (int i = 1; i < tables; i++) {
			TableName table = TableName.of(source, "item" + i);
			this.workspace.createTable(table, 100);
			if (references) {
				this.workspace.execute("ALTER TABLE " + table.quoted() + " ADD FOREIGN KEY (id) REFERENCES "
						+ first.quoted() + " (id)");
			}
		}
		Samples clones = new Samples();
		Samples drops = new Samples();
		for (int i = 0; i < ROUNDS_OF_STATEMENTS; i++) {
			clones.add(milliseconds("CREATE DATABASE " + copy.quoted() + " CLONE " + source.quoted()));
			this.workspace.requireRows(TableName.of(copy, first.name()), 100);
			drops.add(milliseconds("DROP DATABASE " + copy.quoted()));
		}
		System.out.println("| " + tables + " | " + (references ? tables - 1 : 0) + " | " + clones.spread("%.1f") + " | "
				+ drops.spread("%.1f") + " |");
		this.workspace.execute("DROP DATABASE " + source.quoted());
	}

	private double milliseconds(String sql) {
		long start = System.nanoTime();
		this.workspace.execute(sql);
		return (System.nanoTime() - start) / 1e6;
	}

	/**
	 * How a test finds the rows with which each one begins.
	 */
	private enum CleanUp {

		SANDBOX("`@MatrixOneSandbox`", ShopTests.InSandbox.class, false),

		UNDO("`@Sql` that undoes what the test did", ShopTests.Undone.class, false),

		RELOAD("`@Sql` that empties and loads all tables", ShopTests.Reloaded.class, true),

		NEW_CONTEXT("`@DirtiesContext`, tables made anew", ShopTests.InNewContext.class, true),

		ROLLBACK("none: `@Transactional`, rolled back", ShopTests.RolledBack.class, false),

		NOTHING("none: what is committed stays", ShopTests.LeftAsIs.class, false);

		private final String title;

		private final Class<? extends ShopTests> tests;

		private final boolean loads;

		CleanUp(String title, Class<? extends ShopTests> tests, boolean loads) {
			this.title = title;
			this.tests = tests;
			this.loads = loads;
		}

		/**
		 * Return how many of the sales are still there at the end. A new context cleans
		 * up before a test.
		 */
		private int sales(int methods) {
			return switch (this) {
				case NEW_CONTEXT -> 1;
				case NOTHING -> methods;
				default -> 0;
			};
		}

	}

	/**
	 * What was measured of one way.
	 */
	private record Way(CleanUp cleanUp, int methods, int rounds, Samples start, Samples method) {

		Way(CleanUp cleanUp, int methods, int rounds) {
			this(cleanUp, methods, rounds, new Samples(), new Samples());
		}

	}

}
