package io.github.matrixone.spring.contract.wire;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.sql.Types;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The imitation of the server, with MySQL's driver and without the starter.
 */
@Tag("driver")
class WireServerTests {

	@Test
	void keepsWhatIsCommitted() throws SQLException {
		try (WireServer server = WireServer.start(); Connection connection = connect(server, "")) {
			execute(connection, "BEGIN", "INSERT INTO item VALUES (1)", "COMMIT", "BEGIN",
					"INSERT INTO item VALUES (2)", "ROLLBACK", "INSERT INTO item VALUES (3)");
			assertThat(server.committed()).containsExactly("INSERT INTO item VALUES (1)",
					"INSERT INTO item VALUES (3)");
			assertThat(server.sql()).contains("BEGIN", "COMMIT", "ROLLBACK");
		}
	}

	@Test
	void tellsTheStateInWhichAStatementArrives() throws SQLException {
		try (WireServer server = WireServer.start(); Connection connection = connect(server, "")) {
			execute(connection, "INSERT INTO item VALUES (1)", "BEGIN", "INSERT INTO item VALUES (2)", "COMMIT");
			connection.setAutoCommit(false);
			execute(connection, "USE other", "INSERT INTO item VALUES (3)");
			assertThat(server.statements().stream().filter((statement) -> statement.sql().startsWith("INSERT")))
				.extracting(WireStatement::toString)
				.containsExactly("c1 INSERT INTO item VALUES (1) [AUTOCOMMIT, shop]",
						"c1 INSERT INTO item VALUES (2) [begun, shop]",
						"c1 INSERT INTO item VALUES (3) [autocommit=0, other]");
			assertThat(server.openTransactions()).containsExactly(1);
		}
	}

	@Test
	void commitsWhatABeginOrALockTablesFinds() throws SQLException {
		try (WireServer server = WireServer.start(); Connection connection = connect(server, "")) {
			execute(connection, "BEGIN", "INSERT INTO item VALUES (1)", "BEGIN", "INSERT INTO item VALUES (2)",
					"LOCK TABLES item WRITE");
			assertThat(server.committed()).hasSize(2);
		}
	}

	@ParameterizedTest
	@EnumSource
	void commitsAtASetOnTheOldServerOnly(ServerKind kind) throws SQLException { // MO#26872
		try (WireServer server = WireServer.start(kind); Connection connection = connect(server, "")) {
			execute(connection, "BEGIN", "INSERT INTO item VALUES (1)", "SET net_write_timeout = 60");
			assertThat(server.committed()).hasSize((kind == ServerKind.MATRIXONE) ? 1 : 0);
		}
	}

