package io.github.matrixone.spring.contract.jpa.query;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;

import jakarta.persistence.QueryTimeoutException;
import jakarta.persistence.Tuple;
import org.hibernate.query.NativeQuery;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Native queries, hints, comments and timeouts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestPropertySource(properties = { "spring.jpa.properties.hibernate.use_sql_comments=true",
		"spring.jpa.properties.hibernate.query.in_clause_parameter_padding=true" })
class QueryNativeTests extends QueryContract {

	@BeforeAll
	void fill() {
		fillShop();
	}

	@Test
	void takesParametersByNameAndPosition() {
		assertThat(text(this.entityManager
			.createNativeQuery("SELECT name, credit FROM customer WHERE city = :city AND id IN (:ids) ORDER BY id")
			.setParameter("city", "Berlin")
			.setParameter("ids", List.of(1, 2, 3))
			.getResultList())).isEqualTo("Ada, 100.00; Bob, 50.00");
		assertThat(text(this.entityManager.createNativeQuery("SELECT name FROM customer WHERE name = ?1 OR id = ?2")
			.setParameter(1, "O'Neill\\")
			.setParameter(2, 4)
			.getResultList())).isEqualTo("Dan");
	}

	@Test
	void pagesANativeQuery() {
		assertThat(text(this.entityManager.createNativeQuery("SELECT name FROM customer ORDER BY id")
			.setFirstResult(1)
			.setMaxResults(2)
			.getResultList())).isEqualTo("Bob; Cid");
	}

	@Test
	void mapsTuplesEntitiesAndScalars() {
		@SuppressWarnings("unchecked")
		List<Tuple> tuples = this.entityManager
			.createNativeQuery("SELECT id AS i, name AS n, active AS a FROM customer WHERE id = 1", Tuple.class)
			.getResultList();
		assertThat(tuples).singleElement().satisfies((tuple) -> {
			assertThat(tuple.get("i", Number.class).longValue()).isEqualTo(1);
			assertThat(tuple.get("n")).isEqualTo("Ada");
		});
		assertThat(text(this.entityManager
			.createNativeQuery("SELECT * FROM customer WHERE city = 'Berlin' ORDER BY id", Customer.class)
			.getResultList())).isEqualTo("Ada; Bob");
		assertThat(this.entityManager.createNativeQuery("SELECT count(*) FROM customer", Long.class).getSingleResult())
			.isEqualTo(4L);
		assertThat(this.entityManager.createNativeQuery("SELECT sum(credit) FROM customer", BigDecimal.class)
			.getSingleResult()).isEqualTo(new BigDecimal("150.00"));
	}

	@Test
	void mapsAStoredMapping() {
		assertThat(text(this.entityManager.createNativeQuery("""
				SELECT c.*, count(p.id) AS purchases FROM customer c JOIN purchase p ON p.customer_id = c.id
				WHERE c.id < 3 GROUP BY c.id, c.version, c.name, c.city, c.email, c.active, c.credit, c.since_
				ORDER BY c.id""", "CustomerWithPurchases").getResultList())).isEqualTo("Ada, 2; Bob, 1");
		assertThat(
				this.entityManager.createNativeQuery("SELECT name, credit FROM customer WHERE id = 1", "NameAndCredit")
					.getSingleResult())
			.isEqualTo(new NameAndCredit("Ada", new BigDecimal("100.00")));
	}

	@Test
	void mapsAJoinToEntities() {
		NativeQuery<?> query = this.entityManager
			.createNativeQuery("SELECT {c.*}, {p.*} FROM customer c JOIN purchase p ON p.customer_id = c.id "
					+ "WHERE c.id = 1 ORDER BY p.id")
			.unwrap(NativeQuery.class);
		query.addEntity("c", Customer.class).addEntity("p", Purchase.class);
		this.transaction.executeWithoutResult(
				(status) -> assertThat(text(query.getResultList())).isEqualTo("Ada, purchase 10; Ada, purchase 11"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 5, 1025, 4000 })
	void padsTheListOfIn(int size) {
		assertThat(text(this.entityManager.createQuery("select c from Customer c where c.id in :ids order by c.id")
			.setParameter("ids", IntStream.rangeClosed(2, size + 1).mapToObj(Long::valueOf).toList())
			.getResultList())).isEqualTo((size == 1) ? "Bob" : "Bob; Cid; Dan");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a comment", "it's; -- # /* x", "ein Ümläut" })
	void sendsComments(String comment) {
		assertThat(text(this.entityManager.createQuery("select c from Customer c where c.id = 1")
			.setHint("org.hibernate.comment", comment)
			.getResultList())).isEqualTo("Ada");
	}

	@Test
	void aHintOfTheQueryIsSent() {
		assertThat(text(this.entityManager.createQuery("select c from Customer c where c.id = 1")
			.unwrap(org.hibernate.query.Query.class)
			.addQueryHint("PRIMARY")
			.getResultList())).isEqualTo("Ada");
	}

	@Test
	void endsAQueryAtItsTimeout() {
		assertThatExceptionOfType(QueryTimeoutException.class)
			.isThrownBy(() -> this.entityManager.createNativeQuery("SELECT sleep(10)")
				.setHint("jakarta.persistence.query.timeout", 1000)
				.getResultList());
	}

	record NameAndCredit(String name, BigDecimal credit) {

	}

}
