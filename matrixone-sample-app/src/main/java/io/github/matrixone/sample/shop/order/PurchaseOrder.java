package io.github.matrixone.sample.shop.order;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.sample.shop.customer.Customer;
import io.github.matrixone.sample.shop.product.Product;

/**
 * What a customer has ordered at one time.
 */
@Entity
public class PurchaseOrder {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private @Nullable Long id;

	@ManyToOne(fetch = FetchType.LAZY)
	private Customer customer;

	private Instant placedAt;

	private BigDecimal total;

	@OneToMany(mappedBy = "order", cascade = CascadeType.ALL)
	@OrderBy("id")
	private List<OrderLine> lines = new ArrayList<>();

	@SuppressWarnings("NullAway.Init")
	protected PurchaseOrder() {
	}

	public PurchaseOrder(Customer customer, Instant placedAt) {
		this.customer = customer;
		this.placedAt = placedAt.truncatedTo(ChronoUnit.MICROS);
		this.total = BigDecimal.ZERO;
	}

	/**
	 * Order some pieces of a product, at its price of now, and take them from the stock.
	 * @param product the product
	 * @param quantity how many pieces
	 */
	public void add(Product product, int quantity) {
		product.take(quantity);
		OrderLine line = new OrderLine(this, product, quantity);
		this.lines.add(line);
		this.total = this.total.add(line.getTotal());
	}

	public @Nullable Long getId() {
		return this.id;
	}

	public Customer getCustomer() {
		return this.customer;
	}

	public Instant getPlacedAt() {
		return this.placedAt;
	}

	public BigDecimal getTotal() {
		return this.total;
	}

	public List<OrderLine> getLines() {
		return List.copyOf(this.lines);
	}

}
