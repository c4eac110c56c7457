package io.github.matrixone.spring.contract.jpa.query;

import java.math.BigDecimal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

@Entity
class Line {

	@Id
	Long id;

	@ManyToOne(fetch = FetchType.LAZY)
	Purchase purchase;

	@ManyToOne(fetch = FetchType.LAZY)
	Product product;

	int quantity;

	@Column(precision = 10, scale = 2)
	BigDecimal price;

	protected Line() {
	}

	Line(long id, Purchase purchase, Product product, int quantity, String price) {
		this.id = id;
		this.purchase = purchase;
		this.product = product;
		this.quantity = quantity;
		this.price = new BigDecimal(price);
	}

	@Override
	public String toString() {
		return "line " + this.id;
	}

}
