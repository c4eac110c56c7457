package io.github.matrixone.spring.contract.concurrency;

import java.sql.PreparedStatement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows that a {@code DELETE} deletes in other tables by {@code ON DELETE CASCADE} while
 * others change them.
 */
@EnabledIfServer
@ExtendWith(OutputCaptureExtension.class)
class CascadeTests extends AbstractLockTests {

	private static final String DATABASE = "ct_cascade";

	private static final String DELETE = "DELETE FROM parent WHERE id = 1";

	private static final String CHANGE = "UPDATE child SET n = n + 1 WHERE id = 10";

	CascadeTests() {
		super(DATABASE);
	}

	@BeforeEach
	void createTables() {
		List.of("grandchild", "child", "pair", "coded", "node", "parent")
			.forEach((table) -> this.jdbc.execute("DROP TABLE IF EXISTS " + table));
		this.jdbc.execute("CREATE TABLE parent (id INT PRIMARY KEY, code VARCHAR(10))");
		this.jdbc.execute("CREATE TABLE child (id INT PRIMARY KEY, p INT, n INT, KEY (n), "
				+ "FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE)");
		this.jdbc.execute("CREATE TABLE grandchild (id INT PRIMARY KEY, c INT, n INT, "
				+ "FOREIGN KEY (c) REFERENCES child (id) ON DELETE CASCADE)");
		this.plain.execute("INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'c')");
		this.plain.execute("INSERT INTO child VALUES (10, 1, 0), (20, 2, 0)");
		this.plain.execute("INSERT INTO grandchild VALUES (100, 10, 0), (200, 20, 0)");
	}

	/**
	 * Why they are locked.
	 */
	@Test
	void areLeftWithoutTheRowThatTheyReferenceOnAPlainConnection() {
		JdbcTemplate other = ServerUnderTest.get().plainJdbc(DATABASE);
		TransactionTemplate plainly = new TransactionTemplate(
				new JdbcTransactionManager(Objects.requireNonNull(this.plain.getDataSource())));
		plainly.executeWithoutResult((status) -> {
			this.plain.update("UPDATE grandchild SET n = 1 WHERE id = 100");
			assertThat(other.update(DELETE)).isEqualTo(3);
		});
		assertThat(this.plain.queryForList("SELECT c FROM grandchild", Integer.class)).contains(10);
		assertThat(this.plain.queryForList("SELECT id FROM child", Integer.class)).containsExactly(20);
	}

	@ParameterizedTest
	@ValueSource(strings = { CHANGE, "UPDATE child SET n = 7 WHERE n = 0 AND p = 1",
			"UPDATE grandchild SET n = n + 1 WHERE id = 100", "SELECT n FROM child WHERE id = 10 FOR UPDATE" })
	void areWaitedForByADelete(String change) throws Exception {
		assertThat(afterOther(change, () -> this.jdbc.update(DELETE))).isEqualTo(3);
		assertNoneIsLeft();
		createTables();
		assertThat(afterOther(change,
				() -> this.transaction.execute((status) -> this.jdbc.update("DELETE FROM parent WHERE id = ?", 1))))
			.isEqualTo(3);
		assertNoneIsLeft();
	}

