package io.github.matrixone.spring.contract;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.CallableStatementCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.item.Item;
import io.github.matrixone.spring.contract.item.ItemRepository;
import io.github.matrixone.spring.dao.MissingPrivilegeException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Facts of the server that the library relies on or stands between: a server that behaves
 * otherwise must fail a test, not a user. What goes around the wrapper is marked raw.
 */
abstract class ServerFactsContract extends ServerContract {

	@Autowired
	private MatrixOneBackend backend;

	@Autowired
	private DataSource dataSource;

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
	void rawProcedureRunsOutsideOfTheTransaction() throws SQLException {
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("DROP PROCEDURE IF EXISTS ct_insert");
			statement.execute("CREATE PROCEDURE ct_insert() 'begin INSERT INTO item VALUES (4, ''four'', 40); end'");
			try {
				statement.execute("BEGIN");
				statement.execute("INSERT INTO item VALUES (3, 'three', 30)");
				statement.execute("CALL ct_insert()");
				statement.execute("ROLLBACK");
			}
			finally {
				statement.execute("DROP PROCEDURE ct_insert");
			}
		}
		assertThat(names(ITEM)).containsExactly("one", "two", "four");
	}

	@Test
	void aProcedureCanBeCalledOutsideOfTransactionsOnly() {
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		jdbc.execute("DROP PROCEDURE IF EXISTS ct_insert");
		jdbc.execute("CREATE PROCEDURE ct_insert(IN i INT) 'begin INSERT INTO item VALUES (i, ''four'', 40); end'");
		CallableStatementCallback<Boolean> call = (statement) -> {
			statement.setInt(1, 4);
			return statement.execute();
		};
		try {
			this.transaction.executeWithoutResult((status) -> assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> jdbc.execute("{call ct_insert(?)}", call))
				.withMessageContaining("CALL is refused in a transaction"));
			assertThat(names(ITEM)).containsExactly("one", "two");
			jdbc.execute("{call ct_insert(?)}", call);
			assertThat(names(ITEM)).containsExactly("one", "two", "four");
		}
		finally {
			jdbc.execute("DROP PROCEDURE ct_insert");
		}
	}

	@Test
	void nothingElseIsSentBeneathTheDriver() {
		ServerUnderTest server = ServerUnderTest.get();
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setMaximumPoolSize(1);
			pool.setDataSource(new MatrixOneDataSource(new DriverManagerDataSource(
					server.url() + "contract?queryInterceptors=" + WireStatements.class.getName(), server.username(),
					server.password())));
			JdbcTemplate wire = new JdbcTemplate(pool);
			wire.setMaxRows(1);
			TransactionTemplate template = transaction(new JdbcTransactionManager(pool));
			// The keys are known from then on.
			wire.update("DELETE FROM item WHERE id = 9");
			wire.queryForList("SELECT id FROM item");
			WireStatements.SENT.clear();
			template.executeWithoutResult((status) -> {
			});
			assertThat(WireStatements.SENT).isEmpty();
			template.executeWithoutResult((status) -> wire.queryForList("SELECT id FROM item"));
			List<String> probe = List.of("SELECT @@session.transaction_isolation",
					"SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SELECT @@session.transaction_isolation");
			// A newer server says by itself that it is READ COMMITTED.
			assertThat(WireStatements.SENT).containsExactlyElementsOf(
					Stream
						.of(List.of("SET sql_select_limit=DEFAULT"), server.isNewer() ? probe.subList(0, 1) : probe,
								List.of("SET sql_select_limit=1", "SELECT id FROM item"))
						.flatMap(List::stream)
						.toList());
			WireStatements.SENT.clear();
			template.executeWithoutResult((status) -> {
				wire.queryForList("SELECT id FROM item");
				wire.update("DELETE FROM item WHERE id = 1");
			});
			assertThat(WireStatements.SENT).containsExactly("SELECT id FROM item", "SET sql_select_limit=DEFAULT",
					"BEGIN", "DELETE FROM item WHERE id = 1", "COMMIT");
			wire.setMaxRows(-1);
			for (boolean readOnly : new boolean[] { true, false }) {
				WireStatements.SENT.clear();
				template.setReadOnly(readOnly);
				template.executeWithoutResult((status) -> wire.queryForList("SELECT id FROM item"));
				assertThat(WireStatements.SENT).containsExactly("SELECT id FROM item");
			}
		}
	}

	@Test
	void worksUnderJpaWithLazyConnectionsAndAutocommitTurnedOff() {
		ServerUnderTest server = ServerUnderTest.get();
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
	@FaultOfServer("SET in a transaction commits it (MO#26872)")
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
	void rawDeleteByAJoinDeletesAllRowsOfATableWithAForeignKey() throws SQLException {
		this.sql.execute("CREATE TABLE ct_line (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item(id))");
		this.sql.execute("CREATE TABLE ct_free (id INT PRIMARY KEY)");
		this.sql.update("INSERT INTO ct_line VALUES (1, 1), (2, 2)");
		this.sql.update("INSERT INTO ct_free VALUES (1), (2)");
		String join = "DELETE l FROM ct_line l JOIN ct_free f ON l.id = f.id AND f.id = 2";
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("BEGIN");
			assertThat(statement.executeUpdate(join)).as("both of them").isEqualTo(2);
			statement.execute("ROLLBACK");
		}
		assertThatException().isThrownBy(() -> this.sql.update(join))
			.withMessageContaining("ct_line")
			.withMessageContaining("WHERE 1 = 1");
		assertThat(this.sql.update(join + " WHERE 1 = 1")).isOne();
		assertThat(this.sql.update("DELETE f FROM ct_free f JOIN item i ON f.id = i.id AND i.id = 2")).isOne();
		this.sql.execute("DROP TABLE ct_line");
		this.sql.execute("DROP TABLE ct_free");
	}

	@Test
	void rawReadOfTwoTimesReadsOneOfThemTwice() throws SQLException {
		SnapshotName later = SnapshotName.of("ct_later");
		this.snapshots.dropIfExists(later);
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.sql.update("UPDATE item SET name = 'ONE' WHERE id = 1");
		this.snapshots.create(later, SCOPE);
		String join = "SELECT a.name = b.name FROM item {SNAPSHOT = 'ct_snapshot'} a JOIN item {SNAPSHOT = 'ct_later'} b "
				+ "ON a.id = b.id WHERE a.id = 1";
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			ResultSet rows = statement.executeQuery(join);
			assertThat(rows.next()).isTrue();
			assertThat(rows.getBoolean(1)).as("both are said to be alike").isTrue();
		}
		assertThatException().isThrownBy(() -> this.sql.queryForObject(join, Boolean.class))
			.withMessageContaining("different time hints")
			.withMessageContaining("CloneOperations");
		this.snapshots.drop(later);
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
		this.sql.execute("CREATE TABLE ct_parent (id INT PRIMARY KEY)");
		this.sql.execute("CREATE TABLE ct_child (id INT PRIMARY KEY, name VARCHAR(9), parent INT, "
				+ "FOREIGN KEY (parent) REFERENCES ct_parent (id) ON DELETE CASCADE)");
		this.sql.update("INSERT INTO ct_parent VALUES (1), (2)");
		this.sql.update("INSERT INTO ct_child VALUES (1, 'a', 1), (2, 'b', 2)");
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
		this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
		this.controls.flushTable(ITEM);
		this.sql.update("DELETE FROM item WHERE id = 1");
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("BEGIN");
			statement.execute("CREATE TABLE ct_clone CLONE item");
			statement.execute("UPDATE ct_clone SET name = 'changed' WHERE id = 2");
			statement.execute("COMMIT");
		}
		assertThat(names(CLONE)).containsExactly("one", "changed", "three");
	}

	@Test
	@FaultOfServer("CREATE TABLE IF NOT EXISTS … CLONE appends rows (MO#27039)")
	void rawCloneIfNotExistsAppendsRows() throws SQLException {
		// MO#27039
		this.sql.execute("CREATE TABLE ct_clone (id INT, name VARCHAR(50), quantity INT)");
		this.sql.update("INSERT INTO ct_clone VALUES (1, 'mine', 0)");
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("CREATE TABLE IF NOT EXISTS ct_clone CLONE item");
		}
		assertThat(names(CLONE)).containsExactly("mine", "one", "two");
	}

	@Test
	@FaultOfServer("a clone of a missing database makes an empty one")
	void rawCloneOfAMissingDatabaseMakesAnEmptyOne() throws SQLException {
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("CREATE DATABASE ct_copy CLONE ct_missing");
		}
		assertThat(databases()).containsExactly("ct_copy");
	}

	@Test
	@FaultOfServer("a clone of a database that the snapshot does not hold makes an empty one")
	void rawCloneOfADatabaseOutsideASnapshotMakesAnEmptyOne() throws SQLException {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.sql.execute("CREATE DATABASE ct_other");
		this.sql.execute("CREATE TABLE ct_other.t (id INT PRIMARY KEY)");
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("CREATE DATABASE ct_copy CLONE ct_other {SNAPSHOT = 'ct_snapshot'}");
			assertThat(statement.executeQuery("SHOW TABLES FROM ct_copy").next()).isFalse();
		}
	}

	@Test
	@FaultOfServer("a restore of a table that the snapshot does not hold is accepted")
	void rawRestoreOfATableOutsideASnapshotIsAccepted() throws SQLException {
		this.sql.execute("CREATE DATABASE ct_other");
		this.sql.execute("CREATE TABLE ct_other.t (id INT PRIMARY KEY)");
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.sql.update("INSERT INTO ct_other.t VALUES (1)");
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("RESTORE TABLE ct_other.t {SNAPSHOT = 'ct_snapshot'}");
		}
		assertThat(this.sql.queryForObject("SELECT count(*) FROM ct_other.t", Integer.class)).isZero();
	}

	@Test
	void rawRestoreToAnotherAccountReportsSuccessAndDoesNothing() {
		inAccount((account) -> {
			this.snapshots.create(SNAPSHOT, SCOPE);
			this.sql.execute("RESTORE DATABASE contract {SNAPSHOT = 'ct_snapshot'} TO ACCOUNT " + ACCOUNT);
			assertThat(account.queryForList("SHOW DATABASES LIKE 'contract'")).isEmpty();
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
			ServerUnderTest server = ServerUnderTest.get();
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

}
