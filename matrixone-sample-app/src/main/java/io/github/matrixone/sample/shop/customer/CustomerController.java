package io.github.matrixone.sample.shop.customer;

import java.util.List;

import jakarta.validation.Valid;
import org.springframework.data.domain.Sort;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Endpoints for customers.
 */
@RestController
@RequestMapping("/customers")
class CustomerController {

	private final CustomerRepository customers;

	CustomerController(CustomerRepository customers) {
		this.customers = customers;
	}

	@GetMapping
	List<Customer> list() {
		return this.customers.findAll(Sort.by("id"));
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Customer create(@Valid @RequestBody NewCustomer customer) {
		return this.customers.save(new Customer(customer.name(), customer.email()));
	}

}
