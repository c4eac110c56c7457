package io.github.matrixone.spring.sql;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PastQueryTests {

	private static final DatabaseName COPY = DatabaseName.of("past_of_shop");

	private final PastQuery query = new PastQuery(COPY, Map.of());

	@ParameterizedTest
	@ValueSource(strings = { "select o.id, o.name from item o where o.id = ?", "SELECT 1",
			"(select 1) union (select 2)", "select count(*) from item",
			"select o.* from item o, line l where l.item_id = o.id",
			"select o.id from item o join line l on l.item_id = o.id and l.n in (1, 2), tag t where t.id = o.id",
			"select o.id from item o left join (select l.item_id, count(l.id) n from line l group by l.item_id) x "
					+ "on x.item_id = o.id order by o.id limit 3",
			"with recursive c as (select t.id from tree t union all select t.id from tree t join c on c.id = t.parent) "
					+ "select c.id from c",
			"select extract(year from o.created), trim(both ' ' from o.name), substring(o.name from 2 for 3) from item o",
			"select (select max(l.n) from line l where l.item_id = o.id) from item o where exists "
					+ "(select 1 from tag t where t.id = o.id)",
			"select row_number() over (partition by o.kind order by o.id) from item o",
			"select o.`now`, o.current_date from `item` o", "select unix_timestamp(o.created) from item o",
			"select i.id from past_of_shop.item i", "select 1;", "select o.id from item o; ; select l.id from line l;",
			"select item.id from item", "select 'shop.item now()' from item",
			"select o.id from item o join line l using (id), tag t", "values row(1, 2)",
			"select straight_join o.id from item o straight_join line l on l.item_id = o.id where l.id = 1",
			"select g.result from generate_series(1, 3) g, tag t",
			"select u.value from item o, unnest(o.tags, '$.a') u where o.id in (select max(t.id) from tag t)",
			"explain select o.id from item o", "EXPLAIN ANALYZE VERBOSE (select 1) union (select 2)",
			"select case when o.a then (o.b) else (select 1) end from item o where o.a in (select t.a from tag t)" })
	void readsNothingElse(String sql) {
		assertThat(this.query.problem(sql)).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					select * from shop.item                                               | names the database shop
					select * from `shop` . `item` i                                       | names the database shop
					select * from item i, shop.item j                                     | names the database shop
					select * from item i join line l on l.id = i.id, shop.item shop       | names the database shop
					select * from item i join line l using (id), shop.item j              | names the database shop
					select * from item shop join line l on l.id = shop.id straight_join shop.item j | names the database shop
					select * from item shop straight_join shop.item j                     | names the database shop
					select * from (item i join shop.line l on l.id = i.id)                | names the database shop
					select * from item where id in (select id from other.item)            | names the database other
					select * from item i where exists (table shop.tag)                    | names the database shop
					with c as (select * from shop.item) select * from c                   | names the database shop
					select * from item union select * from shop.item                      | names the database shop
					select shop.item.id from item                                         | names the database shop
					select * from unnest((select tags from shop.item)) u                  | names the database shop
					explain select * from shop.item                                       | names the database shop
					explain verbose select now() from item                                | asks for the current time (NOW)
					explain update item set id = 1                                        | is no query
					explain analyze delete from item                                      | is no query
					explain explain select 1                                              | is no query
					explain item                                                          | is no query
					explain (analyze) update item set id = 1                              | locks, or calls a function of which it is not known that it only computes
					select 1; explain select * from shop.item                             | names the database shop
					select shop.price(i.id) from item i                                   | names the database shop
					select extract(year from (select max(d) from shop.item)) from item    | names the database shop
					select table_name from information_schema.tables                      | names the database information_schema
					select * from item where shop.x = 1                                   | names the database shop
					select * from item {MO_TS = 5}                                        | names a point in time of its own
					select now() from item                                                | asks for the current time (NOW)
					select * from item where d < CURRENT_DATE                             | asks for the current time (CURRENT_DATE)
					select * from item where d < current_timestamp(6)                     | asks for the current time (CURRENT_TIMESTAMP)
					select * from item where d < `now`()                                  | asks for the current time (NOW)
					select unix_timestamp ( ) from item                                   | asks for the current time (UNIX_TIMESTAMP)
					select sysdate() from item                                            | asks for the current time (SYSDATE)
					select 'abc from item                                                 | cannot be read with certainty
					select name from item into outfile 'x'                                | writes what it reads to a file or a variable
					show tables                                                           | is no query
					update item set id = 1                                                | is no query
					select 1; show databases                                              | is no query
					select 1; select * from shop.item                                     | names the database shop
					select * from item x; select x.a from item where x.a.b = 1            | names the database x
					""",
			quoteCharacter = '\0')
	void readsSomethingElse(String sql, String problem) {
		assertThat(this.query.problem(sql)).isEqualTo(problem);
	}

	@ParameterizedTest
	@ValueSource(strings = { "select nextval('s')", "select price_of(o.id) from item o",
			"select * from item for update", "select @a", "select addtime('10:00', '1:00')" })
	void explainsNothingElse(String query) {
		assertThat(this.query.problem("explain " + query)).startsWith("locks, or calls a function");
		assertThat(this.query.problem("select 1; explain verbose " + query)).startsWith("locks, or calls a function");
	}

	@Test
	void looksIntoViews() {
		PastQuery views = PastQuery.of(COPY, Map.of("file", "it is an external table"),
				Map.of("good", "create or replace view good (a) as select id from item", "late",
						"create view late as select now() from item", "later",
						"create view later as select * from `late`;", "far",
						"create sql security definer view far as (select * from shop.item)", "unknown",
						"create view unknown as select price_of(id) from item", "outside",
						"create view `outside` AS select * from file"));
		assertThat(views.problem("select * from good")).isNull();
		assertThat(views.problem("select * from late"))
			.isEqualTo("reads what the past cannot be read of: its view late asks for the current time (NOW)");
		assertThat(views.problem("select * from `Later`")).contains("view later").contains("view late");
		assertThat(views.problem("select * from item i, far")).contains("names the database shop");
		assertThat(views.problem("select * from unknown")).contains("view unknown locks, or calls a function");
		assertThat(views.problem("select * from outside")).contains("it is an external table");
	}

}
