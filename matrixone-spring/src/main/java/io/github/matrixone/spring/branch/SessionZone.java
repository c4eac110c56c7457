package io.github.matrixone.spring.branch;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.UnsupportedByServerException;

/**
 * Looks whether the driver and the session mean the same instants. The server sends a
 * {@code TIMESTAMP} as a text in the session's zone, and the driver reads it in the zone
 * of its setting {@code connectionTimeZone}, which is that of the process unless it is
 * set: where these differ each value is another instant than the server's, and is put
 * back on the way to the server. At noon of each day no zone puts its clocks forward or
 * back.
 */
final class SessionZone {

	private static final int ASKED_TOGETHER = 500;

	private final Map<LocalDate, Object> days = new LinkedHashMap<>();

	/**
	 * Look at a value as well.
	 * @param timestamp the value, as the driver has given it
	 */
	void add(Object timestamp) {
		this.days.computeIfAbsent(local(timestamp).toLocalDate(), (day) -> noon(timestamp));
	}

	private List<List<Object>> noons() {
		List<Object> all = List.copyOf(this.days.values());
		return IntStream.iterate(0, (from) -> from < all.size(), (from) -> from + ASKED_TOGETHER)
			.mapToObj((from) -> all.subList(from, Math.min(from + ASKED_TOGETHER, all.size())))
			.toList();
	}

	private static LocalDateTime local(Object timestamp) {
		if (timestamp instanceof Timestamp value) {
			return value.toLocalDateTime();
		}
		return (timestamp instanceof ZonedDateTime value) ? value.toLocalDateTime()
				: ((OffsetDateTime) timestamp).toLocalDateTime();
	}

	private static Object noon(Object timestamp) {
		if (timestamp instanceof Timestamp value) {
			return Timestamp.valueOf(value.toLocalDateTime().with(LocalTime.NOON));
		}
		return (timestamp instanceof ZonedDateTime value) ? value.with(LocalTime.NOON)
				: ((OffsetDateTime) timestamp).with(LocalTime.NOON);
	}

	/**
	 * Return queries for the instants that the server takes the values for.
	 */
	List<SqlText> queries() {
		return noons().stream()
			.map((noons) -> SqlText.of(IntStream.range(0, noons.size())
				.mapToObj((i) -> "unix_timestamp(CAST(? AS DATETIME)) AS t" + i)
				.collect(Collectors.joining(", ", "SELECT ", "")), noons.toArray()))
			.toList();
	}

	/**
	 * Refuse values that are not the server's.
	 * @param answers the answers to {@link #queries()}
	 * @throws UnsupportedByServerException if the zones differ
	 */
	void require(List<Rows> answers) {
		List<List<Object>> noons = noons();
		for (int i = 0; i < answers.size(); i++) {
			for (int column = 0; column < noons.get(i).size(); column++) {
				String second = answers.get(i).values().get(0).get(column);
				Object noon = noons.get(i).get(column);
				if (second == null || new BigDecimal(second).longValue() != SqlLiteral.second(noon)) {
					throw new UnsupportedByServerException(
							"There is no patch of these rows: the driver reads a TIMESTAMP "
									+ "in another time zone than that of the session, so that it is not known which instant it "
									+ "is. Set connectionTimeZone=SERVER in the URL, or connectionTimeZone=LOCAL with "
									+ "forceConnectionTimeZoneToSession=true");
				}
			}
		}
	}

}
