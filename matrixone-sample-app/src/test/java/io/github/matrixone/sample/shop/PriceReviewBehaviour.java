package io.github.matrixone.sample.shop;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.domain.Sort;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.orm.ObjectOptimisticLockingFailureException;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.sample.shop.order.OrderRequest;
import io.github.matrixone.sample.shop.order.OrderService;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.sample.shop.review.NotPublishedException;
import io.github.matrixone.sample.shop.review.PriceChange;
import io.github.matrixone.sample.shop.review.PriceChange.Conflict;
import io.github.matrixone.sample.shop.review.PriceReview;
import io.github.matrixone.sample.shop.review.PriceReviewService;
import io.github.matrixone.sample.shop.review.Publication;
import io.github.matrixone.sample.shop.review.ReviewName;
import io.github.matrixone.spring.restore.RestoreOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What {@link PriceReviewService} does on a server.
 */
abstract class PriceReviewBehaviour extends ShopBehaviour {

	private static final ReviewName SPRING = new ReviewName("spring");

	private static final ReviewName AGAIN = new ReviewName("spring-again");

	@Autowired
	private PriceReviewService reviews;

	@Autowired
	private OrderService orders;

	@Autowired
	private PlatformTransactionManager transactionManager;

	@Autowired
	private RestoreOperations restores;

	@Autowired
	private MockMvcTester mvc;

	@Test
	void publishesTheNewPricesAllAtOnce() {
		open();
		propose("pencil", "1.35");
		propose("notebook", "3.90");
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.20");
		PriceReview review = this.reviews.look(SPRING);
		assertThat(review.isPublishable()).isTrue();
		assertThat(review.changes()).containsExactly(change("notebook", "3.50", "3.90", "3.50", null),
				change("pencil", "1.20", "1.35", "1.20", null));
		assertThat(this.reviews.publish(SPRING, review.seen())).isEqualTo(new Publication("spring", 2));
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.35");
		assertThat(product("pencil").getStock()).isEqualTo(60);
		assertThat(product("notebook").getPrice()).isEqualByComparingTo("3.90");
		assertThat(this.reviews.list()).isEmpty();
		assertThat(tables()).containsExactly(TABLES);
	}

	@Test
	void publishesOnlyWhatWasSeen() {
		open();
		propose("pencil", "1.35");
		String seen = this.reviews.look(SPRING).seen();
		propose("pencil", "13.50");
		refuses(SPRING, seen, "was changed since it was looked at");
		PriceReview again = this.reviews.look(SPRING);
		assertThat(again.changes()).extracting(PriceChange::proposed).containsExactly(new BigDecimal("13.50"));
		this.reviews.publish(SPRING, again.seen());
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("13.50");
	}

	@Test
	void doesNotPublishAProductThatIsNewInTheReview() {
		open();
		propose("pencil", "1.35");
		String seen = this.reviews.look(SPRING).seen();
		propose("notebook", "3.90");
		refuses(SPRING, seen, "was changed since it was looked at");
	}

	@Test
	void leavesProductsAloneThatWereSoldMeanwhileButAreNotInTheReview() {
		open();
		propose("pencil", "1.35");
		PriceReview review = this.reviews.look(SPRING);
		sell("notebook", 2);
		this.reviews.publish(SPRING, review.seen());
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.35");
		assertThat(product("notebook").getStock()).isEqualTo(23);
	}

	@Test
	void bringsNoSoldPiecesBack() {
		open();
		propose("pencil", "1.35");
		propose("notebook", "3.90");
		String seen = this.reviews.look(SPRING).seen();
		sell("pencil", 5);
		refuses(SPRING, seen, "was changed since it was looked at");
		PriceReview review = this.reviews.look(SPRING);
		assertThat(review.isPublishable()).isFalse();
		assertThat(review.changes()).containsExactly(change("notebook", "3.50", "3.90", "3.50", null),
				change("pencil", "1.20", "1.35", "1.20", Conflict.PRODUCT_CHANGED));
		refuses(SPRING, review.seen(), "has changed pencil.");

		this.reviews.open(AGAIN, SPRING);
		PriceReview again = this.reviews.look(AGAIN);
		assertThat(again.changes()).containsExactly(change("notebook", "3.50", "3.90", "3.50", null),
				change("pencil", "1.20", "1.35", "1.20", null));
		this.reviews.publish(AGAIN, again.seen());
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.35");
		assertThat(product("pencil").getStock()).isEqualTo(55);
		assertThat(product("notebook").getPrice()).isEqualByComparingTo("3.90");
		assertThat(this.reviews.list()).containsExactly("spring");
	}

