package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.dao.StatementRefusedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When a named lock is taken, without a server.
 */
class LockUpgradesTests {

	private static final String LOOK_UP = """
			SELECT refer_db_name, refer_table_name, column_name, refer_column_name
			FROM mo_catalog.mo_foreign_keys
			WHERE lower(db_name) = ? AND lower(table_name) = ?""";

	private static final String GET_LOCK = "SELECT GET_LOCK(?, ?)";

	private static final String GET_LOCKS = "SELECT GET_LOCK(?, ?), GET_LOCK(?, ?)";

	private static final String PAUSE = "SELECT SLEEP(0.01)";

	private static final String RELEASE_LOCK = "SELECT RELEASE_LOCK(?)";

	private static final String RELEASE_LOCKS = "SELECT RELEASE_LOCK(?), RELEASE_LOCK(?)";

	private static final String INSERT = "INSERT INTO line VALUES (1, 7)";

	private static final String UPDATE = "UPDATE product SET stock = stock - 1 WHERE id = 7";

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	@BeforeEach
	void aLineReferencesAnOrderAndAProduct() {
		this.driver.results.put(LOOK_UP,
				List.of(List.of("shop", "orders", "order_id", "id"), List.of("shop", "product", "product_id", "id")));
		this.driver.results.put(GET_LOCK, List.of(List.of(1)));
	}

