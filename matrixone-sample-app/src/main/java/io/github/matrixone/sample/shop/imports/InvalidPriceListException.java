package io.github.matrixone.sample.shop.imports;

import java.io.Serial;

/**
 * A line of a price list cannot be understood.
 */
public class InvalidPriceListException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final int line;

	public InvalidPriceListException(int line, String problem) {
		super("Line " + line + ": " + problem);
		this.line = line;
	}

	public int getLine() {
		return this.line;
	}

}
