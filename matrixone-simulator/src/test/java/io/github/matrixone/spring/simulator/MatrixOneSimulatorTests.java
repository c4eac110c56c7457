package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.sql.DatabaseName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link MatrixOneSimulator}.
 */
class MatrixOneSimulatorTests {

	@Test
	void sendsNothingWhileItIsMade() {
		MatrixOneSimulator simulator = new MatrixOneSimulator(new AbstractDataSource() {

			@Override
			public Connection getConnection() {
				throw new AssertionError("No connection is due yet");
			}

			@Override
			public Connection getConnection(String username, String password) {
				return getConnection();
			}

		});
		assertThat(simulator.dataSource()).isSameAs(simulator.dataSource());
		assertThat(simulator.backend()).isSameAs(simulator.backend());
		assertThat(simulator.backend().description()).isEqualTo("simulator (H2, in memory)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "app", "Mixed", "semi;colon", "größe", "数据库" })
	void startsInTheDatabaseOfTheUrl(String name) throws SQLException {
		DatabaseName database = DatabaseName.of(name);
		MatrixOneSimulator simulator = simulator(MatrixOneSimulator.url(UUID.randomUUID().toString(), database));
		try (Connection connection = simulator.dataSource().getConnection()) {
			assertThat(connection.unwrap(MatrixOneConnection.class).currentDatabase()).isEqualTo(database);
			assertThat(connection.getSchema()).isEqualTo(database.normalized());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a;b", "a b", "a/b", "a'b" })
	void refusesAnUnsafeName(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> MatrixOneSimulator.url(name, DatabaseName.of("app")))
			.withMessageContaining("letters, digits");
	}

	@Test
	void takesNamesThatMatrixOneDoesNotReserve() {
		JdbcTemplate jdbc = new JdbcTemplate(simulator(url()).dataSource());
		jdbc.execute("CREATE TABLE user (id INT PRIMARY KEY, value INT, year INT, month INT, day INT, hour INT, "
				+ "minute INT, second INT)");
		jdbc.update("INSERT INTO user VALUES (1, 2, 3, 4, 5, 6, 7, 8)");
		assertThat(jdbc.queryForObject("SELECT value + year + u.day FROM user u", Integer.class)).isEqualTo(10);
		assertThat(
				jdbc.queryForObject("SELECT extract(year FROM DATE '2026-01-01' + INTERVAL '1' YEAR)", Integer.class))
			.isEqualTo(2027);
	}

	@Test
	void makesTheCatalogOnceForManyThreadsAndSimulators() throws Exception {
		String url = url();
		ExecutorService threads = Executors.newFixedThreadPool(8);
		List<MatrixOneSimulator> simulators = List.of(simulator(url), simulator(url), simulator(url));
		Callable<Integer> work = () -> {
			for (MatrixOneSimulator simulator : simulators) {
				assertThat(
						new JdbcTemplate(simulator.dataSource()).queryForList("SELECT * FROM mo_catalog.mo_snapshots"))
					.isEmpty();
			}
			return 1;
		};
		for (Future<Integer> result : threads.invokeAll(IntStream.range(0, 8).mapToObj((i) -> work).toList())) {
			assertThat(result.get()).isOne();
		}
		threads.shutdown();
	}

	@Test
	void makesTheCatalogForCommandsToo() throws SQLException {
		String url = url();
		try (Connection connection = simulator(url).ownConnections().getConnection()) {
			assertThat(H2.column(connection, "SELECT sname FROM mo_catalog.mo_snapshots")).isEmpty();
		}
	}

	@Test
	void refusesACommandThatItDoesNotKnow() throws SQLException {
		MatrixOneSimulator simulator = simulator(url());
		Command unknown = List::of;
		try (Connection connection = simulator.dataSource().getConnection()) {
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> simulator.backend().execute(connection, unknown))
				.withMessageStartingWith("The simulator cannot carry out ")
				.withMessageContaining("MatrixOne server");
		}
	}

	@Test
	void refusesAnotherDatabaseThanItsOwn() {
		String database = UUID.randomUUID().toString();
		MatrixOneSimulator simulator = simulator("jdbc:h2:mem:" + database);
		assertThatIllegalStateException().isThrownBy(() -> simulator.dataSource().getConnection())
			.withMessageContaining("MatrixOneSimulator.url")
			.withMessageNotContaining(database);
	}

	@Test
	void hasConnectionsForAUser() throws SQLException {
		MatrixOneSimulator simulator = simulator(url());
		for (int i = 0; i < 2; i++) {
			try (Connection connection = simulator.dataSource()
				.getConnection(MatrixOneSimulator.USERNAME, MatrixOneSimulator.PASSWORD)) {
				assertThat(connection.isWrapperFor(MatrixOneConnection.class)).isTrue();
				assertThat(H2.column(connection, "SELECT sname FROM mo_catalog.mo_snapshots")).isEmpty();
			}
		}
	}

	private static String url() {
		return MatrixOneSimulator.url(UUID.randomUUID().toString(), DatabaseName.of("app"));
	}

	private static MatrixOneSimulator simulator(String url) {
		return new MatrixOneSimulator(
				new DriverManagerDataSource(url, MatrixOneSimulator.USERNAME, MatrixOneSimulator.PASSWORD));
	}

}
