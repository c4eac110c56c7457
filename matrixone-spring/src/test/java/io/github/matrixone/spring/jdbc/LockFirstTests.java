package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When a row is locked before others are inserted that reference it, without a server.
 */
class LockFirstTests {

	private static final String FOREIGN_KEYS = """
			SELECT refer_db_name, refer_table_name, column_name, refer_column_name
			FROM mo_catalog.mo_foreign_keys
			WHERE lower(db_name) = ? AND lower(table_name) = ?""";

	private static final String PRIMARY_KEY = """
			SELECT attname FROM mo_catalog.mo_columns
			WHERE account_id = current_account_id() AND lower(att_database) = ? AND lower(att_relname) = ?
			AND att_constraint_type = 'p'""";

	private static final String GET_LOCK = "SELECT GET_LOCK(?, ?)";

	private static final String INSERT = "INSERT INTO line (order_id, product_id) VALUES (?, ?)";

	private static final String UPDATE = "UPDATE product SET stock = stock - 1 WHERE id = 7";

	private static final String LOCK = "SELECT 1 FROM `shop`.`product` WHERE `id` IN (?) FOR UPDATE";

	private static final String LOCK_TWO = "SELECT 1 FROM `shop`.`product` WHERE `id` IN (?, ?) FOR UPDATE";

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	@BeforeEach
	void aLineReferencesAnOrderAndAProduct() {
		this.driver.results.put(FOREIGN_KEYS,
				List.of(List.of("shop", "orders", "order_id", "id"), List.of("shop", "product", "product_id", "id")));
		this.driver.results.put(PRIMARY_KEY, List.of(List.of("id")));
		this.driver.results.put(GET_LOCK, List.of(List.of(1)));
		this.driver.results.put(LOCK, List.of(List.of(1)));
		this.driver.results.put(LOCK_TWO, List.of(List.of(1), List.of(1)));
	}

	@Test
	void takesTurnsWhereARowThatIsReferencedIsNotThereYet() throws SQLException {
		this.driver.results.put(LOCK, List.of());
		learn();
		insert(7, UPDATE);
		assertThat(this.driver.sent).containsSubsequence(LOCK, INSERT, GET_LOCK, UPDATE);
	}

	@Test
	void locksFirstWhatTransactionsUseToChange() throws SQLException {
		learn();
		insert(7, UPDATE);
		assertThat(this.driver.sent).containsExactly("BEGIN", PRIMARY_KEY, LOCK, INSERT, UPDATE, "COMMIT");
		this.driver.sent.clear();
		insert(7, UPDATE);
		assertThat(this.driver.sent).containsExactly("BEGIN", LOCK, INSERT, UPDATE, "COMMIT");
	}

	@Test
	void takesTurnsUntilThatIsKnown() throws SQLException {
		insert(7, UPDATE);
		assertThat(this.driver.sent).containsSubsequence(INSERT, GET_LOCK, UPDATE, "COMMIT");
	}

