package io.github.matrixone.spring.shop;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;

/**
 * Some of a product has left a warehouse.
 */
@Entity
class Movement {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private long id;

	private long productId;

	private long warehouseId;

	private int quantity;

	protected Movement() {
	}

	Movement(Product product, long warehouseId, int quantity) {
		this.productId = product.id();
		this.warehouseId = warehouseId;
		this.quantity = quantity;
	}

}
