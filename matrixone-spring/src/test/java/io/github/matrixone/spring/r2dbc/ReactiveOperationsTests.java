package io.github.matrixone.spring.r2dbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.ReactiveBranchOperations;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.clone.ReactiveCloneTemplate;
import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.control.ControlTemplate;
import io.github.matrixone.spring.control.ReactiveControlOperations;
import io.github.matrixone.spring.control.ReactiveControlTemplate;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ScriptedDriver;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.pitr.PitrOperations;
import io.github.matrixone.spring.pitr.PitrRange;
import io.github.matrixone.spring.pitr.PitrTemplate;
import io.github.matrixone.spring.pitr.ReactivePitrOperations;
import io.github.matrixone.spring.pitr.ReactivePitrTemplate;
import io.github.matrixone.spring.restore.ReactiveRestoreOperations;
import io.github.matrixone.spring.restore.ReactiveRestoreTemplate;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.restore.RestoreTemplate;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotOptions;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The reactive operations send what the blocking ones send, in the same order, and give
 * the same errors: without a transaction, in one that is committed and in one that is
 * rolled back; where a snapshot is there and where none is; with a journal and without.
 */
@Timeout(30)
class ReactiveOperationsTests {

	private static final SnapshotName NAME = SnapshotName.of("nightly");

	private static final PitrName PITR = PitrName.of("hourly");

	private static final DatabaseName SHOP = DatabaseName.of("shop");

	private static final DatabaseName COPY = DatabaseName.of("copy");

	private static final TableName ITEM = TableName.of("item");

	private static final TableName CLONE = TableName.of("copy", "item");

	private static final AccountName ACCOUNT = AccountName.of("a");

	private static final Instant INSTANT = Instant.parse("2026-01-01T00:00:00Z");

	private static final String FLUSH = "SELECT mo_ctl('dn', 'flush', ?) FROM mo_catalog.mo_database "
			+ "WHERE datname = ? AND account_id = current_account_id()";

	private static final String BY_NAME = "SELECT * FROM mo_catalog.mo_snapshots WHERE sname = ?";

	private final Map<String, SQLException> failures = new HashMap<>();

	private final Map<String, SQLException> nextFailures = new HashMap<>();

	private final ScriptedDriver jdbc = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.jdbc.matrixOne();

	private final CommandExecutor blocking = new CommandExecutor(this.dataSource, new ServerBackend());

	private final ScriptedR2dbc r2dbc = new ScriptedR2dbc();

	private final MatrixOneConnectionFactory connectionFactory = new MatrixOneConnectionFactory(this.r2dbc);

	private final ReactiveCommandExecutor reactive = new ReactiveCommandExecutor(this.connectionFactory);

