package io.github.matrixone.spring.sql;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Finds out which variables of the session a {@code SET} changes, from the tokens that
 * follow this word. Anything else than a plain list of assignments is uncertain.
 */
final class SessionChangeReader {

	private static final String SESSION = "@@session.";

	private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

	private static final Pattern SYSTEM_VARIABLE = Pattern
		.compile("@@(?:(session|local|global|persist|persist_only)\\.)?([A-Za-z_]\\w*)", Pattern.CASE_INSENSITIVE);

	// MatrixOne writes to the part after a dot, but reads from the whole name
	private static final Pattern USER_VARIABLE = Pattern.compile("@(?:\\w+|`[^`.]+`)");

	private final Set<String> variables = new LinkedHashSet<>();

	private State state = State.START;

	private int open;

	private boolean colon;

	void add(SqlTokenizer token) {
		this.state = switch (this.state) {
			case START -> start(token);
			case SESSION_NAME, GLOBAL_NAME -> name(token);
			case OPERATOR -> token.isSymbol('=') ? State.VALUE : token.isSymbol(':') ? State.COLON : State.UNCERTAIN;
			case COLON -> token.isSymbol('=') ? State.VALUE : State.UNCERTAIN;
			case VALUE -> isAnotherValue(token) ? valueRest(token) : State.UNCERTAIN;
			case VALUE_REST -> (this.open == 0 && token.isSymbol(',')) ? State.START : valueRest(token);
			case CHARACTER_SET -> (token.isSymbol('=') || token.isSymbol(',')) ? State.UNCERTAIN : State.CHARACTER_SET;
			case UNCERTAIN -> State.UNCERTAIN;
		};
	}

	SessionChange change() {
		if (this.state == State.CHARACTER_SET) {
			return SessionChange.NONE;
		}
		return (this.state == State.VALUE_REST && this.open == 0) ? new SessionChange(List.copyOf(this.variables), true)
				: SessionChange.UNCERTAIN;
	}

	private State start(SqlTokenizer token) {
		return switch (token.keyword()) {
			case "SESSION", "LOCAL" -> State.SESSION_NAME;
			case "GLOBAL", "PERSIST", "PERSIST_ONLY" -> State.GLOBAL_NAME;
			// The server reads UTF-8 whatever is agreed
			case "NAMES", "CHARSET", "CHARACTER" -> this.variables.isEmpty() ? State.CHARACTER_SET : State.UNCERTAIN;
			// SET PASSWORD = 'x' is no variable
			case "PASSWORD" -> State.UNCERTAIN;
			default -> (token.type() == Type.VARIABLE) ? variable(token.name()) : name(token);
		};
	}

	private State name(SqlTokenizer token) {
		boolean named = (token.type() == Type.WORD || token.type() == Type.QUOTED_NAME)
				&& NAME.matcher(token.name()).matches();
		if (named && this.state != State.GLOBAL_NAME) {
			this.variables.add(SESSION + token.name().toLowerCase(Locale.ROOT));
		}
		return named ? State.OPERATOR : State.UNCERTAIN;
	}

	private State variable(String name) {
		Matcher system = SYSTEM_VARIABLE.matcher(name);
		if (system.matches()) {
			String scope = system.group(1);
			if (scope == null || scope.equalsIgnoreCase("session") || scope.equalsIgnoreCase("local")) {
				this.variables.add(SESSION + system.group(2).toLowerCase(Locale.ROOT));
			}
			return State.OPERATOR;
		}
		if (!USER_VARIABLE.matcher(name).matches()) {
			return State.UNCERTAIN;
		}
		this.variables.add(name);
		return State.OPERATOR;
	}

	private boolean isAnotherValue(SqlTokenizer token) {
		return !token.isSymbol(',') && !token.isSymbol(')') && !token.isSymbol('=');
	}

	/**
	 * Read on in a value, which may hold queries, but no assignment of its own.
	 */
	private State valueRest(SqlTokenizer token) {
		boolean assigns = (this.colon && token.isSymbol('=')) || token.isWord("INTO");
		this.colon = token.isSymbol(':');
		if (token.isSymbol('(')) {
			this.open++;
		}
		else if (token.isSymbol(')')) {
			this.open--;
		}
		return (assigns || this.open < 0) ? State.UNCERTAIN : State.VALUE_REST;
	}

	/** What the next token must be. */
	private enum State {

		START, SESSION_NAME, GLOBAL_NAME, OPERATOR, COLON, VALUE, VALUE_REST, CHARACTER_SET, UNCERTAIN

	}

}
