package io.github.matrixone.spring.sql;

/**
 * Name of a column: any text without quotes, backslashes and control characters, at most
 * 256 characters long, as on the server; it is always sent quoted.
 *
 * @since 0.1
 */
public final class ColumnName extends Identifier {

	private ColumnName(String value) {
		super("column", value, 256, true);
	}

	/**
	 * Create the name of a column.
	 * @param name the name, not quoted
	 * @return the name
	 * @throws IllegalArgumentException if the name is empty, too long or contains a
	 * character that is not allowed
	 */
	public static ColumnName of(String name) {
		return new ColumnName(name);
	}

}
