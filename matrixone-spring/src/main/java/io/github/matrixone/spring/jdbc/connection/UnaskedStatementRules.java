package io.github.matrixone.spring.jdbc.connection;

import java.sql.SQLException;

import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.jdbc.wire.WireText;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.transaction.StatementRules;
import io.github.matrixone.spring.transaction.TransactionState;

/**
 * What becomes of a statement that nobody has asked the wrapper for: the driver sends it
 * by itself, or the application on an object of the driver.
 */
final class UnaskedStatementRules {

	private final TransactionState state;

	UnaskedStatementRules(TransactionState state) {
		this.state = state;
	}

	/**
	 * Refuse a statement that must not be sent, or take note of what it changes.
	 */
	void check(SqlStatement statement, WireText text) throws SQLException {
		Kind kind = statement.kind();
		if (kind == Kind.SET) {
			this.state.sessionChanged(statement);
		}
		switch (kind) {
			case READ, UNCERTAIN_READ, SHOW_SNAPSHOTS -> {
			}
			case SET_AUTOCOMMIT,
					BEGIN ->
				throw refused(
						"A transaction must not be begun on an object of the driver: clones would escape from it. "
								+ "Use the connection of the pool");
			case SET, USE, COMMIT, ROLLBACK, SAVEPOINT, LOCK_TABLES, PREPARED_TEXT, UNREADABLE -> {
				if (this.state.isBegun()) {
					throw refused("The driver was about to send '" + text.beginning()
							+ "' in a transaction by itself, which "
							+ "would commit or change it. docs/driver-statements.md tells which setting or call does that");
				}
			}
			case CALL -> {
				if (this.state.isInTransaction()) {
					throw StatementRules.procedureRefused();
				}
			}
			default -> {
				if (this.state.isInTransaction()) {
					checkChange(kind);
				}
			}
		}
	}

	private void checkChange(Kind kind) throws SQLException {
		if (!this.state.isBegun()) {
			throw refused("An object of the driver was used in a transaction that has not begun on it: unwrap it "
					+ "within the transaction");
		}
		if (this.state.isReadOnly() && kind.writes()) {
			throw new StatementRefusedException(Reason.READ_ONLY,
					"A statement that writes is refused in a read-only transaction. Remove readOnly = true");
		}
		switch (kind) {
			case LOCKING_READ, LOCKING_FUNCTION, INSERT, MODIFY, TRUNCATE, CREATE_TABLE, CREATE_DATABASE, CREATE_OTHER,
					OTHER ->
				this.state.writtenUnseen();
			default ->
				throw refused(kind + " is refused on an object of the driver: send it with the connection of the pool");
		}
	}

	/**
	 * Make a refusal, after which the transaction counts as lost.
	 */
	StatementRefusedException refused(String message) {
		StatementRefusedException refusal = new StatementRefusedException(Reason.TRANSACTION_LOST,
				message + (this.state.isBegun() ? ". Nothing more is sent until the rollback" : ""));
		this.state.lost(refusal);
		return refusal;
	}

}
