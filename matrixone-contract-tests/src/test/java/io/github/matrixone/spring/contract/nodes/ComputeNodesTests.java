package io.github.matrixone.spring.contract.nodes;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.restore.RestoreTemplate;
import io.github.matrixone.spring.snapshot.SnapshotOptions;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What transactions and commands promise where connections lead to different compute
 * nodes: transactions run on the first, commands beside them on the second.
 */
@EnabledIfTwoNodes
@Timeout(120)
class ComputeNodesTests {

	private static final String DATABASE = "ct_nodes";

	private static final SnapshotName SNAPSHOT = SnapshotName.of("ct_nodes_snapshot");

	private static final TableName PARENT = TableName.of("parent");

	private static final TableName CLONE = TableName.of("parent_clone");

	private final HikariDataSource firstPool = Node.first().pool(DATABASE);

	private final HikariDataSource secondPool = Node.second().pool(DATABASE);

	private final Application first = new Application(this.firstPool);

	private final Application second = new Application(this.secondPool);

	private final CommandExecutor executor = new CommandExecutor(this.first.dataSource, this.secondPool,
			new ServerBackend());

	private final SnapshotTemplate snapshots = new SnapshotTemplate(this.executor);

	private final CloneTemplate clones = new CloneTemplate(this.executor);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@BeforeEach
	void createTables() {
		JdbcTemplate jdbc = Node.first().jdbc("");
		jdbc.execute("DROP SNAPSHOT IF EXISTS " + SNAPSHOT);
		jdbc.execute("DROP DATABASE IF EXISTS " + DATABASE);
		jdbc.execute("CREATE DATABASE " + DATABASE);
		jdbc.execute("CREATE TABLE ct_nodes.parent (id INT PRIMARY KEY, n INT)");
		jdbc.execute("CREATE TABLE ct_nodes.child (id BIGINT AUTO_INCREMENT PRIMARY KEY, parent_id INT, "
				+ "FOREIGN KEY (parent_id) REFERENCES ct_nodes.parent (id))");
		jdbc.execute("INSERT INTO ct_nodes.parent VALUES (1, 0), (2, 0)");
		await().ignoreExceptions()
			.until(() -> Node.second().jdbc(DATABASE).queryForList("SELECT id FROM parent", Integer.class).size() == 2);
	}

	@AfterEach
	void dropDatabase() {
		this.threads.shutdownNow();
		this.firstPool.close();
		this.secondPool.close();
		Node.first().jdbc("").execute("DROP SNAPSHOT IF EXISTS " + SNAPSHOT);
		Node.first().jdbc("").execute("DROP DATABASE IF EXISTS " + DATABASE);
	}

