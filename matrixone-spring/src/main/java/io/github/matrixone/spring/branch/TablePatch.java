package io.github.matrixone.spring.branch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Writes the changed rows of one table as statements.
 */
final class TablePatch {

	private static final int CHECKED_TOGETHER = 100;

	private final TableName table;

	private final TableColumns columns;

	private final List<RowChange> changes;

	private final ChangedRows rows;

	/**
	 * Create a patch.
	 * @param table the table
	 * @param columns the answer to {@link TableColumns#of} it
	 * @param references the answer to {@link References#to} it
	 * @param changes the rows
	 * @throws UnsupportedByServerException if the table has other columns by now
	 */
	TablePatch(TableName table, Rows columns, Rows references, List<RowChange> changes) {
		this.table = table;
		this.columns = TableColumns.read(columns);
		this.changes = changes;
		this.rows = new ChangedRows(table, References.read(references), this::named, of(Kind.REMOVED).toList(),
				of(Kind.UPDATED).toList(), RowChange::base);
		changes.forEach((change) -> {
			requireColumns(change);
			requireLiterals(change);
		});
	}

	private void requireLiterals(RowChange change) {
		Stream.of(change.base(), change.branch()).filter(Objects::nonNull).forEach(this::isLike);
	}

	private void requireColumns(RowChange change) {
		Stream.of(change.base(), change.branch()).filter(Objects::nonNull).forEach((row) -> {
			if (!row.keySet().equals(this.columns.types().keySet())) {
				throw new UnsupportedByServerException("There is no patch of " + this.table
						+ ": it was altered since the diff, or the diff is not of all columns. The columns are "
						+ this.columns.types().keySet() + ", and those of the diff are " + row.keySet());
			}
		});
	}

	TableName table() {
		return this.table;
	}

	/**
	 * Return the values that are instants, as the driver has given them.
	 */
	Stream<Object> timestamps() {
		return this.changes.stream()
			.flatMap((change) -> Stream.of(change.base(), change.branch()))
			.filter(Objects::nonNull)
			.flatMap((row) -> row.entrySet()
				.stream()
				.filter((value) -> value.getValue() != null && "TIMESTAMP".equals(this.columns.type(value.getKey())))
				.map((value) -> Objects.requireNonNull(value.getValue())));
	}

	ChangedRows rows() {
		return this.rows;
	}

	private String named(String column) {
		return this.columns.types().keySet().stream().filter(column::equalsIgnoreCase).findFirst().orElse(column);
	}

	long count(Kind kind) {
		return of(kind).count();
	}

	private Stream<RowChange> of(Kind kind) {
		return this.changes.stream().filter((change) -> change.kind() == kind);
	}

	/**
	 * Return rows so that none references one that comes before it, as far as the table
	 * references itself.
	 */
	private List<RowChange> referencedLast(Kind kind,
			Function<RowChange, @Nullable Map<String, @Nullable Object>> values) {
		List<RowChange> rows = of(kind).toList();
		List<List<RowChange>> levels = this.rows.levels(rows, values);
		return levels.isEmpty() ? rows : levels.stream().flatMap(List::stream).toList();
	}

	/**
	 * Return the statements that remove rows which are what they were.
	 * @param name the name of the table
	 */
	Stream<String> deletes(String name) {
		return referencedLast(Kind.REMOVED, RowChange::base).stream()
			.map((change) -> "DELETE FROM " + name + " WHERE " + isLike(required(change.base())));
	}

	/**
	 * Return the statements that add rows.
	 * @param name the name of the table
	 */
	Stream<String> inserts(String name) {
		List<RowChange> referencedFirst = new ArrayList<>(referencedLast(Kind.ADDED, RowChange::branch));
		Collections.reverse(referencedFirst);
		return referencedFirst.stream().map((change) -> {
			Map<String, @Nullable Object> row = written(required(change.branch()));
			return "INSERT INTO " + name + " (" + row.keySet().stream().map(TablePatch::quoted).collect(list())
					+ ") VALUES (" + row.keySet().stream().map((column) -> literal(row, column)).collect(list()) + ')';
		});
	}

	/**
	 * Return the statements that change rows which are what they were.
	 * @param name the name of the table
	 */
	Stream<String> updates(String name) {
		return of(Kind.UPDATED).map((change) -> {
			Map<String, @Nullable Object> row = required(change.branch());
			List<String> assigned = change.changedColumns()
				.stream()
				.filter((column) -> !this.columns.generated().contains(column))
				.toList();
			Stream<String> kept = this.columns.others()
				.stream()
				.filter((column) -> this.columns.touched().contains(column) && !assigned.contains(column));
			String values = Stream.concat(assigned.stream(), kept)
				.map((column) -> quoted(column) + " = " + literal(row, column))
				.collect(list());
			return assigned.isEmpty() ? ""
					: "UPDATE " + name + " SET " + values + " WHERE " + isLike(required(change.base()));
		}).filter((statement) -> !statement.isEmpty());
	}

