package io.github.matrixone.sample.shop.product;

import java.util.List;

import org.springframework.data.domain.Sort;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.matrixone.sample.shop.NotFoundException;

/**
 * Endpoints for products.
 */
@RestController
@RequestMapping("/products")
class ProductController {

	private final ProductRepository products;

	ProductController(ProductRepository products) {
		this.products = products;
	}

	@GetMapping
	List<Product> list() {
		return this.products.findAll(Sort.by("sku"));
	}

	@GetMapping("/{sku}")
	Product get(@PathVariable String sku) {
		return this.products.findBySku(sku)
			.orElseThrow(() -> new NotFoundException("There is no product with the SKU " + sku));
	}

}
