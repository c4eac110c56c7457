package io.github.matrixone.spring.contract.jpa.query;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import jakarta.persistence.QueryHint;
import jakarta.persistence.criteria.JoinType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.domain.Example;
import org.springframework.data.domain.ExampleMatcher;
import org.springframework.data.domain.KeysetScrollPosition;
import org.springframework.data.domain.Limit;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.ScrollPosition;
import org.springframework.data.domain.Slice;
import org.springframework.data.domain.Sort;
import org.springframework.data.domain.Window;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.data.jpa.repository.EntityGraph;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.QueryHints;
import org.springframework.data.repository.query.Param;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Spring Data derives and pages.
 */
class QueryRepositoryTests extends QueryContract {

	@Autowired
	Customers customers;

	@Autowired
	Products products;

	@Autowired
	Employees employees;

	@BeforeEach
	void fill() {
		fillShop();
	}

	@Test
	void comparesTextWithCase() {
		assertThat(this.customers.findByName("Ada")).hasToString("[Ada]");
		assertThat(this.customers.findByName("ada")).isEmpty();
		assertThat(this.customers.findByName("Ada ")).isEmpty();
		assertThat(this.customers.findByNameIgnoreCase("aDA")).hasToString("[Ada]");
		assertThat(this.customers.findByNameIn(List.of("Bob", "cid"))).hasToString("[Bob]");
		assertThat(this.customers.findByNameContainingIgnoreCaseOrderByIdDesc("D")).hasToString("[Dan, Cid, Ada]");
	}

	@Test
	void findsTheSignsOfPatternsAsText() {
		assertThat(this.products.findBySkuContaining("_")).hasToString("[book]");
		assertThat(this.products.findBySkuContaining("%")).hasToString("[ink]");
		assertThat(this.products.findBySkuContaining("\\")).hasToString("[desk]");
		assertThat(this.products.findBySkuStartingWith("I%")).hasToString("[ink]");
		assertThat(this.products.findBySkuEndingWith("\\1")).hasToString("[desk]");
		assertThat(this.products.findBySkuLike("_\\_1")).hasToString("[book]");
		assertThat(this.products.findBySkuNotLike("P%")).hasSize(3);
		assertThat(this.products.findByNameContaining("' or '1'='1")).isEmpty();
	}

	@Test
	void comparesNumbersTimesAndNulls() {
		assertThat(this.customers.findByCreditBetweenOrderById(new BigDecimal("0"), new BigDecimal("50")))
			.hasToString("[Bob, Dan]");
		assertThat(this.customers.findByCityIsNull()).hasToString("[Dan]");
		assertThat(this.customers.findByEmailIsNotNullOrderByName()).hasToString("[Ada, Cid, Dan]");
		assertThat(this.customers.findBySince(ShopData.at("2020-01-01T10:00:00.123456"))).hasToString("[Ada]");
		assertThat(this.customers.findBySinceAfter(ShopData.at("2021-06-15T11:29:59.999999"))).hasSize(2);
		assertThat(this.customers.findBySinceBefore(ShopData.at("2020-01-01T10:00:00.123457"))).hasToString("[Ada]");
		assertThat(this.customers.findByActiveTrueOrderById()).hasToString("[Ada, Bob, Dan]");
		assertThat(this.customers.findByActiveFalse()).hasToString("[Cid]");
		assertThat(this.customers.findByActive(false)).hasToString("[Cid]");
		assertThat(this.customers.findByActiveTrueOrId(3L)).hasSize(4);
		assertThat(this.customers.findByCity(null)).hasToString("[Dan]");
	}

	@Test
	void takesListsOfAnyLength() {
		assertThat(this.customers.findByIdIn(List.of())).isEmpty();
		assertThat(this.customers.findByIdIn(List.of(2L))).hasToString("[Bob]");
		assertThat(this.customers.findByIdIn(LongStream.range(2, 5000).boxed().toList())).hasSize(3);
		assertThat(this.customers.findByIdNotIn(LongStream.range(2, 5000).boxed().toList())).hasToString("[Ada]");
		assertThat(this.customers.findAllById(List.of(1L, 3L, 99L))).hasSize(2);
	}