	@Test
	void aSnapshotThatATransactionTakesOnTheOtherNodeCanBeClonedFromAtOnce() {
		for (int i = 0; i < 20; i++) {
			int id = 10 + i;
			this.first.inTransaction((jdbc) -> {
				jdbc.update("INSERT INTO parent VALUES (?, 0)", id);
				this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE), SnapshotOptions.committedDataOnly());
				this.clones.cloneTable(PARENT, CLONE, SNAPSHOT);
			});
			assertThat(this.first.ids("parent_clone")).hasSize(i + 2).doesNotContain(id);
			this.first.jdbc.execute("DROP TABLE parent_clone");
			this.snapshots.drop(SNAPSHOT);
		}
	}

	@Test
	void aSnapshotThatIsTakenOnTheOtherNodeAfterTheCommitHoldsWhatWasCommitted() {
		for (int i = 0; i < 50; i++) {
			int id = 10 + i;
			this.first.inTransaction((jdbc) -> {
				jdbc.update("INSERT INTO parent VALUES (?, 0)", id);
				this.snapshots.createAfterCommit(SNAPSHOT, SnapshotScope.database(DATABASE));
			});
			for (Application application : List.of(this.first, this.second)) {
				assertThat(application.jdbc.queryForList(
						"SELECT id FROM " + this.snapshots.tableAt(PARENT, SNAPSHOT) + " WHERE id = ?", Integer.class,
						id))
					.containsExactly(id);
			}
			this.snapshots.drop(SNAPSHOT);
		}
	}

	@Test
	void noSnapshotIsTakenOnTheOtherNodeAfterARollback() {
		this.first.transaction.executeWithoutResult((status) -> {
			this.first.jdbc.update("INSERT INTO parent VALUES (3, 0)");
			this.snapshots.createAfterCommit(SNAPSHOT, SnapshotScope.database(DATABASE));
			status.setRollbackOnly();
		});
		assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
	}

	@Test
	void aCloneIsSeenOnTheOtherNodeAfterTheCommitOnly() {
		this.first.inTransaction((jdbc) -> {
			jdbc.update("INSERT INTO parent VALUES (3, 0)");
			this.clones.cloneTable(PARENT, CLONE);
			assertThat(this.second.hasTable("parent_clone")).isFalse();
		});
		await().until(() -> this.second.hasTable("parent_clone"));
		assertThat(this.second.ids("parent_clone")).containsExactly(1, 2, 3);
	}

	@Test
	void aRolledBackCloneIsNeverSeenOnTheOtherNode() {
		this.first.transaction.executeWithoutResult((status) -> {
			this.clones.cloneTable(PARENT, CLONE);
			status.setRollbackOnly();
		});
		assertThat(this.second.hasTable("parent_clone")).isFalse();
		assertThat(this.first.hasTable("parent_clone")).isFalse();
	}

	@Test
	void transactionsOnDifferentNodesTakeTurnsWhereTheyWouldDoubleARow() throws Exception {
		int rounds = 50;
		List<Future<?>> workers = new ArrayList<>();
		for (Application application : List.of(this.first, this.second, this.first, this.second)) {
			workers.add(this.threads.submit(() -> {
				for (int i = 0; i < rounds; i++) {
					application.inTransaction((jdbc) -> {
						jdbc.update("INSERT INTO child (parent_id) VALUES (1)");
						jdbc.update("UPDATE parent SET n = n + 1 WHERE id = 1");
					});
				}
			}));
		}
		for (Future<?> worker : workers) {
			worker.get();
		}
		await().untilAsserted(() -> assertThat(this.second.n(1)).containsExactly(4 * rounds));
		assertThat(this.first.jdbc.queryForObject("SELECT count(DISTINCT id) FROM child", Integer.class))
			.isEqualTo(4 * rounds);
	}

	@Test
	void aRowLockIsWaitedForOnTheOtherNode() throws Exception {
		Future<?> waiting = this.first.transaction.execute((status) -> {
			this.first.jdbc.update("UPDATE parent SET n = n + 1 WHERE id = 1");
			Future<?> update = this.threads.submit(
					() -> this.second.inTransaction((jdbc) -> jdbc.update("UPDATE parent SET n = n + 1 WHERE id = 1")));
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> update.get(1, TimeUnit.SECONDS));
			return update;
		});
		waiting.get(5, TimeUnit.SECONDS);
		await().untilAsserted(() -> assertThat(this.first.n(1)).containsExactly(2));
	}

	@Test
	void lockingReadsAndWritesFindWhatTheOtherNodeHasJustCommitted() {
		for (int i = 0; i < 100; i++) {
			int before = 2 * i;
			this.first.inTransaction((jdbc) -> jdbc.update("UPDATE parent SET n = n + 1 WHERE id = 1"));
			this.second.inTransaction((jdbc) -> {
				assertThat(jdbc.queryForObject("SELECT n FROM parent WHERE id = 1 FOR UPDATE", Integer.class))
					.isEqualTo(before + 1);
				assertThat(jdbc.update("UPDATE parent SET n = ? WHERE id = 1 AND n = ?", before + 2, before + 1))
					.isOne();
			});
		}
	}

	// MO#25047: a plain read on another node may miss what was committed just before.
	@Test
	void plainReadsSeeWhatTheOtherNodeHasCommittedWithinASecond() {
		for (int i = 0; i < 20; i++) {
			int id = 10 + i;
			this.first.inTransaction((jdbc) -> jdbc.update("INSERT INTO parent VALUES (?, 0)", id));
			await().atMost(Duration.ofSeconds(1)).until(() -> this.second.ids("parent").contains(id));
		}
	}

	@Test
	void theVictimOfADeadlockBetweenNodesIsToldAndNothingOfItStays() throws Exception {
		Future<?> other = this.first.transaction.execute((status) -> {
			this.first.jdbc.update("UPDATE parent SET n = 10 WHERE id = 1");
			Future<?> crossing = crossing();
			await().until(() -> isLocked(2));
			try {
				this.first.jdbc.update("UPDATE parent SET n = 10 WHERE id = 2");
			}
			catch (CannotAcquireLockException ex) {
				assertThatExceptionOfType(TransactionLostException.class)
					.isThrownBy(() -> this.first.jdbc.update("UPDATE parent SET n = 30 WHERE id = 1"));
				status.setRollbackOnly();
			}
			return crossing;
		});
		other.get();
		List<List<Integer>> whole = List.of(List.of(10, 10), List.of(20, 20), List.of(0, 0));
		await().until(() -> this.second.jdbc.queryForList("SELECT n FROM parent ORDER BY id", Integer.class),
				whole::contains);
	}

	@Test
	void aRestoreIsSeenOnTheOtherNode() {
		this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE));
		this.second.jdbc.update("DELETE FROM parent");
		new RestoreTemplate(this.executor, this.snapshots, List.of()).restoreDatabase(DatabaseName.of(DATABASE),
				SNAPSHOT);
		await().ignoreExceptions().untilAsserted(() -> assertThat(this.second.ids("parent")).containsExactly(1, 2));
		this.second.inTransaction((jdbc) -> jdbc.update("INSERT INTO parent VALUES (3, 0)"));
		await().untilAsserted(() -> assertThat(this.first.ids("parent")).containsExactly(1, 2, 3));
	}

	private Future<?> crossing() {
		return this.threads.submit(() -> this.second.transaction.executeWithoutResult((status) -> {
			this.second.jdbc.update("UPDATE parent SET n = 20 WHERE id = 2");
			try {
				this.second.jdbc.update("UPDATE parent SET n = 20 WHERE id = 1");
			}
			catch (CannotAcquireLockException ex) {
				status.setRollbackOnly();
			}
		}));
	}

	private static boolean isLocked(int id) throws SQLException {
		try (Connection connection = raw(Node.first()); Statement statement = connection.createStatement()) {
			statement.execute("SET lock_wait_timeout = 1");
			statement.execute("UPDATE parent SET n = n WHERE id = " + id);
			return false;
		}
		catch (SQLException ex) {
			assertThat(ex.getErrorCode()).isEqualTo(1205);
			return true;
		}
	}

	private static Connection raw(Node node) throws SQLException {
		return DriverManager.getConnection(node.url() + DATABASE, ServerUnderTest.get().username(),
				ServerUnderTest.get().password());
	}

	/**
	 * An application that is connected to one node.
	 */
	private static final class Application {

		private final HikariDataSource dataSource;

		private final JdbcTemplate jdbc;

		private final TransactionTemplate transaction;

		private Application(HikariDataSource pool) {
			this.dataSource = pool;
			this.jdbc = new JdbcTemplate(this.dataSource);
			this.jdbc.setExceptionTranslator(new MatrixOneExceptionTranslator());
			this.transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		}

		private void inTransaction(Consumer<JdbcTemplate> work) {
			this.transaction.executeWithoutResult((status) -> work.accept(this.jdbc));
		}

		private boolean hasTable(String table) {
			return this.jdbc.queryForList("SHOW TABLES", String.class).contains(table);
		}

		private List<Integer> ids(String table) {
			return this.jdbc.queryForList("SELECT id FROM " + table + " ORDER BY id", Integer.class);
		}

		private List<Integer> n(int id) {
			return this.jdbc.queryForList("SELECT n FROM parent WHERE id = ?", Integer.class, id);
		}

	}

}
