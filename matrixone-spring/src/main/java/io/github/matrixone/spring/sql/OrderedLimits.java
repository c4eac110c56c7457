package io.github.matrixone.spring.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Gives the statements of a text an {@code ORDER BY} that lock or change rows up to a
 * {@code LIMIT} and have none. Without one the server does not read such rows again after
 * it has waited for their locks: a locking read returns what was there before, an update
 * leaves two rows with one primary key, and a delete counts rows that are gone (v4.2.0
 * and newer, no issue known). As the order of the rows is open then, any will do.
 */
final class OrderedLimits {

	private static final String LIMIT = "LIMIT";

	private static final String ORDER = "ORDER BY 1=1 ";

	private final SqlTokenizer tokens;

	/** Where they are due. */
	private final List<Integer> places = new ArrayList<>();

	private OrderedLimits(String sql) {
		this.tokens = new SqlTokenizer(sql);
	}

	/**
	 * Return whether a text has a statement that lacks an order.
	 */
	static boolean isMissing(String sql) {
		return mayLimit(sql) && !places(sql).isEmpty();
	}

	/**
	 * Return whether the word is in a text at all, which is fast to know also of a long
	 * one.
	 */
	private static boolean mayLimit(String sql) {
		int last = sql.length() - LIMIT.length();
		for (int i = 0; i <= last; i++) {
			if (sql.regionMatches(true, i, LIMIT, 0, LIMIT.length())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return a text whose statements have the order that they lack.
	 */
	static String add(String sql) {
		StringBuilder text = new StringBuilder(sql);
		List<Integer> places = places(sql);
		for (int i = places.size() - 1; i >= 0; i--) {
			text.insert(places.get(i), ORDER);
		}
		return text.toString();
	}

	private static List<Integer> places(String sql) {
		OrderedLimits limits = new OrderedLimits(sql);
		limits.tokens.next();
		while (!limits.isEnd()) {
			limits.readStatement();
		}
		return (limits.tokens.type() == SqlTokenizer.Type.END) ? limits.places : List.of();
	}

	/**
	 * Read a statement and the semicolon after it.
	 */
	private void readStatement() {
		String verb = verb();
		boolean locks = verb.equals("UPDATE") || verb.equals("DELETE");
		boolean reads = false;
		int limit = -1;
		boolean open = true;
		int depth = 0;
		for (; !isEnd() && (depth > 0 || !this.tokens.isSymbol(';')); this.tokens.next()) {
			if (this.tokens.isSymbol('(')) {
				depth++;
			}
			else if (this.tokens.isSymbol(')')) {
				depth--;
			}
			else if (depth == 0 && !this.tokens.isPartOfName()) {
				open &= !this.tokens.isAnyWord("ORDER", "DISTINCT", "GROUP", "UNION", "EXCEPT", "INTERSECT", "MINUS");
				reads |= this.tokens.isWord("SELECT");
				locks |= reads && this.tokens.isWord("UPDATE") && this.tokens.previousKeyword().equals("FOR");
				limit = this.tokens.isWord(LIMIT) ? this.tokens.start() : limit;
			}
		}
		if (locks && open && limit >= 0) {
			this.places.add(limit);
		}
		this.tokens.next();
	}

	/**
	 * Read to the word that tells what a statement does, which may be in parentheses.
	 */
	private String verb() {
		while (this.tokens.isSymbol('(')) {
			this.tokens.next();
		}
		boolean with = this.tokens.isWord("WITH");
		int depth = 0;
		while (with && !isEnd() && (depth > 0 || !this.tokens.isAnyWord("SELECT", "UPDATE", "DELETE"))) {
			depth += this.tokens.isSymbol('(') ? 1 : this.tokens.isSymbol(')') ? -1 : 0;
			this.tokens.next();
		}
		return this.tokens.keyword();
	}

	private boolean isEnd() {
		return this.tokens.type() == SqlTokenizer.Type.END || this.tokens.type() == SqlTokenizer.Type.UNREADABLE;
	}

}