	@ParameterizedTest
	@ValueSource(strings = { UPDATE, "DELETE FROM Product WHERE id = 7", "REPLACE INTO shop.product VALUES (7, 1)",
			"INSERT IGNORE INTO product VALUES (7, 1)" })
	void takesTurnsToChangeWhatWrittenRowsReference(String change) throws SQLException {
		transaction(INSERT, change, change);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, LOOK_UP, GET_LOCK, change, change, "COMMIT",
				RELEASE_LOCK);
	}

	@Test
	void takesNoTurnAfterRowsWereDeleted() throws SQLException {
		transaction("DELETE FROM line WHERE id = 1", UPDATE);
		assertThat(this.driver.sent).containsExactly("BEGIN", "DELETE FROM line WHERE id = 1", UPDATE, "COMMIT");
	}

	@Test
	void takesATurnAfterAnUpdateThatSetsWhatIsReferenced() throws SQLException {
		String amount = "UPDATE line l SET l.amount = IF(amount > 1, 2, 3), note = 'product_id = 1' WHERE id = 1";
		String order = "UPDATE line SET amount = 1, Order_Id = 2 WHERE id = 1";
		transaction(amount, order, UPDATE);
		assertThat(this.driver.sent).containsExactly("BEGIN", amount, order, LOOK_UP, UPDATE, "COMMIT");
		this.driver.sent.clear();
		String product = "UPDATE line SET amount = 1, `product_id` = 2 WHERE id = 1";
		transaction(amount, product, amount, UPDATE);
		assertThat(this.driver.sent).containsExactly("BEGIN", amount, product, amount, GET_LOCK, UPDATE, "COMMIT",
				RELEASE_LOCK);
		this.driver.sent.clear();
		transaction(INSERT, amount, UPDATE);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, amount, GET_LOCK, UPDATE, "COMMIT", RELEASE_LOCK);
	}

	@Test
	void takesTurnsForAllReferencedTablesWhereTheStatementDoesNotTellWhichItLocks() throws SQLException {
		String locking = "SELECT stock FROM product p JOIN orders o ON o.id = p.order_id FOR UPDATE";
		this.driver.results.put(GET_LOCKS, List.of(List.of(1, 1)));
		transaction(INSERT, locking);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, LOOK_UP, GET_LOCKS, locking, locking, "COMMIT",
				RELEASE_LOCKS);
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT * FROM customer WHERE id = 7 FOR UPDATE", "SELECT nextval('s')",
			"SELECT GET_LOCK('mine', 1)", "UPDATE customer SET name = 'x'", "DROP TEMPORARY TABLE HT_line" })
	void sendsNothingMoreForWhatIsNotReferenced(String statement) throws SQLException {
		transaction(INSERT, statement);
		assertThat(this.driver.sent).doesNotContain(GET_LOCK).endsWith(statement, "COMMIT");
	}

	@Test
	void takesTurnsToLockRowsOfWhatWrittenRowsReference() throws SQLException {
		transaction(INSERT, "SELECT stock FROM product p WHERE p.id = 7 FOR UPDATE");
		assertThat(this.driver.sent).containsOnlyOnce(GET_LOCK);
	}

	@Test
	void countsWhatWasWrittenByStatementsThatDoNotTellTheirTable() throws SQLException {
		this.driver.results.put(ScriptedDriver.REFERENCED, List.of(List.of("shop", "product")));
		String write = "UPDATE line l JOIN orders o ON o.id = l.order_id SET product_id = 7";
		transaction(write, UPDATE);
		assertThat(this.driver.sent).containsExactly("BEGIN", write, GET_LOCK, UPDATE, "COMMIT", RELEASE_LOCK);
		this.driver.sent.clear();
		transaction(write, "UPDATE customer SET name = 'x'");
		assertThat(this.driver.sent).doesNotContain(GET_LOCK);
	}

	@Test
	void countsWhatWasWrittenInADatabaseThatIsNotCertain() throws SQLException {
		this.driver.results.put(ScriptedDriver.REFERENCED, List.of(List.of("shop", "product")));
		this.driver.catalog = null;
		transaction(INSERT, UPDATE);
		assertThat(this.driver.sent).contains(GET_LOCK);
	}

	@Test
	void takesTurnsForABatchWhateverTheOrderOfItsStatements() throws SQLException {
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.addBatch(UPDATE);
			statement.addBatch(INSERT);
			statement.addBatch("UPDATE product SET stock = stock - 1 WHERE id = 8");
			statement.executeBatch();
			connection.commit();
		}
		assertThat(this.driver.sent).containsSubsequence("BEGIN", LOOK_UP, GET_LOCK, UPDATE, INSERT, "COMMIT",
				RELEASE_LOCK);
	}

	@Test
	void takesEachLockAfterThoseBeforeIt() throws SQLException {
		String locking = "SELECT stock FROM product p JOIN orders o ON o.id = p.order_id FOR UPDATE";
		this.driver.results.put(GET_LOCKS, List.of(List.of(0, 1)));
		this.driver.before.put(PAUSE, () -> this.driver.results.put(GET_LOCKS, List.of(List.of(1, 1))));
		transaction(INSERT, locking);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, LOOK_UP, GET_LOCKS, RELEASE_LOCK, PAUSE,
				GET_LOCKS, locking, locking, "COMMIT", RELEASE_LOCKS);
	}

	@Test
	void sendsNothingMoreWhereNothingWasWrittenBefore() throws SQLException {
		transaction("SELECT stock FROM product FOR UPDATE", UPDATE, INSERT, "SELECT 1",
				"INSERT INTO product VALUES (8)");
		assertThat(this.driver.sent).doesNotContain(LOOK_UP, GET_LOCK, RELEASE_LOCK);
	}

	@Test
	void sendsNothingMoreForTheTableWrittenTo() throws SQLException {
		transaction(INSERT, "UPDATE line SET a = 1");
		assertThat(this.driver.sent).doesNotContain(LOOK_UP, GET_LOCK);
	}

	@Test
	void looksAFurtherTimeOnlyAfterAStatementThatMayHaveChangedForeignKeys() throws SQLException {
		String unrelated = "UPDATE customer SET name = 'x'";
		transaction(INSERT, unrelated);
		transaction(INSERT, unrelated);
		assertThat(this.driver.sent).containsOnlyOnce(LOOK_UP).doesNotContain(GET_LOCK);
		transaction("ALTER TABLE line ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES customer (id)");
		transaction(INSERT, unrelated);
		assertThat(this.driver.sent.stream().filter(LOOK_UP::equals)).hasSize(2);
	}

	@Test
	void takesTurnsWithEveryTableWhereForeignKeysCannotBeSeen() throws SQLException {
		this.driver.failures.put(LOOK_UP,
				new SQLException("internal error: do not have privilege to execute the statement", "HY000", 20101));
		transaction(INSERT, "UPDATE customer SET name = 'x'");
		assertThat(this.driver.sent).contains(GET_LOCK, RELEASE_LOCK);
	}

	@Test
	void takesAllTurnsWhereNeitherTheForeignKeysNorTheTableAreKnown() throws SQLException {
		this.driver.failures.put(LOOK_UP,
				new SQLException("internal error: do not have privilege to execute the statement", "HY000", 20101));
		String all = "SELECT " + String.join(", ", Collections.nCopies(64, "GET_LOCK(?, ?)"));
		this.driver.results.put(all, List.of(Collections.nCopies(64, 1)));
		String update = "UPDATE product p JOIN orders o ON o.id = p.order_id SET stock = 1";
		transaction(INSERT, update);
		assertThat(this.driver.sent).containsSubsequence(INSERT, all, update, "COMMIT");
	}

	@Test
	void waitsNoLongerThanItsStatementMay() throws SQLException {
		this.driver.results.put(GET_LOCK, List.of(List.of(0)));
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
			statement.setQueryTimeout(1);
			assertThatExceptionOfType(SQLTransactionRollbackException.class).isThrownBy(() -> statement.execute(UPDATE))
				.withMessageContaining("within 1 seconds");
			connection.rollback();
		}
	}

	@Test
	void givesUpAsAfterALockWaitTimeout() throws SQLException {
		this.driver.results.put(GET_LOCK, List.of(List.of(0)));
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
			assertThatExceptionOfType(SQLTransactionRollbackException.class).isThrownBy(() -> statement.execute(UPDATE))
				.withMessageContaining("shop.product")
				.returns(1205, SQLException::getErrorCode);
			assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(connection::commit);
			connection.rollback();
		}
		assertThat(this.driver.sent).doesNotContain(UPDATE, RELEASE_LOCK);
	}

	@Test
	void tellsATransactionThatWaitsForOneOfItsOwnThread() throws SQLException {
		try (Connection outer = begin();
				Statement outerStatement = outer.createStatement();
				Connection inner = begin();
				Statement innerStatement = inner.createStatement()) {
			outerStatement.execute(INSERT);
			outerStatement.execute(UPDATE);
			this.driver.results.put(GET_LOCK, List.of(List.of(0)));
			innerStatement.execute(INSERT);
			assertThatExceptionOfType(SQLTransactionRollbackException.class)
				.isThrownBy(() -> innerStatement.execute(UPDATE))
				.withMessageContaining("REQUIRES_NEW");
			inner.rollback();
			outer.commit();
		}
	}

	/**
	 * The tables have one lock by chance, which the suspended transaction has.
	 */
	@Test
	void needsNoLockThatASuspendedTransactionOfItsThreadHasForAnotherTable() throws SQLException {
		String other = IntStream.range(0, 10_000)
			.mapToObj((i) -> "t" + i)
			.filter((name) -> Math.floorMod(("shop." + name).hashCode(), 64) == Math.floorMod("shop.product".hashCode(),
					64))
			.findFirst()
			.orElseThrow();
		try (Connection outer = begin();
				Statement outerStatement = outer.createStatement();
				Connection inner = begin();
				Statement innerStatement = inner.createStatement()) {
			outerStatement.execute(INSERT);
			outerStatement.execute(UPDATE);
			this.driver.results.put(GET_LOCK, List.of(List.of(0)));
			this.driver.results.put(LOOK_UP, List.of(List.of("shop", other, "x", "id")));
			innerStatement.execute("INSERT INTO another VALUES (1, 1)");
			innerStatement.execute("UPDATE " + other + " SET n = 1");
			inner.commit();
			outer.commit();
		}
		assertThat(this.driver.sent.stream().filter(GET_LOCK::equals)).hasSize(1);
	}

	@Test
	void triesAgainUntilTheLockIsFree() throws SQLException {
		this.driver.results.put(GET_LOCK, List.of(List.of(0)));
		this.driver.before.put(PAUSE, () -> this.driver.results.put(GET_LOCK, List.of(List.of(1))));
		transaction(INSERT, UPDATE);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, LOOK_UP, GET_LOCK, PAUSE, GET_LOCK, UPDATE,
				"COMMIT", RELEASE_LOCK);
	}

	@Test
	void givesTheLockBackAfterARollback() throws SQLException {
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
			statement.execute(UPDATE);
			connection.rollback();
		}
		assertThat(this.driver.sent).endsWith(UPDATE, "ROLLBACK", RELEASE_LOCK);
	}

	@Test
	void cutsTheConnectionIfTheLockCannotBeGivenBack() throws SQLException {
		this.driver.failures.put(RELEASE_LOCK, new SQLException("no", "HY000", 20101));
		transaction(INSERT, UPDATE);
		assertThat(this.driver.aborted).isTrue();
	}

	@Test
	void canBeSwitchedOff() throws SQLException {
		this.driver.connections.setSerializeLockUpgrades(false);
		transaction(INSERT, UPDATE);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, UPDATE, "COMMIT");
	}

	private void transaction(String... statements) throws SQLException {
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
			connection.commit();
		}
	}

	private Connection begin() throws SQLException {
		Connection connection = this.dataSource.getConnection();
		connection.setAutoCommit(false);
		return connection;
	}

}
