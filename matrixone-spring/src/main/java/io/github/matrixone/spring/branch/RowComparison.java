package io.github.matrixone.spring.branch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.TableName;

/**
 * SQL that compares the rows of a branch with what it began with and with its parent, by
 * their primary key. Values are compared by the server, null being like null. The
 * server's own {@code DATA BRANCH DIFF} is not used: it does not see what its transaction
 * has merged, does not tell the sides apart where both tables have one name, and misses
 * what was changed before the branch was altered in place (v4.2.0, no issue known).
 *
 * <p>
 * The past of a table takes the place of a branch where its changes are to be reverted:
 * it has "changed" each row that is another one now.
 */
final class RowComparison {

	/** Alias of the branch. */
	static final String BRANCH = "b";

	/** Alias of what the branch began with. */
	static final String BASE = "o";

	/** Alias of the parent as it is now. */
	static final String TARGET = "t";

	private static final Set<String> FLOATING = Set.of("FLOAT", "DOUBLE");

	private static final Set<String> COMPARED_AS_BYTES = Set.of("GEOMETRY", "GEOMETRY32", "POINT", "LINESTRING",
			"POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION", "DATALINK");

	/** Alias of the rows that a statement of a merge is for. */
	private static final String CHANGED = "x";

	private final Sides sides;

	private final TableColumns columns;

	private final @Nullable List<RowChange> only;

	/** The columns of which a query for changed rows gives the values. */
	private final List<String> read;

	/** Whether the transaction has merged the rows. */
	private final boolean afterMerge;

	private RowComparison(Sides sides, TableColumns columns, @Nullable List<RowChange> only, List<String> read,
			boolean afterMerge) {
		this.sides = sides;
		this.columns = columns;
		this.only = only;
		this.read = read;
		this.afterMerge = afterMerge;
	}

	/**
	 * Return a query for the number of different rows, of those that a branch without a
	 * primary key has now and had at first, that one of both has more often. The server's
	 * {@code DATA BRANCH DIFF … OUTPUT COUNT} misses what was changed before an index was
	 * made or the branch was renamed.
	 * @param branch the branch
	 * @param branchColumns the answer to {@link TableColumns#of} it
	 * @param firstColumns the answer to {@link TableColumns#atFirst}
	 * @throws UnsupportedByServerException if the tables cannot be compared
	 */
	static SqlText countWithoutKey(Branch branch, Rows branchColumns, Rows firstColumns) {
		if (!branchColumns.values().equals(firstColumns.values())) {
			throw altered(branch, " there, and were " + TableColumns.read(firstColumns).inOrder(), branchColumns);
		}
		RowComparison comparison = new RowComparison(sides(branch, branch.requireParent()),
				TableColumns.read(branchColumns), null, List.of(), false);
		List<String> columns = comparison.all();
		String names = IntStream.range(0, columns.size())
			.mapToObj((i) -> ", `" + BRANCH + i + '`')
			.collect(Collectors.joining());
		return SqlText
			.of("SELECT count(*) FROM (SELECT sum(n) AS n" + names + " FROM (SELECT 1 AS n" + comparison.values(BRANCH)
					+ " FROM " + comparison.branch() + " UNION ALL SELECT -1 AS n" + comparison.values(BASE) + " FROM "
					+ comparison.base() + ") r GROUP BY " + names.substring(2) + " HAVING sum(n) <> 0) r");
	}

	private String values(String side) {
		return IntStream.range(0, all().size())
			.mapToObj((i) -> ", " + compared(side, all().get(i)) + " AS `" + BRANCH + i + '`')
			.collect(Collectors.joining());
	}

	/**
	 * Compare what a table was with what it is.
	 * @param table the table
	 * @param hint names the point in time before, after the table's name
	 * @param now the answer to {@link TableColumns#of} the table
	 * @param before the answer to {@link TableColumns#at}
	 * @throws UnsupportedByServerException if the tables cannot be compared
	 */
	static RowComparison ofPast(TableName table, String hint, Rows now, Rows before) {
		requireUnaltered(table, now, before);
		return of(new Sides(table.toString(), table.quoted() + hint, table.quoted(), table, true), now);
	}

