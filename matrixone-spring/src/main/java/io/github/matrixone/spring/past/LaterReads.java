package io.github.matrixone.spring.past;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.BaseStream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.dao.InvalidDataAccessApiUsageException;

/**
 * Results that may still be to be read: what is read later is read now.
 */
final class LaterReads {

	private LaterReads() {
	}

	/**
	 * Refuse a result that may read later. A stream holds a connection until it is
	 * closed.
	 * @return the result
	 */
	static <T extends @Nullable Object> T requireNone(T result) {
		if (result instanceof BaseStream<?, ?> stream) {
			stream.close();
		}
		if (result instanceof Future || result instanceof BaseStream || result instanceof Callable
				|| result instanceof Supplier || result instanceof Runnable || (result != null
						&& ReactiveAdapterRegistry.getSharedInstance().getAdapter(result.getClass()) != null)) {
			throw new InvalidDataAccessApiUsageException("The result is a " + result.getClass().getSimpleName()
					+ ", which may read later, when it would read what is there now. Return what was read");
		}
		return result;
	}

}
