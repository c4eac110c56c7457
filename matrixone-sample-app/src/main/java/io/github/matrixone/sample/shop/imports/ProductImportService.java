package io.github.matrixone.sample.shop.imports;

import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.sample.shop.ShopDatabase;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.sample.shop.product.ProductRepository;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Imports price lists. An import keeps a snapshot of the shop and a clone of the products
 * from before it; one that fails keeps nothing, because all of it is one transaction.
 */
@Service
public class ProductImportService {

	private static final TableName PRODUCT = TableName.of("product");

	private final ShopDatabase shop;

	private final ProductRepository products;

	private final SnapshotOperations snapshots;

	private final CloneOperations clones;

	private final JdbcTemplate jdbc;

	ProductImportService(ShopDatabase shop, ProductRepository products, SnapshotOperations snapshots,
			CloneOperations clones, JdbcTemplate jdbc) {
		this.shop = shop;
		this.products = products;
		this.snapshots = snapshots;
		this.clones = clones;
		this.jdbc = jdbc;
	}

	/**
	 * Import a price list.
	 * @param name a name for the import
	 * @param priceList a line {@code sku,name,price,stock} for each product
	 * @return what was imported, and what is kept of the time before
	 * @throws InvalidPriceListException if a line is invalid: nothing is left of what was
	 * done before it
	 */
	@Transactional
	public ProductImport importPriceList(String name, String priceList) {
		// Both come before the first write: a snapshot could not hold it, and a clone
		// would hold what the import has changed so far.
		this.snapshots.create(before(name), this.shop.scope());
		this.clones.cloneTable(PRODUCT, archive(name));
		List<String> lines = priceList.lines().toList();
		int created = 0;
		for (int i = 0; i < lines.size(); i++) {
			if (store(PriceListLine.parse(i + 1, lines.get(i)))) {
				created++;
			}
		}
		return new ProductImport(before(name), archive(name), created, lines.size() - created);
	}

	/**
	 * Forget what an import has kept of the time before it. Not a transaction, because
	 * the simulator cannot roll DDL back: what fails is done by calling it again.
	 * @param name the name of the import
	 */
	public void forget(String name) {
		this.jdbc.execute("DROP TABLE IF EXISTS " + archive(name).quoted());
		this.snapshots.dropIfExists(before(name));
	}

	private boolean store(PriceListLine line) {
		Optional<Product> known = this.products.findBySku(line.sku());
		known.ifPresentOrElse((product) -> product.change(line.name(), line.price(), line.stock()),
				() -> this.products.save(new Product(line.sku(), line.name(), line.price(), line.stock())));
		return known.isEmpty();
	}

	private SnapshotName before(String name) {
		return this.shop.snapshot("before_" + name);
	}

	private TableName archive(String name) {
		return TableName.of(this.shop.name(), "product_before_" + name);
	}

}
