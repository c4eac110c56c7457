package io.github.matrixone.sample.shop.review;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.sample.shop.NeedsServerException;
import io.github.matrixone.sample.shop.NotFoundException;
import io.github.matrixone.sample.shop.ShopDatabase;
import io.github.matrixone.spring.branch.Branch;
import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.TableName;

/**
 * Lets prices be changed on a branch of the products, looked at, and published: all of
 * them or none. The shop goes on selling meanwhile, at the old prices.
 */
@Service
public class PriceReviewService {

	private static final TableName PRODUCT = TableName.of("product");

	private static final String PREFIX = "price_review_";

	private final ShopDatabase shop;

	private final BranchOperations branches;

	private final JdbcClient jdbc;

	PriceReviewService(ShopDatabase shop, BranchOperations branches, JdbcClient jdbc) {
		this.shop = shop;
		this.branches = branches;
		this.jdbc = jdbc;
	}

	/**
	 * Return the open reviews.
	 * @return their names
	 */
	public List<String> list() {
		return drafts().stream().map((draft) -> draft.table().name().substring(PREFIX.length())).sorted().toList();
	}

	/**
	 * Open a review of the products as they are now.
	 * @param name a name for the review
	 */
	public void open(ReviewName name) {
		create(name);
	}

	/**
	 * Open a review of the products as they are now, with the prices of another review.
	 * That one stays as it is. This is the way on after a conflict: what the shop has
	 * sold stays sold, and what the prices replace is to be looked at again.
	 * @param name a name for the review
	 * @param other the review to take the prices from
	 */
	@Transactional
	public void open(ReviewName name, ReviewName other) {
		BranchDiff proposed = diff(other);
		TableName draft = create(name);
		proposed.changes().stream().map(PriceChange::of).forEach((change) -> carryOver(change, draft));
	}

	/**
	 * Change a price in a review. The version of the product goes with it: an order that
	 * was begun before the price was published must not write the old one back.
	 * @param name the name of the review
	 * @param sku the product
	 * @param price the price
	 */
	public void propose(ReviewName name, String sku, BigDecimal price) {
		if (setPrice(draft(name).table(), sku, price) == 0) {
			throw new NotFoundException("There is no product with the SKU " + sku + " in the price review " + name);
		}
	}

	/**
	 * Look at a review.
	 * @param name the name of the review
	 * @return what it has changed, beside what the shop has changed meanwhile
	 */
	@Transactional(readOnly = true)
	public PriceReview look(ReviewName name) {
		return PriceReview.of(name, diff(name));
	}

	/**
	 * Publish a review as somebody has seen it, and close it. Where the review or its
	 * products have changed since, nothing is published. A price that is proposed in the
	 * moment between the commit and the end of the review goes with the review.
	 * @param name the name of the review
	 * @param seen what stands for what was {@linkplain PriceReview#seen() seen}
	 * @return what was published
	 * @throws NotPublishedException if either side has moved since, or if there are
	 * conflicts
	 */
	@Transactional
	public Publication publish(ReviewName name, String seen) {
		BranchDiff diff = diff(name);
		PriceReview review = PriceReview.of(name, diff);
		if (!review.seen().equals(seen)) {
			throw NotPublishedException.moved(name);
		}
		if (!review.isPublishable()) {
			throw NotPublishedException.conflicts(name, review.conflicts());
		}
		// Fails if either side moves after the diff. A branch is to be merged once, so it
		// goes after the commit.
		int updated = this.branches.merge(diff).updated();
		this.branches.deleteTable(diff.branch().table());
		return new Publication(name.value(), updated);
	}

	/**
	 * Close a review without publishing it.
	 * @param name the name of the review
	 */
	public void discard(ReviewName name) {
		this.branches.deleteTable(draft(name).table());
	}

	private TableName create(ReviewName name) {
		if (find(name).isPresent()) {
			throw new ReviewExistsException("The price review " + name + " is open already");
		}
		return this.branches.createTable(PRODUCT, table(name)).table();
	}

	private void carryOver(PriceChange change, TableName draft) {
		BigDecimal price = change.proposed();
		if (price != null && !price.equals(change.now())) {
			setPrice(draft, change.sku(), price);
		}
	}

	private int setPrice(TableName draft, String sku, BigDecimal price) {
		return this.jdbc.sql("UPDATE " + draft.quoted() + " SET price = ?, version = version + 1 WHERE sku = ?")
			.params(price, sku)
			.update();
	}

	private BranchDiff diff(ReviewName name) {
		return this.branches.diff(draft(name).table());
	}

	private Branch draft(ReviewName name) {
		return find(name).orElseThrow(() -> new NotFoundException("There is no price review " + name));
	}

	private Optional<Branch> find(ReviewName name) {
		TableName table = table(name);
		return drafts().stream().filter((draft) -> draft.table().equals(table)).findFirst();
	}

	/**
	 * Return the branches that the reviews are. Whatever is done with them begins here,
	 * and the simulator has none.
	 */
	private List<Branch> drafts() {
		try {
			return this.branches.list()
				.stream()
				.filter((branch) -> this.shop.name().equals(branch.table().database())
						&& branch.table().name().startsWith(PREFIX))
				.toList();
		}
		catch (UnsupportedByServerException ex) {
			throw new NeedsServerException("Price reviews are branches of tables, which only a MatrixOne server has",
					ex);
		}
	}

	private TableName table(ReviewName name) {
		return TableName.of(this.shop.name(), PREFIX + name);
	}

}
