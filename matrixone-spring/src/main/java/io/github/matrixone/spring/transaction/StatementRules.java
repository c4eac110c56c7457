package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.List;

import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.sql.SqlStatement;

/**
 * What is refused on a connection because it would corrupt data, commit silently or
 * escape the transaction. The same rules hold for the operations and for statements that
 * an application sends itself.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface StatementRules {

	/**
	 * Check a statement before it is sent.
	 * @param statement the statement
	 * @param state the state of its connection
	 * @throws SQLException if the statement is refused
	 */
	void check(SqlStatement statement, State state) throws SQLException;

	/**
	 * Return what is sent in place of a text.
	 * @param sql the text
	 * @param statements the statements in it
	 * @return a text that does the same, and does it right
	 */
	default String sent(String sql, List<SqlStatement> statements) {
		return sql;
	}

	/**
	 * Return whether rows are to be locked by a query before a statement changes them,
	 * because the server does not lock them as it should.
	 * @return whether it needs that
	 */
	default boolean needLocksBefore() {
		return true;
	}

	/**
	 * Apply other rules after these. What is sent in place of a text, and whether rows
	 * are locked before, is up to the others.
	 * @param next the other rules
	 * @return both
	 */
	default StatementRules and(StatementRules next) {
		StatementRules first = this;
		return new StatementRules() {

			@Override
			public void check(SqlStatement statement, State state) throws SQLException {
				first.check(statement, state);
				next.check(statement, state);
			}

			@Override
			public String sent(String sql, List<SqlStatement> statements) {
				return next.sent(sql, statements);
			}

			@Override
			public boolean needLocksBefore() {
				return next.needLocksBefore();
			}

		};
	}

	/**
	 * Return the rules for a MatrixOne server.
	 * @return the rules
	 */
	static StatementRules forServer() {
		return new ServerStatementRules();
	}

	/**
	 * Refuse savepoints, however they are asked for.
	 * @return the refusal
	 */
	static StatementRefusedException savepointsRefused() {
		return new StatementRefusedException(Reason.UNSUPPORTED,
				"Savepoints are refused: the server accepts them and does nothing, and ROLLBACK TO takes other rows "
						+ "with it (MO#28248). Use PROPAGATION_REQUIRES_NEW for work that may fail alone");
	}

	/**
	 * Refuse an isolation level that the server would ignore.
	 * @param level the name of the level
	 * @return the refusal
	 */
	static StatementRefusedException isolationRefused(String level) {
		return new StatementRefusedException(Reason.UNSUPPORTED,
				"The isolation level " + level
						+ " is refused: MatrixOne 4.2 reads READ COMMITTED whatever is asked for. "
						+ "Use Isolation.DEFAULT or READ_COMMITTED, and SELECT … FOR UPDATE for rows that must not "
						+ "change. Where a library asks for the level and has no setting for it, set "
						+ "matrixone.transaction.isolation=read-committed: such transactions then run under READ "
						+ "COMMITTED");
	}

	/**
	 * Refuse the call of a procedure in a transaction, of which it would be no part.
	 * @return the refusal
	 */
	static StatementRefusedException procedureRefused() {
		return new StatementRefusedException(Reason.NOT_ALLOWED_IN_TRANSACTION,
				"CALL is refused in a transaction: the server runs a procedure outside of it. The procedure would not see "
						+ "what the transaction has written, and what it writes would be committed at once and survive the "
						+ "rollback. Call it with autocommit, for example from a method with "
						+ "@Transactional(propagation = Propagation.NOT_SUPPORTED), or send its statements themselves");
	}

	/**
	 * State of a connection.
	 */
	interface State {

		/**
		 * Return whether the statement would be part of a transaction.
		 * @return whether autocommit is off, or {@code BEGIN} was sent as a statement
		 */
		boolean isInTransaction();

		/**
		 * Return whether the transaction has sent a statement to the server.
		 * @return whether {@code BEGIN} was sent
		 */
		boolean isBegun();

		/**
		 * Return whether the connection is read-only.
		 * @return whether writes are to be refused
		 */
		boolean isReadOnly();

		/**
		 * Return whether the transaction was begun by a command to delete a branch, and
		 * does nothing else.
		 * @return whether it may delete one
		 */
		boolean deletesBranch();

		/**
		 * Return whether the server leaves the transaction open at a {@code SET}. It is
		 * asked once, on a connection of its own, if that can be had.
		 * @return whether it certainly does
		 */
		boolean survivesSet();

		/**
		 * Return what the transaction has done so far.
		 * @return the record
		 */
		TransactionHistory activity();

		/**
		 * Return whether a table must not be cloned as it is now, because the transaction
		 * has modified its rows, itself or through a foreign key.
		 * @param statement the clone
		 * @return whether a live clone would be corrupt
		 * @throws SQLException if the server cannot be asked
		 */
		boolean hasModifiedSource(SqlStatement statement) throws SQLException;

		/**
		 * Return whether a statement may change rows of a clone that the transaction
		 * itself has made.
		 * @param statement the statement
		 * @return whether it may
		 * @throws SQLException if the server cannot be asked
		 */
		boolean mayModifyOwnClone(SqlStatement statement) throws SQLException;

		/**
		 * Return whether the transaction has written to the table of a statement.
		 * @param statement the statement
		 * @return whether it has, or may have
		 * @throws SQLException if the connection is closed
		 */
		boolean hasWrittenTable(SqlStatement statement) throws SQLException;

	}

}
