package io.github.matrixone.spring.sql;

/**
 * Name of an account (tenant): any text without blanks, quotes, backslashes and control
 * characters, at most 300 characters long, as on the server; it is always sent quoted.
 *
 * @since 0.1
 */
public final class AccountName extends Identifier {

	private AccountName(String value) {
		super("account", value, 300, false);
	}

	/**
	 * Create the name of an account.
	 * @param name the name, not quoted
	 * @return the name
	 * @throws IllegalArgumentException if the name is empty, too long or contains a
	 * character that is not allowed
	 */
	public static AccountName of(String name) {
		return new AccountName(name);
	}

}
