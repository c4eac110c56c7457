package io.github.matrixone.spring.pitr;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.OutsideRecoveryWindowException;
import io.github.matrixone.spring.dao.PitrAlreadyExistsException;
import io.github.matrixone.spring.dao.PitrNotFoundException;
import io.github.matrixone.spring.dao.PitrScopeMismatchException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ScriptedDriver;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterCommit.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Which statements PITRs take in a transaction and outside, and that nothing is sent
 * where a restore is refused.
 */
class PitrTemplateTests {

	private static final PitrName NAME = PitrName.of("hourly");

	private static final DatabaseName SHOP = DatabaseName.of("shop");

	private static final SnapshotScope SCOPE = SnapshotScope.database(SHOP);

	private static final TableName ITEM = TableName.of("item");

	private static final String CREATE = "CREATE PITR `hourly` FOR DATABASE `shop` RANGE 1 'h'";

	private static final String THERE = "SELECT 1 FROM mo_catalog.mo_pitr p WHERE p.create_account = current_account_id() "
			+ "AND p.pitr_name = ?";

	private static final String MEANT = THERE + " AND p.create_time = ?";

	private static final String REPLACED = "SELECT 1 FROM mo_catalog.mo_tables WHERE account_id = current_account_id() "
			+ "AND reldatabase = ? AND relname = ? AND rel_id <> rel_logical_id";

	private static final String ALTER = "ALTER PITR `hourly` RANGE 2 'd'";

	private static final String DROP = "DROP PITR `hourly`";

	private static final String INSERT = "INSERT INTO item VALUES (1)";

	private static final String LOOK_UP = PitrQuery.byName(NAME).statement().sql();

	private static final Instant NOW = Instant.parse("2026-05-05T12:00:00.000001Z");

	private static final Instant INSTANT = Instant.parse("2026-05-05T11:45:00Z");

	private static final String LOCAL = ServerLocalTime.query(INSTANT).sql();

	private static final String UNDERSTOOD = "SELECT 1 WHERE convert_tz('2026-05-05 13:45:00', 'Local', 'UTC') = "
			+ "'2026-05-05 11:45:00'";

	private static final String VIEW = "SELECT 1 FROM information_schema.tables WHERE lower(table_schema) = ? "
			+ "AND lower(table_name) = ? AND table_type = 'VIEW'";

	private static final String REFERENCED_TABLE = """
			SELECT 1 FROM mo_catalog.mo_foreign_keys
			WHERE lower(refer_db_name) = ? AND lower(refer_table_name) = ? LIMIT 1""";

	private static final String REFERENCED_DATABASE = """
			SELECT 1 FROM mo_catalog.mo_foreign_keys
			WHERE lower(refer_db_name) = ? AND lower(db_name) <> ? LIMIT 1""";

	private static final String SNAPSHOT = "CREATE SNAPSHOT `before_pitr_20260505_120000_000001` FOR ";

	private static final String SNAPSHOT_LOOK_UP = "SELECT * FROM mo_catalog.mo_snapshots WHERE sname = ?";

	/** A restore leaves the session in the database of a view. */
	private static final String USE = "USE `shop`";

	private static final String RESTORE = "RESTORE DATABASE `shop` FROM PITR `hourly` '2026-05-05 13:45:00'";

