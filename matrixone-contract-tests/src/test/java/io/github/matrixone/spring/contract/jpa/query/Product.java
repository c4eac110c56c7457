package io.github.matrixone.spring.contract.jpa.query;

import java.math.BigDecimal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

@Entity
class Product {

	@Id
	Long id;

	@Column(unique = true)
	String sku;

	String name;

	String category;

	@Column(precision = 10, scale = 2)
	BigDecimal price;

	boolean discontinued;

	protected Product() {
	}

	Product(long id, String sku, String name, String category, String price, boolean discontinued) {
		this.id = id;
		this.sku = sku;
		this.name = name;
		this.category = category;
		this.price = new BigDecimal(price);
		this.discontinued = discontinued;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
