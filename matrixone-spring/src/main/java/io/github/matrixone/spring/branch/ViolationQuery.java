package io.github.matrixone.spring.branch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;

import io.github.matrixone.spring.branch.MergeViolation.Kind;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.CheckConstraint;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * A query for the rows that a merge of some tables would leave a constraint of their
 * parents broken with: as the parents would be then, with the rows that the merge changes
 * and those that it does not.
 *
 * @param sql the query; its columns are the key's
 * @param keys the columns of the key
 * @param kind what it finds
 * @param table the table that is merged into
 * @param constraint the name of the constraint
 * @param other the other table of the constraint
 */
record ViolationQuery(SqlText sql, List<String> keys, Kind kind, TableName table, String constraint, TableName other) {

	/** More than these of one constraint are not named. */
	private static final int MOST = 1000;

	/** Newer servers write the second with an underscore. */
	private static final Set<String> RESTRICTING = Set.of("RESTRICT", "NO ACTION", "NO_ACTION");

	private static final String CHILD = "c";

	private static final String PARENT = "p";

	/**
	 * Return a query for the unique keys of the tables of some databases.
	 */
	static SqlText uniqueKeys(Set<DatabaseName> databases) {
		return SqlText.of(
				"SELECT t.reldatabase, t.relname, i.name, i.column_name FROM mo_catalog.mo_indexes i "
						+ "JOIN mo_catalog.mo_tables t ON t.rel_id = i.table_id "
						+ "WHERE i.type = 'UNIQUE' AND t.account_id = current_account_id() AND t.reldatabase IN ("
						+ places(databases) + ") ORDER BY t.reldatabase, t.relname, i.name, i.ordinal_position",
				names(databases));
	}

	/**
	 * Return a query for the foreign keys from or to the tables of some databases.
	 */
	static SqlText foreignKeys(Set<DatabaseName> databases) {
		return SqlText.of(
				"SELECT db_name, table_name, constraint_name, column_name, refer_db_name, refer_table_name, "
						+ "refer_column_name, on_delete FROM mo_catalog.mo_foreign_keys WHERE lower(db_name) IN ("
						+ places(databases) + ") OR lower(refer_db_name) IN (" + places(databases)
						+ ") ORDER BY db_name, table_name, constraint_name",
				Stream.of(names(databases), names(databases)).flatMap(Arrays::stream).toArray());
	}

	/**
	 * Return the queries for the checks of a table. The condition names columns as the
	 * table does, so that it stands where there are no others.
	 * @param table the table to merge
	 * @param definition the answer to {@link Definitions#of} it
	 */
	static List<ViolationQuery> checks(RowComparison table, Rows definition) {
		String text = Objects.requireNonNull(definition.values().get(0).get(1));
		List<CheckConstraint> checks = CheckConstraint.read(text);
		if (checks == null) {
			throw new UnsupportedByServerException("The checks of " + table.target()
					+ " cannot be told, because the definition that the server gives cannot be read: " + text);
		}
		String changed = table.all()
			.stream()
			.map((column) -> column("b", column) + " AS " + ColumnName.of(column).quoted())
			.collect(Collectors.joining(", ", "(SELECT ",
					" FROM " + table.rows(RowComparison.BRANCH, "b") + " LEFT JOIN "
							+ table.rows(RowComparison.BASE, "o") + " ON " + table.on("b", "o") + " WHERE "
							+ table.isChanged("b", "o") + ") x"));
		return checks.stream()
			.map((check) -> new ViolationQuery(limited(
					"SELECT " + keys(table, "x") + " FROM " + changed + " WHERE NOT (" + check.condition() + ')'),
					table.keys(), Kind.CHECK, table.target(), check.name(), table.target()))
			.toList();
	}

	private static String places(Set<DatabaseName> databases) {
		return databases.stream().map((database) -> "?").collect(Collectors.joining(", "));
	}

	private static Object[] names(Set<DatabaseName> databases) {
		return databases.stream().map(DatabaseName::normalized).toArray();
	}

