package io.github.matrixone.spring.contract.branch.work;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import com.mysql.cj.jdbc.JdbcConnection;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.DatabaseDiff;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Work in a branch with the repositories of an application.
 */
@EnabledIfServer
@SpringBootTest(classes = WorkApplication.class,
		properties = { "spring.jpa.hibernate.ddl-auto=create",
				"spring.jpa.properties.hibernate.id.optimizer.pooled.preferred=none",
				"spring.datasource.hikari.maximum-pool-size=4" })
class WorkInBranchTests {

	private static final String DATABASE = "ct_branch_work";

	private static final DatabaseName MAIN = DatabaseName.of(DATABASE);

	private static final DatabaseName DRAFT = DatabaseName.of("ct_branch_work_draft");

	@Autowired
	BranchOperations branches;

	@Autowired
	CloneOperations clones;

	@Autowired
	ProductRepository products;

	@Autowired
	ProductService service;

	@Autowired
	ProductMapper mapper;

	@Autowired
	DSLContext dsl;

	@Autowired
	JdbcTemplate jdbc;

	@Autowired
	JdbcClient client;

	@Autowired
	DataSource dataSource;

	@Autowired
	EntityManagerFactory entityManagers;

	private long id;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, DATABASE + "?createDatabaseIfNotExist=true");
	}

	@BeforeEach
	void branch() {
		this.id = this.service.add("tea", 3);
		this.branches.createDatabase(MAIN, DRAFT);
	}

	@AfterEach
	void clean() {
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DRAFT.quoted());
		this.products.deleteAll();
	}

	@Test
	void letsAllLibrariesWorkInTheBranch() {
		this.branches.in(DRAFT, () -> {
			this.service.rename(this.id, "green tea");
			assertThat(this.products.findById(this.id).orElseThrow().name()).isEqualTo("green tea");
			assertThat(this.mapper.name(this.id)).isEqualTo("green tea");
			assertThat(this.dsl.select(DSL.field("name")).from("product").fetchSingle().value1())
				.isEqualTo("green tea");
			assertThat(this.client.sql("SELECT name FROM product").query(String.class).single()).isEqualTo("green tea");
			assertThat(this.service.prices(this.id)).containsExactly(3);
		});
		assertThat(this.products.findById(this.id).orElseThrow().name()).isEqualTo("tea");
		assertThat(this.mapper.name(this.id)).isEqualTo("tea");
		assertThat(this.branches.diff(DRAFT).tables().stream().mapToInt((table) -> table.changes().size()).sum())
			.isEqualTo(1);
	}

	@Test
	void returnsWhatTheWorkReturns() {
		assertThat(this.branches.in(DRAFT, () -> this.products.count())).isEqualTo(1);
	}

	@Test
	void rollsBackInTheBranch() {
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.branches.in(DRAFT, () -> this.service.renameAndFail(this.id, "green tea")))
			.withMessage("fails on purpose");
		assertThat(this.branches.in(DRAFT, () -> this.mapper.name(this.id))).isEqualTo("tea");
		assertThat(this.mapper.name(this.id)).isEqualTo("tea");
	}

	@Test
	void takesInnerTransactionsAlong() {
		this.branches.in(DRAFT, () -> this.service.run(() -> this.service.add("coffee", 5)));
		assertThat(this.products.count()).isEqualTo(1);
		assertThat(this.branches.in(DRAFT, () -> this.products.count())).isEqualTo(2);
	}

	@Test
	void canBeMergedAfterwards() {
		long added = this.branches.in(DRAFT, () -> this.service.add("coffee", 5));
		DatabaseDiff diff = this.branches.diff(DRAFT);
		this.branches.merge(diff);
		assertThat(this.service.prices(added)).containsExactly(5);
	}

	@Test
	void leavesOtherThreadsInTheParent() {
		this.branches.in(DRAFT, () -> {
			this.service.rename(this.id, "green tea");
			assertThat(CompletableFuture.supplyAsync(() -> this.mapper.name(this.id)).join()).isEqualTo("tea");
		});
	}

	@Test
	void takesAConnectionBackToTheParentThatIsHeldAcrossIt() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement held = connection.createStatement();
				PreparedStatement prepared = connection.prepareStatement("SELECT name FROM product")) {
			this.branches.in(DRAFT, () -> {
				this.service.rename(this.id, "green tea");
				assertThat(name(connection)).isEqualTo("green tea");
				assertThat(name(prepared)).as("pools keep such statements").isEqualTo("green tea");
				assertThatExceptionOfType(StatementRefusedException.class)
					.isThrownBy(() -> held.execute("DELETE FROM product"))
					.withMessageContaining("Make it anew");
			});
			assertThat(connection.getCatalog()).isEqualTo(DATABASE);
			assertThat(name(connection)).isEqualTo("tea");
			assertThat(name(prepared)).isEqualTo("tea");
			assertThat(held.executeUpdate("UPDATE product SET name = 'black tea'")).isEqualTo(1);
		}
		assertThat(this.mapper.name(this.id)).isEqualTo("black tea");
	}

	@Test
	void leadsObjectsOfTheDriverToTheBranchOrRefusesThem() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			JdbcConnection[] driver = { connection.unwrap(JdbcConnection.class) };
			this.branches.in(DRAFT, () -> {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> driver[0].createStatement().executeUpdate("UPDATE product SET name = 'raw'"))
					.withStackTraceContaining("across the border");
				assertThat(unwrapped(connection, driver)).isEqualTo(1);
			});
			assertThat(this.mapper.name(this.id)).isEqualTo("tea");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> driver[0].createStatement().executeUpdate("UPDATE product SET name = 'after'"))
				.withStackTraceContaining("across the border");
			assertThat(name(connection)).isEqualTo("tea");
		}
		assertThat(this.branches.in(DRAFT, () -> this.mapper.name(this.id))).isEqualTo("raw");
	}

	private static int unwrapped(Connection connection, JdbcConnection[] driver) {
		try (Statement statement = connection.unwrap(JdbcConnection.class).createStatement()) {
			driver[0] = connection.unwrap(JdbcConnection.class);
			return statement.executeUpdate("UPDATE product SET name = 'raw'");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void refusesTextsThatWerePreparedOnTheServerBefore() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			try (Statement statement = connection.createStatement()) {
				statement.execute("PREPARE renaming FROM 'UPDATE product SET name = \\'prepared\\''");
			}
			this.branches.in(DRAFT, () -> assertThatExceptionOfType(StatementRefusedException.class)
				.isThrownBy(() -> connection.createStatement().execute("EXECUTE renaming")));
		}
		assertThat(this.mapper.name(this.id)).isEqualTo("tea");
	}

	@Test
	void knowsTheBranchByMoreThanItsName() throws SQLException {
		ServerUnderTest server = ServerUnderTest.get();
		this.jdbc.execute("DROP ACCOUNT IF EXISTS ct_branch_work");
		this.jdbc.execute("CREATE ACCOUNT ct_branch_work ADMIN_NAME 'root' IDENTIFIED BY '111'");
		MatrixOneDataSource other = new MatrixOneDataSource(
				new DriverManagerDataSource(server.url(), "ct_branch_work:root", "111"));
		JdbcTemplate stranger = new JdbcTemplate(other);
		try {
			for (String database : new String[] { DATABASE, DRAFT.value() }) {
				stranger.execute("CREATE DATABASE " + database);
				stranger.execute("CREATE TABLE " + database + ".product (name VARCHAR(20))");
			}
			JdbcTemplate inParent = new JdbcTemplate(new MatrixOneDataSource(
					new DriverManagerDataSource(server.url() + DATABASE, "ct_branch_work:root", "111")));
			this.branches.in(DRAFT,
					() -> assertThatExceptionOfType(DataAccessException.class)
						.isThrownBy(() -> inParent.update("INSERT INTO product VALUES ('x')"))
						.withStackTraceContaining("another account or server"));
			assertThat(inParent.update("INSERT INTO product VALUES ('x')")).isEqualTo(1);
		}
		finally {
			this.jdbc.execute("DROP ACCOUNT ct_branch_work");
		}
	}

	@Test
	void showsTheMetaDataOfTheBranch() {
		assertThat(this.branches.in(DRAFT,
				() -> new SimpleJdbcInsert(this.dataSource).withTableName("offer")
					.usingColumns("id", "price")
					.execute(Map.of("id", 99, "price", 9))))
			.isEqualTo(1);
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM offer WHERE id = 99", Integer.class)).isZero();
	}

	@Test
	void keepsTheConnectionOfAnInterruptedThread() {
		this.branches.in(DRAFT, () -> {
			Thread.currentThread().interrupt();
			this.service.rename(this.id, "green tea");
			assertThat(Thread.interrupted()).isTrue();
			assertThat(this.mapper.name(this.id)).isEqualTo("green tea");
		});
		assertThat(this.mapper.name(this.id)).isEqualTo("tea");
	}

	@Test
	void refusesAConnectionWhoseTransactionHasBegunInTheParent() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("UPDATE product SET name = 'black tea'");
			this.branches.in(DRAFT, () -> assertThatExceptionOfType(StatementRefusedException.class)
				.isThrownBy(() -> statement.executeUpdate("UPDATE product SET name = 'green tea'")));
			connection.commit();
		}
		assertThat(this.mapper.name(this.id)).isEqualTo("black tea");
		assertThat(this.branches.in(DRAFT, () -> this.mapper.name(this.id))).isEqualTo("tea");
	}

	@Test
	void refusesAConnectionWhoseTransactionHasBegunInTheBranch() throws SQLException {
		try (Connection connection = this.branches.in(DRAFT, this::begun)) {
			assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(connection::createStatement)
				.withMessageContaining("has begun");
			connection.commit();
			assertThat(name(connection)).isEqualTo("tea");
		}
		assertThat(this.mapper.name(this.id)).isEqualTo("tea");
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE ct_branch_work.product SET name = 'x'", "SELECT * FROM `CT_BRANCH_WORK` . product",
			"SELECT name FROM product UNION SELECT name FROM offer, ct_branch_work.product",
			"INSERT INTO product (id, name) SELECT 9, name FROM ct_branch_work.product", "USE ct_branch_work",
			"USE mo_catalog", "DROP DATABASE ct_branch_work", "TRUNCATE TABLE ct_branch_work.product",
			"SHOW TABLES FROM ct_branch_work", "PREPARE p FROM 'DELETE FROM ct_branch_work.product'" })
	void refusesStatementsThatLeadPastTheBranch(String sql) {
		this.branches.in(DRAFT,
				() -> assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.jdbc.execute(sql))
					.havingRootCause()
					.isInstanceOf(StatementRefusedException.class));
		assertThat(this.mapper.name(this.id)).isEqualTo("tea");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT ct_branch_work.name FROM product ct_branch_work",
			"SELECT 'ct_branch_work.product'", "SELECT name /* ct_branch_work.product */ FROM product" })
	void letsStatementsPassThatNameItOtherwise(String sql) {
		assertThat(this.branches.in(DRAFT, () -> this.jdbc.queryForList(sql))).hasSize(1);
	}

	@Test
	void refusesTransactionsAndCommands() {
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> this.service.run(() -> this.branches.in(DRAFT, () -> this.products.count())));
		this.branches.in(DRAFT, () -> {
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> this.clones.cloneTable(TableName.of("product"), TableName.of("copy")))
				.withMessageContaining("BranchOperations.in");
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> this.branches.in(DRAFT, () -> this.products.count()));
		});
	}

	@Test
	void refusesBranchesOfOtherDatabasesAndNone() {
		assertThatExceptionOfType(BranchNotFoundException.class)
			.isThrownBy(() -> this.branches.in(DatabaseName.of("mo_catalog"), () -> this.products.count()));
		DatabaseName second = DatabaseName.of("ct_branch_work_second");
		this.branches.createDatabase(DRAFT, second);
		try {
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> this.branches.in(second, () -> this.products.count()))
				.withMessageContaining(DATABASE);
		}
		finally {
			this.jdbc.execute("DROP DATABASE " + second.quoted());
		}
	}

	@Test
	void leavesAnEntityManagerThatIsOpenInTheViewAlone() {
		EntityManager open = this.entityManagers.createEntityManager();
		TransactionSynchronizationManager.bindResource(this.entityManagers, new EntityManagerHolder(open));
		try {
			this.branches.in(DRAFT, () -> this.service.rename(this.id, "green tea"));
			assertThat(this.products.findById(this.id).orElseThrow().name()).isEqualTo("tea");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.branches.in(DRAFT, () -> this.products.count()))
				.withMessageContaining("open-in-view");
		}
		finally {
			TransactionSynchronizationManager.unbindResource(this.entityManagers);
			open.close();
		}
	}

	private Connection begun() {
		try {
			Connection connection = this.dataSource.getConnection();
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.executeUpdate("UPDATE product SET name = 'green tea'");
			}
			return connection;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String name(PreparedStatement statement) {
		try (ResultSet rows = statement.executeQuery()) {
			rows.next();
			return rows.getString(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String name(Connection connection) {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("SELECT name FROM product")) {
			rows.next();
			return rows.getString(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
