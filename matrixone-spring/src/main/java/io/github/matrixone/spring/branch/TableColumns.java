package io.github.matrixone.spring.branch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * The columns of a table, as the server's catalog tells them.
 *
 * @param keys the columns of the primary key
 * @param others the other columns
 * @param types the types by the names of the columns, without their lengths
 * @param generated the columns that the server computes, which cannot be written
 * @param given the columns of the types {@code ENUM} and {@code SET}
 * @param touched the columns that the server sets with each {@code UPDATE} that does not
 * name them
 */
record TableColumns(List<String> keys, List<String> others, Map<String, String> types, Set<String> generated,
		Set<String> given, Set<String> touched) {

	private static final String COLUMNS = "SELECT c.attname, i.ordinal_position, hex(c.atttyp) AS type, "
			+ "mo_show_visible_bin(c.atttyp, 2) AS type_name, c.attr_has_generated AS generated, "
			+ "c.attr_has_update AS touched, " + "CASE WHEN length(c.attr_enum) > 0 THEN 1 ELSE 0 END AS given "
			+ "FROM mo_catalog.mo_columns%1$s c LEFT JOIN mo_catalog.mo_indexes%1$s i "
			+ "ON i.table_id = c.att_relname_id AND i.type = 'PRIMARY' AND i.column_name = c.attname "
			+ "WHERE c.account_id = current_account_id() AND c.att_database = ? AND c.att_relname = ? "
			+ "AND c.att_is_hidden = 0";

	private static final String ORDER = " ORDER BY c.attnum";

	/**
	 * Return a query for the columns of a table.
	 */
	static SqlText of(TableName table) {
		return SqlText.of(COLUMNS.formatted("") + ORDER, nameOf(table));
	}

	/**
	 * Return a query for the columns of a table at a point in time.
	 * @param table the table
	 * @param hint names the point in time
	 */
	static SqlText at(TableName table, String hint) {
		return SqlText.of(COLUMNS.formatted(' ' + hint) + ORDER, nameOf(table));
	}

	/**
	 * Return a query for the columns that the parent of a branch had when that was made.
	 * It gives none where another table had the name that the parent has now.
	 */
	static SqlText atFirst(Branch branch) {
		Object[] name = nameOf(branch.requireParent());
		return SqlText.of(COLUMNS.formatted(' ' + branch.hint()) + " AND c.att_relname_id = ?" + ORDER, name[0],
				name[1], branch.parentId());
	}

	/**
	 * Read the answer to one of these queries.
	 */
	static TableColumns read(Rows answer) {
		Map<String, String> types = new LinkedHashMap<>();
		for (int row = 0; row < answer.values().size(); row++) {
			types.put(name(answer, row), String.valueOf(answer.get(row, "type_name")));
		}
		return new TableColumns(list(answer, "ordinal_position", Objects::nonNull),
				list(answer, "ordinal_position", Objects::isNull), types, flagged(answer, "generated"),
				flagged(answer, "given"), flagged(answer, "touched"));
	}

	private static Set<String> flagged(Rows answer, String flag) {
		return Set.copyOf(list(answer, flag, "1"::equals));
	}

	private static List<String> list(Rows answer, String column, Predicate<@Nullable String> which) {
		return IntStream.range(0, answer.values().size())
			.filter((row) -> which.test(answer.get(row, column)))
			.mapToObj((row) -> name(answer, row))
			.toList();
	}

	private static String name(Rows answer, int row) {
		return String.valueOf(answer.get(row, "attname"));
	}

	private static Object[] nameOf(TableName table) {
		DatabaseName database = Objects.requireNonNull(table.database(), "The table's database must be known");
		return new Object[] { database.normalized(), table.normalizedName() };
	}

	boolean hasKey() {
		return !this.keys.isEmpty();
	}

	/**
	 * Return the type of a column, without its length.
	 */
	String type(String column) {
		return this.types.getOrDefault(column, "");
	}

	/**
	 * Return all columns, those of the key first.
	 */
	List<String> all() {
		return Stream.concat(this.keys.stream(), this.others.stream()).toList();
	}

	/**
	 * Return all columns in the order of the table, to show them.
	 */
	String inOrder() {
		return this.types.keySet().stream().collect(Collectors.joining(", ", "[", "]"));
	}

}
