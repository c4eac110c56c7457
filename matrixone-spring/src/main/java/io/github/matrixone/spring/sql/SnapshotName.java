package io.github.matrixone.spring.sql;

/**
 * Name of a snapshot: at most 64 characters, without blanks, quotes and backslashes. The
 * server cuts a longer name silently and then does not find it; it rejects blanks and
 * quotes, and loses backslashes.
 *
 * @since 0.1
 */
public final class SnapshotName extends Identifier {

	private SnapshotName(String value) {
		super("snapshot", value, 64, false);
	}

	/**
	 * Create the name of a snapshot.
	 * @param name the name, not quoted
	 * @return the name
	 * @throws IllegalArgumentException if the name is empty, longer than 64 characters or
	 * contains a character that is not allowed
	 */
	public static SnapshotName of(String name) {
		return new SnapshotName(name);
	}

}
