package io.github.matrixone.spring.branch;

import java.util.List;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.LockWait;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to have a table that Hibernate takes ids from go on behind those that were
 * taken elsewhere: {@code UPDATE t SET next_val = ? WHERE next_val < ?}.
 *
 * @param sequence the table
 * @param next the next id
 */
record AdvanceSequence(TableName sequence, long next) implements Command {

	private static final String COLUMN = "next_val";

	/** Hibernate locks it for a moment only. */
	static final LockWait LONGEST_WAIT = new LockWait(5);

	/**
	 * Return whether Hibernate takes ids from a table.
	 * @param columns the answer to {@link TableColumns#of}
	 */
	static boolean isSequence(Rows columns) {
		return columns.values().size() == 1 && COLUMN.equals(columns.get(0, "attname"))
				&& columns.get(0, "ordinal_position") == null;
	}

	/**
	 * Return a query for the next id of a table.
	 */
	static SqlText next(TableName sequence) {
		return SqlText.of("SELECT max(next_val) FROM " + sequence.quoted());
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("UPDATE " + this.sequence.quoted() + " SET next_val = ? WHERE next_val < ?",
				this.next, this.next));
	}

	@Override
	public String description() {
		return "sequence " + this.sequence + " moved on to " + this.next;
	}

}
