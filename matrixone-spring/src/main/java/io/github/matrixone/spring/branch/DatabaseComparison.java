package io.github.matrixone.spring.branch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Puts the diff of a database together from what either engine has found out of its
 * tables.
 */
final class DatabaseComparison {

	private final DatabaseName branch;

	private final List<Branch> branches;

	private final List<BranchDiff> tables = new ArrayList<>();

	private final List<TableName> changedWithoutKey = new ArrayList<>();

	private final List<TableName> sequences = new ArrayList<>();

	/**
	 * Create a comparison.
	 * @param branch the branch
	 * @param branches those of its tables that have a parent
	 */
	DatabaseComparison(DatabaseName branch, List<Branch> branches) {
		this.branch = branch;
		this.branches = branches;
	}

	/**
	 * Say how a table is to be compared.
	 * @param table the table
	 * @param columns the answer to {@link TableColumns#of} it
	 */
	Kind kindOf(Branch table, Rows columns) {
		if (TableColumns.read(columns).hasKey()) {
			return Kind.ROWS;
		}
		if (AdvanceSequence.isSequence(columns)) {
			this.sequences.add(table.table());
			return Kind.SEQUENCE;
		}
		return Kind.WITHOUT_KEY;
	}

	void changed(BranchDiff table) {
		this.tables.add(table);
	}

	/**
	 * Take note of a table without a key.
	 * @param count the answer to {@link RowComparison#countWithoutKey}
	 */
	void changed(Branch table, Rows count) {
		if (!count.first().equals(Optional.of("0"))) {
			this.changedWithoutKey.add(table.table());
		}
	}

	/**
	 * Return a query for the tables of both sides.
	 */
	SqlText allTables() {
		DatabaseName parent = this.branches.stream()
			.map((table) -> Objects.requireNonNull(table.requireParent().database()))
			.findFirst()
			.orElse(this.branch);
		return BranchQuery.tablesOf(this.branch, parent);
	}

	/**
	 * Return the diff.
	 * @param all the answer to {@link #allTables()}
	 */
	DatabaseDiff diff(Rows all) {
		Set<TableName> compared = new HashSet<>();
		this.branches.forEach((table) -> compared.addAll(List.of(table.table(), table.requireParent())));
		Map<Boolean, List<TableName>> others = new HashMap<>();
		for (List<@Nullable String> row : all.values()) {
			TableName table = TableName.of(String.valueOf(row.get(0)), String.valueOf(row.get(1)));
			if (!compared.contains(table)) {
				others.computeIfAbsent(this.branch.equals(table.database()), (ofBranch) -> new ArrayList<>())
					.add(table);
			}
		}
		return new DatabaseDiff(this.branch, this.tables, this.changedWithoutKey, this.sequences,
				others.getOrDefault(true, List.of()), others.getOrDefault(false, List.of()));
	}

	/**
	 * How a table is compared.
	 */
	enum Kind {

		/** Row by row. */
		ROWS,

		/** Not at all: it is moved on by a merge. */
		SEQUENCE,

		/** By a count of changed rows. */
		WITHOUT_KEY

	}

}
