package io.github.matrixone.spring.contract.concurrency;

import java.sql.CallableStatement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Result;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.publisher.Flux;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Statements with a {@code LIMIT} and no {@code ORDER BY} that wait for a row: the server
 * does not read it again.
 */
@EnabledIfServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitTests {

	private static final String DATABASE = "ct_limit";

	private static final String CHANGE = "UPDATE job SET n = n + 1 WHERE id = 1";

	private static final String READ = "SELECT n FROM job WHERE id = 1 LIMIT 1 FOR UPDATE";

	private static final String UPDATE = "UPDATE job SET n = n + 1 WHERE id = 1 LIMIT 1";

	private static final String DELETE = "DELETE FROM job WHERE id = 1 LIMIT 1";

	private final ExecutorService executor = Executors.newSingleThreadExecutor();

	private final JdbcTemplate server = ServerUnderTest.get().plainJdbc("");

	private final JdbcTemplate plain = ServerUnderTest.get().plainJdbc(DATABASE);

	private final DataSource dataSource = new MatrixOneDataSource(Objects.requireNonNull(this.plain.getDataSource()));

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	LimitTests() {
		this.server.execute("DROP DATABASE IF EXISTS " + DATABASE);
		this.server.execute("CREATE DATABASE " + DATABASE);
	}

	@BeforeEach
	void createTable() {
		this.plain.execute("DROP TABLE IF EXISTS job");
		this.plain.execute("CREATE TABLE job (id INT PRIMARY KEY, n INT)");
		this.plain.execute("INSERT INTO job VALUES (1, 0), (2, 0)");
	}

	@AfterAll
	void tearDown() {
		this.executor.shutdownNow();
		this.server.execute("DROP DATABASE " + DATABASE);
	}

	/**
	 * Why they get an order.
	 */
	@Test
	void areWrongOnAPlainConnection() throws Exception {
		assertThat(whileChanged(CHANGE, () -> this.plain.queryForObject(READ, Integer.class))).isEqualTo(0);
		assertThat(whileChanged(CHANGE, () -> this.plain.update(UPDATE))).isEqualTo(1);
		assertThat(rows()).containsExactly("1 2", "1 2", "2 0");
		createTable();
		assertThat(whileChanged("DELETE FROM job WHERE id = 1", () -> this.plain.update(DELETE))).isEqualTo(1);
	}

	@Test
	void readWhatIsThereNow() throws Exception {
		assertThat(whileChanged(CHANGE, () -> this.jdbc.queryForObject(READ, Integer.class))).isEqualTo(1);
		assertThat(whileChanged(CHANGE, () -> this.jdbc
			.queryForObject("SELECT n FROM job WHERE id = ? LIMIT ? FOR UPDATE", Integer.class, 1, 1))).isEqualTo(2);
	}

	@Test
	void updateNoRowTwice() throws Exception {
		assertThat(whileChanged(CHANGE, () -> this.jdbc.update(UPDATE))).isEqualTo(1);
		assertThat(whileChanged(CHANGE, () -> this.jdbc.update("UPDATE job SET n = n + 1 WHERE id = ? LIMIT 1", 1)))
			.isEqualTo(1);
		assertThat(whileChanged(CHANGE, () -> this.jdbc.batchUpdate(UPDATE, "UPDATE job SET n = 1 WHERE id = 3")))
			.isNotNull();
		assertThat(
				whileChanged(CHANGE, () -> this.jdbc.execute(UPDATE, (CallableStatement call) -> call.executeUpdate())))
			.isEqualTo(1);
		assertThat(rows()).containsExactly("1 8", "2 0");
	}

	@Test
	void deleteNoRowTwice() throws Exception {
		assertThat(whileChanged("DELETE FROM job WHERE id = 1", () -> this.jdbc.update(DELETE))).isEqualTo(0);
		assertThat(rows()).containsExactly("2 0");
	}

	@Test
	void areRightOverR2dbc() throws Exception {
		ServerUnderTest server = ServerUnderTest.get();
		ConnectionFactory connections = new MatrixOneConnectionFactory(ConnectionFactories
			.get(ConnectionFactoryOptions.parse((server.url() + DATABASE).replaceFirst("jdbc", "r2dbc"))
				.mutate()
				.option(ConnectionFactoryOptions.USER, server.username())
				.option(ConnectionFactoryOptions.PASSWORD, server.password())
				.build()));
		DatabaseClient client = DatabaseClient.create(connections);
		assertThat(whileChanged(CHANGE, () -> client.sql(UPDATE).fetch().rowsUpdated().block(Duration.ofSeconds(20))))
			.isEqualTo(1L);
		assertThat(whileChanged(CHANGE, () -> updateByNames(connections))).isEqualTo(1L);
		assertThat(rows()).containsExactly("1 4", "2 0");
	}

	/**
	 * The driver's own names of parameters.
	 */
	private static @Nullable Long updateByNames(ConnectionFactory connections) {
		return Flux
			.usingWhen(connections.create(),
					(connection) -> Flux
						.from(connection.createStatement("UPDATE job SET n = n + 1 WHERE id = ?id LIMIT ?limit")
							.bind("id", 1)
							.bind("limit", 1)
							.execute())
						.flatMap(Result::getRowsUpdated),
					Connection::close)
			.blockLast(Duration.ofSeconds(20));
	}

	/**
	 * Do something that waits for a row that is changed.
	 */
	private Object whileChanged(String change, Callable<Object> work) throws Exception {
		Future<Object> waiting = Objects.requireNonNull(this.transaction.execute((status) -> {
			this.jdbc.update(change);
			Future<Object> started = this.executor.submit(work);
			assertThat(Waits.isDone(started)).isFalse();
			return started;
		}));
		return waiting.get(20, TimeUnit.SECONDS);
	}

	private List<String> rows() {
		return this.plain.queryForList("SELECT concat(id, ' ', n) FROM job ORDER BY id, n", String.class);
	}

}
