package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what is sent before a statement that changes or locks several rows.
 */
@ExtendWith(OutputCaptureExtension.class)
class RowLocksTests {

	private static final String UPDATE = "UPDATE shop.item SET n = 1 WHERE g = 2";

	private static final String LOCK = "SELECT count(*) FROM shop.item WHERE g = 2 FOR UPDATE";

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	@BeforeEach
	void showLocks() {
		this.driver.showsLocks = true;
		this.driver.keys = List.of(List.of("PRIMARY", "PRIMARY", "id", "INT"), List.of("code", "UNIQUE", "a", "INT"),
				List.of("code", "UNIQUE", "b", "INT"));
	}

	@Test
	void locksRowsInTheTransaction() throws SQLException {
		transaction(UPDATE, UPDATE);
		assertThat(sent()).containsExactly("BEGIN", LOCK, UPDATE, LOCK, UPDATE, "COMMIT");
	}

	@Test
	void hasATransactionOfItsOwnOtherwise() throws SQLException {
		autocommit(UPDATE);
		assertThat(sent()).containsExactly("BEGIN", LOCK, UPDATE, "COMMIT");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "UPDATE shop.item SET n = 1 WHERE id = 2", "DELETE FROM shop.item WHERE id = 2 AND version = 3",
					"UPDATE shop.item i SET n = 1 WHERE i.b = 2 AND i.a = 'x'",
					"SELECT n FROM shop.item WHERE id = 2 FOR UPDATE", "REPLACE INTO shop.item (id) VALUES (1), (2)",
					"INSERT INTO shop.item (id) VALUES (1), (2)" })
	void sendsNothingMoreForOneRow(String sql) throws SQLException {
		transaction(sql);
		assertThat(sent()).containsExactly("BEGIN", sql, "COMMIT");
		this.driver.sent.clear();
		autocommit(sql);
		assertThat(sent()).containsExactly(sql);
	}

	@Test
	void locksARowThatOthersReference() throws SQLException {
		this.driver.results.put(ScriptedDriver.REFERENCED, List.of(List.of("shop", "item")));
		String update = "UPDATE shop.item SET n = 1 WHERE id = 2";
		String lock = "SELECT count(*) FROM shop.item WHERE id = 2 FOR UPDATE";
		transaction(update, update);
		assertThat(sent()).containsExactly("BEGIN", lock, update, lock, update, "COMMIT");
		this.driver.sent.clear();
		autocommit(update);
		assertThat(sent()).containsExactly("BEGIN", lock, update, "COMMIT");
	}

	@ParameterizedTest
	@CsvSource({ "20101, internal error: do not have privilege",
			"1064, SQL parser error: table mo_foreign_keys does not exist" })
	void locksARowThatOthersMayReference(int code, String message, CapturedOutput output) throws SQLException {
		this.driver.failures.put(ScriptedDriver.REFERENCED, new SQLException(message, "HY000", code));
		String update = "UPDATE shop.item SET n = 1 WHERE id = 2";
		transaction(update, update);
		assertThat(sent()).filteredOn("SELECT count(*) FROM shop.item WHERE id = 2 FOR UPDATE"::equals).hasSize(2);
		assertThat(output).containsOnlyOnce("Foreign keys cannot be read");
	}

	@ParameterizedTest
	@CsvSource({ "1, 2", "0, 3" })
	void locksARowThatOthersReferenceUntilItHasItsLock(int found, int locks) throws SQLException {
		this.driver.results.put(ScriptedDriver.REFERENCED, List.of(List.of("shop", "item")));
		String lock = "SELECT count(*) FROM shop.item WHERE id = ? AND version = ? FOR UPDATE";
		this.driver.results.put(lock, List.of(List.of(found)));
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection
					.prepareStatement("UPDATE shop.item SET n = 1 WHERE id = ? AND version = ?")) {
			connection.setAutoCommit(false);
			for (Object id : List.of(2, 2L)) {
				statement.setObject(1, id);
				statement.setInt(2, 1);
				statement.executeUpdate();
			}
			connection.commit();
			statement.executeUpdate();
			connection.commit();
		}
		assertThat(this.driver.sent).filteredOn(lock::equals).hasSize(locks);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "DELETE FROM shop.item WHERE a = 2 | FROM shop.item WHERE a = 2",
			"DELETE FROM shop.item | FROM shop.item",
			"SELECT n FROM shop.item i WHERE g > 1 ORDER BY n LIMIT 2 FOR UPDATE | FROM shop.item i WHERE g > 1" })
	void locksAllRowsThatMatch(String sql, String from) throws SQLException {
		transaction(sql);
		assertThat(sent()).containsExactly("BEGIN", "SELECT count(*) " + from + " FOR UPDATE", sql, "COMMIT");
	}

	@Test
	void locksByTheKeysOfRowsThatAQueryTells() throws SQLException {
		transaction("DELETE FROM shop.item i WHERE i.n < (SELECT avg(n) FROM shop.stock)");
		assertThat(sent()).containsExactly("BEGIN",
				"SELECT count(*) FROM `shop`.`item` WHERE `id` IN (SELECT `id` FROM shop.item i WHERE i.n < (SELECT avg(n) FROM shop.stock)) FOR UPDATE",
				"DELETE FROM shop.item i WHERE i.n < (SELECT avg(n) FROM shop.stock)", "COMMIT");
	}

	@Test
	void locksOnlyRowsUpToTheLimit() throws SQLException {
		transaction("UPDATE shop.item SET n = 1 WHERE g = 2 LIMIT 3");
		assertThat(sent()).containsExactly("BEGIN",
				"SELECT count(*) FROM (SELECT * FROM shop.item WHERE g = 2 ORDER BY 1=1 LIMIT 3) x FOR UPDATE",
				"UPDATE shop.item SET n = 1 WHERE g = 2 ORDER BY 1=1 LIMIT 3", "COMMIT");
	}

	@ParameterizedTest
	@CsvSource({ "VARCHAR(9), 1", "TEXT, 1", "BIGINT, 1.5" })
	void locksRowsOfAKeyThatSeveralValuesAreEqualTo(String type, String value) throws SQLException {
		this.driver.keys = List.of(List.of("PRIMARY", "PRIMARY", "id", type));
		String update = "UPDATE shop.item SET n = 1 WHERE id = ?";
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement(update)) {
			statement.setObject(1,
					value.contains(".") ? (Object) Double.valueOf(value) : (Object) Integer.valueOf(value));
			statement.executeUpdate();
		}
		assertThat(sent()).contains("SELECT count(*) FROM shop.item WHERE id = ? FOR UPDATE");
	}

	@Test
	void doesNotLockByAnotherValueThanTheDriverSends(CapturedOutput output) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement("UPDATE shop.item SET n = 1 WHERE g = ?")) {
			statement.setObject(1, 200.4d, Types.INTEGER);
			statement.executeUpdate();
		}
		assertThat(sent()).containsExactly("UPDATE shop.item SET n = 1 WHERE g = ?");
		assertThat(output).containsOnlyOnce("may double rows or lose updates");
	}

	@Test
	void leavesItToTheServerWhatIsWrongWithAStatement() throws SQLException {
		this.driver.failures.put(LOCK,
				new SQLException("SQL parser error: table \"item\" does not exist", "42S02", 1064));
		this.driver.failures.put(UPDATE, new SQLException("no such table shop.item", "42S02", 1146));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> autocommit(UPDATE))
			.withMessageContaining("no such table");
	}

	@Test
	void sendsALockingReadOfSeveralTablesTwice() throws SQLException {
		String query = "SELECT i.n FROM shop.item i JOIN shop.stock s ON s.id = i.id FOR UPDATE";
		transaction(query);
		assertThat(sent()).containsExactly("BEGIN", query, query, "COMMIT");
		this.driver.sent.clear();
		autocommit(query);
		assertThat(sent()).containsExactly(query);
	}

	@Test
	void writesNullsIntoTheLock() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection
					.prepareStatement("UPDATE shop.item SET n = ? WHERE g = ? OR ? IS NULL")) {
			statement.setInt(1, 1);
			statement.setObject(2, 3);
			statement.setString(3, null);
			statement.executeUpdate();
		}
		assertThat(sent()).contains("SELECT count(*) FROM shop.item WHERE g = ? OR NULL IS NULL FOR UPDATE");
	}

	@Test
	void rollsItsOwnTransactionBack() throws SQLException {
		this.driver.failures.put(LOCK, new SQLException("Lock wait timeout exceeded", "HY000", 1205));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> autocommit(UPDATE))
			.withMessageContaining("Lock wait timeout");
		assertThat(sent()).containsExactly("BEGIN", LOCK, "ROLLBACK");
	}

	@Test
	void goesOnWhereTheUserMayNotLock(CapturedOutput output) throws SQLException {
		this.driver.failures.put(LOCK,
				new SQLException("internal error: do not have privilege to execute the statement", "HY000", 20101));
		transaction(UPDATE, UPDATE);
		assertThat(sent()).containsExactly("BEGIN", LOCK, UPDATE, LOCK, UPDATE, "COMMIT");
		assertThat(output).containsOnlyOnce("Rows could not be locked before they are changed");
	}

	@Test
	void warnsOnceWhereItDoesNotKnowThem(CapturedOutput output) throws SQLException {
		String update = "UPDATE shop.item i JOIN shop.stock s ON s.id = i.id SET i.n = 1 WHERE s.n = 0";
		transaction(update, update);
		assertThat(sent()).containsExactly("BEGIN", update, update, "COMMIT");
		assertThat(output).containsOnlyOnce("may double rows or lose updates");
	}

	private List<String> sent() {
		return this.driver.sent.stream()
			.filter((sql) -> !sql.startsWith("SELECT i.name") && !sql.startsWith("SELECT constraint_name"))
			.toList();
	}

	private void autocommit(String sql) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private void transaction(String... statements) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			for (String sql : statements) {
				statement.execute(sql);
			}
			connection.commit();
		}
	}

}
