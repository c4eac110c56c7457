package io.github.matrixone.spring.jdbc.wire;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * What has to be known of a driver's own idea of its session, which the interfaces of
 * JDBC do not show.
 *
 * @since 0.1
 */
public interface DriverSession {

	/**
	 * A driver of which nothing is known.
	 */
	DriverSession UNKNOWN = new DriverSession() {
	};

	/**
	 * Show a connection's transaction all that the driver sends from now on.
	 * @param observer sees it before it is sent
	 */
	default void guard(WireObserver observer) {
	}

	/**
	 * Take the limit of rows back that the driver has set in the session. It would be
	 * taken back by a {@code SET} in the transaction otherwise.
	 * @throws SQLException if that fails
	 */
	default void resetRowLimit() throws SQLException {
	}

	/**
	 * Return whether the server was in a transaction when it last answered a statement.
	 * @return whether it was
	 */
	default boolean isInTransaction() {
		return true;
	}

	/**
	 * Do something for which the driver reads of procedures, which it can do on a
	 * MatrixOne from {@code information_schema} only.
	 * @param action what to do
	 * @return what the action returns
	 * @throws Throwable if the action throws it
	 */
	default @Nullable Object withProcedures(Action action) throws Throwable {
		return action.run();
	}

	/**
	 * Return whether results are streamed without a fetch size that asks for it.
	 * @return whether they are
	 */
	default boolean streamsByDefault() {
		return false;
	}

	/**
	 * Return whether the driver has the server prepare statements as soon as they are
	 * made.
	 * @return whether it has
	 */
	default boolean preparesOnServer() {
		return false;
	}

	/**
	 * Something that is done on the connection.
	 */
	@FunctionalInterface
	interface Action {

		/**
		 * Do it.
		 * @return what has come of it
		 * @throws Throwable if it fails
		 */
		@Nullable Object run() throws Throwable;

	}

}
