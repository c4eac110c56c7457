package io.github.matrixone.spring.sql;

/**
 * Thrown when something has a name that is refused here, though the server accepts it:
 * one with a quote, say, because the server puts names into statements of its own without
 * escaping them.
 *
 * @since 0.1
 */
public final class RefusedNameException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	RefusedNameException(String message) {
		super(message);
	}

}
