package io.github.matrixone.spring.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Transactions that have written what references a row, each on a connection of its own,
 * and then change it: they take turns however they write, and whoever they are.
 */
abstract class TurnContract extends ServerContract {

	private static final String INSERT = "INSERT INTO ct_child (parent_id) VALUES (7)";

	private static final String UPDATE = "UPDATE ct_parent SET n = n + 1 WHERE id = 7";

	private static final String UPDATE_BY_JOIN = "UPDATE ct_parent p JOIN (SELECT 7 AS id) x ON x.id = p.id "
			+ "SET p.n = p.n + 1";

	private final ExecutorService threads = Executors.newFixedThreadPool(2);

	@BeforeEach
	void createTables() {
		this.sql.execute("CREATE TABLE ct_parent (id INT PRIMARY KEY, n INT)");
		this.sql.execute("CREATE TABLE ct_other (id INT PRIMARY KEY, n INT)");
		this.sql.execute("CREATE TABLE ct_child (id INT PRIMARY KEY AUTO_INCREMENT, parent_id INT, other_id INT, "
				+ "CONSTRAINT ct_reference FOREIGN KEY (parent_id) REFERENCES ct_parent (id), "
				+ "CONSTRAINT ct_other_reference FOREIGN KEY (other_id) REFERENCES ct_other (id))");
		this.sql.execute("INSERT INTO ct_parent VALUES (7, 0), (8, 0)");
		this.sql.execute("INSERT INTO ct_other VALUES (7, 0), (8, 0)");
		this.sql.execute("INSERT INTO ct_child VALUES (1, 8, 7), (2, 8, 8)");
	}

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@ParameterizedTest
	@ValueSource(strings = { INSERT, "UPDATE ct_child SET parent_id = 7 WHERE id = %d",
			"UPDATE ct_child c JOIN (SELECT %d AS id) x ON x.id = c.id SET c.parent_id = 7",
			"REPLACE INTO ct_child (id, parent_id) VALUES (%d, 7)",
			"INSERT INTO ct_child (id, parent_id) VALUES (%d, 8) ON DUPLICATE KEY UPDATE parent_id = 7" })
	void whateverWasWrittenBefore(String write) throws Exception {
		for (String change : List.of(UPDATE, UPDATE_BY_JOIN)) {
			this.sql.update("UPDATE ct_parent SET n = 0");
			this.sql.update("UPDATE ct_child SET parent_id = 8");
			DataSource dataSource = connect("contract", null, null);
			atTheSameTime(dataSource, (id) -> write.formatted(id), change, dataSource, (id) -> write.formatted(id),
					change);
			assertThat(updates()).as(change).containsExactly(2);
		}
	}

	@Test
	void alsoAfterAUse() throws Exception {
		DataSource dataSource = connect("mysql", null, null);
		atTheSameTime(dataSource, (id) -> "USE contract", INSERT, UPDATE, dataSource, (id) -> "USE contract", INSERT,
				UPDATE);
		assertThat(updates()).containsExactly(2);
	}

	@Test
	void alsoAUserWhoMayNotSeeForeignKeys() throws Exception {
		this.sql.execute("DROP USER IF EXISTS ct_user");
		this.sql.execute("DROP ROLE IF EXISTS ct_role");
		this.sql.execute("CREATE ROLE ct_role");
		this.sql.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE contract.* TO ct_role");
		this.sql.execute("GRANT CONNECT ON ACCOUNT * TO ct_role");
		this.sql.execute("CREATE USER ct_user IDENTIFIED BY '111' DEFAULT ROLE ct_role");
		this.sql.execute("GRANT ct_role TO ct_user");
		try {
			DataSource blind = connect("contract", "ct_user", "111");
			DataSource seeing = connect("contract", null, null);
			for (String change : List.of(UPDATE, UPDATE_BY_JOIN)) {
				this.sql.update("UPDATE ct_parent SET n = 0");
				atTheSameTime(blind, (id) -> INSERT, change, seeing, (id) -> INSERT, UPDATE);
				assertThat(updates()).as(change).containsExactly(2);
			}
		}
		finally {
			this.sql.execute("DROP USER ct_user");
			this.sql.execute("DROP ROLE ct_role");
		}
	}

	@Test
	void oneOfTwoThatWaitForEachOtherGivesUp() throws Exception {
		DataSource dataSource = connect("contract", null, null);
		CyclicBarrier both = new CyclicBarrier(2);
		Future<Boolean> first = this.threads
			.submit(() -> carryOut(dataSource, both, "INSERT INTO ct_child (parent_id, other_id) VALUES (7, 7)",
					"UPDATE ct_parent SET n = n + 1 WHERE id = 7", "UPDATE ct_other SET n = n + 1 WHERE id = 7"));
		Future<Boolean> second = this.threads
			.submit(() -> carryOut(dataSource, both, "INSERT INTO ct_child (parent_id, other_id) VALUES (8, 8)",
					"UPDATE ct_other SET n = n + 1 WHERE id = 8", "UPDATE ct_parent SET n = n + 1 WHERE id = 8"));
		assertThat(List.of(first.get(), second.get())).containsExactlyInAnyOrder(true, false);
		assertThat(this.sql.queryForObject("SELECT sum(n) FROM ct_parent", Integer.class)).isOne();
		assertThat(this.sql.queryForObject("SELECT sum(n) FROM ct_other", Integer.class)).isOne();
	}

	private void atTheSameTime(DataSource first, Write firstWrite, String firstChange, DataSource second,
			Write secondWrite, String secondChange) throws Exception {
		atTheSameTime(first, firstWrite, "SELECT 1", firstChange, second, secondWrite, "SELECT 1", secondChange);
	}

	private void atTheSameTime(DataSource first, Write firstWrite, String firstNext, String firstChange,
			DataSource second, Write secondWrite, String secondNext, String secondChange) throws Exception {
		CyclicBarrier both = new CyclicBarrier(2);
		List<Future<Boolean>> done = new ArrayList<>();
		done.add(this.threads.submit(() -> carryOut(first, both, firstWrite.sql(1), firstNext, firstChange)));
		done.add(this.threads.submit(() -> carryOut(second, both, secondWrite.sql(2), secondNext, secondChange)));
		for (Future<Boolean> each : done) {
			assertThat(each.get()).isTrue();
		}
	}

	/**
	 * Carry out a transaction that meets another one before its last statement.
	 * @return whether it was committed, and not asked to try again
	 */
	private static boolean carryOut(DataSource dataSource, CyclicBarrier both, String write, String next, String last) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.setExceptionTranslator(new MatrixOneExceptionTranslator());
		try {
			new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
				jdbc.execute(write);
				jdbc.execute(next);
				meet(both);
				jdbc.execute(last);
			});
			return true;
		}
		catch (CannotAcquireLockException ex) {
			return false;
		}
		catch (ConcurrencyFailureException ex) {
			throw new AssertionError("not by our own means", ex);
		}
	}

	private static DataSource connect(String database, String username, String password) {
		ServerUnderTest server = ServerUnderTest.get();
		return new MatrixOneDataSource(new DriverManagerDataSource(server.url() + database,
				(username != null) ? username : server.username(), (password != null) ? password : server.password()));
	}

	private static void meet(CyclicBarrier both) {
		try {
			both.await(20, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<Integer> updates() {
		return this.sql.queryForList("SELECT n FROM ct_parent WHERE id = 7", Integer.class);
	}

	private interface Write {

		String sql(int id);

	}

}
