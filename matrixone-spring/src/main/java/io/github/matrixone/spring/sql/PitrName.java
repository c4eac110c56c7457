package io.github.matrixone.spring.sql;

import org.springframework.util.Assert;

/**
 * Name of a PITR, MatrixOne's point-in-time recovery of what it holds: at most 5,000
 * characters, without blanks, quotes and backslashes. The server rejects blanks and
 * quotes, and keeps one name for itself.
 *
 * @since 0.1
 */
public final class PitrName extends Identifier {

	/**
	 * The name of the one that the server makes for its own tables.
	 */
	public static final String OF_SERVER = "sys_mo_catalog_pitr";

	private PitrName(String value) {
		super("PITR", value, 5000, false);
		Assert.isTrue(!normalized().equals(OF_SERVER), () -> "The name " + value + " is the server's own");
	}

	/**
	 * Create the name of a PITR.
	 * @param name the name, not quoted
	 * @return the name
	 * @throws IllegalArgumentException if the name is empty, too long, the server's own
	 * or contains a character that is not allowed
	 */
	public static PitrName of(String name) {
		return new PitrName(name);
	}

}
