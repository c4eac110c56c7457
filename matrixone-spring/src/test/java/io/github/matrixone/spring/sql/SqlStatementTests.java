package io.github.matrixone.spring.sql;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.sql.SqlStatement.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SqlStatement}.
 */
class SqlStatementTests {

	@ParameterizedTest
	@ValueSource(strings = { "DELETE t FROM line t JOIN one o ON t.id = o.id",
			"delete `Line` from `Line` inner join one using (id)", "delete from line using line natural join one",
			"delete t from line t left join (select id from one where id > 1) o on t.id = o.id",
			"with one as (select 2 as id) delete t from line t join one on t.id = one.id",
			"delete quick t.* from (shop.line t straight_join one)", "delete t from line t, one o",
			"delete t from line t, (select id from one where 1 = 0) o", "delete t from line t cross apply one" })
	void seesADeleteByAJoinWithoutAWhere(String sql) {
		assertThat(SqlStatement.parse(sql)).singleElement().satisfies((statement) -> {
			assertThat(statement.kind()).isEqualTo(Kind.MODIFY);
			assertThat(statement.deletesByJoin()).contains("line", "one");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "PREPARE p FROM 'delete t from line t join one o on t.id = o.id'",
			"prepare p from delete t from line t join one o on t.id = o.id",
			"create procedure p() 'begin delete t from line t join one o on t.id = o.id; end'",
			"create or replace procedure p() 'begin if 1 = 1 then delete t from line t join one; end if; end'" })
	void seesADeleteByAJoinThatIsSentLater(String sql) {
		assertThat(SqlStatement.parse(sql)).singleElement()
			.satisfies((statement) -> assertThat(statement.deletesByJoin()).contains("line", "one"));
	}

	@Test
	void readsALongProcedureOnce() {
		String sql = "create procedure p() 'begin " + "delete from line where id = 1; ".repeat(20_000) + "end'";
		assertThat(SqlStatement.parse(sql)).singleElement().extracting(SqlStatement::deletesByJoin).isNull();
	}

	@Test
	void seesDifferentTimesInATextThatIsSentLater() {
		String sql = "prepare p from 'select * from a{MO_TS = 1} join b{MO_TS = 2}'";
		assertThat(SqlStatement.parse(sql)).singleElement().returns(true, SqlStatement::readsAtSeveralTimes);
	}

	@ParameterizedTest
	@ValueSource(strings = { "DELETE FROM line", "delete from line where id in (select a.id from a join b)",
			"delete t from line t join one o on t.id = o.id where 1 = 1",
			"delete t from line t, one o where t.id = o.id",
			"with one as (select 1 as id) delete from line order by id, one limit 1",
			"delete t from line t order by a, b", "with one as (select 1) delete from line returning id, one",
			"prepare p from 'create table a (b int, foreign key (b) references one (id) on delete cascade, c int)'",
			"create procedure p() 'begin -- delete old lines, join later\n select 1; end'",
			"delete from line using line join one where line.id = one.id", "delete t from line t where t.id = 2",
			"update line t join one o on t.id = o.id set t.id = 1", "explain delete t from line t join one o" })
	void seesNoneInOtherStatements(String sql) {
		assertThat(SqlStatement.parse(sql)).singleElement().extracting(SqlStatement::deletesByJoin).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT 1", "select 1", "SeLeCt 1", "SELECT", "SELECT * FROM t", "select * from t;",
			"  \t\r\n\f select 1", "/* c */ select 1", "-- c\nselect 1", "# c\nselect 1", "--\nselect 1",
			"/*+ hint */ select 1", "/*!50000 select 1 */", "/*! select 1 */", "/*!080000 select 1 */",
			"select /*!40001 SQL_NO_CACHE */ * from t", "select * from t /*!40000 where a = 1 */",
			"SELECT 'for update'", "SELECT \"for update\"", "SELECT `for` update_ from t", "SELECT `for update` FROM t",
			"select * from t -- for update", "select * from t # for update", "select * from t /* for update */",
			"select 'it''s for update'", "select 'it\\'s for update'", "select '\\\\', 'for update'",
			"select \"a\"\"b for update\"", "select `a``b for update` from t", "select 'a;b'",
			"select substring(a for 3) from t", "select a as for_update from t", "select for_, update_ from t",
			"select * from t use index for join (i)", "select * from t{SNAPSHOT = 's'} x",
			"select * from t {MO_TS = 1}", "select * from t{AS OF TIMESTAMP '2026-01-01 00:00:00'}",
			"select * from t where d = {d '2026-01-01'}", "select {fn now()}", "select ?", "select :name",
			"select @@b, @@global.c", "select max(a), count(*) from t where b in (1, 2)", "select count (*) from t",
			"select a from t where exists (select 1)", "select sum(a) over (partition by b) from t",
			"select case when (a) then (b) else (c) end", "select a from t join (select 1) u using (a)",
			"select cast(a as decimal(10, 2)), now(6), left(a, 1) from t where not (a) and (b) or (c)",
			"select 1e5, 1.5, .5, 1.5e-3, 0x1f, 0b1", "select 5DIV from t",
			"select x'1F', b'01', n'a', _utf8mb4'a', _utf8mb4 'a', _binary 'a'", "select a->>'$.b' from t",
			"select a--1", "select 1 - -1", "select 2*3/4%5", "select $a, a$b$c from t", "select nextval from t",
			"select json_set(a, '$.b', 1), date_trunc('month', b), time_to_sec(c), inet_aton(d) from t",
			"select st_distance(st_point(a, b), c) from t where d ilike ('x%')",
			"select * from generate_series(1, 5) g", "select get_lock, 'nextval(1)' from t",
			"select * from t into outfile '/tmp/x'", "select * into outfile '/tmp/x' from t",
			"select * into dumpfile '/tmp/x' from t", "(select 1)", "((select 1))", "(select 1) union (select 2)",
			"(select 1) union all select 2 order by 1", "select 1 union values row(1)",
			"select (select (select ((1))))", "select cast(a as (b))", "select replace(a, 'b', 'c') from t",
			"VALUES ROW(1, 2), ROW(3, 4)", "values row(1)", "TABLE t", "table t limit 1", "(table t)",
			"with x as (select 1) select * from x", "WITH x AS (SELECT 'delete') SELECT * FROM x",
			"with update_ as (select 1) select * from update_", "with `delete` as (select 1) select * from `delete`",
			"with recursive x (n) as (select 1 union all select n + 1 from x) select * from x",
			"with x as (select 1), y (a, b) as (select 1, ')') select * from x", "with x as (values row(1)) table x",
			"with x as (select 1) (select * from x)", "(with x as (select 1) select * from x)",
			"with x as ((select 1)) select 1", "with x as (with y as (select 1) select * from y) select * from x",
			"select sum(a) over w from t window w as (order by b)", "with x as (select replace(a, 'b', 'c')) select 1",
			"SHOW TABLES", "show create table t", "show databases", "show variables like 'for update'", "show warnings",
			"show processlist", "DESC t", "describe t", "desc t a", "EXPLAIN select 1", "explain delete from t",
			"explain verbose update t set a = 1", "explain select * from t for update",
			"explain (format json) select 1", "explain (select 1)", "explain for connection 5",
			"explain format = json delete from t", "explain force execute s", "explain select 'analyze'",
			"explain select 1 from t where `analyze` = 1", "HELP 'x'", "KILL 5", "kill query 5",
			"DATA BRANCH DIFF a AGAINST b", "data branch diff a{snapshot='s'} against d.b{snapshot='s'} output limit 5",
			"data branch diff a against b output count", "data branch diff a against b columns (c) output summary",
			"data branch diff a against b output file '/tmp/x'", "data branch diff a against b /* output as c */" })
	void recognizesReads(String sql) {
		assertOnly(sql, Kind.READ);
		assertThat(SqlStatement.parse(sql)).extracting(SqlStatement::writesAtHint).containsOnly(false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "select @a", "select @`d e`, @'f', @\"g\"", "select @a := 1", "select 1 into @a",
			"select my_nextval('s')", "select nextval_('s')", "select f(a) from t", "select d.f(a) from t",
			"select `f`(a) from t", "select `count`(a) from t", "select f /* c */ (a)",
			"select mo_ctl('dn', 'flush', 't')", "select sleep(1)", "select last_insert_id(5)", "select load_file('f')",
			"select addtime(a, b)", "select jq(a, 'now')", "select l1_distance(a, b)", "select found_rows()",
			"select sum(f(a)) from t", "select 1 from t where a = f(b)", "with x (a) as (select f(1)) select * from x",
			"select é(1)" })
	void recognizesReadsThatMayDoMore(String sql) {
		assertOnly(sql, Kind.UNCERTAIN_READ);
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT * FROM t FOR UPDATE", "select * from t for update",
			"SELECT * FROM t FOR/**/UPDATE", "SELECT * FROM t FOR -- x\n UPDATE",
			"select * from t for\n\tupdate skip locked", "select * from t /*!50000 for update */",
			"select * from t /*! for */ update", "select * from (select * from t for update) x",
			"select (select a from t for update)", "(select * from t for update)",
			"(select * from t) union (select * from u for update)",
			"with x as (select * from t for update) select * from x", "with x as (select 1) select * from t for update",
			"values row((select a from t for update))", "table t for update",
			"explain analyze select * from t for update", "select 'it\\'s', a from t for update",
			"select 'it''s' from t for update", "select * from t for update; ", "select `x` from t /* ' */ for update",
			"select \"x'\" from t for update" })
	void recognizesLockingReads(String sql) {
		assertThat(SqlStatement.parse(sql)).extracting(SqlStatement::kind).containsExactly(Kind.LOCKING_READ);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			SELECT * FROM t FOR UPDATE                                      | t
			select a, (b) from d.t where id = 1 for update                  | d.t
			select a from `t` as x where x.id in (1, 2) for update          | t
			select count(*), extract(year from b) from t limit 1 for update | t
			select a from t x order by a for update                         | t
			explain analyze select a from t for update                      | t
			select a from t, u for update                                   |
			select a from t x join u y on x.id = y.id for update            |
			select a from t left join u using (id) for update               |
			select a from t where exists (select 1 from u) for update       |
			select (select b from u) from t for update                      |
			select a from (select * from u) t for update                    |
			select a from t union select a from u for update                |
			(select a from t for update)                                    |
			with x as (select 1) select a from t for update                 |
			select a from t{SNAPSHOT = 's'} for update                      |
			select a from "t" for update                                    |
			select 1 for update                                             |
			""")
	void knowsTheOnlyTableOfALockingRead(String sql, @Nullable String table) {
		assertThat(SqlStatement.parse(sql)).singleElement()
			.returns(Kind.LOCKING_READ, SqlStatement::kind)
			.returns((table != null) ? table(table) : null, SqlStatement::table);
	}

	@ParameterizedTest
	@ValueSource(strings = { "select nextval('s')", "SELECT NEXTVAL ('s')", "select nextval/**/('s')",
			"select `nextval`('s')", "select d.nextval('s')", "select setval('s', 5)", "select get_lock('a', 1)",
			"select release_lock('a')", "select release_all_locks()", "select 1 + nextval('s') from t where a = 'x'" })
	void recognizesFunctionsThatLock(String sql) {
		assertOnly(sql, Kind.LOCKING_FUNCTION);
	}

	@ParameterizedTest
	@ValueSource(strings = { "select * from t for share", "select * from t lock in share mode",
			"select * from t LOCK/* */IN\nSHARE MODE", "(select * from t) union (select * from u for share)",
			"select * from (select * from t for share) x for update", "select get_lock('a', 1) from t for share",
			"select * from t for share of t" })
	void recognizesReadsThatShareLocks(String sql) {
		assertOnly(sql, Kind.SHARED_LOCKING_READ);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			INSERT INTO t VALUES (1)                                    | t
			insert into t values (1);                                   | t
			Insert Into T Values (1)                                    | t
			INSERT t VALUES (1)                                         | t
			insert into t value (1)                                     | t
			insert into t (a, b) values (1, 2), (3, 4)                  | t
			insert into t(a)values(1)                                   | t
			insert into t () values ()                                  | t
			insert into t set a = 1, b = 2                              | t
			insert into t select * from u                               | t
			insert into t (a) select a from u                           | t
			insert into t (select * from u)                             | t
			insert into t table u                                       | t
			insert into t with x as (select 1) select * from x          | t
			insert into t partition (p0) values (1)                     | t
			insert into t partition (p = 1) (a) values (1)              | t
			insert into t values (1) returning a                        | t
			insert into `t` values (1)                                  | t
			insert into `T` values (1)                                  | t
			insert into d.t values (1)                                  | d.t
			insert into `d`.`t` values (1)                              | d.t
			insert into d.`t` values (1)                                | d.t
			insert into `d`.t values (1)                                | d.t
			insert into d . t values (1)                                | d.t
			insert into `d` /* x */ . /* y */ `t` values (1)            | d.t
			insert/**/into/**/t/**/values/**/(1)                        | t
			/* x */ insert into t values (1)                            | t
			/*!50000 insert into t values (1) */                        | t
			insert into t values ('on duplicate key update')            | t
			insert into t values ("on duplicate key update")            | t
			insert into t values (1) -- on duplicate key update         | t
			insert into t values (1) /* on duplicate key update */      | t
			insert into t (`on duplicate key update`) values (1)        | t
			insert into t values ('it''s', 'a\\'b', 'c;d', "e;f")       | t
			insert into t values (?, :b, @c, 0x1F, -1.5e3, null)        | t
			insert into t values (nextval('s'))                         | t
			insert into t select * from u for update                    | t
			insert into t values (replace('a', 'b', 'c'))               | t
			insert into größe values (1)                                | größe
			insert into 表 values (1)                                    | 表
			insert into a$b values (1)                                  | a$b
			insert into _t1 values (1)                                  | _t1
			insert into clone values (1)                                | clone
			insert into data values (1)                                 | data
			insert into snapshot values (1)                             | snapshot
			insert into into_ values (1)                                | into_
			explain analyze insert into t values (1)                    | t
			explain analyze verbose insert into d.t values (1)          | d.t
			explain (analyze true, verbose true) insert into t values (1) | t
			explain (verbose true, analyze) insert into t values (1)    | t
			explain phyplan insert into t values (1)                    | t
			explain phyplan analyze insert into t values (1)            | t
			desc analyze insert into t values (1)                       | t
			describe analyze insert into t values (1)                   | t
			""")
	void recognizesPlainInserts(String sql, String table) {
		assertOnly(sql, Kind.INSERT, table);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			update t set a = 1                                          | t
			UPDATE T SET A = 1 WHERE B = 2                              | t
			update d.t set a = 1                                        | d.t
			update `d`.`t` set a = 1                                    | d.t
			update t x set a = 1                                        | t
			update t as x set a = 1                                     | t
			update t `x` set a = 1                                      | t
			update t as `x` set x.a = 1                                 | t
			update low_priority t set a = 1                             | t
			update ignore t set a = 1                                   | t
			update low_priority ignore t x set a = 1                    | t
			update/**/t/**/set a=1                                      | t
			update t set a = 1 from u where t.b = u.b                   | t
			update t set a = (select max(b) from u join v on u.c = v.c) | t
			update clone set a = 1                                      | clone
			update größe set a = 1                                      | größe
			update t set a = 'update u set b'                           | t
			update t, u set a = 1                                       |
			update t join u on t.a = u.a set t.b = 1                    |
			update t inner join u on t.a = u.a set t.b = 1              |
			update t left join u on t.a = u.a set t.b = 1               |
			update t straight_join u set t.b = 1                        |
			update t natural join u set t.b = 1                         |
			update t x, u y set a = 1                                   |
			update (t) set a = 1                                        |
			update (select * from t) x set a = 1                        |
			update t use index (i) set a = 1                            |
			update t{SNAPSHOT = 's'} set a = 1                          |
			update "t" set a = 1                                        |
			update d."t" set a = 1                                      |
			update "d".t set a = 1                                      |
			update t "x" set a = 1                                      |
			update a.b.c set a = 1                                      |
			update .t set a = 1                                         |
			update d. set a = 1                                         |
			update `` set a = 1                                         |
			update ` ` set a = 1                                        |
			update set set a = 1                                        |
			update values set a = 1                                     |
			update select set a = 1                                     |
			update d.select set a = 1                                   |
			update 1t set a = 1                                         |
			update 't' set a = 1                                        |
			update @t set a = 1                                         |
			update ? set a = 1                                          |
			update t                                                    |
			update                                                      |
			update t set a = (with x as (delete from u) select 1)       |
			delete from t                                               | t
			DELETE FROM T;                                              | t
			delete from t where a = 1                                   | t
			delete from t order by a limit 1                            | t
			delete from t limit 1                                       | t
			delete from t returning a                                   | t
			delete from d.t where a = 1                                 | d.t
			delete from t x where x.a = 1                               | t
			delete from t as x where x.a = 1                            | t
			delete from t x                                             | t
			delete from `t` where `a` = 1                               | t
			delete from t partition (p0, p1) where a = 1                | t
			delete low_priority quick ignore from t                     | t
			delete from t where a in (select a from u join v using (b)) | t
			delete from t where a = ', u'                               | t
			/*!50000 delete */ from t                                   | t
			delete t from t                                             |
			delete t from t join u on t.a = u.a                         |
			delete t, u from t join u                                   |
			delete t.* from t join u                                    |
			delete from t using t join u on t.a = u.a                   |
			delete from t, u using t join u                             |
			delete from t.* using t join u                              |
			delete from t as x using t                                  |
			delete from t join u                                        |
			delete from t, u                                            |
			delete from "t"                                             |
			delete from t "x" where a = 1                               |
			delete from a.b.c                                           |
			delete from t{SNAPSHOT = 's'}                               |
			delete from (t)                                             |
			delete from                                                 |
			delete                                                      |
			replace into t values (1)                                   | t
			REPLACE t VALUES (1)                                        | t
			replace t (a) values (1)                                    | t
			replace into d.t select * from u                            | d.t
			replace into t set a = 1                                    | t
			replace low_priority into t values (1)                      | t
			replace delayed t values (1)                                | t
			replace into t partition (p0) values (1)                    | t
			replace into t table u                                      | t
			replace into "t" values (1)                                 |
			replace into values (1)                                     |
			replace (t) values (1)                                      |
			replace                                                     |
			insert into t values (1) on duplicate key update a = 1      | t
			insert into t select * from u on duplicate key update a = 1 | t
			insert into t select * from u ON/**/DUPLICATE/**/KEY UPDATE a = 1 | t
			insert into t values (1) on duplicate key ignore            | t
			insert into t values (1) as n on duplicate key update a = n.a | t
			insert into t values (1) /*!50000 on duplicate key update a = 1 */ | t
			insert into d.t set a = 1 on duplicate key update a = 2     | d.t
			insert ignore into t values (1)                             | t
			insert ignore t values (1)                                  | t
			INSERT LOW_PRIORITY INTO t VALUES (1)                       | t
			insert delayed t values (1)                                 | t
			insert high_priority ignore into d.t values (1)             | d.t
			insert overwrite into t values (1)                          | t
			insert overwrite t select * from u                          | t
			insert overwrite values (1)                                 |
			insert overwrite (a) values (1)                             |
			insert ignore into "t" values (1)                           |
			insert into "t" values (1) on duplicate key update a = 1    |
			insert into t with x as (delete from u) select 1            |
			with x as (select 1) delete from t                          |
			with x as (select 1) update t set a = 1                     |
			with x as (select 1) insert into t select * from x          |
			with x as (select 1) replace into t select * from x         |
			with x as (select 1) merge into t using x on 1 = 1 when matched then delete |
			with recursive x (a) as (select 1), y as (select 2) delete from t |
			with x as (delete from t returning *) select * from x       |
			with x as (delete from t) select * from x                   |
			with x as ((update t set a = 1)) select * from x            |
			with x as (insert into t values (1) returning a) select * from x |
			with x as (replace into t values (1)) select * from x       |
			with x as (select 1), y as (delete from t) select * from x  |
			with x as (explain analyze delete from t) select * from x   |
			with x as (merge into t using u on 1 = 1 when matched then delete) select 1 |
			select * from (with x as (delete from t) select 1) y        |
			explain analyze update t set a = 1                          | t
			explain analyze with x as (select 1) delete from t          |
			explain phyplan delete from d.t                             | d.t
			desc analyze verbose delete from t                          | t
			""")
	void recognizesModifications(String sql, @Nullable String table) {
		assertOnly(sql, Kind.MODIFY, table);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			create table t (id int)                                     | t   | false
			CREATE TABLE T (ID INT PRIMARY KEY)                         | t   | false
			create table t(id int)                                      | t   | false
			create table if not exists t (id int)                       | t   | true
			create table if/**/not/**/exists d.t (id int)               | d.t | true
			create table `d`.`t` (id int)                               | d.t | false
			create table t like u                                       | t   | false
			create table t (like u)                                     | t   | false
			create table if not exists t like d.u                       | t   | true
			create table t as select * from u                           | t   | false
			create table t as (select * from u)                         | t   | false
			create table t select * from u                              | t   | false
			create table t (id int) as select * from u                  | t   | false
			create table t with x as (select 1) select * from x         | t   | false
			create table t as with x as (select 1) select * from x      | t   | false
			create table x (clone int)                                  | x   | false
			create table x (`clone` int)                                | x   | false
			create table clone (id int)                                 | clone | false
			create table if not exists clone (id int)                   | clone | true
			create table t (a int, b int as (replace(a, 'b', 'c')))     | t   | false
			create table t (a int comment 'clone y')                    | t   | false
			create table t as select 1 as clone                         | t   | false
			create table t as select clone from u                       | t   | false
			/* clone */ create table t (id int)                         | t   | false
			create table größe (id int)                                 | größe | false
			""")
	void recognizesCreatedTables(String sql, String table, boolean ifNotExists) {
		assertThat(SqlStatement.parse(sql))
			.containsExactly(new SqlStatement(Kind.CREATE_TABLE, table(table), ifNotExists));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			CREATE TABLE x CLONE y                                      | CLONE_TABLE    | y   | false
			create table if not exists x clone y                        | CLONE_TABLE    | y   | true
			create table a.b clone c.d                                  | CLONE_TABLE    | c.d | false
			create table x/**/clone/**/y                                | CLONE_TABLE    | y   | false
			/*!50000 create table x clone y */                          | CLONE_TABLE    | y   | false
			create table `x` clone `y`;                                 | CLONE_TABLE    | y   | false
			create table clone clone clone                              | CLONE_TABLE    | clone | false
			create table x clone y copy grants                          | CLONE_TABLE    | y   | false
			create table x clone y to account a                         | CLONE_TABLE    | y   | false
			create table x clone y copy grants to account a             | CLONE_TABLE    | y   | false
			create table "x" clone y                                    | CLONE_TABLE    | y   | false
			create table 1x clone y                                     | CLONE_TABLE    | y   | false
			create table a.b.c clone y                                  | CLONE_TABLE    | y   | false
			create table x{SNAPSHOT = 's'} clone y                      | CLONE_TABLE    | y   | false
			create temporary table x clone y                            | CLONE_TABLE    | y   | false
			create table x clone "y"                                    | CLONE_TABLE    |     | false
			create table x clone "y"{SNAPSHOT = 's'}                    | CLONE_TABLE    |     | false
			create table x clone 1y                                     | CLONE_TABLE    |     | false
			create table x clone a.b.c                                  | CLONE_TABLE    |     | false
			create table x clone a.b.c{SNAPSHOT = 's'}                  | CLONE_TABLE    |     | false
			create table x clone y for iceberg snapshot 1               | CLONE_TABLE    |     | false
			create table x clone y z                                    | CLONE_TABLE    |     | false
			create table x clone                                        | CLONE_TABLE    |     | false
			create table x clone y -- {SNAPSHOT = 's'}                  | CLONE_TABLE    | y   | false
			create table x clone y /* {SNAPSHOT = 's'} */               | CLONE_TABLE    | y   | false
			create table x clone y to account a {SNAPSHOT = 's'}        | CLONE_TABLE    | y   | false
			CREATE TABLE a.b CLONE c.d{SNAPSHOT = 's'}                  | CLONE_TABLE_AT | c.d | false
			create table x clone y {snapshot = 's'}                     | CLONE_TABLE_AT | y   | false
			create table x clone y{MO_TS = 1}                           | CLONE_TABLE_AT | y   | false
			create table x clone y{AS OF TIMESTAMP '2026-01-01 00:00:00'} | CLONE_TABLE_AT | y | false
			create table if not exists x clone `y`/**/{snapshot = s} copy grants | CLONE_TABLE_AT | y | true
			CREATE DATABASE d CLONE s                                   | CLONE_DATABASE |     | false
			create database if not exists d clone s to account a        | CLONE_DATABASE |     | true
			create schema d clone s                                     | CLONE_DATABASE |     | false
			create database clone clone clone                           | CLONE_DATABASE |     | false
			create database 1d clone s                                  | CLONE_DATABASE |     | false
			create database "d" clone s                                 | CLONE_DATABASE |     | false
			create database d clone                                     | CLONE_DATABASE |     | false
			create database d clone s to account a {SNAPSHOT = 's'}     | CLONE_DATABASE |     | false
			create database d clone s{SNAPSHOT = 's'}                   | CLONE_DATABASE_AT |  | false
			create database if not exists `d` clone `s` {MO_TS = 1}     | CLONE_DATABASE_AT |  | true
			CREATE DATABASE d                                           | CREATE_DATABASE |    | false
			create database if not exists d                             | CREATE_DATABASE |    | true
			create schema `d`                                           | CREATE_DATABASE |    | false
			create database clone                                       | CREATE_DATABASE |    | false
			create database d default character set utf8mb4             | CREATE_DATABASE |    | false
			create database d collate utf8mb4_bin                       | CREATE_DATABASE |    | false
			""")
	void recognizesClonesAndDatabases(String sql, Kind kind, @Nullable String table, boolean ifNotExists) {
		assertThat(parse(sql))
			.containsExactly(new SqlStatement(kind, (table != null) ? table(table) : null, ifNotExists));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			CREATE TABLE x CLONE y                                      | x
			create table if not exists x clone y                        | x
			create table a.b clone c.d                                  | a.b
			create table `A` . `b c`/**/clone/**/y                      | a.b c
			create table clone clone clone                              | clone
			create table x clone y copy grants;                         | x
			create table x clone y{SNAPSHOT = 's'}                      | x
			create table x clone y/* } */{MO_TS = (1 + 2)} copy grants  | x
			create table x clone y{AS OF TIMESTAMP '2026-01-01 00:00:00'} | x
			create table x clone "y"                                    | x
			create table x clone y to account a                         | x
			create table x clone y{SNAPSHOT = 's'} to account a         | x
			create table x clone y copy grants to account a             | x
			create table x clone y to account a b                       |
			create table x clone y z                                    |
			create table x{SNAPSHOT = 's'} clone y                      |
			create table "x" clone y                                    |
			create table 1x clone y                                     |
			create table a.b.c clone y                                  |
			create table select clone y                                 |
			create table x (a int)                                      |
			create database x clone y                                   |
			data branch create table x from y                           |
			""")
	void namesTheTableThatACloneMakes(String sql, @Nullable String target) {
		assertThat(SqlStatement.parse(sql)).singleElement()
			.satisfies((statement) -> assertThat(statement.target()).isEqualTo((target != null) ? table(target) : null))
			.satisfies((statement) -> assertThat(statement.database()).as("database")
				.isEqualTo((statement.kind() == Kind.CLONE_DATABASE) ? DatabaseName.of("x") : null));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			USE d                                                       | d
			use `d`;                                                    | d
			use/**/`D-1`                                                | d-1
			/*!50000 use d */                                           | d
			use größe                                                   | größe
			use `role`                                                  | role
			use role                                                    |
			use role r                                                  |
			use secondary                                               |
			use secondary role all                                      |
			use secondary role none                                     |
			use "d"                                                     |
			use d.t                                                     |
			use select                                                  |
			use `a b`                                                   |
			use `a``b`                                                  |
			use                                                         |
			use 1d                                                      |
			use @d                                                      |
			CREATE DATABASE d CLONE s                                   | d
			create database if not exists `d` clone `s` {MO_TS = 1}     | d
			create schema d clone s{SNAPSHOT = 's'};                    | d
			create database clone clone clone                           | clone
			create database d clone s to account a                      | d
			create database d clone s to account a b                    |
			create database d clone s {SNAPSHOT = 's'} to account a     | d
			create database d charset utf8mb4 clone s                   |
			create database d.e clone s                                 |
			create database "d" clone s                                 |
			create database 1d clone s                                  |
			CREATE DATABASE d                                           | d
			create database if not exists d collate utf8mb4_bin         | d
			create database d from a publication p                      |
			create table d clone s                                      |
			select d                                                    |
			""")
	void namesTheDatabaseThatIsUsedOrMade(String sql, @Nullable String database) {
		assertThat(SqlStatement.parse(sql)).singleElement()
			.extracting(SqlStatement::database)
			.isEqualTo((database != null) ? DatabaseName.of(database) : null);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			create view v as select 1                                   | CREATE_OTHER
			create or replace view v as select * from t                 | CREATE_OTHER
			create view if not exists v as select 1                     | CREATE_OTHER
			CREATE SEQUENCE s                                           | CREATE_OTHER
			CREATE TEMPORARY TABLE t (id int)                           | CREATE_OTHER
			create temporary table if not exists t as select 1          | CREATE_OTHER
			drop temporary table t                                      | CREATE_OTHER
			drop temporary table if exists t, u                         | CREATE_OTHER
			create sequence if not exists s start with 5                | CREATE_OTHER
			SET x = 1                                                   | SET
			set autocommit = 0                                          | SET_AUTOCOMMIT
			SET SESSION TRANSACTION READ ONLY                           | SET
			/*!50000 SET x=1 */                                         | SET
			/*!40101 SET NAMES utf8 */;                                 | SET
			/*!40101 SET @OLD = @@SQL_MODE, SQL_MODE='NO_AUTO_VALUE' */ | SET
			/*!40103 SET TIME_ZONE='+00:00' */                          | SET
			set @a = 1                                                  | SET
			set/**/x=1                                                  | SET
			set                                                         | SET
			BEGIN                                                       | BEGIN
			begin;                                                      | BEGIN
			BEGIN WORK                                                  | BEGIN
			begin insert into t values (1)                              | BEGIN
			START TRANSACTION                                           | BEGIN
			start transaction read only                                 | BEGIN
			START/**/TRANSACTION WITH CONSISTENT SNAPSHOT               | BEGIN
			COMMIT                                                      | COMMIT
			commit work                                                 | COMMIT
			commit and chain                                            | COMMIT
			ROLLBACK                                                    | ROLLBACK
			rollback work                                               | ROLLBACK
			rollback and no chain                                       | ROLLBACK
			rollback to s                                               | SAVEPOINT
			ROLLBACK TO SAVEPOINT s                                     | SAVEPOINT
			rollback work to savepoint s                                | SAVEPOINT
			SAVEPOINT s                                                 | SAVEPOINT
			release savepoint s                                         | SAVEPOINT
			LOCK TABLES t READ, u WRITE                                 | LOCK_TABLES
			lock table t read                                           | LOCK_TABLES
			UNLOCK TABLES                                               | LOCK_TABLES
			unlock table                                                | LOCK_TABLES
			USE d                                                       | USE
			use `d`;                                                    | USE
			DATA BRANCH CREATE TABLE t FROM s                           | BRANCH_CREATE
			data branch create table d.t from d.s{SNAPSHOT = 's'}       | BRANCH_CREATE
			data branch create database d from s                        | BRANCH_CREATE
			DATA/**/BRANCH/**/DELETE TABLE t                            | BRANCH_DELETE
			data branch delete database d                               | BRANCH_DELETE
			data branch pick s into t keys (1, 2)                       | BRANCH_PICK
			data branch pick s into t between snapshot a and b          | BRANCH_PICK
			CREATE SNAPSHOT s FOR DATABASE d                            | SNAPSHOT_COMMAND
			create snapshot if not exists s for table d t               | SNAPSHOT_COMMAND
			create snapshot s for account                               | SNAPSHOT_COMMAND
			DROP SNAPSHOT s                                             | SNAPSHOT_COMMAND
			drop snapshot if exists s                                   | SNAPSHOT_COMMAND
			SHOW SNAPSHOTS                                              | SHOW_SNAPSHOTS
			show snapshots where snapshot_name = 's'                    | SHOW_SNAPSHOTS
			show pitr                                                   | SHOW_SNAPSHOTS
			SHOW RECOVERY_WINDOW FOR DATABASE d                         | SHOW_SNAPSHOTS
			RESTORE DATABASE d {SNAPSHOT = s}                           | RESTORE
			restore account a from snapshot s                           | RESTORE
			RESTORE FROM PITR p '2026-01-01 00:00:00'                   | RESTORE
			CREATE PITR p FOR DATABASE d RANGE 1 'h'                    | PITR_COMMAND
			alter pitr if exists p range 2 'd'                          | PITR_COMMAND
			DROP PITR p                                                 | PITR_COMMAND
			PREPARE s FROM 'delete from t'                              | PREPARED_TEXT
			ALTER ACCOUNT CONFIG SET MYSQL_COMPATIBILITY_MODE a = b     | SET
			alter account a set status suspend                          | OTHER
			prepare s from select 1                                     | PREPARED_TEXT
			EXECUTE s                                                   | PREPARED_TEXT
			execute s using @a                                          | PREPARED_TEXT
			DEALLOCATE PREPARE s                                        | PREPARED_TEXT
			explain analyze force execute s                             | PREPARED_TEXT
			CALL p()                                                    | CALL
			/* c */ call d.p(1, 'x')                                    | CALL
			{call p()}                                                  | CALL
			{ CALL p(?) }                                               | CALL
			{? = call f()}                                              | CALL
			""")
	void recognizesCommands(String sql, Kind kind) {
		assertOnly(sql, kind);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			DATA BRANCH MERGE s INTO t                                  | s
			data branch merge d.s into d.t when conflict skip           | d.s
			data branch merge `s` into t                                | s
			data/**/branch merge s/**/into t                            | s
			data branch merge s{SNAPSHOT = 's'} into t                  |
			data branch merge "s" into t                                |
			data branch merge a.b.c into t                              |
			data branch merge 1s into t                                 |
			data branch merge                                           |
			""")
	void recognizesMergesOfBranches(String sql, @Nullable String source) {
		assertOnly(sql, Kind.BRANCH_MERGE, source);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ALTER TABLE t ADD c INT", "drop table t", "DROP DATABASE d", "drop view v",
			"drop prepare s", "RENAME TABLE t TO u", "{fn now()}", "callp()", "({call p()})",
			"LOAD DATA INFILE 'x' INTO TABLE t", "GRANT ALL ON *.* TO u", "REVOKE ALL ON *.* FROM u",
			"CREATE INDEX i ON t (a)", "create unique index i on t (a)", "create user u", "create role r",
			"create function f() returns int return 1", "create procedure p() 'x'", "create publication p database d",
			"create stage s url = 'x'", "create account a admin_name 'b'", "create external table t (id int)",
			"drop temporary", "create cluster table t (id int)", "create dynamic table t as select 1",
			"create or replace table t (id int)", "create or replace sequence s", "create or", "create", "create table",
			"create table t", "create table t from a publication p", "create table \"t\" (id int)",
			"create table a.b.c (id int)", "create table select (id int)", "create table if exists t (id int)",
			"create table t engine = x", "create table t as with x as (delete from u) select 1",
			"create view v as with x as (delete from u) select 1", "create database", "create database a.b",
			"create database d from a publication p", "create database d from a publication clone",
			"create database d from 'x' a publication p", "analyze table t", "check table t", "ANALYZE", "do sleep(1)",
			"perform 1", "reset prepare s", "start slave", "start", "release", "lock instance for backup", "lock",
			"unlock", "use", "use d.t", "use role r", "use secondary role all", "use 'd'", "deallocate s",
			"xa start 'x'", "upgrade account all", "mo_dump query_result 'x'", "data", "data branch", "data x",
			"data branch create", "data branch create view v from w", "data branch delete t", "data branch rebase s",
			"data branch diff a", "data branch diff a against b output as c",
			"data branch diff a against b output/**/as c",
			"data branch diff a{snapshot='s'} against b{snapshot='s'} output as d.c",
			"data branch diff a against b output", "data branch diff a against b output x",
			"data branch diff a output as c against b output count output as d",
			"with x as (select 1) create table t (id int)", "with x as (select 1)", "with x as select 1", "with x",
			"with", "with (select 1) select 1", "with x as (select 1", "(delete from t)",
			"((insert into t values (1)))", "(set x = 1)", "(begin)", "(", "()", ")", "select * into t from u",
			"select a from t into x", "explain analyze", "explain analyze drop table t", "explain analyze set x = 1",
			"explain analyze commit", "explain analyze load data infile 'x' into table t",
			"explain format = tree analyze delete from t", "explain x analyze delete from t",
			"explain (format json) analyze delete from t", "explain analyze for connection 5", "explain (analyze true)",
			"explain analyze explain delete from t", "x", "1", "'select 1'", "`select` 1", "\"select\" 1", "?", ":a",
			"@a", ",", "\\", "selec 1", "select_ 1", "sélect 1", "\u017Felect 1", "\u0131nsert into t values (1)",
			"\uFEFFselect 1", "\u00A0select 1", "commit_", "label: begin" })
	void takesTheRestForUnknownWrites(String sql) {
		assertOnly(sql, Kind.OTHER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "select 'a", "select \"a", "select `a", "select 1 /* a", "select 1 /*", "select 1 /*/",
			"/*! select 1", "/*!50000 select 1", "select 'a\\'", "select 'a''", "select `a``", "select \"a\"\"",
			"select 1; select 'a", "insert into t values ('a", "select 1 /* a */ /* b", "select 1 -- a\n /*", "'", "\"",
			"`", "/*", "select @`a" })
	void takesUnfinishedTextForUnreadable(String sql) {
		assertOnly(sql, Kind.UNREADABLE);
	}

	// MatrixOne's scanner and MySQL's read these differently
	@ParameterizedTest
	@ValueSource(strings = { "select 1 // ' \n for update -- '", "select 1 //", "// a\nselect 1", "select 1 --\f2",
			"select 1 --\u000B2", "select $$ ' $$ for update -- '", "select $a$ ' $a$", "select 1$a$ ' $a$ from t",
			"select @$a$ ' $a$", "select @a'b' for update", "select @a\"b\"", "select @a.`b`", "select @", "select @ a",
			"select @;", "select @@'a'", "select @@", "select _utf8mb4\"a b\"", "select _utf8mb4, 'a'",
			"select _utf8mb4x'a'", "select _utf8mb4/**/'a'", "select 1.5for", "select 1.for", "select 1e5for",
			"select 0x'a'", "select 0b", "select 0X", "/*!5 select 1 */", "/*!1234 select 1 */",
			"/*! select /*! 1 */ */", "/*! select ' a' */", "/*! select '(for update)' */", "/*! select '+' */",
			"/*! select '$a' */", "/*! select 1 *2 */", "select 1 \u0000 for update", "select \u0001", "select \u007F",
			"\u0000" })
	void takesTextThatTheServerMayReadDifferentlyForUnreadable(String sql) {
		assertOnly(sql, Kind.UNREADABLE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n\t\r\f", ";", " ; ;; ", "-- a", "--", "# a", "/* a */", "/**/", "/***/",
			"/* a */ -- b\n # c\n ;", "/*+ a */", "/*! */", "/*!50000 */", "--\t\n;\n--", "/* 'a */", "-- 'a",
			"# \"a" })
	void findsNothingInBlankText(String sql) {
		assertThat(SqlStatement.parse(sql)).isEmpty();
	}

	@Test
	void refusesNull() {
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> SqlStatement.parse(nullText()));
	}

	@ParameterizedTest
	@MethodSource
	void separatesStatements(String sql, List<Kind> kinds) {
		assertThat(SqlStatement.parse(sql)).extracting(SqlStatement::kind).containsExactlyElementsOf(kinds);
	}

	static Stream<Arguments> separatesStatements() {
		return Stream.of(Arguments.of("select 1; set a=1", List.of(Kind.READ, Kind.SET)),
				Arguments.of(";; select 1 ;; set a=1; ;", List.of(Kind.READ, Kind.SET)),
				Arguments.of("select ';'; select \";\"; select `;`", List.of(Kind.READ, Kind.READ, Kind.READ)),
				Arguments.of("select 1 /* ; */; -- ;\n delete from t", List.of(Kind.READ, Kind.MODIFY)),
				Arguments.of("select 1 for update; select 1", List.of(Kind.LOCKING_READ, Kind.READ)),
				Arguments.of("select 1; select 1 for update", List.of(Kind.READ, Kind.LOCKING_READ)),
				Arguments.of("select 1 for; update t set a = 1", List.of(Kind.READ, Kind.MODIFY)),
				Arguments.of("select nextval; (select 1)", List.of(Kind.READ, Kind.READ)),
				Arguments.of("insert into t select 1 on duplicate; key", List.of(Kind.INSERT, Kind.OTHER)),
				Arguments.of("insert into t values (1) on duplicate key update a = 1; insert into t values (1)",
						List.of(Kind.MODIFY, Kind.INSERT)),
				Arguments.of("explain analyze; select 1", List.of(Kind.OTHER, Kind.READ)),
				Arguments.of("explain select 1; explain delete from t; delete from t",
						List.of(Kind.READ, Kind.READ, Kind.MODIFY)),
				Arguments.of("use; delete from t", List.of(Kind.OTHER, Kind.MODIFY)),
				Arguments.of("use d; delete from t", List.of(Kind.USE, Kind.MODIFY)),
				Arguments.of("create database d clone; delete from t", List.of(Kind.CLONE_DATABASE, Kind.MODIFY)),
				Arguments.of("create table x clone; delete from t", List.of(Kind.CLONE_TABLE, Kind.MODIFY)),
				Arguments.of("create table x clone y; delete from t", List.of(Kind.CLONE_TABLE, Kind.MODIFY)),
				Arguments.of("create table x; clone", List.of(Kind.OTHER, Kind.OTHER)),
				Arguments.of("update t as; set a = 1", List.of(Kind.MODIFY, Kind.SET)),
				Arguments.of("delete from t partition (p; set a = 1", List.of(Kind.MODIFY, Kind.SET)),
				Arguments.of("with x as (select 1; delete from t", List.of(Kind.OTHER, Kind.MODIFY)),
				Arguments.of("select (1; delete from t", List.of(Kind.READ, Kind.MODIFY)),
				Arguments.of("show; snapshots", List.of(Kind.READ, Kind.OTHER)),
				Arguments.of("start; transaction", List.of(Kind.OTHER, Kind.OTHER)),
				Arguments.of("data branch; merge", List.of(Kind.OTHER, Kind.MODIFY)),
				Arguments.of("data branch diff a against b output; count", List.of(Kind.OTHER, Kind.OTHER)),
				Arguments.of("begin; insert into t values (1); commit", List.of(Kind.BEGIN, Kind.INSERT, Kind.COMMIT)),
				Arguments.of("/*!50000 set a = 1; */ select 1", List.of(Kind.SET, Kind.READ)),
				Arguments.of("select 1;" + " select 2;".repeat(50), kinds(51, Kind.READ)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			truncate t                                                  | t
			TRUNCATE TABLE t                                            | t
			truncate table d.t;                                         | d.t
			truncate `t`                                                | t
			truncate t, u                                               |
			truncate "t"                                                |
			truncate table                                              |
			truncate                                                    |
			""")
	void recognizesTruncate(String sql, @Nullable String table) {
		assertOnly(sql, Kind.TRUNCATE, table);
	}

	@Test
	void takesAMergeForAModificationOfAnyTable() {
		assertOnly("merge into t using u on 1 = 1 when matched then delete", Kind.MODIFY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "set autocommit = 0", "SET @@autocommit=1", "set session autocommit := on",
			"set @@session.autocommit = 0", "set a = 1, autocommit = 0", "set `autocommit` = 0",
			"set @@`autocommit` = 0" })
	void seesThatASetChangesTheAutocommitMode(String sql) {
		assertOnly(sql, Kind.SET_AUTOCOMMIT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "set @my_autocommit = 0", "set a = 'autocommit'", "set a = 1 -- autocommit" })
	void takesOtherSetsForWhatTheyAre(String sql) {
		assertOnly(sql, Kind.SET);
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert into \"t\" values (1)", "insert into d.\"t\" values (1)",
			"insert into 't' values (1)", "insert into a.b.c values (1)", "insert into values (1)",
			"insert into set values (1)", "insert into select values (1)", "insert into table t values (1)",
			"insert into t alias values (1)", "insert into t{SNAPSHOT = 's'} values (1)", "insert into 1t values (1)",
			"insert into @t values (1)", "insert into ? values (1)", "insert into `` values (1)",
			"insert into `a\u0001` values (1)", "insert into t", "insert", "insert into (t) values (1)",
			"insert into .t values (1)", "insert into t. values (1)", "insert into `\uD800` values (1)" })
	void takesAnInsertWhoseTableIsNotCertainForAModificationOfAnyTable(String sql) {
		assertOnly(sql, Kind.MODIFY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "`a``b`", "`a\"b`", "`a'b`", "`a\\`", "````.`;`" })
	void takesATableWhoseNameIsRefusedForUncertain(String name) {
		assertOnly("insert into " + name + " values (1)", Kind.MODIFY);
		assertOnly("update " + name + " set a = 1", Kind.MODIFY);
		assertOnly("create table x clone " + name, Kind.CLONE_TABLE);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			insert into `a.b` values (1)          |     | a.b
			insert into `a-b`.`c.d` values (1)    | a-b | c.d
			insert into `values` values (1)       |     | values
			insert into `d`.`set` values (1)      | d   | set
			insert into `-- a` values (1)         |     | -- a
			insert into `/* a */` values (1)      |     | /* a */
			insert into 表.größe values (1)        | 表   | größe
			insert into \uD83D\uDE00 values (1)   |     | \uD83D\uDE00
			""")
	void readsQuotedAndUnusualNames(String sql, @Nullable String database, String name) {
		TableName expected = (database != null) ? TableName.of(database, name) : TableName.of(name);
		assertThat(SqlStatement.parse(sql)).containsExactly(new SqlStatement(Kind.INSERT, expected, false));
	}

	@Test
	void doesNotTakeLettersThatOnlyResembleAsciiForKeywords() {
		assertOnly("select * from t for \u017Fhare", Kind.READ);
		assertOnly("select 1 for update", Kind.LOCKING_READ);
		assertOnly("create table x \u212Alone y", Kind.OTHER);
		assertOnly("insert into t value\u017F (1)", Kind.MODIFY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "X", "b", "B" })
	void doesNotBelieveAHexOrBitStringWithinAnExecutableComment(String prefix) {
		assertOnly(
				"select /*! " + prefix + "'01'' as q from (select b from t for update) x where b in ( */ '*/ -- '\n)",
				Kind.UNREADABLE);
		assertOnly("select " + prefix + "'01' as q from t", Kind.READ);
	}

	@Test
	void readsLongTextsInOnePass() {
		int length = 1 << 20;
		assertOnly("select '" + "x".repeat(length) + "'", Kind.READ);
		assertOnly("select '" + "''".repeat(length) + "' for update", Kind.LOCKING_READ);
		assertOnly("select '" + "\\'".repeat(length) + "'", Kind.READ);
		assertOnly("select 1 /*" + "/*".repeat(length) + "*/", Kind.READ);
		assertOnly("select 1 -- " + "-- ".repeat(length), Kind.READ);
		assertOnly("select 1" + " -- \n".repeat(length / 4), Kind.READ);
		assertOnly("select 1" + "/**/".repeat(length / 4) + " for update", Kind.LOCKING_READ);
		assertOnly("select 1" + "/*! a */".repeat(length / 8), Kind.READ);
		assertOnly("(".repeat(length) + "select 1" + ")".repeat(length), Kind.READ);
		assertOnly("select " + "(".repeat(length), Kind.READ);
		assertOnly("with x as (" + "(".repeat(length), Kind.OTHER);
		assertOnly("with x as (select 1) ".repeat(length / 16) + "select 1", Kind.READ);
		assertOnly("explain ".repeat(length / 8) + "analyze delete from t", Kind.OTHER);
		assertOnly("explain analyze ".repeat(length / 16) + "delete from t", Kind.OTHER);
		assertOnly("select " + "1a ".repeat(length / 3), Kind.READ);
		assertOnly("select " + "$a ".repeat(length / 3), Kind.READ);
		assertOnly("select " + "a".repeat(length), Kind.READ);
		assertOnly("select " + "1".repeat(length), Kind.READ);
		assertOnly("select " + ".".repeat(length), Kind.READ);
		assertOnly("select " + "@a ".repeat(length / 3), Kind.UNCERTAIN_READ);
		assertOnly("select " + "/".repeat(2 * length), Kind.UNREADABLE);
		assertOnly("select " + "`".repeat(2 * length), Kind.READ);
		assertOnly("select " + "'".repeat(2 * length + 1), Kind.UNREADABLE);
		assertOnly("s".repeat(length), Kind.OTHER);
		assertOnly("insert into t values " + "(1, 'a', \"b\"), ".repeat(length / 16) + "(1)", Kind.INSERT, "t");
		assertOnly("insert into " + "t".repeat(length) + " values (1)", Kind.MODIFY);
		assertOnly("create table " + "x ".repeat(length / 2) + "clone y", Kind.CLONE_TABLE, "y");
		assertThat(SqlStatement.parse("select 1;".repeat(length / 9))).hasSize(length / 9)
			.extracting(SqlStatement::kind)
			.containsOnly(Kind.READ);
		assertThat(SqlStatement.parse(";".repeat(length))).isEmpty();
	}

	@Test
	void neverFails() {
		Random random = new Random(20260101);
		String[] fragments = { "select", "insert", "into", "update", "delete", "from", "replace", "set", "values", "t",
				"d.t", "`t`", "`", "'", "''", "\"", "\\", "\\'", "/*", "*/", "/*!", "/*!50000", "/*+", "--", "-- ", "#",
				"\n", ";", "(", ")", "{", "}", ",", ".", "=", "*", "/", "//", "-", "+", "@", "@@", "@a", "?", ":", "$",
				"$$", "$a$", "1", "1.5", ".5", "1e", "0x", "1a", "for", "share", "lock", "in", "mode", "on",
				"duplicate", "key", "with", "recursive", "as", "table", "database", "create", "if", "not", "exists",
				"clone", "snapshot", "data", "branch", "merge", "diff", "against", "output", "pick", "explain",
				"analyze", "phyplan", "verbose", "force", "execute", "prepare", "show", "begin", "start", "transaction",
				"commit", "rollback", "to", "savepoint", "use", "drop", "pitr", "restore", "partition", "nextval",
				"_utf8mb4", "x", "\u0000", "\u00A0", "é", "表", "\uD83D", "\uDE00", "\t", "\f", "or", "view", "union",
				"low_priority", "ignore", "truncate", "lock tables" };
		for (int i = 0; i < 100_000; i++) {
			StringBuilder text = new StringBuilder();
			for (int length = random.nextInt(25); length > 0; length--) {
				text.append(fragments[random.nextInt(fragments.length)]).append((random.nextInt(3) > 0) ? " " : "");
			}
			String sql = text.toString();
			List<SqlStatement> statements = SqlStatement.parse(sql);
			assertThat(statements).as(sql).doesNotContainNull().hasSizeLessThanOrEqualTo(sql.split(";", -1).length);
			assertThat(SqlStatementParser.parse(sql)).as(sql).isEqualTo(statements);
		}
	}

	@Test
	void neverFailsOnRandomCharacters() {
		Random random = new Random(20260102);
		for (int i = 0; i < 20_000; i++) {
			String sql = random.ints(random.nextInt(60), 0, (i % 2 == 0) ? 0x80 : 0x10000)
				.collect(StringBuilder::new, (text, character) -> text.append((char) character), StringBuilder::append)
				.toString();
			assertThat(SqlStatement.parse(sql)).doesNotContainNull();
			assertThat(SqlStatement.parse("insert into " + sql)).as(sql)
				.extracting(SqlStatement::kind)
				.doesNotContain(Kind.READ);
		}
	}

	// Each blank outside of a string is a place for any blanks and comments
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					INSERT INTO tab ( a ) VALUES ( 1 , 'x' )                              | INSERT            | tab
					INSERT INTO d . tab VALUES ( 1 )                                      | INSERT            | d.tab
					INSERT INTO `d` . `tab` SELECT * FROM u                               | INSERT            | d.tab
					INSERT tab SET a = 1                                                  | INSERT            | tab
					INSERT IGNORE INTO tab VALUES ( 1 )                                   | MODIFY            | tab
					INSERT INTO tab VALUES ( 1 ) ON DUPLICATE KEY UPDATE a = 1            | MODIFY            | tab
					REPLACE INTO tab ( a ) VALUES ( 1 )                                   | MODIFY            | tab
					UPDATE tab AS x SET a = 1 WHERE b = 'y'                               | MODIFY            | tab
					UPDATE d . tab x SET a = 1                                            | MODIFY            | d.tab
					UPDATE tab , u SET a = 1                                              | MODIFY            |
					UPDATE tab JOIN u SET a = 1                                           | MODIFY            |
					UPDATE d . tab t JOIN ( SELECT a , b FROM u ) x ON t . a = x . a SET t . b = x . b , t . c = IF ( x . a , 1 , 2 ) WHERE t . a > 1 | MODIFY | d.tab
					UPDATE tab AS `t` , u SET T . b = 1 LIMIT 1                           | MODIFY            | tab
					UPDATE tab t JOIN u ON t . a = u . a SET t . b = 1 , u . b = 1        | MODIFY            |
					UPDATE tab t JOIN u ON t . a = u . a SET t . b = u . b , b = 1        | MODIFY            |
					UPDATE tab t JOIN d . t ON true SET t . b = 1                         | MODIFY            |
					UPDATE tab t JOIN u t SET t . b = 1                                   | MODIFY            |
					UPDATE tab t JOIN u o SET t . b = o . order , o . c = 1               | MODIFY            |
					UPDATE tab JOIN u SET tab . b = 1                                     | MODIFY            |
					UPDATE u , tab t SET t . b = 1                                        | MODIFY            |
					UPDATE tab t JOIN u SET d . t . b = 1                                 | MODIFY            |
					UPDATE tab t JOIN u SET t . b = 1 , x                                 | MODIFY            |
					UPDATE tab t JOIN u                                                   | MODIFY            |
					DELETE t FROM d . tab AS t JOIN ( SELECT a FROM u ) x ON t . a = x . a WHERE t . a = x . a | MODIFY | d.tab
					DELETE T FROM tab t , u WHERE t . a = u . a                           | MODIFY            | tab
					DELETE t , x FROM tab t JOIN u x WHERE t . a = x . a                  | MODIFY            |
					DELETE x FROM tab t JOIN u x WHERE t . a = x . a                      | MODIFY            |
					DELETE tab FROM tab JOIN u WHERE tab . a = u . a                      | MODIFY            |
					DELETE FROM d . tab WHERE a = 1                                       | MODIFY            | d.tab
					DELETE FROM tab                                                       | MODIFY            | tab
					DELETE FROM tab USING tab JOIN u                                      | MODIFY            |
					WITH x AS ( SELECT 1 ) DELETE FROM tab                                | MODIFY            |
					WITH x AS ( DELETE FROM tab ) SELECT 1                                | MODIFY            |
					TRUNCATE TABLE d . tab                                                | TRUNCATE          | d.tab
					CREATE TABLE tab ( a INT )                                            | CREATE_TABLE      | tab
					CREATE TABLE tab LIKE u                                               | CREATE_TABLE      | tab
					CREATE TABLE tab AS SELECT 1                                          | CREATE_TABLE      | tab
					CREATE TABLE x . y CLONE d . tab                                      | CLONE_TABLE       | d.tab
					CREATE TABLE x CLONE tab { SNAPSHOT = 's' }                           | CLONE_TABLE_AT    | tab
					CREATE DATABASE x CLONE y                                             | CLONE_DATABASE    |
					CREATE DATABASE x CLONE y { MO_TS = 1 }                               | CLONE_DATABASE_AT |
					CREATE OR REPLACE VIEW v AS SELECT 1                                  | CREATE_OTHER      |
					DATA BRANCH CREATE TABLE x FROM y                                     | BRANCH_CREATE     |
					DATA BRANCH MERGE d . tab INTO y                                      | BRANCH_MERGE      | d.tab
					DATA BRANCH DIFF x AGAINST y OUTPUT AS z                              | OTHER             |
					SELECT * FROM tab FOR UPDATE                                          | LOCKING_READ      | tab
					SELECT * FROM tab LOCK IN SHARE MODE                                  | SHARED_LOCKING_READ |
					SELECT nextval ( 's' )                                                | LOCKING_FUNCTION  |
					SELECT 'for update' FROM tab                                          | READ              |
					EXPLAIN ANALYZE DELETE FROM tab                                       | MODIFY            | tab
					ALTER TABLE tab ADD c INT                                             | OTHER             |
					SET a = 1                                                             | SET               |
					ROLLBACK WORK TO SAVEPOINT s                                          | SAVEPOINT         |
					ROLLBACK WORK                                                         | ROLLBACK          |
					CREATE SNAPSHOT s FOR ACCOUNT                                         | SNAPSHOT_COMMAND  |
					""")
	void doesNotDependOnBlanksCommentsAndCase(String sql, Kind kind, @Nullable String table) {
		String[] gaps = { " ", "\n", "\t \r\n", "/**/", "/* ; for update ' */", " -- on duplicate key update\n",
				"#'\"`\n", "/*+ into t */", " --\n", "/*!*/", "/*!50000 */", "\f", "/* { */",
				" -- clone\n/* set */\t" };
		Random random = new Random(sql.hashCode());
		for (int i = 0; i < 500; i++) {
			StringBuilder mutant = new StringBuilder(gap(gaps, random));
			for (String token : sql.split(" (?![a-z]+')")) {
				mutant.append(token.startsWith("'") ? token : changeCase(token, random)).append(gap(gaps, random));
			}
			assertOnly(mutant.append((i % 2 == 0) ? ";" : "").toString(), kind, table);
		}
	}

	@Test
	void remembersShortTextsOnly() {
		String text = "select 'remembered'";
		assertThat(SqlStatement.parse(text)).isSameAs(SqlStatement.parse(new String(text.toCharArray())));
		String longText = "select '" + "x".repeat(4_000) + "'";
		assertThat(SqlStatement.parse(longText)).isEqualTo(SqlStatement.parse(longText))
			.isNotSameAs(SqlStatement.parse(longText));
	}

	@Test
	void remembersWithinBounds() {
		List<SqlStatement> first = SqlStatement.parse("select 'first'");
		IntStream.range(0, 10_000).forEach((i) -> SqlStatement.parse("select " + i));
		assertThat(SqlStatement.parse("select 'first'")).isEqualTo(first).isNotSameAs(first);
	}

	@Test
	void isThreadSafe() {
		assertThat(IntStream.range(0, 100_000).parallel().mapToObj((i) -> {
			int table = i % 3_000;
			return SqlStatement.parse("insert into t" + table + " values (1)")
				.equals(List.of(new SqlStatement(Kind.INSERT, TableName.of("t" + table), false)));
		})).containsOnly(true);
	}

	@Test
	void isUnmodifiable() {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> SqlStatement.parse("select 1").clear());
	}

	@ParameterizedTest
	@EnumSource
	void knowsWhichKindsWrite(Kind kind) {
		assertThat(kind.writes())
			.isNotEqualTo(EnumSet
				.of(Kind.READ, Kind.UNCERTAIN_READ, Kind.LOCKING_READ, Kind.LOCKING_FUNCTION, Kind.SHARED_LOCKING_READ,
						Kind.SET, Kind.SET_AUTOCOMMIT, Kind.BEGIN, Kind.COMMIT, Kind.ROLLBACK, Kind.SAVEPOINT,
						Kind.LOCK_TABLES, Kind.USE, Kind.SHOW_SNAPSHOTS)
				.contains(kind));
	}

	private static void assertOnly(String sql, Kind kind) {
		assertOnly(sql, kind, null);
	}

	private static void assertOnly(String sql, Kind kind, @Nullable String table) {
		assertThat(parse(sql)).as(() -> (sql.length() > 1_000) ? sql.substring(0, 100) : sql)
			.containsExactly(new SqlStatement(kind, (table != null) ? table(table) : null, false));
	}

	/**
	 * Parse a text and leave out what is tested by itself.
	 */
	private static List<SqlStatement> parse(String sql) {
		return SqlStatement.parse(sql)
			.stream()
			.map((statement) -> new SqlStatement(statement.kind(), statement.table(), statement.ifNotExists()))
			.toList();
	}

	private static TableName table(String name) {
		String[] parts = name.split("\\.");
		return (parts.length == 2) ? TableName.of(parts[0], parts[1]) : TableName.of(name);
	}

	private static List<Kind> kinds(int count, Kind kind) {
		return Collections.nCopies(count, kind);
	}

	private static String gap(String[] gaps, Random random) {
		StringBuilder gap = new StringBuilder();
		for (int i = random.nextInt(3); i >= 0; i--) {
			gap.append(gaps[random.nextInt(gaps.length)]);
		}
		return gap.toString();
	}

	private static String changeCase(String token, Random random) {
		StringBuilder changed = new StringBuilder();
		token.chars()
			.forEach((character) -> changed.append((char) (random.nextBoolean() ? Character.toUpperCase(character)
					: Character.toLowerCase(character))));
		return changed.toString();
	}

	@SuppressWarnings("NullAway")
	private static String nullText() {
		return null;
	}

}
