package io.github.matrixone.sample.shop.operations;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/**
 * A product now and when a snapshot was taken.
 *
 * @param sku the product's SKU
 * @param priceBefore its price then, or {@code null} if it was not there
 * @param priceNow its price now
 * @param stockBefore its stock then, or {@code null} if it was not there
 * @param stockNow its stock now
 */
public record ProductChange(String sku, @Nullable BigDecimal priceBefore, BigDecimal priceNow,
		@Nullable Integer stockBefore, int stockNow) {

}
