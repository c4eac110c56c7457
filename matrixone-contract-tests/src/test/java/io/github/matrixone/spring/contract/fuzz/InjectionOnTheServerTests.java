package io.github.matrixone.spring.contract.fuzz;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Names that are SQL do nothing on a server, even where the driver sends several
 * statements at once.
 */
@EnabledIfServer
@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = InjectionOnTheServerTests.Application.class)
class InjectionOnTheServerTests {

	private static final String DATABASE = "ct_injection";

	private static final SnapshotName SNAPSHOT = SnapshotName.of("ct_injection_before");

	private static final TableName ITEM = TableName.of(DATABASE, "item");

	@Autowired
	private SnapshotOperations snapshots;

	@Autowired
	private CloneOperations clones;

	@Autowired
	private RestoreOperations restores;

	@Autowired
	private ControlOperations controls;

	@Autowired
	private JdbcTemplate jdbc;

	private final JdbcTemplate root = ServerUnderTest.get().plainJdbc("");

	private TransactionTemplate transaction;

	@Autowired
	void transactionManager(PlatformTransactionManager transactionManager) {
		this.transaction = new TransactionTemplate(transactionManager);
	}

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		if (ServerUnderTest.isAvailable()) {
			ServerUnderTest.get()
				.register(registry, DATABASE + "?allowMultiQueries=true&createDatabaseIfNotExist=true");
		}
	}

	@BeforeEach
	void prepare() {
		clean();
		this.root.execute("CREATE DATABASE IF NOT EXISTS " + DATABASE);
		for (String table : List.of("item", "victim")) {
			this.root.execute("CREATE TABLE ct_injection." + table + " (id INT PRIMARY KEY)");
			this.root.execute("INSERT INTO ct_injection." + table + " VALUES (1), (2)");
		}
		this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE));
	}

	@AfterEach
	void clean() {
		for (String snapshot : this.root
			.queryForList("SELECT sname FROM mo_catalog.mo_snapshots WHERE sname LIKE 'ct_injection%'", String.class)) {
			this.root.execute("DROP SNAPSHOT `" + snapshot + "`");
		}
		for (String database : databases()) {
			this.root.execute("DROP DATABASE `" + database + "`");
		}
	}

	@Test
	void theDriverSendsSeveralStatementsAtOnce() {
		this.jdbc.execute("SELECT 1; DROP TABLE ct_injection.victim");
		assertThat(tables()).containsExactly("item");
	}

	@ParameterizedTest
	@ValueSource(strings = { "'; DROP TABLE ct_injection.victim; --", "`; DROP TABLE ct_injection.victim; --",
			"\"; DROP TABLE ct_injection.victim; --", "\\'; DROP TABLE ct_injection.victim; --",
			"\\`; DROP TABLE ct_injection.victim; --", "; DROP TABLE ct_injection.victim",
			";DROP/**/TABLE/**/ct_injection.victim;--", ";DELETE/**/FROM/**/ct_injection.victim",
			".victim;DROP/**/TABLE/**/ct_injection.victim#", "{SNAPSHOT=ct_injection_before}", ")/*", "\n;--",
			"\uFF07;DROP/**/TABLE/**/ct_injection.victim", "\u02CB;DROP/**/TABLE/**/ct_injection.victim" })
	void namesThatAreSqlDoNothing(String text) {
		String name = "ct_injection" + text;
		List<Runnable> calls = new ArrayList<>();
		add(calls, DatabaseName::of, name, this::useDatabase);
		add(calls, SnapshotName::of, name, this::useSnapshot);
		add(calls, TableName::of, name, this::useTable);
		add(calls, (database) -> TableName.of(database, "item"), name, this::useTable);
		calls.forEach(Runnable::run);
		assertThat(tables()).contains("item", "victim").isSubsetOf("item", "victim", name.toLowerCase());
		assertThat(this.root.queryForList("SELECT id FROM ct_injection.victim ORDER BY id", Integer.class))
			.containsExactly(1, 2);
		assertThat(databases()).isSubsetOf(DATABASE, name.toLowerCase());
		assertThat(this.snapshots.list(SnapshotFilter.all().database(DatabaseName.of(DATABASE))))
			.extracting((snapshot) -> snapshot.name().normalized())
			.contains(SNAPSHOT.normalized())
			.isSubsetOf(SNAPSHOT.normalized(), name.toLowerCase());
	}

	private static <T> void add(List<Runnable> calls, Function<String, T> factory, String text, Consumer<T> use) {
		T name;
		try {
			name = factory.apply(text);
		}
		catch (IllegalArgumentException ex) {
			assertThat(ex.getMessage()).startsWith("The name of a ");
			return;
		}
		calls.add(() -> use.accept(name));
	}

	private void useDatabase(DatabaseName name) {
		DatabaseName database = DatabaseName.of(DATABASE);
		attempt(() -> this.snapshots.create(SnapshotName.of("ct_injection_other"), SnapshotScope.database(name)),
				() -> this.snapshots.list(SnapshotFilter.all().database(name)),
				() -> this.clones.cloneDatabase(name, DatabaseName.of(DATABASE)),
				() -> this.clones.cloneDatabase(name, database, SNAPSHOT),
				() -> this.restores.restoreDatabase(name, SNAPSHOT), () -> this.clones.cloneDatabase(database, name),
				() -> this.clones.cloneDatabase(database, name, CloneOptions.defaults().ifNotExists()),
				() -> afterCommit(() -> this.clones.cloneDatabaseAfterCommit(database, name)));
	}

	private void useSnapshot(SnapshotName name) {
		attempt(() -> this.snapshots.create(name, SnapshotScope.database(DATABASE)), () -> this.snapshots.find(name),
				() -> this.clones.cloneTable(ITEM, TableName.of(DATABASE, "victim"), name),
				() -> this.jdbc.queryForList("SELECT * FROM " + this.snapshots.tableAt(ITEM, name)),
				() -> this.restores.restoreTable(ITEM, name),
				() -> this.restores.restoreDatabase(DatabaseName.of(DATABASE), name), () -> this.snapshots.drop(name),
				() -> this.snapshots.dropIfExists(name), () -> this.snapshots.drop(name),
				() -> afterCommit(() -> this.snapshots.createAfterCommit(name, SnapshotScope.database(DATABASE))),
				() -> this.transaction.executeWithoutResult((status) -> this.snapshots.drop(name)));
	}

	private void useTable(TableName table) {
		TableName name = table.qualifiedBy(DatabaseName.of(DATABASE));
		attempt(() -> this.snapshots.create(SnapshotName.of("ct_injection_table"), SnapshotScope.table(name)),
				() -> this.clones.cloneTable(name, TableName.of(DATABASE, "victim")),
				() -> this.clones.cloneTable(name, TableName.of(DATABASE, "victim"), CloneOptions.byCopy()),
				() -> this.jdbc.queryForList("SELECT * FROM " + this.snapshots.tableAt(name, SNAPSHOT)),
				() -> this.jdbc.queryForList("SELECT * FROM " + this.snapshots.tableAt(name, Instant.now())),
				() -> this.restores.restoreTable(name, SNAPSHOT), () -> this.controls.flushTable(name),
				() -> this.clones.cloneTable(ITEM, name),
				() -> this.clones.cloneTable(ITEM, name, CloneOptions.defaults().ifNotExists()),
				() -> this.controls.flushTable(name), () -> this.clones.cloneTable(ITEM, table),
				() -> afterCommit(
						() -> this.clones.cloneTableAfterCommit(ITEM, name, CloneOptions.defaults().ifNotExists())),
				() -> afterCommit(() -> this.clones.cloneTableAfterCommit(name, TableName.of(DATABASE, "victim"))));
	}

	private void afterCommit(Runnable work) {
		this.transaction.executeWithoutResult((status) -> work.run());
	}

	/**
	 * What becomes of the calls does not matter here, if only they fail as calls with
	 * other names do.
	 */
	private static void attempt(Runnable... calls) {
		for (Runnable call : calls) {
			Throwable failure = catchThrowable(call::run);
			if (failure != null) {
				assertThat(failure).isInstanceOfAny(DataAccessException.class, IllegalArgumentException.class);
			}
		}
	}

	private List<String> tables() {
		return this.root.queryForList("SHOW TABLES FROM ct_injection", String.class);
	}

	private List<String> databases() {
		return this.root.queryForList(
				"SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'ct_injection%'",
				String.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
