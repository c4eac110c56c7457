package io.github.matrixone.spring.branch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Looks what would be lost with a branch. Counts rows and reads none of them into memory.
 */
final class UnmergedLook {

	private final Function<SqlText, Rows> query;

	private final Function<Branch, RowComparison> comparison;

	private final Map<TableName, String> unknown = new LinkedHashMap<>();

	private long rows;

	/**
	 * Create a look.
	 * @param query answers a query
	 * @param comparison compares a branch with its parent
	 */
	UnmergedLook(Function<SqlText, Rows> query, Function<Branch, RowComparison> comparison) {
		this.query = query;
		this.comparison = comparison;
	}

	/**
	 * Look at the branch of a table.
	 */
	UnmergedChanges of(Branch branch) {
		look(branch, this.query.apply(TableColumns.of(branch.table())));
		return new UnmergedChanges(this.rows, this.unknown);
	}

	/**
	 * Look at the branch of a database. Ids that were taken on it are no changes.
	 * @param branch the branch
	 * @param tables its tables
	 */
	UnmergedChanges of(DatabaseName branch, List<Branch> tables) {
		for (Branch table : tables) {
			Rows columns = this.query.apply(TableColumns.of(table.table()));
			if (TableColumns.read(columns).hasKey() || !AdvanceSequence.isSequence(columns)) {
				look(table, columns);
			}
		}
		tables.stream()
			.filter((table) -> table.parent() != null)
			.findFirst()
			.ifPresent((table) -> lookAtOthers(branch, tables, table));
		return new UnmergedChanges(this.rows, this.unknown);
	}

	/**
	 * Look at what is no branch of a table.
	 * @param any a table that has a parent
	 */
	private void lookAtOthers(DatabaseName branch, List<Branch> tables, Branch any) {
		DatabaseName parent = Objects.requireNonNull(any.requireParent().database());
		Set<TableName> branches = tables.stream().map(Branch::table).collect(Collectors.toSet());
		this.query.apply(onBranchOnly(branch, parent))
			.values()
			.stream()
			.map((row) -> TableName.of(branch, Objects.requireNonNull(row.get(0))))
			.filter((name) -> !branches.contains(name))
			.forEach((name) -> this.unknown.put(name, "is on the branch only"));
		Map<String, String> atFirst = views(parent, parent, any.hint());
		Map<String, String> inParent = views(parent, parent, "");
		Map<String, String> views = views(branch, parent, "");
		views.forEach((name, definition) -> {
			if (!definition.equals(atFirst.get(name)) && !definition.equals(inParent.get(name))) {
				this.unknown.putIfAbsent(TableName.of(branch, name), "is another view than that of the parent");
			}
		});
		dropped(branch, atFirst.keySet().stream().filter(inParent::containsKey), views.keySet());
		Set<String> own = Stream
			.concat(tables(branch, "").values().stream(),
					tables.stream()
						.filter((table) -> table.parent() != null)
						.map((table) -> table.requireParent().normalizedName()))
			.collect(Collectors.toSet());
		Map<String, String> ofParent = tables(parent, "");
		dropped(branch,
				tables(parent, any.hint()).entrySet()
					.stream()
					.filter((table) -> ofParent.containsKey(table.getKey()) || ofParent.containsValue(table.getValue()))
					.map(Map.Entry::getValue),
				own);
	}

	/**
	 * Take note of what the branch began with and has no more, though the parent has.
	 */
	private void dropped(DatabaseName branch, Stream<String> inParent, Set<String> own) {
		inParent.filter((name) -> !own.contains(name))
			.forEach((name) -> this.unknown.putIfAbsent(TableName.of(branch, name), "was dropped on the branch"));
	}

	private Map<String, String> tables(DatabaseName database, String hint) {
		return Definitions.tables(this.query.apply(Definitions.tablesOf(database, hint)));
	}

	private Map<String, String> views(DatabaseName database, DatabaseName parent, String hint) {
		return Definitions.views(database, parent, this.query.apply(Definitions.viewsOf(database, hint)));
	}

	private void look(Branch branch, Rows columns) {
		compare(branch, columns);
		if (branch.parent() != null && !this.unknown.containsKey(branch.table()) && isAltered(branch)) {
			this.unknown.put(branch.table(), "was altered or renamed");
		}
	}

	/**
	 * Look whether a branch is defined otherwise than it was at first, and than its
	 * parent is now.
	 */
	private boolean isAltered(Branch branch) {
		TableName parent = branch.requireParent();
		if (branch.ofDatabase() && !branch.table().normalizedName().equals(parent.normalizedName())) {
			return true;
		}
		List<String> own = Definitions.read(branch, branch.table(), this.query.apply(Definitions.of(branch.table())));
		return !own.equals(Definitions.read(branch, parent, this.query.apply(Definitions.of(parent)))) && (this.query
			.apply(TableColumns.atFirst(branch))
			.isEmpty() || !own.equals(Definitions.read(branch, parent, this.query.apply(Definitions.atFirst(branch)))));
	}

	private void compare(Branch branch, Rows columns) {
		if (branch.parent() == null) {
			this.unknown.put(branch.table(), "has a parent that is gone");
		}
		else {
			try {
				compareRows(branch, columns);
			}
			catch (UnsupportedByServerException ex) {
				this.unknown.put(branch.table(), "cannot be compared: " + ex.getMessage());
			}
		}
	}

	private void compareRows(Branch branch, Rows columns) {
		if (TableColumns.read(columns).hasKey()) {
			this.rows += BranchRules.status(branch, this.query.apply(this.comparison.apply(branch).counts())).ahead();
		}
		else {
			Rows atFirst = this.query.apply(TableColumns.atFirst(branch));
			Rows count = this.query.apply(RowComparison.countWithoutKey(branch, columns, atFirst));
			if (!count.first().equals(Optional.of("0"))) {
				this.unknown.put(branch.table(), "has changed and has no primary key");
			}
		}
	}

	/**
	 * Return a query for all tables of a branch, and for its views, sequences and
	 * external tables that the parent has not: the server deletes these without a word.
	 */
	private static SqlText onBranchOnly(DatabaseName branch, DatabaseName parent) {
		return SqlText.of(
				"SELECT table_name FROM information_schema.tables WHERE lower(table_schema) = ? "
						+ "AND (table_type = 'BASE TABLE' OR concat(table_type, ' ', table_name) NOT IN ("
						+ "SELECT concat(table_type, ' ', table_name) FROM information_schema.tables "
						+ "WHERE lower(table_schema) = ?)) ORDER BY table_name",
				branch.normalized(), parent.normalized());
	}

}
