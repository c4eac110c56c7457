package io.github.matrixone.spring.boot.autoconfigure;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;

/**
 * What lies behind a connection factory.
 */
final class WrappedConnectionFactory {

	private WrappedConnectionFactory() {
	}

	/**
	 * Return the outermost connection factory of a type.
	 * @param connectionFactory the connection factory to begin with
	 * @param type the type
	 * @return the connection factory itself or one behind it, or {@code null}
	 */
	static <T extends ConnectionFactory> @Nullable T find(ConnectionFactory connectionFactory, Class<T> type) {
		Object current = connectionFactory;
		while (!type.isInstance(current)) {
			if (!(current instanceof Wrapped<?> wrapped)) {
				return null;
			}
			current = wrapped.unwrap();
		}
		return type.cast(current);
	}

}
