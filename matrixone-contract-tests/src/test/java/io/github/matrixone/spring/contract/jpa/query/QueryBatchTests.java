package io.github.matrixone.spring.contract.jpa.query;

import java.sql.Connection;
import java.util.List;
import java.util.stream.IntStream;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.jdbc.JdbcConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.test.context.TestPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

/**
 * Statements in batches of JDBC, as they are and rewritten into one by the driver.
 */
@EnabledIfServer
class QueryBatchTests {

	@Nested
	class OneByOne extends Batches {

	}

	@Nested
	@TestPropertySource(properties = "spring.datasource.hikari.data-source-properties.rewriteBatchedStatements=true")
	class Rewritten extends Batches {

		@Test
		void theDriverRewrites() {
			this.jdbc.execute((Connection connection) -> assertThat(connection.unwrap(JdbcConnection.class)
				.getPropertySet()
				.getBooleanProperty(PropertyKey.rewriteBatchedStatements)
				.getValue()).isTrue());
		}

	}

	@TestPropertySource(properties = { "spring.jpa.properties.hibernate.jdbc.batch_size=50",
			"spring.jpa.properties.hibernate.order_inserts=true",
			"spring.jpa.properties.hibernate.order_updates=true" })
	abstract static class Batches extends QueryContract {

		@BeforeEach
		void fill() {
			fillShop();
			this.jdbc.update("DELETE FROM event");
		}

		@Test
		void insertsUpdatesAndDeletesManyRows() {
			this.transaction.executeWithoutResult((status) -> {
				for (int i = 1; i <= 120; i++) {
					this.entityManager
						.persist(new Product(1000 + i, "S" + i, "it's \\ ü; " + i, "batch", i + ".25", i % 2 == 0));
					this.entityManager.persist(new Vehicle.Car(1000 + i, "car " + i, i));
				}
			});
			assertThat(row("select count(*) as products, sum(p.price) as prices, "
					+ "sum(case when p.discontinued then 1 else 0 end) as discontinued from Product p "
					+ "where p.category = 'batch'"))
				.containsOnly(entry("products", "120"), entry("prices", "7290.00"), entry("discontinued", "60"));
			assertThat(rows("select p.name from Product p where p.id = 1117")).isEqualTo("it's \\ ü; 117");
			this.transaction.executeWithoutResult((status) -> {
				List<Product> products = this.entityManager
					.createQuery("select p from Product p where p.category = 'batch' order by p.id", Product.class)
					.getResultList();
				products.subList(0, 100).forEach((product) -> product.name = "changed " + product.id);
				products.subList(100, 120).forEach(this.entityManager::remove);
			});
			assertThat(row("select count(*) as products, min(p.name) as firstName, max(p.id) as lastId from Product p "
					+ "where p.category = 'batch'"))
				.containsOnly(entry("products", "100"), entry("firstName", "changed 1001"), entry("lastId", "1100"));
			assertThat(rows("select count(*) from Product p where p.name = concat('changed ', p.id)")).isEqualTo("100");
		}

		@Test
		void givesEachRowItsGeneratedKey() {
			List<Event> events = IntStream.rangeClosed(1, 60).mapToObj((i) -> new Event("event " + i)).toList();
			this.transaction.executeWithoutResult((status) -> events.forEach(this.entityManager::persist));
			assertThat(events).extracting((event) -> event.id).doesNotHaveDuplicates();
			this.transaction.executeWithoutResult((status) -> events.forEach(
					(event) -> assertThat(this.entityManager.find(Event.class, event.id).text).isEqualTo(event.text)));
		}

		@Test
		void aStaleVersionInABatchIsFoundAndNothingChanged() {
			assertThatExceptionOfType(OptimisticLockingFailureException.class)
				.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
					this.entityManager.createQuery("select c from Customer c", Customer.class)
						.getResultList()
						.forEach((customer) -> customer.city = "X");
					inAnotherTransaction("UPDATE customer SET version = version + 1 WHERE id = 3");
				}));
			assertThat(rows("select c.city from Customer c order by c.id")).isEqualTo("Berlin; Berlin; Paris; null");
		}

		@Test
		void aRowThatIsGoneIsFoundWhenItIsDeletedInABatch() {
			assertThatExceptionOfType(OptimisticLockingFailureException.class)
				.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
					List<Payment> payments = this.entityManager.createQuery("select p from Payment p", Payment.class)
						.getResultList();
					inAnotherTransaction("DELETE FROM bank_payment WHERE id = 2");
					inAnotherTransaction("DELETE FROM payment WHERE id = 2");
					payments.forEach(this.entityManager::remove);
				}));
			assertThat(rows("select p.id from Payment p order by p.id")).isEqualTo("1; 3");
		}

		@Test
		void aDuplicateInABatchLeavesNothing() {
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
					for (int i = 1; i <= 10; i++) {
						this.entityManager
							.persist(new Product(1000 + i, (i == 7) ? "P-1" : "S" + i, "n", "c", "1", false));
					}
				}));
			assertThat(rows("select count(*) from Product p")).isEqualTo("4");
		}

		@Test
		void deletesByAnUpdateOfItsOwn() {
			Event event = new Event("one");
			this.transaction.executeWithoutResult((status) -> this.entityManager.persist(event));
			this.transaction.executeWithoutResult(
					(status) -> this.entityManager.remove(this.entityManager.find(Event.class, event.id)));
			assertThat(rows("select count(*) from Event e")).isEqualTo("0");
			assertThat(this.jdbc.queryForObject("SELECT deleted FROM event WHERE id = ?", Integer.class, event.id))
				.isEqualTo(1);
		}

		private void inAnotherTransaction(String sql) {
			Thread thread = new Thread(() -> this.jdbc.update(sql));
			thread.start();
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
