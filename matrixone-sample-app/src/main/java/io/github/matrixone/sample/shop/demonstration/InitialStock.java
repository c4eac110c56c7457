package io.github.matrixone.sample.shop.demonstration;

import java.math.BigDecimal;
import java.util.List;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.sample.shop.customer.Customer;
import io.github.matrixone.sample.shop.customer.CustomerRepository;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.sample.shop.product.ProductRepository;

/**
 * Fills an empty shop.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class InitialStock implements ApplicationRunner {

	private final CustomerRepository customers;

	private final ProductRepository products;

	InitialStock(CustomerRepository customers, ProductRepository products) {
		this.customers = customers;
		this.products = products;
	}

	@Override
	@Transactional
	public void run(ApplicationArguments arguments) {
		if (this.products.count() == 0) {
			this.products.saveAll(List.of(new Product("eraser", "Eraser", new BigDecimal("0.80"), 40),
					new Product("notebook", "Notebook", new BigDecimal("3.50"), 25),
					new Product("pencil", "Pencil", new BigDecimal("1.20"), 60)));
		}
		if (this.customers.count() == 0) {
			this.customers.saveAll(List.of(new Customer("Ada Lovelace", "ada@example.com"),
					new Customer("Alan Turing", "alan@example.com")));
		}
	}

}
