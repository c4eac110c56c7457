package io.github.matrixone.spring.transaction;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.LockedRows;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Change;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.HeldRows.Row;

/**
 * Locks the rows of a statement that changes or locks several of them, by a query before
 * it. The server locks one after the other; where it has waited for one whose holder has
 * changed nothing in the end, by a rollback or because it has only locked it, it does not
 * read the others again, though they may have been changed meanwhile. An {@code UPDATE}
 * then leaves two rows with one primary key, a {@code DELETE} leaves the changed row, and
 * a {@code SELECT … FOR UPDATE} returns what was there before (v4.2.0 and newer, no issue
 * known). A statement that finds all its rows locked by its own transaction reads what is
 * there.
 *
 * <p>
 * One row suffices where several hold its lock, as those do who insert rows that
 * reference it: one changes it and commits, another rolls back, and who has waited for
 * both reads what was there before.
 */
final class RowLocks {

	private static final Log logger = LogFactory.getLog(RowLocks.class);

	private final UniqueKeys uniqueKeys;

	private final ReferencedTables referencedTables;

	private final CascadeLocks cascadeLocks = new CascadeLocks();

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	RowLocks(UniqueKeys uniqueKeys, ReferencedTables referencedTables) {
		this.uniqueKeys = uniqueKeys;
		this.referencedTables = referencedTables;
	}

	/**
	 * Return whether rows of a statement may have to be locked before.
	 * @param statement the statement
	 * @param inTransaction whether the lock of a query is kept
	 */
	static boolean matterTo(SqlStatement statement, boolean inTransaction) {
		return statement.change() != null || (inTransaction && statement.kind() == Kind.LOCKING_READ);
	}

	/**
	 * Return what must be sent to know what has to be locked.
	 * @param statement the statement
	 * @param table its table with the database, or {@code null} if it is not certain
	 * @param rows which rows it changes or locks
	 */
	List<PreparatoryStatement> lookUps(SqlStatement statement, @Nullable TableName table, StatementRows rows) {
		boolean compares = rows.compareColumns();
		Optional<PreparatoryStatement> keys = (table != null && (compares || isLimited(rows) || isQueried(rows)))
				? this.uniqueKeys.lookUp(table) : Optional.empty();
		Optional<PreparatoryStatement> references = (table != null && compares) ? this.referencedTables.lookUpAll()
				: Optional.empty();
		List<PreparatoryStatement> cascades = deletes(statement) ? this.cascadeLocks.lookUps() : Preparation.NONE;
		if (keys.isEmpty() && references.isEmpty()) {
			return cascades;
		}
		return Stream.of(keys.stream(), references.stream(), cascades.stream()).flatMap(Function.identity()).toList();
	}

	/**
	 * Return what locks the rows, or warn once where they are not known.
	 * @param statement the statement
	 * @param table its table with the database, or {@code null} if it is not certain
	 * @param rows which rows it changes or locks
	 * @param held the rows that the transaction has locked, or {@code null} if each
	 * statement is committed by itself
	 * @param limit how long a lock may be waited for
	 */
	Iterable<PreparatoryStatement> locks(SqlStatement statement, @Nullable TableName table, StatementRows rows,
			@Nullable HeldRows held, Duration limit) {
		boolean cascades = deletes(statement) && this.cascadeLocks.reach(table);
		if (!cascades && (statement.change() == Change.REPLACE || isOneThatNobodyShares(table, rows))) {
			return Preparation.NONE;
		}
		Row row = (table != null && held != null && !rows.areOfBatch())
				? this.uniqueKeys.keyOf(table, rows).map((key) -> held.row(table, key)).orElse(null) : null;
		if (row != null && !cascades && row.isHeld()) {
			return Preparation.NONE;
		}
		Optional<SqlText> from = (held != null || !rows.areOfBatch()) ? from(table, rows) : Optional.empty();
		if (cascades) {
			return isLimited(rows) ? this.cascadeLocks.warn(table) : this.cascadeLocks.locks(table, from, limit);
		}
		Optional<SqlText> lock = (from.isPresent() || statement.kind() != Kind.LOCKING_READ) ? from.map(RowLocks::lock)
				: rows.statement();
		if (lock.isEmpty()) {
			warn(table);
			return Preparation.NONE;
		}
		return List.of(new PreparatoryStatement(lock.get(),
				(row != null && from.isPresent()) ? row::holdIfFound : PreparatoryStatement.NO_ROWS,
				this.cascadeLocks::lockFailed, limit));
	}

	private boolean isOneThatNobodyShares(@Nullable TableName table, StatementRows rows) {
		return table != null && this.uniqueKeys.identify(table, rows) && !this.referencedTables.mayBeShared(table);
	}

	private static SqlText lock(SqlText from) {
		return SqlText.of("SELECT count(*) " + from.sql() + " FOR UPDATE", from.arguments().toArray());
	}

	/**
	 * Return which rows are to be locked. A query with a limit locks all rows that match,
	 * but one of a query with a limit only those. One whose condition has a query in it
	 * may lock rows of other tables, too, or make the server panic, unless that is a
	 * query for the keys; where these are not known it would panic as well.
	 */
	private Optional<SqlText> from(@Nullable TableName table, StatementRows rows) {
		if (!isQueried(rows) && !isLimited(rows)) {
			return rows.from();
		}
		List<KeyColumn> primary = (table != null) ? this.uniqueKeys.primary(table) : List.of();
		if (table == null || primary.isEmpty()) {
			return Optional.empty();
		}
		String columns = primary.stream()
			.map((column) -> ColumnName.of(column.name()).quoted())
			.collect(Collectors.joining(", "));
		String compared = (primary.size() > 1) ? '(' + columns + ')' : columns;
		return rows.from()
			.map((from) -> SqlText.of(
					isLimited(rows) ? "FROM (SELECT * " + from.sql() + ") x" : "FROM " + table.quoted() + " WHERE "
							+ compared + " IN (SELECT " + columns + ' ' + from.sql() + ')',
					from.arguments().toArray()));
	}

	private static boolean isLimited(StatementRows rows) {
		LockedRows locked = rows.locked();
		return locked != null && locked.isLimited();
	}

	private static boolean isQueried(StatementRows rows) {
		LockedRows locked = rows.locked();
		return locked != null && locked.isQueried();
	}

	private static boolean deletes(SqlStatement statement) {
		return statement.change() == Change.DELETE || statement.change() == Change.REPLACE;
	}

	private void warn(@Nullable TableName table) {
		if (this.warned.add((table != null) ? ReferencedTables.key(table) : "")) {
			logger.warn("A statement that changes or locks several rows of "
					+ ((table != null) ? table : "several tables")
					+ " may double rows or lose updates, where several others change them at the same time and one rolls "
					+ "back: the server does not read all of them again after it has waited for a lock, and it is not known "
					+ "here which ones these are. Lock them with SELECT … FOR UPDATE before, in the same transaction; "
					+ "docs/transactions.md tells which statements are safe");
		}
	}

	/**
	 * Take note of a statement that may change keys.
	 */
	void changed() {
		this.uniqueKeys.changed();
		this.cascadeLocks.changed();
	}

}
