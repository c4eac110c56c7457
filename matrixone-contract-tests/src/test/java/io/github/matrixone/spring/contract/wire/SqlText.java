package io.github.matrixone.spring.contract.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Takes the text of statements apart, as far as a {@link WireServer} needs it.
 */
final class SqlText {

	private static final Pattern LEADING_COMMENT = Pattern.compile("\\A(\\s+|/\\*(?!!).*?\\*/|(--\\s|#)[^\\n]*\\n)",
			Pattern.DOTALL);

	private SqlText() {
	}

	/**
	 * Return the text without the comments before it and the semicolon after it.
	 */
	static String bare(String sql) {
		String bare = sql;
		String before;
		do {
			before = bare;
			bare = LEADING_COMMENT.matcher(bare).replaceFirst("");
		}
		while (!bare.equals(before));
		bare = bare.strip();
		return bare.endsWith(";") ? bare.substring(0, bare.length() - 1).strip() : bare;
	}

	/**
	 * Return the statements of a text, bare. Empty ones are left out.
	 */
	static List<String> statements(String sql) {
		return split(sql, ';').stream().map(SqlText::bare).filter((statement) -> !statement.isEmpty()).toList();
	}

	/**
	 * Return the expressions between SELECT and FROM.
	 */
	static List<String> selected(String select) {
		String list = select.replaceFirst("(?i)\\A\\s*\\(*\\s*SELECT\\s+(DISTINCT\\s+)?", "");
		int from = topLevel(list, 0, "FROM");
		return split((from >= 0) ? list.substring(0, from) : list, ',').stream().map(String::strip).toList();
	}

	/**
	 * Return the text with its parameters filled in.
	 */
	static String withParameters(String sql, List<String> values) {
		List<String> parts = split(sql, '?');
		StringBuilder filled = new StringBuilder(parts.get(0));
		for (int i = 1; i < parts.size(); i++) {
			filled.append(values.get(i - 1)).append(parts.get(i));
		}
		return filled.toString();
	}

	static int parameters(String sql) {
		return split(sql, '?').size() - 1;
	}

	private static List<String> split(String text, char separator) {
		List<String> parts = new ArrayList<>();
		int start = 0;
		int depth = 0;
		for (int i = 0; i < text.length(); i = next(text, i)) {
			char c = text.charAt(i);
			depth += (c == '(') ? 1 : (c == ')') ? -1 : 0;
			if (c == separator && (depth == 0 || separator != ',')) {
				parts.add(text.substring(start, i));
				start = i + 1;
			}
		}
		parts.add(text.substring(start));
		return parts;
	}

	private static int topLevel(String text, int from, String word) {
		int depth = 0;
		for (int i = from; i < text.length(); i = next(text, i)) {
			char c = text.charAt(i);
			depth += (c == '(') ? 1 : (c == ')') ? -1 : 0;
			if (depth == 0 && i > 0 && Character.isWhitespace(text.charAt(i - 1))
					&& text.regionMatches(true, i, word, 0, word.length())
					&& (i + word.length() == text.length() || Character.isWhitespace(text.charAt(i + word.length())))) {
				return i;
			}
		}
		return -1;
	}

	/**
	 * Return the index after the character, or after the quoted text or the comment that
	 * begins there.
	 */
	private static int next(String text, int index) {
		char c = text.charAt(index);
		if (c == '\'' || c == '"' || c == '`') {
			for (int i = index + 1; i < text.length(); i++) {
				if (text.charAt(i) == '\\' && c != '`') {
					i++;
				}
				else if (text.charAt(i) == c) {
					return i + 1;
				}
			}
			return text.length();
		}
		if (text.startsWith("/*", index)) {
			int end = text.indexOf("*/", index + 2);
			return (end < 0) ? text.length() : end + 2;
		}
		return index + 1;
	}

	static boolean startsWith(String sql, String... beginnings) {
		String upper = sql.toUpperCase(Locale.ROOT);
		for (String beginning : beginnings) {
			if (upper.startsWith(beginning)
					&& (upper.length() == beginning.length() || !isWordPart(upper.charAt(beginning.length())))) {
				return true;
			}
		}
		return false;
	}

	private static boolean isWordPart(char c) {
		return Character.isLetterOrDigit(c) || c == '_';
	}

}
