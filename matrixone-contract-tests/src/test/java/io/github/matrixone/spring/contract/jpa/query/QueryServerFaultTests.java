package io.github.matrixone.spring.contract.jpa.query;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.contract.MatrixOneServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Faults of the server in queries that nobody has translated, and what it lacks: where
 * one of these fails, a newer server does better, and a cure of the dialect may go.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryServerFaultTests extends QueryContract {

	@BeforeAll
	void fill() {
		fillShop();
	}

	// MO#26012
	@ParameterizedTest
	@ValueSource(strings = { "department, salary DESC", "department, salary IS NULL, salary DESC",
			"department DESC, salary DESC" })
	void withoutALimitALaterKeyIsNotSortedDownwardsWhereAnyRowHasANull(String keys) {
		String sql = "SELECT salary FROM (SELECT 'A' AS department, NULL AS salary UNION ALL "
				+ "SELECT department, salary FROM employee UNION ALL SELECT 'B', 500) t "
				+ "WHERE department = 'B' OR salary IS NULL ORDER BY " + keys;
		List<Integer> unsorted = salaries(sql);
		assertThat(unsorted).hasSize(5);
		assertThat(unsorted.stream().filter((salary) -> salary != null).toList())
			.isNotEqualTo(List.of(500, 200, 120, 100));
		assertThat(salaries(sql + " LIMIT 18446744073709551615").stream().filter((salary) -> salary != null))
			.isSortedAccordingTo(Comparator.reverseOrder());
	}

	// MO#26816
	@Test
	void theLimitOfACorrelatedSubqueryCountsForAllRowsTogether() {
		assertThat(strings("SELECT (SELECT p.id FROM purchase p WHERE p.customer_id = c.id ORDER BY p.id LIMIT 1) "
				+ "FROM customer c ORDER BY c.id"))
			.containsExactly("10", null, null, null);
		assertThat(strings("SELECT name FROM customer c WHERE EXISTS "
				+ "(SELECT 1 FROM purchase p WHERE p.customer_id = c.id LIMIT 1)"))
			.hasSize(1);
	}

	// no issue known
	@Test
	void aLiteralTimestampIsCutToSeconds() {
		assertThat(strings("SELECT name FROM customer WHERE since_ = TIMESTAMP '2020-01-01 10:00:00.123456'")).isEmpty();
		assertThat(strings("SELECT name FROM customer WHERE since_ = CAST('2020-01-01 10:00:00.123456' AS DATETIME(6))"))
			.containsExactly("Ada");
	}

	// no issue known
	@Test
	void aLeftJoinToAUnionOfConstantsFindsNothing() {
		String join = "FROM (SELECT 1 x UNION ALL SELECT 0) v LEFT JOIN "
				+ "(SELECT 't' k, 1 v UNION ALL SELECT 'f', 0) t ON t.k = 't'";
		assertThat(strings("SELECT v.x " + join + " WHERE v.x = t.v")).isEmpty();
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> strings("SELECT t.k, v.x, t.v " + join))
			.withMessageContaining("width mismatch");
	}

	// no issue known
	@Test
	void aTableFunctionOfAnotherTablesColumnIsJoinedCrosswise() {
		assertThat(strings("SELECT g.result FROM customer c CROSS JOIN generate_series(1, c.id) g")).hasSize(40);
		assertThat(strings("SELECT g.result FROM customer c CROSS APPLY generate_series(1, c.id) g")).hasSize(10);
	}

	// no issue known
	@Test
	void anUpdateOfATableJoinedWithItselfFails() {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.jdbc.update("UPDATE employee e JOIN employee m ON m.id = e.manager_id "
					+ "SET e.salary = e.salary + 1 WHERE m.name = 'Left'"))
			.withMessageContaining("index out of range");
		assertThat(rows("select sum(e.salary) from Employee e")).isEqualTo("1020");
	}

	// no issue known
	@Test
	void anUpsertOfSelectedRowsDoesNotSeeTheNewValuesByTheirAlias() {
		assertThat(this.jdbc.update("INSERT INTO product (id, name, discontinued) SELECT * FROM (SELECT 1, 'new', FALSE) "
				+ "AS excluded (id, name, discontinued) ON DUPLICATE KEY UPDATE name = excluded.name"))
			.isZero();
		assertThat(rows("select p.name from Product p where p.id = 1")).isEqualTo("pen");
	}

	// no issue known
	@Test
	void locateIgnoresCaseWhereComparisonsDoNot() {
		assertThat(strings("SELECT locate('L', 'Hello') UNION ALL SELECT instr('Hello', 'L')")).containsExactly("3", "3");
		assertThat(strings("SELECT 'Hello' LIKE '%L%'")).containsExactly("0");
	}

	// no issue known
	@Test
	void aLockThroughACommonTableExpressionLocksNothing() {
		this.transaction.executeWithoutResult((status) -> {
			assertThat(strings("WITH t AS (SELECT * FROM purchase WHERE id = 10) SELECT id FROM t FOR UPDATE"))
				.containsExactly("10");
			assertThat(updateByAnother("UPDATE purchase SET version = version + 1 WHERE id = 10")).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
			SELECT id FROM customer EXCEPT ALL SELECT id FROM purchase => not yet implemented
			SELECT t.n FROM customer c, LATERAL (SELECT c.id AS n) t => 1064
			SELECT (SELECT count(*) FROM (SELECT p.id FROM purchase p WHERE p.customer_id = c.id) t) FROM customer c => not yet implemented
			SELECT name FROM customer ORDER BY city DESC NULLS FIRST => NULLS FIRST is not supported
			SELECT id FROM customer FOR UPDATE OF customer => syntax error
			SELECT id FROM customer FOR UPDATE NOWAIT => syntax error
			SELECT id FROM customer FOR UPDATE SKIP LOCKED => syntax error
			SELECT id FROM customer UNION SELECT id FROM purchase FOR UPDATE => not support select union for update
			SELECT city, name FROM customer GROUP BY city => must appear in the GROUP BY clause
			SELECT json_value('{}', '$.a' DEFAULT 'x' ON EMPTY) => syntax error
			SELECT * FROM json_table('[1]', '$[*]' COLUMNS (v INT PATH '$')) t => syntax error
			SELECT json_array_append('[1]', '$', 2) => json_array_append
			SELECT CAST('x' AS CHAR(256)) => MaxCharLen
			SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY salary) FROM employee => syntax error
			""")
	void refuses(String sql, String message) {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> strings(sql))
			.satisfies((ex) -> assertThat(ex.getMessage() + sqlError(ex)).contains(message));
	}

	@ParameterizedTest
	@ValueSource(strings = { "id = id", "sku = values(sku)" })
	void anUpsertCannotNameAColumnOfAUniqueKey(String update) {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.jdbc.update("INSERT INTO product (id, sku, discontinued) VALUES (1, 'P-1', FALSE) "
					+ "ON DUPLICATE KEY UPDATE " + update))
			.withMessageContaining("unsupported DML");
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"select c.name, t.id from Customer c join lateral (select p.id as id from c.purchases p) t",
			"(select c.name from Customer c) except all (select e.name from Employee e)",
			"select t.v from Sample x join lateral json_table(x.js, '$.arr[*]' columns(v Integer path '$')) t",
			"select json_value(x.js, '$.none' default 'dflt' on empty) from Sample x",
			"select json_array_append('[1,2]', '$', 3) from Sample x",
			"select json_array_insert('[1,2]', '$[0]', 3) from Sample x",
			"select ltrim(x.s, 'H'), rand(3) from Sample x",
			"select c.name, (select p.id from Purchase p where p.customer = c order by p.placedAt desc limit 1) from Customer c",
			"select c from Customer c where exists (select 1 from Purchase p where p.customer = c order by p.id limit 1)" })
	void whatTheServerLacksFails(String hql) {
		assertThatException().isThrownBy(() -> rows(hql));
	}

	private List<Integer> salaries(String sql) {
		return this.jdbc.queryForList(sql, Integer.class);
	}

	private List<String> strings(String sql) {
		return this.jdbc.queryForList(sql, String.class);
	}

	private static String sqlError(Throwable ex) {
		return (ex.getCause() instanceof SQLException cause) ? " " + cause.getErrorCode() : "";
	}

	private int updateByAnother(String sql) {
		MatrixOneServer server = MatrixOneServer.get();
		try (Connection connection = DriverManager.getConnection(server.url() + "contract_query", server.username(),
				server.password()); Statement statement = connection.createStatement()) {
			statement.setQueryTimeout(1);
			return statement.executeUpdate(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
