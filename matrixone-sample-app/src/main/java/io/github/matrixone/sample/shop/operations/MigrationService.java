package io.github.matrixone.sample.shop.operations;

import java.math.BigDecimal;
import java.util.List;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.sample.shop.ShopDatabase;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.sample.shop.product.ProductRepository;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Changes much data at once, between two snapshots. A migration that fails is rolled
 * back, and neither snapshot is kept; one that turns out to be wrong later can be undone.
 */
@Service
public class MigrationService {

	private final ShopDatabase shop;

	private final ProductRepository products;

	private final SnapshotOperations snapshots;

	private final RestoreOperations restores;

	MigrationService(ShopDatabase shop, ProductRepository products, SnapshotOperations snapshots,
			RestoreOperations restores) {
		this.shop = shop;
		this.products = products;
		this.snapshots = snapshots;
		this.restores = restores;
	}

	/**
	 * Raise all prices.
	 * @param name a name for the migration
	 * @param percent by how much
	 * @return what was changed
	 * @throws IllegalArgumentException if a price would become negative, or too high to
	 * be stored
	 */
	@Transactional
	public Migration raisePrices(String name, BigDecimal percent) {
		this.snapshots.create(before(name), this.shop.scope());
		List<Product> all = this.products.findAll();
		all.forEach((product) -> product.raisePrice(percent));
		AfterCommit<Snapshot> after = this.snapshots.createAfterCommit(after(name), this.shop.scope());
		return new Migration(before(name), after, all.size());
	}

	/**
	 * Put the whole shop back to the snapshot before a migration: what was ordered since
	 * is gone as well. A restore cannot be rolled back, so this is no transaction, and is
	 * refused in one.
	 * @param name the name of the migration
	 */
	public void undo(String name) {
		this.restores.restoreDatabase(this.shop.name(), before(name));
	}

	private SnapshotName before(String name) {
		return this.shop.snapshot("before_migration_" + name);
	}

	private SnapshotName after(String name) {
		return this.shop.snapshot("after_migration_" + name);
	}

}
