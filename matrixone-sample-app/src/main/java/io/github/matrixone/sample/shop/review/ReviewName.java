package io.github.matrixone.sample.shop.review;

import java.util.regex.Pattern;

import org.springframework.util.Assert;

/**
 * Name of a price review.
 *
 * @param value 1 to 40 lower-case letters, digits and hyphens: two names never differ in
 * something that the server does not tell apart
 */
public record ReviewName(String value) {

	private static final Pattern ALLOWED = Pattern.compile("[a-z0-9-]{1,40}");

	public ReviewName {
		Assert.isTrue(ALLOWED.matcher(value).matches(),
				"The name of a price review must have 1 to 40 lower-case letters, digits and hyphens");
	}

	@Override
	public String toString() {
		return this.value;
	}

}
