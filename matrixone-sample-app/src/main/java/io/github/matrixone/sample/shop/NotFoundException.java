package io.github.matrixone.sample.shop;

import java.io.Serial;

/**
 * The shop does not have what was asked for.
 */
public class NotFoundException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	public NotFoundException(String message) {
		super(message);
	}

}
