package io.github.matrixone.spring.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.github.matrixone.spring.sql.LockedRows.EqualValue;
import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Finds the columns that a condition compares with a single value each, where all of it
 * must hold.
 */
final class EqualColumns {

	private EqualColumns() {
	}

	static Map<String, EqualValue> of(List<Token> condition) {
		Map<String, EqualValue> columns = new HashMap<>();
		return add(columns, condition) ? columns : Map.of();
	}

	private static boolean add(Map<String, EqualValue> columns, List<Token> condition) {
		List<List<Token>> terms = new ArrayList<>();
		List<Token> term = new ArrayList<>();
		int depth = 0;
		boolean between = false;
		for (Token token : condition) {
			depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
			if (depth == 0 && (token.isWord("OR", "XOR", "CASE") || token.is("|"))) {
				return false;
			}
			if (depth == 0 && token.isWord("AND") && !between) {
				terms.add(term);
				term = new ArrayList<>();
			}
			else {
				between = (between || token.isWord("BETWEEN")) && !(depth == 0 && token.isWord("AND"));
				term.add(token);
			}
		}
		terms.add(term);
		terms.forEach((each) -> addTerm(columns, each));
		return true;
	}

	private static void addTerm(Map<String, EqualValue> columns, List<Token> term) {
		if (isGroup(term)) {
			Map<String, EqualValue> inner = new HashMap<>();
			if (add(inner, term.subList(1, term.size() - 1))) {
				columns.putAll(inner);
			}
			return;
		}
		int equals = 0;
		while (equals < term.size() && !term.get(equals).is("=")) {
			equals++;
		}
		if (isColumn(term.subList(0, equals))
				&& isValue(term.subList(Math.min(equals + 1, term.size()), term.size()))) {
			columns.put(term.get(equals - 1).text().toLowerCase(Locale.ROOT), value(term.get(equals + 1)));
		}
	}

	private static EqualValue value(Token token) {
		boolean text = token.type() == Type.STRING || token.type() == Type.DOUBLE_QUOTED;
		return new EqualValue(token.is("?") ? token.parameter() : 0, text);
	}

	private static boolean isGroup(List<Token> term) {
		int depth = 0;
		for (int i = 0; i < term.size(); i++) {
			depth += term.get(i).is("(") ? 1 : term.get(i).is(")") ? -1 : 0;
			if (depth == 0) {
				return i > 0 && i == term.size() - 1;
			}
		}
		return false;
	}

	private static boolean isColumn(List<Token> tokens) {
		for (int i = 0; i < tokens.size(); i++) {
			if ((i % 2 == 0) ? !tokens.get(i).isName() : !tokens.get(i).is(".")) {
				return false;
			}
		}
		return tokens.size() % 2 == 1;
	}

	private static boolean isValue(List<Token> tokens) {
		int size = tokens.size();
		if (size == 2 && tokens.get(0).is("-")) {
			return tokens.get(1).type() == Type.NUMBER;
		}
		return size == 1 && (tokens.get(0).is("?") || tokens.get(0).type() == Type.NUMBER
				|| tokens.get(0).type() == Type.STRING || tokens.get(0).type() == Type.DOUBLE_QUOTED);
	}

	/**
	 * A token of a condition.
	 *
	 * @param type its type
	 * @param text the symbol, the word or the name
	 * @param parameter the index of the parameter, from 1, if it is one
	 */
	record Token(Type type, String text, int parameter) {

		static Token of(SqlTokenizer tokens, int parameter) {
			return new Token(tokens.type(), switch (tokens.type()) {
				case WORD, QUOTED_NAME -> tokens.name();
				case SYMBOL -> tokens.isSymbol('(') ? "("
						: tokens.isSymbol(')') ? ")"
								: tokens.isSymbol('.') ? "." : tokens.isSymbol('=') ? "=" : tokens.isSymbol('?') ? "?"
										: tokens.isSymbol('-') ? "-" : tokens.isSymbol('|') ? "|" : "other";
				default -> "";
			}, parameter);
		}

		boolean is(String symbol) {
			return this.type == Type.SYMBOL && this.text.equals(symbol);
		}

		boolean isWord(String... words) {
			return this.type == Type.WORD && Set.of(words).contains(this.text.toUpperCase(Locale.ROOT));
		}

		boolean isName() {
			return this.type == Type.WORD || this.type == Type.QUOTED_NAME;
		}

	}

}
