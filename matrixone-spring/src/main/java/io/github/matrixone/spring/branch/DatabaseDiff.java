package io.github.matrixone.spring.branch;

import java.util.List;

import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * What the branch of a database has changed since it was made, table by table.
 *
 * @param branch the branch
 * @param tables the tables that are on the branch and in its parent, also those without
 * changes
 * @param changedWithoutKey the tables that the branch has changed and that have no
 * primary key, so that it cannot be told which rows
 * @param sequences the tables from which Hibernate takes ids on the branch: a merge moves
 * those of the parent on, so that no id is given twice
 * @param onlyOnBranch the tables that are on the branch only: they were made there, or
 * are not in the parent any more
 * @param onlyInParent the tables that are in the parent only: they were made there, or
 * are not on the branch any more
 * @since 0.1
 */
public record DatabaseDiff(DatabaseName branch, List<BranchDiff> tables, List<TableName> changedWithoutKey,
		List<TableName> sequences, List<TableName> onlyOnBranch, List<TableName> onlyInParent) {

	public DatabaseDiff {
		tables = List.copyOf(tables);
		changedWithoutKey = List.copyOf(changedWithoutKey);
		sequences = List.copyOf(sequences);
		onlyOnBranch = List.copyOf(onlyOnBranch);
		onlyInParent = List.copyOf(onlyInParent);
	}

	/**
	 * Return the rows of all tables that the parent has changed as well, in another way.
	 * @return what a merge would have to decide
	 */
	public List<RowChange> conflicts() {
		return this.tables.stream().flatMap((table) -> table.conflicts().stream()).toList();
	}

	/**
	 * Return whether the branch can be merged without losing anything.
	 * @return whether there are neither conflicts, nor changed tables without a key, nor
	 * tables on the branch only
	 */
	public boolean isMergeable() {
		return conflicts().isEmpty() && this.changedWithoutKey.isEmpty() && this.onlyOnBranch.isEmpty();
	}

	/**
	 * Refuse a merge that would leave something out.
	 */
	void requireComparable() {
		List<String> emptied = this.onlyOnBranch.stream()
			.map(TableName::normalizedName)
			.filter((name) -> this.onlyInParent.stream().anyMatch((table) -> table.normalizedName().equals(name)))
			.toList();
		if (!emptied.isEmpty()) {
			throw new UnsupportedByServerException("The branch " + this.branch + " is not merged: " + emptied
					+ " were emptied on one side by TRUNCATE or by a DELETE without WHERE, or made anew. These are other "
					+ "tables for the server then, which cannot be compared. Delete rows with a WHERE in a new branch");
		}
		if (!this.onlyOnBranch.isEmpty()) {
			throw new UnsupportedByServerException("The branch " + this.branch + " is not merged: " + this.onlyOnBranch
					+ " are there only. Clone them to the parent with CloneOperations, or drop them, or merge the tables "
					+ "of the diff without them");
		}
		if (!this.changedWithoutKey.isEmpty()) {
			throw new UnsupportedByServerException("The branch " + this.branch + " is not merged: it has changed "
					+ this.changedWithoutKey + ", which have no primary key, so that their rows cannot be told apart. "
					+ "Bring these rows over yourself, and merge the tables of the diff without them");
		}
	}

}
