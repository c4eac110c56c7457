package io.github.matrixone.spring.contract.concurrency;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What the server and some transactions are about to do. Immutable.
 *
 * @param positions the next step of each transaction
 * @param rows the locks of the rows
 * @param turns who holds the named lock of each table, or -1
 * @param doubled whether a row was doubled and an update lost
 */
record LockState(List<Integer> positions, List<RowLock> rows, List<Integer> turns, boolean doubled) {

	private static final int NOBODY = -1;

	static LockState start(int transactions) {
		return new LockState(Collections.nCopies(transactions, 0), Collections.nCopies(LockStep.ROWS, RowLock.FREE),
				Collections.nCopies(LockStep.TABLES, NOBODY), false);
	}

	boolean isTurnOf(int transaction, int table) {
		return this.turns.get(table) == NOBODY || this.turns.get(table) == transaction;
	}

	/**
	 * Return whom a transaction waits for before a step, as bits.
	 */
	int awaited(int transaction, LockStep step) {
		if (step.kind() == LockStep.Kind.TAKE_TURN) {
			return isTurnOf(transaction, step.row()) ? 0 : RowLock.bit(this.turns.get(step.row()));
		}
		RowLock row = this.rows.get(step.row());
		return (isRow(step) && row.isAwaitedBy(transaction)) ? row.holders() : 0;
	}

	boolean isBlocked(int transaction, LockStep step) {
		if (step.kind() == LockStep.Kind.TAKE_TURN) {
			return !isTurnOf(transaction, step.row());
		}
		RowLock row = this.rows.get(step.row());
		return isRow(step) && row.isAwaitedBy(transaction) && !row.admits(transaction);
	}

	LockState after(int transaction, LockStep step) {
		return switch (step.kind()) {
			case CHILD, LOCK, UPDATE, CHANGE -> afterRequest(transaction, step);
			case TAKE_TURN -> advance(transaction).with(step.row(), transaction);
			case GIVE_BACK -> advance(transaction).giveBack(transaction);
			case COMMIT -> advance(transaction).end(transaction, true);
			case ROLLBACK -> advance(transaction).end(transaction, false);
		};
	}

	/**
	 * Return what is left when a transaction is rolled back before its end.
	 * @param position where it goes on
	 */
	LockState abort(int transaction, int position) {
		return new LockState(set(this.positions, transaction, position), this.rows, this.turns, this.doubled)
			.end(transaction, false);
	}

	private LockState afterRequest(int transaction, LockStep step) {
		RowLock row = this.rows.get(step.row());
		if (!row.grants(transaction, step.isExclusive())) {
			return with(step.row(), row.enqueue(transaction));
		}
		RowLock granted = row.grant(transaction, step.isExclusive());
		return advance(transaction).with(step.row(), step.isUpdate() ? granted.write(transaction) : granted);
	}

	private LockState end(int transaction, boolean commit) {
		boolean doubles = commit && this.rows.stream().anyMatch((row) -> row.doublesWith(transaction));
		return new LockState(this.positions, this.rows.stream().map((row) -> row.end(transaction, commit)).toList(),
				this.turns, this.doubled || doubles);
	}

	private LockState giveBack(int transaction) {
		return new LockState(this.positions, this.rows,
				this.turns.stream().map((holder) -> (holder == transaction) ? NOBODY : holder).toList(), this.doubled);
	}

	private LockState advance(int transaction) {
		return new LockState(set(this.positions, transaction, this.positions.get(transaction) + 1), this.rows,
				this.turns, this.doubled);
	}

	private LockState with(int row, RowLock lock) {
		return new LockState(this.positions, set(this.rows, row, lock), this.turns, this.doubled);
	}

	private LockState with(int table, int holder) {
		return new LockState(this.positions, this.rows, set(this.turns, table, holder), this.doubled);
	}

	private static boolean isRow(LockStep step) {
		return step.isExclusive() || step.kind() == LockStep.Kind.CHILD;
	}

	private static <T> List<T> set(List<T> list, int index, T value) {
		List<T> changed = new ArrayList<>(list);
		changed.set(index, value);
		return Collections.unmodifiableList(changed);
	}

}
