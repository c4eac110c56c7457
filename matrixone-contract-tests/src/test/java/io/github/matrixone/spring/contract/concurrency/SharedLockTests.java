package io.github.matrixone.spring.contract.concurrency;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Statements that wait for one row whose lock two transactions share, because both have
 * inserted rows that reference it: one changes it and commits, then the other one rolls
 * back.
 */
@EnabledIfServer
class SharedLockTests extends AbstractLockTests {

	private static final String DATABASE = "ct_shared_locks";

	private static final String UPDATE = "UPDATE orders SET total = total + 1 WHERE id = 1";

	private static final String UPSERT = "INSERT INTO orders (id, total) VALUES (1, 0) "
			+ "ON DUPLICATE KEY UPDATE total = total + 1";

	SharedLockTests() {
		super(DATABASE);
	}

	@BeforeEach
	void createTables() {
		this.jdbc.execute("DROP TABLE IF EXISTS line");
		this.jdbc.execute("DROP TABLE IF EXISTS orders");
		this.jdbc.execute("CREATE TABLE orders (id INT PRIMARY KEY, total INT)");
		this.jdbc.execute("CREATE TABLE line (id INT PRIMARY KEY, order_id INT, n INT, "
				+ "FOREIGN KEY (order_id) REFERENCES orders (id))");
		this.plain.update("INSERT INTO orders VALUES (1, 0), (2, 0)");
	}

	/**
	 * Why it is locked before.
	 */
	@Test
	void doubleTheRowOnAPlainConnection() throws Exception {
		afterTwo(() -> this.plain.update(UPDATE));
		assertThat(orders()).containsExactly("1 1", "1 10", "2 0");
	}

	@ParameterizedTest
	@ValueSource(strings = { UPDATE, UPSERT })
	void addToWhatTheFirstHasCommitted(String update) throws Exception {
		afterTwo(() -> this.jdbc.update(update));
		assertThat(orders()).containsExactly("1 11", "2 0");
		createTables();
		afterTwo(() -> this.transaction.execute((status) -> this.jdbc.update(update)));
		assertThat(orders()).containsExactly("1 11", "2 0");
	}

	@Test
	void addToWhatTheFirstHasCommittedInABatch() throws Exception {
		afterTwo(() -> this.transaction
			.execute((status) -> this.jdbc.batchUpdate("UPDATE orders SET total = total + 1 WHERE id = ?",
					List.of(new Object[] { 2 }, new Object[] { 1 }))));
		assertThat(orders()).containsExactly("1 11", "2 1");
	}

	@Test
	void readWhatTheFirstHasCommitted() throws Exception {
		assertThat(afterTwo(() -> this.transaction.execute((status) -> this.jdbc
			.queryForObject("SELECT total FROM orders WHERE id = ? FOR UPDATE", Integer.class, 1)))).isEqualTo(10);
	}

	@Test
	void deleteNothingThatTheFirstHasChanged() throws Exception {
		assertThat(afterTwo(() -> this.jdbc.update("DELETE FROM orders WHERE id = 1 AND total = 0"))).isEqualTo(0);
		assertThat(orders()).containsExactly("1 10", "2 0");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void addToWhatTheFirstHasCommittedOverR2dbc(boolean inTransaction) throws Exception {
		ConnectionFactory connections = new MatrixOneConnectionFactory(ServerUnderTest.get().plainR2dbc(DATABASE));
		TransactionalOperator transaction = TransactionalOperator.create(new R2dbcTransactionManager(connections));
		Mono<Long> update = DatabaseClient.create(connections)
			.sql("UPDATE orders SET total = total + 1 WHERE id = :id")
			.bind("id", 1)
			.fetch()
			.rowsUpdated();
		assertThat(afterTwo(
				() -> (inTransaction ? transaction.transactional(update) : update).block(Duration.ofSeconds(20))))
			.isEqualTo(1L);
		assertThat(orders()).containsExactly("1 11", "2 0");
	}

	/**
	 * It shares nothing, so it waits for the row alone, and nobody for it.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "DELETE FROM line WHERE id = 1", "UPDATE line SET n = n + 1 WHERE id = 1" })
	void changeTheRowAfterOneThatReferencedItBesideWhoAddsAnother(String change) throws Exception {
		this.plain.update("INSERT INTO line VALUES (1, 1, 0)");
		Future<Object> waiting = Objects.requireNonNull(this.transaction.execute((status) -> {
			this.jdbc.update("INSERT INTO line VALUES (2, 1, 0)");
			Future<Object> started = this.executor.submit(() -> this.transaction.execute((inner) -> {
				this.jdbc.update(change);
				return this.jdbc.update(UPDATE);
			}));
			assertThat(Waits.isDone(started)).isFalse();
			this.jdbc.update("UPDATE orders SET total = 10 WHERE id = 1");
			return started;
		}));
		assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(1);
		assertThat(orders()).containsExactly("1 11", "2 0");
	}

	/**
	 * Do something that waits for the row while two share its lock, one changes it and
	 * the other rolls back.
	 */
	private Object afterTwo(Callable<Object> work) throws Exception {
		try (Connection first = connection(); Connection second = connection()) {
			execute(first, "BEGIN", "INSERT INTO line VALUES (1, 1, 0)");
			execute(second, "BEGIN", "INSERT INTO line VALUES (2, 1, 0)");
			Future<Object> waiting = this.executor.submit(work);
			assertThat(Waits.isDone(waiting)).isFalse();
			execute(first, "UPDATE orders SET total = 10 WHERE id = 1", "COMMIT");
			assertThat(Waits.isDone(waiting)).isFalse();
			execute(second, "ROLLBACK");
			return waiting.get(20, TimeUnit.SECONDS);
		}
	}

	private Connection connection() throws SQLException {
		return Objects.requireNonNull(this.plain.getDataSource()).getConnection();
	}

	private static void execute(Connection connection, String... texts) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String sql : texts) {
				statement.execute(sql);
			}
		}
	}

	private List<String> orders() {
		return this.server.queryForList("SELECT concat(id, ' ', total) FROM " + DATABASE + ".orders ORDER BY id, total",
				String.class);
	}

}