	@Test
	void areKeptIfTheyWereMovedBefore() throws Exception {
		assertThat(afterOther("UPDATE child SET p = 2 WHERE id = 10", () -> this.jdbc.update(DELETE))).isEqualTo(1);
		assertThat(children()).containsExactly("10 2 0", "20 2 0");
		assertThat(this.plain.queryForList("SELECT id FROM child WHERE n IN (0) ORDER BY id", Integer.class))
			.containsExactly(10, 20);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "UPDATE child SET n = n + 1 WHERE id = 10 | 0", "UPDATE child SET p = 2 WHERE id = 10 | 0",
					"UPDATE grandchild SET n = 1 WHERE id = 100 | 0", "DELETE FROM child WHERE id = 10 | 0",
					"UPDATE child SET n = n + 1 WHERE id = 20 | 1" })
	void areGoneForThoseWhoComeLater(String change, int changed) throws Exception {
		Future<Integer> later = Objects.requireNonNull(this.transaction.execute((status) -> {
			this.jdbc.update("DELETE FROM parent WHERE code = ? AND id < ?", "a", 2);
			Future<Integer> started = this.executor.submit(() -> this.jdbc.update(change));
			assertThat(Waits.isDone(started)).isEqualTo(changed == 1);
			return started;
		}));
		assertThat(later.get(20, TimeUnit.SECONDS)).isEqualTo(changed);
		assertNoneIsLeft();
	}

	@Test
	void areLockedForAllOfABatch() throws Exception {
		assertThat(afterOther(CHANGE, () -> Objects.requireNonNull(this.transaction
			.execute((status) -> this.jdbc.execute("DELETE FROM parent WHERE id = ?", (PreparedStatement statement) -> {
				for (int id : List.of(3, 1)) {
					statement.setInt(1, id);
					statement.addBatch();
				}
				return statement.executeBatch();
			})))[1])).isEqualTo(3);
		assertNoneIsLeft();
	}

	@Test
	void areFoundByAKeyOfTwoColumns() throws Exception {
		this.jdbc.execute("CREATE TABLE coded (a INT, b VARCHAR(10), PRIMARY KEY (a, b))");
		this.jdbc.execute("CREATE TABLE pair (id INT PRIMARY KEY, p INT, q VARCHAR(10), n INT, "
				+ "FOREIGN KEY (p, q) REFERENCES coded (a, b) ON DELETE CASCADE)");
		this.plain.execute("INSERT INTO coded VALUES (3, 'c'), (3, 'd')");
		this.plain.execute("INSERT INTO pair VALUES (5, 3, 'c', 0), (6, 3, 'd', 0)");
		assertThat(afterOther("UPDATE pair SET n = 1 WHERE id = 5",
				() -> this.jdbc.update("DELETE FROM coded WHERE `coded`.b = ?;", "c")))
			.isEqualTo(2);
		assertThat(this.plain.queryForList("SELECT id FROM pair", Integer.class)).containsExactly(6);
	}

	@Test
	void areWarnedOfWhereTheyAreNotKnown(CapturedOutput output) {
		this.jdbc.execute("CREATE TABLE node (id INT PRIMARY KEY, parent INT, "
				+ "FOREIGN KEY (parent) REFERENCES node (id) ON DELETE CASCADE)");
		this.jdbc.update("DELETE FROM parent WHERE id = 4 LIMIT 1");
		this.jdbc.update("DELETE a FROM parent AS a WHERE a.id = 4");
		this.jdbc.update("DELETE FROM node WHERE id = 1");
		this.jdbc.update("DELETE FROM grandchild WHERE id = 1 LIMIT 1");
		assertThat(output).containsOnlyOnce("A DELETE from ct_cascade.parent may leave rows")
			.containsOnlyOnce("A DELETE from ct_cascade.node may leave rows")
			.doesNotContain("A DELETE from ct_cascade.grandchild");
	}

	/**
	 * Two privileges that MatrixOne does not ask for by itself.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "mo_catalog.mo_foreign_keys | Rows could not be locked",
			"ct_cascade.* | This user may not see foreign keys" })
	void areDeletedByAUserWhoMayNotSeeThem(String visible, String warning, CapturedOutput output) {
		List.of("DROP USER IF EXISTS ct_cascader", "DROP ROLE IF EXISTS ct_cascading", "CREATE ROLE ct_cascading",
				"GRANT DELETE ON TABLE " + DATABASE + ".* TO ct_cascading",
				"GRANT SELECT ON TABLE " + visible + " TO ct_cascading", "GRANT CONNECT ON ACCOUNT * TO ct_cascading",
				"CREATE USER ct_cascader IDENTIFIED BY '111' DEFAULT ROLE ct_cascading",
				"GRANT ct_cascading TO ct_cascader")
			.forEach(this.server::execute);
		try {
			String url = ServerUnderTest.get().url().replaceFirst("//([^/]+)/[^?]*", "//$1/" + DATABASE);
			DataSource blind = new MatrixOneDataSource(new DriverManagerDataSource(url, "ct_cascader", "111"));
			JdbcTemplate user = new JdbcTemplate(blind);
			assertThat(user.update("DELETE FROM parent WHERE true")).isEqualTo(7);
			createTables();
			assertThat(new TransactionTemplate(new JdbcTransactionManager(blind))
				.<Integer>execute((status) -> user.update("DELETE FROM parent WHERE true"))).isEqualTo(7);
			assertNoneIsLeft();
			assertThat(output).containsOnlyOnce(warning);
		}
		finally {
			this.server.execute("DROP USER ct_cascader");
			this.server.execute("DROP ROLE ct_cascading");
		}
	}

	private void assertNoneIsLeft() {
		assertThat(this.plain.queryForList("SELECT id FROM child WHERE p = 1")).isEmpty();
		assertThat(this.plain.queryForList("SELECT id FROM grandchild WHERE c = 10")).isEmpty();
	}

	private List<String> children() {
		return this.plain.queryForList("SELECT concat(id, ' ', p, ' ', n) FROM child ORDER BY id", String.class);
	}

}
