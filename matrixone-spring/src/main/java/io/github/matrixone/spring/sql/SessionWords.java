package io.github.matrixone.spring.sql;

import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Tells statements that may change the session or its transaction by their first words.
 * Makes no object for the most common texts: a single statement without anything before
 * its first word.
 */
final class SessionWords {

	/** First words of statements that leave the session alone, the most common first. */
	private static final String[] HARMLESS = { "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "REPLACE", "SHOW",
			"VALUES", "TABLE", "EXPLAIN", "DESC", "DESCRIBE" };

	private SessionWords() {
	}

	static boolean mayChangeSession(String sql) {
		int semicolon = sql.indexOf(';');
		boolean single = semicolon < 0 || semicolon == sql.length() - 1;
		return !(single && SqlTokenizer.startsWithAny(sql, HARMLESS)) && mayAnyChangeSession(sql, single);
	}

	private static boolean mayAnyChangeSession(String sql, boolean single) {
		SqlTokenizer tokens = new SqlTokenizer(sql);
		boolean first = true;
		for (tokens.next(); tokens.type() != Type.END; tokens.next()) {
			if (tokens.type() == Type.UNREADABLE) {
				return true;
			}
			if (tokens.isSymbol(';')) {
				first = true;
			}
			else if (first && !tokens.isSymbol('(')) {
				if (!tokens.isAnyWord(HARMLESS)) {
					return true;
				}
				if (single) {
					return false;
				}
				first = false;
			}
		}
		return false;
	}

}
