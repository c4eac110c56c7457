package io.github.matrixone.spring.sql;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Name of a snapshot: at most 64 characters, without blanks, quotes and backslashes. The
 * server cuts a longer name silently and then does not find it; it rejects blanks and
 * quotes, and loses backslashes.
 *
 * <p>
 * A name can say until when its snapshot is wanted, because the server keeps no such
 * time.
 *
 * @since 0.1
 */
public final class SnapshotName extends Identifier {

	private static final String END = "_until_";

	private static final Pattern WITH_END = Pattern.compile(".+" + END + "([0-9]{8}t[0-9]{6})z");

	private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuuMMdd't'HHmmss", Locale.ROOT)
		.withResolverStyle(ResolverStyle.STRICT);

	private static final Instant FIRST_END = Instant.parse("0000-01-01T00:00:00Z");

	private static final Instant LAST_END = Instant.parse("9999-12-31T23:59:59Z");

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

	/**
	 * Return a name that also says until when the snapshot is wanted, such as
	 * {@code before_import_until_20261231t235959z}. A
	 * {@link io.github.matrixone.spring.snapshot.SnapshotRetention} drops it then.
	 * @param end the end, of which parts of a second count as a whole one
	 * @return the name with that end, in place of another that it had
	 * @throws IllegalArgumentException if it is longer than 64 characters, of which the
	 * end takes 23, or if the end is not in the years 0 to 9999
	 */
	public SnapshotName until(Instant end) {
		Assert.notNull(end, "The end must not be null");
		Assert.isTrue(!end.isBefore(FIRST_END) && !end.isAfter(LAST_END),
				() -> "The end of a snapshot must be in the years 0 to 9999: " + end);
		Instant second = end.truncatedTo(ChronoUnit.SECONDS);
		LocalDateTime time = LocalDateTime.ofInstant(second.equals(end) ? second : second.plusSeconds(1),
				ZoneOffset.UTC);
		String name = (end() != null) ? value().substring(0, normalized().lastIndexOf(END)) : value();
		return of(name + END + SECONDS.format(time) + 'z');
	}

	/**
	 * Return until when the snapshot is wanted.
	 * @return the end, or {@code null} if the name says none
	 */
	public @Nullable Instant end() {
		Matcher matcher = WITH_END.matcher(normalized());
		if (!matcher.matches()) {
			return null;
		}
		try {
			return LocalDateTime.parse(matcher.group(1), SECONDS).toInstant(ZoneOffset.UTC);
		}
		catch (DateTimeException ex) {
			// Digits that are no time, such as the 31st of February.
			return null;
		}
	}

}
