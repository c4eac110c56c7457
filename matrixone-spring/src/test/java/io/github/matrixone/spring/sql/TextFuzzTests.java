package io.github.matrixone.spring.sql;

import java.util.List;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import io.github.matrixone.spring.sql.SqlStatement.Change;
import io.github.matrixone.spring.sql.SqlStatement.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any text as a statement, within one, and as a name.
 */
class TextFuzzTests {

	@Property(tries = 5_000)
	void keepsAWriteAWriteWhateverFollows(@ForAll @From("texts") String text) {
		assertThat(SqlStatement.parse("DELETE FROM t " + text)).first()
			.satisfies((statement) -> assertThat(statement.kind().writes()).isTrue());
		assertThat(SqlStatement.parse("SET @x = " + text)).first()
			.satisfies(
					(statement) -> assertThat(statement.kind()).isIn(Kind.SET, Kind.SET_AUTOCOMMIT, Kind.UNREADABLE));
	}

	@Property(tries = 5_000)
	void seesAWriteBehindAnyComment(@ForAll @From("texts") String text) {
		SqlStatement delete = new SqlStatement(Kind.MODIFY, TableName.of("t"), false).changing(Change.DELETE);
		assertThat(SqlStatement.parse("/* " + text.replace("*/", "* /") + " */ DELETE FROM t")).containsExactly(delete);
		assertThat(SqlStatement.parse("-- " + text.replace("\n", "") + "\nDELETE FROM t")).containsExactly(delete);
		assertThat(SqlStatement.parse("#" + text.replace("\n", "") + "\nDELETE FROM t")).containsExactly(delete);
	}

	@Property(tries = 5_000)
	void seesAWriteAtAHintWhateverFollows(@ForAll @From("texts") String text) {
		for (String write : List.of("UPDATE t{SNAPSHOT = 's'}", "DELETE FROM d.`t` {MO_TS = 1}",
				"INSERT INTO t/**/{/**/AS OF TIMESTAMP '2026-01-01 00:00:00'}",
				"DELETE a FROM a JOIN b{snapshot = s}")) {
			assertThat(SqlStatement.parse(write + " " + text)).first()
				.satisfies((statement) -> assertThat(statement.writesAtHint()).isTrue());
		}
	}

	@Property(tries = 5_000)
	void takesNothingInAStringForAHint(@ForAll @From("texts") String text) {
		for (String quote : List.of("'", "\"")) {
			String escaped = text.replace("\\", "\\\\").replace(quote, quote + quote);
			String update = "UPDATE t SET a = " + quote + "{SNAPSHOT = " + escaped + quote
					+ " WHERE b IN (SELECT c FROM " + "t{SNAPSHOT = 's'})";
			assertThat(SqlStatement.parse(update)).singleElement()
				.isEqualTo(new SqlStatement(Kind.MODIFY, TableName.of("t"), false).changing(Change.UPDATE));
		}
	}

	@Property(tries = 5_000)
	void findsTheEndOfAnyString(@ForAll @From("texts") String text) {
		for (String quote : List.of("'", "\"")) {
			String escaped = text.replace("\\", "\\\\").replace(quote, quote + quote);
			String select = "SELECT " + quote + escaped + quote + " FROM t";
			assertThat(kinds(select)).containsExactly(Kind.READ);
			assertThat(kinds(select + " FOR UPDATE")).containsExactly(Kind.LOCKING_READ);
			assertThat(kinds(select + "; DELETE FROM t")).containsExactly(Kind.READ, Kind.MODIFY);
		}
	}

	@Property(tries = 20_000)
	void readsAnyAcceptedNameBackAsOneName(@ForAll @From("texts") String text) {
		TableName table;
		DatabaseName database;
		try {
			table = TableName.of(text);
		}
		catch (IllegalArgumentException ex) {
			assertThat(ex.getMessage()).startsWith("The name of a table must");
			return;
		}
		assertThat(SqlStatement.parse("INSERT INTO " + table.quoted() + " VALUES (1)"))
			.containsExactly(new SqlStatement(Kind.INSERT, table, false));
		SqlTokenizer tokens = new SqlTokenizer(table.quoted());
		tokens.next();
		assertThat(tokens.name()).isEqualTo(text);
		tokens.next();
		assertThat(tokens.type()).isEqualTo(SqlTokenizer.Type.END);
		try {
			database = DatabaseName.of(text);
		}
		catch (IllegalArgumentException ex) {
			assertThat(ex.getMessage()).startsWith("The name of a database must");
			return;
		}
		TableName qualified = TableName.of(database, text);
		assertThat(SqlStatement.parse("DELETE FROM " + qualified.quoted()))
			.containsExactly(new SqlStatement(Kind.MODIFY, qualified, false).changing(Change.DELETE));
	}

	@Provide
	Arbitrary<String> texts() {
		Arbitrary<String> words = Arbitraries
			.of("'", "\"", "`", "\\", "/*", "*/", "/*!", "-- ", "#", "\n", ";", " ", "select", "for update", "a", "1",
					".", "$", "@", "%", "x'", "é", "\uD83D\uDE00", "\uD83D", "\u0000", "\u00A0", "autocommit", "{", "}")
			.list()
			.ofMaxSize(12)
			.map((list) -> String.join("", list));
		return Arbitraries.oneOf(words, Arbitraries.strings().ofMaxLength(80));
	}

	private static List<Kind> kinds(String sql) {
		return SqlStatement.parse(sql).stream().map(SqlStatement::kind).toList();
	}

}
