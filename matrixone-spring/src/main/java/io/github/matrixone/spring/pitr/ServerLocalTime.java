package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.UnsupportedByServerException;

/**
 * An instant in the words of the server: {@code RESTORE … FROM PITR} takes the local time
 * of the server's process, whatever the session's time zone is. The server itself is
 * asked for it, by its name for this zone, {@code Local}, and for what it takes it for.
 *
 * @param instant the instant
 * @param text its local time on the server, exact to the nanosecond
 */
record ServerLocalTime(Instant instant, String text) {

	private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

	private static final DateTimeFormatter NANOSECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSSSS",
			Locale.ROOT);

	/**
	 * Return the query for the local time of an instant, and for that what the server
	 * takes this local time for.
	 */
	static SqlText query(Instant instant) {
		String utc = utc(instant);
		return SqlText.of("SELECT convert_tz('" + utc + "', 'UTC', 'Local') AS local_time, convert_tz(convert_tz('"
				+ utc + "', 'UTC', 'Local'), 'Local', 'UTC') AS understood");
	}

	/**
	 * Read the answer.
	 */
	static ServerLocalTime read(Instant instant, Rows answer) {
		String local = answer.isEmpty() ? null : answer.get(0, "local_time");
		String utc = answer.isEmpty() ? null : answer.get(0, "understood");
		if (local == null || utc == null) {
			throw new UnsupportedByServerException("Nothing is restored: the server does not tell the local time of "
					+ instant + ", by which it would have to be asked");
		}
		if (!utc.equals(utc(instant))) {
			throw ambiguous(instant, local);
		}
		LocalDateTime time = LocalDateTime.parse(local, SECONDS).plusNanos(instant.getNano());
		return new ServerLocalTime(instant, ((instant.getNano() == 0) ? SECONDS : NANOSECONDS).format(time));
	}

	/**
	 * Require that the server which is about to restore takes the text for the instant:
	 * another compute node might have another zone.
	 */
	Precondition isUnderstood() {
		String local = this.text.substring(0, "uuuu-MM-dd HH:mm:ss".length());
		return Precondition.exists(
				SqlText.of("SELECT 1 WHERE convert_tz('" + local + "', 'Local', 'UTC') = '" + utc(this.instant) + "'"),
				() -> ambiguous(this.instant, local));
	}

	private static UnsupportedByServerException ambiguous(Instant instant, @Nullable String local) {
		return new UnsupportedByServerException("Nothing is restored: the server takes local times of its own zone, in "
				+ "which " + local + " is said twice, and would not take it for " + instant
				+ ". Take an instant before or after the hour in which its clocks were put back");
	}

	private static String utc(Instant instant) {
		return SECONDS.format(LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.SECONDS), ZoneOffset.UTC));
	}

}
