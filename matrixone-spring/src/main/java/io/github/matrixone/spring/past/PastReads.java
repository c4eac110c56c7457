package io.github.matrixone.spring.past;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Reads at one point in time.
 *
 * @since 0.1
 */
public interface PastReads {

	/**
	 * Read at this point.
	 * @param <T> the type of the result
	 * @param reads what is read, in this thread. Other threads and R2DBC read now. Load
	 * all that is needed of entities: what is loaded lazily after the call fails, as
	 * after any transaction
	 * @return the result
	 * @throws org.springframework.dao.DataAccessException if the point cannot be read, or
	 * if a statement would read anything else, which is not sent then
	 */
	<T extends @Nullable Object> T execute(Supplier<T> reads);

	/**
	 * Read at this point without a result.
	 * @param reads what is read
	 */
	default void executeWithoutResult(Runnable reads) {
		execute(() -> {
			reads.run();
			return true;
		});
	}

	/**
	 * Read the same at this point and now.
	 * @param <T> the type of the result
	 * @param reads what is read, twice
	 * @return both results
	 */
	<T extends @Nullable Object> ThenAndNow<T> compareWithNow(Supplier<T> reads);

}
