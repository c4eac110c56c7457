package io.github.matrixone.spring.contract.reactive.past;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.data.annotation.Id;
import org.springframework.data.r2dbc.repository.Query;
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import org.springframework.test.context.DynamicPropertyRegistry;
import reactor.core.publisher.Flux;

import io.github.matrixone.spring.contract.ServerUnderTest;

/**
 * An application with R2DBC whose data has a past.
 */
@SpringBootApplication
@EnableR2dbcRepositories(considerNestedRepositories = true)
class ReactivePastApplication {

	static final String DATABASE = "ct_reactive_past";

	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest server = ServerUnderTest.get();
		registry.add("spring.autoconfigure.exclude", () -> "");
		registry.add("spring.r2dbc.url", () -> url(""));
		registry.add("spring.r2dbc.username", server::username);
		registry.add("spring.r2dbc.password", server::password);
		registry.add("spring.sql.init.schema-locations",
				() -> "classpath:/" + ReactivePastApplication.class.getPackageName().replace('.', '/') + "/schema.sql");
	}

	static String url(String parameters) {
		return ServerUnderTest.get().url().replace("jdbc:", "r2dbc:") + DATABASE
				+ "?createDatabaseIfNotExist=true&connectionTimeZone=SERVER" + parameters;
	}

	interface ItemRepository extends ReactiveCrudRepository<Item, Long> {

		Flux<Item> findByPriceGreaterThanEqualOrderById(int price);

		@Query("SELECT i.* FROM item i JOIN order_line l ON l.item_id = i.id WHERE l.quantity >= :least")
		Flux<Item> soldMore(int least);

	}

	@Table("item")
	record Item(@Id Long id, String name, int price) {

	}

	@Table("order_line")
	record Line(@Id Long id, Long itemId, int quantity) {

	}

}
