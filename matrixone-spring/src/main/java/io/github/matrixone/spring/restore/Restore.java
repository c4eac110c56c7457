package io.github.matrixone.spring.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.backend.Command;
import io.github.matrixone.spring.backend.Precondition;
import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to restore from a snapshot:
 * <code>RESTORE CLUSTER | ACCOUNT a | DATABASE d | TABLE d.t {SNAPSHOT = 's'}</code>, or
 * <code>RESTORE ACCOUNT a {SNAPSHOT = 's'} TO ACCOUNT b</code>. A table that a foreign
 * key references is refused, because the server reports success and changes nothing
 * (MO#27117).
 *
 * @param account the account to restore, or {@code null}
 * @param database the database to restore, or {@code null}
 * @param table the table to restore, with its database, or {@code null}
 * @param snapshot the snapshot
 * @param toAccount the account to restore into, or {@code null} for the same
 * @since 0.1
 */
public record Restore(@Nullable AccountName account, @Nullable DatabaseName database, @Nullable TableName table,
		SnapshotName snapshot, @Nullable AccountName toAccount) implements Command {

	private static final String REFERENCED = """
			SELECT 1 FROM mo_catalog.mo_foreign_keys
			WHERE lower(refer_db_name) = ? AND lower(refer_table_name) = ? LIMIT 1""";

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("RESTORE " + what() + ' ' + AsOf.snapshot(this.snapshot).hint()
				+ ((this.toAccount != null) ? " TO ACCOUNT " + this.toAccount.quoted() : "")));
	}

	@Override
	public List<Precondition> preconditions() {
		List<Precondition> preconditions = new ArrayList<>();
		TableName table = this.table;
		if (table != null) {
			preconditions
				.add(Precondition.absent(SqlText.of(REFERENCED, Objects.requireNonNull(table.database()).normalized(),
						table.normalizedName()), () -> referenced(table)));
		}
		return preconditions;
	}

	/**
	 * Make the exception for a table that a foreign key references.
	 * @param table the table
	 * @return the exception
	 */
	public static UnsupportedByServerException referenced(TableName table) {
		return new UnsupportedByServerException("RESTORE TABLE " + table + " is refused: a foreign key references the "
				+ "table, and the server would report success and change nothing (MO#27117). Restore the database, "
				+ "or clone the table from the snapshot under another name", null, null);
	}

	private String what() {
		if (this.table != null) {
			return "TABLE " + this.table.quoted();
		}
		if (this.database != null) {
			return "DATABASE " + this.database.quoted();
		}
		return (this.account != null) ? "ACCOUNT " + this.account.quoted() : "CLUSTER";
	}

}
