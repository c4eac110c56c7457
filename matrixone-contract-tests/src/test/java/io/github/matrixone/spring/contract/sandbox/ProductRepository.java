package io.github.matrixone.spring.contract.sandbox;

import org.springframework.data.jpa.repository.JpaRepository;

public interface ProductRepository extends JpaRepository<Product, Long> {

	Product findByName(String name);

}
