package io.github.matrixone.spring.branch;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

import org.springframework.jdbc.BadSqlGrammarException;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotQuery;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Finds out what has to be known to compare rows, over JDBC.
 */
final class RowComparisons {

	private final CommandExecutor executor;

	RowComparisons(CommandExecutor executor) {
		this.executor = executor;
	}

	/**
	 * Return what compares a branch with its parent.
	 */
	RowComparison of(Branch branch) {
		return of(branch, branch.requireParent());
	}

	private RowComparison of(Branch branch, TableName target) {
		return RowComparison.of(branch, target, columnsOf(branch.table()), columnsOf(target),
				this.executor.query(TableColumns.atFirst(branch)));
	}

	RowMerge mergeOf(Branch branch) {
		return mergeOf(branch, branch.requireParent());
	}

	/**
	 * Return the merge of a branch.
	 * @param target the table to merge it into
	 */
	RowMerge mergeOf(Branch branch, TableName target) {
		return new RowMerge(of(branch, target), List.of(branch.table(), target));
	}

	/**
	 * Return what takes changes of a table back.
	 */
	RowMerge reversalOf(TableName table, AsOf since) {
		Rows now = requireColumnsOf(table);
		String hint = hint(since, (snapshot) -> snapshot.requireHolds(table));
		Rows before = columnsAt(table, hint);
		return new RowMerge(RowComparison.ofPast(table, hint, now, before), List.of(table));
	}

	/**
	 * Compare a table at two points in time. A branch is there for as long as it takes.
	 * @param <T> the type of the result
	 * @param work compares
	 */
	<T> T between(TableName table, AsOf since, AsOf until, Function<RowComparison, T> work) {
		Rows now = requireColumnsOf(table);
		Instant from = instant(since, (snapshot) -> snapshot.requireHolds(table));
		BranchRules.requireOrder(from, instant(until, (snapshot) -> snapshot.requireHolds(table)));
		Rows before = columnsAt(table, AsOf.hint(from));
		BranchToCompare later = BranchToCompare.of(table, until);
		this.executor.beside(later);
		T result;
		try {
			dropForeignKeys(later.branch());
			result = work.apply(RowComparison.ofPast(table, AsOf.hint(from), later.branch(), now, before,
					columnsOf(later.branch())));
		}
		catch (Throwable ex) {
			undo(later, ex);
			throw ex;
		}
		this.executor.beside(later.undo());
		return result;
	}

	/**
	 * Where the current transaction, or somebody else's, has locked rows that a key
	 * references, the key stays.
	 */
	private void dropForeignKeys(TableName branch) {
		for (String key : DropForeignKey.read(this.executor.query(DropForeignKey.of(branch)))) {
			if (!this.executor.beside(new DropForeignKey(branch, key), DropForeignKey.LONGEST_WAIT)) {
				return;
			}
		}
	}

	private void undo(BranchToCompare branch, Throwable failure) {
		try {
			this.executor.beside(branch.undo());
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	private Rows requireColumnsOf(TableName table) {
		this.executor.backend().requireBranches();
		Rows columns = columnsOf(table);
		if (columns.isEmpty()) {
			throw BranchRules.noTable(table);
		}
		return columns;
	}

	private Rows columnsAt(TableName table, String hint) {
		try {
			return this.executor.query(TableColumns.at(table, hint));
		}
		catch (BadSqlGrammarException ex) {
			throw RowComparison.beforeHistory(table, ex);
		}
	}

	private Rows columnsOf(TableName table) {
		return this.executor.query(TableColumns.of(table));
	}

	/**
	 * Return the hint for a point in time.
	 * @param check looks whether a snapshot holds what is to be read
	 */
	String hint(AsOf asOf, Consumer<Snapshot> check) {
		return AsOf.hint(instant(asOf, check));
	}

	/**
	 * A catalog cannot be read by the name of a snapshot on newer servers, and the clock
	 * of this machine may be behind.
	 */
	private Instant instant(AsOf asOf, Consumer<Snapshot> check) {
		SnapshotName name = asOf.snapshot();
		if (name == null) {
			return Objects.requireNonNull(asOf.instant());
		}
		SnapshotQuery query = SnapshotQuery.byName(name);
		Snapshot snapshot = query.getOfOwnAccount(this.executor.query(query.statementWithOwnAccount()));
		check.accept(snapshot);
		return snapshot.createdAt();
	}

}
