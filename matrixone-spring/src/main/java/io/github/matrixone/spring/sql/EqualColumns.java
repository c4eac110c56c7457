package io.github.matrixone.spring.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Finds the columns that a condition compares with a single value each, where all of it
 * must hold.
 */
final class EqualColumns {

	private EqualColumns() {
	}

	static Set<String> of(List<Token> condition) {
		Set<String> columns = new HashSet<>();
		return add(columns, condition) ? columns : Set.of();
	}

	private static boolean add(Set<String> columns, List<Token> condition) {
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

	private static void addTerm(Set<String> columns, List<Token> term) {
		if (isGroup(term)) {
			Set<String> inner = new HashSet<>();
			if (add(inner, term.subList(1, term.size() - 1))) {
				columns.addAll(inner);
			}
			return;
		}
		int equals = 0;
		while (equals < term.size() && !term.get(equals).is("=")) {
			equals++;
		}
		if (isColumn(term.subList(0, equals))
				&& isValue(term.subList(Math.min(equals + 1, term.size()), term.size()))) {
			columns.add(term.get(equals - 1).text().toLowerCase(Locale.ROOT));
		}
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
	 * @param text the symbol, the word in upper case or the name
	 */
	record Token(Type type, String text) {

		static Token of(SqlTokenizer tokens) {
			return new Token(tokens.type(), switch (tokens.type()) {
				case WORD, QUOTED_NAME -> tokens.name();
				case SYMBOL -> tokens.isSymbol('(') ? "("
						: tokens.isSymbol(')') ? ")"
								: tokens.isSymbol('.') ? "." : tokens.isSymbol('=') ? "=" : tokens.isSymbol('?') ? "?"
										: tokens.isSymbol('-') ? "-" : tokens.isSymbol('|') ? "|" : "other";
				default -> "";
			});
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
