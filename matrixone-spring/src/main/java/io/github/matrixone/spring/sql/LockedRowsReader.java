package io.github.matrixone.spring.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.EqualColumns.Token;
import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Reads which rows a statement locks. Whatever looks different from what is known is left
 * alone.
 */
final class LockedRowsReader {

	private static final Set<String> NO_NAMES = Set.of("CROSS", "FOR", "FORCE", "FROM", "FULL", "GROUP", "HAVING",
			"IGNORE", "INNER", "JOIN", "LATERAL", "LEFT", "LIMIT", "LOW_PRIORITY", "NATURAL", "ONLY", "ORDER", "OUTER",
			"PARTITION", "QUICK", "RIGHT", "SELECT", "SET", "STRAIGHT_JOIN", "UNION", "USE", "USING", "WHERE",
			"WINDOW");

	/** Behind these the rows are the same. */
	private static final String[] ENDS = { "FOR", "LIMIT", "ORDER" };

	/** With these they are others, or may be. */
	private static final String[] OTHERS = { "EXCEPT", "GROUP", "HAVING", "INTERSECT", "INTO", "JOIN", "LOCK", "MINUS",
			"PROCEDURE", "RETURNING", "UNION", "WINDOW" };

	private final String sql;

	private final SqlTokenizer tokens;

	private final List<Token> where = new ArrayList<>();

	/** The columns that are set, or {@code null} if they are not known. */
	private @Nullable Set<String> set = new HashSet<>();

	private int depth;

	private int parameters;

	private boolean limited;

	private LockedRowsReader(String sql) {
		this.sql = sql;
		this.tokens = new SqlTokenizer(sql);
	}

	static Optional<LockedRows> read(String sql) {
		return new LockedRowsReader(sql).read();
	}

	private Optional<LockedRows> read() {
		next();
		String statement = this.tokens.keyword();
		next();
		boolean readable = switch (statement) {
			case "UPDATE" -> true;
			case "DELETE" -> skip("FROM");
			case "SELECT" -> skipTo("FROM");
			default -> false;
		};
		Optional<String> table = readable ? table() : Optional.empty();
		if (table.isEmpty() || (statement.equals("UPDATE") && (!this.tokens.isWord("SET") || !skipToEndOfSet()))) {
			return Optional.empty();
		}
		int firstParameter = this.parameters + 1;
		boolean reads = statement.equals("SELECT");
		List<String> condition = condition(!reads);
		return (!condition.isEmpty() && hasKnownEnd(reads)) ? Optional.of(new LockedRows(table.get(), condition,
				isQueried(), this.limited, firstParameter, EqualColumns.of(this.where), this.set)) : Optional.empty();
	}

	/**
	 * Read the name of a table and its alias.
	 */
	private Optional<String> table() {
		int begin = this.tokens.start();
		if (!isName()) {
			return Optional.empty();
		}
		int end = nextAndEnd();
		if (this.tokens.isSymbol('.')) {
			next();
			end = nextAndEnd();
		}
		boolean as = skip("AS");
		if (isName()) {
			end = nextAndEnd();
		}
		else if (as) {
			return Optional.empty();
		}
		String table = this.sql.substring(begin, end);
		return hasComment(table) ? Optional.empty() : Optional.of(table);
	}

	private boolean isName() {
		return this.tokens.type() == Type.QUOTED_NAME
				|| (this.tokens.type() == Type.WORD && !NO_NAMES.contains(this.tokens.keyword()));
	}

	private int nextAndEnd() {
		int end = this.tokens.end();
		next();
		return end;
	}

	private boolean skipToEndOfSet() {
		while (!isEnd() && !(this.depth == 0 && isAny("WHERE", "ORDER", "LIMIT"))) {
			boolean begins = this.depth == 0 && (isAny("SET") || this.tokens.isSymbol(','));
			next();
			if (begins) {
				readSetColumn();
			}
		}
		return this.tokens.type() != Type.UNREADABLE;
	}

