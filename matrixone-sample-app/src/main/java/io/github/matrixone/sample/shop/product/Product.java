package io.github.matrixone.sample.shop.product;

import java.math.BigDecimal;
import java.math.RoundingMode;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Something on sale. Its version makes one of two orders that take the last piece at the
 * same time fail, and be tried again.
 */
@Entity
public class Product {

	private static final BigDecimal HUNDRED = new BigDecimal(100);

	private static final BigDecimal HIGHEST_PRICE = new BigDecimal("9999999999.99");

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private @Nullable Long id;

	@Version
	private long version;

	private String sku;

	private String name;

	private BigDecimal price;

	private int stock;

	@SuppressWarnings("NullAway.Init")
	protected Product() {
	}

	public Product(String sku, String name, BigDecimal price, int stock) {
		this.sku = sku;
		this.name = name;
		this.price = price;
		this.stock = stock;
	}

	public String getSku() {
		return this.sku;
	}

	public String getName() {
		return this.name;
	}

	public BigDecimal getPrice() {
		return this.price;
	}

	public int getStock() {
		return this.stock;
	}

	public void change(String name, BigDecimal price, int stock) {
		this.name = name;
		this.price = price;
		this.stock = stock;
	}

	public void raisePrice(BigDecimal percent) {
		BigDecimal raised = this.price.add(this.price.multiply(percent).divide(HUNDRED, 2, RoundingMode.HALF_UP));
		Assert.isTrue(raised.signum() >= 0 && raised.compareTo(HIGHEST_PRICE) <= 0,
				() -> "The price of " + this.sku + " would become " + raised);
		this.price = raised;
	}

	public void take(int quantity) {
		if (quantity > this.stock) {
			throw new OutOfStockException(
					"There are only " + this.stock + " of " + this.sku + " left, not " + quantity);
		}
		this.stock -= quantity;
	}

}
