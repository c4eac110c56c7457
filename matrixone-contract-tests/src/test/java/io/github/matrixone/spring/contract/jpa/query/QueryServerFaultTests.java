package io.github.matrixone.spring.contract.jpa.query;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.contract.FaultOfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

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
	@ValueSource(strings = { "a, b DESC", "a DESC, b DESC", "a, b IS NULL, b DESC" })
	@FaultOfServer("a later key is not sorted downwards where a row has a null (MO#26012)")
	void withoutALimitALaterKeyIsNotSortedDownwardsWhereAnyRowHasANull(String keys) {
		this.jdbc.execute("CREATE TABLE IF NOT EXISTS query_sort (id INT PRIMARY KEY, a INT, b INT)");
		this.jdbc.update("REPLACE INTO query_sort VALUES (1, 1, NULL), (2, 2, 20), (3, 2, 30), (4, 2, 10), (5, 1, 5)");
		String sql = "SELECT b FROM query_sort ORDER BY " + keys;
		assertThat(integers(sql)).containsSubsequence(20, 30, 10);
		assertThat(integers(sql + " LIMIT 18446744073709551615")).containsSubsequence(30, 20, 10);
	}

	// MO#26816
	@Test
	@FaultOfServer("the limit of a correlated subquery counts for all rows together (MO#26816)")
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
		assertThat(strings("SELECT name FROM customer WHERE since_ = TIMESTAMP '2020-01-01 10:00:00.123456'"))
			.isEmpty();
		assertThat(
				strings("SELECT name FROM customer WHERE since_ = CAST('2020-01-01 10:00:00.123456' AS DATETIME(6))"))
			.containsExactly("Ada");
	}

	// no issue known
	@Test
	void aUnionOfConstantsLosesColumnsInADerivedTable() {
		String join = "FROM (SELECT 1 x UNION ALL SELECT 0) v LEFT JOIN "
				+ "(SELECT 't' k, 1 v UNION ALL SELECT 'true', 1) t ON t.k = 'true'";
		assertThat(strings("SELECT v.x " + join + " WHERE v.x = t.v")).isEmpty();
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> strings("SELECT v.x, t.k, t.v " + join))
			.withMessageContaining("width mismatch");
	}

	// no issue known
	@Test
	void anEscapedBackslashBesideAWildcardMatchesOnlyWithEscape() {
		assertThat(strings("SELECT sku FROM product WHERE sku LIKE 'D\\\\\\\\%'")).isEmpty();
		assertThat(strings("SELECT sku FROM product WHERE sku LIKE 'D\\\\\\\\%' ESCAPE '\\\\'"))
			.containsExactly("D\\1");
	}

	// no issue known
	@Test
	void aTableFunctionOfAnotherTablesColumnIsJoinedCrosswise() {
		assertThat(strings("SELECT g.result FROM customer c CROSS JOIN generate_series(1, c.id) g")).hasSize(40);
		assertThat(strings("SELECT g.result FROM customer c CROSS APPLY generate_series(1, c.id) g")).hasSize(10);
	}

	// no issue known
	@Test
	@FaultOfServer("an update of a table joined with itself needs the alias of the column")
	void anUpdateOfATableJoinedWithItselfNeedsTheAliasOfTheColumn() {
		String join = "UPDATE employee e JOIN employee m ON m.id = e.manager_id SET ";
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.jdbc.update(join + "salary = e.salary + 1 WHERE m.name = 'Left'"))
			.withMessageContaining("index out of range");
		assertThat(this.jdbc.update(join + "e.salary = e.salary + 0 WHERE m.name = 'Left'")).isBetween(0, 2);
		assertThat(rows("select sum(e.salary) from Employee e")).isEqualTo("1020");
	}

	// no issue known
	@Test
	void anUpsertOfSelectedRowsDoesNotSeeTheNewValuesByTheirAlias() {
		assertThat(
				this.jdbc.update("INSERT INTO product (id, name, discontinued) SELECT * FROM (SELECT 1, 'new', FALSE) "
						+ "AS excluded (id, name, discontinued) ON DUPLICATE KEY UPDATE name = excluded.name"))
			.isZero();
		assertThat(rows("select p.name from Product p where p.id = 1")).isEqualTo("pen");
	}

	// no issue known
	@Test
	void locateIgnoresCaseWhereComparisonsDoNot() {
		assertThat(strings("SELECT locate('L', 'Hello') UNION ALL SELECT instr('Hello', 'L')")).containsExactly("3",
				"3");
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
			SELECT t.n FROM customer c, LATERAL (SELECT c.id AS n) t => syntax error
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
	@FaultOfServer(value = "there is no percentile_cont", only = "percentile_cont")
	void refuses(String sql, String message) {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> strings(sql))
			.satisfies((ex) -> assertThat(ex.getCause()).hasMessageContaining(message));
	}

	@ParameterizedTest
	@ValueSource(strings = { "id = id", "sku = values(sku)" })
	void anUpsertCannotNameAColumnOfAUniqueKey(String update) {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.jdbc.update("INSERT INTO product (id, sku, discontinued) VALUES (1, 'P-1', FALSE) "
					+ "ON DUPLICATE KEY UPDATE " + update))
			.withMessageContaining("unsupported DML");
	}

	// MO#27961
	@Test
	void anUpdatingUpsertOfATableWithACompositeUniqueKeyAndAForeignKeyPanics() {
		this.jdbc.execute("CREATE TABLE fault_upsert (id INT PRIMARY KEY, a INT, b BIGINT, n INT, "
				+ "UNIQUE KEY fault_key (a, b), CONSTRAINT fault_one FOREIGN KEY (b) REFERENCES product (id))");
		try {
			String upsert = "INSERT INTO fault_upsert VALUES (1, 1, 1, ?) ON DUPLICATE KEY UPDATE n = VALUES(n)";
			assertThat(this.jdbc.update(upsert, 1)).isOne();
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.jdbc.update(upsert, 2))
				.withMessageContaining("panic");
			assertThat(integers("SELECT n FROM fault_upsert")).containsExactly(1);
		}
		finally {
			this.jdbc.execute("DROP TABLE fault_upsert");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"select c.name, t.id from Customer c join lateral (select p.id as id from c.purchases p) t",
			"(select c.name from Customer c) except all (select e.name from Employee e)",
			"select t.v from Sample x join lateral json_table(x.js, '$.arr[*]' columns(v Integer path '$')) t",
			"select json_value(x.js, '$.none' default 'dflt' on empty) from Sample x",
			"select json_array_append('[1,2]', '$', 3) from Sample x",
			"select json_array_insert('[1,2]', '$[0]', 3) from Sample x", "select ltrim(x.s, 'H') from Sample x",
			"select rand(3) from Sample x", "select extract(offset hour from x.odt) from Sample x",
			"select json_object('k' : x.nul absent on null) from Sample x",
			"select json_query(x.js, '$.n' with wrapper) from Sample x",
			"select json_objectagg(x.s : x.i) from Sample x", "select timestamp(x.dt, x.tm) from Sample x",
			"select g from generate_series(1, 2000) g", "select c from Customer c full join c.purchases p",
			"select c.name, (select p.id from Purchase p where p.customer = c order by p.placedAt desc limit 1) from Customer c",
			"select c from Customer c where exists (select 1 from Purchase p where p.customer = c order by p.id limit 1)" })
	void failsInHql(String hql) {
		assertThatException().isThrownBy(() -> rows(hql));
	}

	@ParameterizedTest
	@ValueSource(strings = { "update Customer c set c.credit = (select count(*) from Purchase p where p.customer = c)",
			"insert into Product (id, sku, discontinued) values (1, 'P-1', false) on conflict do nothing" })
	void changesNothingInHql(String hql) {
		assertThatException().isThrownBy(() -> this.transaction
			.executeWithoutResult((status) -> this.entityManager.createQuery(hql).executeUpdate()));
		assertThat(rows("select sum(c.credit) from Customer c")).isEqualTo("150.00");
	}

	private List<Integer> integers(String sql) {
		return this.jdbc.queryForList(sql, Integer.class);
	}

	private List<String> strings(String sql) {
		return this.jdbc.queryForList(sql, String.class);
	}

	private int updateByAnother(String sql) {
		ServerUnderTest server = ServerUnderTest.get();
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
