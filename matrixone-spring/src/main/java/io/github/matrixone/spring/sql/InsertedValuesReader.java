package io.github.matrixone.spring.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import io.github.matrixone.spring.sql.InsertedValues.Value;
import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Reads an insert with a list of columns and one or several lists of values. Whatever
 * looks different is left alone.
 */
final class InsertedValuesReader {

	/** More digits may not fit into a {@code long}. */
	private static final Pattern WHOLE_NUMBER = Pattern.compile("0|[1-9]\\d{0,17}");

	private final SqlTokenizer tokens;

	private int parameters;

	private InsertedValuesReader(String sql) {
		this.tokens = new SqlTokenizer(sql);
	}

	static InsertedValues read(String sql) {
		return new InsertedValuesReader(sql).read();
	}

	private InsertedValues read() {
		do {
			this.tokens.next();
			if (isEnd() || this.tokens.isAnyWord("SELECT", "SET", "VALUES", "VALUE")) {
				return InsertedValues.UNKNOWN;
			}
		}
		while (!this.tokens.isSymbol('('));
		List<String> columns = columns();
		if (!this.tokens.isAnyWord("VALUES", "VALUE")) {
			return InsertedValues.UNKNOWN;
		}
		List<List<Value>> rows = new ArrayList<>();
		do {
			this.tokens.next();
			List<Value> row = row();
			if (row.size() != columns.size()) {
				return InsertedValues.UNKNOWN;
			}
			rows.add(row);
		}
		while (this.tokens.isSymbol(','));
		if (this.tokens.isSymbol(';')) {
			this.tokens.next();
		}
		boolean isRead = this.tokens.type() == Type.END || this.tokens.isAnyWord("ON", "AS");
		return isRead ? new InsertedValues(columns, rows) : InsertedValues.UNKNOWN;
	}

	/**
	 * Read a list of names to the token after it.
	 * @return the names in lower case, or none if there is anything else
	 */
	private List<String> columns() {
		List<String> columns = new ArrayList<>();
		do {
			this.tokens.next();
			if (this.tokens.type() != Type.WORD && this.tokens.type() != Type.QUOTED_NAME) {
				return List.of();
			}
			columns.add(this.tokens.name().toLowerCase(Locale.ROOT));
			this.tokens.next();
		}
		while (this.tokens.isSymbol(','));
		boolean closed = this.tokens.isSymbol(')');
		this.tokens.next();
		return closed ? columns : List.of();
	}

	/**
	 * Read a list of values to the token after it.
	 */
	private List<Value> row() {
		List<Value> row = new ArrayList<>();
		if (!this.tokens.isSymbol('(')) {
			return row;
		}
		do {
			this.tokens.next();
			row.add(value());
		}
		while (this.tokens.isSymbol(','));
		boolean closed = this.tokens.isSymbol(')');
		this.tokens.next();
		return closed ? row : List.of();
	}

	/**
	 * Read a value to the comma or parenthesis after it.
	 */
	private Value value() {
		Value value = Value.UNKNOWN;
		int length = 0;
		for (int open = 0; !isEnd() && (open > 0 || !isSeparator()); this.tokens.next()) {
			length++;
			if (this.tokens.isSymbol('(')) {
				open++;
			}
			else if (this.tokens.isSymbol(')')) {
				open--;
			}
			else if (this.tokens.isSymbol('?')) {
				this.parameters++;
				value = new Value(this.parameters, null);
			}
			else if (this.tokens.type() == Type.NUMBER && WHOLE_NUMBER.matcher(this.tokens.name()).matches()) {
				value = new Value(0, Long.valueOf(this.tokens.name()));
			}
			else if (this.tokens.isWord("NULL")) {
				value = Value.NULL;
			}
			else if (this.tokens.type() == Type.STRING && this.tokens.name().indexOf('\\') < 0) {
				value = new Value(0, this.tokens.text());
			}
		}
		return (length == 1) ? value : Value.UNKNOWN;
	}

	private boolean isSeparator() {
		return this.tokens.isSymbol(',') || this.tokens.isSymbol(')');
	}

	private boolean isEnd() {
		return this.tokens.type() == Type.END || this.tokens.type() == Type.UNREADABLE;
	}

}