	private void readSetColumn() {
		String column = null;
		while (isName() && !isEnd()) {
			column = this.tokens.name();
			next();
			if (this.tokens.isSymbol('.')) {
				next();
			}
		}
		if (column == null || !this.tokens.isSymbol('=')) {
			this.set = null;
		}
		else if (this.set != null) {
			this.set.add(column.toLowerCase(Locale.ROOT));
		}
	}

	private boolean skipTo(String word) {
		while (!isEnd() && !(this.depth == 0 && isAny(word))) {
			next();
		}
		return skip(word);
	}

	/**
	 * Read a condition to the token behind it.
	 * @param withLimit whether a limit belongs to it, and its order
	 * @return its pieces, or none if it is not known
	 */
	private List<String> condition(boolean withLimit) {
		List<String> pieces = new ArrayList<>();
		int begin = this.tokens.start();
		int end = begin;
		if (this.tokens.isWord("WHERE")) {
			end = nextAndEnd();
			while (!isEnd() && !(this.depth == 0 && (isAny(ENDS) || isAny(OTHERS)))) {
				this.where.add(Token.of(this.tokens, this.parameters + 1));
				if (!isNextTo(end)) {
					return List.of();
				}
				begin = addUpToParameter(pieces, begin);
				end = nextAndEnd();
			}
			if (this.where.isEmpty()) {
				return List.of();
			}
		}
		if (!isEnd() && !isAny(ENDS)) {
			return List.of();
		}
		List<String> withoutLimit = new ArrayList<>(pieces);
		withoutLimit.add(this.sql.substring(begin, end));
		while (withLimit && !isEnd()) {
			if (!isNextTo(end) || (this.depth == 0 && isAny(OTHERS))) {
				return List.of();
			}
			this.limited |= this.depth == 0 && isAny("LIMIT");
			begin = addUpToParameter(pieces, begin);
			end = nextAndEnd();
		}
		pieces.add(this.sql.substring(begin, end));
		return this.limited ? pieces : withoutLimit;
	}

	private boolean isQueried() {
		return this.where.stream().anyMatch((token) -> token.isWord("SELECT", "TABLE", "VALUES", "WITH"));
	}

	/**
	 * A comment would hide what follows it.
	 */
	private boolean isNextTo(int end) {
		return this.sql.substring(end, this.tokens.start()).isBlank();
	}

	private int addUpToParameter(List<String> pieces, int begin) {
		if (!this.tokens.isSymbol('?')) {
			return begin;
		}
		pieces.add(this.sql.substring(begin, this.tokens.start()));
		return this.tokens.end();
	}

	/**
	 * Read to the end.
	 * @param reads whether it must be a lock of what is read, rather than of what an
	 * inner query reads
	 */
	private boolean hasKnownEnd(boolean reads) {
		boolean locks = !reads;
		while (!isEnd()) {
			if (this.depth == 0 && isAny(OTHERS)) {
				return false;
			}
			locks |= this.depth == 0 && isAny("FOR");
			next();
		}
		return locks && this.tokens.type() != Type.UNREADABLE && this.depth == 0;
	}

	private boolean isAny(String... words) {
		return !this.tokens.isPartOfName() && this.tokens.isAnyWord(words);
	}

	private boolean skip(String word) {
		boolean found = isAny(word);
		if (found) {
			next();
		}
		return found;
	}

	private void next() {
		this.depth += this.tokens.isSymbol('(') ? 1 : this.tokens.isSymbol(')') ? -1 : 0;
		this.parameters += this.tokens.isSymbol('?') ? 1 : 0;
		this.tokens.next();
	}

	private boolean isEnd() {
		return this.tokens.type() == Type.END || this.tokens.type() == Type.UNREADABLE || this.tokens.isSymbol(';');
	}

	private static boolean hasComment(String text) {
		return text.contains("/*") || text.contains("--") || text.contains("#");
	}

}