	/**
	 * Return the error to throw where {@link TableColumns#at} is refused: at that point
	 * in time the server had no catalog that could tell.
	 */
	static UnsupportedByServerException beforeHistory(TableName table, BadSqlGrammarException cause) {
		return new UnsupportedByServerException("The rows of " + table
				+ " cannot be compared: the point in time lies before the history of the server. Name a later one",
				cause.getSql(), cause);
	}

	private static void requireUnaltered(TableName table, Rows now, Rows before) {
		if (!now.values().equals(before.values())) {
			throw new UnsupportedByServerException("The rows of " + table + " cannot be compared: "
					+ (before.isEmpty() ? "it was not there then, or the server does not go back so far"
							: "it was altered since, or is another table. Its columns are "
									+ TableColumns.read(now).inOrder() + ", and were "
									+ TableColumns.read(before).inOrder()));
		}
	}

	/**
	 * Compare what a table was at two points in time, and what it is. The server answers
	 * a statement that reads at two points with the rows of one of them (v4.2.0 and
	 * newer, no issue known), so that a branch of the table stands for the later one.
	 * @param table the table
	 * @param hint names the earlier point, after the table's name
	 * @param later the branch
	 * @param now the answer to {@link TableColumns#of} the table
	 * @param before the answer to {@link TableColumns#at} the earlier point
	 * @param then the answer to {@link TableColumns#of} the branch
	 * @throws UnsupportedByServerException if the tables cannot be compared
	 */
	static RowComparison ofPast(TableName table, String hint, TableName later, Rows now, Rows before, Rows then) {
		requireUnaltered(table, now, before);
		requireUnaltered(table, now, then);
		return of(new Sides(table.toString(), table.quoted() + hint, later.quoted(), table, true), now);
	}

	/**
	 * Compare a branch.
	 * @param branch the branch
	 * @param target the table to merge it into: its parent, or a newer branch of that
	 * @param branchColumns the answer to {@link TableColumns#of} the branch
	 * @param targetColumns the answer to {@link TableColumns#of} that
	 * @param firstColumns the answer to {@link TableColumns#atFirst}
	 * @throws UnsupportedByServerException if the tables cannot be compared
	 */
	static RowComparison of(Branch branch, TableName target, Rows branchColumns, Rows targetColumns,
			Rows firstColumns) {
		if (!branchColumns.values().equals(targetColumns.values())
				|| !branchColumns.values().equals(firstColumns.values())) {
			throw altered(branch, " there, " + TableColumns.read(targetColumns).inOrder() + " in " + target
					+ ", and were " + TableColumns.read(firstColumns).inOrder(), branchColumns);
		}
		return of(sides(branch, target), branchColumns);
	}

	private static Sides sides(Branch branch, TableName target) {
		return new Sides(branch.table().toString(), branch.table().quoted(), branch.base(), target, false);
	}

	private static UnsupportedByServerException altered(Branch branch, String others, Rows branchColumns) {
		return new UnsupportedByServerException(
				"The branch " + branch.table() + " cannot be compared with " + branch.requireParent()
						+ ": one of them was altered or renamed since the branch was made. Its columns " + "are "
						+ TableColumns.read(branchColumns).inOrder() + others
						+ ". Make a new branch, and bring the rows over yourself");
	}

	private static RowComparison of(Sides sides, Rows answer) {
		TableColumns columns = TableColumns.read(answer);
		if (!columns.hasKey()) {
			throw new UnsupportedByServerException("The table " + sides.name()
					+ " has no primary key, so that its rows cannot be told apart. Give the table a key before it is "
					+ "branched");
		}
		return new RowComparison(sides, columns, null, columns.all(), false);
	}

