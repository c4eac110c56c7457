package io.github.matrixone.spring.reactive;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

import io.github.matrixone.spring.backend.Rows;
import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * What the server says of a connection, asked for once in the connection's life.
 *
 * @param id the connection's id
 * @param database the database that it began with, or {@code null}
 */
record PhysicalConnection(String id, @Nullable DatabaseName database) {

	static final SqlText QUERY = SqlText.of("SELECT CONNECTION_ID(), DATABASE()");

	private static final Map<Connection, PhysicalConnection> known = Collections.synchronizedMap(new WeakHashMap<>());

	/**
	 * Return what is known of a connection.
	 * @param connection the driver's connection or one that wraps it
	 */
	static @Nullable PhysicalConnection of(Connection connection) {
		return known.get(unwrap(connection));
	}

	/**
	 * Keep the answer to {@link #QUERY}.
	 */
	static void keep(Connection connection, Rows answer) {
		if (!answer.isEmpty()) {
			String database = answer.values().get(0).get(1);
			known.put(unwrap(connection), new PhysicalConnection(String.valueOf(answer.values().get(0).get(0)),
					StringUtils.hasText(database) ? DatabaseName.of(database) : null));
		}
	}

	/**
	 * Return the driver's connection.
	 */
	static Connection unwrap(Connection connection) {
		Connection unwrapped = connection;
		while (unwrapped instanceof Wrapped<?> wrapped && wrapped.unwrap() instanceof Connection inner) {
			unwrapped = inner;
		}
		return unwrapped;
	}

}
