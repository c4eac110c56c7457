package io.github.matrixone.spring.past;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
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

	private static final List<Class<?>> LATER = List.of(Future.class, Callable.class, Supplier.class, Runnable.class,
			Iterator.class);

	/** By their names, because Kotlin, JPA and jOOQ need not be there. */
	private static final Set<String> LATER_IF_THERE = Set.of("kotlin.Function", "kotlin.Lazy",
			"kotlin.sequences.Sequence", "jakarta.persistence.Query", "jakarta.persistence.EntityManager",
			"org.jooq.Query", "org.apache.ibatis.cursor.Cursor");

	private LaterReads() {
	}

	/**
	 * Return whether what a method returns may read later.
	 */
	static boolean isLater(Class<?> result) {
		return LATER.stream().anyMatch((type) -> type.isAssignableFrom(result)) || isLaterIfThere(result)
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(result) != null;
	}

	private static boolean isLaterIfThere(Class<?> result) {
		Class<?> parent = result.getSuperclass();
		return LATER_IF_THERE.contains(result.getName()) || (parent != null && isLaterIfThere(parent))
				|| Arrays.stream(result.getInterfaces()).anyMatch(LaterReads::isLaterIfThere);
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
		if (result instanceof BaseStream || (result != null && isLater(result.getClass()))) {
			throw new InvalidDataAccessApiUsageException("The result is a " + result.getClass().getSimpleName()
					+ ", which may read later, when it would read what is there now. Return what was read");
		}
		return result;
	}

}