	/**
	 * Return a comparison of the same rows by all their columns, of which some are read.
	 * @param chosen the columns, beside those of the key
	 * @throws IllegalArgumentException if the table has no such column
	 */
	RowComparison reading(Collection<ColumnName> chosen) {
		Set<String> names = chosen.stream().map(ColumnName::normalized).collect(Collectors.toSet());
		List<String> read = all().stream()
			.filter((column) -> this.columns.keys().contains(column)
					|| names.contains(ColumnName.of(column).normalized()))
			.toList();
		all().forEach((column) -> names.remove(ColumnName.of(column).normalized()));
		Assert.isTrue(names.isEmpty(), () -> this.sides.name() + " has no columns " + names + ", but " + all());
		return new RowComparison(this.sides, this.columns, this.only, read, this.afterMerge);
	}

	/**
	 * Return a comparison of the same rows of which the keys are read.
	 */
	RowComparison readingKeys() {
		return new RowComparison(this.sides, this.columns, this.only, this.columns.keys(), this.afterMerge);
	}

	/**
	 * Return a comparison that tells by the keys which of the rows a transaction has
	 * merged, for the transaction itself. One that has written a null may read it as
	 * another value (v4.2.0, no issue known), so nulls of the branch are passed over.
	 */
	RowComparison afterMerge() {
		return new RowComparison(this.sides, this.columns, this.only, this.columns.keys(), true);
	}

	/**
	 * Return comparisons of some rows only, a number of them each.
	 * @param changes tell the rows
	 * @param size how many rows one of them is to compare
	 * @throws IllegalArgumentException if a row has another key than the branch
	 */
	List<RowComparison> only(List<RowChange> changes, int size) {
		for (RowChange change : changes) {
			Assert.isTrue(List.copyOf(change.key().keySet()).equals(this.columns.keys()), () -> "A row with the key "
					+ change.key() + " is none of " + this.sides.name() + ", whose key is " + this.columns.keys());
		}
		List<RowComparison> parts = new ArrayList<>();
		for (int from = 0; from < changes.size(); from += size) {
			parts.add(new RowComparison(this.sides, this.columns,
					changes.subList(from, Math.min(from + size, changes.size())), this.read, this.afterMerge));
		}
		return parts;
	}

	TableName target() {
		return this.sides.target();
	}

	boolean isOfPast() {
		return this.sides.isPast();
	}

	String description() {
		return this.sides.isPast() ? "reversal of changes of " + this.sides.target()
				: "merge of branch " + this.sides.name() + " into " + this.sides.target();
	}

	List<String> keys() {
		return this.columns.keys();
	}

	/**
	 * Read a value so that nothing of it is lost: the server reports binary columns as
	 * texts, and a {@code java.sql.Time} has neither microseconds nor more than a day.
	 */
	@Nullable Object value(ResultSet row, String label, String column) throws SQLException {
		return switch (this.columns.type(column)) {
			case "BINARY", "VARBINARY", "BLOB" -> row.getBytes(label);
			case "TIME" -> row.getString(label);
			case "YEAR" -> {
				int year = row.getInt(label);
				yield row.wasNull() ? null : year;
			}
			default -> row.getObject(label);
		};
	}

	/**
	 * Return a column as the table spells it, if it has one of that name.
	 */
	String named(String column) {
		return all().stream().filter(column::equalsIgnoreCase).findFirst().orElse(column);
	}

	/**
	 * Return the type of a column, without its length.
	 */
	String type(String column) {
		return this.columns.type(column);
	}

	/**
	 * Return all columns, those of the key first.
	 */
	List<String> all() {
		return this.columns.all();
	}

	/**
	 * Return the columns that are read of each side, those of the key first.
	 */
	List<String> read() {
		return this.read;
	}

	/**
	 * Return queries for the rows that the branch has changed: the columns of each side,
	 * and whether the parent has the branch's row, and still the one that the branch
	 * began with. All rows are compared by one query, so that it is the branch of one
	 * moment that is seen; rows that are named by their keys are looked up on each side.
	 */
	List<SqlText> changes() {
		return (this.only == null) ? List.of(allChanges()) : List.of(changed(), removed());
	}

