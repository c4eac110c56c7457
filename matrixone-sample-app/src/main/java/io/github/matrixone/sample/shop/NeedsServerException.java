package io.github.matrixone.sample.shop;

import java.io.Serial;

/**
 * What was asked for needs a MatrixOne server, and the shop runs on the simulator.
 */
public class NeedsServerException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	public NeedsServerException(String message, Throwable cause) {
		super(message, cause);
	}

}
