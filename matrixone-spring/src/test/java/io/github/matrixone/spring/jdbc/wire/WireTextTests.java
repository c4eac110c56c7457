package io.github.matrixone.spring.jdbc.wire;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the first word of a text tells.
 */
class WireTextTests {

	@ParameterizedTest
	@ValueSource(strings = { "SELECT 1", "select * from t for update", "Select/**/1", "select(1)", "select",
			"  \n select 1", "/* c */ insert into t values (1)", "((select 1) union (select 2))",
			"INSERT INTO t VALUES ('; commit')", "replace into t values (1)", "update t set a = 1", "delete from t",
			"with x as (select 1) select * from x", "SHOW WARNINGS", "values row(1)", "table t", "explain select 1",
			"desc t", "describe t", "CALL p()", "/* mysql-connector-j */SELECT @@session.x" })
	void knowsTextsThatLeaveTheSessionAlone(String sql) {
		assertThat(text(sql).mayChangeSession()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SET a = 1", "set autocommit=0", "/*!40101 SET NAMES utf8 */", "BEGIN", "begin;",
			"START TRANSACTION", "COMMIT", "/* c */ commit", "-- c\nrollback", "# c\n(commit)", "ROLLBACK TO s",
			"SAVEPOINT s", "RELEASE SAVEPOINT s", "USE d", "LOCK TABLES t READ", "UNLOCK TABLES", "XA START 'x'",
			"RESET PREPARE s", "{call p()}", "PREPARE s FROM 'select 1'", "EXECUTE s", "DEALLOCATE PREPARE s", "KILL 5",
			"LOAD DATA INFILE 'x' INTO TABLE t", "CREATE TABLE t (a INT)", "DROP TABLE t", "TRUNCATE t",
			"DATA BRANCH MERGE a INTO b", "RESTORE DATABASE d {SNAPSHOT = s}", "unknown", "selects", "sel/**/ect 1",
			"`select` 1", "'select'", "1", "?", "@a", "/* a", "'", "" })
	void knowsTextsThatMayChangeTheSession(String sql) {
		assertThat(text(sql).mayChangeSession()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SET PASSWORD = 'secret'", "SET PASSWORD FOR u 'secret'", "SET a=\"secret\"" })
	void showsNoValues(String sql) {
		assertThat(text(sql).beginning()).startsWith("SET ").doesNotContain("secret");
	}

	private static WireText text(String sql) {
		byte[] buffer = ('\u0003' + sql + "SELECT").getBytes(StandardCharsets.UTF_8);
		return new WireText(buffer, 1, buffer.length - "SELECT".length());
	}

}
