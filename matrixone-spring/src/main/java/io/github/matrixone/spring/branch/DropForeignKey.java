package io.github.matrixone.spring.branch;

import java.util.List;
import java.util.Objects;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.LockWait;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to take a foreign key of a branch away:
 * {@code ALTER TABLE b DROP FOREIGN KEY k}. Rows that it references could not be removed
 * from the other tables otherwise, for as long as it is there.
 *
 * @param branch the branch, with its database
 * @param key the name of the foreign key
 */
record DropForeignKey(TableName branch, String key) implements Command {

	/** Others who change what the key references wait meanwhile. */
	static final LockWait LONGEST_WAIT = new LockWait(1);

	/**
	 * Return a query for the names of the foreign keys of a table.
	 */
	static SqlText of(TableName table) {
		return SqlText.of(
				"SELECT DISTINCT constraint_name FROM mo_catalog.mo_foreign_keys "
						+ "WHERE lower(db_name) = ? AND lower(table_name) = ?",
				Objects.requireNonNull(table.database(), "The table's database must be known").normalized(),
				table.normalizedName());
	}

	/**
	 * Read the answer to {@link #of}.
	 */
	static List<String> read(Rows rows) {
		return rows.values().stream().map((row) -> String.valueOf(row.get(0))).toList();
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText
			.of("ALTER TABLE " + this.branch.quoted() + " DROP FOREIGN KEY " + ColumnName.of(this.key).quoted()));
	}

	@Override
	public String description() {
		return "foreign key " + this.key + " of branch " + this.branch + " dropped";
	}

}