	/**
	 * Return the queries.
	 * @param merged the tables to merge, by their parents
	 * @param uniqueKeys the answer to {@link #uniqueKeys}
	 * @param foreignKeys the answer to {@link #foreignKeys}
	 */
	static List<ViolationQuery> of(Map<TableName, RowComparison> merged, Rows uniqueKeys, Rows foreignKeys) {
		List<ViolationQuery> queries = new ArrayList<>();
		constraints(uniqueKeys, "reldatabase", "relname", "name").forEach((rows) -> {
			RowComparison table = merged.get(table(uniqueKeys, rows.get(0), "reldatabase", "relname"));
			if (table != null) {
				queries.add(duplicates(table, uniqueKeys, rows));
			}
		});
		constraints(foreignKeys, "db_name", "table_name", "constraint_name").forEach((rows) -> {
			ForeignKey key = ForeignKey.of(foreignKeys, rows);
			RowComparison child = merged.get(key.child());
			RowComparison parent = merged.get(key.parent());
			if (child != null && parent != null && !child.hint().equals(parent.hint())) {
				throw new UnsupportedByServerException("What the merge of the branches of " + key.child() + " and "
						+ key.parent() + ", between which is the foreign key " + key.name() + ", would break cannot be "
						+ "told: they were made at different points in time, and the server reads at one of them in a "
						+ "statement (no issue known). Make such branches with createDatabase, or merge the referenced "
						+ "table first");
			}
			if (child != null) {
				queries.add(missingParents(child, parent, key));
			}
			if (parent != null && RESTRICTING.contains(key.onDelete())) {
				queries.add(stillReferenced(parent, child, key));
			}
		});
		return queries;
	}

	private static ViolationQuery duplicates(RowComparison table, Rows uniqueKeys, List<Integer> rows) {
		String same = rows.stream()
			.map((row) -> text(uniqueKeys, row, "column_name"))
			.map((column) -> column("b", column) + " = " + column("t", column))
			.collect(Collectors.joining(" AND "));
		String sql = "SELECT " + keys(table, "b") + " FROM " + table.rows(RowComparison.BRANCH, "b") + " JOIN "
				+ table.rows(RowComparison.TARGET, "t") + " ON " + same + " LEFT JOIN "
				+ table.rows(RowComparison.BASE, "o") + " ON " + table.on("b", "o") + " LEFT JOIN "
				+ table.rows(RowComparison.BRANCH, "tb") + " ON " + table.on("t", "tb") + " LEFT JOIN "
				+ table.rows(RowComparison.BASE, "tbo") + " ON " + table.on("t", "tbo") + " WHERE NOT ("
				+ table.on("b", "t") + ") AND " + table.isChanged("b", "o") + " AND NOT "
				+ table.isChanged("tb", "tbo");
		return new ViolationQuery(limited(sql), table.keys(), Kind.DUPLICATE, table.target(),
				text(uniqueKeys, rows.get(0), "name"), table.target());
	}

	/**
	 * A referenced row is there if the merge leaves it there, or brings it.
	 */
	private static ViolationQuery missingParents(RowComparison child, @Nullable RowComparison parent, ForeignKey key) {
		String referenced = key.columns().keySet().stream().findFirst().orElseThrow();
		String missing = column(PARENT, Objects.requireNonNull(key.columns().get(referenced))) + " IS NULL";
		String joins = " LEFT JOIN " + key.parent().quoted() + ' ' + PARENT + " ON " + key.on("b", PARENT);
		if (parent != null) {
			joins += " LEFT JOIN " + parent.rows(RowComparison.BRANCH, "pb") + " ON " + key.on("b", "pb")
					+ " LEFT JOIN " + parent.rows(RowComparison.BASE, "po") + " ON " + key.on("b", "po");
			missing = "((" + parent.isChanged("pb", "po") + " AND " + parent.missing("pb") + ") OR (NOT "
					+ parent.isChanged("pb", "po") + " AND " + missing + "))";
		}
		String references = key.columns()
			.keySet()
			.stream()
			.map((column) -> column("b", column) + " IS NOT NULL")
			.collect(Collectors.joining(" AND "));
		String sql = "SELECT " + keys(child, "b") + " FROM " + child.rows(RowComparison.BRANCH, "b") + " LEFT JOIN "
				+ child.rows(RowComparison.BASE, "o") + " ON " + child.on("b", "o") + joins + " WHERE "
				+ child.isChanged("b", "o") + " AND " + references + " AND " + missing;
		return new ViolationQuery(limited(sql), child.keys(), Kind.MISSING_PARENT, child.target(), key.name(),
				key.parent());
	}

