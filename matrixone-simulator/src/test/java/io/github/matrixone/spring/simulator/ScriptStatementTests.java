package io.github.matrixone.spring.simulator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScriptStatement}.
 */
class ScriptStatementTests {

	private static final DatabaseName APP = DatabaseName.of("app");

	private static final DatabaseName COPY = DatabaseName.of("copy");

	private static final TableName T = TableName.of(APP, "t");

	private static final TableName U = TableName.of(COPY, "u");

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			CREATE MEMORY TABLE "app"."t"("id" INT)                  | TABLE
			CREATE CACHED TABLE "app"."t"("id" INT)                  | TABLE
			CREATE GLOBAL TEMPORARY TABLE "app"."t"("id" INT)        | OTHER
			CREATE INDEX "app"."i" ON "app"."t"("id")                | INDEX
			CREATE UNIQUE NULLS DISTINCT INDEX "app"."i" ON "app"."t"("id") | INDEX
			ALTER TABLE "app"."t" ADD CONSTRAINT "app"."c" CHECK(1 = 1) | CONSTRAINT
			CREATE FORCE VIEW "app"."v" AS SELECT 1                  | VIEW
			CREATE SEQUENCE "app"."s" START WITH 1                   | SEQUENCE
			CREATE USER IF NOT EXISTS "SA" PASSWORD '' ADMIN         | OTHER
			-- 5 +/- SELECT COUNT(*) FROM app.t                      | OTHER
			""")
	void knowsWhatAStatementMakes(String sql, ScriptStatement.Type type) {
		assertThat(new ScriptStatement(sql).type()).isEqualTo(type);
	}

	@Test
	void movesNamesButNoText() {
		ScriptStatement statement = new ScriptStatement(
				"CREATE MEMORY TABLE \"app\".\"t\"(\"app\" VARCHAR DEFAULT 'it''s \"app\".\"t\"', "
						+ "\"x\" INT DEFAULT NEXT VALUE FOR \"app\".\"s\")");
		assertThat(statement.subject()).isEqualTo(T);
		assertThat(statement.in(APP, COPY))
			.isEqualTo("CREATE MEMORY TABLE \"copy\".\"t\"(\"app\" VARCHAR DEFAULT 'it''s \"app\".\"t\"', "
					+ "\"x\" INT DEFAULT NEXT VALUE FOR \"copy\".\"s\")");
		assertThat(statement.on(T, U))
			.isEqualTo("CREATE MEMORY TABLE \"copy\".\"u\"(\"app\" VARCHAR DEFAULT 'it''s \"app\".\"t\"', "
					+ "\"x\" INT DEFAULT NEXT VALUE FOR \"app\".\"s\")");
	}

	@Test
	void readsEscapedNames() {
		ScriptStatement statement = new ScriptStatement(
				"CREATE MEMORY TABLE U&\"gr\\00f6\\00dfe \\\\ \\+01f600\".U&\"\\6570\"(U&\"a\"\"\\00e9\" INT)");
		assertThat(statement.in(DatabaseName.of("größe"), COPY)).contains("\"größe \\ 😀\".\"数\"(\"a\"\"é\" INT)");
	}

	@Test
	void leavesOutGeneratedNamesAndKeepsOthers() {
		ScriptStatement generated = new ScriptStatement(
				"ALTER TABLE \"app\".\"t\" ADD CONSTRAINT \"app\".\"CONSTRAINT_5A\" PRIMARY KEY(\"id\")");
		ScriptStatement given = new ScriptStatement("CREATE INDEX \"app\".\"i\" ON \"app\".\"t\"(\"id\")");
		assertThat(generated.in(APP, COPY)).isEqualTo("ALTER TABLE \"copy\".\"t\" ADD PRIMARY KEY(\"id\")");
		assertThat(given.in(APP, COPY)).isEqualTo("CREATE INDEX \"copy\".\"i\" ON \"copy\".\"t\"(\"id\")");
		assertThat(given.on(T, U)).isEqualTo("CREATE INDEX ON \"copy\".\"u\"(\"id\")");
		assertThat(given.subject()).isEqualTo(T);
	}

	@Test
	void knowsWhatAForeignKeyReferences() {
		ScriptStatement key = new ScriptStatement("ALTER TABLE \"app\".\"t\" ADD CONSTRAINT \"app\".\"fk\" "
				+ "FOREIGN KEY(\"p\") REFERENCES \"copy\".\"u\"(\"id\") ON DELETE CASCADE NOCHECK");
		assertThat(key.subject()).isEqualTo(T);
		assertThat(key.references()).isEqualTo(U);
		ScriptStatement check = new ScriptStatement(
				"ALTER TABLE \"app\".\"t\" ADD CONSTRAINT \"app\".\"c\" CHECK(\"x\" <> ' REFERENCES \"a\".\"b\"')");
		assertThat(check.references()).isNull();
	}

}
