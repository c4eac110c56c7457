package io.github.matrixone.spring.contract;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.function.Consumer;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.contract.item.Item;
import io.github.matrixone.spring.contract.item.ItemRepository;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.MissingPrivilegeException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.CommandExecutor;
import io.github.matrixone.spring.transaction.MatrixOneDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Facts of the server that the library relies on or stands between: a server that behaves
 * otherwise must fail a test, not a user. What goes around the wrapper is marked raw.
 */
abstract class ServerFactsContract extends Contract {

	private static final String ACCOUNT = "ct_account";

	@Test
	void rawCloneUnderAutocommitOffSurvivesTheRollback() throws SQLException {
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			raw.setAutoCommit(false);
			statement.execute("INSERT INTO item VALUES (3, 'three', 30)");
			statement.execute("CREATE TABLE ct_clone CLONE item");
			raw.rollback();
		}
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	@Test
	void cloneSentAsSqlJoinsTheTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			this.items.saveAndFlush(new Item(3, "three", 30));
			this.jdbc.execute("CREATE TABLE ct_clone CLONE item");
			assertThat(names(CLONE)).containsExactly("one", "two", "three");
			status.setRollbackOnly();
		});
		assertThat(tables()).doesNotContain("ct_clone");
	}

	@Test
	void nothingElseIsSentBeneathTheDriver() {
		MatrixOneServer server = MatrixOneServer.get();
		try (HikariDataSource pool = DataSourceBuilder.create()
			.type(HikariDataSource.class)
			.url(server.url() + "contract?queryInterceptors=" + WireStatements.class.getName())
			.username(server.username())
			.password(server.password())
			.build()) {
			DataSource wrapped = new MatrixOneDataSource(pool);
			JdbcTemplate wire = new JdbcTemplate(wrapped);
			wire.setMaxRows(1);
			TransactionTemplate template = transaction(new JdbcTransactionManager(wrapped));
			wire.queryForList("SELECT id FROM item");
			WireStatements.SENT.clear();
			template.executeWithoutResult((status) -> {
			});
			assertThat(WireStatements.SENT).isEmpty();
			template.executeWithoutResult((status) -> {
				wire.queryForList("SELECT id FROM item");
				wire.update("DELETE FROM item WHERE id = 1");
			});
			assertThat(WireStatements.SENT).containsExactly("BEGIN", "SELECT id FROM item",
					"DELETE FROM item WHERE id = 1", "COMMIT");
			WireStatements.SENT.clear();
			template.setReadOnly(true);
			template.executeWithoutResult((status) -> wire.queryForList("SELECT id FROM item"));
			assertThat(WireStatements.SENT).containsExactly("SELECT id FROM item");
		}
	}

	@Test
	void worksUnderJpaWithLazyConnectionsAndAutocommitTurnedOff() {
		MatrixOneServer server = MatrixOneServer.get();
		try (ConfigurableApplicationContext application = new SpringApplicationBuilder(ContractApplication.class)
			.web(WebApplicationType.NONE)
			.run("--spring.datasource.url=" + server.url() + "contract",
					"--spring.datasource.username=" + server.username(),
					"--spring.datasource.password=" + server.password(), "--spring.datasource.connection-fetch=lazy",
					"--spring.datasource.hikari.auto-commit=false")) {
			TransactionTemplate template = transaction(application.getBean(JpaTransactionManager.class));
			ItemRepository repository = application.getBean(ItemRepository.class);
			CloneOperations operations = application.getBean(CloneOperations.class);
			template.executeWithoutResult((status) -> {
				repository.save(new Item(3, "three", 30));
				operations.cloneTable(ITEM, CLONE);
				status.setRollbackOnly();
			});
			assertThat(tables()).doesNotContain("ct_clone");
			assertThat(names(ITEM)).containsExactly("one", "two");
			template.executeWithoutResult((status) -> {
				repository.save(new Item(4, "four", 40));
				operations.cloneTable(ITEM, CLONE);
			});
		}
		assertThat(names(CLONE)).containsExactly("one", "two", "four");
		assertThat(names(ITEM)).containsExactly("one", "two", "four");
	}

	@Test
	void rawAnswersAreOutOfStepAfterAnUnclassifiedError() throws SQLException {
		int outOfStep = 0;
		for (int i = 0; i < 20; i++) {
			try (Connection raw = raw(); Statement statement = raw.createStatement()) {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.executeQuery("SELECT t.b FROM (SELECT 'x' a, 1 b UNION ALL "
							+ "SELECT 'y', 2 UNION ALL SELECT 'z', 3) t WHERE t.a > 'x'"))
					.returns(1105, SQLException::getErrorCode);
				outOfStep += answers(statement) ? 0 : 1;
			}
		}
		assertThat(outOfStep).isPositive();
	}

	private static boolean answers(Statement statement) {
		try (ResultSet rows = statement.executeQuery("SELECT 42")) {
			return rows.next() && rows.getInt(1) == 42;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	@Test
	void rawBeginInATransactionCommitsIt() throws SQLException {
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("BEGIN");
			statement.execute("INSERT INTO item VALUES (3, 'three', 30)");
			statement.execute("BEGIN");
			statement.execute("ROLLBACK");
		}
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
	}

	@Test
	void rawSetInATransactionCommitsIt() throws SQLException {
		// MO#26872
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("BEGIN");
			statement.execute("INSERT INTO item VALUES (3, 'three', 30)");
			statement.execute("SET @x = 1");
			statement.execute("ROLLBACK");
		}
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
	}

	@Test
	void rawLiveCloneOfAModifiedTableIsCorrupt() throws SQLException {
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("BEGIN");
			statement.execute("UPDATE item SET name = 'changed' WHERE id = 1");
			statement.execute("CREATE TABLE ct_clone CLONE item");
			statement.execute("COMMIT");
		}
		assertThat(names(CLONE)).containsExactly("changed", "one", "two");
	}

	@Test
	void rawLiveCloneOfATableChangedThroughAForeignKeyIsCorrupt() throws SQLException {
		this.jdbc.execute("CREATE TABLE ct_parent (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE TABLE ct_child (id INT PRIMARY KEY, name VARCHAR(9), parent INT, "
				+ "FOREIGN KEY (parent) REFERENCES ct_parent (id) ON DELETE CASCADE)");
		this.jdbc.update("INSERT INTO ct_parent VALUES (1), (2)");
		this.jdbc.update("INSERT INTO ct_child VALUES (1, 'a', 1), (2, 'b', 2)");
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("BEGIN");
			statement.execute("DELETE FROM ct_parent WHERE id = 1");
			statement.execute("CREATE TABLE ct_child_clone CLONE ct_child");
			statement.execute("ROLLBACK");
			statement.execute("BEGIN");
			statement.execute("DELETE FROM ct_parent WHERE id = 1");
			statement.execute("CREATE TABLE ct_clone CLONE ct_child");
			statement.execute("COMMIT");
		}
		assertThat(names(TableName.of("ct_child"))).containsExactly("b");
		assertThat(names(CLONE)).containsExactly("a", "b");
	}

	@Test
	void rawUpdateOfACloneInItsTransactionBringsDeletedRowsBack() throws SQLException {
		this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
		this.controls.flushTable(ITEM);
		this.jdbc.update("DELETE FROM item WHERE id = 1");
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("BEGIN");
			statement.execute("CREATE TABLE ct_clone CLONE item");
			statement.execute("UPDATE ct_clone SET name = 'changed' WHERE id = 2");
			statement.execute("COMMIT");
		}
		assertThat(names(CLONE)).containsExactly("one", "changed", "three");
	}

	@Test
	void insertsIntoACloneInItsTransactionBringNothingBack() {
		this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
		this.controls.flushTable(ITEM);
		this.jdbc.update("DELETE FROM item WHERE id = 1");
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneTable(ITEM, CLONE);
			this.jdbc.update("INSERT INTO ct_clone VALUES (1, 'again', 10)");
			assertThat(names(CLONE)).containsExactly("again", "two", "three");
		});
		assertThat(names(CLONE)).containsExactly("again", "two", "three");
	}

	@Test
	void rawCloneIfNotExistsAppendsRows() throws SQLException {
		// MO#27039
		this.jdbc.execute("CREATE TABLE ct_clone (id INT, name VARCHAR(50), quantity INT)");
		this.jdbc.update("INSERT INTO ct_clone VALUES (1, 'mine', 0)");
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("CREATE TABLE IF NOT EXISTS ct_clone CLONE item");
		}
		assertThat(names(CLONE)).containsExactly("mine", "one", "two");
	}

	@Test
	void rawCloneOfAMissingDatabaseMakesAnEmptyOne() throws SQLException {
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("CREATE DATABASE ct_copy CLONE ct_missing");
		}
		assertThat(databases()).containsExactly("ct_copy");
	}

	@Test
	void rawCloneOfADatabaseOutsideASnapshotMakesAnEmptyOne() throws SQLException {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.execute("CREATE DATABASE ct_other");
		this.jdbc.execute("CREATE TABLE ct_other.t (id INT PRIMARY KEY)");
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("CREATE DATABASE ct_copy CLONE ct_other {SNAPSHOT = 'ct_snapshot'}");
			assertThat(statement.executeQuery("SHOW TABLES FROM ct_copy").next()).isFalse();
		}
	}

	@Test
	void rawRestoreOfATableOutsideASnapshotIsAccepted() throws SQLException {
		this.jdbc.execute("CREATE DATABASE ct_other");
		this.jdbc.execute("CREATE TABLE ct_other.t (id INT PRIMARY KEY)");
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.update("INSERT INTO ct_other.t VALUES (1)");
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("RESTORE TABLE ct_other.t {SNAPSHOT = 'ct_snapshot'}");
		}
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM ct_other.t", Integer.class)).isZero();
	}

	@Test
	void rawRestoreToAnotherAccountReportsSuccessAndDoesNothing() {
		inAccount((account) -> {
			this.snapshots.create(SNAPSHOT, SCOPE);
			this.jdbc.execute("RESTORE DATABASE contract {SNAPSHOT = 'ct_snapshot'} TO ACCOUNT " + ACCOUNT);
			assertThat(account.queryForList("SHOW DATABASES LIKE 'contract'")).isEmpty();
		});
	}

	@Test
	void clonesAndReadsAtAnInstant() {
		Instant instant = this.snapshots.create(SNAPSHOT, SCOPE).createdAt();
		this.jdbc.update("UPDATE item SET name = 'changed'");
		this.clones.cloneTable(ITEM, CLONE, CloneOptions.defaults().from(AsOf.instant(instant)));
		assertThat(names(CLONE)).containsExactly("one", "two");
		this.clones.cloneDatabase(DATABASE, COPY, CloneOptions.defaults().from(AsOf.instant(instant)));
		assertThat(names(TableName.of(COPY, "item"))).containsExactly("one", "two");
		assertThat(names(this.snapshots.tableAt(ITEM, instant))).containsExactly("one", "two");
	}

	@Test
	void copiesGrants() {
		this.clones.cloneTable(ITEM, CLONE, CloneOptions.defaults().copyGrants());
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	@Test
	void worksAcrossAccounts() {
		inAccount((account) -> {
			AccountName name = AccountName.of(ACCOUNT);
			this.snapshots.create(SNAPSHOT, SCOPE);
			this.clones.cloneDatabase(DATABASE, COPY, CloneOptions.defaults().from(SNAPSHOT).toAccount(name));
			account.execute("CREATE DATABASE ct_tables");
			this.clones.cloneTable(ITEM, TableName.of("ct_tables", "item"),
					CloneOptions.defaults().from(SNAPSHOT).toAccount(name));
			assertThat(account.queryForObject("SELECT count(*) FROM ct_copy.item", Integer.class)).isEqualTo(2);
			assertThat(account.queryForObject("SELECT count(*) FROM ct_tables.item", Integer.class)).isEqualTo(2);
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.restores.restoreAccount(AccountName.of("sys"), SNAPSHOT, name));
			this.snapshots.create(SnapshotName.of("ct_of_account"), SnapshotScope.account(name));
			account.execute("DROP DATABASE ct_copy");
			this.restores.restoreAccount(name, SnapshotName.of("ct_of_account"));
			assertThat(account.queryForObject("SELECT count(*) FROM ct_copy.item", Integer.class)).isEqualTo(2);
		});
	}

	@Test
	void namesTheMissingPrivilege() {
		inAccount((account) -> {
			account.execute("CREATE DATABASE ct_own");
			account.execute("CREATE ROLE ct_role");
			account.execute("CREATE USER ct_user IDENTIFIED BY '111' DEFAULT ROLE ct_role");
			account.execute("GRANT CONNECT ON ACCOUNT * TO ct_role");
			account.execute("GRANT ALL ON DATABASE * TO ct_role");
			account.execute("GRANT ALL ON TABLE *.* TO ct_role");
			account.execute("GRANT ALL ON ACCOUNT * TO ct_role");
			MatrixOneServer server = MatrixOneServer.get();
			SingleConnectionDataSource user = new SingleConnectionDataSource(server.url() + "ct_own",
					ACCOUNT + ":ct_user:ct_role", "111", true);
			SnapshotTemplate snapshots = new SnapshotTemplate(
					new CommandExecutor(new MatrixOneDataSource(user), this.backend));
			assertThatExceptionOfType(MissingPrivilegeException.class)
				.isThrownBy(() -> snapshots.create(SNAPSHOT, SnapshotScope.database("ct_own")))
				.withMessageContaining("accountadmin");
			user.destroy();
		});
	}

	@Test
	void anApplicationGoesOnAfterItsConnectionWasKilled() throws SQLException {
		TransactionTemplate template = transaction(this.jdbcTransactionManager);
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> template.executeWithoutResult((status) -> {
				this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
				this.clones.cloneTable(ITEM, CLONE);
				kill(this.jdbc.queryForObject("SELECT connection_id()", Long.class));
				this.jdbc.update("INSERT INTO item VALUES (4, 'four', 40)");
			}));
		assertThat(names(ITEM)).containsExactly("one", "two");
		assertThat(tables()).doesNotContain("ct_clone");
		template.executeWithoutResult((status) -> this.jdbc.update("INSERT INTO item VALUES (5, 'five', 50)"));
		assertThat(names(ITEM)).containsExactly("one", "two", "five");
	}

	@Test
	void clonesFromTheSnapshotOfAnotherAccount() {
		inAccount((account) -> {
			account.execute("CREATE DATABASE ct_own");
			account.execute("CREATE TABLE ct_own.t (id INT PRIMARY KEY)");
			this.snapshots.create(SNAPSHOT, SnapshotScope.account(AccountName.of(ACCOUNT)));
			this.clones.cloneDatabase(DatabaseName.of("ct_own"), COPY, SNAPSHOT);
			assertThat(this.jdbc.queryForList("SHOW TABLES FROM ct_copy")).hasSize(1);
			assertThatExceptionOfType(DatabaseNotFoundException.class)
				.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, DatabaseName.of("ct_other"), SNAPSHOT));
			assertThat(databases()).containsExactly("ct_copy");
		});
	}

	@Test
	void restoresTheClusterOfADisposableServer() {
		Assumptions.assumeTrue(MatrixOneServer.get().disposable(),
				"NOT RUN: a restore of the cluster. It would undo all that others do on the server meanwhile; "
						+ "scripts/with-matrixone starts a server for which that does not matter");
		this.snapshots.create(SNAPSHOT, SnapshotScope.cluster());
		this.jdbc.update("DELETE FROM item");
		this.restores.restoreCluster(SNAPSHOT);
		assertThat(names(ITEM)).containsExactly("one", "two");
		this.jdbc.update("DELETE FROM item");
		this.restores.restoreAccount(AccountName.of("sys"), SNAPSHOT);
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	private void kill(long connectionId) {
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("KILL " + connectionId);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Connection raw() throws SQLException {
		MatrixOneServer server = MatrixOneServer.get();
		return DriverManager.getConnection(server.url() + "contract", server.username(), server.password());
	}

	private void inAccount(Consumer<JdbcTemplate> test) {
		this.jdbc.execute("DROP ACCOUNT IF EXISTS " + ACCOUNT);
		this.jdbc.execute("CREATE ACCOUNT " + ACCOUNT + " ADMIN_NAME 'admin' IDENTIFIED BY '111'");
		MatrixOneServer server = MatrixOneServer.get();
		SingleConnectionDataSource account = new SingleConnectionDataSource(server.url(), ACCOUNT + ":admin", "111",
				true);
		try {
			test.accept(new JdbcTemplate(account));
		}
		finally {
			account.destroy();
			this.jdbc.execute("DROP ACCOUNT IF EXISTS " + ACCOUNT);
		}
	}

}
