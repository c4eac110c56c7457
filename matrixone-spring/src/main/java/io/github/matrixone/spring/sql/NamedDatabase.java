package io.github.matrixone.spring.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Finds out whether a text of statements names a database. What cannot be told with
 * certainty counts as naming it.
 *
 * @since 0.1
 */
public final class NamedDatabase {

	/** Statements in which a name before a dot may be that of a table or an alias. */
	private static final Set<String> WITH_COLUMNS = Set.of("SELECT", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE",
			"VALUES", "TABLE", "EXPLAIN");

	/** Words after which tables are named. */
	private static final Set<String> BEFORE_TABLES = Set.of("FROM", "JOIN", "INTO", "UPDATE", "INSERT", "REPLACE",
			"DELETE", "TABLE");

	/** Words after which columns are named. */
	private static final Set<String> BEFORE_COLUMNS = Set.of("SELECT", "WHERE", "SET", "ON", "BY", "HAVING", "VALUES",
			"LIMIT", "USING");

	private final SqlTokenizer token;

	private final DatabaseName database;

	private NamedDatabase(String sql, DatabaseName database) {
		this.token = new SqlTokenizer(sql);
		this.database = database;
	}

	/**
	 * Return whether a text names a database, other than in a string or a comment. Where
	 * a table or an alias has the same name, {@code name.column} is taken for a column of
	 * that, in places where columns are named.
	 * @param sql the text
	 * @param database the database
	 * @return whether it names the database, or may do so
	 */
	public static boolean isIn(String sql, DatabaseName database) {
		return Identifier.lowerCase(sql).contains(database.normalized())
				&& new NamedDatabase(sql, database).isInAnyStatement();
	}

	private boolean isInAnyStatement() {
		this.token.next();
		while (this.token.type() != Type.END) {
			if (this.token.type() == Type.UNREADABLE || isInStatement()) {
				return true;
			}
			if (this.token.isSymbol(';')) {
				this.token.next();
			}
		}
		return false;
	}

	/**
	 * Read up to the end of a statement, unless it certainly names the database.
	 */
	private boolean isInStatement() {
		boolean ofTables = !this.token.isSymbol('(') && !WITH_COLUMNS.contains(this.token.keyword());
		boolean show = this.token.isWord("SHOW");
		boolean ofDatabase = false;
		boolean isOther = false;
		boolean qualifies = false;
		boolean tables = false;
		boolean forTable = false;
		Deque<Boolean> outer = new ArrayDeque<>();
		while (this.token.type() != Type.END && this.token.type() != Type.UNREADABLE && !this.token.isSymbol(';')) {
			String keyword = this.token.keyword();
			String previous = this.token.previousKeyword();
			ofDatabase |= (previous.equals("DATABASE") || previous.equals("SCHEMA")) && !this.token.isSymbol('(');
			if (BEFORE_TABLES.contains(keyword)) {
				tables = !(keyword.equals("UPDATE") && this.token.previousKeyword().equals("KEY"));
			}
			else if (BEFORE_COLUMNS.contains(keyword)) {
				tables = false;
			}
			else if (this.token.isSymbol('(')) {
				outer.push(tables);
			}
			else if (this.token.isSymbol(')') && !outer.isEmpty()) {
				tables = outer.pop();
			}
			boolean named = !this.token.follows('.') && isName();
			boolean quoted = this.token.type() == Type.DOUBLE_QUOTED;
			if (named && forTable && this.token.previousKeyword().equals("TABLE")) {
				return true;
			}
			forTable = (forTable && keyword.equals("TABLE")) || keyword.equals("FOR");
			this.token.next();
			if (named && this.token.isSymbol('.')) {
				qualifies = true;
				if (tables || ofTables) {
					return true;
				}
			}
			else if (named && !quoted) {
				isOther = true;
			}
		}
		return this.token.type() == Type.UNREADABLE || (isOther && (ofDatabase || show)) || (qualifies && !isOther);
	}

	/**
	 * Between double quotes stands a string, or a name if the session wants it so.
	 */
	private boolean isName() {
		return switch (this.token.type()) {
			case WORD, QUOTED_NAME -> Identifier.lowerCase(this.token.name()).equals(this.database.normalized());
			case DOUBLE_QUOTED -> Identifier.lowerCase(this.token.text()).equals(this.database.normalized());
			default -> false;
		};
	}

}
