package io.github.matrixone.sample.shop.review;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A review is not published as it is.
 */
public final class NotPublishedException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private NotPublishedException(String message) {
		super(message);
	}

	static NotPublishedException moved(ReviewName name) {
		return new NotPublishedException("The price review " + name
				+ ", or a product of it, was changed since it was looked at. Nothing was published: look at it again");
	}

	static NotPublishedException conflicts(ReviewName name, List<PriceChange> conflicts) {
		return new NotPublishedException("Since the price review " + name + " was opened the shop itself has changed "
				+ conflicts.stream().map(PriceChange::sku).collect(Collectors.joining(", "))
				+ ". Nothing was published: open another review from this one, and look at that");
	}

}
