package io.github.matrixone.spring.contract.past;

import org.springframework.data.jpa.repository.JpaRepository;

import io.github.matrixone.spring.past.ReadAsOf;

/**
 * Items as they were.
 */
@ReadAsOf(snapshot = ItemService.SNAPSHOT)
public interface AnnotatedItemRepository extends JpaRepository<Item, Long> {

	long countByName(String name);

}