	@Test
	void forgetsItWhereMostDoNot() throws SQLException {
		learn();
		for (int i = 0; i < 2; i++) {
			insert(7);
		}
		this.driver.sent.clear();
		insert(7);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "COMMIT");
	}

	@Test
	void takesTurnsAfterADeadlock() throws SQLException {
		learn();
		this.driver.failures.put(LOCK, new SQLException("deadlock detected", "HY000", 20701));
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> insert(7, UPDATE));
		this.driver.failures.clear();
		this.driver.sent.clear();
		for (int i = 0; i < 20; i++) {
			insert(7, UPDATE);
		}
		assertThat(this.driver.sent).doesNotContain(LOCK).containsSubsequence(INSERT, GET_LOCK, UPDATE);
	}

	@Test
	void locksARowOnce() throws SQLException {
		learn();
		try (Connection connection = begin();
				PreparedStatement insert = connection.prepareStatement(INSERT);
				Statement statement = connection.createStatement()) {
			for (int product : new int[] { 7, 7, 8 }) {
				bind(insert, product).executeUpdate();
			}
			statement.execute(UPDATE);
			connection.commit();
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", PRIMARY_KEY, LOCK, INSERT, INSERT, LOCK, INSERT, UPDATE,
				"COMMIT");
	}

	@Test
	void locksARowAgainWhereThatHasFailed() throws SQLException {
		learn();
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			String insert = "INSERT INTO line (order_id, product_id) VALUES (1, 7)";
			this.driver.failNext(LOCK, new SQLTimeoutException("Statement cancelled due to timeout or client request"));
			assertThatExceptionOfType(SQLTimeoutException.class).isThrownBy(() -> statement.execute(insert));
			this.driver.sent.clear();
			statement.execute(insert);
			statement.execute(UPDATE);
			connection.commit();
			assertThat(this.driver.sent).containsExactly(LOCK, insert, UPDATE, "COMMIT");
		}
	}

	@Test
	void locksTheRowsOfABatchTogether() throws SQLException {
		learn();
		try (Connection connection = begin();
				PreparedStatement insert = connection.prepareStatement(INSERT);
				Statement statement = connection.createStatement()) {
			bind(insert, 7).addBatch();
			bind(insert, 8).addBatch();
			insert.executeBatch();
			statement.execute(UPDATE);
			connection.commit();
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", PRIMARY_KEY, LOCK_TWO, INSERT, INSERT, UPDATE, "COMMIT");
	}

	@Test
	void readsNumbersFromTheText() throws SQLException {
		learn();
		transaction("INSERT INTO line (order_id, product_id) VALUES (1, 7), (1, 8)", UPDATE);
		assertThat(this.driver.sent).contains(LOCK_TWO).doesNotContain(GET_LOCK);
	}

	@ParameterizedTest
	@ValueSource(strings = { "INSERT INTO line (order_id, product_id) VALUES (1, 7 + 0)",
			"INSERT INTO line (order_id, product_id) SELECT 1, id FROM product", "INSERT INTO line VALUES (1, 7)",
			"INSERT INTO line (order_id) VALUES (1)", "INSERT INTO line SET product_id = 7" })
	void takesTurnsWhereTheKeysAreNotKnown(String insert) throws SQLException {
		learn();
		transaction(insert, UPDATE);
		assertThat(this.driver.sent).containsSubsequence(insert, GET_LOCK, UPDATE).doesNotContain(LOCK);
	}

	@Test
	void takesTurnsAfterAnotherWriteToTheTable() throws SQLException {
		learn();
		insert(7, "UPDATE line SET product_id = 8 WHERE id = 1", UPDATE);
		assertThat(this.driver.sent).containsSubsequence(LOCK, INSERT, GET_LOCK, UPDATE);
	}

	@Test
	void takesTurnsToLockARowThatItMayShareAlready() throws SQLException {
		learn();
		try (Connection connection = begin();
				PreparedStatement insert = connection.prepareStatement(INSERT);
				Statement statement = connection.createStatement()) {
			statement.execute("UPDATE line SET product_id = 7 WHERE id = 1");
			bind(insert, 7).executeUpdate();
			connection.commit();
		}
		assertThat(this.driver.sent).containsSubsequence(GET_LOCK, LOCK, INSERT, "COMMIT");
	}

	@Test
	void takesTurnsWhereThePrimaryKeyIsAnotherOne() throws SQLException {
		this.driver.results.put(PRIMARY_KEY, List.of(List.of("code")));
		learn();
		insert(7, UPDATE);
		assertThat(this.driver.sent).containsSubsequence(INSERT, GET_LOCK, UPDATE).doesNotContain(LOCK);
	}

	@Test
	void looksAFurtherTimeAfterAStatementThatMayHaveChangedThePrimaryKey() throws SQLException {
		learn();
		insert(7, UPDATE);
		this.driver.results.put(PRIMARY_KEY, List.of(List.of("code")));
		transaction("ALTER TABLE product DROP PRIMARY KEY, ADD PRIMARY KEY (code)");
		insert(7, UPDATE);
		this.driver.sent.clear();
		insert(7, UPDATE);
		assertThat(this.driver.sent).containsSubsequence(INSERT, GET_LOCK, UPDATE).doesNotContain(LOCK);
	}

	@Test
	void takesTurnsWhereTheUserMayNotSeeColumns() throws SQLException {
		this.driver.failures.put(PRIMARY_KEY,
				new SQLException("internal error: do not have privilege to execute the statement", "HY000", 20101));
		learn();
		insert(7, UPDATE);
		assertThat(this.driver.sent).containsSubsequence(INSERT, GET_LOCK, UPDATE).doesNotContain(LOCK);
	}

	/**
	 * Let transactions insert a line and change its product, often enough.
	 */
	private void learn() throws SQLException {
		for (int i = 0; i < 4; i++) {
			insert(7, UPDATE);
		}
		this.driver.sent.clear();
	}

	private void insert(int product, String... more) throws SQLException {
		try (Connection connection = begin();
				PreparedStatement insert = connection.prepareStatement(INSERT);
				Statement statement = connection.createStatement()) {
			bind(insert, product).executeUpdate();
			for (String sql : more) {
				statement.execute(sql);
			}
			connection.commit();
		}
	}

	private void transaction(String... statements) throws SQLException {
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
			connection.commit();
		}
	}

	private static PreparedStatement bind(PreparedStatement insert, int product) throws SQLException {
		insert.setInt(1, 1);
		insert.setInt(2, product);
		return insert;
	}

	private Connection begin() throws SQLException {
		Connection connection = this.dataSource.getConnection();
		connection.setAutoCommit(false);
		return connection;
	}

}
