package io.github.matrixone.spring.sql;

/**
 * Splits the text of statements into tokens by the rules of MySQL. Where MatrixOne's own
 * scanner (pkg/sql/parsers/dialect/mysql/scanner.go) reads a text differently, the text
 * is unreadable here, because nothing can be said of it with certainty. Backslashes
 * escape within strings: the server's default.
 */
final class SqlTokenizer {

	private static final int END_OF_TEXT = -1;

	private static final String CHARSET_PREFIX = "_utf8mb4";

	private final String sql;

	private int position;

	private boolean inExecutableComment;

	private Type type = Type.END;

	private int start;

	private Type previousType = Type.END;

	private int previousStart;

	private int previousEnd;

	SqlTokenizer(String sql) {
		this.sql = sql;
	}

	/**
	 * Read the next token. After the end, or after something unreadable, there is nothing
	 * more to read.
	 */
	void next() {
		this.previousType = this.type;
		this.previousStart = this.start;
		this.previousEnd = this.position;
		boolean readable = this.type != Type.UNREADABLE && skipBlanksAndComments();
		this.start = this.position;
		this.type = readable ? read() : Type.UNREADABLE;
	}

	Type type() {
		return this.type;
	}

	boolean isSymbol(char symbol) {
		return this.type == Type.SYMBOL && this.sql.charAt(this.start) == symbol;
	}

	boolean isWord(String upperCase) {
		return this.type == Type.WORD && matches(this.start, this.position, upperCase);
	}

