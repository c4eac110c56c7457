package io.github.matrixone.spring.contract.branch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.branch.RowChange;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * The changed rows of a branch, one by one.
 */
@EnabledIfServer
@Timeout(120)
class ChangeStreamTests {

	private static final String DATABASE = "ct_change_stream";

	private static final TableName ITEM = TableName.of("item");

	private static final TableName DRAFT = TableName.of("draft");

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final int CHANGED = 3001;

	private HikariDataSource pool = BranchTests.pool(DATABASE);

	private JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	private TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.pool));

	private BranchTemplate branches = new BranchTemplate(new CommandExecutor(this.pool, new ServerBackend()));

	private final ConnectionPool reactivePool = reactivePool();

	private final DatabaseClient client = DatabaseClient.create(this.reactivePool);

	private final TransactionalOperator reactiveTransaction = TransactionalOperator
		.create(new R2dbcTransactionManager(this.reactivePool));

	private final ReactiveBranchTemplate reactiveBranches = new ReactiveBranchTemplate(
			new ReactiveCommandExecutor(this.reactivePool));

	@BeforeEach
	void setUp() {
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(200), Price DECIMAL(10, 2))");
		this.jdbc.update("INSERT INTO item SELECT result, repeat('n', 100), 1 FROM generate_series(1, 4000) g");
		this.branches.createTable(ITEM, DRAFT);
		this.jdbc.update("UPDATE draft SET price = 2 WHERE id <= 2000");
		this.jdbc.update("DELETE FROM draft WHERE id > 3000");
		this.jdbc.update("INSERT INTO draft VALUES (5000, NULL, NULL)");
		this.jdbc.update("UPDATE item SET name = 'parent' WHERE id = 1");
	}

	@AfterEach
	void leavesNothingBehind() {
		try {
			await().atMost(LIMIT)
				.until(() -> this.reactivePool.getMetrics().map(PoolMetrics::acquiredSize).orElseThrow() == 0);
			assertThat(this.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		}
		finally {
			this.reactivePool.dispose();
			this.jdbc.execute("DROP DATABASE " + DATABASE);
			this.pool.close();
		}
	}

	@Test
	void givesTheRowsOfTheDiff() {
		List<RowChange> given = new ArrayList<>();
		this.branches.forEachChange(DRAFT, given::add);
		assertThat(given).hasSize(CHANGED).containsExactlyInAnyOrderElementsOf(this.branches.diff(DRAFT).changes());
		assertThatExceptionOfType(BranchNotFoundException.class)
			.isThrownBy(() -> this.branches.forEachChange(ITEM, given::add));
	}

	@Test
	void givesSomeColumnsOfTheRowsThatAllColumnsTellApart() {
		List<RowChange> given = new ArrayList<>();
		this.branches.forEachChange(DRAFT, Set.of(ColumnName.of("NAME")), given::add);
		assertThat(given).hasSize(CHANGED);
		assertThat(given).filteredOn(RowChange::isConflict)
			.singleElement()
			.isEqualTo(new RowChange(Map.of("id", 1), Map.of("id", 1, "name", "n".repeat(100)),
					Map.of("id", 1, "name", "n".repeat(100)), Map.of("id", 1, "name", "parent"), false, false));
		assertThatIllegalArgumentException().isThrownBy(
				() -> this.branches.forEachChange(DRAFT, List.of(ColumnName.of("other")), (change) -> given.clear()))
			.withMessageContaining("other")
			.withMessageContaining("name");
	}

	@Test
	void theTransactionsConnectionIsTakenUntilTheLastRowIsRead() {
		List<Exception> refused = new ArrayList<>();
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("UPDATE draft SET name = 'mine' WHERE id = 2500");
			List<RowChange> given = new ArrayList<>();
			this.branches.forEachChange(DRAFT, (change) -> {
				given.add(change);
				write(refused);
			});
			assertThat(given).hasSize(CHANGED + 1);
			this.jdbc.update("INSERT INTO item VALUES (7001, 'after', 1)");
		});
		assertThat(refused).hasSize(CHANGED + 1)
			.allSatisfy((ex) -> assertThat(ex).hasMessageContaining("No statements may be issued"));
		assertThat(count("item WHERE id IN (7000, 7001)")).isOne();
		assertThat(count("draft WHERE name = 'mine'")).isOne();
	}

	@Test
	void rowsThatTheDriverWasToldToDropAreMissed() {
		connect("?clobberStreamingResults=true");
		List<RowChange> given = new ArrayList<>();
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(
				() -> this.transaction.executeWithoutResult((status) -> this.branches.forEachChange(DRAFT, (change) -> {
					given.add(change);
					write(new ArrayList<>());
				})));
		assertThat(given).hasSizeLessThan(CHANGED);
		assertThat(count("item WHERE id = 7000")).isZero();
	}

	private void write(List<Exception> refused) {
		try {
			this.jdbc.update("INSERT INTO item VALUES (7000, 'during', 1)");
		}
		catch (DataAccessException ex) {
			refused.add(ex);
		}
	}

	@Test
	void outsideOfATransactionTheHandlerHasAnotherConnection() {
		this.jdbc.execute("CREATE TABLE noted (id INT PRIMARY KEY)");
		List<Object> keys = new ArrayList<>();
		this.branches.forEachChange(DRAFT, (change) -> {
			if (keys.size() < 10) {
				keys.add(change.key().get("id"));
				this.transaction.executeWithoutResult(
						(status) -> this.jdbc.update("INSERT INTO noted VALUES (?)", change.key().get("id")));
			}
		});
		assertThat(this.jdbc.queryForList("SELECT id FROM noted")).extracting((row) -> row.get("id"))
			.containsExactlyInAnyOrderElementsOf(keys);
	}

	@Test
	void aHandlerThatThrowsEndsIt() {
		this.transaction.executeWithoutResult((status) -> {
			assertThatIllegalStateException().isThrownBy(() -> this.branches.forEachChange(DRAFT, (change) -> {
				throw new IllegalStateException("enough");
			})).withMessage("enough");
			this.jdbc.update("INSERT INTO item VALUES (7000, 'after', 1)");
		});
		assertThat(count("item WHERE id = 7000")).isOne();
	}

	@Test
	void flowsAtThePaceOfItsSubscriber() {
		List<RowChange> changes = this.reactiveBranches.changes(DRAFT).limitRate(1).collectList().block(LIMIT);
		assertThat(changes).hasSize(CHANGED)
			.containsExactlyInAnyOrderElementsOf(
					Objects.requireNonNull(this.reactiveBranches.diff(DRAFT).block(LIMIT)).changes());
		StepVerifier.create(this.reactiveBranches.changes(DRAFT, List.of(ColumnName.of("price"))), 1)
			.assertNext((change) -> assertThat(change.key()).hasSize(1))
			.thenRequest(2)
			.expectNextCount(2)
			.thenCancel()
			.verify(LIMIT);
		StepVerifier.create(this.reactiveBranches.changes(DRAFT, List.of(ColumnName.of("other"))))
			.verifyError(IllegalArgumentException.class);
		StepVerifier.create(this.reactiveBranches.changes(ITEM)).verifyError(BranchNotFoundException.class);
	}

	@Test
	void aFlowThatWritesInItsTransactionLosesNothing() {
		Mono<Long> work = update("UPDATE draft SET name = 'mine' WHERE id = 2500")
			.thenMany(this.reactiveBranches.changes(DRAFT))
			.index()
			.concatMap((change) -> (change.getT1() % 1000 == 0)
					? update("INSERT INTO item VALUES (" + (7000 + change.getT1()) + ", 'during', 1)").thenReturn(1)
					: Mono.just(1), 1)
			.count();
		assertThat(this.reactiveTransaction.transactional(work).block(LIMIT)).isEqualTo(CHANGED + 1);
		assertThat(count("item WHERE name = 'during'")).isEqualTo(4);
	}

	@Test
	void aFlowThatIsLeftGivesTheConnectionBack() {
		Mono<Long> work = this.reactiveBranches.changes(DRAFT)
			.take(3)
			.count()
			.then(update("INSERT INTO item VALUES (7000, 'after', 1)"));
		assertThat(this.reactiveTransaction.transactional(work).block(LIMIT)).isOne();
		assertThat(this.reactiveBranches.changes(DRAFT).take(3).count().block(LIMIT)).isEqualTo(3);
		StepVerifier.create(this.reactiveBranches.changes(DRAFT).doOnNext((change) -> {
			throw new IllegalStateException("enough");
		})).verifyError(IllegalStateException.class);
		assertThat(count("item WHERE id = 7000")).isOne();
	}

	private Mono<Long> update(String sql) {
		return this.client.sql(sql).fetch().rowsUpdated();
	}

	private int count(String rows) {
		return Objects.requireNonNull(this.jdbc.queryForObject("SELECT count(*) FROM " + rows, Integer.class));
	}

	/**
	 * Use a pool with settings of the driver.
	 */
	private void connect(String settings) {
		this.pool.close();
		this.pool = new HikariDataSource();
		this.pool.setDataSource(new MatrixOneDataSource(
				Objects.requireNonNull(ServerUnderTest.get().plainJdbc(DATABASE + settings).getDataSource())));
		this.pool.setMaximumPoolSize(2);
		this.jdbc = new JdbcTemplate(this.pool);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(this.pool));
		this.branches = new BranchTemplate(new CommandExecutor(this.pool, new ServerBackend()));
	}

	private static ConnectionPool reactivePool() {
		ServerUnderTest server = ServerUnderTest.get();
		return new ConnectionPool(ConnectionPoolConfiguration.builder(new MatrixOneConnectionFactory(ConnectionFactories
			.get(ConnectionFactoryOptions.parse(server.url().replaceFirst("jdbc", "r2dbc") + DATABASE)
				.mutate()
				.option(ConnectionFactoryOptions.USER, server.username())
				.option(ConnectionFactoryOptions.PASSWORD, server.password())
				.build())))
			.initialSize(0)
			.maxSize(2)
			.build());
	}

}
