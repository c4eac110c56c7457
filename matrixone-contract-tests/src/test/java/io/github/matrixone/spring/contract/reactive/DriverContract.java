package io.github.matrixone.spring.contract.reactive;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.reactivestreams.Publisher;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.awaitility.Awaitility.await;

/**
 * The plain {@code r2dbc-mysql} on a MatrixOne, with a look at the server past it.
 */
@SpringBootTest(classes = DriverContract.Application.class, properties = { "logging.level.io.asyncer.r2dbc.mysql=off",
		"logging.level.reactor.core.publisher=off", "logging.level.org.springframework.transaction.reactive=off" })
abstract class DriverContract {

	static final Duration SOON = Duration.ofSeconds(10);

	private static final String DATABASE = "contract_reactive_driver";

	final JdbcTemplate jdbc = new JdbcTemplate(dataSource());

	private final Map<Connection, Object> connections = new LinkedHashMap<>();

	@BeforeEach
	void createTable() {
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DATABASE);
		this.jdbc.execute("CREATE DATABASE " + DATABASE);
		this.jdbc.execute("CREATE TABLE " + DATABASE + ".item (id INT PRIMARY KEY AUTO_INCREMENT, n INT NOT NULL)");
		this.jdbc.execute("INSERT INTO " + DATABASE + ".item VALUES (1, 0), (2, 0), (3, 0)");
	}

	@AfterEach
	void closeConnections() {
		this.connections.forEach((connection, id) -> Mono.from(connection.close())
			.timeout(Duration.ofSeconds(1), Mono.fromRunnable(() -> kill("KILL", connection)))
			.block());
	}

	/**
	 * A connection that is closed after the test, or killed if it does not answer.
	 */
	final Connection connect(String... settings) {
		Connection connection = block(connectionFactory(settings).create());
		this.connections.put(connection, block(query(connection, "SELECT connection_id()")).get(0));
		return connection;
	}

	/**
	 * A connection whose transaction has changed, and so locks, a row.
	 */
	final Connection connectAndLock(int id, String... settings) {
		Connection connection = connect(settings);
		block(connection.beginTransaction());
		block(update(connection, "UPDATE item SET n = n + 1 WHERE id = " + id));
		return connection;
	}

	final boolean isLocked(int id) {
		Connection connection = connect("sessionVariables=lock_wait_timeout=1");
		try {
			block(update(connection, "UPDATE item SET n = n WHERE id = " + id));
			return false;
		}
		catch (R2dbcTimeoutException ex) {
			return true;
		}
	}

	/**
	 * What others read.
	 */
	final int n(int id) {
		Integer n = this.jdbc.queryForObject("SELECT n FROM " + DATABASE + ".item WHERE id = ?", Integer.class, id);
		return (n != null) ? n : -1;
	}

	final void kill(String command, Connection connection) {
		this.jdbc.execute(command + " " + this.connections.get(connection));
	}

	final void awaitSent(Connection connection, String sql) {
		await().atMost(SOON)
			.until(() -> this.jdbc.queryForList("SELECT info FROM processlist() p WHERE conn_id = ?", String.class,
					this.connections.get(connection)), List.of(sql)::equals);
	}

	static ConnectionFactory connectionFactory(String... settings) {
		ServerUnderTest server = ServerUnderTest.get();
		return connectionFactory(server.url() + DATABASE + "?" + String.join("&", settings), server.username(),
				server.password());
	}

	static ConnectionFactory connectionFactory(String jdbcUrl, String username, String password) {
		return ConnectionFactories.get(ConnectionFactoryOptions.parse(jdbcUrl.replace("jdbc:", "r2dbc:"))
			.mutate()
			.option(ConnectionFactoryOptions.USER, username)
			.option(ConnectionFactoryOptions.PASSWORD, password)
			.build());
	}

	/**
	 * The first column of all rows.
	 */
	static Mono<List<Object>> query(Connection connection, String sql) {
		return Flux.from(connection.createStatement(sql).execute())
			.concatMap((result) -> result.map((row) -> row.get(0)))
			.collectList();
	}

	static Mono<Long> update(Connection connection, String sql) {
		return Flux.from(connection.createStatement(sql).execute())
			.concatMap(Result::getRowsUpdated)
			.reduce(0L, Long::sum);
	}

	static <T> T block(Publisher<T> publisher) {
		return Mono.<T>from(publisher).block(SOON);
	}

	private static MysqlDataSource dataSource() {
		ServerUnderTest server = ServerUnderTest.get();
		MysqlDataSource dataSource = new MysqlDataSource();
		dataSource.setUrl(server.url());
		dataSource.setUser(server.username());
		dataSource.setPassword(server.password());
		return dataSource;
	}

	/**
	 * Sets the levels of the logs.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Application {

	}

}
