package io.github.matrixone.spring.contract.concurrency;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Calendar;
import java.util.List;
import java.util.Objects;
import java.util.TimeZone;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Statements that change or lock several rows, wait for one of them whose holder rolls
 * back, and meanwhile another one is changed.
 */
@EnabledIfServer
@ExtendWith(OutputCaptureExtension.class)
class RowLockTests extends AbstractLockTests {

	private static final String DATABASE = "ct_row_locks";

	private static final String BOTH = "UPDATE account SET n = n + 100 WHERE id IN (1, 2)";

	RowLockTests() {
		super(DATABASE);
	}

	@BeforeEach
	void createTables() {
		List.of("account", "branch", "entry").forEach((table) -> this.jdbc.execute("DROP TABLE IF EXISTS " + table));
		this.jdbc.execute("CREATE TABLE account (id INT PRIMARY KEY, g INT, name VARCHAR(10), n INT, KEY (g))");
		this.jdbc.execute("CREATE TABLE branch (id INT PRIMARY KEY, account INT)");
		this.jdbc.execute("CREATE TABLE entry (a INT, b INT, n INT, PRIMARY KEY (a, b))");
		this.plain.execute("INSERT INTO account VALUES (1, 7, 'a', 0), (2, 7, NULL, 0), (3, 8, 'c', 0)");
		this.plain.execute("INSERT INTO branch VALUES (1, 1), (2, 2)");
	}

	/**
	 * Why they are locked before.
	 */
	@Test
	void doubleARowOnAPlainConnection() throws Exception {
		whileAnotherChanges(this.plain, () -> this.plain.update(BOTH));
		assertThat(this.plain.queryForList("SELECT n FROM account WHERE id = 2 ORDER BY n", Integer.class))
			.containsExactly(1, 100);
	}

	@ParameterizedTest
	@ValueSource(strings = { BOTH, "UPDATE account SET n = n + 100 WHERE g = 7",
			"UPDATE account SET n = n + 100 WHERE id < 3 ORDER BY id LIMIT 5",
			"UPDATE account a SET a.n = a.n + 100 WHERE a.g = 7 AND (a.id = 1 OR a.id = 2)",
			"UPDATE account SET n = n + 100 WHERE id IN (SELECT account FROM branch)",
			"INSERT INTO account (id, g, name, n) VALUES (1, 7, 'a', 0), (2, 7, 'b', 0) ON DUPLICATE KEY UPDATE n = n + 100" })
	void addToWhatTheOtherHasCommitted(String update) throws Exception {
		whileAnotherChanges(this.jdbc, () -> this.jdbc.update(update));
		assertThat(numbers()).containsExactly("1 100", "2 101", "3 0");
		createTables();
		whileAnotherChanges(this.jdbc, () -> this.transaction.execute((status) -> this.jdbc.update(update)));
		assertThat(numbers()).containsExactly("1 100", "2 101", "3 0");
	}

	@Test
	void takeParametersOfTheirConditionAlone() throws Exception {
		whileAnotherChanges(this.jdbc,
				() -> this.jdbc.update("UPDATE account SET n = n + ?, name = ? WHERE g = ? AND (? IS NULL OR name = ?)",
						100, "x", 7, null, null));
		assertThat(numbers()).containsExactly("1 100", "2 101", "3 0");
	}

