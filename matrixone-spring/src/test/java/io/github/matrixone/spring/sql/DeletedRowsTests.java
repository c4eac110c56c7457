package io.github.matrixone.spring.sql;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which rows a delete deletes.
 */
class DeletedRowsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', value = { "DELETE FROM t WHERE id = ? | id = ?",
			"delete from `d`.`t` where a in (?, 'x;') ; | a in (?, 'x;')",
			"/* load */ DELETE FROM t WHERE t.a = 1 AND b = t.`limit` | t.a = 1 AND b = t.`limit`",
			"DELETE FROM t WHERE id IN (SELECT id FROM u ORDER BY n LIMIT 1) | id IN (SELECT id FROM u ORDER BY n LIMIT 1)",
			"DELETE FROM t | ~~", "DELETE FROM d.t; | ~~" })
	void areToldByTheCondition(String sql, String condition) {
		assertThat(DeletedRows.condition(sql)).contains(condition);
	}

	@ParameterizedTest
	@ValueSource(strings = { "DELETE FROM t WHERE id = 1 LIMIT 1", "DELETE FROM t ORDER BY id",
			"DELETE FROM t AS x WHERE 1", "DELETE t FROM t JOIN u ON t.id = u.id WHERE u.n = 1",
			"DELETE FROM t USING t JOIN u ON 1", "WITH c AS (SELECT 1) DELETE FROM t WHERE id = 1",
			"REPLACE INTO t VALUES (1)", "DELETE FROM t WHERE id = 1 -- or another", "DELETE FROM t WHERE a = '#'",
			"/*! DELETE FROM t WHERE id = 1 */", "DELETE FROM t WHERE a = 'unfinished",
			"DELETE IGNORE FROM t WHERE id = 1", "UPDATE t SET n = 1 WHERE id = 1" })
	void areNotKnownOfOtherTexts(String sql) {
		assertThat(DeletedRows.condition(sql)).isEmpty();
	}

}