	@Test
	void countsAndDeletes() {
		assertThat(this.customers.count()).isEqualTo(4);
		assertThat(this.customers.countByCity("Berlin")).isEqualTo(2);
		assertThat(this.customers.existsByName("Ada")).isTrue();
		assertThat(this.customers.existsByName("Eve")).isFalse();
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.customers.deleteByName("Dan")).isEqualTo(1);
			assertThat(this.products.raise(BigDecimal.ONE, "stationery")).isEqualTo(2);
		});
		assertThat(rows("select p.name, p.price from Product p order by p.id"))
			.isEqualTo("pen, 2.50; book, 12.00; ink, 5.25; desk, 150.00");
	}

	@Test
	void findsTheFirstAndTheDistinct() {
		assertThat(this.employees.findFirstByOrderBySalaryDesc().name).isEqualTo("Root");
		assertThat(this.employees.findTop2ByOrderBySalaryAscIdDesc()).hasToString("[Rosa, Lisa]");
		assertThat(this.employees.findByDepartmentOrderById("A", Limit.of(2))).hasToString("[Root, Left]");
		assertThat(this.customers.findDistinctByPurchasesStatusOrderById(Purchase.Status.PAID))
			.hasToString("[Ada, Bob]");
		assertThat(this.customers.findByPurchasesLinesProductName("book")).hasSize(2);
	}

	@Test
	void sortsByAllKeysAndPutsNullsWhereTold() {
		assertThat(this.customers.findAll(Sort.by(Sort.Order.asc("city").nullsLast(), Sort.Order.desc("id"))))
			.hasToString("[Bob, Ada, Cid, Dan]");
		assertThat(this.customers.findAll(Sort.by(Sort.Order.desc("city").nullsFirst(), Sort.Order.asc("id"))))
			.hasToString("[Dan, Cid, Ada, Bob]");
		assertThat(this.customers.findAll(Sort.by(Sort.Order.desc("city").nullsLast(), Sort.Order.asc("id"))))
			.hasToString("[Cid, Ada, Bob, Dan]");
		assertThat(this.customers.findAll(Sort.by("city", "id"))).hasToString("[Dan, Ada, Bob, Cid]");
		assertThat(this.customers.findAll(Sort.by(Sort.Order.desc("name").ignoreCase())))
			.hasToString("[Dan, Cid, Bob, Ada]");
	}

	@Test
	void sortsDownwardsWithinEqualKeysWhereAnotherRowHasANull() {
		this.transaction.executeWithoutResult((status) -> {
			for (int i = 1; i <= 20; i++) {
				this.entityManager
					.persist(new Customer(100 + i, "c" + i, "c", null, true, Integer.toString(i * 7 % 20), null));
			}
		});
		assertThat(this.customers.findAll(Sort.by(Sort.Order.asc("city"), Sort.Order.desc("credit"))))
			.extracting((customer) -> customer.credit)
			.endsWith(Stream.iterate(19, (credit) -> credit >= 0, (credit) -> credit - 1)
				.map((credit) -> new BigDecimal(credit + ".00"))
				.toArray(BigDecimal[]::new));
	}

	@Test
	void pages() {
		Page<Customer> page = this.customers.findByActiveTrue(PageRequest.of(1, 2, Sort.by("id")));
		assertThat(page.getContent()).hasToString("[Dan]");
		assertThat(page.getTotalElements()).isEqualTo(3);
		Slice<Customer> slice = this.customers.findByIdGreaterThan(0L,
				PageRequest.of(0, 3, Sort.by("name").descending()));
		assertThat(slice.getContent()).hasToString("[Dan, Cid, Bob]");
		assertThat(slice.hasNext()).isTrue();
		assertThat(this.customers.findAll(PageRequest.of(5, 2)).getContent()).isEmpty();
		Page<Customer> fetched = this.customers.withPurchases(PageRequest.of(0, 2, Sort.by("id")));
		assertThat(fetched.getContent()).hasToString("[Ada, Bob]");
		assertThat(fetched.getTotalElements()).isEqualTo(4);
		assertThat(fetched.getContent().get(0).purchases).hasSize(2);
		assertThat(this.customers.findByCityOrderById("Berlin", Pageable.ofSize(1)).getContent().get(0).purchases)
			.hasSize(2);
	}

	@Test
	void scrollsByKeysAndByOffset() {
		List<String> seen = new ArrayList<>();
		Window<Customer> window = this.customers.findFirst2ByOrderByCityAscIdDesc(ScrollPosition.offset());
		while (!window.isEmpty()) {
			window.forEach((customer) -> seen.add(customer.name));
			window = this.customers.findFirst2ByOrderByCityAscIdDesc(window.positionAt(window.size() - 1));
		}
		assertThat(seen).containsExactly("Dan", "Bob", "Ada", "Cid");
		List<String> employees = new ArrayList<>();
		KeysetScrollPosition start = ScrollPosition.keyset();
		Window<Employee> keyset = this.employees.findFirst2ByOrderBySalaryDescIdAsc(start);
		while (!keyset.isEmpty()) {
			keyset.forEach((employee) -> employees.add(employee.name));
			keyset = this.employees.findFirst2ByOrderBySalaryDescIdAsc(keyset.positionAt(keyset.size() - 1));
		}
		assertThat(employees).containsExactly("Root", "Left", "Right", "Luca", "Lisa", "Rosa");
	}

	@Test
	void specifiesWithCriteria() {
		Specification<Customer> berlin = (root, query, builder) -> builder.equal(root.get("city"), "Berlin");
		Specification<Customer> active = (root, query, builder) -> builder.isTrue(root.get("active"));
		Specification<Customer> paid = (root, query, builder) -> builder
			.equal(root.join("purchases", JoinType.LEFT).get("status"), Purchase.Status.PAID);
		Specification<Customer> since = (root, query, builder) -> builder.equal(root.get("since"),
				builder.literal(ShopData.at("2020-01-01T10:00:00.123456")));
		assertThat(this.customers.findAll(berlin.and(active), Sort.by("id"))).hasToString("[Ada, Bob]");
		assertThat(this.customers.findAll(Specification.not(active))).hasToString("[Cid]");
		assertThat(this.customers.findAll(active.or(since), Sort.by("id"))).hasToString("[Ada, Bob, Dan]");
		assertThat(this.customers.findAll(since)).hasToString("[Ada]");
		assertThat(this.customers.count(paid)).isEqualTo(2);
		assertThat(this.customers.exists(berlin.and(Specification.not(active)))).isFalse();
		Optional<Customer> first = this.customers.findBy(berlin,
				(query) -> query.sortBy(Sort.by("id").descending()).first());
		assertThat(first).hasValueSatisfying((customer) -> assertThat(customer.name).isEqualTo("Bob"));
	}

	@Test
	void findsByExample() {
		Customer probe = new Customer();
		probe.city = "berl";
		assertThat(this.customers.findAll(Example.of(probe,
				ExampleMatcher.matching()
					.withIgnorePaths("active", "version")
					.withIgnoreCase()
					.withStringMatcher(ExampleMatcher.StringMatcher.STARTING)),
				Sort.by("id")))
			.hasToString("[Ada, Bob]");
	}

	@Test
	void projects() {
		assertThat(this.customers.findByCityOrderByIdDesc("Berlin", Name.class)).extracting(Name::getName)
			.containsExactly("Bob", "Ada");
		assertThat(this.customers.findByCityOrderByIdDesc("Berlin", NameAndCredit.class)).containsExactly(
				new NameAndCredit("Bob", new BigDecimal("50.00")), new NameAndCredit("Ada", new BigDecimal("100.00")));
		assertThat(this.customers.totals()).containsExactly(new Total("Ada", 2, new BigDecimal("35.50")),
				new Total("Bob", 1, new BigDecimal("43.00")), new Total("Cid", 1, new BigDecimal("1.50")));
		assertThat(this.customers.nativeTotals()).extracting(NativeTotal::getName, NativeTotal::getPurchases)
			.containsExactly(org.assertj.core.groups.Tuple.tuple("Ada", 2L),
					org.assertj.core.groups.Tuple.tuple("Bob", 1L), org.assertj.core.groups.Tuple.tuple("Cid", 1L));
	}

	@Test
	void streamsRows() {
		this.transaction.executeWithoutResult((status) -> {
			try (Stream<Customer> stream = this.customers.streamByIdGreaterThanOrderById(1L)) {
				assertThat(stream.map((customer) -> customer.name)).containsExactly("Bob", "Cid", "Dan");
			}
			try (Stream<Customer> stream = this.customers.streamAll()) {
				assertThat(stream.map((customer) -> customer.name)).containsExactly("Ada", "Bob", "Cid", "Dan");
			}
			assertThat(this.customers.count()).isEqualTo(4);
		});
	}

	@Test
	void fetchesAGraph() {
		assertThat(this.customers.findById(1L))
			.hasValueSatisfying((customer) -> assertThat(customer.name).isEqualTo("Ada"));
		assertThat(this.customers.findWithPurchasesByName("Ada").purchases).extracting((purchase) -> purchase.id)
			.containsExactly(10L, 11L);
	}

	interface Customers extends JpaRepository<Customer, Long>, JpaSpecificationExecutor<Customer> {

		List<Customer> findByName(String name);

		List<Customer> findByNameIgnoreCase(String name);

		List<Customer> findByNameIn(Collection<String> names);

		List<Customer> findByNameContainingIgnoreCaseOrderByIdDesc(String part);

		List<Customer> findByCreditBetweenOrderById(BigDecimal from, BigDecimal to);

		List<Customer> findByCity(String city);

		List<Customer> findByCityIsNull();

		List<Customer> findByEmailIsNotNullOrderByName();

		List<Customer> findBySince(LocalDateTime since);

		List<Customer> findBySinceAfter(LocalDateTime since);

		List<Customer> findBySinceBefore(LocalDateTime since);

		List<Customer> findByActiveTrueOrderById();

		List<Customer> findByActiveFalse();

		List<Customer> findByActive(boolean active);

		List<Customer> findByActiveTrueOrId(Long id);

		List<Customer> findByIdIn(Collection<Long> ids);

		List<Customer> findByIdNotIn(Collection<Long> ids);

		long countByCity(String city);

		boolean existsByName(String name);

		long deleteByName(String name);

		List<Customer> findDistinctByPurchasesStatusOrderById(Purchase.Status status);

		List<Customer> findByPurchasesLinesProductName(String name);

		Page<Customer> findByActiveTrue(Pageable pageable);

		Slice<Customer> findByIdGreaterThan(Long id, Pageable pageable);

		@Query(value = "select c from Customer c left join fetch c.purchases",
				countQuery = "select count(c) from Customer c")
		Page<Customer> withPurchases(Pageable pageable);

		@EntityGraph(attributePaths = "purchases")
		Slice<Customer> findByCityOrderById(String city, Pageable pageable);

		@EntityGraph(attributePaths = "purchases")
		Customer findWithPurchasesByName(String name);

		Window<Customer> findFirst2ByOrderByCityAscIdDesc(ScrollPosition position);

		<T> List<T> findByCityOrderByIdDesc(String city, Class<T> type);

		@Query("""
				select new io.github.matrixone.spring.contract.jpa.query.QueryRepositoryTests$Total(
					c.name, count(distinct p), sum(l.quantity * l.price))
				from Customer c join c.purchases p join p.lines l group by c.id, c.name order by c.id""")
		List<Total> totals();

		@NativeQuery("""
				SELECT c.name AS name, count(*) AS purchases FROM customer c JOIN purchase p ON p.customer_id = c.id
				GROUP BY c.id, c.name ORDER BY c.id""")
		List<NativeTotal> nativeTotals();

		@QueryHints(@QueryHint(name = "org.hibernate.fetchSize", value = "2"))
		Stream<Customer> streamByIdGreaterThanOrderById(Long id);

		@QueryHints(@QueryHint(name = "org.hibernate.fetchSize", value = "-2147483648"))
		@Query("select c from Customer c order by c.id")
		Stream<Customer> streamAll();

	}

	interface Products extends JpaRepository<Product, Long> {

		List<Product> findBySkuContaining(String part);

		List<Product> findBySkuStartingWith(String start);

		List<Product> findBySkuEndingWith(String end);

		List<Product> findBySkuLike(String pattern);

		List<Product> findBySkuNotLike(String pattern);

		List<Product> findByNameContaining(String part);

		@Modifying
		@Query("update Product p set p.price = p.price + :by where p.category = :category")
		int raise(@Param("by") BigDecimal by, @Param("category") String category);

	}

	interface Employees extends JpaRepository<Employee, Long> {

		Employee findFirstByOrderBySalaryDesc();

		List<Employee> findTop2ByOrderBySalaryAscIdDesc();

		List<Employee> findByDepartmentOrderById(String department, Limit limit);

		Window<Employee> findFirst2ByOrderBySalaryDescIdAsc(ScrollPosition position);

	}

	interface Name {

		String getName();

	}

	record NameAndCredit(String name, BigDecimal credit) {

	}

	record Total(String name, long purchases, BigDecimal amount) {

	}

	interface NativeTotal {

		String getName();

		Long getPurchases();

	}

}
