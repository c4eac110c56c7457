package io.github.matrixone.spring.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.sql.LockedRows.EqualValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Which rows a statement changes or locks.
 */
class LockedRowsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', value = {
			"DELETE FROM t WHERE id = ? | t | WHERE id = ? | 1 | id",
			"delete from `d`.`t` where a in (?, 'x;') ; | `d`.`t` | where a in (?, 'x;') | 1 |",
			"/* load */ DELETE FROM t WHERE t.a = 1 AND b = t.`limit` | t | WHERE t.a = 1 AND b = t.`limit` | 1 | a",
			"DELETE FROM t WHERE id IN (SELECT id FROM u ORDER BY n LIMIT 1) | t | WHERE id IN (SELECT id FROM u ORDER BY n LIMIT 1) | 1 |",
			"DELETE FROM t | t | ~~ | 1 |", "DELETE FROM d.t; | d.t | ~~ | 1 |",
			"UPDATE t SET a = ?, b = (SELECT max(b) FROM u WHERE c = ?) WHERE g = ? AND h > ? | t | WHERE g = ? AND h > ? | 3 | g",
			"UPDATE t SET n = n + 1 | t | ~~ | 1 |",
			"UPDATE t SET n = 1 WHERE a > 1 ORDER BY n | t | WHERE a > 1 | 1 |",
			"update T x set x.n=? where x.ID=? and x.version=? | T x | where x.ID=? and x.version=? | 2 | id,version",
			"SELECT a, ? FROM t WHERE g = 1 ORDER BY id LIMIT ? FOR UPDATE | t | WHERE g = 1 | 2 | g",
			"SELECT a FROM t ORDER BY id LIMIT ? FOR UPDATE | t | ~~ | 1 |",
			"select x.id from `t` x where (x.id = -7) for update | `t` x | where (x.id = -7) | 1 | id",
			"SELECT * FROM t FOR UPDATE | t | ~~ | 1 |",
			"SELECT extract(day FROM a) FROM t WHERE id = 'x' FOR UPDATE | t | WHERE id = 'x' | 1 | id",
			"UPDATE t SET n = 1 WHERE id = 1 /* trace */ | t | WHERE id = 1 | 1 | id",
			"DELETE FROM t WHERE id = 1 -- or another | t | WHERE id = 1 | 1 | id",
			"/*! DELETE FROM t WHERE id = 1 */ | t | WHERE id = 1 | 1 | id",
			"DELETE FROM t WHERE a = '#?' | t | WHERE a = '#?' | 1 | a" })
	void areToldByTheCondition(String sql, String table, String condition, int firstParameter, String columns) {
		LockedRows rows = LockedRows.of(sql).orElseThrow();
		assertThat(rows.table()).isEqualTo(table);
		assertThat(String.join("?", rows.condition())).isEqualTo(condition);
		assertThat(rows.isLimited()).isFalse();
		assertThat(rows.firstParameter()).isEqualTo(firstParameter);
		assertThat(rows.equalColumns().keySet())
			.isEqualTo((columns != null) ? Set.copyOf(Arrays.asList(columns.split(","))) : Set.of());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "DELETE FROM t AS x WHERE x.g < ? ORDER BY g LIMIT 3 | WHERE x.g < ? ORDER BY g LIMIT 3 | 1",
					"UPDATE t SET a = ? WHERE g = 1 LIMIT ? | WHERE g = 1 LIMIT ? | 2",
					"UPDATE t SET n = 1 ORDER BY n LIMIT 1 | ORDER BY n LIMIT 1 | 1" })
	void areThoseUpToALimit(String sql, String condition, int firstParameter) {
		LockedRows rows = LockedRows.of(sql).orElseThrow();
		assertThat(String.join("?", rows.condition())).isEqualTo(condition);
		assertThat(rows.isLimited()).isTrue();
		assertThat(rows.firstParameter()).isEqualTo(firstParameter);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "UPDATE t SET a = ?, `B c` = f(1, 'x, y = 2'), d.t.e = (SELECT 1, f = 2) WHERE g = 1 | a,b c,e",
					"UPDATE t x SET x.n = n + 1, m = CASE WHEN k = 1 THEN 2 ELSE 3 END | n,m",
					"DELETE FROM t WHERE a = 1 |", "SELECT a FROM t WHERE a = 1 FOR UPDATE |" })
	void tellWhichColumnsAreChanged(String sql, String columns) {
		assertThat(LockedRows.of(sql).orElseThrow().changedColumns())
			.isEqualTo((columns != null) ? Set.copyOf(Arrays.asList(columns.split(","))) : Set.of());
	}

	@Test
	void tellWhatAColumnIsEqualTo() {
		assertThat(LockedRows.of("UPDATE t SET n = ? WHERE a = ? AND b = 'x' AND c = 7").orElseThrow().equalColumns())
			.containsOnly(entry("a", new EqualValue(2, false)), entry("b", new EqualValue(0, true)),
					entry("c", new EqualValue(0, false)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "DELETE t FROM t JOIN u ON t.id = u.id WHERE u.n = 1", "DELETE FROM t USING t JOIN u ON 1",
			"WITH c AS (SELECT 1) DELETE FROM t WHERE id = 1", "REPLACE INTO t VALUES (1)",
			"DELETE FROM t WHERE id = 1 /* or */ AND a = 2", "DELETE FROM t WHERE a = 'unfinished",
			"DELETE IGNORE FROM t WHERE id = 1", "UPDATE IGNORE t SET n = 1 WHERE id = 1",
			"UPDATE t JOIN u ON t.id = u.id SET t.n = 1 WHERE t.id = 1", "UPDATE t, u SET t.n = 1 WHERE t.id = 1",
			"SELECT * FROM t JOIN u ON t.id = u.id WHERE t.id = 1 FOR UPDATE",
			"SELECT * FROM t, u WHERE t.id = 1 FOR UPDATE", "SELECT * FROM (SELECT * FROM t) x WHERE id = 1 FOR UPDATE",
			"SELECT g FROM t WHERE id > 1 GROUP BY g FOR UPDATE",
			"SELECT 1 FROM t WHERE id = 1 FOR UPDATE UNION SELECT 1",
			"SELECT 1 FROM t WHERE id = 1 UNION SELECT 1 FROM t FOR UPDATE", "SELECT 1 FOR UPDATE", "SELECT 1 FROM",
			"UPDATE t SET n = 1 WHERE", "DELETE FROM t PARTITION (p1) WHERE id = 1", "" })
	void areNotKnownOfOtherTexts(String sql) {
		assertThat(LockedRows.of(sql)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = ':', quoteCharacter = '~',
			value = { "a = 1 AND (b = 2 AND c = ?) : a,b,c", "a = 1 OR b = 2 : ", "a = 1 AND b = 2 OR c = 3 : ",
					"a = 1 AND (b = 2 OR c = 3) : a", "a = 1 AND NOT b = 2 : a", "a = 1 XOR b = 2 : ",
					"a = 1 || b = 2 AND c = 3 : ", "a = 1 && b = 2 : ", "a = b : ", "a = ? + 1 : ", "a + 1 = 2 : ",
					"a = 1 = 2 : ", "a = (SELECT 1) : ", "a BETWEEN 1 AND b = 5 : ", "a BETWEEN 1 AND 2 AND b = 5 : b",
					"CASE WHEN x AND a = 1 AND y THEN 1 END = 1 : ", "f(a = 1 AND b = 2) : ",
					"a IN (1) AND `B` = 'x' : b", "d.t.a = 1 : a", "(((a = 1))) : a", "a = NULL : ", "a <=> 1 : ",
					"a < 1 : ", "EXISTS (SELECT 1 FROM u WHERE a = 1) : ", "(a, b) = (1, 2) : " })
	void haveSomeColumnsThatAreEqualToOneValue(String condition, String columns) {
		List<String> expected = (columns != null) ? Arrays.asList(columns.split(",")) : List.of();
		assertThat(LockedRows.of("UPDATE t SET n = 1 WHERE " + condition).orElseThrow().equalColumns().keySet())
			.containsExactlyInAnyOrderElementsOf(expected);
	}

}
