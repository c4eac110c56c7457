package io.github.matrixone.spring.jdbc.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.transaction.TransactionHistory;
import io.github.matrixone.spring.transaction.TransactionOutcome;

/**
 * A connection of a {@link MatrixOneDataSource}. Obtain it from any connection with
 * {@link Connection#unwrap}.
 *
 * @since 0.1
 */
public interface MatrixOneConnection extends Connection {

	/**
	 * Return whether statements are now part of a transaction, begun or about to begin.
	 * @return whether autocommit is off, or {@code BEGIN} was sent as a statement
	 */
	boolean isInTransaction();

	/**
	 * Return whether a Spring transaction was committed or rolled back, as in what its
	 * transaction manager does afterwards. Where one connection serves several
	 * transactions, the next has a holder of its own and has not ended.
	 * @param holder the {@link org.springframework.jdbc.datasource.ConnectionHolder} that
	 * is bound for the transaction
	 * @return whether autocommit is off and this transaction has ended
	 */
	boolean hasEnded(Object holder);

	/**
	 * Return whether the server has dropped the transaction, or the connection is closed,
	 * so that nothing of the transaction can be committed any more.
	 * @return whether only a rollback can follow
	 */
	boolean isLost();

	/**
	 * Return where this connection comes from, so that others of the same server and user
	 * can be had.
	 * @return what has opened the connection
	 */
	ConnectionSource source();

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
	 * Let the current transaction delete a branch, which is refused otherwise: it must do
	 * nothing else.
	 */
	void deleteBranch();

	/**
	 * Have the current transaction rolled back, whatever its owner does: nothing else can
	 * be sent in it.
	 * @param reason what has happened, and what can be done
	 */
	void lose(String reason);

	/**
	 * Return what the current transaction has done so far.
	 * @return the record, which goes on to change with the transaction
	 */
	TransactionHistory activity();

	/**
	 * Return how the last transaction of this connection ended.
	 * @return the outcome
	 */
	TransactionOutcome lastOutcome();

	/**
	 * Ask for the outcome of the current transaction. The connection itself may have been
	 * given to another user by the time that it matters.
	 * @param awaiting is told the outcome once, when the transaction ends
	 */
	void whenEnded(Consumer<TransactionOutcome> awaiting);

	/**
	 * Return the database that unqualified table names belong to.
	 * @return the database, or {@code null} if there is none or it is not certain
	 * @throws SQLException if the connection is closed
	 */
	@Nullable DatabaseName currentDatabase() throws SQLException;

}
