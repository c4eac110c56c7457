package io.github.matrixone.spring.contract.sandbox;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class ProductService {

	private final ProductRepository products;

	private final LineRepository lines;

	ProductService(ProductRepository products, LineRepository lines) {
		this.products = products;
		this.lines = lines;
	}

	@Transactional
	void order(String name, int quantity) {
		Product product = this.products.findByName(name);
		this.lines.save(new Line(product, quantity));
		product.setStock(product.getStock() - quantity);
	}

	long count() {
		return this.products.count();
	}

}
