package io.github.matrixone.spring.contract.fuzz;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends the server what the classifier takes for plain reads, and looks for traces.
 */
@EnabledIfServer
class PlainReadsLeaveNoTraceTests {

	private static final int STATEMENTS = 1_000;

	private static final int SYNTAX_ERROR = 1064;

	private static final String[] JUNK = { "'", "''", "\"", "`", "/*", "*/", "/*!", "/*!50000 ", "--", "-- ", "#", "\n",
			"\\", "x'", "b'01'", "$", "$a$", "_utf8mb4", "@", ":", ";", "(", ")", "1e", "0x", ".", "//", "{", "}", "é",
			"\u00A0", "for update", "\t", "*" };

	private final long seed = new Random().nextLong();

	private final Random random = new Random(this.seed);

	private SingleConnectionDataSource reader;

	private SingleConnectionDataSource observer;

	private JdbcTemplate observed;

	@BeforeEach
	void createTables() throws SQLException {
		ServerUnderTest server = ServerUnderTest.get();
		try (Connection connection = DriverManager.getConnection(server.url(), server.username(), server.password());
				Statement statement = connection.createStatement()) {
			statement.execute("DROP DATABASE IF EXISTS " + StatementGrammar.DATABASE);
			statement.execute("CREATE DATABASE " + StatementGrammar.DATABASE);
		}
		this.observer = connect();
		this.observed = new JdbcTemplate(this.observer);
		for (String table : List.of("t", "u", "marker")) {
			this.observed.execute("CREATE TABLE " + table + " (id INT PRIMARY KEY, a INT, b VARCHAR(64))");
			this.observed.execute("INSERT INTO " + table + " VALUES (1, 1, 'x'), (2, 2, 'for update')");
		}
		this.observed.execute("CREATE SEQUENCE ct_fuzz_sequence");
		this.observed.execute("SET lock_wait_timeout = 1");
		this.reader = connect();
	}

	@AfterEach
	void dropTables() {
		this.reader.destroy();
		this.observed.execute("DROP DATABASE IF EXISTS " + StatementGrammar.DATABASE);
		this.observer.destroy();
	}

	@Test
	void leaveNoTrace() throws SQLException {
		List<?> before = contents();
		int carriedOut = 0;
		for (int i = 0; i < STATEMENTS; i++) {
			String sql = plainRead();
			String description = "seed " + this.seed + ", statement " + i + ": " + sql;
			if (isCarriedOut(sql, i % 2 == 0, description)) {
				carriedOut++;
			}
			if (i % 20 == 0) {
				assertThat(contents()).as(description).isEqualTo(before);
			}
		}
		assertThat(contents()).as("seed " + this.seed).isEqualTo(before);
		System.out
			.println("Of " + STATEMENTS + " texts that are plain reads for us the server carried out " + carriedOut);
		assertThat(carriedOut).isGreaterThan(STATEMENTS / 4);
	}

	private boolean isCarriedOut(String sql, boolean autoCommit, String description) throws SQLException {
		Connection connection = this.reader.getConnection();
		connection.setAutoCommit(autoCommit);
		try (Statement statement = connection.createStatement()) {
			statement.setEscapeProcessing(false);
			statement.execute("BEGIN");
			statement.execute("INSERT INTO marker VALUES (3, 3, 'uncommitted')");
			boolean carriedOut = isCarriedOut(statement, sql);
			assertThat(this.observed.queryForList("SELECT id FROM marker FOR UPDATE", Integer.class)).as(description)
				.containsExactly(1, 2);
			this.observed.queryForList("SELECT id FROM t FOR UPDATE");
			this.observed.queryForList("SELECT id FROM u FOR UPDATE");
			assertThat(this.observed.queryForObject("SELECT IS_FREE_LOCK('ct_fuzz_lock')", Integer.class))
				.as(description)
				.isOne();
			statement.execute("ROLLBACK");
			return carriedOut;
		}
		catch (RuntimeException ex) {
			throw new AssertionError(description, ex);
		}
	}

	private static boolean isCarriedOut(Statement statement, String sql) {
		try {
			statement.execute(sql);
			while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
				continue;
			}
			return true;
		}
		catch (SQLException ex) {
			return ex.getErrorCode() != SYNTAX_ERROR;
		}
	}

	private List<?> contents() {
		return List.of(this.observed.queryForList("SELECT * FROM t ORDER BY id"),
				this.observed.queryForList("SELECT * FROM u ORDER BY id"),
				this.observed.queryForList("SELECT * FROM marker ORDER BY id"),
				this.observed.queryForList("SHOW TABLES"),
				this.observed.queryForList("SELECT last_seq_num FROM ct_fuzz_sequence"));
	}

	/**
	 * Make a text that is a plain read for the classifier, if need be by chance.
	 */
	private String plainRead() {
		while (true) {
			StatementGrammar grammar = new StatementGrammar(this.random.nextLong(), this.random.nextBoolean());
			boolean known = this.random.nextInt(3) == 0;
			String sql = known ? grammar.read().sql() : corrupt(grammar.any().sql());
			List<SqlStatement> statements = SqlStatement.parse(sql);
			if (!statements.isEmpty() && !sql.toUpperCase(Locale.ROOT).contains("KILL")
					&& statements.stream().allMatch((statement) -> statement.kind() == Kind.READ)) {
				return sql;
			}
		}
	}

	private String corrupt(String sql) {
		StringBuilder text = new StringBuilder(sql);
		for (int i = this.random.nextInt(4); i >= 0; i--) {
			text.insert(this.random.nextInt(text.length() + 1), JUNK[this.random.nextInt(JUNK.length)]);
		}
		return text.toString();
	}

	private static SingleConnectionDataSource connect() {
		ServerUnderTest server = ServerUnderTest.get();
		return new SingleConnectionDataSource(
				server.url() + StatementGrammar.DATABASE + "?allowMultiQueries=true&socketTimeout=20000",
				server.username(), server.password(), true);
	}

}
