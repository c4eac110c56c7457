package io.github.matrixone.spring.contract.sandbox;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ProductController {

	private final ProductRepository products;

	ProductController(ProductRepository products) {
		this.products = products;
	}

	@GetMapping("/add")
	String add() {
		this.products.save(new Product("plum", 1));
		return Long.toString(this.products.count());
	}

}
