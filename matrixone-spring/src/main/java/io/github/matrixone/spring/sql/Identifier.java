package io.github.matrixone.spring.sql;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * A validated name. Two names are equal when they differ in case only, because MatrixOne
 * lower-cases all names, quoted or not. Quotes and backslashes are refused although the
 * server accepts them in most names, because it puts names into statements of its own
 * without escaping them; so are invisible characters, which it escapes there, so that it
 * cannot drop such a table (no issue known).
 */
abstract class Identifier {

	private static final String REFUSED = "'\"`\\";

	private final String value;

	private final String normalized;

	Identifier(String kind, String value, int maxLength, boolean blanksAllowed) {
		require(StringUtils.hasText(value), () -> "The name of a " + kind + " must not be empty or blank");
		require(value.codePointCount(0, value.length()) <= maxLength,
				() -> "The name of a " + kind + " must have at most " + maxLength + " characters: '" + shorten(value)
						+ "' has " + value.codePointCount(0, value.length()));
		require(value.codePoints().noneMatch(Character::isISOControl),
				() -> "The name of a " + kind + " must not contain control characters");
		require(value.codePoints().noneMatch((codePoint) -> REFUSED.indexOf(codePoint) >= 0),
				() -> "The name of a " + kind + " must not contain quotes or backslashes: '" + shorten(value) + "'");
		require(blanksAllowed || value.codePoints().noneMatch(Identifier::isBlank),
				() -> "The name of a " + kind + " must not contain blanks: '" + shorten(value) + "'");
		require(hasOnlyWholeCharacters(value),
				() -> "The name of a " + kind + " must not contain half of a surrogate pair");
		require(value.codePoints().allMatch(Identifier::isVisible), () -> "The name of a " + kind
				+ " must not contain invisible characters other than spaces: '" + shorten(value) + "'");
		this.value = value;
		this.normalized = lowerCase(value);
	}

	/**
	 * Return the name as it was given.
	 * @return the name, neither quoted nor lower-cased
	 */
	public final String value() {
		return this.value;
	}

	/**
	 * Return the name between backticks, which it cannot contain.
	 * @return the quoted name
	 */
	public final String quoted() {
		return '`' + this.value + '`';
	}

	/**
	 * Return the name as the server stores it: each character in lower case by itself,
	 * unlike {@link String#toLowerCase()}, for which a Σ at the end of a word or a
	 * Turkish İ is something special.
	 * @return the name in lower case
	 */
	public final String normalized() {
		return this.normalized;
	}

	@Override
	public final boolean equals(@Nullable Object other) {
		return this == other || (other != null && getClass() == other.getClass()
				&& normalized().equals(((Identifier) other).normalized()));
	}

	@Override
	public final int hashCode() {
		return normalized().hashCode();
	}

	@Override
	public final String toString() {
		return this.value;
	}

	/**
	 * Return a name in lower case, character by character as the server does: Java knows
	 * characters that become two.
	 */
	static String lowerCase(String value) {
		return value.codePoints()
			.map(Character::toLowerCase)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	private static void require(boolean accepted, Supplier<String> message) {
		if (!accepted) {
			throw new RefusedNameException(message.get());
		}
	}

	/**
	 * Return whether the server leaves a character as it is where it quotes a name for
	 * itself. A table whose name has another cannot be dropped any more.
	 */
	private static boolean isVisible(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.SPACE_SEPARATOR -> codePoint == ' ';
			case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.FORMAT, Character.PRIVATE_USE,
					Character.UNASSIGNED ->
				false;
			default -> true;
		};
	}

	private static boolean isBlank(int codePoint) {
		return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
	}

	private static boolean hasOnlyWholeCharacters(String value) {
		return value.codePoints().noneMatch((codePoint) -> Character.getType(codePoint) == Character.SURROGATE);
	}

	static String shorten(String value) {
		return (value.length() > 64) ? value.substring(0, 64) + "…" : value;
	}

}
