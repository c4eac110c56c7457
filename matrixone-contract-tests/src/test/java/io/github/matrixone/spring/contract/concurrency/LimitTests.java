package io.github.matrixone.spring.contract.concurrency;

import java.sql.CallableStatement;
import java.time.Duration;
import java.util.List;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Statements with a {@code LIMIT} and no {@code ORDER BY} that wait for a row: the server
 * does not read it again.
 */
@EnabledIfServer
class LimitTests extends AbstractLockTests {

	private static final String DATABASE = "ct_limit";

	private static final String CHANGE = "UPDATE job SET n = n + 1 WHERE id = 1";

	private static final String READ = "SELECT n FROM job WHERE id = 1 LIMIT 1 FOR UPDATE";

	private static final String UPDATE = "UPDATE job SET n = n + 1 WHERE id = 1 LIMIT 1";

	private static final String DELETE = "DELETE FROM job WHERE id = 1 LIMIT 1";

	LimitTests() {
		super(DATABASE);
	}

	@BeforeEach
	void createTable() {
		this.plain.execute("DROP TABLE IF EXISTS job");
		this.plain.execute("CREATE TABLE job (id INT PRIMARY KEY, n INT)");
		this.plain.execute("INSERT INTO job VALUES (1, 0), (2, 0)");
	}

	/**
	 * Why they get an order.
	 */
	@Test
	void areWrongOnAPlainConnection() throws Exception {
		assertThat(afterOther(CHANGE, () -> this.plain.queryForObject(READ, Integer.class))).isEqualTo(0);
		assertThat(afterOther(CHANGE, () -> this.plain.update(UPDATE))).isEqualTo(1);
		assertThat(rows()).containsExactly("1 2", "1 2", "2 0");
		createTable();
		assertThat(afterOther("DELETE FROM job WHERE id = 1", () -> this.plain.update(DELETE))).isEqualTo(1);
	}

	@Test
	void readWhatIsThereNow() throws Exception {
		assertThat(afterOther(CHANGE, () -> this.jdbc.queryForObject(READ, Integer.class))).isEqualTo(1);
		assertThat(afterOther(CHANGE, () -> this.jdbc
			.queryForObject("SELECT n FROM job WHERE id = ? LIMIT ? FOR UPDATE", Integer.class, 1, 1))).isEqualTo(2);
	}

	@Test
	void updateNoRowTwice() throws Exception {
		assertThat(afterOther(CHANGE, () -> this.jdbc.update(UPDATE))).isEqualTo(1);
		assertThat(afterOther(CHANGE, () -> this.jdbc.update("UPDATE job SET n = n + 1 WHERE id = ? LIMIT 1", 1)))
			.isEqualTo(1);
		assertThat(afterOther(CHANGE, () -> this.jdbc.batchUpdate(UPDATE, "UPDATE job SET n = 1 WHERE id = 3")))
			.isNotNull();
		assertThat(
				afterOther(CHANGE, () -> this.jdbc.execute(UPDATE, (CallableStatement call) -> call.executeUpdate())))
			.isEqualTo(1);
		assertThat(rows()).containsExactly("1 8", "2 0");
	}

	@Test
	void deleteNoRowTwice() throws Exception {
		assertThat(afterOther("DELETE FROM job WHERE id = 1", () -> this.jdbc.update(DELETE))).isEqualTo(0);
		assertThat(rows()).containsExactly("2 0");
	}

	@Test
	void areRightOverR2dbc() throws Exception {
		ConnectionFactory connections = new MatrixOneConnectionFactory(ServerUnderTest.get().plainR2dbc(DATABASE));
		DatabaseClient client = DatabaseClient.create(connections);
		assertThat(afterOther(CHANGE, () -> client.sql(UPDATE).fetch().rowsUpdated().block(Duration.ofSeconds(20))))
			.isEqualTo(1L);
		assertThat(afterOther(CHANGE, () -> updateByNames(connections))).isEqualTo(1L);
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

	private List<String> rows() {
		return this.plain.queryForList("SELECT concat(id, ' ', n) FROM job ORDER BY id, n", String.class);
	}

}
