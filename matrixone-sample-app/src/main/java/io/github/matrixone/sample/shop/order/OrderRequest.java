package io.github.matrixone.sample.shop.order;

import java.util.Comparator;
import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;

/**
 * What a customer wants.
 *
 * @param customerId who wants it
 * @param lines what is wanted
 */
public record OrderRequest(long customerId, @NotEmpty List<@NotNull @Valid Line> lines) {

	List<String> skus() {
		return this.lines.stream().map(Line::sku).distinct().toList();
	}

	/**
	 * The rows of products are locked as lines are added that reference them: in one
	 * order by all, or two orders of the same products wait for each other.
	 */
	List<Line> linesInOrderOfProducts() {
		return this.lines.stream().sorted(Comparator.comparing(Line::sku)).toList();
	}

	/**
	 * Some pieces of a product.
	 *
	 * @param sku the product
	 * @param quantity how many pieces
	 */
	public record Line(@NotBlank String sku, @Positive int quantity) {

	}

}
