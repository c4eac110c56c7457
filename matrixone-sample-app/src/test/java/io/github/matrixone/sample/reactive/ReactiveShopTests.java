package io.github.matrixone.sample.reactive;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Flux;

import io.github.matrixone.sample.shop.ServerDatabase;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The products of the shop on R2DBC, which the simulator does not have.
 */
@SpringBootTest(properties = "spring.autoconfigure.exclude=", webEnvironment = WebEnvironment.NONE)
@EnabledIf("isServerThere")
class ReactiveShopTests {

	private static final ServerDatabase DATABASE = new ServerDatabase();

	@Autowired
	private ReactiveProductImport imports;

	@Autowired
	private ProductRepository products;

	@Autowired
	private ReactiveSnapshotOperations snapshots;

	@Autowired
	private DatabaseClient client;

	static boolean isServerThere() {
		boolean there = System.getenv("MATRIXONE_URL") != null;
		if (!there) {
			System.out.println("NOT RUN: the shop on R2DBC. The simulator has none: set MATRIXONE_URL, "
					+ "MATRIXONE_USERNAME and MATRIXONE_PASSWORD, or use scripts/with-matrixone.");
		}
		return there;
	}

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		DATABASE.registerR2dbc(registry);
	}

	@AfterAll
	static void dropDatabase() throws SQLException {
		DATABASE.drop();
	}

	@BeforeEach
	void prepare() {
		for (String table : List.of("order_line", "purchase_order", "product", "customer")) {
			execute("DELETE FROM " + table);
		}
		this.products
			.saveAll(
					List.of(Product.of("pencil", "Pencil", "1.20", 60), Product.of("notebook", "Notebook", "3.50", 25)))
			.blockLast();
	}

	@Test
	void anImportStoresAThousandProductsAndKeepsTheTimesBeforeAndAfter() {
		assertThat(this.imports.run("spring", products(1000)).block()).isEqualTo(1000);
		assertThat(this.products.count().block()).isEqualTo(1002);
		assertThat(count(this.imports.archive("spring").quoted())).isEqualTo(2);
		assertThat(countAt(this.imports.before("spring"))).isEqualTo(2);
		assertThat(countAt(this.imports.after("spring"))).isEqualTo(1002);
	}

	@Test
	void anImportThatFailsLeavesNothingBehind() {
		Flux<Product> failing = products(10).concatWithValues(Product.of("pencil", "Second pencil", "1.30", 1));
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> this.imports.run("summer", failing).block());
		assertThat(this.products.count().block()).isEqualTo(2);
		assertThat(tables()).doesNotContain(this.imports.archive("summer").name());
		assertThat(this.snapshots.exists(this.imports.before("summer")).block()).isFalse();
		assertThat(this.snapshots.exists(this.imports.after("summer")).block()).isFalse();
	}

	@Test
	void productsAreFoundByPartsOfTheirNamesCountedAndJoined() {
		this.products.saveAll(products(20)).blockLast();
		assertThat(this.products.findByNameContainingOrderBySku("book").map(Product::sku).collectList().block())
			.containsExactly("notebook");
		assertThat(this.products.findByNameContainingOrderBySku("Product 1").count().block()).isEqualTo(11);
		assertThat(this.products.countByPriceGreaterThanEqual(new BigDecimal("3.50")).block()).isEqualTo(1);
		assertThat(this.products.highestPrice().block()).isEqualByComparingTo("3.50");
		execute("INSERT INTO customer (id, name, email) VALUES (1, 'Ada Lovelace', 'ada@example.com')");
		execute("INSERT INTO purchase_order (id, customer_id, placed_at, total) VALUES (1, 1, now(), 4.70)");
		execute("INSERT INTO order_line (order_id, product_id, price, quantity) "
				+ "SELECT 1, id, price, 1 FROM product WHERE sku IN ('pencil', 'notebook')");
		assertThat(this.products.findNamesBoughtBy("ada@example.com").collectList().block()).containsExactly("Notebook",
				"Pencil");
	}

	private static Flux<Product> products(int count) {
		return Flux.range(1, count).map((i) -> Product.of("sku" + i, "Product " + i, "1.00", i));
	}

	private void execute(String sql) {
		this.client.sql(sql).fetch().rowsUpdated().block();
	}

	private long countAt(SnapshotName snapshot) {
		return count(this.snapshots.tableAt(this.imports.product(), snapshot).block());
	}

	private long count(String table) {
		return this.client.sql("SELECT count(*) FROM " + table).mapValue(Long.class).one().block();
	}

	private List<String> tables() {
		return this.client.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = schema()")
			.mapValue(String.class)
			.all()
			.collectList()
			.block();
	}

}
