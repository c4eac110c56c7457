package io.github.matrixone.spring.branch;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.UnsupportedByServerException;

/**
 * Writes values of columns as SQL. What it writes means the same whether the session has
 * {@code NO_BACKSLASH_ESCAPES} or not, and is one line: it holds neither a backslash nor
 * a control character. A text that does is written by its bytes.
 */
final class SqlLiteral {

	/** What {@code from_unixtime} is exact for, with microseconds. */
	private static final long EXACT_SECONDS = 1L << 33;

	/** What {@code from_unixtime} is not null for. */
	private static final long LAST_SECOND = 32_536_771_199L;

	private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

	private SqlLiteral() {
	}

	/**
	 * Write a value.
	 * @param value the value, as a driver has given it
	 * @param type the type of its column, without its length; {@code ENUM} for a
	 * {@code SET} as well
	 * @throws UnsupportedByServerException if there is no text for it that the server
	 * reads as the same value
	 */
	static String of(@Nullable Object value, String type) {
		if (value == null) {
			return "NULL";
		}
		return switch (type) {
			case "CHAR", "VARCHAR", "TEXT" -> text(String.valueOf(value));
			case "JSON" -> "CAST(" + text(String.valueOf(value)) + " AS JSON)";
			case "ENUM", "UUID", "TIME", "VECF32", "VECF64" -> plain(value, type);
			case "FLOAT" -> "CAST(" + plain(number(value, type), type) + " AS FLOAT)";
			case "DOUBLE" -> floating(number(value, type).toString());
			case "BIT" -> bit(value);
			case "BOOL", "TINYINT", "SMALLINT", "INT", "BIGINT", "TINYINT UNSIGNED", "SMALLINT UNSIGNED",
					"INT UNSIGNED", "BIGINT UNSIGNED", "DECIMAL", "YEAR" ->
				exact(value, type);
			case "BINARY", "VARBINARY", "BLOB" -> bytes(value, type);
			case "DATE" -> date(value);
			case "DATETIME" -> dateTime(value);
			case "TIMESTAMP" -> timestamp(instant(value));
			default -> throw unsupported(value, type);
		};
	}

	/**
	 * Write the second of an instant.
	 */
	static long second(Object timestamp) {
		return instant(timestamp).getEpochSecond();
	}

	private static String text(String text) {
		return isPlain(text) ? quoted(text)
				: "CAST(x'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "' AS CHAR)";
	}

	/**
	 * Write what the server takes in quotes only.
	 */
	private static String plain(Object value, String type) {
		boolean isText = value instanceof String || value instanceof UUID || value instanceof Number;
		if (!isText || !isPlain(value.toString())) {
			throw unsupported(value, type);
		}
		return quoted(value.toString());
	}

	private static boolean isPlain(String text) {
		return text.indexOf('\\') < 0 && text.chars().noneMatch(Character::isISOControl);
	}

	private static String quoted(String text) {
		return '\'' + text.replace("'", "''") + '\'';
	}

	private static Number number(Object value, String type) {
		if (value instanceof Number number && !(number instanceof Float some && some.isNaN())
				&& !(number instanceof Double other && other.isNaN())) {
			return number;
		}
		throw unsupported(value, type);
	}

	/**
	 * An exponent keeps the server from taking it for a decimal.
	 */
	private static String floating(String number) {
		return (number.indexOf('E') < 0) ? number + "E0" : number;
	}

	private static String exact(Object value, String type) {
		if (value instanceof Boolean flag) {
			return flag ? "1" : "0";
		}
		if (value instanceof BigDecimal decimal) {
			return decimal.toPlainString();
		}
		if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte
				|| value instanceof BigInteger) {
			return value.toString();
		}
		throw unsupported(value, type);
	}

	private static String bit(Object value) {
		return (value instanceof Boolean bit) ? (bit ? "x'01'" : "x'00'") : bytes(value, "BIT");
	}

	private static String bytes(Object value, String type) {
		if (value instanceof byte[] bytes) {
			return "x'" + HexFormat.of().formatHex(bytes) + '\'';
		}
		throw unsupported(value, type);
	}

	private static String date(Object value) {
		if (value instanceof Date || value instanceof LocalDate) {
			return quoted(value.toString());
		}
		throw unsupported(value, "DATE");
	}

	private static String dateTime(Object value) {
		if (value instanceof Timestamp timestamp) {
			return quoted(DATE_TIME.format(timestamp.toLocalDateTime()));
		}
		if (value instanceof LocalDateTime dateTime) {
			return quoted(DATE_TIME.format(dateTime));
		}
		throw unsupported(value, "DATETIME");
	}

	private static Instant instant(Object value) {
		if (value instanceof Timestamp timestamp) {
			return timestamp.toInstant();
		}
		if (value instanceof ZonedDateTime dateTime) {
			return dateTime.toInstant();
		}
		if (value instanceof OffsetDateTime dateTime) {
			return dateTime.toInstant();
		}
		throw unsupported(value, "TIMESTAMP");
	}

	/**
	 * The server reads a text in the session's zone, and knows no zone within it. What
	 * {@code from_unixtime} gives is a {@code DATETIME}: beside a column of a key the
	 * server casts it by itself in some conditions only, and finds nothing or fails in
	 * the others (v4.2.0 and newer, no issue known).
	 */
	private static String timestamp(Instant instant) {
		long second = instant.getEpochSecond();
		int micros = instant.getNano() / 1000;
		if (second < 0 || second > LAST_SECOND || (second >= EXACT_SECONDS && micros != 0)) {
			throw unsupported(instant, "TIMESTAMP");
		}
		return "CAST(from_unixtime(" + second + ((micros != 0) ? ".%06d".formatted(micros) : "") + ") AS TIMESTAMP(6))";
	}

	private static UnsupportedByServerException unsupported(Object value, String type) {
		return new UnsupportedByServerException("There is no patch of this: the server reads no text as the " + type
				+ ' ' + ((value instanceof byte[]) ? "of bytes" : value) + " of " + value.getClass().getSimpleName());
	}

}
