package io.github.matrixone.spring.sql;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Goes through the tokens of a text, statement by statement, reads names, and notes what
 * each statement contains.
 */
abstract class SqlStatementReader {

	/** Words that are no unquoted name where a name is expected. */
	private static final Set<String> RESERVED = Set.of("ALL", "AND", "AS", "BY", "CREATE", "CROSS", "DEFAULT",
			"DELAYED", "DELETE", "DISTINCT", "DROP", "EXISTS", "FOR", "FORCE", "FROM", "GROUP", "HAVING",
			"HIGH_PRIORITY", "IF", "IGNORE", "IN", "INNER", "INSERT", "INTO", "IS", "JOIN", "KEY", "LATERAL", "LEFT",
			"LIKE", "LIMIT", "LOCK", "LOW_PRIORITY", "NATURAL", "NOT", "NULL", "ON", "OR", "ORDER", "OUTER",
			"OVERWRITE", "PARTITION", "QUICK", "REPLACE", "RETURNING", "RIGHT", "SELECT", "SET", "STRAIGHT_JOIN",
			"TABLE", "TO", "UNION", "UPDATE", "USE", "USING", "VALUE", "VALUES", "WHERE", "WINDOW", "WITH");

	final SqlTokenizer tokens;

	SqlStatementContent content = new SqlStatementContent();

	SqlStatementReader(String sql) {
		this.tokens = new SqlTokenizer(sql);
	}

	/**
	 * Begin a statement.
	 */
	void next() {
		this.content = new SqlStatementContent();
		this.tokens.next();
		this.content.add(this.tokens);
	}

	/**
	 * Skip the name of a table.
	 * @return the name, or {@code null} if it is not certain
	 */
	@Nullable TableName tableName() {
		String first = namePart();
		if (!skip('.')) {
			return (first != null) ? tableName(null, first) : null;
		}
		String second = namePart();
		return (first != null && second != null) ? tableName(first, second) : null;
	}

	private static @Nullable TableName tableName(@Nullable String database, String name) {
		try {
			return (database != null) ? TableName.of(database, name) : TableName.of(name);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * Skip one token, the name of a database.
	 * @return the name, or {@code null} if it is not certain
	 */
	@Nullable DatabaseName databaseName() {
		String name = isCertainName() ? this.tokens.name() : null;
		advance();
		try {
			return (name != null) ? DatabaseName.of(name) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	@Nullable String namePart() {
		boolean certain = isCertainName();
		String name = certain ? this.tokens.name() : null;
		if (certain || isName()) {
			advance();
		}
		return name;
	}

	boolean isCertainName() {
		Type type = this.tokens.type();
		return type == Type.QUOTED_NAME || (type == Type.WORD && !RESERVED.contains(this.tokens.keyword()));
	}

	boolean isName() {
		Type type = this.tokens.type();
		return type == Type.WORD || type == Type.QUOTED_NAME || type == Type.DOUBLE_QUOTED;
	}

	/**
	 * Skip an alias, if there is one.
	 * @return the alias, or {@code null} if it is not certain
	 */
	@Nullable String alias() {
		String alias = null;
		if (skip("AS") || isCertainName()) {
			alias = isCertainName() ? this.tokens.name() : null;
			advance();
		}
		return alias;
	}

	boolean isNamed(@Nullable String name) {
		return isCertainName() && this.tokens.name().equalsIgnoreCase(name);
	}

	/**
	 * Skip what is left of a group whose parenthesis has been read.
	 */
	void skipGroup() {
		for (int open = 1; open > 0 && !isEnd(); advance()) {
			if (is('(')) {
				open++;
			}
			else if (is(')')) {
				open--;
			}
		}
	}

	void skipHint() {
		if (is('{')) {
			while (!isEnd() && !is('}')) {
				advance();
			}
			skip('}');
		}
	}

	void skipToEnd() {
		while (!isEnd()) {
			advance();
		}
	}

	boolean isEnd() {
		return is(';') || this.tokens.type() == Type.END || this.tokens.type() == Type.UNREADABLE;
	}

	boolean is(char symbol) {
		return this.tokens.isSymbol(symbol);
	}

	boolean is(String word) {
		return this.tokens.isWord(word);
	}

	boolean isAny(String... words) {
		return this.tokens.isAnyWord(words);
	}

	boolean nextIsAny(String... words) {
		advance();
		return isAny(words);
	}

	boolean skip(char symbol) {
		boolean found = is(symbol);
		if (found) {
			advance();
		}
		return found;
	}

	boolean skip(String word) {
		boolean found = is(word);
		if (found) {
			advance();
		}
		return found;
	}

	/**
	 * Read the next token of the statement; never goes past its end.
	 */
	void advance() {
		if (!isEnd()) {
			this.tokens.next();
			this.content.add(this.tokens);
		}
	}

}
