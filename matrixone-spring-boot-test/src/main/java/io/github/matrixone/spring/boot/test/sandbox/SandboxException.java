package io.github.matrixone.spring.boot.test.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * A sandbox cannot be made, or is not there. The message says what to do.
 *
 * @since 0.1
 */
public class SandboxException extends IllegalStateException {

	/**
	 * Create an exception.
	 * @param message what is wrong and what to do
	 */
	public SandboxException(String message) {
		super(message);
	}

	/**
	 * Create an exception.
	 * @param message what is wrong and what to do
	 * @param cause the cause
	 */
	public SandboxException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
