package io.github.matrixone.spring.contract.branch;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.DatabaseDiff;
import io.github.matrixone.spring.branch.MergeResult;
import io.github.matrixone.spring.branch.RowChange;
import io.github.matrixone.spring.branch.TableChange;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The guide's scenarios with branches, from end to end.
 */
@EnabledIfServer
@SpringBootTest(classes = BranchScenarioTests.ScenarioApplication.class)
class BranchScenarioTests {

	private static final String DATABASE = BranchScenarios.SHOP.value();

	private static final TableName DRAFT = TableName.of("delivery");

	private static final TableName EXPERIMENT = TableName.of("experiment");

	@Autowired
	private BranchScenarios scenarios;

	@Autowired
	private BranchOperations branches;

	@Autowired
	private SnapshotOperations snapshots;

	@Autowired
	private JdbcTemplate jdbc;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, DATABASE + "?createDatabaseIfNotExist=true");
		registry.add("spring.sql.init.mode", () -> "never");
	}

	@BeforeEach
	void setUp() {
		tearDown();
		this.jdbc
			.execute("CREATE TABLE product (id INT PRIMARY KEY, name VARCHAR(20), price DECIMAL(10, 2), stock INT)");
		this.jdbc.execute("CREATE TABLE purchase (id INT PRIMARY KEY, product INT, FOREIGN KEY (product) "
				+ "REFERENCES product(id))");
		this.jdbc.execute("CREATE TABLE image (id INT PRIMARY KEY, label VARCHAR(20))");
		this.jdbc.update("INSERT INTO product VALUES (1, 'one', 10, 5), (2, 'two', 20, 5), (3, 'three', 30, 5)");
		this.jdbc.update("INSERT INTO purchase VALUES (1, 1)");
		this.jdbc.update("INSERT INTO image VALUES (1, 'cat'), (2, 'dog'), (3, 'dog')");
	}

	@AfterEach
	void tearDown() {
		this.snapshots.list(SnapshotFilter.all().namePrefix(DATABASE))
			.forEach((snapshot) -> this.snapshots.drop(snapshot.name()));
		for (String database : this.jdbc.queryForList("SHOW DATABASES LIKE 'ct\\_scenarios\\_%'", String.class)) {
			this.jdbc.execute("DROP DATABASE " + DatabaseName.of(database).quoted());
		}
		for (String table : List.of("delivery", "experiment", "purchase", "product", "image")) {
			this.jdbc.execute("DROP TABLE IF EXISTS " + table);
		}
	}

	@AfterAll
	static void dropDatabase() {
		ServerUnderTest.get().plainJdbc("").execute("DROP DATABASE " + DATABASE);
	}

	@Test
	void rescuesWhatAnIncidentHasDamagedAndKeepsTheOrdersSince() {
		Instant before = now();
		this.jdbc.update("INSERT INTO product VALUES (4, 'four', 0, 5)");
		this.jdbc.update("UPDATE product SET price = 0 WHERE id < 3");
		this.jdbc.update("INSERT INTO purchase VALUES (2, 1), (3, 4)");
		this.jdbc.update("UPDATE product SET price = 33, stock = 4 WHERE id = 3");
		assertThat(this.scenarios.rescue(before)).isEqualTo(new MergeResult(0, 2, 0, List.of()));
		assertThat(prices()).containsExactly("10.00", "20.00", "33.00", "0.00");
		assertThat(this.jdbc.queryForObject("SELECT stock FROM product WHERE id = 3", Integer.class)).isEqualTo(4);
		assertThat(this.jdbc.queryForList("SELECT id FROM purchase ORDER BY id", Integer.class)).containsExactly(1, 2,
				3);
	}

	@Test
	void rescuesTheColumnOfRowsThatOrdersHaveChangedSince() {
		Instant before = now();
		this.jdbc.update("UPDATE product SET price = 0");
		this.jdbc.update("UPDATE product SET stock = stock - 1 WHERE id = 1");
		this.jdbc.update("UPDATE product SET price = 21 WHERE id = 2");
		this.scenarios.rescuePrices(before);
		assertThat(prices()).containsExactly("10.00", "21.00", "30.00");
		assertThat(this.jdbc.queryForList("SELECT stock FROM product ORDER BY id", Integer.class)).containsExactly(4, 5,
				5);
	}

	@Test
	void letsEngineersWorkOnBranchesOfTheirOwn() {
		DatabaseName anna = this.scenarios.openWorkspace("anna");
		DatabaseName ben = this.scenarios.openWorkspace("ben");
		work(anna, "INSERT INTO product VALUES (4, 'four', 40, 5)", "INSERT INTO purchase VALUES (2, 4)",
				"UPDATE product SET price = 11 WHERE id = 1");
		work(ben, "UPDATE product SET price = 31 WHERE id = 3");
		this.jdbc.update("UPDATE product SET price = 21 WHERE id = 2");
		assertThat(prices()).containsExactly("10.00", "21.00", "30.00");

		assertThat(this.scenarios.bringBack(this.scenarios.look(anna))).contains(new MergeResult(1, 1, 0, List.of()));
		this.scenarios.bringBack(this.scenarios.look(ben));
		assertThat(prices()).containsExactly("11.00", "21.00", "31.00", "40.00");
		assertThat(this.jdbc.queryForList("SELECT product FROM purchase ORDER BY id", Integer.class)).containsExactly(1,
				4);
		assertThat(this.branches.list()).noneMatch((branch) -> branch.table().toString().startsWith(DATABASE + "_"));
	}

	@Test
	void bringsBackNothingOfWhatTwoEngineersHaveChanged() {
		DatabaseName anna = this.scenarios.openWorkspace("anna");
		DatabaseName ben = this.scenarios.openWorkspace("ben");
		work(anna, "UPDATE product SET price = 11 WHERE id = 1");
		work(ben, "UPDATE product SET price = 12 WHERE id = 1", "INSERT INTO image VALUES (4, 'owl')");
		this.scenarios.bringBack(this.scenarios.look(anna));
		DatabaseDiff reviewed = this.scenarios.look(ben);
		assertThat(reviewed.isMergeable()).isFalse();
		assertThat(reviewed.conflicts()).singleElement().satisfies((row) -> {
			assertThat(row.base()).containsEntry("price", new BigDecimal("10.00"));
			assertThat(row.branch()).containsEntry("price", new BigDecimal("12.00"));
			assertThat(row.target()).containsEntry("price", new BigDecimal("11.00"));
		});
		assertThatExceptionOfType(BranchConflictException.class).isThrownBy(() -> this.scenarios.bringBack(reviewed));
		assertThat(prices()).startsWith("11.00");
		assertThat(labels("image")).hasSize(3);
		assertThat(this.scenarios.look(ben).conflicts()).hasSize(1);
	}

	@Test
	void publishesADeliveryThatPassesTheAudit() {
		this.scenarios.load(DRAFT, List.of(new Object[] { 4, "four", 40, 5 }, new Object[] { 5, "five", 50, 5 }));
		assertThat(prices()).hasSize(3);
		assertThat(this.scenarios.publish(DRAFT)).isEqualTo(new MergeResult(2, 0, 0, List.of()));
		assertThat(prices()).hasSize(5);
		assertThat(this.branches.find(DRAFT)).isEmpty();
	}

	@Test
	void publishesNothingOfADeliveryThatFailsTheAuditBeforeOrAfterTheMerge() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.scenarios.load(DRAFT, List.<Object[]>of(new Object[] { 4, "one", 40, 5 })))
			.withMessageStartingWith("1 products");
		this.branches.deleteTable(DRAFT);
		this.scenarios.load(DRAFT, List.<Object[]>of(new Object[] { 4, "four", 40, 5 }));
		this.jdbc.update("INSERT INTO product VALUES (7, 'four', 70, 5)");
		assertThatIllegalStateException().isThrownBy(() -> this.scenarios.publish(DRAFT))
			.withMessageStartingWith("1 products");
		assertThat(prices()).containsExactly("10.00", "20.00", "30.00", "70.00");
		assertThat(this.branches.find(DRAFT)).isPresent();
	}

	@Test
	void releasesADatasetBranchesFromItAndComparesWithIt() {
		Snapshot release = this.scenarios.release("1_0");
		this.jdbc.update("UPDATE image SET label = 'wolf' WHERE id = 3");
		this.jdbc.update("INSERT INTO image VALUES (4, 'owl')");
		assertThat(this.scenarios.changesSince("1_0").changes()).extracting(TableChange::key)
			.containsExactlyInAnyOrder(Map.of("id", 3), Map.of("id", 4));
		assertThat(labels(this.snapshots.tableAt(BranchScenarios.IMAGE, release.name()))).containsExactly("cat", "dog",
				"dog");

		this.scenarios.branchOff("1_0", EXPERIMENT);
		assertThat(labels("experiment")).containsExactly("cat", "dog", "dog");
		this.jdbc.update("UPDATE experiment SET label = 'kitten' WHERE id = 1");
		BranchDiff diff = this.branches.diff(EXPERIMENT);
		assertThat(diff.changes()).extracting(RowChange::key).containsExactly(Map.of("id", 1));
		this.branches.merge(diff);
		assertThat(labels("image")).containsExactly("kitten", "dog", "wolf", "owl");
	}

	private void work(DatabaseName workspace, String... statements) {
		try (HikariDataSource pool = new HikariDataSource()) {
			ServerUnderTest server = ServerUnderTest.get();
			pool.setJdbcUrl(server.url() + workspace.value());
			pool.setUsername(server.username());
			pool.setPassword(server.password());
			JdbcTemplate own = new JdbcTemplate(new MatrixOneDataSource(pool));
			List.of(statements).forEach(own::update);
		}
	}

	private Instant now() {
		Snapshot snapshot = this.scenarios.release("now");
		this.snapshots.drop(snapshot.name());
		return snapshot.createdAt();
	}

	private List<String> prices() {
		return this.jdbc.queryForList("SELECT price FROM product ORDER BY id", String.class);
	}

	private List<String> labels(String images) {
		return this.jdbc.queryForList("SELECT label FROM " + images + " ORDER BY id", String.class);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(BranchScenarios.class)
	static class ScenarioApplication {

	}

}
