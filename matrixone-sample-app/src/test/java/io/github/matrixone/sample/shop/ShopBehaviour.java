package io.github.matrixone.sample.shop;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.sample.shop.customer.Customer;
import io.github.matrixone.sample.shop.customer.CustomerRepository;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.sample.shop.product.ProductRepository;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of what the shop does, on whatever it runs: begins each test with one customer and
 * two products, and with nothing made beside them.
 */
@SpringBootTest(properties = "shop.demonstration.enabled=false")
@AutoConfigureMockMvc
abstract class ShopBehaviour {

	static final String[] TABLES = { "customer", "order_line", "product", "purchase_order" };

	private static final Pattern OF_SANDBOXES = Pattern.compile("_(base|sandbox|template)_[a-z0-9]{10}_[0-9]+$");

	@Autowired
	ShopDatabase shop;

	@Autowired
	SnapshotOperations snapshots;

	@Autowired
	CloneOperations clones;

	@Autowired
	CustomerRepository customers;

	@Autowired
	ProductRepository products;

	@Autowired
	JdbcTemplate jdbc;

	TransactionTemplate transaction;

	long customerId;

	@Autowired
	private DataSource dataSource;

	@BeforeEach
	void prepare(@Autowired PlatformTransactionManager transactionManager) {
		this.transaction = new TransactionTemplate(transactionManager);
		removeWhatWasMadeBeside();
		for (String table : List.of("order_line", "purchase_order", "product", "customer")) {
			this.jdbc.update("DELETE FROM " + table);
		}
		this.customerId = this.customers.save(new Customer("Ada Lovelace", "ada@example.com")).getId();
		this.products.save(new Product("pencil", "Pencil", new BigDecimal("1.20"), 60));
		this.products.save(new Product("notebook", "Notebook", new BigDecimal("3.50"), 25));
	}

	@AfterEach
	void leavesTheThreadAndThePoolAsTheyWere() {
		assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
		HikariDataSource pool = DataSourceUnwrapper.unwrap(this.dataSource, HikariDataSource.class);
		assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		removeWhatWasMadeBeside();
	}

	Product product(String sku) {
		return this.products.findBySku(sku).orElseThrow();
	}

	List<String> tables() {
		return this.shop.tables().stream().map(TableName::name).toList();
	}

	List<SnapshotName> snapshotsOfShop() {
		return this.snapshots.list(SnapshotFilter.all().database(this.shop.name()))
			.stream()
			.map(Snapshot::name)
			.toList();
	}

	List<DatabaseName> databasesBeside() {
		return this.jdbc.queryForList("SELECT schema_name FROM information_schema.schemata", String.class)
			.stream()
			.filter((name) -> name.toLowerCase(Locale.ROOT).startsWith(this.shop.name().normalized() + "_"))
			.filter((name) -> !OF_SANDBOXES.matcher(name).find())
			.map(DatabaseName::of)
			.toList();
	}

	private void removeWhatWasMadeBeside() {
		snapshotsOfShop().forEach(this.snapshots::drop);
		this.shop.tables()
			.stream()
			.filter((table) -> !List.of(TABLES).contains(table.name()))
			.forEach(this.clones::dropTable);
		databasesBeside().forEach(this.clones::dropDatabase);
	}

}
