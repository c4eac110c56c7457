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

import io.github.matrixone.spring.dao.CommitOutcomeUnknownSQLException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what is sent before an {@code INSERT … ON DUPLICATE KEY UPDATE}.
 */
@ExtendWith(OutputCaptureExtension.class)
class UpsertLocksTests {

	private static final String LOOK_UP = """
			SELECT i.name, i.type, i.column_name, CASE WHEN i.algo_params LIKE '%prefix_lengths%' OR length(c.attr_enum) > 0
			THEN '' ELSE mo_show_visible_bin(c.atttyp, 3) END AS column_type FROM mo_catalog.mo_indexes i
			JOIN mo_catalog.mo_tables t ON t.rel_id = i.table_id
			LEFT JOIN mo_catalog.mo_columns c ON c.att_relname_id = i.table_id AND c.attname = i.column_name
			WHERE i.type IN ('PRIMARY', 'UNIQUE') AND t.account_id = current_account_id()
			AND lower(t.reldatabase) = ? AND lower(t.relname) = ? ORDER BY i.name, i.ordinal_position""";

	private static final String UPSERT = "INSERT INTO counter (k, n) VALUES ('a', 1) ON DUPLICATE KEY UPDATE n = n + 1";

	private static final String LOCK = "SELECT 1 FROM `shop`.`counter` WHERE `k` IN (?) FOR UPDATE";

	private static final String GET_LOCK = "SELECT GET_LOCK(?, ?)";

	private static final String RELEASE_LOCK = "SELECT RELEASE_LOCK(?)";

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	@BeforeEach
	void aCounterHasAUniqueKey() {
		this.driver.showsLocks = true;
		this.driver.results.put(LOOK_UP, List.of(List.of("k", "UNIQUE", "k", "VARCHAR(9)")));
		this.driver.results.put(LOCK, List.of(List.of(1)));
		this.driver.results.put(GET_LOCK, List.of(List.of(1)));
	}

	@Test
	void locksTheRowByItsPrimaryKeyWhereOthersReferenceIt() throws SQLException {
		this.driver.results.put(ScriptedDriver.REFERENCED, List.of(List.of("shop", "counter")));
		this.driver.results.put(LOOK_UP, List.of(List.of("PRIMARY", "PRIMARY", "k", "VARCHAR(9)")));
		transaction(UPSERT);
		assertThat(this.driver.sent).containsExactly("BEGIN", LOOK_UP, LOCK, UPSERT, "COMMIT");
		transaction("INSERT INTO counter (n) VALUES (1) ON DUPLICATE KEY UPDATE n = n + 1");
		assertThat(this.driver.sent).filteredOn(LOCK::equals).hasSize(1);
	}

	@Test
	void locksTheRowInTheTransaction() throws SQLException {
		transaction(UPSERT, UPSERT);
		assertThat(this.driver.sent).containsExactly("BEGIN", LOOK_UP, LOCK, UPSERT, LOCK, UPSERT, "COMMIT");
	}

	@Test
	void hasATransactionOfItsOwnOtherwise() throws SQLException {
		autocommit(UPSERT);
		assertThat(this.driver.sent).containsExactly(LOOK_UP, "BEGIN", LOCK, UPSERT, "COMMIT");
	}

	@Test
	void waitsForOthersThatInsertTheRow() throws SQLException {
		this.driver.results.put(LOCK, List.of());
		autocommit(UPSERT);
		assertThat(this.driver.sent).containsExactly(LOOK_UP, "BEGIN", LOCK, GET_LOCK, LOCK, UPSERT, "COMMIT",
				RELEASE_LOCK);
		this.driver.sent.clear();
		transaction(UPSERT);
		assertThat(this.driver.sent).containsExactly("BEGIN", LOCK, GET_LOCK, LOCK, UPSERT, "COMMIT", RELEASE_LOCK);
	}

	@Test
	void looksAgainAfterAChangeOfTables() throws SQLException {
		autocommit(UPSERT);
		autocommit("ALTER TABLE counter ADD UNIQUE (n)");
		this.driver.sent.clear();
		transaction(UPSERT);
		assertThat(this.driver.sent).startsWith("BEGIN", LOOK_UP);
	}

