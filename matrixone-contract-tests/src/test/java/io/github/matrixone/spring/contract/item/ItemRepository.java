package io.github.matrixone.spring.contract.item;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * A repository of the contract.
 */
public interface ItemRepository extends JpaRepository<Item, Integer> {

}
