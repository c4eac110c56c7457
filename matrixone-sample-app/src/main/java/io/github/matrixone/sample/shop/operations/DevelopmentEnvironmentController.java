package io.github.matrixone.sample.shop.operations;

import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import io.github.matrixone.sample.shop.customer.NewCustomer;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Endpoint for databases to develop with.
 */
@RestController
class DevelopmentEnvironmentController {

	private final DevelopmentEnvironmentService environments;

	DevelopmentEnvironmentController(DevelopmentEnvironmentService environments) {
		this.environments = environments;
	}

	@PostMapping("/development-environments/{name}")
	@ResponseStatus(HttpStatus.CREATED)
	DevelopmentEnvironment create(@PathVariable String name, @RequestParam SnapshotName snapshot,
			@RequestBody List<@NotNull @Valid NewCustomer> testCustomers) {
		return this.environments.create(name, snapshot, testCustomers);
	}

}