	static List<Operation> operations() {
		return List.of(
				snapshot("create", (s) -> s.create(NAME, SnapshotScope.database(SHOP)),
						(s) -> s.create(NAME, SnapshotScope.database(SHOP))),
				snapshot("create of a table", (s) -> s.create(NAME, SnapshotScope.table(ITEM)),
						(s) -> s.create(NAME, SnapshotScope.table(ITEM))),
				snapshot("create if not exists",
						(s) -> s.create(NAME, SnapshotScope.cluster(), SnapshotOptions.defaults().ifNotExists()),
						(s) -> s.create(NAME, SnapshotScope.cluster(), SnapshotOptions.defaults().ifNotExists())),
				snapshot("create after commit", (s) -> s.createAfterCommit(NAME, SnapshotScope.database(SHOP)),
						(s) -> s.createAfterCommit(NAME, SnapshotScope.database(SHOP))),
				snapshot("find", (s) -> s.find(NAME), (s) -> s.find(NAME)),
				snapshot("get", (s) -> s.get(NAME), (s) -> s.get(NAME)),
				snapshot("list", SnapshotOperations::list, (s) -> s.list().collectList()),
				snapshot("drop", (s) -> s.drop(NAME), (s) -> s.drop(NAME)),
				snapshot("create after commit of what is dropped before", (s) -> {
					s.dropIfExists(NAME);
					s.createAfterCommit(NAME, SnapshotScope.database(SHOP));
				}, (s) -> s.dropIfExists(NAME).then(s.createAfterCommit(NAME, SnapshotScope.database(SHOP)))),
				snapshot("create of what is dropped after commit", (s) -> {
					s.dropIfExists(NAME);
					s.create(NAME, SnapshotScope.database(SHOP), SnapshotOptions.defaults().ifNotExists());
				}, (s) -> s.dropIfExists(NAME)
					.then(s.create(NAME, SnapshotScope.database(SHOP), SnapshotOptions.defaults().ifNotExists()))),
				snapshot("create after commit, twice", (s) -> {
					s.createAfterCommit(NAME, SnapshotScope.database(SHOP));
					s.createAfterCommit(NAME, SnapshotScope.database(SHOP));
				}, (s) -> s.createAfterCommit(NAME, SnapshotScope.database(SHOP))
					.then(s.createAfterCommit(NAME, SnapshotScope.database(SHOP)))),
				snapshot("create of what is created after commit", (s) -> {
					s.createAfterCommit(NAME, SnapshotScope.database(SHOP));
					s.create(NAME, SnapshotScope.database(SHOP));
				}, (s) -> s.createAfterCommit(NAME, SnapshotScope.database(SHOP))
					.then(s.create(NAME, SnapshotScope.database(SHOP)))),
				snapshot("drop of what is created after commit", (s) -> {
					s.createAfterCommit(NAME, SnapshotScope.database(SHOP));
					s.drop(NAME);
				}, (s) -> s.createAfterCommit(NAME, SnapshotScope.database(SHOP)).then(s.drop(NAME))),
				snapshot("drop if exists", (s) -> s.dropIfExists(NAME), (s) -> s.dropIfExists(NAME)),
				snapshot("table at", (s) -> s.tableAt(ITEM, NAME), (s) -> s.tableAt(ITEM, NAME)),
				clone("table", (c) -> c.cloneTable(ITEM, CLONE), (c) -> c.cloneTable(ITEM, CLONE)),
				clone("table from a snapshot", (c) -> c.cloneTable(ITEM, CLONE, NAME),
						(c) -> c.cloneTable(ITEM, CLONE, NAME)),
				clone("table, all options", CloneOptions.from(NAME).copyGrants().toAccount(ACCOUNT)),
				clone("table of an instant", CloneOptions.from(AsOf.instant(INSTANT)).ifNotExists()),
				clone("table by copy", CloneOptions.byCopy()),
				clone("table into another account without a snapshot", options().toAccount(ACCOUNT)),
				clone("table after commit", (c) -> c.cloneTableAfterCommit(ITEM, CLONE, options()),
						(c) -> c.cloneTableAfterCommit(ITEM, CLONE, options())),
				clone("database", (c) -> c.cloneDatabase(SHOP, COPY), (c) -> c.cloneDatabase(SHOP, COPY)),
				clone("database from a snapshot", (c) -> c.cloneDatabase(SHOP, COPY, NAME),
						(c) -> c.cloneDatabase(SHOP, COPY, NAME)),
				clone("database if not exists", (c) -> c.cloneDatabase(SHOP, COPY, options().ifNotExists()),
						(c) -> c.cloneDatabase(SHOP, COPY, options().ifNotExists())),
				clone("database by copy", (c) -> c.cloneDatabase(SHOP, COPY, CloneOptions.byCopy()),
						(c) -> c.cloneDatabase(SHOP, COPY, CloneOptions.byCopy())),
				clone("database after commit", (c) -> c.cloneDatabaseAfterCommit(SHOP, COPY, CloneOptions.from(NAME)),
						(c) -> c.cloneDatabaseAfterCommit(SHOP, COPY, CloneOptions.from(NAME))),
				clone("drop of a table", (c) -> c.dropTable(ITEM), (c) -> c.dropTable(ITEM)),
				clone("drop of a database", (c) -> c.dropDatabase(SHOP), (c) -> c.dropDatabase(SHOP)),
				clone("table after commit in place of what is dropped before", (c) -> {
					c.dropTable(CLONE);
					c.cloneTableAfterCommit(ITEM, CLONE, options());
				}, (c) -> c.dropTable(CLONE).then(c.cloneTableAfterCommit(ITEM, CLONE, options()))),
				clone("table that is dropped after commit", (c) -> {
					c.dropTable(CLONE);
					c.cloneTable(ITEM, CLONE, options().ifNotExists());
				}, (c) -> c.dropTable(CLONE).then(c.cloneTable(ITEM, CLONE, options().ifNotExists()))),
				clone("table that is dropped here and made in another account", (c) -> {
					c.dropTable(CLONE);
					c.cloneTable(ITEM, CLONE, CloneOptions.from(NAME).toAccount(ACCOUNT));
				}, (c) -> c.dropTable(CLONE)
					.then(c.cloneTable(ITEM, CLONE, CloneOptions.from(NAME).toAccount(ACCOUNT)))),
				clone("database that is dropped after commit", (c) -> {
					c.dropDatabase(COPY);
					c.cloneDatabase(SHOP, COPY, options());
				}, (c) -> c.dropDatabase(COPY).then(c.cloneDatabase(SHOP, COPY, options()))),
				clone("drop of a database that is cloned after commit", (c) -> {
					c.cloneDatabaseAfterCommit(SHOP, COPY, options());
					c.dropDatabase(COPY);
				}, (c) -> c.cloneDatabaseAfterCommit(SHOP, COPY, options()).then(c.dropDatabase(COPY))),
				restore("cluster", (r) -> r.restoreCluster(NAME), (r) -> r.restoreCluster(NAME)),
				restore("account", (r) -> r.restoreAccount(ACCOUNT, NAME), (r) -> r.restoreAccount(ACCOUNT, NAME)),
				restore("account into another", (r) -> r.restoreAccount(ACCOUNT, NAME, AccountName.of("b")),
						(r) -> r.restoreAccount(ACCOUNT, NAME, AccountName.of("b"))),
				restore("sys into another", (r) -> r.restoreAccount(AccountName.of("sys"), NAME, ACCOUNT),
						(r) -> r.restoreAccount(AccountName.of("sys"), NAME, ACCOUNT)),
				restore("database", (r) -> r.restoreDatabase(SHOP, NAME), (r) -> r.restoreDatabase(SHOP, NAME)),
				restore("table", (r) -> r.restoreTable(ITEM, NAME), (r) -> r.restoreTable(ITEM, NAME)),
				pitr("create", (p) -> p.create(PITR, SnapshotScope.table(ITEM), PitrRange.hours(1)),
						(p) -> p.create(PITR, SnapshotScope.table(ITEM), PitrRange.hours(1))),
				pitr("alter", (p) -> p.alter(PITR, PitrRange.days(1)), (p) -> p.alter(PITR, PitrRange.days(1))),
				pitr("find", (p) -> p.find(PITR), (p) -> p.find(PITR)),
				pitr("list", PitrOperations::list, (p) -> p.list().collectList()),
				pitr("drop", (p) -> p.drop(PITR), (p) -> p.drop(PITR)),
				pitr("drop if exists", (p) -> p.dropIfExists(PITR), (p) -> p.dropIfExists(PITR)),
				pitr("create of what is dropped before", (p) -> {
					p.dropIfExists(PITR);
					p.create(PITR, SnapshotScope.database(SHOP), PitrRange.hours(1));
				}, (p) -> p.dropIfExists(PITR).then(p.create(PITR, SnapshotScope.database(SHOP), PitrRange.hours(1)))),
				pitr("alter and drop of what is created", (p) -> {
					p.create(PITR, SnapshotScope.database(SHOP), PitrRange.hours(1));
					p.alter(PITR, PitrRange.days(1));
					p.drop(PITR);
				}, (p) -> p.create(PITR, SnapshotScope.database(SHOP), PitrRange.hours(1))
					.then(p.alter(PITR, PitrRange.days(1)))
					.then(p.drop(PITR))),
				pitr("recovery window", (p) -> p.recoveryWindow(PITR), (p) -> p.recoveryWindow(PITR)),
				pitr("check", (p) -> p.check(PITR, INSTANT), (p) -> p.check(PITR, INSTANT)),
				pitr("check outside", (p) -> p.check(PITR, Instant.EPOCH), (p) -> p.check(PITR, Instant.EPOCH)),
				pitr("restore account", (p) -> p.restoreAccount(PITR, INSTANT), (p) -> p.restoreAccount(PITR, INSTANT)),
				pitr("restore database", (p) -> p.restoreDatabase(SHOP, PITR, INSTANT),
						(p) -> p.restoreDatabase(SHOP, PITR, INSTANT)),
				pitr("restore table", (p) -> p.restoreTable(ITEM, PITR, INSTANT),
						(p) -> p.restoreTable(ITEM, PITR, INSTANT)),
				branch("create", (b) -> b.createTable(ITEM, CLONE), (b) -> b.createTable(ITEM, CLONE)),
				branch("create at a snapshot", (b) -> b.createTable(ITEM, CLONE, AsOf.snapshot(NAME)),
						(b) -> b.createTable(ITEM, CLONE, AsOf.snapshot(NAME))),
				branch("create database", (b) -> b.createDatabase(SHOP, COPY), (b) -> b.createDatabase(SHOP, COPY)),
				branch("create database at a snapshot", (b) -> b.createDatabase(SHOP, COPY, AsOf.snapshot(NAME)),
						(b) -> b.createDatabase(SHOP, COPY, AsOf.snapshot(NAME))),
				branch("list", BranchOperations::list, (b) -> b.list().collectList()),
				branch("summary", BranchOperations::summary, ReactiveBranchOperations::summary),
				branch("get", (b) -> b.get(ITEM), (b) -> b.get(ITEM)),
				branch("delete", (b) -> b.deleteTable(ITEM), (b) -> b.deleteTable(ITEM)),
				branch("delete database", (b) -> b.deleteDatabase(COPY), (b) -> b.deleteDatabase(COPY)),
				branch("diff", (b) -> b.diff(ITEM), (b) -> b.diff(ITEM)),
				branch("diff of a database", (b) -> b.diff(COPY), (b) -> b.diff(COPY)),
				branch("diff since", (b) -> b.diff(ITEM, AsOf.instant(INSTANT)),
						(b) -> b.diff(ITEM, AsOf.instant(INSTANT))),
				branch("merge", (b) -> b.merge(ITEM), (b) -> b.merge(ITEM)),
				branch("merge nothing", (b) -> b.merge(List.of()), (b) -> b.merge(List.of())),
				branch("publish nothing", (b) -> b.publish(List.of()), (b) -> b.publish(List.of())),
				branch("publish work", (b) -> b.publish(COPY, () -> {
				}), (b) -> b.publish(COPY, Mono.empty())),
				control("flush", (c) -> c.flushTable(ITEM), (c) -> c.flushTable(ITEM)),
				control("flush with a dot", (c) -> c.flushTable(TableName.of("a.b")),
						(c) -> c.flushTable(TableName.of("a.b"))),
				control("checkpoint", ControlOperations::checkpoint, ReactiveControlOperations::checkpoint),
				control("global checkpoint", ControlOperations::globalCheckpoint,
						ReactiveControlOperations::globalCheckpoint));
	}

