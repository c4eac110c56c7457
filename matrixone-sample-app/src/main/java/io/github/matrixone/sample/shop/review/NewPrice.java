package io.github.matrixone.sample.shop.review;

import java.math.BigDecimal;

import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;

/**
 * A price to be.
 *
 * @param price the price
 */
public record NewPrice(@NotNull @PositiveOrZero @Digits(integer = 10, fraction = 2) BigDecimal price) {

}
