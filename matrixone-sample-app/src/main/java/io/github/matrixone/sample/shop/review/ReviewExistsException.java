package io.github.matrixone.sample.shop.review;

import java.io.Serial;

/**
 * There is an open review of that name.
 */
public class ReviewExistsException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	public ReviewExistsException(String message) {
		super(message);
	}

}
