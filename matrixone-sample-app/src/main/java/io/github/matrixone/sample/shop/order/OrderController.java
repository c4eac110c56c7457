package io.github.matrixone.sample.shop.order;

import java.net.URI;
import java.util.List;

import jakarta.validation.Valid;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Endpoints for orders.
 */
@RestController
@RequestMapping("/orders")
class OrderController {

	private final OrderService orders;

	OrderController(OrderService orders) {
		this.orders = orders;
	}

	@GetMapping
	List<OrderView> list() {
		return this.orders.list();
	}

	@GetMapping("/{id}")
	OrderView get(@PathVariable long id) {
		return this.orders.get(id);
	}

	@PostMapping
	ResponseEntity<OrderView> place(@Valid @RequestBody OrderRequest request) {
		OrderView order = this.orders.place(request);
		return ResponseEntity.created(URI.create("/orders/" + order.id())).body(order);
	}

}
