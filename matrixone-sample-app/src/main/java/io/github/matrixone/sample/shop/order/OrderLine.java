package io.github.matrixone.sample.shop.order;

import java.math.BigDecimal;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.sample.shop.product.Product;

/**
 * Some pieces of one product in an order.
 */
@Entity
public class OrderLine {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private @Nullable Long id;

	@ManyToOne(fetch = FetchType.LAZY)
	private PurchaseOrder order;

	@ManyToOne(fetch = FetchType.LAZY)
	private Product product;

	private BigDecimal price;

	private int quantity;

	@SuppressWarnings("NullAway.Init")
	protected OrderLine() {
	}

	OrderLine(PurchaseOrder order, Product product, int quantity) {
		this.order = order;
		this.product = product;
		this.price = product.getPrice();
		this.quantity = quantity;
	}

	public PurchaseOrder getOrder() {
		return this.order;
	}

	public Product getProduct() {
		return this.product;
	}

	public BigDecimal getPrice() {
		return this.price;
	}

	public int getQuantity() {
		return this.quantity;
	}

	public BigDecimal getTotal() {
		return this.price.multiply(BigDecimal.valueOf(this.quantity));
	}

}
