package io.github.matrixone.spring.sql;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A {@code CHECK} of a table.
 *
 * @param name its name
 * @param condition what must not be false of a row
 * @since 0.1
 */
public record CheckConstraint(String name, String condition) {

	/**
	 * Read the checks of a table.
	 * @param definition what {@code SHOW CREATE TABLE} has told
	 * @return the checks, or {@code null} if the text cannot be read
	 */
	public static @Nullable List<CheckConstraint> read(String definition) {
		List<CheckConstraint> checks = new ArrayList<>();
		SqlTokenizer token = new SqlTokenizer(definition);
		token.next();
		while (token.type() != SqlTokenizer.Type.END) {
			if (token.type() == SqlTokenizer.Type.UNREADABLE) {
				return null;
			}
			boolean named = token.isWord("CONSTRAINT");
			token.next();
			if (named && token.type() == SqlTokenizer.Type.QUOTED_NAME) {
				String name = token.name();
				token.next();
				if (token.isWord("CHECK")) {
					token.next();
					checks.add(new CheckConstraint(name, inParentheses(token)));
				}
			}
		}
		return checks;
	}

	/**
	 * Read up to the parenthesis that closes the current one.
	 */
	private static String inParentheses(SqlTokenizer token) {
		String from = token.rest();
		int open = 0;
		do {
			open += token.isSymbol('(') ? 1 : token.isSymbol(')') ? -1 : 0;
			if (open > 0) {
				token.next();
			}
		}
		while (open > 0 && token.type() != SqlTokenizer.Type.END && token.type() != SqlTokenizer.Type.UNREADABLE);
		return from.substring(Math.min(1, from.length()), from.length() - token.rest().length());
	}

}
