package io.github.matrixone.spring.transaction;

import java.sql.SQLException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.sql.SqlStatement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ServerStatementRules} that hold with and without a transaction.
 */
class ServerStatementRulesTests {

	private final StatementRules.State state = mock();

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE t{SNAPSHOT = 's'} SET a = 1", "DELETE FROM t {MO_TS = 1}",
			"REPLACE INTO t{AS OF TIMESTAMP '2026-01-01 00:00:00'} VALUES (1)",
			"INSERT INTO t{SNAPSHOT = 's'} VALUES (1)", "LOAD DATA INFILE 'x' INTO TABLE t{SNAPSHOT = 's'}",
			"TRUNCATE TABLE t{SNAPSHOT = 's'}", "UPDATE t JOIN s{SNAPSHOT = 's'} s ON t.a = s.a SET t.b = s.b",
			"SELECT * FROM t{SNAPSHOT = 's'} FOR UPDATE", "SELECT * FROM t{SNAPSHOT = 's'} FOR SHARE",
			"EXPLAIN ANALYZE DELETE FROM t{SNAPSHOT = 's'}", "PREPARE p FROM 'DELETE FROM t{SNAPSHOT = ''s''}'",
			"DELETE FROM t{SNAPSHOT = 's'} // x" })
	void refusesAWriteAtATimeHintAnywhere(String sql) {
		SqlStatement statement = SqlStatement.parse(sql).get(0);
		for (boolean inTransaction : new boolean[] { false, true }) {
			given(this.state.isInTransaction()).willReturn(inTransaction);
			assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(() -> check(statement))
				.withMessageContaining("sub-select")
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(Reason.UNSUPPORTED));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT * FROM t{SNAPSHOT = 's'}", "INSERT INTO x SELECT * FROM t{SNAPSHOT = 's'}",
			"CREATE TABLE x CLONE t{SNAPSHOT = 's'}",
			"UPDATE t JOIN (SELECT * FROM s{SNAPSHOT = 's'}) h ON t.a = h.a SET t.b = h.b",
			"DELETE FROM t WHERE a NOT IN (SELECT a FROM s{MO_TS = 1})", "EXPLAIN DELETE FROM t{SNAPSHOT = 's'}",
			"INSERT INTO t VALUES ({d '2026-01-01'})" })
	void allowsAReadAtATimeHintAnywhere(String sql) {
		SqlStatement statement = SqlStatement.parse(sql).get(0);
		for (boolean inTransaction : new boolean[] { false, true }) {
			given(this.state.isInTransaction()).willReturn(inTransaction);
			assertThatNoException().isThrownBy(() -> check(statement));
		}
	}

	private void check(SqlStatement statement) throws SQLException {
		new ServerStatementRules().check(statement, this.state);
	}

}
