package io.github.matrixone.spring.contract.past;

import java.math.BigDecimal;
import java.util.List;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Query;

/**
 * Items, in all the ways that a repository can ask for them.
 */
public interface ItemRepository extends JpaRepository<Item, Long>, JpaSpecificationExecutor<Item> {

	List<Named> findByPriceBetweenOrderById(BigDecimal least, BigDecimal most);

	List<Named> findByNameContainingOrKindOrderByNameDescId(String part, String kind);

	long countByKind(String kind);

	@Query("select i.kind, count(l), sum(l.quantity) from Item i left join i.lines l group by i.kind order by i.kind")
	List<Object[]> sums();

	@Query(value = "SELECT i.id, i.name, (SELECT sum(l.quantity) FROM order_line l WHERE l.item_id = i.id) AS q "
			+ "FROM item i WHERE i.id IN (SELECT item_id FROM order_line WHERE quantity > :least) ORDER BY i.id",
			nativeQuery = true)
	List<Object[]> soldMore(int least);

	/**
	 * A part of an item.
	 */
	interface Named {

		Long getId();

		String getName();

		BigDecimal getPrice();

	}

}
