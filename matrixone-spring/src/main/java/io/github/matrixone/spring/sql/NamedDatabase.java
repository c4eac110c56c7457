package io.github.matrixone.spring.sql;

import java.util.Set;

import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Finds out whether a text of statements names a database. What cannot be told with
 * certainty counts as naming it.
 *
 * @since 0.1
 */
public final class NamedDatabase {

	/** Words after which a name with a dot is that of a table with its database. */
	private static final Set<String> BEFORE_TABLE = Set.of("FROM", "JOIN", "INTO", "UPDATE", "TABLE", "REFERENCES",
			"VIEW", "EXISTS", "DESC", "DESCRIBE", "EXPLAIN");

	/**
	 * Words that begin a text which names databases without a dot, or within a string.
	 */
	private static final Set<String> COMMANDS = Set.of("SHOW", "USE", "PREPARE");

	private NamedDatabase() {
	}

	/**
	 * Return whether a text names a database, other than in a string or a comment. Where
	 * a table or an alias has the same name, {@code name.column} is taken for a column of
	 * that.
	 * @param sql the text
	 * @param database the database
	 * @return whether it names the database, or may do so
	 */
	public static boolean isIn(String sql, DatabaseName database) {
		if (!Identifier.lowerCase(sql).contains(database.normalized())) {
			return false;
		}
		SqlTokenizer token = new SqlTokenizer(sql);
		token.next();
		if (COMMANDS.contains(token.keyword())) {
			return true;
		}
		boolean qualifies = false;
		boolean isOther = false;
		boolean ofDatabase = false;
		while (token.type() != Type.END && token.type() != Type.UNREADABLE) {
			String before = token.previousKeyword();
			boolean afterDot = token.follows('.');
			boolean afterComma = token.follows(',');
			boolean named = isName(token) && !afterDot
					&& Identifier.lowerCase(token.name()).equals(database.normalized());
			ofDatabase |= token.isAnyWord("DATABASE", "SCHEMA");
			token.next();
			if (!named) {
				continue;
			}
			if (!token.isSymbol('.')) {
				isOther = true;
			}
			else if (afterComma || BEFORE_TABLE.contains(before)) {
				return true;
			}
			else {
				qualifies = true;
			}
		}
		return token.type() == Type.UNREADABLE || (isOther && ofDatabase) || (qualifies && !isOther);
	}

	private static boolean isName(SqlTokenizer token) {
		return token.type() == Type.WORD || token.type() == Type.QUOTED_NAME;
	}

}
