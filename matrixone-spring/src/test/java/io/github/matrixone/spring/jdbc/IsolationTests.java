package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whether a read begins the transaction, depending on how the server isolates.
 */
class IsolationTests {

	private static final String TRY = "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE";

	private static final String TAKE_BACK = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ";

	private final ScriptedDriver driver = new ScriptedDriver();

	private final DataSource dataSource = this.driver.matrixOne();

	@BeforeEach
	void sayRepeatableRead() {
		say("REPEATABLE-READ");
	}

	@Test
	void aServerThatIgnoresLevelsIsFoundOutOnce() throws SQLException {
		read();
		assertThat(this.driver.sent).containsExactly(TRY, "SELECT 1");
		this.driver.sent.clear();
		read();
		assertThat(this.driver.sent).containsExactly("SELECT 1");
	}

	@Test
	void refusesALevelThatTheServerDoesNotHaveAndNamesTheProperty() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE))
				.withMessageContaining("SERIALIZABLE is refused")
				.withMessageContaining("matrixone.transaction.isolation=read-committed");
		}
	}

	@Test
	void runsUnderReadCommittedWhereThatIsSetAndSendsNothing() throws SQLException {
		this.driver.connections.setDowngradeIsolation(true);
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
		}
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void aServerThatRefusesALevelKeepsToTheOthers() throws SQLException {
		this.driver.failures.put(TRY, new SQLException("not supported", "HY000", 20105));
		read();
		assertThat(this.driver.sent).containsExactly(TRY, "BEGIN", "SELECT 1", "COMMIT");
		this.driver.sent.clear();
		read();
		assertThat(this.driver.sent).containsExactly("BEGIN", "SELECT 1", "COMMIT");
	}

	@Test
	void aServerThatTakesALevelOverGetsItBack() throws SQLException {
		this.driver.before.put(TRY, () -> say("SERIALIZABLE"));
		read();
		assertThat(this.driver.sent).containsExactly(TRY, TAKE_BACK, "BEGIN", "SELECT 1", "COMMIT");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SERIALIZABLE", "", "something new" })
	void anyOtherLevelBeginsWithTheFirstRead(String level) throws SQLException {
		say(level);
		read();
		assertThat(this.driver.sent).containsExactly("BEGIN", "SELECT 1", "COMMIT");
	}

	@ParameterizedTest
	@ValueSource(strings = { "READ-COMMITTED", "READ-UNCOMMITTED" })
	void whereTheSessionReadsWhatIsCommittedNothingIsTried(String level) throws SQLException {
		say(level);
		read();
		assertThat(this.driver.sent).containsExactly("SELECT 1");
	}

	@Test
	void aLevelThatCannotBeReadCountsAsAnother() throws SQLException {
		this.driver.failures.put(ScriptedDriver.LEVEL, new SQLException("unknown variable", "HY000", 20101));
		read();
		assertThat(this.driver.sent).containsExactly("BEGIN", "SELECT 1", "COMMIT");
	}

	@Test
	void aLostConnectionIsTold() {
		this.driver.failures.put(ScriptedDriver.LEVEL, new SQLNonTransientConnectionException("gone", "08S01"));
		assertThatExceptionOfType(SQLNonTransientConnectionException.class).isThrownBy(this::read);
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void aLevelThatIsSetCounts() throws SQLException {
		this.driver.failures.put(TRY, new SQLException("not supported", "HY000", 20105));
		say("READ-COMMITTED");
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			read(connection, statement);
			connection.setAutoCommit(true);
			statement.execute("SET transaction_isolation = 'REPEATABLE-READ'");
			say("REPEATABLE-READ");
			this.driver.sent.clear();
			read(connection, statement);
			assertThat(this.driver.sent).containsExactly(TRY, "BEGIN", "SELECT 1", "COMMIT");
		}
	}

	@Test
	void afterASetOfWhichNothingIsKnownATransactionBeginsWithItsFirstRead() throws SQLException {
		say("READ-COMMITTED");
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
			this.driver.sent.clear();
			read(connection, statement);
			assertThat(this.driver.sent).containsExactly("BEGIN", "SELECT 1", "COMMIT");
		}
	}

	private void say(String level) {
		this.driver.results.put(ScriptedDriver.LEVEL, List.of(List.of(level)));
	}

	private void read() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			read(connection, statement);
		}
	}

	private static void read(Connection connection, Statement statement) throws SQLException {
		connection.setAutoCommit(false);
		statement.execute("SELECT 1");
		connection.commit();
	}

}
