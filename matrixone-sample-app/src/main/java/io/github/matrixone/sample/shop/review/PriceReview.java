package io.github.matrixone.sample.shop.review;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import org.springframework.util.DigestUtils;

import io.github.matrixone.spring.branch.BranchDiff;

/**
 * A review as somebody has looked at it.
 *
 * @param name the name of the review
 * @param openedAt the point in time of the shop that it began with
 * @param changes what it has changed, and what the shop has made of the same products
 * @param seen stands for all of this, down to the stock of each product: who publishes
 * names it, and publishes nothing else
 */
public record PriceReview(String name, Instant openedAt, List<PriceChange> changes, String seen) {

	static PriceReview of(ReviewName name, BranchDiff diff) {
		List<PriceChange> changes = diff.changes()
			.stream()
			.map(PriceChange::of)
			.sorted(Comparator.comparing(PriceChange::sku))
			.toList();
		return new PriceReview(name.value(), diff.branch().branchedAt(), changes, digest(diff));
	}

	public boolean isPublishable() {
		return conflicts().isEmpty();
	}

	List<PriceChange> conflicts() {
		return this.changes.stream().filter((change) -> change.conflict() != null).toList();
	}

	private static String digest(BranchDiff diff) {
		String rows = diff.changes()
			.stream()
			.map(Object::toString)
			.sorted()
			.collect(Collectors.joining("\n", diff.branch().id() + '\n', ""));
		return DigestUtils.md5DigestAsHex(rows.getBytes(StandardCharsets.UTF_8));
	}

}
