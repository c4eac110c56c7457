package io.github.matrixone.spring.branch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
 * Writes changed rows of a table as statements, each by itself.
 */
final class RowStatements {

	private final TableName table;

	private final String name;

	private final TableColumns columns;

	/**
	 * Create statements.
	 * @param table the table
	 * @param name what the statements call it
	 * @param columns the answer to {@link TableColumns#of} it
	 */
	RowStatements(TableName table, String name, Rows columns) {
		this(table, name, TableColumns.read(columns));
	}

	private RowStatements(TableName table, String name, TableColumns columns) {
		this.table = table;
		this.name = name;
		this.columns = columns;
	}

	/**
	 * Return the same for a table that is called by another name.
	 */
	RowStatements named(String name) {
		return new RowStatements(this.table, name, this.columns);
	}

	/**
	 * See that a row can be written.
	 * @throws UnsupportedByServerException if the table has other columns by now, or
	 * there is no text for a value
	 */
	void requireWritable(RowChange change) {
		sides(change).forEach((row) -> {
			if (!row.keySet().equals(this.columns.types().keySet())) {
				throw new UnsupportedByServerException("There is no patch of " + this.table
						+ ": it was altered since the diff, or the diff is not of all columns. The columns are "
						+ this.columns.types().keySet() + ", and those of the diff are " + row.keySet());
			}
			isLike(row);
		});
	}

	/**
	 * Return the values that are instants, as the driver has given them.
	 */
	Stream<Object> timestamps(RowChange change) {
		return sides(change).flatMap((row) -> row.entrySet()
			.stream()
			.filter((value) -> value.getValue() != null && "TIMESTAMP".equals(this.columns.type(value.getKey())))
			.map((value) -> Objects.requireNonNull(value.getValue())));
	}

	private static Stream<Map<String, @Nullable Object>> sides(RowChange change) {
		return Stream.of(Optional.ofNullable(change.base()), Optional.ofNullable(change.branch()))
			.flatMap(Optional::stream);
	}

	/**
	 * Return the name of a column as the table spells it.
	 */
	String spelled(String column) {
		return this.columns.types().keySet().stream().filter(column::equalsIgnoreCase).findFirst().orElse(column);
	}

	/**
	 * Return the statement that removes a row which is what it was.
	 */
	String delete(RowChange change) {
		return "DELETE FROM " + this.name + " WHERE " + isAsBefore(change);
	}

	String insert(RowChange change) {
		Map<String, @Nullable Object> row = written(required(change.branch()));
		return "INSERT INTO " + this.name + " (" + row.keySet().stream().map(RowStatements::quoted).collect(list())
				+ ") VALUES (" + row.keySet().stream().map((column) -> literal(row, column)).collect(list()) + ')';
	}

	/**
	 * Return the statement that changes a row which is what it was, none if nothing is
	 * left to change but what the server generates.
	 */
	Optional<String> update(RowChange change) {
		Map<String, @Nullable Object> row = required(change.branch());
		List<String> assigned = change.changedColumns()
			.stream()
			.filter((column) -> !this.columns.generated().contains(column))
			.toList();
		Stream<String> kept = this.columns.others()
			.stream()
			.filter((column) -> this.columns.touched().contains(column) && !assigned.contains(column));
		String values = Stream.concat(assigned.stream(), kept)
			.map((column) -> quoted(column) + " = " + assigned(row, column))
			.collect(list());
		return assigned.isEmpty() ? Optional.empty()
				: Optional.of("UPDATE " + this.name + " SET " + values + " WHERE " + isAsBefore(change));
	}

	/**
	 * Return whether the row gets a null by its statement.
	 */
	boolean getsNull(RowChange change) {
		return change.kind() == Kind.UPDATED && change.changedColumns()
			.stream()
			.anyMatch((column) -> required(change.branch()).get(column) == null
					&& !this.columns.generated().contains(column));
	}

	/**
	 * Return the statement that locks rows.
	 * @param keys the conditions that they fulfil
	 */
	String lock(List<String> keys) {
		return "SELECT " + this.columns.keys().stream().map(RowStatements::quoted).collect(list()) + " FROM "
				+ this.name + " WHERE " + anyOf(keys) + " FOR UPDATE";
	}

	/**
	 * Return the statement that fails unless as many rows fulfil one of some conditions.
	 * The server casts a text to a number only if it begins with one.
	 */
	String check(List<String> rows, int expected, String what) {
		return "SELECT CAST(IF(count(*) = " + expected + ", '" + expected + "', concat('" + what + this.table
				+ ": ', count(*), ', not " + expected + "')) AS SIGNED) FROM " + this.name + " WHERE " + anyOf(rows);
	}

	private static String anyOf(List<String> rows) {
		return rows.stream().collect(Collectors.joining(") OR (", "(", ")"));
	}

	/**
	 * Return the condition for the row by its key.
	 */
	String hasKey(RowChange change) {
		Map<String, Object> key = change.key();
		return key.keySet()
			.stream()
			.map((column) -> quoted(column) + " = " + literal(key, column))
			.collect(Collectors.joining(" AND "));
	}

	/**
	 * Return the condition for the row as it was.
	 */
	String isAsBefore(RowChange change) {
		return isLike(required(change.base()));
	}

	/**
	 * Return the condition for the row as it is to be. A null is passed over: the
	 * transaction that has written it may read it as another value (v4.2.0, no issue
	 * known).
	 */
	String isWritten(RowChange change) {
		Map<String, @Nullable Object> known = written(required(change.branch()));
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

	private Map<String, @Nullable Object> written(Map<String, @Nullable Object> row) {
		Map<String, @Nullable Object> written = new LinkedHashMap<>(row);
		written.keySet().removeAll(this.columns.generated());
		return written;
	}

	/**
	 * The server takes a plain null of a {@code BIT} column for 0 (v4.2.0, no issue
	 * known).
	 */
	private String assigned(Map<String, @Nullable Object> row, String column) {
		return (row.get(column) == null && "BIT".equals(this.columns.type(column))) ? "nullif(1, 1)"
				: literal(row, column);
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
