package io.github.matrixone.spring.contract.wire;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import io.github.matrixone.spring.boot.autoconfigure.pool.PoolSeats;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A {@code SET} after a write, on a server where it commits and on one where it does not.
 */
class SetInTransactionTests {

	private static final String INSERT = "INSERT INTO item VALUES (1)";

	private static final String SET = "SET @a = 1";

	@Test
	void isRefusedWhereItCommits() throws SQLException { // MO#26872
		try (WireServer server = WireServer.start(ServerKind.MATRIXONE); Connection connection = begin(server)) {
			execute(connection, INSERT);
			assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(() -> execute(connection, SET))
				.withMessageContaining("connection-init-sql");
			connection.rollback();
			assertThat(server.committed()).isEmpty();
			assertThat(server.sql()).doesNotContain(SET);
		}
	}

	@Test
	void isSentForAScriptOfSpringBoot() throws SQLException {
		String set = "SET FOREIGN_KEY_CHECKS=1";
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings
			.setSchemaLocations(List.of("classpath:/" + getClass().getPackageName().replace('.', '/') + "/set.sql"));
		settings.setMode(DatabaseInitializationMode.ALWAYS);
		try (WireServer server = WireServer.start(ServerKind.MATRIXONE);
				HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(server.url());
			pool.setUsername("root");
			pool.setPassword("111");
			pool.setAutoCommit(false);
			new PoolSeats(new MatrixOneConnections()).take(pool);
			new DataSourceScriptDatabaseInitializer(pool, settings).initializeDatabase();
			assertThat(server.sql()).containsSubsequence("BEGIN", INSERT, set);
			assertThat(server.committed()).containsExactly(INSERT);
		}
	}

	@Test
	void isSentWhereItDoesNotCommit() throws SQLException {
		try (WireServer server = WireServer.start(ServerKind.NEWER_MATRIXONE); Connection connection = begin(server)) {
			execute(connection, INSERT, SET, "INSERT INTO item VALUES (2)");
			connection.rollback();
			assertThat(server.committed()).isEmpty();
			assertThat(server.sql()).containsSubsequence("BEGIN", INSERT, SET, "INSERT INTO item VALUES (2)",
					"ROLLBACK");
		}
	}

	@Test
	void endsNoTransactionOfReadsOnceItIsKnownNotToCommit() throws SQLException {
		try (WireServer server = WireServer.start(ServerKind.NEWER_MATRIXONE); Connection connection = begin(server)) {
			execute(connection, INSERT, SET);
			connection.rollback();
			server.forget();
			execute(connection, "SELECT GET_LOCK('a', 0)", "SET @b = 2", INSERT);
			connection.commit();
			assertThat(server.sql()).containsOnlyOnce("BEGIN").containsOnlyOnce("COMMIT");
			assertThat(server.committed()).containsExactly(INSERT);
		}
	}

	@Test
	void isTriedOnceForAServer() throws SQLException {
		try (WireServer server = WireServer.start(ServerKind.MATRIXONE); Connection connection = begin(server)) {
			execute(connection, INSERT);
			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(() -> execute(connection, SET));
			}
			connection.rollback();
			assertThat(server.connections()).isEqualTo(2);
			assertThat(server.sql()).containsOnlyOnce("SET @matrixone_probe = 1");
		}
	}

	@Test
	void isRefusedWhereItCannotBeTried() throws SQLException {
		try (WireServer server = WireServer.start(ServerKind.NEWER_MATRIXONE); Connection connection = begin(server)) {
			server.failOnce("SET @matrixone_probe = 1", 1105);
			execute(connection, INSERT);
			assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(() -> execute(connection, SET));
			execute(connection, SET);
			connection.rollback();
			assertThat(server.committed()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(names = "MYSQL", mode = EnumSource.Mode.EXCLUDE)
	void isNotTriedOnTheConnectionOfTheTransaction(ServerKind kind) throws SQLException {
		try (WireServer server = WireServer.start(kind);
				Connection connection = begin(
						new MatrixOneDataSource(new SingleConnectionDataSource(server.url(), "root", "111", true)))) {
			execute(connection, INSERT);
			assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(() -> execute(connection, SET));
			connection.rollback();
			assertThat(server.committed()).isEmpty();
			assertThat(server.sql()).containsOnlyOnce("BEGIN");
		}
	}

	@Test
	void asksAPoolForNoOtherConnection() throws SQLException {
		try (WireServer server = WireServer.start(ServerKind.MATRIXONE);
				HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(server.url());
			pool.setUsername("root");
			pool.setPassword("111");
			pool.setMaximumPoolSize(2);
			try (Connection connection = begin(new MatrixOneDataSource(pool))) {
				execute(connection, INSERT);
				assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(() -> execute(connection, SET));
				connection.rollback();
			}
			assertThat(server.sql()).doesNotContain("SET @matrixone_probe = 1");
		}
	}

	private static Connection begin(WireServer server) throws SQLException {
		return begin(
				new DriverManagerDataSource(server.url().replace("jdbc:mysql:", "jdbc:matrixone:"), "root", "111"));
	}

	private static Connection begin(DataSource dataSource) throws SQLException {
		Connection connection = dataSource.getConnection();
		connection.setAutoCommit(false);
		return connection;
	}

	private static void execute(Connection connection, String... texts) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String text : texts) {
				statement.execute(text);
			}
		}
	}

}
