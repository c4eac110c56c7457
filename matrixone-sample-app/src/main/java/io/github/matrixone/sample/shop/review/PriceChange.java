package io.github.matrixone.sample.shop.review;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.branch.RowChange;

/**
 * A product that a review has changed, beside what the shop has made of it.
 *
 * @param sku the product
 * @param before its price when the review was opened, or {@code null} if it was not there
 * @param proposed its price in the review, or {@code null} if it was removed there
 * @param now its price in the shop, or {@code null} if it is not there any more
 * @param conflict what the shop has changed meanwhile, or {@code null} if nothing
 */
public record PriceChange(String sku, @Nullable BigDecimal before, @Nullable BigDecimal proposed,
		@Nullable BigDecimal now, @Nullable Conflict conflict) {

	static PriceChange of(RowChange row) {
		BigDecimal before = price(row.base());
		BigDecimal now = price(row.target());
		return new PriceChange(sku(row), before, price(row.branch()), now,
				row.isConflict() ? Conflict.of(before, now) : null);
	}

	private static String sku(RowChange row) {
		return Stream.of(row.base(), row.branch(), row.target())
			.filter(Objects::nonNull)
			.map((side) -> String.valueOf(side.get("sku")))
			.findFirst()
			.orElseThrow();
	}

	private static @Nullable BigDecimal price(@Nullable Map<String, @Nullable Object> row) {
		return (row != null) ? (BigDecimal) row.get("price") : null;
	}

	/**
	 * What the shop has changed of a product since the review was opened. Rows are
	 * compared and merged whole: to publish the price of a product that was sold since
	 * would bring its old stock back.
	 */
	public enum Conflict {

		/** Somebody else has changed the price. */
		PRICE_CHANGED,

		/** The price is what it was, but some were sold, or something else is new. */
		PRODUCT_CHANGED,

		/** The shop does not have it any more. */
		PRODUCT_REMOVED;

		static Conflict of(@Nullable BigDecimal before, @Nullable BigDecimal now) {
			if (now == null) {
				return PRODUCT_REMOVED;
			}
			return now.equals(before) ? PRODUCT_CHANGED : PRICE_CHANGED;
		}

	}

}
