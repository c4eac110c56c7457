package io.github.matrixone.sample.shop.demonstration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.matrixone.sample.shop.ShopDatabase;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Says what the shop runs on, and what the demonstration has done.
 */
@RestController
class HomeController {

	private final MatrixOneBackend backend;

	private final ShopDatabase shop;

	private final ObjectProvider<Demonstration> demonstration;

	HomeController(MatrixOneBackend backend, ShopDatabase shop, ObjectProvider<Demonstration> demonstration) {
		this.backend = backend;
		this.shop = shop;
		this.demonstration = demonstration;
	}

	@GetMapping("/")
	Home home() {
		Demonstration demonstration = this.demonstration.getIfAvailable();
		return new Home(this.backend.description(), this.shop.name(),
				(demonstration != null) ? demonstration.report() : null);
	}

	record Home(String backend, DatabaseName database, @Nullable DemonstrationReport demonstration) {

	}

}
