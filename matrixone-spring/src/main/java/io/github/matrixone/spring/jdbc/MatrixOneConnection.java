package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.transaction.TransactionActivity;
import io.github.matrixone.spring.transaction.TransactionOutcome;

/**
 * A connection of a {@link MatrixOneDataSource}. Obtain it from any connection with
 * {@link Connection#unwrap}.
 *
 * @since 0.1
 */
public interface MatrixOneConnection extends Connection {

	/**
	 * Say whether statements are now part of a transaction, begun or about to begin.
	 * @return whether autocommit is off, or {@code BEGIN} was sent as a statement
	 */
	boolean isInTransaction();

	/**
	 * Say whether the transaction was committed or rolled back and no other has begun, as
	 * in what a transaction manager does after the end of a transaction.
	 * @return whether autocommit is off and the transaction has ended
	 */
	boolean hasEnded();

	/**
	 * Refuse a statement that must not be sent now, as if it was about to be sent.
	 * @param statement the statement
	 * @throws SQLException if it is refused
	 */
	void check(SqlStatement statement) throws SQLException;

	/**
	 * Change rows of a journal as part of the transaction, which begins for it if it has
	 * not begun. This is no write of the application's: what the transaction has done
	 * does not change by it.
	 * @param statement the statement
	 * @return how many rows it has changed
	 * @throws SQLException if it fails
	 */
	int journal(SqlText statement) throws SQLException;

	/**
	 * Return what the current transaction has done so far.
	 * @return the record, which goes on to change with the transaction
	 */
	TransactionActivity activity();

	/**
	 * Return how the last transaction of this connection ended.
	 * @return the outcome
	 */
	TransactionOutcome lastOutcome();

	/**
	 * Return the database that unqualified table names belong to.
	 * @return the database, or {@code null} if there is none or it is not certain
	 * @throws SQLException if the connection is closed
	 */
	@Nullable DatabaseName currentDatabase() throws SQLException;

}
