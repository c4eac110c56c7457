package io.github.matrixone.spring.branch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.TransactionSynchronization;

import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.sql.TableName;

/**
 * Carries merges out in the current transaction, over JDBC.
 */
final class MergeExecutor {

	private final CommandExecutor executor;

	private BranchEvents events = new BranchEvents(null);

	private List<Runnable> afterMerge = List.of();

	MergeExecutor(CommandExecutor executor) {
		this.executor = executor;
	}

	void setEvents(BranchEvents events) {
		this.events = events;
	}

	void setAfterMerge(List<Runnable> afterMerge) {
		this.afterMerge = List.copyOf(afterMerge);
	}

	/**
	 * Return the rows that are changed, without locking them.
	 */
	List<RowChange> look(RowComparison comparison) {
		List<RowChange> found = new ArrayList<>();
		comparison.changes()
			.forEach((query) -> this.executor.query(query, (row) -> found.add(change(row, comparison))));
		return RowMerge.inOrder(found);
	}

	/**
	 * Give each row that is changed to a handler as it is read.
	 */
	void forEach(RowComparison comparison, Consumer<RowChange> handler) {
		comparison.changes()
			.forEach((query) -> this.executor.stream(query, (row) -> handler.accept(change(row, comparison))));
	}

	/**
	 * Take all changed rows.
	 * @param seen what they must still be, or {@code null}
	 */
	RowMerge takeAll(RowMerge merge, @Nullable List<RowChange> seen) {
		merge.takeAll(look(merge.comparison().readingKeys()), seen);
		return lock(merge);
	}

	/**
	 * Take some rows.
	 * @param rows the rows, and what they must still be
	 */
	RowMerge take(RowMerge merge, List<RowChange> rows) {
		merge.take(rows, RowMerge.areMany(rows) ? look(merge.comparison().readingKeys()) : List.of());
		return lock(merge);
	}

	private RowMerge lock(RowMerge merge) {
		merge.locks().forEach((lock) -> merge.locked(lock, this.executor.query(lock.query())));
		merge.looked(look(merge.parts()));
		return merge;
	}

	private List<List<RowChange>> look(List<RowComparison> comparisons) {
		return comparisons.stream().map(this::look).toList();
	}

	/**
	 * Carry merges into several tables out as one.
	 * @param targets the tables
	 * @param take takes the rows to merge into one of them
	 * @return what was done, in the order of the tables
	 */
	List<MergeResult> carryOut(Action action, Set<TableName> targets, Function<TableName, RowMerge> take) {
		if (targets.isEmpty()) {
			return List.of();
		}
		List<TableName> order = ForeignKeyOrder.sort(
				this.executor.query(ForeignKeyOrder.of(BranchRules.databases(targets))), List.copyOf(targets),
				Function.identity());
		return BranchRules.sort(targets, order, carryOut(action, order.stream().map(take).toList()));
	}

	MergeResult carryOut(Action action, RowMerge merge) {
		return carryOut(action, List.of(merge)).get(0);
	}

	/**
	 * Send merges as one, and see that they have done what they were to do.
	 * @param merges the merges, those of referenced tables first
	 */
	private List<MergeResult> carryOut(Action action, List<RowMerge> merges) {
		List<String> names = merges.stream().map(RowMerge::name).toList();
		this.events.before(action, names);
		// A listener may have written what was looked at before.
		merges.forEach((merge) -> requireUnwritten("The " + merge.comparison().description(), merge.tables()));
		List<MergeResult> results = carryOut(merges);
		if (action != Action.REBASE) {
			forgetCached();
		}
		try {
			this.events.after(action, names, results);
		}
		catch (Throwable ex) {
			this.executor.loseTransaction(BranchEvents.lost(ex));
			throw ex;
		}
		return results;
	}

	/**
	 * Refuse tables that the current transaction has written to, or may have.
	 * @param what what is refused
	 */
	void requireUnwritten(String what, List<TableName> tables) {
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction == null) {
			return;
		}
		BranchRules.requireUnwritten(transaction.activity(), what, tables);
		if (transaction.activity().hasModified()) {
			tables.forEach((table) -> BranchRules.requireUnreached(this.executor.query(SqlText.cascadesTo(table)), what,
					table));
		}
	}

	/**
	 * Ids that were taken on the branch must not be taken again. At once and beside the
	 * transaction, as Hibernate takes ids: it would wait for a row that the transaction
	 * has locked.
	 * @param sequence the table that the ids were taken from
	 * @param target the table to move on
	 */
	void advance(TableName sequence, TableName target) {
		this.executor.query(AdvanceSequence.next(sequence)).first().ifPresent((next) -> {
			if (!this.executor.beside(new AdvanceSequence(target, Long.parseLong(next)),
					AdvanceSequence.LONGEST_WAIT)) {
				throw BranchRules.idsAreLocked(target);
			}
		});
	}

	private List<MergeResult> carryOut(List<RowMerge> merges) {
		for (RowMerge merge : merges) {
			merge.referencedBy(this.executor.query(References.to(merge.target())));
			merge.partitioned(this.executor.query(Definitions.partitionsOf(merge.target())));
			merge.leaves(look(merge.toLeave()));
		}
		MergeRows command = RowMerge.command(merges);
		if (!command.statements().isEmpty()) {
			send(command, merges);
		}
		return merges.stream().map(RowMerge::result).toList();
	}

	private void send(MergeRows command, List<RowMerge> merges) {
		try {
			this.executor.join(command);
			merges.forEach((merge) -> merge.requireDone(look(merge.merged()), query(merge.changeCounts())));
		}
		catch (DataAccessException | TransactionTimedOutException ex) {
			this.executor.loseTransaction(RowMerge.lost(command, ex));
			throw ex;
		}
	}

	/**
	 * Once for what reads next in the transaction, and once more at its end: meanwhile
	 * others have read what was there before, or this transaction what was rolled back.
	 */
	private void forgetCached() {
		this.executor.forgetRead();
		if (this.afterMerge.isEmpty()) {
			return;
		}
		this.afterMerge.forEach(Runnable::run);
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction != null) {
			transaction.register(new TransactionSynchronization() {
				@Override
				public void afterCompletion(int status) {
					MergeExecutor.this.afterMerge.forEach(Runnable::run);
				}
			});
		}
	}

	private List<Rows> query(List<SqlText> queries) {
		return queries.stream().map(this.executor::query).toList();
	}

	private static RowChange change(ResultSet row, RowComparison comparison) throws SQLException {
		return RowMerge.change(comparison.keys(), side(row, RowComparison.BRANCH, comparison),
				side(row, RowComparison.BASE, comparison), side(row, RowComparison.TARGET, comparison),
				row.getBoolean("merged"), row.getBoolean("untouched"));
	}

	private static Map<String, @Nullable Object> side(ResultSet row, String side, RowComparison comparison)
			throws SQLException {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		List<String> columns = comparison.read();
		for (int i = 0; i < columns.size(); i++) {
			values.put(columns.get(i), comparison.value(row, side + i, columns.get(i)));
		}
		return values;
	}

}
