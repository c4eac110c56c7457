package io.github.matrixone.spring.contract.branch;

import java.time.Duration;
import java.util.List;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.DatabaseName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Work in a branch over R2DBC. What a test finds is read over JDBC, past the pool and the
 * wrapper.
 */
@EnabledIfServer
@Timeout(120)
class ReactiveWorkInBranchTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final DatabaseName MAIN = DatabaseName.of("ct_branch_flow");

	private static final DatabaseName DRAFT = DatabaseName.of("ct_branch_flow_draft");

	private final JdbcTemplate jdbc = ServerUnderTest.get().plainJdbc("mo_catalog");

	private ConnectionPool pool;

	private DatabaseClient client;

	private TransactionalOperator transaction;

	private ReactiveBranchTemplate branches;

	@BeforeEach
	void branch() {
		drop();
		this.jdbc.execute("CREATE DATABASE ct_branch_flow");
		this.jdbc.execute("CREATE TABLE ct_branch_flow.item (id INT PRIMARY KEY, name VARCHAR(20), n INT)");
		this.jdbc.execute("CREATE TABLE ct_branch_flow.line (id INT PRIMARY KEY, item_id INT, "
				+ "FOREIGN KEY (item_id) REFERENCES ct_branch_flow.item (id))");
		this.jdbc.execute("INSERT INTO ct_branch_flow.item VALUES (1, 'tea', 0)");
		use(4, "ct_branch_flow", "");
		this.branches.createDatabase(MAIN, DRAFT).block();
	}

	@AfterEach
	void clean() {
		await().atMost(LIMIT)
			.untilAsserted(() -> assertThat(this.pool.getMetrics().map(PoolMetrics::acquiredSize)).contains(0));
		this.pool.dispose();
		drop();
	}

	private void drop() {
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_branch_flow_draft");
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_branch_flow");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "?useServerPrepareStatement=true" })
	void worksInTheBranchAndBackOnOneConnection(String parameters) {
		this.pool.dispose();
		use(1, "ct_branch_flow", parameters);
		for (int i = 0; i < 2; i++) {
			assertThat(name().block()).isEqualTo("tea");
			assertThat(this.branches.in(DRAFT, rename("draft").then(name())).block()).isEqualTo("draft");
		}
		assertThat(this.branches.in(DRAFT, this.transaction.transactional(name())).block()).isEqualTo("draft");
		assertThat(this.transaction.transactional(name()).block()).isEqualTo("tea");
		assertThat(nameIn(MAIN)).isEqualTo("tea");
		assertThat(nameIn(DRAFT)).isEqualTo("draft");
		assertThat(this.branches.diff(DRAFT).block().tables()).filteredOn((table) -> !table.changes().isEmpty())
			.extracting(BranchDiff::changes)
			.singleElement()
			.satisfies((changes) -> assertThat(changes).hasSize(1));
	}

	@Test
	void rollsBackInTheBranch() {
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(
					() -> this.branches
						.in(DRAFT,
								this.transaction
									.transactional(rename("x").then(Mono.error(new IllegalStateException()))))
						.block());
		assertThat(nameIn(DRAFT)).isEqualTo("tea");
	}

	@Test
	void locksInTheBranchWhatAnInsertReferences() {
		Mono<Long> work = this.transaction.transactional(
				update("INSERT INTO line VALUES (1, 1)").then(update("UPDATE item SET n = n + 1 WHERE id = 1"))
					.then(update("DELETE FROM line")));
		this.branches.in(DRAFT, work).block();
		assertThat(this.jdbc.queryForList("SELECT n FROM ct_branch_flow_draft.item", Integer.class)).containsExactly(1);
		assertThat(this.jdbc.queryForList("SELECT n FROM ct_branch_flow.item", Integer.class)).containsExactly(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT * FROM ct_branch_flow.item", "UPDATE `ct_branch_flow`.item SET n = 1",
			"USE ct_branch_flow", "PREPARE s FROM 'SELECT 1'" })
	void refusesWhatLeadsOutOfTheBranch(String sql) {
		assertThatThrownBy(() -> this.branches.in(DRAFT, update(sql)).block())
			.hasStackTraceContaining("StatementRefusedException");
		assertThat(nameIn(MAIN)).isEqualTo("tea");
	}

	@Test
	void refusesCommandsTransactionsAndOtherBranches() {
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.branches.in(DRAFT, this.branches.list()).blockLast())
			.withMessageContaining("A command of MatrixOne is refused within BranchOperations.in");
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.branches.in(DRAFT, this.branches.in(DRAFT, name())).block())
			.withMessageContaining("Another branch is refused");
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> this.transaction.transactional(this.branches.in(DRAFT, name())).block());
		assertThatExceptionOfType(BranchNotFoundException.class)
			.isThrownBy(() -> this.branches.in(MAIN, name()).block());
	}

	@Test
	void refusesTheBranchOfAnotherDatabase() {
		this.pool.dispose();
		use(1, "mo_catalog", "");
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.branches.in(DRAFT, update("SELECT 1")).block())
			.withMessageContaining("it is a branch of");
	}

	@Test
	void leavesConnectionsToOtherDatabasesThere() {
		ConnectionPool other = pool(1, "mo_catalog", "");
		try {
			assertThat(this.branches
				.in(DRAFT, DatabaseClient.create(other).sql("SELECT database()").mapValue(String.class).one())
				.block()).isEqualTo("mo_catalog");
		}
		finally {
			other.dispose();
		}
	}

	@Test
	void refusesAConnectionWhoseTransactionHasBegunOnTheOtherSide() {
		assertThatExceptionOfType(NotAllowedInTransactionException.class).isThrownBy(
				() -> Mono
					.usingWhen(this.pool.create(),
							(connection) -> Mono.from(connection.beginTransaction())
								.then(this.branches.in(DRAFT, execute(connection, "UPDATE item SET name = 'x'")))
								.then(execute(connection, "UPDATE item SET name = 'y'")),
							Connection::close)
					.block())
			.withMessageContaining("This connection cannot change its database");
		assertThat(nameIn(MAIN)).isEqualTo("tea");
		assertThat(nameIn(DRAFT)).isEqualTo("tea");
	}

	@Test
	void countsOnItsOwnSideWhateverRunsAtTheSameTime() {
		Mono<Long> count = this.transaction.transactional(update("UPDATE item SET n = n + 1 WHERE id = 1"));
		Flux.range(0, 100).flatMap((flow) -> (flow % 2 == 0) ? this.branches.in(DRAFT, count) : count, 100).blockLast();
		assertThat(this.jdbc.queryForList("SELECT n FROM ct_branch_flow_draft.item", Integer.class))
			.containsExactly(50);
		assertThat(this.jdbc.queryForList("SELECT n FROM ct_branch_flow.item", Integer.class)).containsExactly(50);
	}

	@Test
	void rollsBackInTheBranchWhatIsCancelled() {
		Mono<Long> slow = this.transaction
			.transactional(rename("x").then(update("UPDATE item SET n = n + 1 + sleep(20)")));
		this.branches.in(DRAFT, slow).timeout(Duration.ofSeconds(2)).onErrorComplete().block();
		await().atMost(LIMIT)
			.untilAsserted(() -> assertThat(this.pool.getMetrics().map(PoolMetrics::acquiredSize)).contains(0));
		assertThat(nameIn(DRAFT)).isEqualTo("tea");
		assertThat(Flux.range(0, 8).flatMap((any) -> name()).collectList().block()).containsOnly("tea");
	}

	private void use(int size, String database, String parameters) {
		this.pool = pool(size, database, parameters);
		this.client = DatabaseClient.create(this.pool);
		this.transaction = TransactionalOperator.create(new R2dbcTransactionManager(this.pool));
		this.branches = new ReactiveBranchTemplate(new ReactiveCommandExecutor(this.pool));
	}

	private static ConnectionPool pool(int size, String database, String parameters) {
		ServerUnderTest server = ServerUnderTest.get();
		return new ConnectionPool(ConnectionPoolConfiguration.builder(new MatrixOneConnectionFactory(ConnectionFactories
			.get(ConnectionFactoryOptions.parse(server.url().replaceFirst("jdbc", "r2dbc") + database + parameters)
				.mutate()
				.option(ConnectionFactoryOptions.USER, server.username())
				.option(ConnectionFactoryOptions.PASSWORD, server.password())
				.build())))
			.initialSize(0)
			.maxSize(size)
			.build());
	}

	private Mono<String> name() {
		return this.client.sql("SELECT name FROM item WHERE id = :id").bind("id", 1).mapValue(String.class).one();
	}

	private Mono<Long> rename(String name) {
		return this.client.sql("UPDATE item SET name = :name WHERE id = 1").bind("name", name).fetch().rowsUpdated();
	}

	private Mono<Long> update(String sql) {
		return this.client.sql(sql).fetch().rowsUpdated();
	}

	private static Mono<Long> execute(Connection connection, String sql) {
		return Flux.from(connection.createStatement(sql).execute())
			.flatMap((result) -> result.getRowsUpdated())
			.reduce(0L, Long::sum);
	}

	private String nameIn(DatabaseName database) {
		List<String> names = this.jdbc.queryForList("SELECT name FROM " + database.quoted() + ".item", String.class);
		return names.get(0);
	}

}
