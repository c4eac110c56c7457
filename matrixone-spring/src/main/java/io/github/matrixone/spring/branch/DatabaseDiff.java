package io.github.matrixone.spring.branch;

import java.util.List;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * What the branch of a database has changed since it was made, table by table.
 *
 * @param branch the branch
 * @param tables the tables that are on the branch and in its parent, also those without
 * changes
 * @param onlyOnBranch the tables that are on the branch only: they were made there, or
 * are not in the parent any more
 * @param onlyInParent the tables that are in the parent only: they were made there, or
 * are not on the branch any more
 * @since 0.1
 */
public record DatabaseDiff(DatabaseName branch, List<BranchDiff> tables, List<TableName> onlyOnBranch,
		List<TableName> onlyInParent) {

	public DatabaseDiff {
		tables = List.copyOf(tables);
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
	 * @return whether there are neither conflicts nor tables on the branch only
	 */
	public boolean isMergeable() {
		return conflicts().isEmpty() && this.onlyOnBranch.isEmpty();
	}

}
