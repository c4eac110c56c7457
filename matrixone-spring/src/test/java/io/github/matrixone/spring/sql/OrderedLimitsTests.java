package io.github.matrixone.spring.sql;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which statements get an order.
 */
class OrderedLimitsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"SELECT n FROM t WHERE id = ? LIMIT ? FOR UPDATE | SELECT n FROM t WHERE id = ? ORDER BY 1=1 LIMIT ? FOR UPDATE",
			"select * from t limit 1, 2 for update of t | select * from t ORDER BY 1=1 limit 1, 2 for update of t",
			"INSERT INTO u SELECT n FROM t LIMIT 1 FOR UPDATE | INSERT INTO u SELECT n FROM t ORDER BY 1=1 LIMIT 1 FOR UPDATE",
			"UPDATE t SET n = ?order LIMIT ?limit | UPDATE t SET n = ?order ORDER BY 1=1 LIMIT ?limit",
			"DELETE FROM t WHERE id = :limit LIMIT :limit | DELETE FROM t WHERE id = :limit ORDER BY 1=1 LIMIT :limit",
			"(SELECT n FROM t LIMIT 1 FOR UPDATE) | (SELECT n FROM t ORDER BY 1=1 LIMIT 1 FOR UPDATE)",
			"UPDATE t SET n = 1 LIMIT 3 | UPDATE t SET n = 1 ORDER BY 1=1 LIMIT 3",
			"DELETE FROM t WHERE a < ? LIMIT 9; | DELETE FROM t WHERE a < ? ORDER BY 1=1 LIMIT 9;",
			"UPDATE t SET n = (SELECT m FROM u ORDER BY m LIMIT 1) LIMIT 3 | UPDATE t SET n = (SELECT m FROM u ORDER BY m LIMIT 1) ORDER BY 1=1 LIMIT 3",
			"WITH c AS (SELECT 1 LIMIT 1) SELECT * FROM c, t LIMIT 1 FOR UPDATE | WITH c AS (SELECT 1 LIMIT 1) SELECT * FROM c, t ORDER BY 1=1 LIMIT 1 FOR UPDATE",
			"DELETE FROM t LIMIT 1; SELECT 1 LIMIT 1; UPDATE u SET n = 'LIMIT' LIMIT 1 | DELETE FROM t ORDER BY 1=1 LIMIT 1; SELECT 1 LIMIT 1; UPDATE u SET n = 'LIMIT' ORDER BY 1=1 LIMIT 1" })
	void addsAnOrder(String sql, String sent) {
		assertThat(ordered(sql)).isEqualTo(sent);
		assertThat(ordered(sent)).isEqualTo(sent);
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT n FROM t LIMIT 1", "SELECT n FROM t FOR UPDATE", "UPDATE t SET n = 1",
			"SELECT n FROM t ORDER BY id LIMIT 1 FOR UPDATE", "DELETE FROM t ORDER BY id LIMIT 1",
			"UPDATE t SET n = ?limit", "SELECT n FROM (SELECT n FROM t LIMIT 1) x FOR UPDATE",
			"SELECT DISTINCT n FROM t LIMIT 1 FOR UPDATE", "SELECT n FROM t GROUP BY n LIMIT 1 FOR UPDATE",
			"INSERT INTO t SELECT * FROM u LIMIT 1", "DELETE FROM t WHERE id IN (SELECT id FROM u LIMIT 1)",
			"UPDATE t SET `limit` = 1 -- LIMIT 1", "UPDATE t SET n = 'unfinished LIMIT 1",
			"CREATE TABLE u AS SELECT * FROM t LIMIT 1", "EXPLAIN UPDATE t SET n = 1 LIMIT 1",
			"SELECT 'FOR UPDATE' FROM t LIMIT 1" })
	void leavesOthersAsTheyAre(String sql) {
		assertThat(ordered(sql)).isSameAs(sql);
	}

	private static String ordered(String sql) {
		return SqlStatement.ordered(sql, SqlStatement.parse(sql));
	}

}
