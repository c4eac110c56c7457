package io.github.matrixone.sample.reactive;

import java.math.BigDecimal;

import org.springframework.data.r2dbc.repository.Query;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

interface ProductRepository extends ReactiveCrudRepository<Product, Long> {

	Flux<Product> findByNameContainingOrderBySku(String part);

	Mono<Long> countByPriceGreaterThanEqual(BigDecimal price);

	@Query("SELECT max(price) FROM product")
	Mono<BigDecimal> highestPrice();

	@Query("""
			SELECT p.name FROM product p
			JOIN order_line l ON l.product_id = p.id
			JOIN purchase_order o ON o.id = l.order_id
			JOIN customer c ON c.id = o.customer_id
			WHERE c.email = :email ORDER BY p.name""")
	Flux<String> findNamesBoughtBy(String email);

}
