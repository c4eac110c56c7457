package io.github.matrixone.sample.shop.order;

import java.util.List;
import java.util.Optional;

import org.springframework.data.jpa.repository.EntityGraph;
import org.springframework.data.jpa.repository.JpaRepository;

/**
 * Finds and stores orders.
 */
public interface PurchaseOrderRepository extends JpaRepository<PurchaseOrder, Long> {

	@EntityGraph(attributePaths = { "customer", "lines.product" })
	List<PurchaseOrder> findAllByOrderById();

	@EntityGraph(attributePaths = { "customer", "lines.product" })
	Optional<PurchaseOrder> findWithLinesById(long id);

}