	private SqlText allChanges() {
		return SqlText.of("SELECT " + columnsOfSides() + ", " + merged() + " AS merged, (" + untouched()
				+ ") AS untouched" + allChanged());
	}

	private String allChanged() {
		return " FROM " + branchAndBase() + " LEFT JOIN " + written() + " ON " + onAny() + " WHERE "
				+ changedOnBranch();
	}

	private String merged() {
		return "((" + missing(BRANCH) + " AND " + missing(TARGET) + ") OR " + asOnBranch() + ')';
	}

	private String asOnBranch() {
		return same(BRANCH, TARGET,
				(column) -> this.afterMerge
						? '(' + column(BRANCH, column) + " IS NULL OR " + same(BRANCH, TARGET, column) + ')'
						: same(BRANCH, TARGET, column));
	}

	/**
	 * Return the command that keeps the rows that the branch has changed in a table.
	 * @param branch the branch
	 * @param table the table to make
	 * @param types the answer to {@link Definitions#of} the branch
	 */
	SaveDiff saved(TableName branch, TableName table, Rows types) {
		Map<String, String> byColumn = Definitions.types(types);
		String columns = Stream.of("branch_", "base_", "target_")
			.flatMap((prefix) -> all().stream()
				.map((column) -> ColumnName.of(prefix + column).quoted() + ' '
						+ Objects.requireNonNull(byColumn.get(ColumnName.of(column).normalized()))))
			.collect(Collectors.joining(", "));
		return new SaveDiff(branch, table, List.of(SqlText.of("CREATE TABLE " + table.quoted()
				+ " (`change` VARCHAR(7) NOT NULL, `conflict` BOOL NOT NULL, `merged` BOOL NOT NULL, " + columns + ')'),
				SqlText.of("INSERT INTO " + table.quoted() + " SELECT CASE WHEN " + missing(BASE)
						+ " THEN 'added' WHEN " + missing(BRANCH) + " THEN 'removed' ELSE 'updated' END, NOT "
						+ merged() + " AND NOT (" + untouched() + "), " + merged() + ", "
						+ Stream.of(BRANCH, BASE, TARGET)
							.map((side) -> list(side, all()))
							.collect(Collectors.joining(", "))
						+ allChanged())));
	}

	private SqlText changed() {
		return SqlText.of(
				"SELECT " + columnsOfSides() + ", " + asOnBranch() + " AS merged, (" + untouched()
						+ ") AS untouched FROM " + changedRows() + " WHERE " + changedOnBranch() + among(BRANCH),
				onlyKeys());
	}

	private SqlText removed() {
		return SqlText.of(
				"SELECT " + columnsOfSides() + ", (" + missing(TARGET) + ") AS merged, (" + same(BASE, TARGET)
						+ ") AS untouched FROM " + removedRows() + " WHERE " + missing(BRANCH) + among(BASE),
				onlyKeys());
	}

	/**
	 * Return a query that locks rows of a table until the end of the transaction.
	 * @param table the branch or its parent
	 * @param changes tell the rows
	 */
	SqlText lock(TableName table, List<RowChange> changes) {
		return SqlText.of(
				"SELECT " + quotedKey() + " FROM " + table.quoted() + " WHERE " + keyIn(changes) + " FOR UPDATE",
				keysOf(changes).toArray());
	}

	private Stream<Object> keysOf(List<RowChange> changes) {
		return changes.stream().flatMap((change) -> this.columns.keys().stream().map(change.key()::get));
	}

	private String keyIn(List<RowChange> changes) {
		return '(' + quotedKey() + ") IN " + places(changes.size());
	}

	private String quotedKey() {
		return this.columns.keys()
			.stream()
			.map((name) -> ColumnName.of(name).quoted())
			.collect(Collectors.joining(", "));
	}

	/**
	 * Return a query for the numbers of rows that the branch has added or updated, and
	 * that it has removed, of all rows.
	 */
	SqlText changeCounts() {
		return SqlText.of("SELECT (SELECT count(*) FROM " + branch() + ") - coalesce(sum(CASE WHEN "
				+ same(BRANCH, BASE) + " THEN 1 ELSE 0 END), 0), (SELECT count(*) FROM " + base() + ") - count(*) FROM "
				+ branch() + " JOIN " + base() + " ON " + on(BRANCH, BASE));
	}

