package io.github.matrixone.sample.reactive;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Imports products. An import keeps a snapshot of the shop and a clone of the products
 * from before it, and a snapshot from after it; one that fails or is cancelled keeps
 * nothing, because all of it is one transaction.
 */
@Service
class ReactiveProductImport {

	private final DatabaseName shop;

	private final ProductRepository products;

	private final ReactiveSnapshotOperations snapshots;

	private final ReactiveCloneOperations clones;

	ReactiveProductImport(@Value("${spring.r2dbc.name}") String shop, ProductRepository products,
			ReactiveSnapshotOperations snapshots, ReactiveCloneOperations clones) {
		this.shop = DatabaseName.of(shop);
		this.products = products;
		this.snapshots = snapshots;
		this.clones = clones;
	}

	/**
	 * Import products.
	 * @param name a name for the import
	 * @param imported the products
	 * @return how many they were
	 */
	@Transactional
	Mono<Long> run(String name, Flux<Product> imported) {
		return this.snapshots.create(before(name), SnapshotScope.database(this.shop))
			.then(this.clones.cloneTable(product(), archive(name)))
			.thenMany(this.products.saveAll(imported))
			.count()
			.delayUntil((count) -> this.snapshots.createAfterCommit(after(name), SnapshotScope.database(this.shop)));
	}

	SnapshotName before(String name) {
		return SnapshotName.of(this.shop + "_before_" + name);
	}

	SnapshotName after(String name) {
		return SnapshotName.of(this.shop + "_after_" + name);
	}

	TableName product() {
		return TableName.of(this.shop, "product");
	}

	TableName archive(String name) {
		return TableName.of(this.shop, "product_before_" + name);
	}

}
