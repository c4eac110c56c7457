package io.github.matrixone.spring.branch;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * How tables and views are defined, in a form in which a branch that was not altered is
 * like its parent. An index, a default or a constraint leaves no trace in the columns
 * that rows are compared by, and a table keeps its identity then.
 */
final class Definitions {

	private static final Pattern TEXT_OR_OTHER = Pattern.compile("'(?:[^'\\\\]++|\\\\.|'')*'|[^']+|'");

	/** The name of a column and its type, which can have names of its own. */
	private static final Pattern COLUMN = Pattern.compile(
			"`([^`]+)` (\\w+(?:\\((?:[^'()]|'(?:[^'\\\\]|\\\\.|'')*+')*+\\))?(?: unsigned)?(?: zerofill)?)(?: .*|,)?");

	private Definitions() {
	}

	/**
	 * Return a query for the definition of a table, which both servers answer in the same
	 * form.
	 */
	static SqlText of(TableName table) {
		return SqlText.of("SHOW CREATE TABLE " + table.quoted());
	}

	/**
	 * Return a query for the definition that the parent of a branch had when that was
	 * made.
	 */
	static SqlText atFirst(Branch branch) {
		return SqlText.of("SHOW CREATE TABLE " + branch.base());
	}

	/**
	 * Return a query that gives a row if a table is partitioned.
	 */
	static SqlText partitionsOf(TableName table) {
		return SqlText.of(
				"SELECT 1 FROM mo_catalog.mo_tables WHERE account_id = current_account_id() "
						+ "AND reldatabase = ? AND relname = ? AND partitioned = 1",
				Objects.requireNonNull(table.database()).normalized(), table.normalizedName());
	}

	/**
	 * Read the definition of a branch or of its parent. Quotes and backslashes are left
	 * out, because the server multiplies or loses those of a {@code DEFAULT} and a
	 * {@code COMMENT} when it makes a branch (v4.2.0 and newer, no issue known).
	 * @param branch the branch
	 * @param table the branch or its parent
	 * @param answer the answer to {@link #of} or {@link #atFirst}
	 * @return the lines, without the names of the table and of both databases
	 */
	static List<String> read(Branch branch, TableName table, Rows answer) {
		String name = '`' + table.normalizedName() + '`';
		return Objects.requireNonNull(answer.values().get(0).get(1))
			.replace("CREATE TABLE " + name + " (", "")
			.replace(references(branch.table()), "REFERENCES ")
			.replace(references(branch.requireParent()), "REFERENCES ")
			.replace("REFERENCES " + name + " (", "REFERENCES (")
			.lines()
			.map((line) -> line.replaceAll("['\\\\]", "").strip().replaceAll(",$", ""))
			.sorted()
			.toList();
	}

	/**
	 * Read the types of columns.
	 * @param answer the answer to {@link #of}
	 * @return the types by the names of the columns in lower case
	 */
	static Map<String, String> types(Rows answer) {
		Map<String, String> types = new HashMap<>();
		Objects.requireNonNull(answer.values().get(0).get(1)).lines().map(String::strip).forEach((line) -> {
			Matcher column = COLUMN.matcher(line);
			if (column.matches()) {
				types.put(ColumnName.of(column.group(1)).normalized(), column.group(2));
			}
		});
		return types;
	}

	private static String references(TableName table) {
		return "REFERENCES `" + Objects.requireNonNull(table.database()).normalized() + "`.";
	}

	/**
	 * Return a query for the tables of a database.
	 * @param hint names the point in time, or is empty for now
	 */
	static SqlText tablesOf(DatabaseName database, String hint) {
		return ofKind(database, hint, "r");
	}

	/**
	 * Read the tables of a database.
	 * @param answer the answer to {@link #tablesOf}
	 * @return the names of the tables by their identities, which they keep when they are
	 * renamed
	 */
	static Map<String, String> tables(Rows answer) {
		Map<String, String> tables = new TreeMap<>();
		answer.values()
			.forEach((row) -> tables.put(Objects.requireNonNull(row.get(2)), Objects.requireNonNull(row.get(0))));
		return tables;
	}

	/**
	 * Return a query for the views of a database.
	 * @param hint names the point in time, or is empty for now
	 */
	static SqlText viewsOf(DatabaseName database, String hint) {
		return ofKind(database, hint, "v");
	}

	private static SqlText ofKind(DatabaseName database, String hint, String kind) {
		return SqlText.of(
				"SELECT relname, rel_createsql, rel_id FROM mo_catalog.mo_tables " + hint
						+ " WHERE account_id = current_account_id() AND reldatabase = ? AND relkind = ?",
				database.normalized(), kind);
	}

	/**
	 * Read the views of a branch or of its parent. The server writes those anew that name
	 * a database, in a form of its own, with words that may be left out, and leaves the
	 * others as they are.
	 * @param database the database
	 * @param parent the database that is the parent
	 * @param answer the answer to {@link #viewsOf}
	 * @return the definitions by the names of the views, without the name of the database
	 */
	static Map<String, String> views(DatabaseName database, DatabaseName parent, Rows answer) {
		Map<String, String> views = new HashMap<>();
		String ofParent = Pattern.quote("view" + parent.normalized() + '.');
		answer.values()
			.forEach((row) -> views.put(Objects.requireNonNull(row.get(0)),
					view(database, Objects.requireNonNull(row.get(1))).replaceFirst("^(create(orreplace)?|alter)", "")
						.replaceFirst(ofParent, "view")));
		return views;
	}

	private static String view(DatabaseName database, String definition) {
		Pattern ownName = Pattern.compile("(?<![\\p{Alnum}_.$])" + Pattern.quote(database.normalized()) + "\\.");
		return TEXT_OR_OTHER.matcher(definition).replaceAll((part) -> {
			String text = part.group();
			return Matcher.quoteReplacement(text.startsWith("'") ? text
					: ownName.matcher(text.toLowerCase(Locale.ROOT).replace("`", ""))
						.replaceAll("")
						.replaceAll("\\b(as|inner|outer)\\b|[\\s;]", "")
						.replace("<>", "!="));
		});
	}

}
