package io.github.matrixone.sample.shop.order;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.sample.shop.NotFoundException;
import io.github.matrixone.sample.shop.customer.Customer;
import io.github.matrixone.sample.shop.customer.CustomerRepository;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.sample.shop.product.ProductRepository;
import io.github.matrixone.spring.retry.RetryOnConflict;

/**
 * Takes orders. Nothing in here knows of MatrixOne, except that two orders for the same
 * product may collide, and that what the server then says is worth another try.
 */
@Service
public class OrderService {

	private final CustomerRepository customers;

	private final ProductRepository products;

	private final PurchaseOrderRepository orders;

	OrderService(CustomerRepository customers, ProductRepository products, PurchaseOrderRepository orders) {
		this.customers = customers;
		this.products = products;
		this.orders = orders;
	}

	/**
	 * Place an order: all of its lines, or none.
	 * @param request what the customer wants
	 * @return the order
	 */
	@RetryOnConflict(delay = 20, jitter = 10)
	@Transactional
	public OrderView place(OrderRequest request) {
		Customer customer = this.customers.findById(request.customerId())
			.orElseThrow(() -> new NotFoundException("There is no customer " + request.customerId()));
		Map<String, Product> wanted = this.products.findBySkuIn(request.skus())
			.stream()
			.collect(Collectors.toMap(Product::getSku, Function.identity()));
		PurchaseOrder order = new PurchaseOrder(customer, Instant.now());
		for (OrderRequest.Line line : request.linesInOrderOfProducts()) {
			Product product = wanted.get(line.sku());
			if (product == null) {
				throw new NotFoundException("There is no product with the SKU " + line.sku());
			}
			order.add(product, line.quantity());
		}
		return OrderView.of(this.orders.save(order));
	}

	@Transactional(readOnly = true)
	public List<OrderView> list() {
		return this.orders.findAllByOrderById().stream().map(OrderView::of).toList();
	}

	@Transactional(readOnly = true)
	public OrderView get(long id) {
		return this.orders.findWithLinesById(id)
			.map(OrderView::of)
			.orElseThrow(() -> new NotFoundException("There is no order " + id));
	}

}
