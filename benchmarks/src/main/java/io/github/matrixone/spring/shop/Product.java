package io.github.matrixone.spring.shop;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * Something to sell.
 */
@Entity
class Product {

	@Id
	private long id;

	private int stock;

	protected Product() {
	}

	long id() {
		return this.id;
	}

	int stock() {
		return this.stock;
	}

	void take(int quantity) {
		this.stock -= quantity;
	}

}
