package io.github.matrixone.spring.transaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Change;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;

/**
 * Locks the rows of a statement that changes or locks several of them, by a query before
 * it. The server locks one after the other; where it has waited for one whose holder has
 * changed nothing in the end, by a rollback or because it has only locked it, it does not
 * read the others again, though they may have been changed meanwhile. An {@code UPDATE}
 * then leaves two rows with one primary key, a {@code DELETE} leaves the changed row, and
 * a {@code SELECT … FOR UPDATE} returns what was there before (v4.2.0 and newer, no issue
 * known). A statement that finds all its rows locked by its own transaction reads what is
 * there.
 */
final class RowLocks {

	private static final Log logger = LogFactory.getLog(RowLocks.class);

	private final UniqueKeys uniqueKeys;

	private final CascadeLocks cascadeLocks = new CascadeLocks();

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	RowLocks(UniqueKeys uniqueKeys) {
		this.uniqueKeys = uniqueKeys;
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
		List<PreparatoryStatement> keys = (table != null && (rows.compareColumns() || rows.areLimited()))
				? this.uniqueKeys.lookUp(table).map(List::of).orElse(Preparation.NONE) : Preparation.NONE;
		List<PreparatoryStatement> cascades = deletes(statement) ? this.cascadeLocks.lookUps() : Preparation.NONE;
		if (keys.isEmpty() || cascades.isEmpty()) {
			return keys.isEmpty() ? cascades : keys;
		}
		List<PreparatoryStatement> both = new ArrayList<>(keys);
		both.addAll(cascades);
		return both;
	}

	/**
	 * Return what locks the rows, or warn once where they are not known.
	 * @param statement the statement
	 * @param table its table with the database, or {@code null} if it is not certain
	 * @param rows which rows it changes or locks
	 * @param inTransaction whether locks are kept for all statements of a batch
	 * @param limit how long a lock may be waited for
	 */
	Iterable<PreparatoryStatement> locks(SqlStatement statement, @Nullable TableName table, StatementRows rows,
			boolean inTransaction, Duration limit) {
		boolean keepsLocks = inTransaction || !rows.areOfBatch();
		if (deletes(statement) && this.cascadeLocks.reach(table)) {
			return (keepsLocks && !rows.areLimited()) ? this.cascadeLocks.locks(table, rows, limit)
					: this.cascadeLocks.warn(table);
		}
		if (statement.change() == Change.REPLACE || (table != null && this.uniqueKeys.identify(table, rows))) {
			return Preparation.NONE;
		}
		Optional<SqlText> lock = keepsLocks ? lock(statement, table, rows) : Optional.empty();
		if (lock.isEmpty()) {
			warn(table);
			return Preparation.NONE;
		}
		return List.of(new PreparatoryStatement(lock.get(), (found) -> {
		}, this.cascadeLocks::lockFailed, limit));
	}

	/**
	 * A query with a limit locks all rows that match, but one of a query with a limit
	 * only those. The server panics without their keys.
	 */
	private Optional<SqlText> lock(SqlStatement statement, @Nullable TableName table, StatementRows rows) {
		Optional<SqlText> from = rows.from();
		if (from.isEmpty() && statement.kind() == Kind.LOCKING_READ) {
			return rows.statement();
		}
		if (rows.areLimited()) {
			boolean hasKey = table != null && !this.uniqueKeys.primary(table).isEmpty();
			return from.filter((text) -> hasKey)
				.map((text) -> SqlText.of("SELECT count(*) FROM (SELECT * " + text.sql() + ") x FOR UPDATE",
						text.arguments().toArray()));
		}
		return from
			.map((text) -> SqlText.of("SELECT count(*) " + text.sql() + " FOR UPDATE", text.arguments().toArray()));
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
