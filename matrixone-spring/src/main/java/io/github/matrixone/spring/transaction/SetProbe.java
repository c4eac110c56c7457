package io.github.matrixone.spring.transaction;

import java.sql.SQLException;

/**
 * Tries on a connection of its own whether a {@code SET} leaves the transaction open in
 * which it is sent. MatrixOne 4.2 commits it (MO#26872), a newer one does not.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SetProbe {

	/**
	 * Try it.
	 * @return whether the server has certainly kept a transaction open
	 * @throws SQLException if it could not be tried
	 */
	boolean isTransactionKept() throws SQLException;

}
