package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;

import org.springframework.util.Assert;

/**
 * How far back a PITR reaches: 1 to {@value #MAX_LENGTH} hours, days, months or years.
 *
 * @param length how many units
 * @param unit the unit
 * @since 0.1
 */
public record PitrRange(int length, Unit unit) {

	/**
	 * The longest range in each unit that the server allows.
	 */
	public static final int MAX_LENGTH = 100;

	public PitrRange {
		Assert.notNull(unit, "The unit must not be null");
		Assert.isTrue(length >= 1 && length <= MAX_LENGTH, "The range of a PITR must be 1 to " + MAX_LENGTH
				+ " hours, days, months or years, not " + length + "; take a larger unit for a longer one");
	}

	/**
	 * Create a range of hours.
	 * @param hours how many, 1 to {@value #MAX_LENGTH}
	 * @return the range
	 */
	public static PitrRange hours(int hours) {
		return new PitrRange(hours, Unit.HOUR);
	}

	/**
	 * Create a range of days of 24 hours.
	 * @param days how many, 1 to {@value #MAX_LENGTH}
	 * @return the range
	 */
	public static PitrRange days(int days) {
		return new PitrRange(days, Unit.DAY);
	}

	/**
	 * Create a range of months of the calendar.
	 * @param months how many, 1 to {@value #MAX_LENGTH}
	 * @return the range
	 */
	public static PitrRange months(int months) {
		return new PitrRange(months, Unit.MONTH);
	}

	/**
	 * Create a range of years of the calendar.
	 * @param years how many, 1 to {@value #MAX_LENGTH}
	 * @return the range
	 */
	public static PitrRange years(int years) {
		return new PitrRange(years, Unit.YEAR);
	}

	/**
	 * Return the instant that lies this far before another, as the server reckons it: in
	 * UTC, and where the month of the result has no such day, by that many days after the
	 * end of that month. A month before March 31 is March 3, or 2 in a leap year.
	 * @param instant the other instant
	 * @return the earlier instant
	 */
	public Instant before(Instant instant) {
		LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
		LocalDateTime first = time.withDayOfMonth(1);
		int daysAfterFirst = time.getDayOfMonth() - 1;
		LocalDateTime before = switch (this.unit) {
			case HOUR -> time.minusHours(this.length);
			case DAY -> time.minusDays(this.length);
			case MONTH -> first.minusMonths(this.length).plusDays(daysAfterFirst);
			case YEAR -> first.minusYears(this.length).plusDays(daysAfterFirst);
		};
		return before.toInstant(ZoneOffset.UTC);
	}

	/**
	 * Return the end of a statement.
	 */
	String sql() {
		return "RANGE " + this.length + " '" + this.unit.code + "'";
	}

	@Override
	public String toString() {
		return this.length + " " + this.unit.name().toLowerCase(Locale.ROOT) + ((this.length == 1) ? "" : "s");
	}

	/**
	 * A unit of a range.
	 */
	public enum Unit {

		/** Hours. */
		HOUR("h"),

		/** Days of 24 hours. */
		DAY("d"),

		/** Months of the calendar. */
		MONTH("mo"),

		/** Years of the calendar. */
		YEAR("y");

		private final String code;

		Unit(String code) {
			this.code = code;
		}

		String code() {
			return this.code;
		}

		static Unit ofCode(String code) {
			return Arrays.stream(values())
				.filter((unit) -> unit.code.equalsIgnoreCase(code))
				.findFirst()
				.orElseThrow(() -> new IllegalArgumentException("The server has an unknown unit of a range: " + code));
		}

	}

}
