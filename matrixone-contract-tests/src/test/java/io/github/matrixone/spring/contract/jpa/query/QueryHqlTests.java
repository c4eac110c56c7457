package io.github.matrixone.spring.contract.jpa.query;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The clauses of HQL.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryHqlTests extends QueryContract {

	@BeforeAll
	void fill() {
		fillShop();
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', emptyValue = "",
			textBlock = """
					select c.name, p.id from Customer c join c.purchases p order by p.id => Ada, 10; Ada, 11; Bob, 12; Cid, 13
					select c.name, p.id from Customer c left join c.purchases p order by c.id, p.id => Ada, 10; Ada, 11; Bob, 12; Cid, 13; Dan, null
					select c.name, p.id from Customer c right join c.purchases p order by p.id => Ada, 10; Ada, 11; Bob, 12; Cid, 13; null, 14
					select c.name, v.name from Customer c cross join Vehicle v where c.id = 1 order by v.id => Ada, mini; Ada, van; Ada, big
					select c.name, p.id from Customer c left join c.purchases p on p.status = OPEN order by c.id => Ada, 11; Bob, null; Cid, null; Dan, null
					select c.name, p.id from Customer c left join c.purchases p with p.status = OPEN where p.id is not null => Ada, 11
					select c.name, e.name from Customer c join Employee e on e.salary > c.credit and e.department = 'B' where c.id = 2 order by e.id => Bob, Right; Bob, Luca; Bob, Rosa
					select c.name, e.name from Customer c left join Employee e on e.id = c.id + 4 order by c.id => Ada, Luca; Bob, Rosa; Cid, null; Dan, null
					select p.id, c.name from Purchase p left join p.customer c order by p.id => 10, Ada; 11, Ada; 12, Bob; 13, Cid; 14, null
					select p.id, p.customer.name from Purchase p order by p.id => 10, Ada; 11, Ada; 12, Bob; 13, Cid
					select l.id, l.purchase.customer.name, l.product.name from Line l where l.purchase.customer.city = 'Berlin' order by l.id => 100, Ada, pen; 101, Ada, book; 102, Ada, ink; 103, Bob, book; 104, Bob, pen
					select c from Customer c left join fetch c.purchases order by c.id => Ada; Bob; Cid; Dan
					select e.name, m.name, g.name from Employee e left join e.manager m left join m.manager g order by e.id => Root, null, null; Left, Root, null; Right, Root, null; Lisa, Left, Root; Luca, Left, Root; Rosa, Right, Root
					select c.name from Customer c where c.purchases is empty => Dan
					select c.name from Customer c where c.purchases is not empty order by c.id => Ada; Bob; Cid
					select c.name, size(c.purchases) from Customer c order by c.id => Ada, 2; Bob, 1; Cid, 1; Dan, 0
					select c.name from Customer c where size(c.purchases) > 1 => Ada
					select c.name from Customer c, Purchase p where p.id = 11 and p member of c.purchases => Ada
					""")
	void joins(String hql, String rows) {
		assertThat(rows(hql)).isEqualTo(rows);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', emptyValue = "",
			textBlock = """
					select c.name, (select count(*) from Purchase p where p.customer = c) from Customer c order by c.id => Ada, 2; Bob, 1; Cid, 1; Dan, 0
					select c.name, (select max(p.placedAt) from c.purchases p) from Customer c order by c.id => Ada, 2024-02-10T10:00; Bob, 2024-02-20T11:00; Cid, 2024-03-01T12:00; Dan, null
					select c.name from Customer c where exists (select 1 from c.purchases p where p.status = OPEN) => Ada
					select c.name from Customer c where not exists (select 1 from c.purchases p) => Dan
					select c.name from Customer c where c.id in (select p.customer.id from Purchase p where p.status = PAID) order by c.id => Ada; Bob
					select c.name from Customer c where c.id not in (select p.customer.id from Purchase p where p.customer is not null) => Dan
					select c.name from Customer c where c.id not in (select p.customer.id from Purchase p) => ``
					select p.id from Purchase p where p.customer in (select c from Customer c where c.city = 'Berlin') order by p.id => 10; 11; 12
					select e.name from Employee e where e.salary > all (select f.salary from Employee f where f.department = 'B') => Root
					select e.name from Employee e where e.salary >= all (select f.salary from Employee f where f.department = 'B') order by e.id => Root; Left; Right
					select e.name from Employee e where e.salary < any (select f.salary from Employee f where f.department = 'A' and f.id <> 1) order by e.id => Lisa; Luca; Rosa
					select e.name from Employee e where e.salary = some (select f.salary from Employee f where f.department = 'B') order by e.id => Left; Right; Lisa; Luca; Rosa
					select e.name from Employee e where e.salary > (select avg(f.salary) from Employee f where f.department = e.department) order by e.id => Root; Right
					select e.name from Employee e where e.salary = every (select f.salary from Employee f where f.department = 'X') order by e.id => Root; Left; Right; Lisa; Luca; Rosa
					select c.name from Customer c where exists (select 1 from Purchase p where p.customer = c and exists (select 1 from Line l where l.purchase = p and l.product.name = 'ink')) => Ada
					select c.name, (select sum(l.quantity * l.price) from Line l join l.purchase p where p.customer = c) from Customer c order by c.id => Ada, 35.50; Bob, 43.00; Cid, 1.50; Dan, null
					select t.city, t.n from (select c.city as city, count(*) as n from Customer c group by c.city) t where t.n > 1 => Berlin, 2
					select t.total from (select p.id as id, sum(l.quantity * l.price) as total from Purchase p join p.lines l group by p.id) t order by t.total desc limit 2 => 43.00; 27.00
					select c.name, t.n from Customer c join (select p.customer.id as cid, count(*) as n from Purchase p group by p.customer.id) t on t.cid = c.id order by c.id => Ada, 2; Bob, 1; Cid, 1
					select (select count(*) from Customer), (select count(*) from Purchase) => 4, 5
					select count(*) from (select distinct c.city as city from Customer c) t => 3
					select count(*), sum(g) from generate_series(1, 500) g => 500, 125250
					select g from generate_series(1, 10, 4) g => 1; 5; 9
					select c.name from Customer c where (select count(*) from c.purchases) = 2 => Ada
					select p.id from Purchase p where p.id in (select q.id from Purchase q order by q.placedAt desc limit 2) order by p.id => 13; 14
					select p.id from Purchase p where p.id in (select q.id from Purchase q order by q.placedAt limit 2 offset 1) order by p.id => 11; 12
					select c.name from Customer c where (c.city, c.active) in (select d.city, d.active from Customer d where d.id = 1) order by c.id => Ada; Bob
					select c.name from Customer c where (c.city, c.name) in (('Berlin', 'Ada'), ('Paris', 'Cid'), ('Rome', 'X')) order by c.id => Ada; Cid
					select c.name from Customer c where (c.city, c.name) not in (('Berlin', 'Ada'), ('Paris', 'Cid')) order by c.id => Bob; Dan
					select c.name from Customer c where (c.city, c.id) > ('Berlin', 1) order by c.id => Bob; Cid
					select c.name from Customer c order by (select count(*) from c.purchases) desc, c.id => Ada; Bob; Cid; Dan
					""")
	void selectsFromSelections(String hql, String rows) {
		assertThat(rows(hql)).isEqualTo(rows);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', emptyValue = "",
			textBlock = """
					select c.city, count(*) from Customer c group by c.city order by c.city nulls last => Berlin, 2; Paris, 1; null, 1
					select c.city, count(*) from Customer c group by c.city order by c.city nulls first => null, 1; Berlin, 2; Paris, 1
					select c.name from Customer c order by c.city asc nulls last, c.id desc => Bob; Ada; Cid; Dan
					select c.name from Customer c order by c.city desc nulls first, c.id => Dan; Cid; Ada; Bob
					select c.name from Customer c order by c.city, c.id => Dan; Ada; Bob; Cid
					select c.name from Customer c order by c.city desc, c.id => Cid; Ada; Bob; Dan
					select p.customer.name, count(*) from Purchase p group by p.customer.name having count(*) > 1 => Ada, 2
					select c, count(p) from Customer c left join c.purchases p group by c order by c.id => Ada, 2; Bob, 1; Cid, 1; Dan, 0
					select year(p.placedAt), month(p.placedAt), count(*) from Purchase p group by year(p.placedAt), month(p.placedAt) order by 1, 2 => 2024, 1, 1; 2024, 2, 2; 2024, 3, 2
					select p.category, sum(p.price) from Product p group by rollup(p.category) order by p.category nulls last => books, 12.00; furniture, 150.00; stationery, 5.75; null, 167.75
					select distinct c.city, c.active from Customer c order by c.city, c.active => null, true; Berlin, true; Paris, false
					select count(distinct c.city), count(c.city), count(*) from Customer c => 2, 3, 4
					select count(distinct c.city, c.active) from Customer c => 2
					select sum(distinct e.salary), avg(e.salary), min(e.salary), max(e.salary) from Employee e => 720, 170, 100, 300
					select avg(c.credit) from Customer c => 50
					select sum(c.credit) from Customer c where c.id > 100 => null
					select count(*) filter (where c.active), count(*) filter (where c.city = 'Berlin') from Customer c => 3, 2
					select sum(e.salary) filter (where e.department = 'A') from Employee e => 600
					select listagg(c.name, '|') within group (order by c.name desc) from Customer c => Dan|Cid|Bob|Ada
					select c.city, listagg(c.name, ', ') within group (order by c.name) from Customer c group by c.city order by c.city => null, Dan; Berlin, Ada, Bob; Paris, Cid
					select listagg(distinct p.category, ',') within group (order by p.category) from Product p => books,furniture,stationery
					select listagg(c.name, ',') within group (order by c.id) filter (where c.active) from Customer c => Ada,Bob,Dan
					select every(c.active), any(c.active) from Customer c => false, true
					select stddev_pop(e.salary), var_pop(e.salary) from Employee e => 71.87952884, 5166.666667
					select stddev_samp(e.salary), var_samp(e.salary) from Employee e => 78.74007874, 6200
					select stddev(e.salary), variance(e.salary) from Employee e => 71.87952884, 5166.666667
					select bit_or(e.id), bit_and(e.id) from Employee e => 7, 0
					select e.department, e.manager.id, sum(e.salary) from Employee e group by rollup(e.department, e.manager.id) order by 3, 1, 2 => A, 2, 100; B, 3, 100; B, 2, 120; A, 1, 200; B, 1, 200; A, null, 300; B, null, 420; A, null, 600; null, null, 1020
					""")
	void groups(String hql, String rows) {
		assertThat(rows(hql)).isEqualTo(rows);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', emptyValue = "",
			textBlock = """
					select t.n from ((select c.name as n from Customer c where c.id < 3) union (select c.name from Customer c where c.id = 2)) t order by t.n => Ada; Bob
					select t.n from ((select c.name as n from Customer c where c.id < 3) union all (select c.name from Customer c where c.id = 2)) t order by t.n => Ada; Bob; Bob
					select c.name from Customer c where c.id < 3 intersect select c.name from Customer c where c.id > 1 => Bob
					select c.name from Customer c where c.id < 3 except select c.name from Customer c where c.id > 1 => Ada
					select t.n from ((select c.name as n from Customer c order by c.id limit 1) union all (select e.name as n from Employee e order by e.id desc limit 1)) t order by t.n => Ada; Rosa
					select t.n from (select c.name as n from Customer c union select v.name as n from Vehicle v) t order by t.n => Ada; Bob; Cid; Dan; big; mini; van
					select c.name from Customer c where c.id in (select d.id from Customer d where d.id = 1 union select p.customer.id from Purchase p where p.id = 12) order by c.id => Ada; Bob
					select count(*) from (select c.id as id from Customer c union all select p.id as id from Purchase p) t => 9
					select t.n from ((select e.department as n from Employee e) intersect all (select e.department from Employee e where e.id > 3)) t order by t.n => A; B; B
					""")
	void combinesSelections(String hql, String rows) {
		assertThat(rows(hql)).isEqualTo(rows);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', emptyValue = "",
			textBlock = """
					with t as (select c.id as id, c.name as name from Customer c where c.city = 'Berlin') select t.name from t t order by t.id => Ada; Bob
					with t as (select p.customer.id as cid, count(*) as n from Purchase p group by p.customer.id) select c.name, t.n from Customer c join t t on t.cid = c.id order by c.id => Ada, 2; Bob, 1; Cid, 1
					with a as (select c.id as id from Customer c where c.id < 3), b as (select a.id as id from a a where a.id > 1) select b.id from b b => 2
					with t as materialized (select c.id as id from Customer c) select max(t.id) from t t => 4
					with tree as (select e.id as id, e.name as name, 1 as level from Employee e where e.manager is null union all select e.id as id, e.name as name, t.level + 1 as level from Employee e join tree t on e.manager.id = t.id) select t.name, t.level from tree t order by t.level, t.id => Root, 1; Left, 2; Right, 2; Lisa, 3; Luca, 3; Rosa, 3
					with tree as (select e.id as id, e.manager.id as mid from Employee e where e.name = 'Lisa' union all select e.id as id, e.manager.id as mid from Employee e join tree t on e.id = t.mid) select e.name from Employee e join tree t on t.id = e.id order by e.id => Root; Left; Lisa
					with tree as (select e.id as id, e.name as name from Employee e where e.manager is null union all select e.id as id, e.name as name from Employee e join tree t on e.manager.id = t.id) search depth first by name set ord select t.name from tree t order by t.ord => Root; Left; Lisa; Luca; Right; Rosa
					with n as (select 1 as i union all select n.i + 1 as i from n n where n.i < 5) select sum(n.i) from n n => 15
					with tree as (select e.id as id, e.manager.id as mid from Employee e where e.id = 1 union all select e.id as id, e.manager.id as mid from Employee e join tree t on e.manager.id = t.id) cycle id set looped to true default false select count(*) from tree t where not t.looped => 6
					""")
	void namesSelections(String hql, String rows) {
		assertThat(rows(hql)).isEqualTo(rows);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', emptyValue = "",
			textBlock = """
					select e.name, row_number() over (order by e.salary desc, e.id) from Employee e order by 2 => Root, 1; Left, 2; Right, 3; Luca, 4; Lisa, 5; Rosa, 6
					select e.name, rank() over (order by e.salary desc), dense_rank() over (order by e.salary desc) from Employee e order by 2, e.id => Root, 1, 1; Left, 2, 2; Right, 2, 2; Luca, 4, 3; Lisa, 5, 4; Rosa, 5, 4
					select e.name, row_number() over (partition by e.department order by e.id) from Employee e order by e.id => Root, 1; Left, 2; Right, 1; Lisa, 3; Luca, 2; Rosa, 3
					select e.name, lag(e.name) over (order by e.id), lead(e.name) over (order by e.id) from Employee e order by e.id => Root, null, Left; Left, Root, Right; Right, Left, Lisa; Lisa, Right, Luca; Luca, Lisa, Rosa; Rosa, Luca, null
					select e.name, lag(e.name, 2, 'none') over (order by e.id) from Employee e order by e.id limit 3 => Root, none; Left, none; Right, Root
					select e.name, first_value(e.name) over (partition by e.department order by e.id), last_value(e.name) over (partition by e.department order by e.id rows between unbounded preceding and unbounded following) from Employee e order by e.id => Root, Root, Lisa; Left, Root, Lisa; Right, Right, Rosa; Lisa, Root, Lisa; Luca, Right, Rosa; Rosa, Right, Rosa
					select e.name, nth_value(e.name, 2) over (order by e.id rows between unbounded preceding and unbounded following) from Employee e order by e.id limit 1 => Root, Left
					select e.id, sum(e.salary) over (order by e.id) from Employee e order by e.id => 1, 300; 2, 500; 3, 700; 4, 800; 5, 920; 6, 1020
					select e.id, sum(e.salary) over (order by e.id rows between 1 preceding and 1 following) from Employee e order by e.id => 1, 500; 2, 700; 3, 500; 4, 420; 5, 320; 6, 220
					select e.id, sum(e.salary) over (order by e.id rows between unbounded preceding and current row) from Employee e order by e.id => 1, 300; 2, 500; 3, 700; 4, 800; 5, 920; 6, 1020
					select e.id, sum(e.salary) over (order by e.salary range between 20 preceding and current row) from Employee e order by e.id => 1, 300; 2, 400; 3, 400; 4, 200; 5, 320; 6, 200
					select e.id, count(*) over (order by e.salary) from Employee e order by e.id => 1, 6; 2, 5; 3, 5; 4, 2; 5, 3; 6, 2
					select e.id, avg(e.salary) over (partition by e.department) from Employee e order by e.id => 1, 200; 2, 200; 3, 140; 4, 200; 5, 140; 6, 140
					select e.id, percent_rank() over (order by e.id), cume_dist() over (order by e.id) from Employee e order by e.id limit 2 => 1, 0, 0.1666666667; 2, 0.2, 0.3333333333
					select t.name from (select e.name as name, row_number() over (partition by e.department order by e.salary desc, e.id) as rn from Employee e) t where t.rn = 1 order by t.name => Right; Root
					select c.city, count(*), sum(count(*)) over (order by c.city) from Customer c group by c.city order by c.city => null, 1, 1; Berlin, 2, 3; Paris, 1, 4
					select rank(120) within group (order by e.salary) from Employee e => 3
					select dense_rank(120) within group (order by e.salary) from Employee e => 2
					""")
	void looksThroughWindows(String hql, String rows) {
		assertThat(rows(hql)).isEqualTo(rows);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', emptyValue = "", textBlock = """
			select c.name from Customer c order by c.id limit 2 => Ada; Bob
			select c.name from Customer c order by c.id limit 2 offset 1 => Bob; Cid
			select c.name from Customer c order by c.id offset 2 => Cid; Dan
			select c.name from Customer c order by c.id offset 1 rows fetch next 1 row only => Bob
			select e.name from Employee e order by e.salary desc, e.id fetch first 2 rows with ties => Root; Left
			select e.name from Employee e order by e.id fetch first 50 percent rows only => Root; Left; Right
			""")
	void cutsPages(String hql, String rows) {
		assertThat(rows(hql)).isEqualTo(rows);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', emptyValue = "",
			textBlock = """
					select p from Payment p order by p.id => Card 1; Bank 2; Card 3
					select p.id, p.number from CardPayment p order by p.id => 1, 4111; 3, 4222
					select p.id from Payment p where type(p) = CardPayment order by p.id => 1; 3
					select p.id, treat(p as BankPayment).iban from Payment p order by p.id => 1, null; 2, DE1; 3, null
					select p.id from Payment p where treat(p as CardPayment).number = '4111' => 1
					select p.id, type(p) from Payment p where p.amount > 20 order by p.id => 1, Card; 2, Bank
					select v from Vehicle v order by v.id => mini; van; big
					select c.name from Car c where c.doors > 3 => van
					select v.name from Vehicle v where type(v) in (Truck) => big
					select v.name from Vehicle v where treat(v as Truck).load > 5 => big
					select sum(p.amount) from Payment p => 71.50
					select l.quantity * l.price, p.amount from Line l join Payment p on p.purchase = l.purchase where l.id = 100 => 15.00, 27.00
					""")
	void selectsByType(String hql, String rows) {
		assertThat(rows(hql)).isEqualTo(rows);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`', emptyValue = "",
			textBlock = """
					select c.name from Customer c where c.name like 'A%' => Ada
					select c.name from Customer c where c.name like '_o_' => Bob
					select p.name from Product p where p.sku like '%\\_%' escape '\\' => book
					select p.name from Product p where p.sku like '%!%%' escape '!' => ink
					select p.name from Product p where p.sku like '%\\%' => desk
					select p.name from Product p where p.sku not like '%\\%' order by p.id => pen; book; ink
					select p.name from Product p where p.sku like 'D\\1' => desk
					select p.name from Product p where p.sku ilike 'd\\_' => desk
					select count(*) from Product p where p.sku like 'B\\_1' => 0
					select p.name from Product p where p.sku like concat('%', '\\', '%') => desk
					select c.name from Customer c where c.email is distinct from 'ada@x.org' order by c.id => Bob; Cid; Dan
					select c.name from Customer c where c.email is not distinct from null => Bob
					select c.name from Customer c where c.credit between 0 and 50 order by c.id => Bob; Dan
					select c.name from Customer c where not c.active => Cid
					select c.name from Customer c where c.active or c.id = 3 order by c.id => Ada; Bob; Cid; Dan
					select c.name from Customer c where c.active is not true => Cid
					select c.name from Customer c where c.since > datetime 2020-01-01 10:00:00 and c.since < datetime 2020-01-01 10:00:01 => Ada
					select c.name from Customer c where c.since = datetime 2020-01-01 10:00:00.123456 => Ada
					select c.name, case when c.credit > 60 then 'rich' when c.credit is null then 'unknown' else 'poor' end from Customer c order by c.id => Ada, rich; Bob, poor; Cid, unknown; Dan, poor
					select c.name from Customer c where coalesce(c.city, 'none') = 'none' => Dan
					select c.name from Customer c where lower(c.name) in ('ada', 'bob') order by c.id => Ada; Bob
					select c.name from Customer c where c.name in () => ``
					select c.name from Customer c where collate(c.name as utf8mb4_bin) = 'Ada' => Ada
					select p.id from Purchase p where p.status in (OPEN, PAID) and p.customer.active order by p.id => 10; 11; 12
					select p.status, count(*) from Purchase p group by p.status order by p.status => CANCELLED, 1; OPEN, 2; PAID, 2
					select new map(c.name as n, c.id as i) from Customer c where c.id = 1 => {i=1, n=Ada}
					select new list(c.name, c.id) from Customer c where c.id = 1 => [Ada, 1]
					""")
	void restricts(String hql, String rows) {
		assertThat(rows(hql)).isEqualTo(rows);
	}

}
