package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

/**
 * Thrown when the starter does not fit the application's Spring Boot.
 */
final class UnsupportedSpringBootException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	UnsupportedSpringBootException(String message) {
		super(message);
	}

}
