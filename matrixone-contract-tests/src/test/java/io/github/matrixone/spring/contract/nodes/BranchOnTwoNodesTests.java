package io.github.matrixone.spring.contract.nodes;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.branch.Branch;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.RowChange;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Branches where what one compute node has made or changed is compared, merged and
 * deleted through the other.
 */
@EnabledIfTwoNodes
@Timeout(180)
class BranchOnTwoNodesTests {

	private static final String DATABASE = "ct_nodes_branch";

	private static final TableName ITEM = TableName.of(DATABASE, "item");

	private static final TableName DRAFT = TableName.of(DATABASE, "draft");

	private static final TableName NEW_DRAFT = TableName.of(DATABASE, "draft_2");

	private static final int TIMES = 15;

	private final HikariDataSource firstPool = Node.first().pool(DATABASE);

	private final HikariDataSource secondPool = Node.second().pool(DATABASE);

	private final JdbcTemplate first = new JdbcTemplate(this.firstPool);

	private final JdbcTemplate second = new JdbcTemplate(this.secondPool);

	private final BranchTemplate onFirst = branches(this.firstPool);

	private final BranchTemplate onSecond = branches(this.secondPool);

	@BeforeEach
	void createTable() {
		JdbcTemplate jdbc = Node.first().jdbc("");
		jdbc.execute("DROP DATABASE IF EXISTS " + DATABASE);
		jdbc.execute("CREATE DATABASE " + DATABASE);
		jdbc.execute("CREATE TABLE ct_nodes_branch.item (id INT PRIMARY KEY, n INT)");
		jdbc.execute("INSERT INTO ct_nodes_branch.item SELECT result, 0 FROM generate_series(1, 100) g");
		await().ignoreExceptions().until(() -> count(Node.second().jdbc(DATABASE), "item", 0) == 100);
	}

	@AfterEach
	void dropDatabase() {
		this.firstPool.close();
		this.secondPool.close();
		Node.first().jdbc("").execute("DROP DATABASE IF EXISTS " + DATABASE);
	}

	@Test
	void whatOneNodeHasChangedIsMergedThroughTheOther() {
		for (int i = 1; i <= TIMES; i++) {
			int value = i;
			this.onFirst.createTable(ITEM, DRAFT);
			this.first.update("UPDATE draft SET n = ? WHERE id <= 10", value);
			await().ignoreExceptions().until(() -> this.onSecond.status(DRAFT).ahead() == 10);
			this.onSecond.rebase(DRAFT, NEW_DRAFT);
			await().ignoreExceptions().until(() -> this.onFirst.diff(NEW_DRAFT).changes().size() == 10);
			assertThat(this.onFirst.merge(NEW_DRAFT).updated()).isEqualTo(10);
			assertThat(count(this.first, "item", value)).isEqualTo(10);
			await().until(() -> count(this.second, "item", value) == 10);
			this.onSecond.deleteTable(NEW_DRAFT);
			this.onFirst.deleteTable(DRAFT);
			await().until(() -> this.onSecond.list().isEmpty() && this.onFirst.list().isEmpty());
		}
	}

	@Test
	void twoMergesAtOnceAreDoneOnce() {
		for (int i = 1; i <= TIMES; i++) {
			int value = i;
			this.onFirst.createTable(ITEM, DRAFT);
			this.first.update("UPDATE draft SET n = ?", value);
			await().ignoreExceptions().until(() -> this.onSecond.status(DRAFT).ahead() == 100);
			CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> merged(this.onSecond));
			int merged = merged(this.onFirst) + other.join();
			assertThat(merged).isIn(0, 100);
			assertThat(count(this.first, "item", value)).isEqualTo(merged);
			if (merged == 0) {
				assertThat(this.onFirst.merge(DRAFT).updated()).isEqualTo(100);
			}
			this.onFirst.deleteTable(DRAFT);
			await().until(() -> this.onSecond.list().isEmpty());
		}
	}

	/**
	 * The loser says so.
	 */
	private static int merged(BranchTemplate branches) {
		try {
			return branches.merge(DRAFT).updated();
		}
		catch (DataAccessException ex) {
			return 0;
		}
	}

	@Test
	void whatTheOtherNodeCommitsInTimeIsNotDeleted() throws Exception {
		for (int i = 1; i <= TIMES; i++) {
			Branch draft = this.onFirst.createTable(ITEM, DRAFT);
			await().ignoreExceptions().until(() -> this.onSecond.find(DRAFT).isPresent());
			CompletableFuture<Boolean> deletion;
			try (Connection writer = Node.second().jdbc(DATABASE).getDataSource().getConnection();
					Statement statement = writer.createStatement()) {
				statement.execute("BEGIN");
				statement.execute("UPDATE draft SET n = " + i + " WHERE id = 7");
				deletion = CompletableFuture
					.supplyAsync(() -> this.onFirst.deleteTable(draft, () -> this.onFirst.unmerged(DRAFT).isEmpty()));
				assertThat(deletion).as("the deletion waits").failsWithin(300, TimeUnit.MILLISECONDS);
				statement.execute("COMMIT");
			}
			assertThat(deletion).succeedsWithin(60, TimeUnit.SECONDS).isEqualTo(false);
			assertThat(this.onFirst.diff(DRAFT).changes()).extracting(RowChange::key)
				.extracting((key) -> key.get("id"))
				.isEqualTo(List.of(7));
			this.onFirst.deleteTable(DRAFT);
			await().until(() -> this.onSecond.list().isEmpty());
		}
	}

	private static int count(JdbcTemplate jdbc, String table, int value) {
		return jdbc.queryForObject("SELECT count(*) FROM " + table + " WHERE n = ?", Integer.class, value);
	}

	private static BranchTemplate branches(DataSource dataSource) {
		return new BranchTemplate(new CommandExecutor(dataSource, new ServerBackend()));
	}

}