	/**
	 * Return a query for the numbers of rows that the branch has changed and the parent
	 * does not have like that, that the parent has changed and the branch does not have
	 * like that, and of those among both that both have changed.
	 */
	SqlText counts() {
		String onBranch = isChanged(BRANCH, BASE);
		String inParent = isChanged(TARGET, BASE);
		return SqlText.of("SELECT "
				+ Stream.of(onBranch, inParent, onBranch + " AND " + inParent)
					.map((changed) -> "coalesce(sum(CASE WHEN " + changed + " THEN 1 ELSE 0 END), 0)")
					.collect(Collectors.joining(", "))
				+ " FROM " + branchAndBase() + " FULL OUTER JOIN " + written() + " ON " + onAny() + " WHERE NOT ("
				+ missing(BRANCH) + " AND " + missing(TARGET) + ") AND NOT " + same(BRANCH, TARGET));
	}

	/**
	 * Return the statement that removes from the parent what the branch has removed. The
	 * condition of the join is repeated: without a {@code WHERE} the server deletes all
	 * rows of a table that has a foreign key.
	 * @param overwrite whether also where the parent has changed the row
	 */
	SqlText delete(boolean overwrite) {
		return SqlText.of("DELETE " + TARGET + " FROM " + written() + " JOIN (SELECT " + list(BASE, this.columns.keys())
				+ " FROM " + removedRows() + " WHERE " + missing(BRANCH)
				+ (overwrite ? "" : " AND " + same(BASE, TARGET)) + among(BASE) + ") " + CHANGED + " ON "
				+ on(TARGET, CHANGED) + " WHERE " + on(TARGET, CHANGED), onlyKeys());
	}

	/**
	 * Return the statement that adds to the parent what the branch has added.
	 * @param overwrite whether also where the parent has removed the row
	 */
	SqlText insert(boolean overwrite) {
		List<String> written = all().stream().filter(this::isWritten).toList();
		return SqlText.of("INSERT INTO " + this.sides.target().quoted() + " ("
				+ written.stream().map((column) -> ColumnName.of(column).quoted()).collect(Collectors.joining(", "))
				+ ") SELECT " + list(BRANCH, written) + " FROM " + changedRows() + " WHERE " + missing(TARGET) + " AND "
				+ (overwrite ? changedOnBranch() : missing(BASE)) + among(BRANCH), onlyKeys());
	}

	/**
	 * Return the statement that gives rows of the parent the values that they have on the
	 * branch, but for {@link #columnsToAssign()}, or {@code null} if there are no other
	 * columns than those and the key's.
	 * @param overwrite whether also where the parent has changed the row
	 */
	@Nullable SqlText update(boolean overwrite) {
		List<String> all = Stream
			.concat(this.columns.keys().stream(),
					this.columns.others()
						.stream()
						.filter(this::isWritten)
						.filter((column) -> !this.columns.given().contains(column)))
			.toList();
		if (all.size() == this.columns.keys().size()) {
			return null;
		}
		String values = IntStream.range(0, all.size())
			.mapToObj((i) -> column(BRANCH, all.get(i)) + " AS `" + BRANCH + i + '`')
			.collect(Collectors.joining(", "));
		return SqlText.of("UPDATE " + written() + " JOIN (SELECT " + values + " FROM " + changedRows() + " WHERE "
				+ changedOnBranch() + " AND NOT " + missing(TARGET) + " AND NOT " + same(BRANCH, TARGET)
				+ (overwrite ? "" : " AND " + same(BASE, TARGET)) + among(BRANCH) + ") " + CHANGED + " ON "
				+ assignments(all, 0, this.columns.keys().size(), " AND ") + " SET "
				+ assignments(all, this.columns.keys().size(), all.size(), ", "), onlyKeys());
	}