	boolean isAnyWord(String... upperCase) {
		for (String word : upperCase) {
			if (isWord(word)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return where the current token begins.
	 */
	int start() {
		return this.start;
	}

	/**
	 * Return where the current token ends.
	 */
	int end() {
		return this.position;
	}

	/**
	 * Find the current word, or the function's name between backticks, among some
	 * keywords.
	 * @param upperCase the keywords
	 * @return the keyword, or an empty string
	 */
	String keyword(String[] upperCase) {
		int quote = (this.type == Type.QUOTED_NAME) ? 1 : 0;
		for (String candidate : upperCase) {
			if (matches(this.start + quote, this.position - quote, candidate)) {
				return candidate;
			}
		}
		return "";
	}

	/**
	 * Return the current token's length, that of a name between backticks without them.
	 * @return the number of characters
	 */
	int length() {
		return this.position - this.start - ((this.type == Type.QUOTED_NAME) ? 2 : 0);
	}

	/**
	 * Return the current word in upper case.
	 * @return the word, or an empty string if this is not a word of ASCII characters
	 */
	String keyword() {
		return (this.type == Type.WORD) ? upperCase(this.start, this.position) : "";
	}

	/**
	 * Return whether a name stands before the current token.
	 */
	boolean followsName() {
		return this.previousType == Type.WORD || this.previousType == Type.QUOTED_NAME;
	}

	/**
	 * Return the word before the current token in upper case.
	 * @return the word, or an empty string if there is no word of ASCII characters
	 */
	String previousKeyword() {
		return (this.previousType == Type.WORD) ? upperCase(this.previousStart, this.previousEnd) : "";
	}

	/**
	 * Return whether a symbol stands before the current token.
	 */
	boolean follows(char symbol) {
		return this.previousType == Type.SYMBOL && this.sql.charAt(this.previousStart) == symbol;
	}

	/**
	 * Return whether a symbol stands right before the current token, as before the name
	 * of a parameter or of a column.
	 */
	boolean isPartOfName() {
		return this.previousEnd == this.start && (follows('?') || follows(':') || follows('.'));
	}

	/**
	 * Return whether the current token is a variable of a user's.
	 */
	boolean isUserVariable() {
		return this.type == Type.VARIABLE && !this.sql.startsWith("@@", this.start);
	}

	/**
	 * Return the current word, or the name between the current backticks.
	 * @return the name, not quoted
	 */
	String name() {
		return (this.type == Type.QUOTED_NAME)
				? this.sql.substring(this.start + 1, this.position - 1).replace("``", "`")
				: this.sql.substring(this.start, this.position);
	}

	/**
	 * Return what the current string stands for.
	 * @return the text without quotes and escapes
	 */
	String text() {
		char quote = this.sql.charAt(this.start);
		StringBuilder text = new StringBuilder(length());
		for (int i = this.start + 1; i < this.position - 1; i++) {
			char character = this.sql.charAt(i);
			if (character == '\\') {
				i++;
				character = unescaped(this.sql.charAt(i));
			}
			else if (character == quote) {
				i++;
			}
			text.append(character);
		}
		return text.toString();
	}

	/**
	 * Return the text from the current token on.
	 */
	String rest() {
		return this.sql.substring(this.start);
	}

	private boolean skipBlanksAndComments() {
		while (true) {
			int current = at(0);
			if (isBlank(current)) {
				this.position++;
			}
			else if (current == '#') {
				skipLine();
			}
			else if (current == '-' && at(1) == '-' && (isBlank(at(2)) || at(2) == END_OF_TEXT)) {
				if (at(2) == '\f' || at(2) == '\u000B') {
					// For MatrixOne this begins no comment.
					return false;
				}
				skipLine();
			}
			else if (current == '/' && at(1) == '*') {
				if (!skipComment()) {
					return false;
				}
			}
			else if (current == '*' && at(1) == '/' && this.inExecutableComment) {
				this.inExecutableComment = false;
				this.position += 2;
			}
			else {
				return true;
			}
		}
	}

	private void skipLine() {
		int end = this.sql.indexOf('\n', this.position);
		this.position = (end >= 0) ? end + 1 : this.sql.length();
	}

	private boolean skipComment() {
		if (at(2) != '!') {
			int end = this.sql.indexOf("*/", this.position + 2);
			this.position = (end >= 0) ? end + 2 : this.position;
			return end >= 0;
		}
		int digits = 0;
		while (digits < 6 && isDigit(at(3 + digits))) {
			digits++;
		}
		if (this.inExecutableComment || (digits > 0 && digits < 5)) {
			return false;
		}
		this.inExecutableComment = true;
		this.position += 3 + digits;
		return true;
	}

	private Type read() {
		int current = at(0);
		if (current == END_OF_TEXT) {
			return this.inExecutableComment ? Type.UNREADABLE : Type.END;
		}
		if (isDigit(current) || (current == '.' && isDigit(at(1)))) {
			return readNumber();
		}
		if (isWordCharacter(current)) {
			return readWord();
		}
		return switch (current) {
			case '\'' -> isStringInComment() ? readQuoted('\'', true, Type.STRING) : Type.UNREADABLE;
			case '"' -> readQuoted('"', true, Type.DOUBLE_QUOTED);
			case '`' -> readQuoted('`', false, Type.QUOTED_NAME);
			case '@' -> readVariable();
			default -> readSymbol(current);
		};
	}

	/**
	 * Within an executable comment MatrixOne drops the quote of a string that begins with
	 * something else than these, and so that of a second string next to {@code x'1f'}.
	 */
	private boolean isStringInComment() {
		int first = at(1);
		return !this.inExecutableComment || (!isHexOrBitPrefix(at(-1)) && (first == '\'' || first == '-'
				|| (first == '+' && isDigit(at(2))) || (first < 0x80 && first != '$' && isWordCharacter(first))));
	}

	private static boolean isHexOrBitPrefix(int character) {
		return character == 'x' || character == 'X' || character == 'b' || character == 'B';
	}

	private Type readQuoted(char quote, boolean backslashEscapes, Type type) {
		for (int i = this.position + 1; i < this.sql.length(); i++) {
			char character = this.sql.charAt(i);
			if (character == '\\' && backslashEscapes) {
				i++;
			}
			else if (character == quote) {
				if (i + 1 == this.sql.length() || this.sql.charAt(i + 1) != quote) {
					this.position = i + 1;
					return type;
				}
				i++;
			}
		}
		return Type.UNREADABLE;
	}

	private Type readVariable() {
		int prefix = (at(1) == '@') ? 2 : 1;
		int first = at(prefix);
		if (first == '`') {
			this.position += prefix;
			return readQuoted('`', false, Type.VARIABLE);
		}
		if (prefix == 1 && (first == '\'' || first == '"')) {
			return readSymbol('@');
		}
		if (!isWordCharacter(first)) {
			return Type.UNREADABLE;
		}
		this.position += prefix;
		int begin = this.position;
		while (isWordCharacter(at(0)) || at(0) == '.') {
			this.position++;
		}
		// MatrixOne takes a quote for a part of the variable's name.
		boolean quote = at(0) == '\'' || at(0) == '"' || at(0) == '`';
		return (quote || isDollarQuote(begin)) ? Type.UNREADABLE : Type.VARIABLE;
	}

	private Type readWord() {
		skipWordCharacters();
		if (isDollarQuote(this.start)) {
			return Type.UNREADABLE;
		}
		return (this.sql.startsWith(CHARSET_PREFIX, this.start) && !isStringNextToCharset()) ? Type.UNREADABLE
				: Type.WORD;
	}

	/**
	 * {@code $tag$...$tag$} is a string for MatrixOne.
	 */
	private boolean isDollarQuote(int begin) {
		return this.sql.charAt(begin) == '$' && hasDollar(begin + 1);
	}

	/**
	 * MatrixOne skips characters after this word unless a string follows.
	 */
	private boolean isStringNextToCharset() {
		int next = 0;
		while (at(next) == ' ' || at(next) == '\t' || at(next) == '\n' || at(next) == '\r') {
			next++;
		}
		return this.position - this.start == CHARSET_PREFIX.length() && at(next) == '\'';
	}

	private Type readNumber() {
		skipDigits();
		boolean integer = at(0) != '.';
		if (!integer) {
			this.position++;
			skipDigits();
		}
		if (at(0) == 'e' || at(0) == 'E') {
			int sign = (at(1) == '+' || at(1) == '-') ? 1 : 0;
			if (isDigit(at(1 + sign))) {
				integer = false;
				this.position += 1 + sign;
				skipDigits();
			}
		}
		int suffix = this.position;
		skipWordCharacters();
		if (suffix == this.position) {
			return Type.NUMBER;
		}
		// MySQL and MatrixOne agree on 0x1f and 1st, but not on 1.5for or 1a$b.
		boolean bareBase = this.position - this.start == 2 && this.sql.charAt(this.start) == '0'
				&& "xXbB".indexOf(this.sql.charAt(suffix)) >= 0;
		return (!integer || bareBase || hasDollar(suffix)) ? Type.UNREADABLE : Type.NUMBER;
	}

	private Type readSymbol(int symbol) {
		// MatrixOne takes // for a comment, swallows what follows a * in an executable
		// comment, and neither server has a use for control characters.
		boolean unreadable = isControl(symbol) || (symbol == '/' && at(1) == '/')
				|| (symbol == '*' && this.inExecutableComment && !isBlank(at(1)));
		this.position++;
		return unreadable ? Type.UNREADABLE : Type.SYMBOL;
	}

	private boolean hasDollar(int from) {
		for (int i = from; i < this.position; i++) {
			if (this.sql.charAt(i) == '$') {
				return true;
			}
		}
		return false;
	}

	private void skipWordCharacters() {
		while (isWordCharacter(at(0))) {
			this.position++;
		}
	}

	private void skipDigits() {
		while (isDigit(at(0))) {
			this.position++;
		}
	}

	private int at(int offset) {
		int index = this.position + offset;
		return (index < this.sql.length()) ? this.sql.charAt(index) : END_OF_TEXT;
	}

	private boolean matches(int from, int to, String upperCase) {
		return matches(this.sql, from, to, upperCase);
	}

	private static boolean matches(String sql, int from, int to, String upperCase) {
		if (to - from != upperCase.length()) {
			return false;
		}
		for (int i = 0; i < upperCase.length(); i++) {
			if (upperCase(sql.charAt(from + i)) != upperCase.charAt(i)) {
				return false;
			}
		}
		return true;
	}

	private static char unescaped(char escaped) {
		return switch (escaped) {
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			default -> escaped;
		};
	}

	private String upperCase(int from, int to) {
		char[] word = new char[to - from];
		for (int i = 0; i < word.length; i++) {
			char character = this.sql.charAt(from + i);
			if (character >= 0x80) {
				return "";
			}
			word[i] = upperCase(character);
		}
		return new String(word);
	}

	private static char upperCase(char character) {
		return (character >= 'a' && character <= 'z') ? (char) (character - 'a' + 'A') : character;
	}

	private static boolean isBlank(int character) {
		return character == ' ' || (character >= '\t' && character <= '\r');
	}

	private static boolean isControl(int character) {
		return character < ' ' || character == 0x7F;
	}

	private static boolean isDigit(int character) {
		return character >= '0' && character <= '9';
	}

	private static boolean isWordCharacter(int character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || isDigit(character)
				|| character == '_' || character == '$' || character >= 0x80;
	}

	enum Type {

		WORD, QUOTED_NAME, DOUBLE_QUOTED, STRING, NUMBER, VARIABLE, SYMBOL, END, UNREADABLE

	}

}
