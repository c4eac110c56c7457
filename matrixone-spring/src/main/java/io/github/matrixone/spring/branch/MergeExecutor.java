package io.github.matrixone.spring.branch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.jdbc.CommandExecutor;

/**
 * Carries merges out in the current transaction, over JDBC.
 */
final class MergeExecutor {

	private final CommandExecutor executor;

	MergeExecutor(CommandExecutor executor) {
		this.executor = executor;
	}

	/**
	 * Return the rows that are changed, without locking them.
	 */
	List<RowChange> look(RowComparison comparison) {
		List<RowChange> found = new ArrayList<>();
		this.executor.query(comparison.changed(), (row) -> found.add(change(row, comparison)));
		this.executor.query(comparison.removed(), (row) -> found.add(change(row, comparison)));
		return found;
	}

	/**
	 * Take all changed rows.
	 * @param seen what they must still be, or {@code null}
	 */
	RowMerge takeAll(RowMerge merge, @Nullable List<RowChange> seen) {
		merge.takeAll(look(merge.comparison()), seen);
		return lock(merge);
	}

	/**
	 * Take some rows.
	 * @param rows the rows, and what they must still be
	 */
	RowMerge take(RowMerge merge, List<RowChange> rows) {
		merge.take(rows, RowMerge.areMany(rows) ? look(merge.comparison()) : List.of());
		return lock(merge);
	}

	private RowMerge lock(RowMerge merge) {
		merge.locks().forEach((lock) -> merge.locked(lock, this.executor.query(lock.query())));
		merge.looked(merge.parts().stream().map(this::look).toList(), query(merge.changedKeys()));
		return merge;
	}

	/**
	 * Send merges as one, and see that they have done what they were to do.
	 * @param merges the merges, those of referenced tables first
	 */
	List<MergeResult> carryOut(List<RowMerge> merges) {
		for (RowMerge merge : merges) {
			merge.cascades(this.executor.query(ForeignKeyOrder.cascadesFrom(merge.target())));
			merge.leaves(query(merge.unmergedConflicts()));
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
			merges.forEach((merge) -> merge.requireDone(query(merge.unmerged()), query(merge.stillChangedKeys())));
		}
		catch (DataAccessException ex) {
			this.executor.loseTransaction(RowMerge.lost(command, ex));
			throw ex;
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
		List<String> columns = comparison.all();
		for (int i = 0; i < columns.size(); i++) {
			values.put(columns.get(i), comparison.value(row, side + i, columns.get(i)));
		}
		return values;
	}

}
