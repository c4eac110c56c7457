package io.github.matrixone.spring.branch;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * A branch that was looked up by its name, with what deletes it whatever becomes of the
 * name. A table keeps its logical identity when it is altered, renamed or emptied, a
 * database keeps its own until it is dropped; another one of the same name has another.
 *
 * @param tables its tables
 * @param deletion deletes it, and no other that gets its name later
 */
record FoundBranch(List<Branch> tables, JournaledCommand deletion) {

	/**
	 * The query that gives all branches, also to {@link BranchQuery}.
	 */
	static final SqlText ALL = SqlText.of("SELECT b.*, i.rel_logical_id, i.reldatabase_id FROM ("
			+ BranchQuery.ALL.sql() + ") b LEFT JOIN mo_catalog.mo_tables i "
			+ "ON i.rel_id = b.table_id AND i.account_id = current_account_id()");

	/**
	 * Find the branch of a table.
	 * @param all the answer to {@link #ALL}
	 */
	static Optional<FoundBranch> find(Rows all, TableName branch) {
		return Optional.ofNullable(BranchQuery.find(BranchQuery.read(all), branch))
			.map((found) -> new FoundBranch(List.of(found),
					new DeleteBranch(found.table(), true, identity(all, found, "rel_logical_id"))));
	}

	/**
	 * Find the branch of a database.
	 * @param all the answer to {@link #ALL}
	 */
	static Optional<FoundBranch> find(Rows all, DatabaseName branch) {
		return Optional.of(BranchQuery.of(BranchQuery.read(all), branch))
			.filter((tables) -> !tables.isEmpty())
			.map((tables) -> new FoundBranch(tables,
					new DeleteDatabaseBranch(branch, true, identity(all, tables.get(0), "reldatabase_id"))));
	}

	Branch first() {
		return this.tables.get(0);
	}

	private static String identity(Rows all, Branch branch, String column) {
		for (int row = 0; row < all.values().size(); row++) {
			if (branch.id().equals(all.get(row, "table_id"))) {
				return Objects.requireNonNull(all.get(row, column));
			}
		}
		throw new IllegalArgumentException("There is no row of branch " + branch.table());
	}

}