	@Test
	void deleteWhatTheOtherHasChanged() throws Exception {
		assertThat(whileAnotherChanges(this.jdbc, () -> this.jdbc.update("DELETE FROM account WHERE g = 7")))
			.isEqualTo(2);
		assertThat(numbers()).containsExactly("3 0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT concat(id, ' ', n) FROM account WHERE g = 7 ORDER BY id FOR UPDATE",
			"SELECT concat(a.id, ' ', a.n) FROM account a JOIN branch b ON b.account = a.id WHERE g = 7 ORDER BY a.id FOR UPDATE" })
	void readWhatTheOtherHasCommitted(String query) throws Exception {
		List<String> read = whileAnotherChanges(this.jdbc,
				() -> this.transaction.execute((status) -> this.jdbc.queryForList(query, String.class)));
		assertThat(read).containsExactly("1 0", "2 1");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "UPDATE paid SET n = n + 100 WHERE day <= ?",
			"INSERT INTO paid (day, n) VALUES ('2026-01-01 00:00:00', 0), (?, 0) ON DUPLICATE KEY UPDATE n = n + 100" })
	void areFoundByATimeWithACalendar(String sql) throws Exception {
		this.jdbc.execute("DROP TABLE IF EXISTS paid");
		this.jdbc.execute("CREATE TABLE paid (day DATETIME PRIMARY KEY, n INT)");
		this.plain.execute("INSERT INTO paid VALUES ('2026-01-01 00:00:00', 0), ('2026-01-02 00:00:00', 0)");
		Timestamp day = Timestamp.from(Instant.parse("2026-01-02T00:00:00Z"));
		Future<Integer> waiting = Objects.requireNonNull(this.transaction.execute((status) -> {
			this.jdbc.update("UPDATE paid SET n = 7 WHERE day = '2026-01-01 00:00:00'");
			status.setRollbackOnly();
			Future<Integer> started = this.executor.submit(() -> this.jdbc.update(sql,
					(statement) -> statement.setTimestamp(1, day, Calendar.getInstance(TimeZone.getTimeZone("UTC")))));
			assertThat(Waits.isDone(started)).isFalse();
			plainBeside("UPDATE paid SET n = n + 1 WHERE day = '2026-01-02 00:00:00'");
			return started;
		}));
		waiting.get(20, TimeUnit.SECONDS);
		assertThat(this.plain.queryForList("SELECT n FROM paid ORDER BY day", Integer.class)).containsExactly(100, 101);
	}

	@Test
	void areLeftToADeleteAfterAnotherHasChangedForeignKeys() {
		List.of("holding", "owner").forEach((table) -> this.jdbc.execute("DROP TABLE IF EXISTS " + table));
		this.jdbc.execute("CREATE TABLE owner (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE TABLE holding (id INT PRIMARY KEY, owner INT, "
				+ "FOREIGN KEY (owner) REFERENCES owner (id) ON DELETE CASCADE)");
		this.plain.execute("INSERT INTO owner VALUES (1), (2)");
		this.jdbc.update("DELETE FROM owner WHERE id = 1");
		this.plain.execute("DROP TABLE holding");
		assertThat(this.transaction.<Integer>execute((status) -> this.jdbc.update("DELETE FROM owner WHERE id = 2")))
			.isEqualTo(1);
		assertThat(this.plain.queryForList("SELECT id FROM owner")).isEmpty();
	}

	@Test
	void areLockedUpToALimitAlone() {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("UPDATE account SET n = n + 1 WHERE g = 7 LIMIT 1");
			assertThat(plainBeside("UPDATE account SET n = n + 10 WHERE id = 2")).isEqualTo(1);
		});
		assertThat(numbers()).containsExactly("1 1", "2 10", "3 0");
	}

	@Test
	void areSeveralWhereATextIsComparedWithANumber() throws Exception {
		this.jdbc.execute("DROP TABLE IF EXISTS named");
		this.jdbc.execute("CREATE TABLE named (code VARCHAR(10) PRIMARY KEY, n INT)");
		this.plain.execute("INSERT INTO named VALUES ('01', 0), ('1', 0)");
		Future<Integer> waiting = Objects.requireNonNull(this.transaction.execute((status) -> {
			this.jdbc.update("UPDATE named SET n = 7 WHERE code = '01'");
			status.setRollbackOnly();
			Future<Integer> started = this.executor
				.submit(() -> this.jdbc.update("UPDATE named SET n = n + 100 WHERE code = ?", 1));
			assertThat(Waits.isDone(started)).isFalse();
			plainBeside("UPDATE named SET n = n + 1 WHERE code = '1'");
			return started;
		}));
		assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(2);
		assertThat(this.plain.queryForList("SELECT n FROM named ORDER BY code", Integer.class)).containsExactly(100,
				101);
	}

	@Test
	void areNotChangedAfterACancellation() throws Exception {
		try (Connection connection = Objects.requireNonNull(this.jdbc.getDataSource()).getConnection();
				Statement statement = connection.createStatement()) {
			Future<Integer> waiting = Objects.requireNonNull(this.transaction.execute((status) -> {
				this.jdbc.update("UPDATE account SET n = 77 WHERE id = 1");
				Future<Integer> started = this.executor.submit(() -> statement.executeUpdate(BOTH));
				assertThat(Waits.isDone(started)).isFalse();
				cancel(statement);
				assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> started.get(20, TimeUnit.SECONDS))
					.withCauseInstanceOf(SQLException.class);
				return started;
			}));
			assertThat(waiting).isDone();
		}
		assertThat(numbers()).containsExactly("1 77", "2 0", "3 0");
	}

	@Test
	void areLockedInTablesWhoseReferencesAreSetToNull() throws Exception {
		List.of("holding", "owner").forEach((table) -> this.jdbc.execute("DROP TABLE IF EXISTS " + table));
		this.jdbc.execute("CREATE TABLE owner (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE TABLE holding (id INT PRIMARY KEY, owner INT, n INT, "
				+ "FOREIGN KEY (owner) REFERENCES owner (id) ON DELETE SET NULL)");
		this.plain.execute("INSERT INTO owner VALUES (1)");
		this.plain.execute("INSERT INTO holding VALUES (1, 1, 0), (2, 1, 0)");
		Future<Integer> waiting = Objects.requireNonNull(this.transaction.execute((status) -> {
			this.jdbc.update("UPDATE holding SET n = 7 WHERE id = 1");
			status.setRollbackOnly();
			Future<Integer> started = this.executor.submit(() -> this.jdbc.update("DELETE FROM owner WHERE id = 1"));
			assertThat(Waits.isDone(started)).isFalse();
			plainBeside("UPDATE holding SET n = n + 1 WHERE id = 2");
			return started;
		}));
		waiting.get(20, TimeUnit.SECONDS);
		assertThat(this.plain.queryForList(
				"SELECT concat(id, ' ', ifnull(owner, 'none'), ' ', n) FROM holding ORDER BY id", String.class))
			.containsExactly("1 none 0", "2 none 1");
		List.of("holding", "owner").forEach((table) -> this.jdbc.execute("DROP TABLE " + table));
	}

	private static void cancel(Statement statement) {
		try {
			statement.cancel();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void areLockedForAllOfABatch() throws Exception {
		whileAnotherChanges(this.jdbc, () -> this.transaction.execute((status) -> this.jdbc
			.execute("UPDATE account SET n = n + 100 WHERE g = ?", (PreparedStatement statement) -> {
				for (int group : List.of(8, 7)) {
					statement.setInt(1, group);
					statement.addBatch();
				}
				return statement.executeBatch();
			})));
		assertThat(numbers()).containsExactly("1 100", "2 101", "3 100");
	}

	@Test
	void areLockedWhereTheHolderHasOnlyLockedTheRow() throws Exception {
		Future<Integer> waiting = Objects.requireNonNull(this.transaction.execute((status) -> {
			this.jdbc.queryForList("SELECT n FROM account WHERE id = 1 FOR UPDATE");
			return start(() -> this.jdbc.update(BOTH));
		}));
		assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(2);
		assertThat(numbers()).containsExactly("1 100", "2 101", "3 0");
	}

	@Test
	void areWarnedOfWhereTheyAreNotKnown(CapturedOutput output) {
		this.jdbc.update("UPDATE account a JOIN branch b ON b.account = a.id SET a.n = 1");
		this.jdbc.batchUpdate("UPDATE entry SET n = ? WHERE a = ?",
				List.of(new Object[] { 1, 1 }, new Object[] { 1, 2 }));
		this.jdbc.batchUpdate("UPDATE branch SET account = ? WHERE id = ?",
				List.of(new Object[] { 1, 1 }, new Object[] { 1, 2 }));
		assertThat(output).containsOnlyOnce("changes or locks several rows of " + DATABASE + ".account may double rows")
			.containsOnlyOnce("changes or locks several rows of " + DATABASE + ".entry may double rows")
			.doesNotContain(DATABASE + ".branch");
	}

	/**
	 * Have one transaction change the first row, start the work, have another one change
	 * the second row, and roll the first one back.
	 */
	private <T> T whileAnotherChanges(JdbcTemplate jdbc, Callable<T> work) throws Exception {
		TransactionTemplate holder = new TransactionTemplate(
				new JdbcTransactionManager(Objects.requireNonNull(jdbc.getDataSource())));
		Future<T> waiting = Objects.requireNonNull(holder.execute((status) -> {
			jdbc.update("UPDATE account SET n = 77 WHERE id = 1");
			status.setRollbackOnly();
			return start(work);
		}));
		return waiting.get(20, TimeUnit.SECONDS);
	}

	private <T> Future<T> start(Callable<T> work) {
		Future<T> waiting = this.executor.submit(work);
		assertThat(Waits.isDone(waiting)).isFalse();
		assertThat(this.plainBeside("UPDATE account SET n = n + 1 WHERE id = 2")).isEqualTo(1);
		return waiting;
	}

	private int plainBeside(String sql) {
		return ServerUnderTest.get().plainJdbc(DATABASE).update(sql);
	}

	private List<String> numbers() {
		return this.plain.queryForList("SELECT concat(id, ' ', n) FROM account ORDER BY id, n", String.class);
	}

}
