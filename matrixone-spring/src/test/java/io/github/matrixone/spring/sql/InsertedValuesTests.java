package io.github.matrixone.spring.sql;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.sql.InsertedValues.Value;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InsertedValues}.
 */
class InsertedValuesTests {

	@Test
	void knowsParametersAndNumbers() {
		InsertedValues values = InsertedValues.of("INSERT INTO d.t (a, `B`, c) VALUES (?, 7, ?)");
		assertThat(values.column("A")).hasValueSatisfying((rows) -> assertThat(rows).containsExactly(parameter(1)));
		assertThat(values.column("b")).hasValueSatisfying((rows) -> assertThat(rows).containsExactly(number(7)));
		assertThat(values.column("c")).hasValueSatisfying((rows) -> assertThat(rows).containsExactly(parameter(2)));
		assertThat(values.column("d")).isEmpty();
	}

	@Test
	void knowsTextsAndWhatUpdatesDuplicates() {
		InsertedValues values = InsertedValues
			.of("INSERT INTO t (a, b, c) VALUES ('it''s', ?, NULL), ('b', ?, null) ON DUPLICATE KEY UPDATE a = ?");
		assertThat(values.column("a"))
			.hasValueSatisfying((rows) -> assertThat(rows).extracting(Value::literal).containsExactly("it's", "b"));
		assertThat(values.column("b"))
			.hasValueSatisfying((rows) -> assertThat(rows).containsExactly(parameter(1), parameter(2)));
		assertThat(values.column("c"))
			.hasValueSatisfying((rows) -> assertThat(rows).hasSize(2).allMatch(Value::isNull));
	}

	@Test
	void countsParametersOfAllRowsAndExpressions() {
		InsertedValues values = InsertedValues
			.of("/* ? */ insert t (a, b) values (concat(?, '?'), ?), (coalesce(?, (?)), ?);");
		assertThat(values.column("a")).isEmpty();
		assertThat(values.column("b"))
			.hasValueSatisfying((rows) -> assertThat(rows).containsExactly(parameter(2), parameter(5)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "INSERT INTO t (a) VALUES (-1)", "INSERT INTO t (a) VALUES (1.5)",
			"INSERT INTO t (a) VALUES (? + 1)", "INSERT INTO t (a) VALUES ((?))", "INSERT INTO t (a) VALUES (0x1f)",
			"INSERT INTO t (a) VALUES (1234567890123456789)", "INSERT INTO t (a) VALUES (?), (b)",
			"INSERT INTO t VALUES (?)", "INSERT INTO t (a) SELECT 1", "INSERT INTO t SET a = ?",
			"INSERT INTO t (a) VALUES (?, ?)", "INSERT INTO t (a, b) VALUES (?)", "INSERT INTO t (a) VALUES (?",
			"INSERT INTO t (a) VALUES (?) RETURNING a", "INSERT INTO t (a) VALUES (?); DELETE FROM t",
			"INSERT INTO t (a.b) VALUES (?)", "INSERT INTO t PARTITION (p) (a) VALUES (?)", "SELECT 1", "", "(" })
	void knowsNothingOfAnythingElse(String sql) {
		assertThat(InsertedValues.of(sql).column("a")).isEmpty();
	}

	private static Value parameter(int index) {
		return new Value(index, null);
	}

	private static Value number(long number) {
		return new Value(0, number);
	}

}