	private static String assignments(List<String> columns, int from, int to, String delimiter) {
		return IntStream.range(from, to)
			.mapToObj((i) -> column(TARGET, columns.get(i)) + " = " + CHANGED + ".`" + BRANCH + i + '`')
			.collect(Collectors.joining(delimiter));
	}

	/**
	 * Return the columns that an {@code UPDATE} cannot set from another table: the server
	 * takes such a column for ambiguous (v4.2.0, no issue known).
	 */
	List<String> columnsToAssign() {
		return this.columns.others().stream().filter(this::isWritten).filter(this.columns.given()::contains).toList();
	}

	private boolean isWritten(String column) {
		return !this.columns.generated().contains(column);
	}

	/**
	 * Return the columns that an {@code UPDATE} has to name to leave them as they are.
	 */
	Set<String> columnsToKeep() {
		return this.columns.touched();
	}

	/**
	 * Return the statement that gives rows of the parent a value.
	 * @param column the column
	 * @param value the value
	 * @param nulls those of {@link #columnsToKeep()} that are null: the transaction may
	 * read these as other values
	 * @param changes tell the rows
	 */
	SqlText assign(String column, @Nullable Object value, Set<String> nulls, List<RowChange> changes) {
		Stream<Object> values = (value != null) ? Stream.of(value) : Stream.empty();
		String kept = columnsToKeep().stream()
			.sorted()
			.map((each) -> ", " + ColumnName.of(each).quoted() + " = "
					+ (nulls.contains(each) ? "NULL" : ColumnName.of(each).quoted()))
			.collect(Collectors.joining());
		return SqlText.of(
				"UPDATE " + this.sides.target().quoted() + " SET " + ColumnName.of(column).quoted() + " = "
						+ ((value != null) ? "?" : "NULL") + kept + " WHERE " + keyIn(changes),
				Stream.concat(values, keysOf(changes)).toArray());
	}

	/**
	 * Return a condition that holds for the rows to compare.
	 */
	private String among(String side) {
		return (this.only != null) ? " AND (" + list(side, this.columns.keys()) + ") IN " + places(this.only.size())
				: "";
	}

	private Object[] onlyKeys() {
		return (this.only != null) ? keysOf(this.only).toArray() : new Object[0];
	}

	private String places(int rows) {
		String row = Collections.nCopies(this.columns.keys().size(), "?")
			.stream()
			.collect(Collectors.joining(", ", "(", ")"));
		return Collections.nCopies(rows, row).stream().collect(Collectors.joining(", ", "(", ")"));
	}

	private String changedRows() {
		return branch() + " LEFT JOIN " + base() + " ON " + on(BRANCH, BASE) + " LEFT JOIN " + written() + " ON "
				+ on(BRANCH, TARGET);
	}

	private String removedRows() {
		return base() + " LEFT JOIN " + branch() + " ON " + on(BASE, BRANCH) + " LEFT JOIN " + written() + " ON "
				+ on(BASE, TARGET);
	}

	private String branchAndBase() {
		return branch() + " FULL OUTER JOIN " + base() + " ON " + on(BRANCH, BASE);
	}

	/**
	 * Return the condition on which the parent's row belongs to that of the branch, or to
	 * the one that the branch has removed.
	 */
	private String onAny() {
		return this.columns.keys()
			.stream()
			.map((key) -> column(TARGET, key) + " = coalesce(" + column(BRANCH, key) + ", " + column(BASE, key) + ')')
			.collect(Collectors.joining(" AND "));
	}

	private String branch() {
		String rows = this.sides.branch();
		return (this.sides.isPast() ? selected(rows) : rows) + ' ' + BRANCH;
	}

	private String written() {
		return this.sides.target().quoted() + ' ' + TARGET;
	}

	/**
	 * In a sub-select, because the parent is written beside it.
	 */
	private String base() {
		return selected(this.sides.base()) + ' ' + BASE;
	}

