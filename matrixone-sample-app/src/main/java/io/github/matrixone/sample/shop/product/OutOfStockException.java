package io.github.matrixone.sample.shop.product;

import java.io.Serial;

/**
 * More was ordered than there is.
 */
public class OutOfStockException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	public OutOfStockException(String message) {
		super(message);
	}

}
