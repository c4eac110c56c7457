package io.github.matrixone.spring.library;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.ListCrudRepository;
import org.springframework.data.repository.PagingAndSortingRepository;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.library.Work.OnPurposeException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Spring Data JDBC with an aggregate of two tables.
 */
@EnabledIfServer
@SpringBootTest(classes = DataJdbcTests.Application.class)
class DataJdbcTests {

	private static LibraryDatabase database;

	@Autowired
	private Work work;

	@Autowired
	private CloneOperations clones;

	@Autowired
	private OrderRepository orders;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("data_jdbc", "", registry);
	}

	@BeforeEach
	void tables() {
		for (String table : List.of("kept", "gone", "order_line", "customer_order")) {
			database.execute("DROP TABLE IF EXISTS " + table);
		}
		database.execute("CREATE TABLE customer_order (id BIGINT AUTO_INCREMENT PRIMARY KEY, "
				+ "version BIGINT NOT NULL, customer VARCHAR(20) NOT NULL UNIQUE)");
		database
			.execute("CREATE TABLE order_line (id BIGINT AUTO_INCREMENT PRIMARY KEY, customer_order BIGINT NOT NULL "
					+ "REFERENCES customer_order (id), article VARCHAR(20) NOT NULL)");
	}

	@Test
	void commitsAnAggregateAndAClone() {
		this.work.commit(() -> {
			this.orders.save(order("ann", "tea", "cake"));
			this.clones.cloneTable(TableName.of("order_line"), TableName.of("kept"));
		});
		assertThat(database.count("customer_order")).isEqualTo(1);
		assertThat(database.count("kept")).isEqualTo(2);
	}

	@Test
	void rollsAnAggregateAndACloneBack() {
		assertThatExceptionOfType(OnPurposeException.class).isThrownBy(() -> this.work.fail(() -> {
			this.orders.save(order("ann", "tea"));
			this.clones.cloneTable(TableName.of("order_line"), TableName.of("gone"));
		}));
		assertThat(database.count("customer_order")).isZero();
		assertThat(database.count("order_line")).isZero();
		assertThat(database.hasTable("gone")).isFalse();
	}

	@Test
	void refusesALiveCloneAfterAnAggregateWasReplaced() {
		Order saved = this.orders.save(order("ann", "tea"));
		assertThatExceptionOfType(UncommittedChangesException.class).isThrownBy(() -> this.work.commit(() -> {
			this.orders.save(new Order(saved.id(), saved.version(), "ann", Set.of(new Line(null, "cake"))));
			this.clones.cloneTable(TableName.of("order_line"), TableName.of("gone"));
		}));
		assertThat(this.orders.findById(saved.id()).orElseThrow().lines()).extracting(Line::article)
			.containsExactly("tea");
	}

	@Test
	void findsAStaleVersion() {
		Order saved = this.orders.save(order("ann", "tea"));
		this.orders.save(saved);
		assertThatExceptionOfType(OptimisticLockingFailureException.class).isThrownBy(() -> this.orders.save(saved));
	}

	@Test
	void locksReadsPagesAndDeletes() {
		this.orders.saveAll(List.of(order("ann", "tea"), order("bob", "cake"), order("cid", "pie")));
		this.work.commit(() -> assertThat(this.orders.findWithLockByCustomer("bob")).isPresent());
		assertThat(this.orders.findAll(PageRequest.of(1, 2, Sort.by("customer")))).extracting(Order::customer)
			.containsExactly("cid");
		this.orders.deleteAll();
		assertThat(database.count("order_line")).isZero();
	}

	@Test
	void translatesErrors() {
		this.orders.save(order("ann"));
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> this.orders.save(order("ann")));
	}

	private static Order order(String customer, String... articles) {
		return new Order(null, null, customer,
				Set.of(articles).stream().map((article) -> new Line(null, article)).collect(Collectors.toSet()));
	}

	@Table("customer_order")
	record Order(@Id Long id, @Version Long version, String customer, Set<Line> lines) {
	}

	@Table("order_line")
	record Line(@Id Long id, String article) {
	}

	interface OrderRepository extends ListCrudRepository<Order, Long>, PagingAndSortingRepository<Order, Long> {

		@Lock(LockMode.PESSIMISTIC_WRITE)
		Optional<Order> findWithLockByCustomer(String customer);

	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	@ImportAutoConfiguration(DataJdbcRepositoriesAutoConfiguration.class)
	@EnableJdbcRepositories(considerNestedRepositories = true,
			includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = OrderRepository.class))
	static class Application {

	}

}
