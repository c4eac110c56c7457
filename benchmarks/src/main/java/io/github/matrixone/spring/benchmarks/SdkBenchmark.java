package io.github.matrixone.spring.benchmarks;

import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Measures the operations against the same work done with the Python SDK, in turns in one
 * run, and looks at what each of them leaves in the database. Run it with
 * {@code -Dbenchmark.arguments="python script rounds database"}: a Python that has the
 * SDK, {@code benchmarks/python/sdk.py}, {@value #ROUNDS} rounds by default, and a
 * database that must not be there.
 */
public final class SdkBenchmark {

	private static final int ROUNDS = 15;

	private static final int TIMES = 5;

	private static final String DATABASE = "matrixone_sdk";

	private static final int ROWS = 1000;

	private static final int BOOKINGS = 10;

	private final Workspace workspace;

	private final PythonSdk sdk;

	private final JdbcTemplate jdbc;

	private final TableName item;

	private final TableName booking;

	private final TableName clone;

	private final DatabaseName copy;

	private final SnapshotName before;

	private final SnapshotName other;

	private SdkBenchmark(Workspace workspace, PythonSdk sdk) {
		this.workspace = workspace;
		this.sdk = sdk;
		this.jdbc = workspace.jdbc();
		this.item = workspace.table("item");
		this.booking = workspace.table("booking");
		this.clone = workspace.table("item_copy");
		this.copy = workspace.database("copy");
		this.before = workspace.snapshot("before");
		this.other = workspace.snapshot("other");
	}

	public static void main(String[] args) throws Exception {
		if (args.length < 2) {
			throw new IllegalArgumentException("The arguments are: python script [rounds [database]]");
		}
		int rounds = (args.length > 2) ? Integer.parseInt(args[2]) : ROUNDS;
		String database = (args.length > 3) ? args[3] : DATABASE;
		try (Workspace workspace = Workspace.create(database);
				PythonSdk sdk = PythonSdk.start(args[0], args[1], database)) {
			new SdkBenchmark(workspace, sdk).run(rounds);
		}
	}

	private void run(int rounds) throws Exception {
		this.workspace.createTable(this.item, ROWS);
		this.workspace.createTable(this.booking, BOOKINGS);
		this.workspace.snapshots().create(this.before, SnapshotScope.database(this.workspace.name()));
		System.out.println(rounds + " rounds, each " + TIMES + " times");
		System.out.println();
		Comparison.printHeading();
		measure(rounds);
		System.out.println();
		System.out.println("| What | Right | Python SDK | Starter |");
		System.out.println("| --- | --- | --- | --- |");
		check();
	}

	private void measure(int rounds) throws Exception {
		compare("snapshot", rounds, () -> {
			this.workspace.snapshots().create(this.other, SnapshotScope.database(this.workspace.name()));
			this.workspace.snapshots().drop(this.other);
		});
		compare("clone_table", rounds, () -> {
			this.workspace.clones().cloneTable(this.item, this.clone);
			dropClone();
		});
		compare("clone_table_from_snapshot", rounds, () -> {
			this.workspace.clones().cloneTable(this.item, this.clone, this.before);
			dropClone();
		});
		compare("clone_database", rounds, () -> {
			this.workspace.clones().cloneDatabase(this.workspace.name(), this.copy);
			this.jdbc.execute("DROP DATABASE " + this.copy.quoted());
		});
		compare("insert_and_clone", rounds, () -> {
			inTransaction(() -> {
				insert();
				this.workspace.clones().cloneTable(this.item, this.clone);
			});
			dropClone();
			this.jdbc.update("DELETE FROM " + this.booking.quoted() + " WHERE id >= 1000");
		});
		compare("insert_and_roll_back", rounds, () -> rolledBack(this::insert));
		compare("restore_table", rounds, () -> this.workspace.restores().restoreTable(this.item, this.before));
		compare("restore_database", rounds,
				() -> this.workspace.restores().restoreDatabase(this.workspace.name(), this.before));
	}

	/**
	 * Compare with the SDK, or say why it cannot be compared.
	 */
	private void compare(String job, int rounds, Runnable starter) throws Exception {
		String title = job.replace('_', ' ');
		String failure = failureOf(() -> this.sdk.rate(job));
		Comparison comparison = new Comparison(title, "a second");
		if (failure == null) {
			comparison.add("Python SDK", () -> this.sdk.rate(job));
		}
		else {
			System.out.println("| " + title + " | Python SDK | fails: " + failure + " |  |");
		}
		comparison.add("starter", () -> rate(starter)).run(rounds).print("%.1f");
		requireUnchanged();
	}

	private void requireUnchanged() {
		this.workspace.requireRows(this.item, ROWS);
		this.workspace.requireRows(this.booking, BOOKINGS);
		Workspace.require(!this.workspace.exists(this.other) && !this.workspace.exists(this.clone)
				&& !this.workspace.exists(this.copy), "Something was left behind");
	}

	private static double rate(Runnable work) {
		long start = System.nanoTime();
		for (int i = 0; i < TIMES; i++) {
			work.run();
		}
		return TIMES * 1e9 / (System.nanoTime() - start);
	}

	private void check() {
		Supplier<String> cloneLeft = () -> this.workspace.exists(this.clone) ? "the clone is there"
				: "there is no clone";
		Supplier<String> copyLeft = () -> this.workspace.exists(this.copy)
				? "a database of " + tables(this.copy) + " tables is there" : "there is no database";
		Supplier<String> snapshotLeft = () -> this.workspace.exists(this.other) ? "the snapshot is there"
				: "there is no snapshot";
		check("clone_table_rolled_back", "there is no clone",
				() -> rolledBack(() -> this.workspace.clones().cloneTable(this.item, this.clone)), cloneLeft);
		check("clone_database_rolled_back", "there is no database",
				() -> rolledBack(() -> this.workspace.clones().cloneDatabase(this.workspace.name(), this.copy)),
				copyLeft);
		check("clone_of_inserted_rows", "110 rows, 110 keys", () -> inTransaction(() -> {
			insert();
			this.workspace.clones().cloneTable(this.booking, this.clone);
		}), () -> rows(this.clone));
		check("clone_of_updated_rows", "10 rows, 10 keys, 10 updated", () -> inTransaction(() -> {
			this.jdbc.update("UPDATE " + this.booking.quoted() + " SET v = v + 1000");
			this.workspace.clones().cloneTable(this.booking, this.clone, CloneOptions.defaults());
		}), () -> this.workspace.exists(this.clone) ? rows(this.clone) + ", "
				+ this.workspace.count("SELECT count(*) FROM " + this.clone.quoted() + " WHERE v >= 1000") + " updated"
				: "there is no clone");
		check("clone_database_after_insert", "110 rows, 110 keys", () -> inTransaction(() -> {
			insert();
			this.workspace.clones().cloneDatabase(this.workspace.name(), this.copy);
		}), () -> this.workspace.exists(this.copy) ? rows(TableName.of(this.copy, "booking")) : "there is no database");
		check("snapshot_rolled_back", "there is no snapshot", () -> rolledBack(
				() -> this.workspace.snapshots().create(this.other, SnapshotScope.database(this.workspace.name()))),
				snapshotLeft);
		check("snapshot_after_insert", "the snapshot is there, with the rows", () -> inTransaction(() -> {
			insert();
			this.workspace.snapshots().create(this.other, SnapshotScope.database(this.workspace.name()));
		}), snapshotLeft);
		check("clone_of_missing_database", "there is no database",
				() -> this.workspace.clones().cloneDatabase(this.workspace.database("nosuch"), this.copy), copyLeft);
		check("clone_table_if_not_exists", "10 rows, 10 keys", () -> {
			this.workspace.clones().cloneTable(this.booking, this.clone);
			this.workspace.clones().cloneTable(this.item, this.clone, CloneOptions.defaults().ifNotExists());
		}, () -> rows(this.clone));
		TableName reserved = this.workspace.table("order");
		check("clone_to_reserved_word", "the clone is there",
				() -> this.workspace.clones().cloneTable(this.item, reserved),
				() -> this.workspace.exists(reserved) ? "the clone is there" : "there is no clone");
		check("restore_deleted_rows", "1000 rows, 1000 keys", () -> {
			this.jdbc.update("DELETE FROM " + this.item.quoted() + " WHERE id <= 10");
			this.workspace.restores().restoreTable(this.item, this.before);
		}, () -> rows(this.item));
	}

	/**
	 * Let both do something, and print what is then in the database. The starter must be
	 * right or refuse.
	 */
	private void check(String job, String right, Runnable starter, Supplier<String> found) {
		String bySdk = outcome(() -> this.sdk.run(job), right, found);
		String byStarter = outcome(starter, right, found);
		System.out.println("| " + job.replace('_', ' ') + " | " + right + " | " + bySdk + " | " + byStarter + " |");
		Workspace.require(!byStarter.startsWith("wrong"), job + ": the starter is " + byStarter);
	}

	private String outcome(Runnable work, String right, Supplier<String> found) {
		String failure = failureOf(work);
		String after = found.get();
		reset();
		if (after.equals(right)) {
			return (failure != null) ? "right; refused: " + failure : "right";
		}
		return ((failure != null) ? "refused, " : "wrong: ") + after + ((failure != null) ? ": " + failure : "");
	}

	private void reset() {
		for (TableName table : new TableName[] { this.clone, this.workspace.table("order") }) {
			this.workspace.execute("DROP TABLE IF EXISTS " + table.quoted());
		}
		this.workspace.execute("DROP DATABASE IF EXISTS " + this.copy.quoted());
		this.workspace.execute("DROP SNAPSHOT IF EXISTS " + this.other.quoted());
		this.workspace
			.execute("RESTORE DATABASE " + this.workspace.name().quoted() + ' ' + AsOf.snapshot(this.before).hint());
		requireUnchanged();
	}

	private static @Nullable String failureOf(Runnable work) {
		try {
			work.run();
			return null;
		}
		catch (IllegalStateException ex) {
			return shortened(String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException ex) {
			return ex.getClass().getSimpleName();
		}
	}

	private static String shortened(String message) {
		String text = message.replace('|', '/');
		return (text.length() <= 200) ? text : text.substring(0, 200) + " …";
	}

	private void insert() {
		this.jdbc.update("INSERT INTO " + this.booking.quoted() + " VALUES "
				+ IntStream.range(0, 100)
					.mapToObj((i) -> String.format(Locale.ROOT, "(%d, %d)", 1000 + i, i))
					.collect(Collectors.joining(", ")));
	}

	private void dropClone() {
		this.jdbc.execute("DROP TABLE " + this.clone.quoted());
	}

	private void inTransaction(Runnable work) {
		this.workspace.transaction().executeWithoutResult((status) -> work.run());
	}

	private void rolledBack(Runnable work) {
		this.workspace.transaction().executeWithoutResult((status) -> {
			work.run();
			status.setRollbackOnly();
		});
	}

	private String rows(TableName table) {
		if (!this.workspace.exists(table)) {
			return "there is no table";
		}
		return this.workspace.count("SELECT count(*) FROM " + table.quoted()) + " rows, "
				+ this.workspace.count("SELECT count(DISTINCT id) FROM " + table.quoted()) + " keys";
	}

	private long tables(DatabaseName database) {
		return this.workspace.count("SELECT count(*) FROM information_schema.tables WHERE table_schema = ?",
				database.value());
	}

}
