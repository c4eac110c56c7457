package io.github.matrixone.spring.boot.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Refuses values of properties that make no sense, when the application starts and by the
 * name of the property.
 *
 * @since 0.1
 */
public final class PropertyChecks {

	private PropertyChecks() {
	}

	/**
	 * Refuse a duration of zero or less.
	 * @param property the name of the property
	 * @param value its value
	 */
	public static void requirePositive(String property, Duration value) {
		require(property, value, !value.isZero() && !value.isNegative(), "It must be more than zero");
	}

	/**
	 * Refuse a duration of less than zero.
	 * @param property the name of the property
	 * @param value its value, if it has one
	 */
	public static void requireNotNegative(String property, @Nullable Duration value) {
		require(property, value, value == null || !value.isNegative(), "It must not be negative");
	}

	/**
	 * Refuse a number of less than zero.
	 * @param property the name of the property
	 * @param value its value
	 */
	public static void requireNotNegative(String property, int value) {
		require(property, value, value >= 0, "It must not be negative");
	}

	private static void require(String property, @Nullable Object value, boolean valid, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(property, value, reason);
		}
	}

}
