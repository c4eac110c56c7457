package io.github.matrixone.spring.shop;

import jakarta.persistence.EntityManager;
import org.springframework.transaction.annotation.Transactional;

/**
 * Sells products.
 */
class Shop {

	private final EntityManager entityManager;

	Shop(EntityManager entityManager) {
		this.entityManager = entityManager;
	}

	/**
	 * Take one from the first warehouse and two from the second.
	 */
	@Transactional
	void sellThree(long productId) {
		Product product = this.entityManager.find(Product.class, productId);
		product.take(3);
		this.entityManager.persist(new Movement(product, 1, 1));
		this.entityManager.persist(new Movement(product, 2, 2));
	}

}
