package io.github.matrixone.sample.shop.imports;

import java.io.Serial;
import java.util.Collection;

/**
 * Products are not taken back to what they were before an import.
 */
public final class NotUndoneException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private NotUndoneException(String message) {
		super(message);
	}

	static NotUndoneException changedAgain(Collection<String> skus) {
		return new NotUndoneException("Since the import something else has changed " + String.join(", ", skus)
				+ ", which would be lost with it. "
				+ "Nothing was taken back: leave these out, and change them by hand");
	}

	static NotUndoneException moved() {
		return new NotUndoneException("Somebody else was writing. Nothing was taken back: look at the import again");
	}

}
