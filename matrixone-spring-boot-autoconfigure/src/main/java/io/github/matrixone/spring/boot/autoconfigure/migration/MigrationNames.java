package io.github.matrixone.spring.boot.autoconfigure.migration;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Names of the snapshots before migrations: {@code before_migration_3_to_5_1a2b3c4d}. The
 * end makes each name the only one of its kind, whatever else is migrated in the account.
 *
 * @param prefix what all of them begin with
 */
record MigrationNames(String prefix) {

	static final int LONGEST_PREFIX = 24;

	private static final Pattern PREFIX = Pattern.compile("[a-z0-9_]{1," + LONGEST_PREFIX + "}");

	private static final String TO = "_to_";

	private static final int UNIQUE_LENGTH = 8;

	private static final int LONGEST = 64;

	MigrationNames(String prefix) {
		this.prefix = prefix.toLowerCase(Locale.ROOT);
	}

	/**
	 * Return whether the prefix leaves room for versions and is of plain characters.
	 */
	boolean isValid() {
		return PREFIX.matcher(this.prefix).matches();
	}

	/**
	 * Return a new name.
	 * @param from the version that the database has, or {@code null} for none
	 * @param to the version that it is to get
	 */
	SnapshotName name(@Nullable String from, String to) {
		int room = (LONGEST - this.prefix.length() - TO.length() - 1 - UNIQUE_LENGTH) / 2;
		return SnapshotName.of(this.prefix + plain((from != null) ? from : "none", room) + TO + plain(to, room) + '_'
				+ UUID.randomUUID().toString().substring(0, UNIQUE_LENGTH));
	}

	/**
	 * Return whether a snapshot has such a name, rather than just the same beginning.
	 */
	boolean matches(SnapshotName name) {
		return Pattern.matches(Pattern.quote(this.prefix) + "[a-z0-9_]*_to_[a-z0-9_]*_[0-9a-f]{" + UNIQUE_LENGTH + '}',
				name.normalized());
	}

	private static String plain(String version, int room) {
		String plain = version.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
		return (plain.length() > room) ? plain.substring(0, room) : plain;
	}

}
