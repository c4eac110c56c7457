package io.github.matrixone.spring.sql;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.sql.SqlStatement.Change;
import io.github.matrixone.spring.sql.SqlStatement.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which statements write or lock a table that is named with a time hint.
 */
class TimeHintTests {

	private static final String[] HINTS = { "{SNAPSHOT='s'}", " {snapshot = s}", "/**/{ /* { */ Snapshot/**/= 's' }",
			"\n{MO_TS = 1}", "{mo_ts=?}", "{MO_TS = (1 + 2)}", "{AS OF TIMESTAMP '2026-01-01 00:00:00'}",
			"{ as -- '\n of timestamp '2026-01-01 00:00:00'}", "{TIMESTAMP = '2026-01-01 00:00:00'}",
			"{timestamp=cast('2026-01-01' as datetime)}", "/*!{SNAPSHOT='s'}*/", "/*!50000 { */ SNAPSHOT = 's'}",
			"{/*! MO_TS */ = 1}", "{SNAPSHOT = \"s\"}", "{SNAPSHOT = `s`}", "# {\n{#\nsnapshot='s'}" };

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE t? SET a = 1", "update t ? x set a = 1 where b = 2", "update t? as x set a = 1",
			"update `t`? set a = 1", "update d.t? set a = 1", "update `d` . `t`? `x` set a = 1",
			"update \"t\"? set a = 1", "update ignore t? set a = 1", "update low_priority t? set a = 1",
			"update (t?) set a = 1", "update ((t? x)) set x.a = 1", "update {oj t? x left join u on 1 = 1} set x.a = 1",
			"update t? x join u on x.a = u.a set x.a = 1", "update t join s? s on t.a = s.a set t.x = s.x",
			"update t join (u join s? s) set t.x = s.x", "update a, b? set b.x = 1", "update a?, b set b.x = 1",
			"update t set a = 1 from s? s where t.a = s.a",
			"update t join u on t.d = {d '2026-01-01'} join s? set a = 1",
			"update (select 1 as a) x join t? on 1 = 1 set t.a = 1", "update (select * from u) x, t? set t.a = 1",
			"DELETE FROM t?", "delete from t? where a = 1", "delete from t? x where x.a = 1", "delete from d.`t`?",
			"delete quick from t?", "delete a from a? join b on a.x = b.x", "delete a from a join b? on a.x = b.x",
			"delete a, b from a, b?", "delete a.* from d.a? a", "delete from a using a?",
			"delete from a using a join b?", "delete from a, b using b? join a", "REPLACE INTO t? VALUES (1)",
			"replace t? (a) values (1)", "replace into t? select * from u", "replace into t? select * from s?",
			"replace into d.t? set a = 1", "INSERT INTO t? VALUES (1)", "insert t? (a) values (1)",
			"insert into t? set a = 1", "insert ignore into t? values (1)", "insert overwrite into t? values (1)",
			"insert into t? select * from u", "insert into t? (a) select a from s?",
			"insert into t? (select * from s?)", "insert into t? table u",
			"insert into t? values (1) on duplicate key update a = 2", "insert into t partition (p)? values (1)",
			"insert into \"t\"? values (1)", "insert into a.b.c? values (1)", "LOAD DATA INFILE 'x' INTO TABLE t?",
			"load data local infile 'x' into table d.t? fields terminated by ','",
			"LOAD DATA URL s3option {'endpoint'='x'} INTO TABLE t?", "TRUNCATE TABLE t?", "truncate t?",
			"truncate d.`t`?", "MERGE INTO t? USING u ON t.a = u.a WHEN MATCHED THEN DELETE",
			"merge into t using s? s on t.a = s.a when matched then update set a = 1",
			"WITH c AS (SELECT 1) UPDATE t? SET a = 1", "with c as (select 1), d as (select * from s?) delete from t?",
			"with c as (select * from u) insert into t? select * from c",
			"with c as (select 1) replace into t? select 1",
			"with recursive c (a) as (select 1) update t? x join c on x.a = c.a set x.a = 1",
			"with c as (update t? set a = 1) select * from c", "with c as (delete from t?) select 1",
			"with c as (insert into t? values (1)) select 1", "select * from (with c as (delete from t?) select 1) x",
			"insert into u with c as (update t? set a = 1) select 1", "SELECT * FROM t? FOR UPDATE",
			"select * from t? x where a = 1 order by b limit 1 for/**/update", "select * from t? FOR SHARE",
			"select * from t? LOCK IN SHARE MODE", "(select * from t?) union (select * from u for update)",
			"(select * from t? for update) union select 1", "(select * from t?) for update",
			"select * from (select * from t? for update) x", "select (select a from t? for share)",
			"select * from u where a in (select a from t? lock in share mode)", "select * from t join s? for update",
			"select * from (t?) for update", "with c as (select * from t? for update) select * from c",
			"with c as (select 1) select * from t?, c for update", "insert into x select * from t? for update",
			"update t set a = 1 where b in (select b from t? for update)",
			"create table x as select * from t? for update", "EXPLAIN ANALYZE UPDATE t? SET a = 1",
			"explain analyze verbose delete from t?", "explain (analyze true) insert into t? values (1)",
			"explain phyplan replace into t? values (1)", "explain analyze select * from t? for update",
			"explain x analyze update t? set a = 1", "desc analyze with c as (select 1) delete from t?",
			"PREPARE p FROM UPDATE t? SET a = 1", "prepare p from select * from t? for update",
			"begin update t? set a = 1", "if a then update t? set a = 1", "ALTER TABLE t? ADD b INT", "drop table t?",
			"create index i on t? (a)", "rename table t? to u", "lock tables t? write", "data branch merge s into t?",
			"data branch pick s into t? keys (1)", "data branch merge s? into t?" })
	void seesWhereItWritesAtAHint(String pattern) {
		for (String hint : HINTS) {
			assertWritesAtHint(pattern.replace("?", hint), true);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT * FROM t?", "select * from t? x join s? on x.a = s.a", "(select * from t?)",
			"select * from (t?)", "select nextval('s'), a from t?", "select get_lock('a', 0) from t?", "table t?",
			"(table t?)", "values row((select a from t?))", "with c as (select * from t?) select * from c",
			"with c as (select 1) table t?", "select * from t? union table s?", "select a into @a from t?",
			"select * from t? into outfile 'x'", "INSERT INTO x SELECT * FROM t?", "insert into x (select * from t?)",
			"insert into x (a, b) select a, b from d.t? y where y.a = 1", "insert ignore into x select * from t?",
			"insert into x with c as (select * from t?) select * from c", "insert into x table t?",
			"insert into x (a) table t?", "insert into x set a = (select max(a) from t?)",
			"insert into x values ((select a from t?))",
			"insert into x select * from t? on duplicate key update a = (select max(a) from t?)",
			"with c as (select * from t?) insert into x select * from c join s?", "REPLACE INTO x SELECT * FROM t?",
			"replace into x (a) select a from t?", "replace into x table t?",
			"with c as (select 1) replace into x select * from t?", "CREATE TABLE x CLONE t?",
			"create table x clone d.t? copy grants", "create table if not exists x clone t? to account a",
			"create database x clone y?", "create table x like t?", "create table x as select * from t?",
			"create temporary table x as select * from t?", "create view v as select * from t?",
			"UPDATE t SET a = 1 WHERE id IN (SELECT id FROM s?)", "update t set a = (select max(a) from s?), b = 1",
			"update t join (select * from s?) h on t.id = h.id set t.x = h.x",
			"update t join ((select * from s?) union (select * from s?)) h on t.id = h.id set t.x = h.x",
			"update t join (with c as (select * from s?) select * from c join s?) h set t.x = h.x",
			"update t, (select * from s? join u? on 1 = 1) h set t.x = h.x", "update t join (table s?) h set t.x = h.x",
			"update t set a = 1 from (select * from s?) h where t.id = h.id",
			"with h as (select * from s?) update t join h on t.id = h.id set t.x = h.x",
			"DELETE FROM t WHERE id NOT IN (SELECT id FROM s?)",
			"delete t from t join (select * from s?) h on t.id = h.id",
			"delete from t using t join (select * from s?) h on t.id = h.id",
			"with h as (select * from s?) delete from t where id in (select id from h)",
			"merge into t using (select * from s?) h on t.id = h.id when matched then delete",
			"set @a = (select max(a) from t?)", "EXPLAIN UPDATE t? SET a = 1", "explain select * from t? for update",
			"explain verbose delete from t?", "explain (format json) insert into t? values (1)",
			"explain analyze select * from t?", "explain analyze insert into x select * from t?",
			"prepare p from insert into x select * from t?", "prepare p from create table x clone t?", "show tables?",
			"show create table t?", "restore database d ?", "restore table d.t ?", "data branch create table x from t?",
			"data branch create database x from y ?", "data branch diff t? against s?",
			"data branch diff t? against s? output as x", "data branch merge s? into t",
			"data branch pick s? into t keys (1)" })
	void seesWhereItOnlyReadsAtAHint(String pattern) {
		for (String hint : HINTS) {
			assertWritesAtHint(pattern.replace("?", hint), false);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert into t values ({d '2020-01-01'})",
			"insert into t values ({ts '2020-01-01 00:00:00'})", "update t set a = {t '10:00:00'}",
			"update t set a = {fn now()}", "delete from t where a > {d '2020-01-01'}",
			"update {oj t left join u on t.a = u.a} set t.a = 1", "{call p(?)}", "{? = call f('{SNAPSHOT=1}')}",
			"update t set a = '{SNAPSHOT = 1}'", "update t set a = \"{MO_TS = 1}\"",
			"update `t{SNAPSHOT = 's'}` set a = 1", "update t /* {SNAPSHOT = 's'} */ set a = 1",
			"delete from t -- {SNAPSHOT = 's'}", "delete from t # {SNAPSHOT = 's'}",
			"insert into t values ('{\"snapshot\": 1, \"timestamp\": 2}')",
			"update t set snapshot = 1, `timestamp` = 2, mo_ts = 3", "update snapshot set a = 1",
			"select * from t where a = {fn now()} for update", "select * from t where a > {ts '2020-01-01'} for update",
			"load data infile {'filepath'='x', 'format'='csv'} into table t", "update t{`snapshot` = 's'} set a = 1",
			"update t set a = {fn timestamp('2020-01-01')}", "delete from t where a = timestamp('2020-01-01')" })
	void takesOtherBracesForWhatTheyAre(String sql) {
		assertWritesAtHint(sql, false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PREPARE p FROM 'UPDATE t{SNAPSHOT = ''s''} SET a = 1'",
			"prepare `p` from \"delete from t{SNAPSHOT = 's'}\"",
			"prepare p from 'update t{snapshot = \\'s\\'} set a = 1'",
			"prepare p from 'update\\nt\\t{MO_TS = 1}\\rset a = 1'",
			"prepare p from 'select * from t{MO_TS = 1} for update'",
			"prepare p from 'select ''a; select * from t{MO_TS = 1} for update'" })
	void looksIntoPreparedTexts(String sql) {
		assertWritesAtHint(sql, true);
		assertThat(SqlStatement.parse(sql)).extracting(SqlStatement::kind).containsExactly(Kind.PREPARED_TEXT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "prepare p from 'update t set a = ''{SNAPSHOT = 1}'''",
			"prepare p from 'insert into x select * from t{SNAPSHOT = ''s''}'", "prepare p from @a", "prepare p from",
			"prepare p", "prepare", "prepare p from ''", "execute p using @a", "deallocate prepare p" })
	void letsOtherPreparedTextsBe(String sql) {
		assertWritesAtHint(sql, false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE PROCEDURE p() 'begin update t{MO_TS = 1} set a = 1; end'",
			"create or replace procedure p (in a int) language 'sql' \"select 1; delete from t{MO_TS = 1}\"",
			"create procedure p() $$ update t{MO_TS = 1} set a = 1 $$" })
	void looksIntoProcedures(String sql) {
		assertThat(SqlStatement.parse(sql)).singleElement().extracting(SqlStatement::writesAtHint).isEqualTo(true);
	}

	@ParameterizedTest
	@ValueSource(strings = { "create procedure p() 'begin insert into x select * from t{MO_TS = 1}; end'",
			"create or replace procedure p() 'select 1'", "create procedure", "create or replace", "create or x",
			"create function f() returns int return 'update t{MO_TS = 1}'" })
	void letsOtherProceduresBe(String sql) {
		assertWritesAtHint(sql, false);
	}

	@Test
	void readsPreparedTextsWithinPreparedTexts() {
		String text = "UPDATE t{MO_TS = 1} SET a = 1";
		for (int i = 0; i < 10; i++) {
			text = "PREPARE p FROM '" + text.replace("'", "''") + "'";
			assertWritesAtHint(text, true);
		}
		assertWritesAtHint("prepare p from ".repeat(100_000) + "select 1", false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "update t{SNAPSHOT = 's'} set a = 'x", "/*! update t{SNAPSHOT = ' s'} set a = 1 */",
			"delete from t { /* c */ mo_ts = 1 } // c", "select * from t{as of timestamp '2026-01-01'} for update // c",
			"select * from t {AS\nOF TIMESTAMP '2026-01-01'} for share // c" })
	void expectsTheWorstOfAnUnreadableText(String sql) {
		assertThat(SqlStatement.parse(sql)).singleElement()
			.isEqualTo(new SqlStatement(Kind.UNREADABLE, null, false, null, null, null, true, false, null, false, false,
					null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "select * from t{SNAPSHOT = 's'} // c", "insert into t values ('{\"timestamp\": 1}', 'x",
			"update t set a = {fn now()} // c", "select 'a" })
	void letsOtherUnreadableTextsBe(String sql) {
		assertThat(SqlStatement.parse(sql)).containsExactly(new SqlStatement(Kind.UNREADABLE, null, false));
	}

	@ParameterizedTest
	@ValueSource(strings = { "select * from t{SNAPSHOT = 'a'} x join t{SNAPSHOT = 'b'} y on x.id = y.id",
			"select * from t{MO_TS = 1}, u{MO_TS = 2}",
			"select a from t {mo_ts = 1} union select a from t {SNAPSHOT = 'a'}",
			"select (select max(a) from t{SNAPSHOT = 'a'}) from t{AS OF TIMESTAMP '2026-01-01'}",
			"with x as (select * from t{SNAPSHOT = a}) select * from x, t{snapshot = b}",
			"insert into c select * from t{MO_TS = 1} where a not in (select a from t{MO_TS = 12})",
			"create table c as select * from t{TIMESTAMP = '2026-01-01'}, u{TIMESTAMP = '2026-01-02'}",
			"select * from t{SNAPSHOT = 'a?'}, t{SNAPSHOT = 'b?'}",
			"explain analyze select * from t{MO_TS = 1}, t{MO_TS = 2}, t{MO_TS = 1}" })
	void seesTablesAtSeveralTimes(String sql) {
		assertThat(SqlStatement.parse(sql)).singleElement()
			.extracting(SqlStatement::readsAtSeveralTimes)
			.isEqualTo(true);
	}

	@ParameterizedTest
	@ValueSource(strings = { "select * from t{SNAPSHOT = 'a'} x join t y on x.id = y.id",
			"select * from t{SNAPSHOT = 'a'} x join u{snapshot=\"A\"} y", "select * from t{MO_TS = 1}, u { mo_ts=1 }",
			"select * from t{MO_TS = ?} x join t{MO_TS = ?} y", "select * from t{SNAPSHOT = 'a'}, u{SNAPSHOT = ?}",
			"select {d '2026-01-01'}, {d '2026-01-02'}, '{MO_TS = 1}' from t{MO_TS = 2}",
			"data branch diff t{SNAPSHOT = 'a'} against t{SNAPSHOT = 'b'}",
			"data branch diff t{SNAPSHOT = 'a'} against t{SNAPSHOT = 'b'} output as x",
			"select * from t{SNAPSHOT = 'a'}; select * from t{SNAPSHOT = 'b'}" })
	void seesTablesAtOneTime(String sql) {
		assertThat(SqlStatement.parse(sql)).extracting(SqlStatement::readsAtSeveralTimes).doesNotContain(true);
	}

	@Test
	void looksAtEachStatementByItself() {
		assertThat(SqlStatement.parse("select * from t{MO_TS = 1}; select 1 for update; update t set a = 1; "
				+ "update t{MO_TS = 1} set a = 1; select * from t{MO_TS = 1}; explain delete from t{MO_TS = 1}"))
			.extracting(SqlStatement::writesAtHint)
			.containsExactly(false, false, false, true, false, false);
	}

	@Test
	void keepsKindAndTableOfAWriteAtAHint() {
		assertThat(SqlStatement.parse("select * from t{MO_TS = 1} for update")).singleElement()
			.extracting(SqlStatement::kind)
			.isEqualTo(Kind.LOCKING_READ);
		assertThat(SqlStatement.parse("update t{MO_TS = 1} set a = 1")).singleElement()
			.isEqualTo(new SqlStatement(Kind.MODIFY, null, false, null, null, null, true, false, null, false, false,
					Change.UPDATE));
		assertThat(SqlStatement.parse("update t join s{MO_TS = 1} set a = 1")).singleElement()
			.isEqualTo(new SqlStatement(Kind.MODIFY, null, false, null, null, null, true, false, null, false, false,
					Change.UPDATE));
	}

	@Test
	void seesHintsHoweverDeepTheyStand() {
		int depth = 100_000;
		assertWritesAtHint("update " + "(".repeat(depth) + "t{MO_TS = 1}" + ")".repeat(depth) + " set a = 1", true);
		assertWritesAtHint("update t set a = " + "(".repeat(depth) + "select b from s{MO_TS = 1}" + ")".repeat(depth),
				false);
		assertWritesAtHint("update t set a = " + "{".repeat(depth) + "fn now()}", false);
		assertThat(SqlStatement.parse("update t set a = " + "{as ".repeat(depth) + "'x")).hasSize(1);
		assertThat(SqlStatement.parse("update t set a = " + "{" + "as ".repeat(depth) + "'x")).hasSize(1);
	}

	@Test
	void neverMissesAHintOfATargetAmongSubSelects() {
		Random random = new Random(20260103);
		String[] harmless = { "(SELECT * FROM s{MO_TS = 1})", "u", "`d`.u x", "((select 1 from (t{MO_TS = 1})))",
				"(u join v)", "(select (select 1), ')' from t{SNAPSHOT = 's'} group by (a))" };
		for (int i = 0; i < 5_000; i++) {
			StringBuilder tables = new StringBuilder("u");
			int hinted = random.nextInt(6);
			for (int j = 0; j < 5; j++) {
				tables.append((random.nextBoolean()) ? " join " : ", ")
					.append((j == hinted) ? "t" + HINTS[random.nextInt(HINTS.length)]
							: harmless[random.nextInt(harmless.length)]);
			}
			assertWritesAtHint("update " + tables + " set a = (select b from s{MO_TS = 1})", hinted < 5);
			assertWritesAtHint("delete u from " + tables + " where a in (select b from s{MO_TS = 1})", hinted < 5);
		}
	}

	private static void assertWritesAtHint(String sql, boolean expected) {
		assertThat(SqlStatement.parse(sql)).as(() -> (sql.length() > 1_000) ? sql.substring(0, 100) : sql)
			.singleElement()
			.satisfies((statement) -> assertThat(statement.kind()).isNotEqualTo(Kind.UNREADABLE))
			.extracting(SqlStatement::writesAtHint)
			.isEqualTo(expected);
	}

}
