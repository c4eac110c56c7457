package io.github.matrixone.spring.sql;

import java.util.Optional;

import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Which rows a {@code DELETE} deletes, as far as its text tells.
 *
 * @since 0.1
 */
public final class DeletedRows {

	private DeletedRows() {
	}

	/**
	 * Return the condition of a {@code DELETE FROM t WHERE …}. All placeholders of the
	 * statement are in it.
	 * @param sql the text
	 * @return the text of the condition, which is empty where all rows are deleted, or
	 * nothing if this is anything else, such as one with a {@code LIMIT}
	 */
	public static Optional<String> condition(String sql) {
		SqlTokenizer tokens = new SqlTokenizer(sql);
		tokens.next();
		if (!skip(tokens, "DELETE") || !skip(tokens, "FROM")) {
			return Optional.empty();
		}
		tokens.next();
		if (tokens.isSymbol('.')) {
			tokens.next();
			tokens.next();
		}
		if (isEnd(tokens)) {
			return Optional.of("");
		}
		if (!skip(tokens, "WHERE")) {
			return Optional.empty();
		}
		int begin = tokens.start();
		for (int depth = 0; !isEnd(tokens); tokens.next()) {
			depth += tokens.isSymbol('(') ? 1 : tokens.isSymbol(')') ? -1 : 0;
			boolean ends = depth == 0 && !tokens.isPartOfName() && tokens.isAnyWord("ORDER", "LIMIT", "RETURNING");
			if (ends || tokens.type() == Type.UNREADABLE) {
				return Optional.empty();
			}
		}
		String condition = sql.substring(begin, tokens.start()).strip();
		return hasComment(condition) ? Optional.empty() : Optional.of(condition);
	}

	private static boolean skip(SqlTokenizer tokens, String word) {
		boolean found = tokens.isWord(word);
		tokens.next();
		return found;
	}

	private static boolean isEnd(SqlTokenizer tokens) {
		return tokens.type() == Type.END || tokens.isSymbol(';');
	}

	/**
	 * One that looks like a comment would hide what follows it.
	 */
	private static boolean hasComment(String text) {
		return text.contains("/*") || text.contains("*/") || text.contains("--") || text.contains("#");
	}

}