	@Test
	void looksAgainWhenATransactionHasEndedThatHasChangedTables() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.executeUpdate("ALTER TABLE counter ADD UNIQUE (n)");
			autocommit(UPSERT);
			this.driver.sent.clear();
			connection.commit();
			connection.setAutoCommit(true);
		}
		autocommit(UPSERT);
		assertThat(this.driver.sent).startsWith("COMMIT", LOOK_UP);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void nullsAreNoDuplicates(boolean asObject, CapturedOutput output) throws SQLException {
		String upsert = "INSERT INTO counter (k, n) VALUES (?, 1), (NULL, 1), ('a', 1) ON DUPLICATE KEY UPDATE n = n + 1";
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement(upsert)) {
			if (asObject) {
				statement.setObject(1, null, Types.VARCHAR);
			}
			else {
				statement.setString(1, null);
			}
			statement.executeUpdate();
		}
		assertThat(this.driver.sent).containsExactly(LOOK_UP, "BEGIN", LOCK, upsert, "COMMIT");
		assertThat(output).doesNotContain("may double rows");
	}

	@Test
	void doesNotKnowWhatACommitHasDoneThatFails() throws SQLException {
		this.driver.results.put(LOCK, List.of());
		this.driver.failures.put("COMMIT", new SQLException("Communications link failure", "08S01"));
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(CommitOutcomeUnknownSQLException.class)
				.isThrownBy(() -> statement.executeUpdate(UPSERT));
		}
		assertThat(this.driver.sent).endsWith("COMMIT", "ROLLBACK", RELEASE_LOCK);
	}

	@Test
	void knowsThatNothingWasCommittedBefore() throws SQLException {
		this.driver.failures.put(LOCK, new SQLException("Communications link failure", "08S01"));
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeUpdate(UPSERT))
				.isNotInstanceOf(CommitOutcomeUnknownSQLException.class);
		}
	}

	@Test
	void takesNoMoreLocksThanItMay(CapturedOutput output) throws SQLException {
		this.driver.results.put(LOCK, List.of());
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			for (int i = 0; i < 501; i++) {
				statement.executeUpdate(UPSERT.replace("'a'", "'" + i + "'"));
			}
			connection.rollback();
			connection.setAutoCommit(true);
		}
		assertThat(this.driver.sent.stream().filter(GET_LOCK::equals)).hasSize(500);
		assertThat(output).containsOnlyOnce("may double rows");
	}

	@ParameterizedTest
	@ValueSource(strings = { LOCK, UPSERT })
	void rollsItsOwnTransactionBack(String failing) throws SQLException {
		this.driver.failures.put(failing, new SQLException("Lock wait timeout exceeded", "HY000", 1205));
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeUpdate(UPSERT))
				.withMessageContaining("Lock wait timeout");
			assertThat(this.driver.sent).endsWith(failing, "ROLLBACK");
			this.driver.sent.clear();
			statement.executeUpdate("UPDATE counter SET n = 1 WHERE k = 'a'");
		}
		assertThat(this.driver.sent).containsExactly("UPDATE counter SET n = 1 WHERE k = 'a'");
	}

	@Test
	void locksTheRowsOfABatchInATransactionOnly() throws SQLException {
		String upsert = "INSERT INTO counter (k, n) VALUES (?, 1) ON DUPLICATE KEY UPDATE n = n + 1";
		String query = "SELECT 1 FROM `shop`.`counter` WHERE `k` IN (?, ?)";
		String lock = query + " FOR UPDATE";
		this.driver.results.put(lock, List.of(List.of(1), List.of(1)));
		this.driver.results.put(query, List.of(List.of(1), List.of(1)));
		for (boolean autoCommit : List.of(false, true)) {
			try (Connection connection = this.dataSource.getConnection();
					PreparedStatement statement = connection.prepareStatement(upsert)) {
				connection.setAutoCommit(autoCommit);
				for (String key : List.of("a", "b", "a")) {
					statement.setString(1, key);
					statement.addBatch();
				}
				statement.executeBatch();
				connection.setAutoCommit(true);
			}
		}
		assertThat(this.driver.sent.stream().filter(lock::equals)).hasSize(1);
	}

	@Test
	void hasNoRowsWhileItWaitsForOthersThatInsertSome() throws SQLException {
		String upsert = "INSERT INTO counter (k, n) VALUES ('a', 1), ('b', 1) ON DUPLICATE KEY UPDATE n = n + 1";
		String query = "SELECT 1 FROM `shop`.`counter` WHERE `k` IN (?, ?)";
		this.driver.results.put(query, List.of(List.of(1)));
		this.driver.results.put(query + " FOR UPDATE", List.of(List.of(1), List.of(1)));
		this.driver.results.put("SELECT GET_LOCK(?, ?), GET_LOCK(?, ?)", List.of(List.of(1, 1)));
		transaction(upsert);
		assertThat(this.driver.sent).containsExactly("BEGIN", LOOK_UP, query, "SELECT GET_LOCK(?, ?), GET_LOCK(?, ?)",
				query + " FOR UPDATE", upsert, "COMMIT", "SELECT RELEASE_LOCK(?), RELEASE_LOCK(?)");
	}

	@Test
	void usesWhatWasLookedUpAlsoIfTablesChangeMeanwhile() throws SQLException {
		this.driver.before.put(LOOK_UP, () -> {
			this.driver.before.remove(LOOK_UP);
			try {
				autocommit("ALTER TABLE other ADD COLUMN x INT");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		transaction(UPSERT);
		assertThat(this.driver.sent).contains(LOCK);
	}

	@ParameterizedTest
	@ValueSource(strings = { "INSERT INTO counter (k, n) VALUES (concat('a', 1), 1) ON DUPLICATE KEY UPDATE n = 1",
			"INSERT INTO counter SELECT * FROM other ON DUPLICATE KEY UPDATE n = 1",
			"INSERT INTO counter (n) VALUES (1)", "REPLACE INTO counter (k, n) VALUES ('a', 1)" })
	void sendsNothingMoreForOthers(String insert) throws SQLException {
		autocommit(insert);
		assertThat(this.driver.sent).doesNotContain("BEGIN").endsWith(insert);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void saysOnceThatNothingIsLocked(boolean isReadable, CapturedOutput output) throws SQLException {
		String upsert = isReadable ? UPSERT.replace("'a'", "upper('a')") : UPSERT;
		if (!isReadable) {
			this.driver.failures.put(LOOK_UP,
					new SQLException("internal error: do not have privilege to execute the statement", "HY000", 20101));
		}
		autocommit(upsert);
		transaction(upsert);
		assertThat(this.driver.sent).containsExactly(LOOK_UP, upsert, "BEGIN", upsert, "COMMIT");
		assertThat(output.toString().lines().filter((line) -> line.contains("may double rows"))).singleElement()
			.asString()
			.contains("shop.counter",
					isReadable ? "the values of such a key are not known" : "the unique keys cannot be read");
	}

	@Test
	void waitsForOthersAlsoWhereTurnsAreNotTaken() throws SQLException {
		this.driver.connections.setSerializeLockUpgrades(false);
		this.driver.results.put(LOCK, List.of());
		autocommit(UPSERT);
		assertThat(this.driver.sent).containsExactly(LOOK_UP, "BEGIN", LOCK, GET_LOCK, LOCK, UPSERT, "COMMIT",
				RELEASE_LOCK);
	}

	@ParameterizedTest
	@CsvSource({ "'', a", "DOUBLE, 0.5", "VARCHAR(9), \\'", "VARCHAR(9), longer than that" })
	void saysThatNothingIsLockedWhereTheServerConvertsTheKey(String type, String key, CapturedOutput output)
			throws SQLException {
		this.driver.results.put(LOOK_UP, List.of(List.of("k", "UNIQUE", "k", type)));
		String upsert = UPSERT.replace("'a'", "'" + key + "'");
		autocommit(upsert);
		assertThat(this.driver.sent).containsExactly(LOOK_UP, upsert);
		assertThat(output).contains("may double rows", "are converted by the server");
	}

	@Test
	void sendsNothingMoreWithoutAUniqueKey() throws SQLException {
		this.driver.results.put(LOOK_UP, List.of());
		autocommit(UPSERT);
		autocommit(UPSERT);
		assertThat(this.driver.sent).containsExactly(LOOK_UP, UPSERT, UPSERT);
	}

	private void autocommit(String sql) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.executeUpdate(sql);
		}
	}

	private void transaction(String... statements) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			for (String sql : statements) {
				statement.executeUpdate(sql);
			}
			connection.commit();
			connection.setAutoCommit(true);
		}
	}

}