	private long currentId = 1;

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, this.driver.matrixOne(),
			new ServerBackend());

	private final List<String> afterRestore = new ArrayList<>();

	private final PitrTemplate pitrs = new PitrTemplate(this.executor, new SnapshotTemplate(this.executor),
			List.of(() -> this.afterRestore.add("done")));

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	@BeforeEach
	void theServerIsInBerlin() {
		this.driver.columns.put(LOCAL, List.of("local_time", "understood"));
		this.driver.results.put(LOCAL, List.of(List.of("2026-05-05 13:45:00", "2026-05-05 11:45:00")));
		this.driver.results.put(UNDERSTOOD, List.of(List.of(1)));
		this.driver.columns.put(SNAPSHOT_LOOK_UP,
				List.of("sname", "ts", "level", "account_name", "database_name", "table_name", "kind"));
		this.driver.results.put(SNAPSHOT_LOOK_UP,
				List.of(List.of("before_pitr_20260505_120000_000001", 1L, "database", "sys", "shop", "", "user")));
	}

	@Test
	void itIsMadeAtOnceWhereThereIsNoTransaction() {
		oneIsThereAfter(CREATE);
		assertThat(this.pitrs.create(NAME, SCOPE, PitrRange.hours(1)).get()).isEqualTo(new Pitr(NAME, SCOPE,
				AccountName.of("sys"), PitrRange.hours(1), Instant.parse("2026-05-05T11:30:00.000000001Z"),
				Instant.parse("2026-05-05T11:40:00.000000002Z"), null));
		assertThat(this.driver.sent).containsExactly(THERE, CREATE, LOOK_UP);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			cluster | CLUSTER
			account | ACCOUNT
			other   | ACCOUNT `other`
			""")
	void itIsMadeAtAllLevels(String scope, String sql) {
		oneIsThere();
		this.pitrs.create(NAME, switch (scope) {
			case "cluster" -> SnapshotScope.cluster();
			case "account" -> SnapshotScope.account();
			default -> SnapshotScope.account(scope);
		}, PitrRange.months(2));
		assertThat(this.driver.sent).containsExactly(THERE, "CREATE PITR `hourly` FOR " + sql + " RANGE 2 'mo'",
				LOOK_UP);
	}

	@Test
	void itIsChangedAfterTheCommitInTheOrderInWhichThatWasAskedFor() {
		oneIsThereAfter(CREATE);
		this.driver.before.put("COMMIT", () -> this.driver.before.put(CREATE, () -> {
			oneIsThere();
			this.driver.results.put(THERE, List.of(List.of(1)));
		}));
		AfterCommit<Pitr> handle = this.transaction.execute((status) -> {
			AfterCommit<Pitr> pending = this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
			assertThat(pending.state()).isEqualTo(State.PENDING);
			insert();
			this.pitrs.alter(NAME, PitrRange.days(2));
			this.pitrs.drop(NAME);
			return pending;
		});
		assertThat(this.driver.sent).containsExactly(LOOK_UP, "BEGIN", INSERT, "COMMIT", THERE, CREATE, LOOK_UP, THERE,
				ALTER, LOOK_UP, DROP);
		assertThat(handle.get().name()).isEqualTo(NAME);
	}

	@Test
	void itIsMadeOfATableThatHasItsFirstId() {
		oneIsThere();
		this.pitrs.create(NAME, SnapshotScope.table(ITEM), PitrRange.hours(1));
		String create = "CREATE PITR `hourly` FOR TABLE `shop` `item` RANGE 1 'h'";
		assertThat(this.driver.sent).containsExactly(THERE, REPLACED, create, LOOK_UP);
		this.driver.sent.clear();
		this.driver.results.put(REPLACED, List.of(List.of(1)));
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.pitrs.create(NAME, SnapshotScope.table(ITEM), PitrRange.hours(1)))
			.withMessageContaining("Create a PITR of its database or account");
		assertThat(this.driver.sent).containsExactly(THERE, REPLACED);
	}

	@Test
	void itKeepsNothingOfATableThatHasAnotherId() {
		this.currentId = 2;
		answer("table", 0, "sys", null);
		assertThat(this.pitrs.get(NAME).isActive()).isFalse();
		assertThat(this.pitrs.recoveryWindow(NAME).isEmpty()).isTrue();
		assertRefused(OutsideRecoveryWindowException.class, (pitrs) -> pitrs.restoreTable(ITEM, NAME, INSTANT));
	}

	@Test
	void itIsAlteredWhereItIsTheOneThatIsMeant() {
		oneIsThere();
		this.driver.results.put(MEANT, List.of(List.of(1)));
		this.transaction.executeWithoutResult((status) -> this.pitrs.alter(NAME, PitrRange.days(2)));
		assertThat(this.driver.sent).containsExactly(LOOK_UP, MEANT, ALTER, LOOK_UP);
		this.driver.sent.clear();
		assertThatExceptionOfType(PitrNotFoundException.class)
			.isThrownBy(() -> this.pitrs.alter(NAME, PitrRange.days(2)));
		assertThat(this.driver.sent).containsExactly(THERE);
	}

	@ParameterizedTest
	@CsvSource({ "1064, 42000", "1146, 42S02" })
	void itCannotBeSeenInAnAccountThatHasNoListOfThem(int code, String state) {
		SQLException missing = new SQLException("SQL parser error: table \"mo_pitr\" does not exist", state, code);
		this.driver.failures.put(LOOK_UP, missing);
		this.driver.failures.put(THERE, missing);
		assertRefused(UnsupportedByServerException.class, (pitrs) -> pitrs.find(NAME));
		assertRefused(UnsupportedByServerException.class, (pitrs) -> pitrs.create(NAME, SCOPE, PitrRange.hours(1)));
		assertRefused(UnsupportedByServerException.class, (pitrs) -> pitrs.alter(NAME, PitrRange.hours(1)));
		assertRefused(UnsupportedByServerException.class, (pitrs) -> pitrs.restoreDatabase(SHOP, NAME, INSTANT));
	}

	@Test
	void itIsNotChangedAfterARollback() {
		AfterCommit<Pitr> handle = this.transaction.execute((status) -> {
			status.setRollbackOnly();
			return this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		});
		assertThat(handle.state()).isEqualTo(State.ROLLED_BACK);
		oneIsThere();
		this.transaction.executeWithoutResult((status) -> {
			this.pitrs.alter(NAME, PitrRange.days(2));
			this.pitrs.drop(NAME);
			assertThat(this.pitrs.dropIfExists(NAME)).isTrue();
			status.setRollbackOnly();
		});
		assertThat(this.driver.sent).containsOnly(LOOK_UP);
	}

	@Test
	void itIsMissedInATransactionWhenThatIsAskedFor() {
		this.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(PitrNotFoundException.class)
				.isThrownBy(() -> this.pitrs.alter(NAME, PitrRange.days(2)));
			assertThatExceptionOfType(PitrNotFoundException.class).isThrownBy(() -> this.pitrs.drop(NAME));
		});
		oneIsThere();
		assertThatExceptionOfType(PitrAlreadyExistsException.class).isThrownBy(() -> this.transaction
			.executeWithoutResult((status) -> this.pitrs.create(NAME, SCOPE, PitrRange.hours(1))));
		assertThat(this.driver.sent).containsOnly(LOOK_UP);
	}

	@Test
	void itCanBeMadeAnewInATransaction() {
		oneIsThere();
		this.transaction.executeWithoutResult((status) -> {
			this.pitrs.drop(NAME);
			this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		});
		assertThat(this.driver.sent).containsExactly(LOOK_UP, DROP, THERE, CREATE, LOOK_UP);
	}

	@Test
	void itIsToldWhetherThereWasOneToDrop() {
		assertThat(this.pitrs.dropIfExists(NAME)).isTrue();
		this.driver.failures.put(DROP, new SQLException("internal error: pitr hourly does not exist", "HY000", 20101));
		assertThat(this.pitrs.dropIfExists(NAME)).isFalse();
		assertThatExceptionOfType(PitrNotFoundException.class).isThrownBy(() -> this.pitrs.drop(NAME));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			20101 | internal error: pitr hourly already exists         | true
			1062  | Duplicate entry 'hourly' for key 'pitr_name'       | true
			20101 | internal error: database `shop` already has a pitr | false
			""")
	void itIsThereAlready(int code, String message, boolean doneBefore) {
		this.driver.failures.put(CREATE, new SQLException(message, "HY000", code));
		assertThatExceptionOfType(PitrAlreadyExistsException.class)
			.isThrownBy(() -> this.pitrs.create(NAME, SCOPE, PitrRange.hours(1)))
			.satisfies((ex) -> assertThat(new CreatePitr(NAME, SCOPE, PitrRange.hours(1)).isDoneBefore(ex))
				.isEqualTo(doneBefore));
	}

	@Test
	void itRestoresADatabaseAndKeepsItsStateBefore() {
		oneIsThere();
		PitrRestore restore = this.pitrs.restoreDatabase(SHOP, NAME, INSTANT);
		assertThat(this.driver.sent).containsExactly(LOOK_UP, LOCAL, REFERENCED_DATABASE, SNAPSHOT + "DATABASE `shop`",
				SNAPSHOT_LOOK_UP, UNDERSTOOD, REFERENCED_DATABASE, RESTORE, USE, LOOK_UP);
		assertThat(restore.before().name()).hasToString("before_pitr_20260505_120000_000001");
		assertThat(restore.restored()).isEqualTo(SCOPE);
		assertThat(restore.instant()).isEqualTo(INSTANT);
		assertThat(restore.isStillKept()).isTrue();
		assertThat(this.afterRestore).containsExactly("done");
	}

	@Test
	void itRestoresATable() {
		oneIsThere();
		this.pitrs.restoreTable(ITEM, NAME, INSTANT);
		assertThat(this.driver.sent).containsExactly(LOOK_UP, LOCAL, VIEW, REFERENCED_TABLE, VIEW,
				SNAPSHOT + "TABLE `shop` `item`", SNAPSHOT_LOOK_UP, UNDERSTOOD, VIEW, REFERENCED_TABLE,
				"RESTORE DATABASE `shop` TABLE `item` FROM PITR `hourly` '2026-05-05 13:45:00'", USE, LOOK_UP);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0 | ACCOUNT         | RESTORE FROM
			7 | ACCOUNT `other` | RESTORE ACCOUNT `other` FROM
			""")
	void itRestoresAnAccount(long account, String scope, String restore) {
		answer("account", account, (account != 0) ? "other" : "sys", null);
		this.pitrs.restoreAccount(NAME, INSTANT);
		assertThat(this.driver.sent).containsExactly(LOOK_UP, LOCAL, SNAPSHOT + scope, SNAPSHOT_LOOK_UP, UNDERSTOOD,
				restore + " PITR `hourly` '2026-05-05 13:45:00'", USE, LOOK_UP);
	}

	@Test
	void itRestoresWhatIsNotThereAnyMore() {
		oneIsThere();
		this.driver.failures.put(SNAPSHOT + "DATABASE `shop`",
				new SQLException("internal error: database shop does not exist", "HY000", 20101));
		assertThat(this.pitrs.restoreDatabase(SHOP, NAME, INSTANT).before()).isNull();
		assertThat(this.driver.sent).contains(RESTORE).doesNotContain(SNAPSHOT_LOOK_UP);
	}

	@Test
	void itSaysThatItNoLongerKeepsWhatWasMadeAnew() {
		oneIsThere();
		this.driver.before.put(RESTORE, () -> answer("database", 0, "sys", "2026-05-05T12:00:01Z"));
		PitrRestore restore = this.pitrs.restoreDatabase(SHOP, NAME, INSTANT);
		assertThat(restore.isStillKept()).isFalse();
		assertThat(restore.pitr().endedAt()).isEqualTo(Instant.parse("2026-05-05T12:00:01Z"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "2026-05-05T11:40:00.000000002Z", "2026-05-05T11:39:59Z", "2026-05-05T12:00:00.000001001Z",
			"2999-01-01T00:00:00Z" })
	void itSendsNothingForAnInstantOutsideTheWindow(Instant instant) {
		oneIsThere();
		assertRefused(OutsideRecoveryWindowException.class, (pitrs) -> pitrs.check(NAME, instant));
		assertRefused(OutsideRecoveryWindowException.class, (pitrs) -> pitrs.restoreDatabase(SHOP, NAME, instant));
		assertRefused(OutsideRecoveryWindowException.class, (pitrs) -> pitrs.restoreTable(ITEM, NAME, instant));
	}

	@Test
	void itSendsNothingForWhatThePitrDoesNotHold() {
		oneIsThere();
		assertRefused(PitrScopeMismatchException.class,
				(pitrs) -> pitrs.restoreDatabase(DatabaseName.of("other"), NAME, INSTANT));
		assertRefused(PitrScopeMismatchException.class,
				(pitrs) -> pitrs.restoreTable(TableName.of("other", "item"), NAME, INSTANT));
		assertRefused(PitrScopeMismatchException.class, (pitrs) -> pitrs.restoreAccount(NAME, INSTANT));
		answer("cluster", 0, "", null);
		assertRefused(PitrScopeMismatchException.class, (pitrs) -> pitrs.restoreAccount(NAME, INSTANT));
		assertRefused(PitrScopeMismatchException.class, (pitrs) -> pitrs.restoreDatabase(SHOP, NAME, INSTANT));
		answer("account", 7, "other", null);
		assertRefused(PitrScopeMismatchException.class, (pitrs) -> pitrs.restoreDatabase(SHOP, NAME, INSTANT));
		answer("table", 0, "sys", null);
		assertRefused(PitrScopeMismatchException.class, (pitrs) -> pitrs.restoreDatabase(SHOP, NAME, INSTANT));
		assertRefused(PitrScopeMismatchException.class,
				(pitrs) -> pitrs.restoreTable(TableName.of("other"), NAME, INSTANT));
	}

	@Test
	void itSendsNothingInATransaction() {
		oneIsThere();
		this.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.pitrs.restoreDatabase(SHOP, NAME, INSTANT))
				.withMessageContaining("cannot be rolled back");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.pitrs.restoreTable(ITEM, NAME, INSTANT));
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.pitrs.restoreAccount(NAME, INSTANT));
		});
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void itSendsNothingForWhatForeignKeysReference() {
		oneIsThere();
		this.driver.results.put(REFERENCED_TABLE, List.of(List.of(1)));
		assertRefused(UnsupportedByServerException.class, (pitrs) -> pitrs.restoreTable(ITEM, NAME, INSTANT));
		this.driver.results.put(REFERENCED_DATABASE, List.of(List.of(1)));
		assertRefused(UnsupportedByServerException.class, (pitrs) -> pitrs.restoreDatabase(SHOP, NAME, INSTANT));
	}

	@Test
	void itSendsNothingToAServerThatWouldTakeTheTimeForAnother() {
		oneIsThere();
		this.driver.results.put(UNDERSTOOD, List.of());
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.pitrs.restoreDatabase(SHOP, NAME, INSTANT));
		assertThat(this.driver.sent).doesNotContain(RESTORE);
		this.driver.results.put(LOCAL, List.of(List.of("2026-05-05 13:45:00", "2026-05-05 12:45:00")));
		assertRefused(UnsupportedByServerException.class, (pitrs) -> pitrs.check(NAME, INSTANT));
		assertRefused(UnsupportedByServerException.class, (pitrs) -> pitrs.restoreDatabase(SHOP, NAME, INSTANT));
	}

	@Test
	void itClearsCachesWhereTheRestoreFailsAsWell() {
		oneIsThere();
		this.driver.failures.put(RESTORE, new SQLException(
				"internal error: input timestamp a is less than the pitr range minest timestamp b", "HY000", 20101));
		assertThatExceptionOfType(OutsideRecoveryWindowException.class)
			.isThrownBy(() -> this.pitrs.restoreDatabase(SHOP, NAME, INSTANT))
			.withMessageContaining("PitrOperations.recoveryWindow");
		assertThat(this.afterRestore).containsExactly("done");
	}

	@Test
	void itIsListedWithTheLatestFirst() {
		String list = PitrQuery.all().statement().sql();
		this.driver.columns.put(list,
				List.of("pitr_name", "level", "create_account", "account_id", "account_name", "database_name",
						"table_name", "pitr_length", "pitr_unit", "create_time", "modified_time", "pitr_status",
						"pitr_status_changed_time", "server_time", "obj_id", "rel_id"));
		this.driver.results.put(list,
				List.of(List.of("early", "cluster", 0, 0, "", "", "", 1, "y", 1L, 1L, 1, 1L, 9L, 1, 1),
						List.of("late", "table", 0, 0, "sys", "shop", "item", 2, "mo", 2L, 2L, 0, 3L, 9L, 1, 1)));
		assertThat(this.pitrs.list()).extracting(Pitr::name, Pitr::scope, Pitr::range, Pitr::account)
			.containsExactly(
					tuple(PitrName.of("late"), SnapshotScope.table(TableName.of("shop", "item")), PitrRange.months(2),
							AccountName.of("sys")),
					tuple(PitrName.of("early"), SnapshotScope.cluster(), PitrRange.years(1), null));
	}

	@Test
	void itTellsItsWindow() {
		oneIsThere();
		assertThat(this.pitrs.recoveryWindow(NAME))
			.isEqualTo(new RecoveryWindow(Instant.parse("2026-05-05T11:40:00.000000002Z"), NOW));
		this.pitrs.check(NAME, INSTANT);
		assertThat(this.driver.sent).containsExactly(LOOK_UP, LOOK_UP, LOCAL);
	}

	private void assertRefused(Class<? extends Throwable> type, Consumer<PitrOperations> action) {
		this.driver.sent.clear();
		assertThatExceptionOfType(type).isThrownBy(() -> action.accept(this.pitrs));
		assertThat(this.driver.sent).allMatch((sql) -> sql.startsWith("SELECT"));
	}

	private void insert() {
		new JdbcTemplate(this.dataSource).update(INSERT);
	}

	private void oneIsThere() {
		answer("database", 0, "sys", null);
	}

	private void oneIsThereAfter(String statement) {
		this.driver.before.put(statement, this::oneIsThere);
	}

	private void answer(String level, long account, String accountName, String endedAt) {
		this.driver.columns.put(LOOK_UP,
				List.of("pitr_name", "level", "create_account", "account_id", "account_name", "database_name",
						"table_name", "pitr_length", "pitr_unit", "create_time", "modified_time", "pitr_status",
						"pitr_status_changed_time", "server_time", "obj_id", "rel_id"));
		this.driver.results.put(LOOK_UP,
				List.of(List.of("hourly", level, 0L, account, accountName, "shop", "item", 1, "h",
						nanoseconds("2026-05-05T11:30:00.000000001Z"), nanoseconds("2026-05-05T11:40:00.000000002Z"),
						(endedAt != null) ? 0 : 1, (endedAt != null) ? nanoseconds(endedAt) : 0L,
						NOW.getEpochSecond() * 1_000_000 + 1, 1L, this.currentId)));
	}

	private static long nanoseconds(String instant) {
		Instant parsed = Instant.parse(instant);
		return parsed.getEpochSecond() * 1_000_000_000 + parsed.getNano();
	}

}
