package io.github.matrixone.spring.jdbc;

import java.sql.SQLException;

/**
 * What has to be known of a driver's own idea of its session, which the interfaces of
 * JDBC do not show.
 */
interface DriverSession {

	/**
	 * A driver of which nothing is known.
	 */
	DriverSession UNKNOWN = new DriverSession() {
	};

	/**
	 * Show a connection's transaction all that the driver sends from now on.
	 */
	default void guard(WireObserver observer) {
	}

	/**
	 * Take the limit of rows back that the driver has set in the session. It would be
	 * taken back by a {@code SET} in the transaction otherwise.
	 */
	default void resetRowLimit() throws SQLException {
	}

	/**
	 * Return whether the server was in a transaction when it last answered a statement.
	 */
	default boolean isInTransaction() {
		return true;
	}

	/**
	 * Return whether results are streamed without a fetch size that asks for it.
	 */
	default boolean streamsByDefault() {
		return false;
	}

}
