package io.github.matrixone.sample.shop.order;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * An order as its customer sees it.
 *
 * @param id the order's number
 * @param customer the customer's name
 * @param placedAt when the order was placed
 * @param total what is to be paid
 * @param lines what was ordered
 */
public record OrderView(long id, String customer, Instant placedAt, BigDecimal total, List<Line> lines) {

	static OrderView of(PurchaseOrder order) {
		return new OrderView(Objects.requireNonNull(order.getId()), order.getCustomer().getName(), order.getPlacedAt(),
				order.getTotal(), order.getLines().stream().map(Line::of).toList());
	}

	/**
	 * Some pieces of a product.
	 *
	 * @param sku the product
	 * @param quantity how many pieces
	 * @param price the price of one
	 */
	public record Line(String sku, int quantity, BigDecimal price) {

		static Line of(OrderLine line) {
			return new Line(line.getProduct().getSku(), line.getQuantity(), line.getPrice());
		}

	}

}
