package io.github.matrixone.spring.contract.nodes;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Publisher;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A cancelled statement is ended although a compute node knows its own connections only.
 */
@EnabledIfTwoNodes
@Timeout(60)
class ReactiveInterruptionTests {

	private static final String DATABASE = "ct_nodes_reactive";

	private final JdbcTemplate jdbc = Node.first().jdbc("");

	private final AlternatingConnectionFactory nodes = new AlternatingConnectionFactory();

	private final MatrixOneConnectionFactory connectionFactory = new MatrixOneConnectionFactory(this.nodes);

	@BeforeEach
	void createTable() {
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DATABASE);
		this.jdbc.execute("CREATE DATABASE " + DATABASE);
		this.jdbc.execute("CREATE TABLE ct_nodes_reactive.item (id INT PRIMARY KEY, n INT)");
		this.jdbc.execute("INSERT INTO ct_nodes_reactive.item VALUES (1, 0), (2, 0)");
		await().ignoreExceptions()
			.until(() -> Node.second().jdbc(DATABASE).queryForList("SELECT id FROM item").size() == 2);
	}

	@AfterEach
	void dropDatabase() {
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DATABASE);
	}

	@Test
	void aCancelledTransactionGivesItsLocksBackWhileAnotherNodeIsAskedFirst() throws SQLException {
		DatabaseClient client = DatabaseClient.create(this.connectionFactory);
		TransactionalOperator transaction = TransactionalOperator
			.create(new R2dbcTransactionManager(this.connectionFactory));
		try (Connection holder = connect(); Statement statement = holder.createStatement()) {
			statement.execute("BEGIN");
			statement.execute("UPDATE item SET n = 1 WHERE id = 1");
			Mono<Long> work = client.sql("UPDATE item SET n = 2 WHERE id = 2")
				.fetch()
				.rowsUpdated()
				.then(client.sql("UPDATE item SET n = 2 WHERE id = 1").fetch().rowsUpdated());
			Disposable running = transaction.transactional(work).subscribe();
			await().until(() -> this.jdbc.queryForList("SELECT info FROM processlist() p", String.class)
				.contains("UPDATE item SET n = 2 WHERE id = 1"));
			running.dispose();
			await().atMost(Duration.ofSeconds(10)).until(() -> !isLocked(2));
		}
	}

	private static boolean isLocked(int id) throws SQLException {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			statement.execute("SET lock_wait_timeout = 1");
			statement.execute("UPDATE item SET n = n WHERE id = " + id);
			return false;
		}
		catch (SQLException ex) {
			assertThat(ex.getErrorCode()).isEqualTo(1205);
			return true;
		}
	}

	private static Connection connect() throws SQLException {
		return DriverManager.getConnection(Node.first().url() + DATABASE, ServerUnderTest.get().username(),
				ServerUnderTest.get().password());
	}

	/**
	 * Leads to one node and the other in turn.
	 */
	private static final class AlternatingConnectionFactory implements ConnectionFactory {

		private final List<ConnectionFactory> nodes = List.of(Node.first().connectionFactory(DATABASE),
				Node.second().connectionFactory(DATABASE));

		private final AtomicInteger next = new AtomicInteger();

		@Override
		public Publisher<? extends io.r2dbc.spi.Connection> create() {
			return Mono.defer(() -> Mono.from(this.nodes.get(this.next.getAndIncrement() % 2).create()));
		}

		@Override
		public ConnectionFactoryMetadata getMetadata() {
			return this.nodes.get(0).getMetadata();
		}

	}

}