	@BeforeEach
	void anItemIsThere() {
		answer("""
				SELECT table_type FROM information_schema.tables WHERE lower(table_schema) = ? AND lower(table_name) = ?""",
				ScriptedR2dbc.rowOf("1", 1));
		answer("SELECT 1 FROM information_schema.schemata WHERE lower(schema_name) = ?", ScriptedR2dbc.rowOf("1", 1));
		answer(FLUSH, ScriptedR2dbc.rowOf("r", "{\"returnStr\": \"OK\"}"));
		answer("SELECT mo_ctl('dn', 'checkpoint', ?)", ScriptedR2dbc.rowOf("r", "{\"returnStr\": \"no\"}"));
	}

	@ParameterizedTest
	@MethodSource("operations")
	void sendWhatTheBlockingOnesSend(Operation operation) {
		assertSame(operation);
	}

	@ParameterizedTest
	@MethodSource("operations")
	void sendWhatTheBlockingOnesSendWhereThereIsASnapshot(Operation operation) {
		aSnapshotIsThere();
		assertSame(operation);
	}

	@Test
	void copyATableAsAWhole() {
		Operation copy = clone("table by copy", CloneOptions.byCopy());
		String create = "CREATE TABLE `copy`.`item` LIKE `shop`.`item`";
		String insert = "INSERT INTO `copy`.`item` SELECT * FROM `shop`.`item`";
		assertSame(() -> copy.blocking.accept(this.blocking), copy.reactive.apply(this.reactive));
		assertThat(this.r2dbc.sent).endsWith("BEGIN", create, insert, "COMMIT");
		this.failures.put(insert, new SQLException("no space", "HY000", 20000));
		this.jdbc.failures.putAll(this.failures);
		assertSame(() -> copy.blocking.accept(this.blocking), copy.reactive.apply(this.reactive));
		assertThat(this.r2dbc.sent).endsWith("BEGIN", create, insert, "ROLLBACK");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void sendWhatTheBlockingOnesSendForAMerge(int changed) {
		Operation list = branch("list", BranchOperations::list, (b) -> b.list().collectList());
		Operation merge = branch("merge", (b) -> b.merge(CLONE), (b) -> b.merge(CLONE));
		Operation publish = branch("publish", (b) -> b.publish(List.of(b.diff(CLONE))),
				(b) -> b.diff(CLONE).flatMap((diff) -> b.publish(List.of(diff))));
		assertSame(list);
		answer(sent("SELECT m.table_id"),
				List.of(ScriptedR2dbc.rowOf("table_id", "2", "clone_ts", "5", "p_table_id", "1", "level", "table",
						"reldatabase", "copy", "relname", "item"),
						ScriptedR2dbc.rowOf("table_id", "1", "clone_ts", "0", "p_table_id", "0", "level", "parent",
								"reldatabase", "shop", "relname", "item")));
		Map<String, Object> column = ScriptedR2dbc.rowOf("attname", "id", "ordinal_position", "1", "type", "00",
				"type_name", "INT");
		assertSame(merge);
		String columns = sent("SELECT c.attname");
		answer(columns, column);
		assertSame(merge);
		answer(columns.replace("mo_columns c", "mo_columns {MO_TS = 5} c")
			.replace("mo_indexes i", "mo_indexes {MO_TS = 5} i")
			.replace(" ORDER", " AND c.att_relname_id = ? ORDER"), column);
		assertSame(merge);
		assertThat(this.r2dbc.sent).noneMatch((sql) -> sql.startsWith("DELETE"));
		Map<String, Object> added = ScriptedR2dbc.rowOf("b0", 7, "o0", null, "t0", null, "merged", false, "untouched",
				true);
		answer(sent("SELECT b.`id` AS `b0`"), added);
		assertSame(merge);
		answer(sent("SELECT `id` FROM `copy`.`item`"), ScriptedR2dbc.rowOf("id", "7"));
		assertSame(merge);
		answer(sent("SELECT b.`id` AS `b0`", " IN ("), added);
		assertSame(merge);
		String insert = sent("INSERT INTO");
		this.r2dbc.counts.put(insert, (long) changed);
		this.jdbc.counts.put(insert, changed);
		assertSame(merge);
		assertThat(this.r2dbc.sent).contains(insert, "ROLLBACK").noneMatch((sql) -> sql.startsWith("DELETE"));
		assertSame(publish);
	}

	private String sent(String prefix) {
		return sent(prefix, "");
	}

	private String sent(String prefix, String part) {
		return this.r2dbc.sent.stream()
			.filter((sql) -> sql.startsWith(prefix) && sql.contains(part))
			.findFirst()
			.orElseThrow();
	}

	@ParameterizedTest
	@MethodSource("operations")
	void sendWhatTheBlockingOnesSendWhereThereIsAPitr(Operation operation) {
		aPitrIsThere();
		assertSame(operation);
		answer("SELECT * FROM mo_catalog.mo_snapshots WHERE sname = ?",
				ScriptedR2dbc.rowOf("sname", "before_pitr_20260101_000010_000000", "ts", 1_700_000_000_123_456_789L,
						"level", "database", "account_name", "sys", "database_name", "shop", "table_name", "", "kind",
						"user"));
		assertSame(operation);
		this.failures.put("RESTORE DATABASE `shop` FROM PITR `hourly` '2026-01-01 01:00:00'",
				new SQLException("internal error: database 'shop' does not exists at timestamp: 2026", "HY000", 20101));
		this.failures.put("CREATE SNAPSHOT `before_pitr_20260101_000010_000000` FOR DATABASE `shop`",
				new SQLException("internal error: database shop does not exist", "HY000", 20101));
		this.jdbc.failures.putAll(this.failures);
		assertSame(operation);
	}

	private void aPitrIsThere() {
		String columns = "SELECT p.pitr_name, p.level, p.create_account, p.account_id, p.account_name, "
				+ "p.database_name, p.table_name, p.obj_id, p.pitr_length, p.pitr_unit, p.create_time, "
				+ "p.modified_time, p.pitr_status, p.pitr_status_changed_time, t.rel_id, "
				+ "timestampdiff(microsecond, '1970-01-01 00:00:00', utc_timestamp(6)) AS server_time "
				+ "FROM mo_catalog.mo_pitr p LEFT JOIN mo_catalog.mo_tables t ON p.level = 'table' "
				+ "AND t.account_id = p.account_id AND t.reldatabase = p.database_name "
				+ "AND t.relname = p.table_name WHERE p.create_account = current_account_id() "
				+ "AND p.pitr_name <> 'sys_mo_catalog_pitr'";
		Map<String, Object> pitr = ScriptedR2dbc.rowOf("pitr_name", "hourly", "level", "account", "create_account", 0,
				"account_id", 0, "account_name", "sys", "database_name", "", "table_name", "", "pitr_length", 1,
				"pitr_unit", "h", "create_time", 1L, "modified_time", 1L, "pitr_status", 1, "pitr_status_changed_time",
				1L, "obj_id", 0L, "server_time", INSTANT.getEpochSecond() * 1_000_000 + 10_000_000);
		answer(columns, pitr);
		answer(columns + " AND p.pitr_name = ?", pitr);
		answer("SELECT 1 FROM mo_catalog.mo_pitr p WHERE p.create_account = current_account_id() "
				+ "AND p.pitr_name = ? AND p.create_time = ?", ScriptedR2dbc.rowOf("1", 1));
		answer("SELECT convert_tz('2026-01-01 00:00:00', 'UTC', 'Local') AS local_time, "
				+ "convert_tz(convert_tz('2026-01-01 00:00:00', 'UTC', 'Local'), 'Local', 'UTC') AS understood",
				ScriptedR2dbc.rowOf("local_time", "2026-01-01 01:00:00", "understood", "2026-01-01 00:00:00"));
		answer("SELECT 1 WHERE convert_tz('2026-01-01 01:00:00', 'Local', 'UTC') = '2026-01-01 00:00:00'",
				ScriptedR2dbc.rowOf("1", 1));
	}

	private void aSnapshotIsThere() {
		Map<String, Object> snapshot = ScriptedR2dbc.rowOf("sname", "nightly", "ts", 1_700_000_000_123_456_789L,
				"level", "database", "account_name", "sys", "database_name", "shop", "table_name", "", "kind", "user");
		answer(BY_NAME, snapshot);
		answer(BY_NAME + " AND ts = ?", snapshot);
		answer("SELECT * FROM mo_catalog.mo_snapshots", snapshot);
	}

	@ParameterizedTest
	@MethodSource("operations")
	void sendWhatTheBlockingOnesSendWithAJournal(Operation operation) {
		journal();
		answer(ScriptedJournal.ENTRIES, ScriptedR2dbc.rowOf("entry_id", "once 0"));
		assertSame(operation);
	}

	@ParameterizedTest
	@MethodSource("operations")
	void failAsTheBlockingOnesWhereTheServerRefuses(Operation operation) {
		this.failures.put("CREATE TABLE `copy`.`item` CLONE `shop`.`item` {SNAPSHOT = 'nightly'}",
				new SQLException("SQL parser error: table shop-item does not exist", "42000", 1064));
		this.failures.put("CREATE TABLE `copy`.`item` LIKE `shop`.`item`",
				new SQLException("no such table shop.item", "42S02", 1146));
		this.failures.put("CREATE SNAPSHOT `nightly` FOR DATABASE `shop`",
				new SQLException("Duplicate entry 'nightly' for key 'sname'", "23000", 1062));
		this.failures.put("DROP SNAPSHOT `nightly`",
				new SQLException("internal error: snapshot nightly does not exist", "HY000", 20101));
		this.failures.put("DROP TABLE `shop`.`item`", new SQLException("no such table shop.item", "42S02", 1146));
		this.failures.put("DROP DATABASE `shop`",
				new SQLException("Can't drop database 'shop'; database doesn't exist", "HY000", 1008));
		this.failures.put(FLUSH, new SQLException("no such table shop.item", "42S02", 1146));
		this.jdbc.failures.putAll(this.failures);
		assertSame(operation);
	}

	@ParameterizedTest
	@MethodSource("operations")
	void failTheSameWhereTheSubscriberGoesOnAfterErrors(Operation operation) {
		assertSameWithAndWithoutGoingOn(operation);
		aSnapshotIsThere();
		assertSameWithAndWithoutGoingOn(operation);
		aPitrIsThere();
		assertSameWithAndWithoutGoingOn(operation);
		this.failures.put(BY_NAME, new SQLException("no such table mo_catalog.mo_snapshots", "42S02", 1146));
		assertSameWithAndWithoutGoingOn(operation);
	}

	private void assertSameWithAndWithoutGoingOn(Operation operation) {
		TransactionalOperator operator = TransactionalOperator
			.create(new R2dbcTransactionManager(this.connectionFactory));
		Mono<?> reactive = Mono.defer(() -> operation.reactive.apply(this.reactive));
		for (Mono<?> each : List.of(reactive, operator.transactional(reactive))) {
			this.r2dbc.sent.clear();
			fail();
			String expected = outcome(each::block);
			List<String> sent = List.copyOf(this.r2dbc.sent);
			this.r2dbc.sent.clear();
			fail();
			assertThat(outcome(() -> goOn(each))).isEqualTo(expected);
			assertThat(this.r2dbc.sent).isEqualTo(sent);
		}
	}

	/**
	 * Go on after an error, and throw what was told of it.
	 */
	private static void goOn(Mono<?> operation) {
		List<Throwable> errors = new ArrayList<>();
		Flux.just(1).hide().flatMap((one) -> operation).onErrorContinue((ex, value) -> errors.add(ex)).blockLast();
		if (!errors.isEmpty()) {
			throw (RuntimeException) errors.get(0);
		}
	}

	@Test
	void refuseToDropAView() {
		answer("""
				SELECT table_type FROM information_schema.tables WHERE lower(table_schema) = ? AND lower(table_name) = ?""",
				ScriptedR2dbc.rowOf("table_type", "VIEW"));
		assertSame(clone("drop of a view", (c) -> c.dropTable(ITEM), (c) -> c.dropTable(ITEM)));
	}

	@Test
	void tellWhichAccountASnapshotIsOf() {
		aSnapshotIsThere();
		String restore = "RESTORE DATABASE `shop` {SNAPSHOT = 'nightly'}";
		this.failures.put(restore, new SQLException(
				"internal error: can't restore database from other account's snapshot", "HY000", 20101));
		this.jdbc.failures.putAll(this.failures);
		for (String own : List.of("acme", "sys")) {
			answer("SELECT current_account_name() AS own_account", ScriptedR2dbc.rowOf("own_account", own));
			assertSame(restore("database", (r) -> r.restoreDatabase(SHOP, NAME), (r) -> r.restoreDatabase(SHOP, NAME)));
		}
		String outcome = outcome(
				() -> new RestoreTemplate(this.blocking, new SnapshotTemplate(this.blocking), List.of())
					.restoreDatabase(SHOP, NAME));
		assertThat(outcome).startsWith("SnapshotScopeMismatchException").contains("other account's snapshot");
		answer("SELECT current_account_name() AS own_account", ScriptedR2dbc.rowOf("own_account", "acme"));
		outcome = outcome(() -> new RestoreTemplate(this.blocking, new SnapshotTemplate(this.blocking), List.of())
			.restoreDatabase(SHOP, NAME));
		assertThat(outcome)
			.startsWith("SnapshotScopeMismatchException: Snapshot nightly holds account sys, not account acme");
	}

	@ParameterizedTest
	@MethodSource("operations")
	void sendWhatTheBlockingOnesSendWhereASnapshotHasToBeTakenAgain(Operation operation) {
		this.nextFailures.put("CREATE SNAPSHOT `nightly` FOR DATABASE `shop`",
				new SQLException("txn need retry in rc mode", "HY000", 20628));
		assertSame(operation);
	}

	@ParameterizedTest
	@MethodSource("operations")
	void sendWhatTheBlockingOnesSendWithAJournalFromWhichAnotherProcessHasDoneTheWork(Operation operation) {
		journal();
		aSnapshotIsThere();
		assertSame(operation);
	}

	@ParameterizedTest
	@MethodSource("operations")
	void sendWhatTheBlockingOnesSendWithAJournalThatAnotherProcessIsWorkingOn(Operation operation) {
		journal();
		answer("SELECT GET_LOCK(?, ?)", ScriptedR2dbc.rowOf("l", 0));
		assertSame(operation);
	}

	private void journal() {
		this.jdbc.keys = List.of(List.of("PRIMARY", "PRIMARY", "entry_id", "CHAR(36)"));
		this.blocking.setJournal(new ScriptedJournal());
		this.reactive.setJournal(new ScriptedJournal());
		answer("SELECT GET_LOCK(?, ?)", ScriptedR2dbc.rowOf("l", 1));
	}

	private void assertSame(Operation operation) {
		assertSame(() -> operation.blocking.accept(this.blocking), operation.reactive.apply(this.reactive));
		TransactionTemplate template = new TransactionTemplate(new DataSourceTransactionManager(this.dataSource));
		TransactionalOperator operator = TransactionalOperator
			.create(new R2dbcTransactionManager(this.connectionFactory));
		Mono<?> reactive = Mono.defer(() -> operation.reactive.apply(this.reactive));
		assertSame(() -> template.executeWithoutResult((status) -> operation.blocking.accept(this.blocking)),
				operator.transactional(reactive));
		assertSame(() -> template.executeWithoutResult((status) -> {
			operation.blocking.accept(this.blocking);
			throw new IllegalStateException("rolled back");
		}), operator.transactional(reactive.then(Mono.error(new IllegalStateException("rolled back")))));
	}

	private void assertSame(Runnable blocking, Mono<?> reactive) {
		this.jdbc.sent.clear();
		this.r2dbc.sent.clear();
		fail();
		this.nextFailures.forEach((sql, ex) -> {
			this.jdbc.failNext(sql, ex);
			this.r2dbc.failures.put(sql,
					new R2dbcNonTransientResourceException(ex.getMessage(), ex.getSQLState(), ex.getErrorCode()));
		});
		String expected = outcome(blocking);
		String outcome = outcome(reactive::block).replace("R2DBC statement", "ConnectionCallback");
		assertThat(outcome).isEqualTo(expected);
		List<String> sent = new ArrayList<>(this.jdbc.sent);
		sent.removeIf((text) -> text.startsWith("set"));
		assertThat(this.r2dbc.sent).isEqualTo(sent);
	}

	private void fail() {
		this.failures.forEach((sql, ex) -> this.r2dbc.failures.put(sql,
				new R2dbcNonTransientResourceException(ex.getMessage(), ex.getSQLState(), ex.getErrorCode())));
	}

	private static String outcome(Runnable action) {
		try {
			action.run();
			return "done";
		}
		catch (RuntimeException ex) {
			return ex.getClass().getSimpleName() + ": " + ex.getMessage();
		}
	}

	private void answer(String sql, Map<String, Object> row) {
		answer(sql, List.of(row));
	}

	private void answer(String sql, List<Map<String, Object>> rows) {
		this.r2dbc.results.put(sql, rows);
		this.jdbc.results.put(sql, rows.stream().<List<Object>>map((row) -> new ArrayList<>(row.values())).toList());
		this.jdbc.columns.put(sql, List.copyOf(rows.get(0).keySet()));
	}

	private static CloneOptions options() {
		return CloneOptions.defaults();
	}

	private static Operation snapshot(String name, Consumer<SnapshotOperations> blocking,
			Function<ReactiveSnapshotOperations, Mono<?>> reactive) {
		return new Operation("snapshot: " + name, (executor) -> blocking.accept(new SnapshotTemplate(executor)),
				(executor) -> reactive.apply(new ReactiveSnapshotTemplate(executor)));
	}

	private static Operation clone(String name, CloneOptions options) {
		return clone(name, (c) -> c.cloneTable(ITEM, CLONE, options), (c) -> c.cloneTable(ITEM, CLONE, options));
	}

	private static Operation clone(String name, Consumer<CloneOperations> blocking,
			Function<ReactiveCloneOperations, Mono<?>> reactive) {
		return new Operation("clone: " + name, (executor) -> blocking.accept(new CloneTemplate(executor)),
				(executor) -> reactive.apply(new ReactiveCloneTemplate(executor)));
	}

	private static Operation branch(String name, Consumer<BranchOperations> blocking,
			Function<ReactiveBranchOperations, Mono<?>> reactive) {
		return new Operation("branch: " + name, (executor) -> blocking.accept(new BranchTemplate(executor)),
				(executor) -> reactive.apply(new ReactiveBranchTemplate(executor)));
	}

	private static Operation restore(String name, Consumer<RestoreOperations> blocking,
			Function<ReactiveRestoreOperations, Mono<?>> reactive) {
		return new Operation("restore: " + name,
				(executor) -> blocking.accept(new RestoreTemplate(executor, new SnapshotTemplate(executor), List.of())),
				(executor) -> reactive
					.apply(new ReactiveRestoreTemplate(executor, new ReactiveSnapshotTemplate(executor), List.of())));
	}

	private static Operation pitr(String name, Consumer<PitrOperations> blocking,
			Function<ReactivePitrOperations, Mono<?>> reactive) {
		return new Operation("PITR: " + name,
				(executor) -> blocking.accept(new PitrTemplate(executor, new SnapshotTemplate(executor), List.of())),
				(executor) -> reactive
					.apply(new ReactivePitrTemplate(executor, new ReactiveSnapshotTemplate(executor), List.of())));
	}

	private static Operation control(String name, Consumer<ControlOperations> blocking,
			Function<ReactiveControlOperations, Mono<?>> reactive) {
		return new Operation("control: " + name, (executor) -> blocking.accept(new ControlTemplate(executor)),
				(executor) -> reactive.apply(new ReactiveControlTemplate(executor)));
	}

	private record Operation(String name, Consumer<CommandExecutor> blocking,
			Function<ReactiveCommandExecutor, Mono<?>> reactive) {

		@Override
		public String toString() {
			return this.name;
		}

	}

}