	/**
	 * Return the statements that lock rows which are to get a null, and fail if they are
	 * not what they were.
	 * @param name the name of the table
	 */
	Stream<String> checksBefore(String name) {
		List<RowChange> nulled = of(Kind.UPDATED).filter(this::getsNull).toList();
		Stream<String> locks = bunches(nulled.stream().map((change) -> hasKey(change.key())).toList())
			.map((rows) -> "SELECT " + nulled.get(0).key().keySet().stream().map(TablePatch::quoted).collect(list())
					+ " FROM " + name + " WHERE " + anyOf(rows) + " FOR UPDATE");
		return Stream.concat(locks, bunches(nulled.stream().map((change) -> isLike(required(change.base()))).toList())
			.map((rows) -> check(name, rows, rows.size(), "rows that are as they were in ")));
	}

	private boolean getsNull(RowChange change) {
		Map<String, @Nullable Object> row = required(change.branch());
		return change.changedColumns()
			.stream()
			.anyMatch((column) -> row.get(column) == null && !this.columns.generated().contains(column));
	}

	/**
	 * Return the queries that fail if rows are not what the statements were to make them.
	 * A null is passed over: the transaction that has written it may read it as another
	 * value (v4.2.0, no issue known).
	 * @param name the name of the table
	 */
	Stream<String> checksAfter(String name) {
		List<String> there = this.changes.stream()
			.filter((change) -> change.kind() != Kind.REMOVED)
			.map((change) -> isWritten(required(change.branch())))
			.toList();
		List<String> gone = of(Kind.REMOVED).map((change) -> hasKey(change.key())).toList();
		return Stream.concat(
				bunches(there).map((rows) -> check(name, rows, rows.size(), "rows that are as patched in ")),
				bunches(gone).map((rows) -> check(name, rows, 0, "rows that are to be removed in ")));
	}

	/**
	 * The server casts a text to a number only if it begins with one.
	 */
	private String check(String name, List<String> rows, int expected, String what) {
		return "SELECT CAST(IF(count(*) = " + expected + ", '" + expected + "', concat('" + what + this.table
				+ ": ', count(*), ', not " + expected + "')) AS SIGNED) FROM " + name + " WHERE " + anyOf(rows);
	}

	private static String anyOf(List<String> rows) {
		return rows.stream().collect(Collectors.joining(") OR (", "(", ")"));
	}

	private static Stream<List<String>> bunches(List<String> rows) {
		return Stream.iterate(0, (from) -> from < rows.size(), (from) -> from + CHECKED_TOGETHER)
			.map((from) -> rows.subList(from, Math.min(from + CHECKED_TOGETHER, rows.size())));
	}

	private String isLike(Map<String, @Nullable Object> row) {
		return row.keySet()
			.stream()
			.filter((column) -> !this.columns.generated().contains(column))
			.map((column) -> quoted(column) + operator(row, column) + literal(row, column))
			.collect(Collectors.joining(" AND "));
	}

	/**
	 * The server compares a vector with no null.
	 */
	private String operator(Map<String, @Nullable Object> row, String column) {
		return (row.get(column) == null) ? " IS " : this.columns.keys().contains(column) ? " = " : " <=> ";
	}

	private String isWritten(Map<String, @Nullable Object> row) {
		Map<String, @Nullable Object> known = written(row);
		known.values().removeIf(Objects::isNull);
		String seconds = known.keySet()
			.stream()
			.filter((column) -> "TIMESTAMP".equals(this.columns.type(column)))
			// An hour that comes twice in the session's zone.
			.map((column) -> " AND floor(unix_timestamp(" + quoted(column) + ")) = "
					+ SqlLiteral.second(Objects.requireNonNull(known.get(column))))
			.collect(Collectors.joining());
		return isLike(known) + seconds;
	}

	private String hasKey(Map<String, Object> key) {
		return key.keySet()
			.stream()
			.map((column) -> quoted(column) + " = " + literal(key, column))
			.collect(Collectors.joining(" AND "));
	}

	private Map<String, @Nullable Object> written(Map<String, @Nullable Object> row) {
		Map<String, @Nullable Object> written = new LinkedHashMap<>(row);
		written.keySet().removeAll(this.columns.generated());
		return written;
	}

	private String literal(Map<String, ? extends @Nullable Object> row, String column) {
		return SqlLiteral.of(row.get(column),
				this.columns.given().contains(column) ? "ENUM" : this.columns.type(column));
	}

	private static Map<String, @Nullable Object> required(@Nullable Map<String, @Nullable Object> row) {
		return Objects.requireNonNull(row, "A changed row is there");
	}

	private static String quoted(String column) {
		return ColumnName.of(column).quoted();
	}

	private static Collector<CharSequence, ?, String> list() {
		return Collectors.joining(", ");
	}

}
