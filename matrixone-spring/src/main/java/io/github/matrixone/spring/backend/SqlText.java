package io.github.matrixone.spring.backend;

import java.util.List;

/**
 * Text of a statement and the values of its placeholders.
 *
 * @param sql the text, with all names quoted
 * @param arguments the values of the placeholders
 * @since 0.1
 */
public record SqlText(String sql, List<Object> arguments) {

	public SqlText {
		arguments = List.copyOf(arguments);
	}

	/**
	 * Create a statement.
	 * @param sql the text, with all names quoted
	 * @param arguments the values of the placeholders
	 * @return the statement
	 */
	public static SqlText of(String sql, Object... arguments) {
		return new SqlText(sql, List.of(arguments));
	}

}
