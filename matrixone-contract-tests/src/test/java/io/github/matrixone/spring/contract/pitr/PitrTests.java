package io.github.matrixone.spring.contract.pitr;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.OutsideRecoveryWindowException;
import io.github.matrixone.spring.dao.PitrAlreadyExistsException;
import io.github.matrixone.spring.dao.PitrNotFoundException;
import io.github.matrixone.spring.dao.PitrScopeMismatchException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.pitr.Pitr;
import io.github.matrixone.spring.pitr.PitrRange;
import io.github.matrixone.spring.pitr.PitrRestore;
import io.github.matrixone.spring.pitr.PitrTemplate;
import io.github.matrixone.spring.pitr.RecoveryWindow;
import io.github.matrixone.spring.restore.RestoreTemplate;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterCommit.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * PITRs and restores by them, on a server.
 */
@EnabledIfServer
class PitrTests {

	static final DatabaseName DATABASE = DatabaseName.of("ct_pitr");

	private static final DatabaseName OTHER = DatabaseName.of("ct_pitr_other");

	private static final String ACCOUNT = "ct_pitr_account";

	private static final SnapshotScope SCOPE = SnapshotScope.database(DATABASE);

	private static final TableName ITEM = TableName.of("item");

	private static final TableName QUALIFIED = TableName.of(DATABASE, "item");

	private static final PitrName NAME = PitrName.of("ct_pitr");

	private static final PitrName BY_ACCOUNT = PitrName.of("ct_pitr_by_account");

	private static final Duration MICROSECOND = Duration.ofNanos(1000);

	private final List<HikariDataSource> pools = new ArrayList<>();

	private final JdbcTemplate plain = ServerUnderTest.get().plainJdbc("");

	private HikariDataSource pool;

	private JdbcTemplate jdbc;

	private TransactionTemplate transaction;

	private SnapshotTemplate snapshots;

	private RestoreTemplate restores;

	private PitrTemplate pitrs;

	private int restored;

