package io.github.matrixone.sample.shop;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import io.github.matrixone.sample.shop.order.OrderRequest;
import io.github.matrixone.sample.shop.order.OrderService;
import io.github.matrixone.sample.shop.order.OrderView;
import io.github.matrixone.sample.shop.product.OutOfStockException;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.sample.shop.product.ProductRepository;
import io.github.matrixone.spring.boot.test.sandbox.MatrixOneSandbox;
import io.github.matrixone.spring.boot.test.sandbox.Sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What {@link OrderService} does. Each test commits for real in a clone of the database
 * with the customer and the products of {@code orders.sql}.
 */
@SpringBootTest(
		properties = { "shop.demonstration.enabled=false", "spring.sql.init.data-locations=classpath:orders.sql" })
@MatrixOneSandbox
abstract class OrderBehaviour {

	@Autowired
	private OrderService orders;

	@Autowired
	private ProductRepository products;

	@Autowired
	private Sandbox sandbox;

	@Test
	void placesAnOrderAndTakesItFromTheStock() {
		OrderView placed = this.orders.place(order(line("pencil", 3), line("notebook", 2)));
		assertThat(placed.total()).isEqualByComparingTo("10.60");
		assertThat(product("pencil").getStock()).isEqualTo(57);
		assertThat(product("notebook").getStock()).isEqualTo(23);
		assertThat(this.orders.get(placed.id())).usingRecursiveComparison()
			.withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
			.isEqualTo(placed);
		assertThat(this.orders.list()).hasSize(1);
		assertThat(this.sandbox).hasInserted("purchase_order", 1)
			.hasInserted("order_line", 2)
			.hasUpdated("product", 2)
			.hasNotChanged("customer");
	}

	@Test
	void locksProductsInOneOrderWhateverThatOfTheLines() {
		assertThat(skus(this.orders.place(order(line("pencil", 1), line("notebook", 1)))))
			.isEqualTo(skus(this.orders.place(order(line("notebook", 1), line("pencil", 1)))))
			.containsExactly("notebook", "pencil");
	}

	private static List<String> skus(OrderView order) {
		return order.lines().stream().map(OrderView.Line::sku).toList();
	}

	@Test
	void addsUpLinesOfTheSameProduct() {
		this.orders.place(order(line("pencil", 30), line("pencil", 30)));
		assertThat(product("pencil").getStock()).isZero();
		assertThatExceptionOfType(OutOfStockException.class)
			.isThrownBy(() -> this.orders.place(order(line("pencil", 1))));
	}

	@Test
	void placesNothingWhenOneLineFails() {
		assertThatExceptionOfType(OutOfStockException.class)
			.isThrownBy(() -> this.orders.place(order(line("pencil", 3), line("notebook", 26))))
			.withMessageContaining("25 of notebook");
		assertThatExceptionOfType(NotFoundException.class)
			.isThrownBy(() -> this.orders.place(order(line("pencil", 3), line("stapler", 1))));
		assertThat(this.sandbox).hasNotChanged();
	}

	@Test
	void refusesUnknownCustomersAndOrders() {
		assertThatExceptionOfType(NotFoundException.class)
			.isThrownBy(() -> this.orders.place(new OrderRequest(-1, List.of(line("pencil", 1)))));
		assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> this.orders.get(-1));
		assertThat(this.sandbox).hasNotChanged();
	}

	@Test
	void sellsTheLastPiecesOnceWhenOrdersCollide() throws Exception {
		Callable<Boolean> attempt = () -> {
			try {
				this.orders.place(order(line("notebook", 10)));
				return true;
			}
			catch (OutOfStockException ex) {
				return false;
			}
		};
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			int placed = 0;
			for (Future<Boolean> outcome : executor.invokeAll(List.of(attempt, attempt, attempt, attempt))) {
				placed += outcome.get() ? 1 : 0;
			}
			assertThat(placed).isEqualTo(2);
		}
		finally {
			executor.shutdown();
		}
		assertThat(product("notebook").getStock()).isEqualTo(5);
		assertThat(this.orders.list()).hasSize(2);
	}

	private Product product(String sku) {
		return this.products.findBySku(sku).orElseThrow();
	}

	private static OrderRequest order(OrderRequest.Line... lines) {
		return new OrderRequest(1, List.of(lines));
	}

	private static OrderRequest.Line line(String sku, int quantity) {
		return new OrderRequest.Line(sku, quantity);
	}

}
