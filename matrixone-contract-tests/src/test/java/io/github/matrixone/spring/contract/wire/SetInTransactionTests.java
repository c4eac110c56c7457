package io.github.matrixone.spring.contract.wire;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

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

	private static Connection begin(WireServer server) throws SQLException {
		Connection connection = new MatrixOneDataSource(new DriverManagerDataSource(server.url(), "root", "111"))
			.getConnection();
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
