package io.github.matrixone.sample.shop.customer;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * Finds and stores customers.
 */
public interface CustomerRepository extends JpaRepository<Customer, Long> {

}
