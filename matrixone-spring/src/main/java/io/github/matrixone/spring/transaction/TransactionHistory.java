package io.github.matrixone.spring.transaction;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.TableName;

/**
 * What a transaction has done so far, as far as its statements tell with certainty. Where
 * they do not, every table counts as modified.
 *
 * @since 0.1
 */
public final class TransactionHistory {

	private final Set<TableName> written = new HashSet<>();

	private final Set<TableName> modified = new HashSet<>();

	/** For each written table the columns of rows that were there, unless all may be. */
	private final Map<TableName, Set<String>> changedColumns = new HashMap<>();

	private final Set<TableName> clonedTables = new HashSet<>();

	private final Set<DatabaseName> clonedDatabases = new HashSet<>();

	private @Nullable Object lastClone;

	private boolean unknownClone;

	private boolean hasLocked;

	private boolean hasJournaled;

	private boolean hasWritten;

	private boolean everyTable;

	private SqlStatement.@Nullable Kind lastKind;

	private @Nullable TableName lastTable;

	TransactionHistory() {
	}

	/**
	 * Return whether the transaction has written anything.
	 * @return whether a statement other than a read was sent
	 */
	public boolean hasWritten() {
		return this.hasWritten;
	}

	/**
	 * Return whether the transaction has written to a table, or may have.
	 * @param table the table, with its database
	 * @return whether it was written to
	 */
	public boolean hasWritten(TableName table) {
		return this.everyTable || this.written.contains(table);
	}

	/**
	 * Return whether the transaction has changed rows of a table other than by plain
	 * inserts, or may have. A live clone of such a table would be corrupt.
	 * @param table the table, with its database
	 * @return whether it was modified
	 */
	public boolean hasModified(TableName table) {
		return this.everyTable || this.modified.contains(table);
	}

	/**
	 * Return whether the transaction has changed rows of any table other than by plain
	 * inserts. Such a change may reach other tables through their foreign keys.
	 * @return whether any table was modified
	 */
	public boolean hasModified() {
		return this.everyTable || !this.modified.isEmpty();
	}

	/**
	 * Return whether the transaction has made a clone.
	 * @return whether it has cloned a table or a database
	 */
	public boolean hasCloned() {
		return this.unknownClone || !this.clonedTables.isEmpty() || !this.clonedDatabases.isEmpty();
	}

	/**
	 * Return whether the transaction has made a table as a clone, or may have.
	 * @param table the table, with its database
	 * @return whether it may be a clone of this transaction
	 */
	public boolean hasCloned(TableName table) {
		return this.unknownClone || this.clonedTables.contains(table)
				|| (table.database() != null && this.clonedDatabases.contains(table.database()));
	}

	/**
	 * Return the tables that the transaction has written to, as far as they are certain.
	 */
	Set<TableName> writtenTables() {
		return this.written;
	}

	/**
	 * Return which columns of a written table may have new values.
	 * @param table the table, with its database
	 * @return the columns in lower case, or {@code null} if it may be any
	 */
	@Nullable Set<String> changedColumns(TableName table) {
		return this.changedColumns.get(table);
	}

	/**
	 * Return whether the transaction has written to tables that are not among the
	 * {@linkplain #writtenTables written} ones, or may have.
	 */
	boolean hasWrittenUnknownTables() {
		return this.everyTable;
	}

	/**
	 * Return whether the transaction has written to another table, or may have.
	 * @param table a table, or {@code null} for any
	 */
	boolean hasWrittenOther(@Nullable TableName table) {
		return this.everyTable || this.written.size() > 1
				|| (this.written.size() == 1 && !this.written.contains(table));
	}

	/**
	 * Return the tables that the transaction has made as clones one by one.
	 */
	Set<TableName> clonedTables() {
		return this.clonedTables;
	}

	/**
	 * Take note of a clone that is about to be made.
	 * @param target the table, or {@code null} if it is not certain
	 */
	public void recordClone(@Nullable TableName target) {
		recordClone(this.clonedTables, target);
	}

	/**
	 * Take note of a clone that is about to be made.
	 * @param target the database, or {@code null} if it is not certain
	 */
	public void recordClone(@Nullable DatabaseName target) {
		recordClone(this.clonedDatabases, target);
	}

	private <T> void recordClone(Set<T> clones, @Nullable T target) {
		if (target == null) {
			this.unknownClone = true;
		}
		else if (clones.add(target)) {
			this.lastClone = target;
		}
	}

	/**
	 * Take note that the last statement was carried out.
	 */
	void carriedOut() {
		this.lastClone = null;
	}

	/**
	 * Take note that the last statement has failed, so that there is no clone.
	 */
	void failed() {
		if (this.lastClone != null) {
			this.clonedTables.remove(this.lastClone);
			this.clonedDatabases.remove(this.lastClone);
			this.lastClone = null;
		}
	}

	/**
	 * Return whether the transaction holds something that a commit would give away.
	 * @return whether it has written or locked rows, or written to a journal
	 */
	boolean holdsWritesOrLocks() {
		return this.hasWritten || this.hasLocked || this.hasJournaled;
	}

	void recordJournal() {
		this.hasJournaled = true;
	}

	/**
	 * Take note of what a statement does to the rows of its table.
	 * @param table the table with its database
	 * @param columns the columns that it changes, or {@code null} if it may be any
	 */
	void recordColumns(TableName table, @Nullable Set<String> columns) {
		Set<String> before = this.changedColumns.get(table);
		if (columns == null || (before == null && this.written.contains(table))) {
			this.changedColumns.remove(table);
		}
		else if (before == null) {
			this.changedColumns.put(table, columns);
		}
		else if (!before.containsAll(columns)) {
			Set<String> all = new HashSet<>(before);
			all.addAll(columns);
			this.changedColumns.put(table, all);
		}
	}

	/**
	 * Take note of a statement.
	 * @param kind what it does
	 * @param table its table with the database, or {@code null} if it is not certain
	 */
	void record(SqlStatement.Kind kind, @Nullable TableName table) {
		this.lastClone = null;
		if (kind == SqlStatement.Kind.LOCKING_READ || kind == SqlStatement.Kind.LOCKING_FUNCTION) {
			this.hasLocked = true;
		}
		if (!kind.writes()) {
			return;
		}
		if (kind == this.lastKind && table == this.lastTable) {
			return;
		}
		this.lastKind = kind;
		this.lastTable = table;
		this.hasWritten = true;
		switch (kind) {
			case INSERT, CREATE_TABLE -> add(this.written, table);
			case MODIFY, TRUNCATE -> {
				add(this.written, table);
				add(this.modified, table);
			}
			case CREATE_DATABASE, CREATE_OTHER, CLONE_TABLE, CLONE_TABLE_AT, CLONE_DATABASE, CLONE_DATABASE_AT -> {
			}
			default -> this.everyTable = true;
		}
	}

	void recordUnknownWrite() {
		this.hasWritten = true;
		this.everyTable = true;
	}

	void clear() {
		this.written.clear();
		this.modified.clear();
		this.changedColumns.clear();
		this.clonedTables.clear();
		this.clonedDatabases.clear();
		this.lastClone = null;
		this.unknownClone = false;
		this.hasJournaled = false;
		this.hasLocked = false;
		this.hasWritten = false;
		this.everyTable = false;
		this.lastKind = null;
		this.lastTable = null;
	}

	private void add(Set<TableName> tables, @Nullable TableName table) {
		if (table != null) {
			tables.add(table);
		}
		else {
			this.everyTable = true;
		}
	}

}