	@Test
	void refusesASetTransactionAndKeepsTheTransaction() throws SQLException {
		try (WireServer server = WireServer.start(); Connection connection = connect(server, "")) {
			execute(connection, "BEGIN", "INSERT INTO item VALUES (1)");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> execute(connection, "SET TRANSACTION READ ONLY"))
				.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo(20101));
			assertThat(server.committed()).isEmpty();
			assertThat(server.openTransactions()).containsExactly(1);
		}
	}

	@Test
	void letsAnUndoneSavepointTakeTheStatementBefore() throws SQLException { // MO#28248
		try (WireServer server = WireServer.start(); Connection connection = connect(server, "")) {
			execute(connection, "BEGIN", "INSERT INTO item VALUES (1)", "SAVEPOINT a", "INSERT INTO item VALUES (2)");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute(connection, "ROLLBACK TO a"));
			execute(connection, "COMMIT");
			assertThat(server.committed()).containsExactly("INSERT INTO item VALUES (1)");
		}
	}

	@Test
	void letsACloneEscapeUnlessATransactionHasBegun() throws SQLException {
		try (WireServer server = WireServer.start(); Connection connection = connect(server, "")) {
			connection.setAutoCommit(false);
			execute(connection, "CREATE TABLE a CLONE item");
			connection.rollback();
			execute(connection, "BEGIN", "CREATE TABLE b CLONE item");
			connection.rollback();
			assertThat(server.committed()).containsExactly("CREATE TABLE a CLONE item");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 20701, 1205, 20634 })
	void dropsTheTransactionAndGoesOnInAutocommit(int code) throws SQLException {
		try (WireServer server = WireServer.start(); Connection connection = connect(server, "")) {
			server.failOnce("INSERT INTO item VALUES (2)", code);
			execute(connection, "BEGIN", "INSERT INTO item VALUES (1)");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> execute(connection, "INSERT INTO item VALUES (2)"))
				.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo(code));
			execute(connection, "INSERT INTO item VALUES (3)", "ROLLBACK");
			assertThat(server.committed()).containsExactly("INSERT INTO item VALUES (3)");
		}
	}

	@Test
	void keepsTheTransactionAfterOtherErrors() throws SQLException {
		try (WireServer server = WireServer.start(); Connection connection = connect(server, "")) {
			server.failOnce("INSERT INTO item VALUES (2)", 1062);
			execute(connection, "BEGIN", "INSERT INTO item VALUES (1)");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> execute(connection, "INSERT INTO item VALUES (2)"))
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("23000"));
			execute(connection, "INSERT INTO item VALUES (2)", "COMMIT");
			assertThat(server.committed()).hasSize(2);
		}
	}

	@Test
	void cutsAConnectionBeforeOrAfterAStatement() throws SQLException {
		try (WireServer server = WireServer.start()) {
			for (boolean after : new boolean[] { false, true }) {
				server.forget();
				try (Connection connection = connect(server, "")) {
					execute(connection, "BEGIN", "INSERT INTO item VALUES (1)");
					if (after) {
						server.cutAfter("COMMIT");
					}
					else {
						server.cutBefore("COMMIT");
					}
					assertThatExceptionOfType(SQLException.class).isThrownBy(() -> execute(connection, "COMMIT"))
						.satisfies((ex) -> assertThat(ex.getSQLState()).startsWith("08"));
				}
				assertThat(server.committed()).hasSize(after ? 1 : 0);
			}
		}
	}

	@Test
	void answersAsTold() throws SQLException {
		try (WireServer server = WireServer.start();
				Connection connection = connect(server, "");
				Statement statement = connection.createStatement()) {
			server.answer("SELECT id, name FROM item", Answer.columns("id", "name").row("7", "a").row("8", null));
			try (ResultSet rows = statement.executeQuery("SELECT id, name FROM item")) {
				assertThat(rows.next()).isTrue();
				assertThat(rows.getInt("id")).isEqualTo(7);
				assertThat(rows.next()).isTrue();
				assertThat(rows.getString("name")).isNull();
				assertThat(rows.next()).isFalse();
			}
			try (ResultSet rows = statement.executeQuery("SELECT count(*), i.name AS label FROM item i")) {
				assertThat(rows.next()).isTrue();
				assertThat(rows.getInt(1)).isOne();
				assertThat(rows.getString("label")).isEqualTo("1");
			}
		}
	}

	@Test
	void takesPreparedStatementsApart() throws SQLException {
		try (WireServer server = WireServer.start();
				Connection connection = connect(server, "useServerPrepStmts=true");
				PreparedStatement insert = connection.prepareStatement("INSERT INTO item VALUES (?, ?, ?)");
				PreparedStatement select = connection.prepareStatement("SELECT a FROM item WHERE id = ?")) {
			insert.setInt(1, 1);
			insert.setString(2, "it's");
			insert.setNull(3, Types.INTEGER);
			insert.executeUpdate();
			select.setLong(1, 5);
			try (ResultSet rows = select.executeQuery()) {
				assertThat(rows.next()).isTrue();
				assertThat(rows.getInt("a")).isOne();
			}
			assertThat(server.sql()).contains("INSERT INTO item VALUES (1, 'it''s', NULL)",
					"SELECT a FROM item WHERE id = 5");
		}
	}

	@Test
	void takesTextsOfSeveralStatementsIfAllowed() throws SQLException {
		try (WireServer server = WireServer.start();
				Connection connection = connect(server, "allowMultiQueries=true");
				Connection single = connect(server, "")) {
			execute(connection, "BEGIN; INSERT INTO item VALUES (';'); COMMIT");
			assertThat(server.committed()).containsExactly("INSERT INTO item VALUES (';')");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> execute(single, "INSERT INTO item VALUES (1); INSERT INTO item VALUES (2)"))
				.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo(1064));
		}
	}

	@Test
	void endsAHeldStatementThatIsKilled() throws SQLException {
		try (WireServer server = WireServer.start();
				Connection connection = connect(server, "");
				Statement statement = connection.createStatement()) {
			server.holdOnce("SELECT 1");
			statement.setQueryTimeout(1);
			assertThatExceptionOfType(SQLTimeoutException.class).isThrownBy(() -> statement.executeQuery("SELECT 1"));
			assertThat(server.sql()).contains("KILL QUERY 1");
		}
	}

	@Test
	void goesOnWithAHeldStatementThatIsReleased() throws Exception {
		try (WireServer server = WireServer.start(); Connection connection = connect(server, "")) {
			HeldStatement held = server.holdOnce("INSERT INTO item VALUES (1)");
			CompletableFuture<Void> insert = CompletableFuture.runAsync(() -> {
				try {
					execute(connection, "INSERT INTO item VALUES (1)");
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
			held.awaitArrival();
			assertThat(server.committed()).isEmpty();
			held.release();
			insert.join();
			assertThat(server.committed()).hasSize(1);
		}
	}

	@Test
	void keepsTheBytesThatArrive() throws SQLException {
		try (WireServer server = WireServer.start(ServerKind.MYSQL); Connection connection = connect(server, "")) {
			execute(connection, "INSERT INTO item VALUES (1)");
			assertThat(server.packets(1)).last().isEqualTo("\u0003INSERT INTO item VALUES (1)".getBytes());
			assertThat(server.commands()).extracting(WireStatement::command).contains("COM_QUERY");
		}
	}

	@Test
	void runsWithTheDriverOfThisExecution() throws SQLException {
		try (WireServer server = WireServer.start(); Connection connection = connect(server, "")) {
			assertThat(connection.getMetaData().getDriverVersion())
				.contains(System.getProperty("wire.driver.version", ""));
		}
	}

	private static Connection connect(WireServer server, String properties) throws SQLException {
		return DriverManager.getConnection(server.url(properties), "root", "secret");
	}

	private static void execute(Connection connection, String... statements) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

}