	private static ViolationQuery stillReferenced(RowComparison parent, @Nullable RowComparison child, ForeignKey key) {
		String joins = " JOIN " + key.child().quoted() + ' ' + CHILD + " ON " + key.on(CHILD, "o");
		String stays = "";
		if (child != null) {
			joins += " LEFT JOIN " + child.rows(RowComparison.BRANCH, "cb") + " ON " + child.on(CHILD, "cb")
					+ " LEFT JOIN " + child.rows(RowComparison.BASE, "co") + " ON " + child.on(CHILD, "co");
			stays = " AND (NOT " + child.isChanged("cb", "co") + " OR (NOT " + child.missing("cb") + " AND "
					+ key.on("cb", "o") + "))";
		}
		String sql = "SELECT DISTINCT " + keys(parent, "o") + " FROM " + parent.rows(RowComparison.BASE, "o")
				+ " LEFT JOIN " + parent.rows(RowComparison.BRANCH, "b") + " ON " + parent.on("o", "b") + " JOIN "
				+ parent.rows(RowComparison.TARGET, "t") + " ON " + parent.on("o", "t") + joins + " WHERE "
				+ parent.missing("b") + stays;
		return new ViolationQuery(limited(sql), parent.keys(), Kind.STILL_REFERENCED, parent.target(), key.name(),
				key.child());
	}

	/**
	 * Return what is to be said where the query fails. On v4.2.0 a check keeps the name
	 * that a column had before it was renamed.
	 */
	DataAccessException failure(BadSqlGrammarException ex) {
		if (this.kind != Kind.CHECK) {
			return ex;
		}
		return new UnsupportedByServerException("Whether rows break the check " + this.constraint + " of " + this.table
				+ " cannot be told, because the server cannot evaluate it: does it name a column that was "
				+ "renamed? Give the column its old name back, or make the table anew. "
				+ ex.getMostSpecificCause().getMessage(), this.sql.sql(), ex);
	}

	/**
	 * Read the answer.
	 */
	List<MergeViolation> read(Rows rows) {
		return rows.values().stream().map((row) -> {
			Map<String, String> key = new LinkedHashMap<>();
			for (int i = 0; i < this.keys.size(); i++) {
				key.put(this.keys.get(i), String.valueOf(row.get(i)));
			}
			return new MergeViolation(this.kind, this.table, this.constraint, key, this.other);
		}).toList();
	}

	private static SqlText limited(String sql) {
		return SqlText.of(sql + " LIMIT " + MOST);
	}

	private static String keys(RowComparison table, String alias) {
		return IntStream.range(0, table.keys().size())
			.mapToObj((i) -> column(alias, table.keys().get(i)) + " AS k" + i)
			.collect(Collectors.joining(", "));
	}

	private static String column(String alias, String column) {
		return alias + '.' + ColumnName.of(column).quoted();
	}

	/**
	 * Return the numbers of the rows of each constraint.
	 */
	private static Iterable<List<Integer>> constraints(Rows rows, String... names) {
		return IntStream.range(0, rows.values().size())
			.boxed()
			.collect(Collectors.groupingBy(
					(row) -> List.of(names).stream().map((name) -> text(rows, row, name)).toList(), LinkedHashMap::new,
					Collectors.toList()))
			.values();
	}

	private static TableName table(Rows rows, int row, String database, String table) {
		return TableName.of(text(rows, row, database), text(rows, row, table));
	}

	private static String text(Rows rows, int row, String column) {
		return Objects.requireNonNull(rows.get(row, column));
	}

	/**
	 * A foreign key.
	 *
	 * @param name its name
	 * @param child the table that references
	 * @param parent the referenced table
	 * @param columns the columns of the child and those that they reference
	 * @param onDelete what becomes of the child when the parent is removed
	 */
	private record ForeignKey(String name, TableName child, TableName parent, Map<String, String> columns,
			String onDelete) {

		static ForeignKey of(Rows keys, List<Integer> rows) {
			int first = rows.get(0);
			Map<String, String> columns = new LinkedHashMap<>();
			rows.forEach((row) -> columns.put(text(keys, row, "column_name"), text(keys, row, "refer_column_name")));
			return new ForeignKey(text(keys, first, "constraint_name"), table(keys, first, "db_name", "table_name"),
					table(keys, first, "refer_db_name", "refer_table_name"), columns, text(keys, first, "on_delete"));
		}

		/**
		 * Return a condition that holds where one row references the other.
		 */
		String on(String child, String parent) {
			return this.columns.entrySet()
				.stream()
				.map((column) -> column(child, column.getKey()) + " = " + column(parent, column.getValue()))
				.collect(Collectors.joining(" AND "));
		}

	}

}