	/**
	 * Return the point in time of the rows that the branch began with.
	 */
	String hint() {
		return this.sides.base().substring(this.sides.base().lastIndexOf('{'));
	}

	private String selected(String rows) {
		return "(SELECT "
				+ all().stream().map((column) -> ColumnName.of(column).quoted()).collect(Collectors.joining(", "))
				+ " FROM " + rows + ')';
	}

	private String columnsOfSides() {
		return Stream.of(BRANCH, BASE, TARGET)
			.map((side) -> IntStream.range(0, this.read.size())
				.mapToObj((i) -> column(side, this.read.get(i)) + " AS `" + side + i + '`')
				.collect(Collectors.joining(", ")))
			.collect(Collectors.joining(", "));
	}

	private String changedOnBranch() {
		return '(' + missing(BASE) + " OR NOT " + same(BRANCH, BASE) + ')';
	}

	private String untouched() {
		return '(' + missing(BASE) + " AND " + missing(TARGET) + ") OR " + same(BASE, TARGET);
	}

	/**
	 * Return the rows of a side under another name.
	 * @param side the side
	 * @param alias the name
	 */
	String rows(String side, String alias) {
		return switch (side) {
			case BRANCH -> this.sides.branch();
			case BASE -> selected(this.sides.base());
			default -> this.sides.target().quoted();
		} + ' ' + alias;
	}

	/**
	 * Return a condition that holds where a row of the branch is another one than it
	 * began with.
	 * @param branch the name of the branch's row
	 * @param base the name of the row that it began with
	 */
	String isChanged(String branch, String base) {
		return "(NOT (" + missing(branch) + " AND " + missing(base) + ") AND NOT " + same(base, branch) + ')';
	}

	String missing(String side) {
		return column(side, this.columns.keys().get(0)) + " IS NULL";
	}

	/**
	 * Both have the row, with the same values.
	 */
	private String same(String one, String other) {
		return same(one, other, (column) -> same(one, other, column));
	}

	private String same(String one, String other, UnaryOperator<String> sameColumn) {
		return Stream.concat(
				Stream.of(column(one, this.columns.keys().get(0)) + " IS NOT NULL",
						column(other, this.columns.keys().get(0)) + " IS NOT NULL"),
				this.columns.others().stream().map(sameColumn))
			.collect(Collectors.joining(" AND ", "(", ")"));
	}

	/**
	 * NaN is like NaN: the server's operator says otherwise, so that a row would be
	 * changed as soon as a branch is made.
	 */
	private String same(String one, String other, String column) {
		String same = compared(one, column) + " <=> " + compared(other, column);
		return FLOATING.contains(type(column))
				? '(' + same + " OR (" + isNaN(one, column) + " AND " + isNaN(other, column) + "))" : same;
	}

	private String isNaN(String side, String column) {
		return "coalesce(" + column(side, column) + " <> " + column(side, column) + ", false)";
	}

	/**
	 * Geometries cannot be compared by themselves (v4.2.0, no issue known), and those of
	 * more than 64 KiB not as {@code VARBINARY}. A {@code DATALINK} cannot be in a
	 * {@code UNION}.
	 */
	private String compared(String side, String column) {
		return COMPARED_AS_BYTES.contains(type(column)) ? "cast(" + column(side, column) + " AS BLOB)"
				: column(side, column);
	}

	String on(String one, String other) {
		return this.columns.keys()
			.stream()
			.map((key) -> column(one, key) + " = " + column(other, key))
			.collect(Collectors.joining(" AND "));
	}

	private static String list(String side, List<String> columns) {
		return columns.stream().map((column) -> column(side, column)).collect(Collectors.joining(", "));
	}

	private static String column(String side, String column) {
		return side + '.' + ColumnName.of(column).quoted();
	}

	/**
	 * What is compared, as a query names it.
	 *
	 * @param name the branch, for messages
	 * @param branch the branch
	 * @param base what it began with
	 * @param target the table to write to
	 * @param isPast whether the branch is the past of the target
	 */
	private record Sides(String name, String branch, String base, TableName target, boolean isPast) {
	}

}
