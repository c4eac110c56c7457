package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;

/**
 * Says what is locked before a statement of a connection is sent, for each of the
 * server's faults that needs that: {@link LockUpgrades}, {@link UpsertLocks} and
 * {@link RowLocks}.
 */
final class StatementLocks {

	/** How many stages the locks of a statement have. */
	static final int STAGES = 4;

	private final boolean locksRows;

	private final @Nullable LockUpgrades lockUpgrades;

	private final UpsertLocks upsertLocks;

	private final RowLocks rowLocks;

	private final TransactionLocks transactionLocks;

	private final HeldRows heldRows;

	/** What a statement that is committed by itself is to lock. */
	private Iterable<PreparatoryStatement> alone = Preparation.NONE;

	StatementLocks(boolean locksRows, @Nullable LockUpgrades lockUpgrades, UpsertLocks upsertLocks, RowLocks rowLocks,
			TransactionLocks transactionLocks, HeldRows heldRows) {
		this.locksRows = locksRows;
		this.lockUpgrades = lockUpgrades;
		this.upsertLocks = upsertLocks;
		this.rowLocks = rowLocks;
		this.transactionLocks = transactionLocks;
		this.heldRows = heldRows;
	}

	/**
	 * Forget what a statement was to lock that was not sent.
	 */
	void clear() {
		this.alone = Preparation.NONE;
	}

	/**
	 * Look up and lock what a statement of a transaction needs.
	 * @param stage the number of the stage, from 0, of {@value #STAGES}
	 * @param statement the statement
	 * @param database the session's database
	 * @param activity what the transaction has done before
	 * @param rows which rows it inserts, changes or locks
	 * @param limit how long to wait at most
	 */
	Iterable<PreparatoryStatement> inTransaction(int stage, SqlStatement statement, SessionDatabase database,
			TransactionHistory activity, StatementRows rows, Duration limit) throws SQLException {
		LockUpgrades lockUpgrades = this.lockUpgrades;
		Kind kind = statement.kind();
		if (stage < 2) {
			if (lockUpgrades == null) {
				return Preparation.NONE;
			}
			// A merge names the branch that it takes its rows from.
			TableName changed = (kind != Kind.BRANCH_MERGE) ? database.tableOf(statement) : null;
			return (stage == 0) ? lockUpgrades.lookUps(kind, changed, activity)
					: lockUpgrades.turns(kind, changed, activity, limit);
		}
		boolean lookUp = stage == 2;
		if (locksRowsOf(statement, true)) {
			TableName table = database.tableOf(statement);
			return lookUp ? this.rowLocks.lookUps(statement, table, rows)
					: this.rowLocks.locks(statement, table, rows, this.heldRows, limit);
		}
		if (statement.updatesDuplicates()) {
			TableName table = database.tableOf(statement);
			if (table != null) {
				return lookUp ? this.upsertLocks.lookUps(table)
						: this.upsertLocks.locks(table, rows, this.transactionLocks, limit);
			}
		}
		TableName insertedInto = (kind == Kind.INSERT && lockUpgrades != null) ? database.tableOf(statement) : null;
		if (insertedInto == null || lockUpgrades == null) {
			return Preparation.NONE;
		}
		return lookUp ? lockUpgrades.lookUpsBeforeInsert(insertedInto)
				: lockUpgrades.lockBeforeInsert(insertedInto, rows, activity, limit);
	}

	/**
	 * Look up what a statement needs that is committed by itself, so that
	 * {@link #takeAlone} knows what to lock.
	 * @param stage the number of the stage, from 0, of {@value #STAGES}
	 * @param statement the statement
	 * @param database the session's database
	 * @param rows which rows it inserts or changes
	 * @param limit how long to wait at most
	 */
	Iterable<PreparatoryStatement> alone(int stage, SqlStatement statement, SessionDatabase database,
			StatementRows rows, Duration limit) throws SQLException {
		if (stage > 1) {
			return Preparation.NONE;
		}
		if (locksRowsOf(statement, false)) {
			TableName table = database.tableOf(statement);
			if (stage == 0) {
				return this.rowLocks.lookUps(statement, table, rows);
			}
			this.alone = this.rowLocks.locks(statement, table, rows, null, limit);
			return Preparation.NONE;
		}
		TableName table = statement.updatesDuplicates() ? database.tableOf(statement) : null;
		if (table == null) {
			return Preparation.NONE;
		}
		if (stage == 0) {
			return this.upsertLocks.lookUps(table);
		}
		if (rows.areOfBatch()) {
			this.upsertLocks.warn(table);
		}
		else {
			this.alone = this.upsertLocks.locks(table, rows, this.transactionLocks, limit);
		}
		return Preparation.NONE;
	}

	/**
	 * Return what is to be locked in one transaction with a statement that would be
	 * committed by itself, once.
	 */
	Iterable<PreparatoryStatement> takeAlone() {
		Iterable<PreparatoryStatement> locks = this.alone;
		this.alone = Preparation.NONE;
		return locks;
	}

	/**
	 * Take note of a statement of the transaction that is about to be sent.
	 * @param kind what it does
	 * @param table the table that it writes to, with its database
	 */
	void writes(Kind kind, TableName table) {
		if (this.lockUpgrades != null) {
			this.lockUpgrades.writes(kind, table);
		}
	}

	/**
	 * Have keys looked up again.
	 */
	void tablesChanged() {
		this.rowLocks.changed();
		if (this.lockUpgrades != null) {
			this.lockUpgrades.changed();
		}
	}

	/**
	 * Take note that no row is locked any more.
	 */
	void rowsReleased() {
		this.heldRows.clear();
	}

	/**
	 * Return what gives back what a transaction has taken apart from its rows, after its
	 * end.
	 */
	List<SqlText> releases() {
		if (this.lockUpgrades != null) {
			this.lockUpgrades.ended();
		}
		rowsReleased();
		return this.transactionLocks.releases();
	}

	private boolean locksRowsOf(SqlStatement statement, boolean inTransaction) {
		return this.locksRows && RowLocks.matterTo(statement, inTransaction);
	}

}
