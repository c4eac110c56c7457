package io.github.matrixone.spring.benchmarks;

import java.util.ArrayList;
import java.util.List;

import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.snapshot.SnapshotOptions;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Measures each operation against the bare statement that does its work, on connections
 * of the same pool, outside and inside a transaction, and prints what each of them sends.
 * With {@code -Dbenchmark.arguments="rounds database"} it runs other than
 * {@value #ROUNDS} rounds in a database of another name, which must not be there.
 */
public final class OperationBenchmark {

	private static final int ROUNDS = 30;

	private static final String DATABASE = "matrixone_operation";

	private static final int ROWS = 1000;

	private static final String FOR_RESULT = "the snapshot that is returned";

	private static final String FOR_REFUSAL = "refuses in the transaction, not after its commit";

	private static final String FOR_TARGET = "the server's IF NOT EXISTS is wrong";

	private static final String FOR_SOURCE = "the server makes an empty database of a missing one";

	private static final String FOR_SCOPE = "the server accepts a snapshot that does not hold the source";

	private final Workspace workspace;

	private final JdbcTemplate jdbc;

	private final JdbcTemplate beside;

	private final SnapshotName snapshot;

	private final SnapshotName other;

	private final TableName source;

	private final TableName target;

	private final DatabaseName database;

	private final DatabaseName copy;

	private final List<Case> cases = new ArrayList<>();

	private OperationBenchmark(Workspace workspace) {
		this.workspace = workspace;
		this.jdbc = workspace.jdbc();
		this.beside = workspace.beside();
		this.snapshot = workspace.snapshot("before");
		this.other = workspace.snapshot("other");
		this.source = workspace.table("item");
		this.target = workspace.table("item_copy");
		this.database = workspace.name();
		this.copy = workspace.database("copy");
	}

	public static void main(String[] args) throws Exception {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : ROUNDS;
		try (Workspace workspace = Workspace.create((args.length > 1) ? args[1] : DATABASE)) {
			new OperationBenchmark(workspace).run(rounds);
		}
	}

	private void run(int rounds) throws Exception {
		this.workspace.createTable(this.source, ROWS);
		this.workspace.controls().flushTable(this.source);
		this.workspace.execute("CREATE SNAPSHOT " + this.snapshot.quoted() + " FOR DATABASE " + this.database.quoted());
		addSnapshotCases();
		addTableCases();
		addDatabaseCases();
		addOtherCases();
		System.out.println(rounds + " rounds");
		System.out.println();
		Comparison.printHeading();
		for (Case each : this.cases) {
			new Comparison(each.title, "ms").add("statement", () -> each.measure(each.bare))
				.add("operation", () -> each.measure(each.operation))
				.run(rounds)
				.print("%.2f");
		}
		System.out.println();
		System.out.println("| What | Statements | Sent | What the others are for |");
		System.out.println("| --- | ---: | --- | --- |");
		for (Case each : this.cases) {
			each.printStatements();
		}
	}

	private void addSnapshotCases() {
		String create = "CREATE SNAPSHOT " + this.other.quoted() + " FOR DATABASE " + this.database.quoted();
		String drop = "DROP SNAPSHOT " + this.other.quoted();
		String select = "SELECT * FROM mo_catalog.mo_snapshots";
		String selectOne = select + " WHERE sname = '" + this.snapshot.normalized() + "'";
		SnapshotScope scope = SnapshotScope.database(this.database);
		Runnable make = () -> this.workspace.execute(create);
		Runnable remove = () -> this.workspace.execute(drop);
		Runnable made = () -> Workspace.require(this.workspace.exists(this.other), "The snapshot was not taken");
		Runnable gone = () -> Workspace.require(!this.workspace.exists(this.other), "The snapshot was not dropped");
		Runnable nothing = () -> {
		};
		add("create", nothing, () -> this.jdbc.execute(create),
				() -> this.workspace.snapshots().create(this.other, scope), FOR_RESULT, made, remove);
		addInTransaction("create", nothing, () -> {
			read();
			this.beside.execute(create);
		}, () -> {
			read();
			this.workspace.snapshots().create(this.other, scope);
		}, FOR_RESULT, made, remove);
		SnapshotOptions ifNotExists = SnapshotOptions.defaults().ifNotExists();
		add("create, ifNotExists, not there", nothing, () -> this.jdbc.execute(create),
				() -> this.workspace.snapshots().create(this.other, scope, ifNotExists),
				"says whether it is there; " + FOR_RESULT, made, remove);
		add("create, ifNotExists, there", nothing, () -> this.jdbc.queryForList(selectOne),
				() -> this.workspace.snapshots().create(this.snapshot, scope, ifNotExists), "", gone, nothing);
		addAfterCommit("createAfterCommit", nothing, () -> this.beside.execute(create),
				() -> this.workspace.snapshots().createAfterCommit(this.other, scope), FOR_REFUSAL + "; " + FOR_RESULT,
				made, remove);
		add("get", nothing, () -> this.jdbc.queryForList(selectOne),
				() -> this.workspace.snapshots().get(this.snapshot), "", gone, nothing);
		add("exists", nothing, () -> this.jdbc.queryForList(selectOne),
				() -> Workspace.require(this.workspace.snapshots().exists(this.snapshot), "The snapshot is missing"),
				"", gone, nothing);
		add("list", nothing, () -> this.jdbc.queryForList(select), () -> this.workspace.snapshots().list(), "", gone,
				nothing);
		add("drop", make, () -> this.jdbc.execute(drop), () -> this.workspace.snapshots().drop(this.other), "", gone,
				nothing);
		addAfterCommit("drop", make, () -> this.beside.execute(drop), () -> this.workspace.snapshots().drop(this.other),
				FOR_REFUSAL, gone, nothing);
		String dropIfExists = "DROP SNAPSHOT IF EXISTS " + this.other.quoted();
		add("dropIfExists, there", make, () -> this.jdbc.execute(dropIfExists),
				() -> Workspace.require(this.workspace.snapshots().dropIfExists(this.other), "It was not there"), "",
				gone, nothing);
		add("dropIfExists, not there", nothing, () -> this.jdbc.execute(dropIfExists),
				() -> Workspace.require(!this.workspace.snapshots().dropIfExists(this.other), "It was there"), "", gone,
				nothing);
	}

	private void addTableCases() {
		String clone = "CREATE TABLE " + this.target.quoted() + " CLONE " + this.source.quoted();
		String atSnapshot = clone + " {SNAPSHOT = '" + this.snapshot.normalized() + "'}";
		Runnable nothing = () -> {
		};
		Runnable made = () -> this.workspace.requireRows(this.target, ROWS);
		Runnable remove = () -> this.workspace.execute("DROP TABLE " + this.target.quoted());
		Runnable live = () -> this.workspace.clones().cloneTable(this.source, this.target);
		Runnable at = () -> this.workspace.clones().cloneTable(this.source, this.target, this.snapshot);
		add("cloneTable", nothing, () -> this.jdbc.execute(clone), live, "", made, remove);
		addInTransaction("cloneTable", nothing, () -> this.jdbc.execute(clone), live, "", made, remove);
		add("cloneTable from a snapshot", nothing, () -> this.jdbc.execute(atSnapshot), at, "", made, remove);
		addInTransaction("cloneTable from a snapshot", nothing, () -> this.jdbc.execute(atSnapshot), at, "", made,
				remove);
		CloneOptions ifNotExists = CloneOptions.defaults().ifNotExists();
		add("cloneTable, ifNotExists, not there", nothing, () -> this.jdbc.execute(clone),
				() -> this.workspace.clones().cloneTable(this.source, this.target, ifNotExists), FOR_TARGET, made,
				remove);
		add("cloneTable, ifNotExists, there", () -> this.workspace.execute(clone), () -> this.jdbc.queryForList(
				"SELECT 1 FROM information_schema.tables WHERE lower(table_schema) = ? AND lower(table_name) = ?",
				this.database.normalized(), this.target.normalizedName()),
				() -> this.workspace.clones().cloneTable(this.source, this.target, ifNotExists), "", made, remove);
		addAfterCommit("cloneTableAfterCommit", nothing, () -> this.beside.execute(clone),
				() -> this.workspace.clones().cloneTableAfterCommit(this.source, this.target), FOR_REFUSAL, made,
				remove);
		Runnable byHand = () -> {
			this.jdbc.execute("CREATE TABLE " + this.target.quoted() + " LIKE " + this.source.quoted());
			this.jdbc.update("INSERT INTO " + this.target.quoted() + " SELECT * FROM " + this.source.quoted());
		};
		Runnable byCopy = () -> this.workspace.clones().cloneTable(this.source, this.target, CloneOptions.byCopy());
		add("cloneTable, byCopy", nothing, byHand, byCopy, "", made, remove);
		addInTransaction("cloneTable, byCopy", nothing, byHand, byCopy, "", made, remove);
	}

	private void addDatabaseCases() {
		String clone = "CREATE DATABASE " + this.copy.quoted() + " CLONE " + this.database.quoted();
		String atSnapshot = clone + " {SNAPSHOT = '" + this.snapshot.normalized() + "'}";
		Runnable nothing = () -> {
		};
		Runnable made = () -> this.workspace.requireRows(TableName.of(this.copy, this.source.name()), ROWS);
		Runnable remove = () -> this.workspace.execute("DROP DATABASE " + this.copy.quoted());
		Runnable live = () -> this.workspace.clones().cloneDatabase(this.database, this.copy);
		Runnable at = () -> this.workspace.clones().cloneDatabase(this.database, this.copy, this.snapshot);
		add("cloneDatabase", nothing, () -> this.jdbc.execute(clone), live, FOR_SOURCE, made, remove);
		addInTransaction("cloneDatabase", nothing, () -> this.jdbc.execute(clone), live, FOR_SOURCE, made, remove);
		add("cloneDatabase from a snapshot", nothing, () -> this.jdbc.execute(atSnapshot), at,
				FOR_SCOPE + "; " + FOR_SOURCE, made, remove);
		addInTransaction("cloneDatabase from a snapshot", nothing, () -> this.jdbc.execute(atSnapshot), at,
				FOR_SCOPE + "; " + FOR_SOURCE, made, remove);
		add("cloneDatabase, ifNotExists, not there", nothing, () -> this.jdbc.execute(clone),
				() -> this.workspace.clones()
					.cloneDatabase(this.database, this.copy, CloneOptions.defaults().ifNotExists()),
				FOR_TARGET + "; " + FOR_SOURCE, made, remove);
		addAfterCommit("cloneDatabaseAfterCommit", nothing, () -> this.beside.execute(clone),
				() -> this.workspace.clones().cloneDatabaseAfterCommit(this.database, this.copy),
				FOR_REFUSAL + "; " + FOR_SOURCE, made, remove);
	}

	private void addOtherCases() {
		String at = " {SNAPSHOT = '" + this.snapshot.normalized() + "'}";
		Runnable change = () -> this.workspace.execute("DELETE FROM " + this.source.quoted() + " WHERE id <= 10");
		Runnable nothing = () -> {
		};
		Runnable whole = () -> this.workspace.requireRows(this.source, ROWS);
		add("restoreDatabase", change, () -> this.jdbc.execute("RESTORE DATABASE " + this.database.quoted() + at),
				() -> this.workspace.restores().restoreDatabase(this.database, this.snapshot),
				"nothing is destroyed for a wrong snapshot", whole, nothing);
		add("restoreTable", change, () -> this.jdbc.execute("RESTORE TABLE " + this.source.quoted() + at),
				() -> this.workspace.restores().restoreTable(this.source, this.snapshot),
				FOR_SCOPE + "; the server does nothing to a table that a foreign key references", whole, nothing);
		String flush = "SELECT mo_ctl('dn', 'flush', '" + this.database.normalized() + '.'
				+ this.source.normalizedName() + "')";
		Runnable flushed = () -> this.workspace.controls().flushTable(this.source);
		add("flushTable, nothing to write", nothing, () -> this.jdbc.queryForList(flush), flushed, "", whole, nothing);
		addInTransaction("flushTable, nothing to write", nothing, () -> this.jdbc.queryForList(flush), flushed, "",
				whole, nothing);
		add("checkpoint", nothing, () -> this.jdbc.queryForList("SELECT mo_ctl('dn', 'checkpoint', '')"),
				() -> this.workspace.controls().checkpoint(), "", whole, nothing);
	}

	private void add(String title, Runnable before, Runnable bare, Runnable operation, String why, Runnable check,
			Runnable after) {
		this.cases.add(new Case(title, before, bare, operation, why, check, after));
	}

	private void addInTransaction(String title, Runnable before, Runnable bare, Runnable operation, String why,
			Runnable check, Runnable after) {
		add(title + ", in a transaction", before, inTransaction(bare), inTransaction(operation), why, check, after);
	}

	/**
	 * Add a case whose work follows the commit, where the statement is sent then.
	 */
	private void addAfterCommit(String title, Runnable before, Runnable bare, Runnable operation, String why,
			Runnable check, Runnable after) {
		Runnable transaction = inTransaction(this::read);
		add(title + ", in a transaction", before, () -> {
			transaction.run();
			bare.run();
		}, inTransaction(() -> {
			read();
			operation.run();
		}), why, check, after);
	}

	private void read() {
		this.jdbc.queryForList("SELECT v FROM " + this.source.quoted() + " WHERE id = 1");
	}

	private Runnable inTransaction(Runnable work) {
		return () -> this.workspace.transaction().executeWithoutResult((status) -> work.run());
	}

	/**
	 * An operation and the statement to compare it with.
	 */
	private record Case(String title, Runnable before, Runnable bare, Runnable operation, String why, Runnable check,
			Runnable after) {

		/**
		 * Return how many milliseconds some work takes that is done.
		 */
		private double measure(Runnable work) {
			this.before.run();
			long start = System.nanoTime();
			work.run();
			double milliseconds = (System.nanoTime() - start) / 1e6;
			this.check.run();
			this.after.run();
			return milliseconds;
		}

		private void printStatements() throws Exception {
			this.before.run();
			List<String> sent = SentStatements.during(this.operation::run);
			this.after.run();
			this.before.run();
			List<String> bare = SentStatements.during(this.bare::run);
			this.after.run();
			System.out.println("| " + this.title + " | " + sent.size() + " instead of " + bare.size() + " | `` "
					+ String.join(" `` <br> `` ", sent).replaceAll("\\s+", " ") + " `` | " + this.why + " |");
		}

	}

}
