package io.github.matrixone.spring.transaction;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.transaction.StatementRows.Literal;

/**
 * A column of a unique key. Knows which values the server stores as they are: what it
 * converts it may find by another value than the one that was given.
 */
final class KeyColumn {

	private static final Pattern TYPE = Pattern.compile("([A-Z]+)(?: UNSIGNED)?(?:\\((\\d+)(?:, ?(\\d+))?\\))?.*");

	private static final Pattern WHOLE_NUMBER = Pattern.compile("0|-?[1-9]\\d{0,18}");

	private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,38}(?:\\.\\d{1,38})?");

	private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

	private static final Pattern TIME = Pattern.compile(DATE + " \\d{2}:\\d{2}:\\d{2}(?:\\.(\\d{1,6}))?");

	private static final Pattern UUID = Pattern.compile("\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

	private final String name;

	/** The name of its type alone, or an empty one if its values are not known. */
	private final String type;

	/** The length of a text, or the digits of a number or a time. */
	private final int length;

	private final int scale;

	/**
	 * Create a column.
	 * @param name its name
	 * @param type its type as the server shows it, such as {@code DECIMAL(8,2)}; empty if
	 * its values are not known
	 */
	KeyColumn(String name, String type) {
		Matcher matcher = TYPE.matcher(type);
		boolean known = matcher.matches();
		this.name = name;
		this.type = known ? matcher.group(1) : "";
		this.length = known ? number(matcher.group(2)) : 0;
		this.scale = known ? number(matcher.group(3)) : 0;
	}

	String name() {
		return this.name;
	}

	/**
	 * Return the one form of a value that finds what the server stores of it.
	 * @param value a whole number or a text
	 * @return the value, the same for all that are stored the same way, or nothing if
	 * that is not known
	 */
	Optional<Object> stored(Object value) {
		String text = String.valueOf(value);
		return switch (this.type) {
			case "TINYINT", "SMALLINT", "INT", "BIGINT" -> wholeNumber(text);
			case "DECIMAL" -> decimal(text, this.scale);
			case "CHAR", "VARCHAR", "TEXT" ->
				fits(text.codePointCount(0, text.length())) ? Optional.of(text) : Optional.empty();
			case "DATE" -> DATE.matcher(text).matches() ? Optional.of(text) : Optional.empty();
			case "DATETIME", "TIMESTAMP" -> time(text, this.length);
			case "UUID" -> UUID.matcher(text).matches() ? Optional.of(text.toLowerCase(Locale.ROOT)) : Optional.empty();
			default -> Optional.empty();
		};
	}

	/**
	 * Return whether at most one value of the column is equal to another one, as the
	 * server compares them: of texts with a number several are, of long numbers with a
	 * floating-point one or a text.
	 * @param value the other value, which may be a {@link Literal}
	 */
	boolean equalsOne(Object value) {
		if (value == TextRows.NULL) {
			return true;
		}
		return switch (this.type) {
			case "TINYINT", "SMALLINT", "INT" -> value instanceof Number || value == Literal.NUMBER || isText(value);
			case "BIGINT", "DECIMAL" -> isExact(value);
			case "CHAR", "VARCHAR", "TEXT", "" -> isText(value);
			default -> !(value instanceof Double || value instanceof Float);
		};
	}

	private static boolean isText(Object value) {
		return value instanceof String || value == Literal.TEXT;
	}

	private static boolean isExact(Object value) {
		return value == Literal.NUMBER || value instanceof Long || value instanceof Integer || value instanceof Short
				|| value instanceof Byte || value instanceof BigInteger || value instanceof BigDecimal;
	}

	private static Optional<Object> wholeNumber(String text) {
		boolean fits = WHOLE_NUMBER.matcher(text).matches() && new BigInteger(text).bitLength() < Long.SIZE;
		return fits ? Optional.of(Long.valueOf(text)) : Optional.empty();
	}

	private static Optional<Object> decimal(String text, int scale) {
		if (!DECIMAL.matcher(text).matches()) {
			return Optional.empty();
		}
		BigDecimal number = new BigDecimal(text).stripTrailingZeros();
		return (number.scale() <= scale) ? Optional.of(number.toPlainString()) : Optional.empty();
	}

	private static Optional<Object> time(String text, int scale) {
		Matcher matcher = TIME.matcher(text);
		if (!matcher.matches()) {
			return Optional.empty();
		}
		String fraction = (matcher.group(1) != null) ? matcher.group(1).replaceFirst("0+$", "") : "";
		if (fraction.length() > scale) {
			return Optional.empty();
		}
		return Optional
			.of(text.substring(0, "yyyy-MM-dd HH:mm:ss".length()) + (fraction.isEmpty() ? "" : '.' + fraction));
	}

	private boolean fits(int length) {
		return this.length == 0 || length <= this.length;
	}

	private static int number(@Nullable String digits) {
		return (digits != null) ? Integer.parseInt(digits) : 0;
	}

}