	@BeforeEach
	void createTable() {
		clean(this.plain);
		this.plain.execute("CREATE DATABASE ct_pitr");
		use("");
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))");
		this.jdbc.execute("INSERT INTO item VALUES (1, 'one')");
	}

	@AfterEach
	void leavesNothingBehind() {
		this.snapshots.list(SnapshotFilter.all().namePrefix(PitrRestore.SNAPSHOT_PREFIX))
			.forEach((snapshot) -> this.snapshots.drop(snapshot.name()));
		this.pools.forEach(HikariDataSource::close);
		clean(this.plain);
	}

	static void clean(JdbcTemplate plain) {
		plain.execute("DROP DATABASE IF EXISTS ct_pitr_other");
		plain.execute("DROP DATABASE IF EXISTS ct_pitr");
		plain.execute("DROP ACCOUNT IF EXISTS ct_pitr_account");
		plain
			.queryForList("SELECT pitr_name FROM mo_catalog.mo_pitr WHERE pitr_name LIKE 'ct\\_pitr%' AND "
					+ "create_account = current_account_id()", String.class)
			.forEach((name) -> plain.execute("DROP PITR `" + name + "`"));
	}

	@Test
	void isMadeAlteredListedAndDropped() {
		Instant before = now();
		Pitr pitr = this.pitrs.create(NAME, SCOPE, PitrRange.hours(2)).get();
		assertThat(pitr.name()).isEqualTo(NAME);
		assertThat(pitr.scope()).isEqualTo(SCOPE);
		assertThat(pitr.account()).isEqualTo(AccountName.of("sys"));
		assertThat(pitr.range()).isEqualTo(PitrRange.hours(2));
		assertThat(pitr.createdAt()).isBetween(before, now()).isEqualTo(pitr.alteredAt());
		assertThat(pitr.isActive()).isTrue();
		assertThat(this.pitrs.get(NAME)).isEqualTo(pitr);
		assertThat(this.pitrs.list()).contains(pitr);
		Pitr altered = this.pitrs.alter(NAME, PitrRange.months(3)).get();
		assertThat(altered.range()).isEqualTo(PitrRange.months(3));
		assertThat(altered.createdAt()).isEqualTo(pitr.createdAt());
		assertThat(altered.alteredAt()).isAfter(pitr.createdAt());
		this.pitrs.drop(NAME);
		assertThat(this.pitrs.exists(NAME)).isFalse();
		assertThat(this.pitrs.dropIfExists(NAME)).isFalse();
		assertThatExceptionOfType(PitrNotFoundException.class).isThrownBy(() -> this.pitrs.get(NAME));
		assertThatExceptionOfType(PitrNotFoundException.class).isThrownBy(() -> this.pitrs.drop(NAME));
		assertThatExceptionOfType(PitrNotFoundException.class)
			.isThrownBy(() -> this.pitrs.alter(NAME, PitrRange.hours(1)));
	}

	@Test
	void isMadeAtEachLevel() {
		this.plain.execute("CREATE ACCOUNT " + ACCOUNT + " ADMIN_NAME 'admin' IDENTIFIED BY '111'");
		List<SnapshotScope> scopes = List.of(SnapshotScope.cluster(), SnapshotScope.account(),
				SnapshotScope.account(ACCOUNT), SCOPE, SnapshotScope.table(ITEM));
		for (int i = 0; i < scopes.size(); i++) {
			Pitr pitr = this.pitrs.create(PitrName.of("ct_pitr_" + i), scopes.get(i), PitrRange.days(i + 1)).get();
			assertThat(pitr.range()).isEqualTo(PitrRange.days(i + 1));
			assertThat(pitr.scope()).isEqualTo((i < 4) ? scopes.get(i) : SnapshotScope.table(QUALIFIED));
			SnapshotScope scope = scopes.get(i);
			assertThatExceptionOfType(PitrAlreadyExistsException.class)
				.isThrownBy(() -> this.pitrs.create(NAME, scope, PitrRange.hours(1)));
		}
		assertThat(this.pitrs.list()).extracting((pitr) -> pitr.name().value())
			.contains("ct_pitr_0", "ct_pitr_1", "ct_pitr_2", "ct_pitr_3", "ct_pitr_4")
			.doesNotContain("sys_mo_catalog_pitr");
	}

	@Test
	void refusesWhatCannotBeMade() {
		this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		assertThatExceptionOfType(PitrAlreadyExistsException.class)
			.isThrownBy(() -> this.pitrs.create(NAME, SnapshotScope.table(ITEM), PitrRange.hours(1)));
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.pitrs.create(BY_ACCOUNT, SnapshotScope.database(OTHER), PitrRange.hours(1)));
		assertThatExceptionOfType(TableNotFoundException.class).isThrownBy(
				() -> this.pitrs.create(BY_ACCOUNT, SnapshotScope.table(TableName.of("missing")), PitrRange.hours(1)));
		assertThat(this.pitrs.exists(BY_ACCOUNT)).isFalse();
	}

	@Test
	void followsTheTransaction() {
		AfterCommit<Pitr> handle = this.transaction.execute((status) -> {
			AfterCommit<Pitr> pending = this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
			this.jdbc.update("INSERT INTO item VALUES (2, 'two')");
			AfterCommit<Pitr> altered = this.pitrs.alter(NAME, PitrRange.days(1));
			assertThat(this.pitrs.exists(NAME)).isFalse();
			assertThat(altered.state()).isEqualTo(State.PENDING);
			return pending;
		});
		assertThat(handle.get().range()).isEqualTo(PitrRange.hours(1));
		assertThat(this.pitrs.get(NAME).range()).isEqualTo(PitrRange.days(1));
		this.transaction.executeWithoutResult((status) -> {
			this.pitrs.drop(NAME);
			this.jdbc.update("INSERT INTO item VALUES (3, 'three')");
			assertThat(this.pitrs.recoveryWindow(NAME).isEmpty()).isFalse();
			status.setRollbackOnly();
		});
		assertThat(this.pitrs.exists(NAME)).isTrue();
		this.transaction.executeWithoutResult((status) -> {
			this.pitrs.create(BY_ACCOUNT, SnapshotScope.table(ITEM), PitrRange.hours(1));
			this.jdbc.update("INSERT INTO item VALUES (3, 'three')");
			status.setRollbackOnly();
		});
		assertThat(this.pitrs.exists(BY_ACCOUNT)).isFalse();
		this.transaction.executeWithoutResult((status) -> this.pitrs.drop(NAME));
		assertThat(this.pitrs.exists(NAME)).isFalse();
		assertThat(names()).containsExactly("one", "two");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "null", textBlock = """
			null
			%2B09:00
			-03:30
			Europe/Berlin
			UTC
			""")
	void restoresADatabaseToTheVeryInstantWhateverTheZoneOfTheSession(String zone) {
		if (zone != null) {
			use("?sessionVariables=time_zone='" + zone + "'");
		}
		this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		Instant one = now();
		this.jdbc.update("INSERT INTO item VALUES (2, 'two')");
		Instant two = now();
		this.jdbc.update("INSERT INTO item VALUES (3, 'three')");
		this.jdbc.execute("CREATE TABLE since (id INT PRIMARY KEY)");
		PitrRestore restore = this.pitrs.restoreDatabase(DATABASE, NAME, two);
		assertThat(names()).containsExactly("one", "two");
		assertThat(this.jdbc.queryForList("SHOW TABLES", String.class)).containsExactly("item");
		assertThat(restore.instant()).isEqualTo(two);
		assertThat(restore.restored()).isEqualTo(SCOPE);
		assertThat(this.restored).isEqualTo(1);
		this.pitrs.restoreDatabase(DATABASE, NAME, one);
		assertThat(names()).containsExactly("one");
		this.restores.restoreDatabase(DATABASE, Objects.requireNonNull(restore.before()).name());
		assertThat(names()).containsExactly("one", "two", "three");
		assertThat(this.jdbc.queryForList("SHOW TABLES", String.class)).containsExactly("item", "since");
	}

	@Test
	void restoresWholeSeconds() {
		this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		Instant second = now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
		await().until(() -> now().isAfter(second));
		this.jdbc.update("INSERT INTO item VALUES (2, 'two')");
		this.pitrs.restoreDatabase(DATABASE, NAME, second);
		assertThat(names()).containsExactly("one");
	}

	@Test
	void endsWithTheDatabaseThatItRestores() {
		this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		Instant before = someTimeAgo();
		this.jdbc.update("INSERT INTO item VALUES (2, 'two')");
		PitrRestore restore = this.pitrs.restoreDatabase(DATABASE, NAME, before);
		assertThat(restore.isStillKept()).isFalse();
		assertThat(restore.pitr().endedAt()).isBetween(before, now());
		assertThat(this.pitrs.recoveryWindow(NAME).to()).isEqualTo(restore.pitr().endedAt());
		Instant after = now();
		assertThatExceptionOfType(OutsideRecoveryWindowException.class).isThrownBy(() -> this.pitrs.check(NAME, after))
			.withMessageContaining("create another PITR");
		this.pitrs.check(NAME, before);
		Pitr another = this.pitrs.create(BY_ACCOUNT, SCOPE, PitrRange.hours(1)).get();
		assertThat(another.isActive()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "TRUNCATE TABLE item", "ALTER TABLE item ADD COLUMN price INT", "DROP TABLE item" })
	void endsWithTheTableThatItHolds(String statement) {
		this.pitrs.create(NAME, SnapshotScope.table(ITEM), PitrRange.hours(1));
		Instant before = someTimeAgo();
		this.jdbc.execute(statement);
		assertThat(this.pitrs.get(NAME).isActive()).isFalse();
		this.pitrs.restoreTable(ITEM, NAME, before);
		assertThat(names()).containsExactly("one");
	}

	@Test
	void isNotMadeOfATableWhoseIdTheServerWouldMistake() {
		this.jdbc.execute("ALTER TABLE item ADD COLUMN price INT");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.pitrs.create(NAME, SnapshotScope.table(ITEM), PitrRange.hours(1)))
			.withMessageContaining("altered or truncated");
		this.jdbc.execute("CREATE PITR ct_pitr FOR TABLE ct_pitr item RANGE 1 'h'");
		Pitr pitr = this.pitrs.get(NAME);
		assertThat(pitr.isActive()).isFalse();
		assertThat(this.pitrs.recoveryWindow(NAME).isEmpty()).isTrue();
	}

	@Test
	void restoresATableByAnyPitrThatHoldsIt() {
		this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		this.pitrs.create(BY_ACCOUNT, SnapshotScope.account(), PitrRange.hours(1));
		this.pitrs.create(PitrName.of("ct_pitr_table"), SnapshotScope.table(ITEM), PitrRange.hours(1));
		Instant before = now();
		for (PitrName name : List.of(NAME, BY_ACCOUNT, PitrName.of("ct_pitr_table"))) {
			this.jdbc.update("UPDATE item SET name = 'changed'");
			PitrRestore restore = this.pitrs.restoreTable(ITEM, name, before);
			assertThat(names()).containsExactly("one");
			this.restores.restoreTable(QUALIFIED, Objects.requireNonNull(restore.before()).name());
			assertThat(names()).containsExactly("changed");
		}
		assertThat(this.pitrs.get(NAME).isActive()).isTrue();
		assertThat(this.pitrs.get(BY_ACCOUNT).isActive()).isTrue();
	}

	@Test
	void restoresWhatWasDropped() {
		this.pitrs.create(BY_ACCOUNT, SnapshotScope.account(), PitrRange.hours(1));
		Instant before = now();
		this.jdbc.execute("DROP TABLE item");
		assertThat(this.pitrs.restoreTable(ITEM, BY_ACCOUNT, before).before()).isNull();
		assertThat(names()).containsExactly("one");
		this.plain.execute("DROP DATABASE ct_pitr");
		PitrRestore restore = this.pitrs.restoreDatabase(DATABASE, BY_ACCOUNT, before);
		assertThat(restore.before()).isNull();
		assertThat(restore.isStillKept()).isTrue();
		assertThat(names()).containsExactly("one");
	}

	@Test
	void saysWhatWasNotThereAtTheInstant() {
		this.pitrs.create(BY_ACCOUNT, SnapshotScope.account(), PitrRange.hours(1));
		Instant before = now();
		this.jdbc.execute("CREATE TABLE since (id INT PRIMARY KEY)");
		this.plain.execute("CREATE DATABASE ct_pitr_other");
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.pitrs.restoreTable(TableName.of("since"), BY_ACCOUNT, before));
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.pitrs.restoreDatabase(OTHER, BY_ACCOUNT, before));
		assertThat(this.jdbc.queryForList("SHOW TABLES", String.class)).containsExactly("item", "since");
		assertThat(this.restored).as("caches are cleared after a failure as well").isEqualTo(2);
	}

	@Test
	void restoresWithinItsWindowOnly() {
		Instant early = now();
		Pitr pitr = this.pitrs.create(BY_ACCOUNT, SnapshotScope.account(), PitrRange.hours(1)).get();
		assertRefused(early);
		assertRefused(pitr.createdAt());
		assertThatCode(() -> this.pitrs.check(BY_ACCOUNT, pitr.createdAt().plusNanos(1))).doesNotThrowAnyException();
		Instant inWindow = now();
		assertRefused(inWindow.plusSeconds(60));
		RecoveryWindow window = this.pitrs.recoveryWindow(BY_ACCOUNT);
		assertThat(window.from()).isEqualTo(pitr.createdAt());
		assertThat(window.to()).isBetween(inWindow, now());
		this.pitrs.restoreDatabase(DATABASE, BY_ACCOUNT, pitr.createdAt().plusNanos(1));
		this.pitrs.restoreDatabase(DATABASE, BY_ACCOUNT, window.to());
		Pitr altered = this.pitrs.alter(BY_ACCOUNT, PitrRange.days(100)).get();
		// MO#19070, MO#19156; the server itself would take these
		assertRefused(inWindow);
		assertRefused(altered.alteredAt());
		assertThat(this.pitrs.recoveryWindow(BY_ACCOUNT).from()).isEqualTo(altered.alteredAt());
		this.pitrs.restoreTable(ITEM, BY_ACCOUNT, altered.alteredAt().plus(MICROSECOND));
		assertThat(names()).containsExactly("one");
	}

	@Test
	void theServerTakesWhatWasBeforeTheLastChange() {
		this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		Instant inWindow = now();
		this.pitrs.alter(NAME, PitrRange.hours(2));
		assertThatCode(() -> this.plain.execute("RESTORE DATABASE ct_pitr FROM PITR ct_pitr " + local(inWindow)))
			.doesNotThrowAnyException();
	}

	@Test
	void restoresWhatThePitrHoldsOnly() {
		this.plain.execute("CREATE DATABASE ct_pitr_other");
		this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		this.pitrs.create(PitrName.of("ct_pitr_cluster"), SnapshotScope.cluster(), PitrRange.hours(1));
		Instant instant = now();
		assertThatExceptionOfType(PitrScopeMismatchException.class)
			.isThrownBy(() -> this.pitrs.restoreDatabase(OTHER, NAME, instant));
		assertThatExceptionOfType(PitrScopeMismatchException.class)
			.isThrownBy(() -> this.pitrs.restoreAccount(NAME, instant));
		assertThatExceptionOfType(PitrScopeMismatchException.class)
			.isThrownBy(() -> this.pitrs.restoreDatabase(DATABASE, PitrName.of("ct_pitr_cluster"), instant));
		assertThatExceptionOfType(PitrNotFoundException.class)
			.isThrownBy(() -> this.pitrs.restoreDatabase(DATABASE, PitrName.of("ct_pitr_missing"), instant));
		assertNoSnapshots();
	}

	@Test
	void isRefusedInATransaction() {
		this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		Instant instant = now();
		this.transaction
			.executeWithoutResult((status) -> assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.pitrs.restoreDatabase(DATABASE, NAME, instant)));
		assertNoSnapshots();
	}

	@Test
	void refusesWhatAForeignKeyReferencesBecauseTheServerWouldDoNothing() {
		// MO#27117
		this.jdbc.execute("CREATE TABLE child (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item (id))");
		this.plain.execute("CREATE DATABASE ct_pitr_other");
		this.plain.execute("CREATE TABLE ct_pitr_other.child (id INT PRIMARY KEY, item INT, "
				+ "FOREIGN KEY (item) REFERENCES ct_pitr.item (id))");
		this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		Instant instant = now();
		this.jdbc.update("INSERT INTO item VALUES (2, 'two')");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.pitrs.restoreTable(ITEM, NAME, instant))
			.withMessageContaining("foreign key");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.pitrs.restoreDatabase(DATABASE, NAME, instant))
			.withMessageContaining("another database");
		assertNoSnapshots();
		this.pitrs.restoreTable(TableName.of("child"), NAME, instant);
		this.plain.execute("DROP DATABASE ct_pitr_other");
		this.pitrs.restoreDatabase(DATABASE, NAME, instant);
		assertThat(names()).containsExactly("one");
	}

	@ParameterizedTest
	@ValueSource(strings = { "RESTORE DATABASE ct_pitr FROM", "RESTORE DATABASE ct_pitr TABLE item FROM" })
	void theServerDoesNothingToWhatAForeignKeyReferences(String restore) {
		this.plain.execute("CREATE DATABASE ct_pitr_other");
		this.plain.execute("CREATE TABLE ct_pitr_other.child (id INT PRIMARY KEY, item INT, "
				+ "FOREIGN KEY (item) REFERENCES ct_pitr.item (id))");
		this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		Instant instant = now();
		this.jdbc.update("INSERT INTO item VALUES (2, 'two')");
		this.plain.execute(restore + " PITR ct_pitr " + local(instant));
		assertThat(names()).containsExactly("one", "two");
	}

	@Test
	void changesMoreThanRows() {
		this.jdbc.execute("CREATE TABLE counted (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))");
		this.jdbc.execute("CREATE VIEW viewed AS SELECT * FROM counted");
		this.jdbc.execute("CREATE SEQUENCE numbers");
		this.jdbc.queryForObject("SELECT nextval('numbers')", Integer.class);
		this.jdbc.update("INSERT INTO counted (name) VALUES ('one')");
		this.plain.execute("DROP USER IF EXISTS ct_pitr_user");
		this.plain.execute("CREATE USER ct_pitr_user IDENTIFIED BY '111'");
		this.plain.execute("DROP ROLE IF EXISTS ct_pitr_role");
		this.plain.execute("CREATE ROLE ct_pitr_role");
		this.plain.execute("GRANT ct_pitr_role TO ct_pitr_user");
		this.plain.execute("GRANT CONNECT ON ACCOUNT * TO ct_pitr_role");
		this.plain.execute("GRANT SELECT ON TABLE ct_pitr.counted TO ct_pitr_role");
		JdbcTemplate user = new JdbcTemplate(
				new DriverManagerDataSource(ServerUnderTest.get().url(), "sys:ct_pitr_user:ct_pitr_role", "111"));
		assertThat(user.queryForList("SELECT name FROM ct_pitr.counted", String.class)).containsExactly("one");
		this.pitrs.create(BY_ACCOUNT, SnapshotScope.account(), PitrRange.hours(1));
		Instant instant = now();
		String before = tableId();
		this.pitrs.restoreDatabase(DATABASE, BY_ACCOUNT, instant);
		assertThat(tableId()).isNotEqualTo(before);
		assertThat(this.jdbc.queryForList("SELECT name FROM viewed", String.class)).containsExactly("one");
		this.jdbc.update("INSERT INTO counted (name) VALUES ('two')");
		assertThat(this.jdbc.queryForObject("SELECT max(id) FROM counted", Integer.class)).isGreaterThan(1);
		assertThat(this.jdbc.queryForList(
				"SELECT 1 FROM mo_catalog.mo_tables WHERE reldatabase = 'ct_pitr' AND " + "relname = 'numbers'"))
			.hasSize(ServerUnderTest.get().isNewer() ? 1 : 0);
		// MO#26700
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> user.queryForList("SELECT name FROM ct_pitr.counted"))
			.withStackTraceContaining("do not have privilege");
		this.plain.execute("DROP USER ct_pitr_user");
		this.plain.execute("DROP ROLE ct_pitr_role");
	}

	@Test
	void readsBeforeItRestores() {
		this.pitrs.create(NAME, SCOPE, PitrRange.hours(1));
		Instant instant = now();
		this.jdbc.update("DELETE FROM item");
		String before = this.snapshots.tableAt(ITEM, instant);
		assertThat(this.jdbc.queryForList("SELECT id FROM " + before + " o WHERE o.id NOT IN (SELECT id FROM item)",
				Integer.class))
			.containsExactly(1);
	}

	@Test
	void restoresAnotherAccount() {
		this.plain.execute("CREATE ACCOUNT " + ACCOUNT + " ADMIN_NAME 'admin' IDENTIFIED BY '111'");
		DriverManagerDataSource source = new DriverManagerDataSource(ServerUnderTest.get().url(), ACCOUNT + ":admin",
				"111");
		JdbcTemplate tenant = new JdbcTemplate(source);
		tenant.execute("CREATE DATABASE shop");
		tenant.execute("CREATE TABLE shop.item (id INT PRIMARY KEY)");
		this.pitrs.create(NAME, SnapshotScope.account(ACCOUNT), PitrRange.hours(1));
		Instant before = now();
		tenant.execute("INSERT INTO shop.item VALUES (1)");
		PitrRestore restore = this.pitrs.restoreAccount(NAME, before);
		assertThat(restore.isStillKept()).isTrue();
		assertThat(tenant.queryForObject("SELECT count(*) FROM shop.item", Integer.class)).isZero();
		this.restores.restoreAccount(AccountName.of(ACCOUNT), Objects.requireNonNull(restore.before()).name());
		assertThat(tenant.queryForObject("SELECT count(*) FROM shop.item", Integer.class)).isOne();
	}

	@Test
	void saysThatAnotherAccountHasNoListOfPitrs() {
		this.plain.execute("CREATE ACCOUNT " + ACCOUNT + " ADMIN_NAME 'admin' IDENTIFIED BY '111'");
		JdbcTemplate tenant = new JdbcTemplate(
				new DriverManagerDataSource(ServerUnderTest.get().url(), ACCOUNT + ":admin", "111"));
		tenant.execute("CREATE DATABASE shop");
		CommandExecutor executor = new CommandExecutor(
				new MatrixOneDataSource(Objects.requireNonNull(tenant.getDataSource())), new ServerBackend());
		PitrTemplate pitrs = new PitrTemplate(executor, new SnapshotTemplate(executor), List.of());
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> pitrs.create(NAME, SnapshotScope.database("shop"), PitrRange.hours(1)))
			.withMessageContaining("sys account");
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(pitrs::list);
		assertThat(tenant.queryForList("SHOW PITR")).isEmpty();
	}

	@Test
	void restoresTheAccount() {
		assumeTrue(ServerUnderTest.get().disposable());
		this.pitrs.create(BY_ACCOUNT, SnapshotScope.account(), PitrRange.hours(1));
		Instant before = now();
		this.jdbc.update("INSERT INTO item VALUES (2, 'two')");
		this.plain.execute("CREATE DATABASE ct_pitr_other");
		PitrRestore restore = this.pitrs.restoreAccount(BY_ACCOUNT, before);
		assertThat(names()).containsExactly("one");
		assertThat(this.plain.queryForList("SHOW DATABASES LIKE 'ct_pitr_other'")).isEmpty();
		assertThat(restore.isStillKept()).isTrue();
		assertThat(Objects.requireNonNull(restore.before()).scope().accountName()).isEqualTo(AccountName.of("sys"));
	}

	private void assertRefused(Instant instant) {
		long snapshots = snapshots();
		assertThatExceptionOfType(OutsideRecoveryWindowException.class)
			.isThrownBy(() -> this.pitrs.check(BY_ACCOUNT, instant))
			.satisfies((ex) -> assertThat(ex.getFrom()).isNotNull());
		assertThatExceptionOfType(OutsideRecoveryWindowException.class)
			.isThrownBy(() -> this.pitrs.restoreDatabase(DATABASE, BY_ACCOUNT, instant));
		assertThat(snapshots()).isEqualTo(snapshots);
	}

	private void assertNoSnapshots() {
		assertThat(snapshots()).isZero();
	}

	private long snapshots() {
		return this.snapshots.list(SnapshotFilter.all().namePrefix(PitrRestore.SNAPSHOT_PREFIX)).size();
	}

	/**
	 * An instant that lies before that of a drop which follows: the server notes when the
	 * drop began to read, which is some milliseconds earlier.
	 */
	private Instant someTimeAgo() {
		Instant before = now();
		await().until(() -> now().isAfter(before.plusMillis(500)));
		return before;
	}

	/**
	 * The server's clock, at which the next write certainly comes later.
	 */
	private Instant now() {
		return now(this.plain);
	}

	static Instant now(JdbcTemplate plain) {
		Long microseconds = plain
			.queryForObject("SELECT timestampdiff(microsecond, '1970-01-01 00:00:00', utc_timestamp(6))", Long.class);
		return Instant.EPOCH.plus(Objects.requireNonNull(microseconds), ChronoUnit.MICROS);
	}

	/**
	 * What the server takes for an instant, with quotes.
	 */
	private String local(Instant instant) {
		String seconds = this.plain.queryForObject("SELECT convert_tz(?, 'UTC', 'Local')", String.class,
				DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC).format(instant));
		return "'" + seconds + String.format(Locale.ROOT, ".%09d'", instant.getNano());
	}

	private String tableId() {
		return this.plain.queryForObject(
				"SELECT rel_id FROM mo_catalog.mo_tables WHERE reldatabase = 'ct_pitr' AND relname = 'counted'",
				String.class);
	}

	private List<String> names() {
		return this.plain.queryForList("SELECT name FROM ct_pitr.item ORDER BY id", String.class);
	}

	private void use(String parameters) {
		this.pool = new HikariDataSource();
		this.pool.setDataSource(new MatrixOneDataSource(
				Objects.requireNonNull(ServerUnderTest.get().plainJdbc("ct_pitr" + parameters).getDataSource())));
		this.pool.setMaximumPoolSize(2);
		this.pools.add(this.pool);
		this.jdbc = new JdbcTemplate(this.pool);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(this.pool));
		CommandExecutor executor = new CommandExecutor(this.pool, new ServerBackend());
		this.snapshots = new SnapshotTemplate(executor);
		this.restores = new RestoreTemplate(executor, this.snapshots, List.of());
		this.pitrs = new PitrTemplate(executor, this.snapshots, List.of(() -> this.restored++));
	}

}
