package io.github.matrixone.spring.sql;

/**
 * Name of a database. Any text without blanks, quotes, backslashes and control
 * characters, at most 5,000 characters long, as on the server; it is always sent quoted.
 *
 * @since 0.1
 */
public final class DatabaseName extends Identifier {

	private DatabaseName(String value) {
		super("database", value, 5000, false);
	}

	/**
	 * Create the name of a database.
	 * @param name the name, not quoted
	 * @return the name
	 * @throws IllegalArgumentException if the name is empty, too long or contains a
	 * character that is not allowed
	 */
	public static DatabaseName of(String name) {
		return new DatabaseName(name);
	}

}