	@Test
	void tellsAPriceThatSomebodyElseHasChanged() {
		open();
		propose("pencil", "1.35");
		propose("notebook", "3.90");
		setPriceInTheShop("pencil", "1.10");
		setPriceInTheShop("notebook", "3.90");
		PriceReview review = this.reviews.look(SPRING);
		assertThat(review.changes()).contains(change("pencil", "1.20", "1.35", "1.10", Conflict.PRICE_CHANGED));
		refuses(SPRING, review.seen(), "has changed pencil.");
		this.reviews.open(AGAIN, SPRING);
		assertThat(this.reviews.look(AGAIN).changes()).containsExactly(change("pencil", "1.10", "1.35", "1.10", null));
	}

	@Test
	void tellsAProductThatTheShopDoesNotHaveAnyMore() {
		open();
		propose("pencil", "1.35");
		this.products.delete(product("pencil"));
		PriceReview review = this.reviews.look(SPRING);
		assertThat(review.changes()).containsExactly(change("pencil", "1.20", "1.35", null, Conflict.PRODUCT_REMOVED));
		refuses(SPRING, review.seen(), "has changed pencil.");
		this.reviews.open(AGAIN, SPRING);
		assertThat(this.reviews.look(AGAIN).changes()).isEmpty();
	}

	@Test
	void letsNoOrderThatWasBegunBeforeWriteTheOldPriceBack() {
		open();
		propose("pencil", "1.35");
		PriceReview review = this.reviews.look(SPRING);
		TransactionTemplate another = new TransactionTemplate(this.transactionManager);
		another.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		assertThatExceptionOfType(ObjectOptimisticLockingFailureException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				Product pencil = product("pencil");
				another.executeWithoutResult((inner) -> this.reviews.publish(SPRING, review.seen()));
				pencil.take(1);
			}));
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.35");
		sell("pencil", 1);
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.35");
		assertThat(product("pencil").getStock()).isEqualTo(59);
	}

	@Test
	void isNotPublishedWhenTheTransactionThatItIsPartOfRollsBack() {
		open();
		propose("pencil", "1.35");
		PriceReview review = this.reviews.look(SPRING);
		this.transaction.executeWithoutResult((status) -> {
			this.reviews.publish(SPRING, review.seen());
			status.setRollbackOnly();
		});
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.20");
		assertThat(this.reviews.look(SPRING)).isEqualTo(review);
	}

	@Test
	void leavesNoReviewBehindThatTakesItsPricesFromAMissingOne() {
		assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> this.reviews.open(AGAIN, SPRING));
		open();
		propose("pencil", "1.35");
		this.transaction.executeWithoutResult((status) -> {
			this.reviews.open(AGAIN, SPRING);
			status.setRollbackOnly();
		});
		assertThat(this.reviews.list()).containsExactly("spring");
	}

	@Test
	void isDiscardedWithItsPrices() {
		open();
		propose("pencil", "1.35");
		this.reviews.discard(SPRING);
		assertThat(this.reviews.list()).isEmpty();
		assertThat(tables()).containsExactly(TABLES);
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.20");
		open();
		assertThat(this.reviews.look(SPRING).changes()).isEmpty();
	}

	@Test
	void isGoneAfterARestoreToATimeBeforeIt() {
		this.snapshots.create(this.shop.snapshot("monday"), this.shop.scope());
		open();
		propose("pencil", "1.35");
		this.restores.restoreDatabase(this.shop.name(), this.shop.snapshot("monday"));
		assertThat(this.reviews.list()).isEmpty();
		assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> this.reviews.look(SPRING));
		open();
		assertThat(this.reviews.look(SPRING).changes()).isEmpty();
	}

	@Test
	void hasEndpoints() {
		assertThat(send(HttpMethod.POST, "/price-reviews/spring")).hasStatus(HttpStatus.CREATED)
			.bodyJson()
			.extractingPath("$.changes")
			.asArray()
			.isEmpty();
		assertThat(send(HttpMethod.POST, "/price-reviews/spring"))
			.satisfies((result) -> problem(result, HttpStatus.CONFLICT, "Review already open"));
		assertThat(put("/price-reviews/spring/products/pencil", "1.35")).hasStatusOk();
		MvcTestResult looked = send(HttpMethod.GET, "/price-reviews/spring");
		assertThat(looked).hasStatusOk().bodyJson().isLenientlyEqualTo("""
				{"name": "spring", "publishable": true, "changes": [
					{"sku": "pencil", "before": 1.20, "proposed": 1.35, "now": 1.20, "conflict": null}
				]}""");
		String seen = this.reviews.look(SPRING).seen();
		assertThat(looked).bodyJson().extractingPath("$.seen").isEqualTo(seen);
		sell("pencil", 1);
		assertThat(send(HttpMethod.POST, "/price-reviews/spring/publish?seen=" + seen))
			.satisfies((result) -> problem(result, HttpStatus.CONFLICT, "Not published"));
		assertThat(send(HttpMethod.GET, "/price-reviews/spring")).bodyJson()
			.extractingPath("$.changes[0].conflict")
			.isEqualTo("PRODUCT_CHANGED");
		assertThat(send(HttpMethod.POST, "/price-reviews/again?from=spring")).hasStatus(HttpStatus.CREATED);
		assertThat(send(HttpMethod.GET, "/price-reviews")).hasStatusOk()
			.bodyJson()
			.isEqualTo("[\"again\", \"spring\"]");
		assertThat(send(HttpMethod.DELETE, "/price-reviews/spring")).hasStatus(HttpStatus.NO_CONTENT);
		seen = this.reviews.look(new ReviewName("again")).seen();
		assertThat(send(HttpMethod.POST, "/price-reviews/again/publish?seen=" + seen)).hasStatusOk()
			.bodyJson()
			.isEqualTo("{\"name\": \"again\", \"prices\": 1}");
		assertThat(send(HttpMethod.GET, "/price-reviews")).bodyJson().isEqualTo("[]");
	}

	@Test
	void refusesWhatCannotBe() {
		for (String path : List.of("/price-reviews/missing", "/price-reviews/spring/products/pencil")) {
			assertThat(send(HttpMethod.GET, path)).hasStatus4xxClientError();
		}
		assertThat(send(HttpMethod.GET, "/price-reviews/spring"))
			.satisfies((result) -> problem(result, HttpStatus.NOT_FOUND, "Not found"));
		assertThat(send(HttpMethod.DELETE, "/price-reviews/spring"))
			.satisfies((result) -> problem(result, HttpStatus.NOT_FOUND, "Not found"));
		assertThat(put("/price-reviews/spring/products/pencil", "1.35"))
			.satisfies((result) -> problem(result, HttpStatus.NOT_FOUND, "Not found"));
		open();
		assertThat(put("/price-reviews/spring/products/stapler", "1.35"))
			.satisfies((result) -> problem(result, HttpStatus.NOT_FOUND, "Not found"));
		assertThat(send(HttpMethod.POST, "/price-reviews/spring/publish"))
			.satisfies((result) -> problem(result, HttpStatus.BAD_REQUEST, "Bad Request"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "1.205", "12345678901", "null", "\"cheap\"" })
	void refusesWhatIsNoPrice(String price) {
		open();
		assertThat(put("/price-reviews/spring/products/pencil", price))
			.satisfies((result) -> problem(result, HttpStatus.BAD_REQUEST, "Bad Request"));
		assertThat(this.reviews.look(SPRING).changes()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Spring", "a b", "it's", "x`; DROP TABLE product; --", "a_b" })
	void refusesWhatIsNoName(String name) {
		assertThat(this.mvc.post().uri("/price-reviews/{name}", Map.of("name", name)).exchange())
			.satisfies((result) -> problem(result, HttpStatus.BAD_REQUEST, "Invalid value"));
		assertThat(tables()).containsExactly(TABLES);
	}

	private void open() {
		this.reviews.open(SPRING);
	}

	private void propose(String sku, String price) {
		this.reviews.propose(SPRING, sku, new BigDecimal(price));
	}

	private void refuses(ReviewName name, String seen, String reason) {
		List<Product> before = this.products.findAll(Sort.by("sku"));
		assertThatExceptionOfType(NotPublishedException.class).isThrownBy(() -> this.reviews.publish(name, seen))
			.withMessageContaining(reason);
		assertThat(this.products.findAll(Sort.by("sku"))).usingRecursiveComparison().isEqualTo(before);
	}

	private void sell(String sku, int quantity) {
		this.orders.place(new OrderRequest(this.customerId, List.of(new OrderRequest.Line(sku, quantity))));
	}

	private void setPriceInTheShop(String sku, String price) {
		this.transaction.executeWithoutResult((status) -> {
			Product product = product(sku);
			product.change(product.getName(), new BigDecimal(price), product.getStock());
		});
	}

	private MvcTestResult send(HttpMethod method, String uri) {
		return this.mvc.method(method).uri(uri).exchange();
	}

	private MvcTestResult put(String uri, String price) {
		return this.mvc.put()
			.uri(uri)
			.contentType(MediaType.APPLICATION_JSON)
			.content("{\"price\": " + price + "}")
			.exchange();
	}

	private static void problem(MvcTestResult result, HttpStatus status, String title) {
		assertThat(result).hasStatus(status)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.bodyJson()
			.extractingPath("$.title")
			.isEqualTo(title);
	}

	private static PriceChange change(String sku, String before, String proposed, String now, Conflict conflict) {
		return new PriceChange(sku, new BigDecimal(before), new BigDecimal(proposed),
				(now != null) ? new BigDecimal(now) : null, conflict);
	}

}
