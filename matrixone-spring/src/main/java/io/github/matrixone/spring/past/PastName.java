package io.github.matrixone.spring.past;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Names of copies of the past: {@code past_of_}, the database, when the copy was made in
 * seconds since 1970, and a random number, so that no other one has the name.
 */
final class PastName {

	static final String PREFIX = "past_of_";

	private static final int LONGEST_DATABASE = 25;

	private static final Pattern NAME = Pattern.compile(PREFIX + ".*_([0-9]{10})_[0-9a-f]{16}");

	private PastName() {
	}

	static DatabaseName of(DatabaseName database) {
		String original = database.normalized();
		String shortened = original.substring(0, original.offsetByCodePoints(0,
				Math.min(LONGEST_DATABASE, original.codePointCount(0, original.length()))));
		return DatabaseName.of(PREFIX + shortened + String.format(Locale.ROOT, "_%010d_%016x",
				Instant.now().getEpochSecond(), ThreadLocalRandom.current().nextLong()));
	}

	/**
	 * Return whether a database is such a copy, made some time ago.
	 * @param name the database
	 * @param age how old it is at least
	 */
	static boolean isOlder(String name, Duration age) {
		Matcher matcher = NAME.matcher(name);
		return matcher.matches()
				&& Instant.ofEpochSecond(Long.parseLong(matcher.group(1))).isBefore(Instant.now().minus(age));
	}

}
