package io.github.matrixone.spring.contract.sandbox;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;

/**
 * An application that knows nothing of sandboxes.
 */
@SpringBootApplication
class SandboxApplication {

	@Bean
	@Profile("seed")
	ApplicationRunner seed(ProductRepository products) {
		return (arguments) -> products.save(new Product("seeded at the start", 1));
	}

}
