package io.github.matrixone.spring.contract.jpa.query;

import java.util.List;

import org.hibernate.Session;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.contract.FaultOfServer;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Statements of HQL that change many rows.
 */
class QueryBulkTests extends QueryContract {

	private static final TableName PRODUCT = TableName.of("product");

	private static final TableName COPY = TableName.of("query_copy");

	@Autowired
	CloneOperations clones;

	@BeforeEach
	void fill() {
		this.jdbc.execute("DROP TABLE IF EXISTS query_copy");
		fillShop();
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiterString = " => ", quoteCharacter = '`',
			textBlock = """
					# statement => how many rows it changes => what is selected then => what is found
					update Customer c set c.city = 'Rome' where c.city = 'Paris' => 1 => c.id, c.city from Customer c where c.city = 'Rome' => 3, Rome
					update versioned Customer c set c.city = 'Rome' where c.city = 'Berlin' => 2 => c.id, c.version from Customer c order by c.id => 1, 1; 2, 1; 3, 0; 4, 0
					update Customer c set c.credit = c.credit + 1 where c.credit is not null => 3 => c.credit from Customer c order by c.id => 101.00; 51.00; null; 1.00
					update Customer c set c.active = not c.active => 4 => c.active from Customer c order by c.id => false; false; true; false
					update Customer c set c.city = c.name, c.name = c.city where c.id = 1 => 1 => c.city, c.name from Customer c where c.id = 1 => Ada, Berlin
					update Customer c set c.city = 'X' where c.id in (select p.customer.id from Purchase p where p.status = PAID) => 2 => c.id from Customer c where c.city = 'X' order by c.id => 1; 2
					update Customer c set c.city = 'X' where exists (select 1 from Purchase p where p.customer = c) => 3 => c.id from Customer c where c.city = 'X' order by c.id => 1; 2; 3
					update Customer c set c.city = (select d.city from Customer d where d.id = 1) where c.id = 4 => 1 => c.city from Customer c where c.id = 4 => Berlin
					update Customer c set c.city = 'X' where c.credit = (select max(d.credit) from Customer d) => 1 => c.id from Customer c where c.city = 'X' => 1
					update Purchase p set p.status = PAID where p.customer.city = 'Berlin' => 3 => p.id from Purchase p where p.status = PAID order by p.id => 10; 11; 12
					update Purchase p set p.customer = (select c from Customer c where c.id = 4) where p.id = 14 => 1 => p.customer.name from Purchase p where p.id = 14 => Dan
					update Payment p set p.amount = p.amount + 1 => 3 => p.amount from Payment p order by p.id => 28.00; 44.00; 2.50
					update Payment p set p.amount = 1 where p.purchase.customer.name = 'Ada' => 1 => p.amount from Payment p order by p.id => 1.00; 43.00; 1.50
					update CardPayment p set p.number = 'x' => 2 => p.id, p.number from CardPayment p order by p.id => 1, x; 3, x
					update CardPayment p set p.number = 'x', p.amount = 5 where p.amount > 2 => 1 => p.number, p.amount from CardPayment p order by p.id => x, 5.00; 4222, 1.50
					update Vehicle v set v.name = 'x' => 3 => v.name from Vehicle v order by v.id => x; x; x
					update Car c set c.doors = 4 => 2 => c.doors from Car c => 4; 4
					update Truck t set t.load = t.load + 1, t.name = 'bigger' where t.load > 5 => 1 => t.load, t.name from Truck t => 11, bigger
					delete from Line l where l.quantity > 4 => 2 => l.id from Line l order by l.id => 101; 102; 103; 105
					delete from Line l where l.product.name = 'pen' => 3 => l.id from Line l order by l.id => 101; 102; 103
					delete from Line l where l.purchase in (select p from Purchase p where p.customer.name = 'Ada') => 3 => l.id from Line l order by l.id => 103; 104; 105
					update Employee e set e.salary = 1 where e.manager.name = 'Left' => 2 => e.id from Employee e where e.salary = 1 order by e.id => 4; 5
					delete from Employee e where e.salary < (select avg(f.salary) from Employee f) => 3 => e.id from Employee e order by e.id => 1; 2; 3
					delete from Employee e where e.id in (select f.id from Employee f where f.manager.name = 'Right') => 1 => e.id from Employee e order by e.id => 1; 2; 3; 4; 5
					delete from Payment p => 3 => count(p) from Payment p => 0
					delete from Payment p where p.amount > 20 => 2 => p.id from Payment p => 3
					delete from Payment p where p.purchase.customer.name = 'Cid' => 1 => p.id from Payment p order by p.id => 1; 2
					delete from CardPayment p where p.number = '4111' => 1 => p.id from Payment p order by p.id => 2; 3
					delete from BankPayment => 1 => p.id from Payment p order by p.id => 1; 3
					delete from Vehicle v where v.id > 1 => 2 => v.id from Vehicle v => 1
					delete from Car => 2 => v.id from Vehicle v => 3
					insert into Product (id, sku, name, category, price, discontinued) values (9, 'N', 'new', 'x', 1.5, false), (8, 'M', 'old', 'x', 2, true) => 2 => p.id, p.name, p.price, p.discontinued from Product p where p.id > 4 order by p.id => 8, old, 2.00, true; 9, new, 1.50, false
					insert into Product (id, sku, name, category, price, discontinued) select c.id + 100, c.name, c.name, 'customer', 1.0, c.active from Customer c => 4 => p.id, p.discontinued from Product p where p.id > 100 order by p.id => 101, true; 102, true; 103, false; 104, true
					insert into CardPayment (id, version, amount, number) values (9, 0, 1.0, 'n') => 1 => p.number, p.amount from CardPayment p where p.id = 9 => n, 1.00
					insert into CardPayment (id, version, amount, number) select p.id + 10, 0, p.amount, 'n' from Payment p => 3 => p.id, p.number, p.amount from CardPayment p where p.id > 10 order by p.id => 11, n, 27.00; 12, n, 43.00; 13, n, 1.50
					insert into Car (id, name, doors) select v.id + 10, v.name, 2 from Vehicle v => 3 => c.name, c.doors from Car c where c.id > 10 order by c.id => mini, 2; van, 2; big, 2
					insert into Purchase (id, version, status, customer) select c.id + 100, 0, 'OPEN', c from Customer c => 4 => p.customer.name, p.status from Purchase p where p.id > 100 order by p.id => Ada, OPEN; Bob, OPEN; Cid, OPEN; Dan, OPEN
					insert into Product (id, sku, name, category, price, discontinued) values (1, 'P-1', 'new', 'x', 9, false) on conflict (id) do update set name = excluded.name, price = price + excluded.price => 2 => p.name, p.price from Product p where p.id = 1 => new, 10.50
					insert into Product (id, sku, name, category, price, discontinued) values (1, 'P-1', 'new', 'x', 9, false) on conflict (id) do update set name = excluded.name where price > 5 => 0 => p.name from Product p where p.id = 1 => pen
					""")
	@FaultOfServer(value = "the assignments of an UPDATE see the old values, not those before them in the list",
			only = "c.city = c.name, c.name = c.city")
	void changesRowsAndCountsThem(String hql, int count, String check, String rows) {
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.entityManager.createQuery(hql).executeUpdate()).isEqualTo(count);
			assertThat(rows("select " + check)).isEqualTo(rows);
		});
		assertThat(rows("select " + check)).isEqualTo(rows);
	}

	@Test
	void aTemporaryTableOfHibernateNeitherCommitsNorOutlivesTheTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("UPDATE product SET name = 'changed' WHERE id = 1");
			assertThat(this.entityManager.createQuery("update CardPayment p set p.number = 'x', p.amount = 5")
				.executeUpdate()).isEqualTo(2);
			assertThat(this.entityManager.createQuery("delete from Payment p where p.amount = 5").executeUpdate())
				.isEqualTo(2);
			status.setRollbackOnly();
		});
		assertThat(rows("select p.id, p.amount from Payment p order by p.id")).isEqualTo("1, 27.00; 2, 43.00; 3, 1.50");
		assertThat(rows("select p.name from Product p where p.id = 1")).isEqualTo("pen");
		assertThat(this.jdbc.queryForList(
				"SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'hte%'"))
			.isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "update Line l set l.quantity = 1", "delete from Payment p where p.amount > 20",
			"update Payment p set p.amount = 1", "delete from Payment p where p.purchase.customer.name = 'Cid'" })
	void aTableCanBeClonedLiveAfterOthersAreChanged(String hql) {
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.entityManager.createQuery(hql).executeUpdate()).isPositive();
			this.clones.cloneTable(PRODUCT, COPY);
		});
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM query_copy", Integer.class)).isEqualTo(4);
	}

	@Test
	void aClonedTableMustNotHaveLostRowsInTheTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.entityManager.createQuery("delete from Product p where p.id = 4").executeUpdate()).isOne();
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneTable(PRODUCT, COPY));
			this.clones.cloneTable(PRODUCT, COPY, CloneOptions.byCopy());
		});
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM query_copy", Integer.class)).isEqualTo(3);
	}

	@Test
	void upsertsAStatelessEntity() {
		this.transaction.executeWithoutResult((status) -> this.entityManager.unwrap(Session.class)
			.getSessionFactory()
			.inStatelessTransaction((session) -> {
				session.upsert(new Vehicle.Car(1, "maxi", 5));
				session.upsert(new Vehicle.Car(9, "new", 2));
				session.upsert(new Product(1, "P-1", "pencil", "stationery", "2.00", true));
				session.upsert(new Product(9, "N", "nine", "x", "9.00", false));
			}));
		assertThat(rows("select c.id, c.name, c.doors from Car c order by c.id"))
			.isEqualTo("1, maxi, 5; 2, van, 5; 9, new, 2");
		assertThat(
				rows("select p.id, p.name, p.price, p.discontinued from Product p where p.id in (1, 9) order by p.id"))
			.isEqualTo("1, pencil, 2.00, true; 9, nine, 9.00, false");
	}

	@Test
	void insertsUpdatesAndDeletesStatelessEntitiesInBatches() {
		this.transaction.executeWithoutResult((status) -> this.entityManager.unwrap(Session.class)
			.getSessionFactory()
			.inStatelessTransaction((session) -> {
				session.setJdbcBatchSize(2);
				session.insertMultiple(List.of(new Vehicle.Car(11, "a", 1), new Vehicle.Truck(12, "b", 2),
						new Vehicle.Car(13, "c", 3)));
				session.updateMultiple(List.of(new Vehicle.Car(1, "mini 2", 3), new Vehicle.Car(2, "van 2", 5)));
				session.deleteMultiple(List.of(new Vehicle.Truck(3, "big", 10), new Vehicle.Car(13, "c", 3)));
			}));
		assertThat(rows("select v.id, v.name from Vehicle v order by v.id"))
			.isEqualTo("1, mini 2; 2, van 2; 11, a; 12, b");
	}

}
