package io.github.matrixone.spring.contract.concurrency;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Inserts that update a row which has their unique key: the server does not lock that
 * row.
 */
@EnabledIfServer
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpsertTests {

	private static final String DATABASE = "ct_upsert";

	private static final String UPSERT = "INSERT INTO acc (id, bal, code) VALUES (90, 1, 'c1') "
			+ "ON DUPLICATE KEY UPDATE bal = bal + 1";

	private final JdbcTemplate plain = ServerUnderTest.get().plainJdbc("");

	private final HikariDataSource pool = new HikariDataSource();

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	UpsertTests() {
		this.plain.execute("DROP DATABASE IF EXISTS " + DATABASE);
		this.plain.execute("CREATE DATABASE " + DATABASE);
		this.pool.setDataSource(new MatrixOneDataSource(
				Objects.requireNonNull(ServerUnderTest.get().plainJdbc(DATABASE).getDataSource())));
		this.pool.setMaximumPoolSize(8);
	}

	@BeforeEach
	void createTable() {
		this.jdbc.execute("DROP TABLE IF EXISTS acc");
		this.jdbc.execute("CREATE TABLE acc (id INT PRIMARY KEY, bal INT, code VARCHAR(9) UNIQUE)");
		this.jdbc.update("INSERT INTO acc VALUES (1, 100, 'c1')");
	}

	@AfterAll
	void tearDown() {
		this.plain.execute("DROP DATABASE " + DATABASE);
		this.pool.close();
	}

	/**
	 * Why rows are locked before.
	 */
	@Test
	void doubleARowOnAPlainConnection() throws Exception {
		JdbcTemplate other = ServerUnderTest.get().plainJdbc(DATABASE);
		try (Connection connection = Objects.requireNonNull(other.getDataSource()).getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("BEGIN");
			statement.executeUpdate(UPSERT);
			other.update("UPDATE acc SET bal = bal + 10 WHERE id = 1");
			statement.execute("COMMIT");
		}
		assertThat(other.queryForList("SELECT bal FROM acc WHERE id = 1 ORDER BY bal", Integer.class))
			.containsExactly(101, 110);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void lockTheRowThatTheyUpdate(boolean upsertFirst) throws Exception {
		Callable<Object> upsert = () -> this.jdbc.update(UPSERT);
		Callable<Object> update = () -> this.jdbc.update("UPDATE acc SET bal = bal + 10 WHERE id = 1");
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			Future<?> later = Objects.requireNonNull(this.transaction.execute((status) -> {
				call(upsertFirst ? upsert : update);
				Future<?> waiting = executor.submit(upsertFirst ? update : upsert);
				assertThat(Waits.isDone(waiting)).isFalse();
				return waiting;
			}));
			later.get(20, TimeUnit.SECONDS);
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(balances()).containsExactly(111);
	}

	@ParameterizedTest
	@CsvSource({ "true, false", "true, true", "false, false", "false, true" })
	void countRight(boolean inTransaction, boolean prepared) throws Exception {
		this.jdbc.execute("DROP TABLE IF EXISTS counter");
		this.jdbc
			.execute("CREATE TABLE counter (id BIGINT AUTO_INCREMENT PRIMARY KEY, k VARCHAR(9), n INT, UNIQUE (k))");
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			List<Future<?>> all = IntStream.range(0, 4).<Future<?>>mapToObj((thread) -> executor.submit(() -> {
				for (int i = 0; i < 15; i++) {
					int current = i;
					Runnable count = () -> count("k" + current % 3, prepared);
					if (inTransaction) {
						this.transaction.executeWithoutResult((status) -> count.run());
					}
					else {
						count.run();
					}
				}
			})).toList();
			for (Future<?> each : all) {
				each.get(120, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(this.jdbc.queryForList("SELECT concat(k, ' ', n) FROM counter ORDER BY k", String.class))
			.containsExactly("k0 20", "k1 20", "k2 20");
	}

	private void count(String key, boolean prepared) {
		if (prepared) {
			this.jdbc.update("INSERT INTO counter (k, n) VALUES (?, ?) ON DUPLICATE KEY UPDATE n = n + 1", key, 1);
		}
		else {
			this.jdbc.update("INSERT INTO counter (k, n) VALUES ('" + key + "', 1) ON DUPLICATE KEY UPDATE n = n + 1");
		}
	}

	@ParameterizedTest
	@CsvSource({ "UUID, 6d1b1f73-2dbf-11ed-940f-000c29847904", "DATE, 2026-01-01", "'DECIMAL(8, 2)', 12.50",
			"TIMESTAMP(6), 2026-01-01 10:11:12.5", "BIGINT, 7", "CHAR(3), a" })
	void takeKeysOfAnyType(String type, String value, CapturedOutput output) {
		this.jdbc.execute("DROP TABLE IF EXISTS typed");
		this.jdbc.execute("CREATE TABLE typed (id INT PRIMARY KEY, n INT, k " + type + " UNIQUE)");
		String upsert = "INSERT INTO typed (id, n, k) VALUES (?, 1, ?) ON DUPLICATE KEY UPDATE n = n + 1";
		this.jdbc.update(upsert, 1, value);
		this.jdbc.update(upsert, 2, value);
		this.transaction.executeWithoutResult((status) -> this.jdbc.update(upsert, 3, value));
		this.jdbc.update(upsert, 4, null);
		assertThat(this.jdbc.queryForList("SELECT concat(id, ' ', n) FROM typed ORDER BY id", String.class))
			.containsExactly("1 3", "4 1");
		assertThat(output).doesNotContain("may double rows");
	}

	@Test
	void takeKeysOfSeveralColumns() {
		this.jdbc.execute("DROP TABLE IF EXISTS typed");
		this.jdbc.execute("CREATE TABLE typed (id INT PRIMARY KEY, n INT, x INT, y VARCHAR(9), UNIQUE (x, y))");
		for (int i = 0; i < 3; i++) {
			this.jdbc.update("INSERT INTO typed (id, n, x, y) VALUES (?, 1, ?, ?), (?, 1, 7, 'b') "
					+ "ON DUPLICATE KEY UPDATE n = n + 1", 10 * i, 7, "a", 10 * i + 1);
		}
		assertThat(this.jdbc.queryForList("SELECT concat(id, ' ', n) FROM typed ORDER BY id", String.class))
			.containsExactly("0 3", "1 3");
	}

	@ParameterizedTest
	@CsvSource({ "prefixed, 'VARCHAR(9), UNIQUE KEY (k(3))', abcdef, abcxyz",
			"rounded, 'DECIMAL(8, 2) UNIQUE', 1.01, 1.005", "padded, BINARY(5) UNIQUE, abc, abc",
			"real_number, DOUBLE UNIQUE, 0.5, 0.5" })
	void sayThatNothingIsLockedWhereTheServerConvertsTheKey(String table, String type, String first, String second,
			CapturedOutput output) {
		this.jdbc.execute("DROP TABLE IF EXISTS " + table);
		this.jdbc.execute("CREATE TABLE " + table + " (id INT PRIMARY KEY, n INT, k " + type + ')');
		String upsert = "INSERT INTO " + table + " (id, n, k) VALUES (?, 1, ?) ON DUPLICATE KEY UPDATE n = n + 1";
		this.jdbc.update(upsert, 1, first);
		this.jdbc.update(upsert, 2, second);
		assertThat(output).contains("into " + DATABASE + '.' + table + " may double rows");
		assertThat(this.jdbc.queryForList("SELECT n FROM " + table, Integer.class)).containsExactly(2);
	}

	@Test
	void doNotWaitForOtherKeysThatBeginTheSame() throws Exception {
		this.jdbc.execute("DROP TABLE IF EXISTS typed");
		this.jdbc.execute("CREATE TABLE typed (id INT PRIMARY KEY, n INT, x INT, y VARCHAR(9), UNIQUE (x, y))");
		String upsert = "INSERT INTO typed (id, n, x, y) VALUES (?, 1, 7, ?) ON DUPLICATE KEY UPDATE n = n + 1";
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			this.transaction.executeWithoutResult((status) -> {
				this.jdbc.update(upsert, 1, "a");
				call(() -> executor.submit(() -> this.jdbc.update(upsert, 2, "b")).get(5, TimeUnit.SECONDS));
			});
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(this.jdbc.queryForList("SELECT y FROM typed ORDER BY id", String.class)).containsExactly("a", "b");
	}

	/**
	 * One gives up, so that the other goes on.
	 */
	@Test
	void ofTheSameNewKeysInAnotherOrderDoNotAllFail() throws Exception {
		CyclicBarrier both = new CyclicBarrier(2);
		ExecutorService executor = Executors.newFixedThreadPool(2);
		List<Future<?>> all = new ArrayList<>();
		try {
			for (List<String> keys : List.of(List.of("n1", "n2"), List.of("n2", "n1"))) {
				all.add(executor.submit(() -> this.transaction.executeWithoutResult((status) -> {
					count(keys.get(0));
					call(() -> both.await(20, TimeUnit.SECONDS));
					count(keys.get(1));
				})));
			}
			executor.shutdown();
			assertThat(executor.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(all).filteredOn((each) -> !isFailed(each)).hasSize(1);
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM acc WHERE code IN ('n1', 'n2')", Integer.class))
			.isEqualTo(2);
	}

	private void count(String code) {
		this.jdbc.update("INSERT INTO acc (id, bal, code) VALUES (?, 1, ?) ON DUPLICATE KEY UPDATE bal = bal + 1",
				code.hashCode(), code);
	}

	private static boolean isFailed(Future<?> work) {
		try {
			work.get();
			return false;
		}
		catch (ExecutionException ex) {
			assertThat(ex).hasCauseInstanceOf(CannotAcquireLockException.class);
			return true;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void sayThatNothingIsLockedWhereTheKeysAreNotKnown(CapturedOutput output) {
		this.jdbc
			.update("INSERT INTO acc (id, bal, code) VALUES (91, 1, concat('c', 1)) ON DUPLICATE KEY UPDATE bal = 7");
		assertThat(output).contains("INSERT … ON DUPLICATE KEY UPDATE into " + DATABASE + ".acc may double rows");
		assertThat(balances()).containsExactly(7);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void countRightOverR2dbc(boolean inTransaction, CapturedOutput output) {
		this.jdbc.execute("DROP TABLE IF EXISTS counter");
		this.jdbc
			.execute("CREATE TABLE counter (id BIGINT AUTO_INCREMENT PRIMARY KEY, k VARCHAR(9), n INT, UNIQUE (k))");
		ConnectionFactory connections = r2dbc();
		UnaryOperator<Mono<Void>> within = inTransaction
				? TransactionalOperator.create(new R2dbcTransactionManager(connections))::transactional
				: UnaryOperator.identity();
		DatabaseClient client = DatabaseClient.create(connections);
		Flux.range(0, 60)
			.flatMap((i) -> client.sql("INSERT INTO counter (k, n) VALUES (:k, :n) ON DUPLICATE KEY UPDATE n = n + 1")
				.bind("k", "k" + i % 3)
				.bind("n", 1)
				.then()
				.as(within), 4)
			.blockLast(Duration.ofSeconds(60));
		assertThat(this.jdbc.queryForList("SELECT concat(k, ' ', n) FROM counter ORDER BY k", String.class))
			.containsExactly("k0 20", "k1 20", "k2 20");
		assertThat(output).doesNotContain("may double rows");
	}

	@Test
	void sayThatNothingIsLockedForSeveralRowsOfParametersOverR2dbc(CapturedOutput output) {
		DatabaseClient.create(r2dbc())
			.inConnection((connection) -> Flux.from(
					connection.createStatement(UPSERT.replace("'c1'", "?")).bind(0, "c1").add().bind(0, "c1").execute())
				.flatMap(Result::getRowsUpdated)
				.then())
			.block(Duration.ofSeconds(20));
		assertThat(output).contains("INSERT … ON DUPLICATE KEY UPDATE into " + DATABASE + ".acc may double rows");
		assertThat(balances()).containsExactly(102);
	}

	@Test
	void giveTheGeneratedKeyOverR2dbc() {
		this.jdbc.execute("DROP TABLE IF EXISTS counter");
		this.jdbc
			.execute("CREATE TABLE counter (id BIGINT AUTO_INCREMENT PRIMARY KEY, k VARCHAR(9), n INT, UNIQUE (k))");
		Long id = DatabaseClient.create(r2dbc())
			.sql("INSERT INTO counter (k, n) VALUES (:k, 1) ON DUPLICATE KEY UPDATE n = n + 1")
			.filter((statement) -> statement.returnGeneratedValues("id"))
			.bind("k", "k1")
			.map((row) -> row.get("id", Long.class))
			.one()
			.block(Duration.ofSeconds(20));
		assertThat(this.jdbc.queryForList("SELECT id FROM counter", Long.class)).containsExactly(id);
	}

	private static ConnectionFactory r2dbc() {
		return new MatrixOneConnectionFactory(ServerUnderTest.get().plainR2dbc(DATABASE));
	}

	@Test
	void areUndoneWhereTheyFail() {
		assertThat(this.jdbc.update(UPSERT)).isPositive();
		try {
			this.jdbc.update(UPSERT.replace("bal + 1", "bal / 'x'"));
		}
		catch (RuntimeException ex) {
			assertThat(ex).hasMessageContaining("x");
		}
		assertThat(this.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		this.jdbc.update("UPDATE acc SET bal = 5 WHERE id = 1");
		assertThat(ServerUnderTest.get().plainJdbc(DATABASE).queryForList("SELECT bal FROM acc", Integer.class))
			.containsExactly(5);
	}

	private List<Integer> balances() {
		return this.jdbc.queryForList("SELECT bal FROM acc ORDER BY id", Integer.class);
	}

	private static Object call(Callable<Object> work) {
		try {
			return work.call();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
