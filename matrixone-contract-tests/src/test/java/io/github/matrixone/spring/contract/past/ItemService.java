package io.github.matrixone.spring.contract.past;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.past.ReadAsOf;

/**
 * A service whose methods are transactions.
 */
@Service
public class ItemService {

	static final String SNAPSHOT = "ct_past_annotated";

	private final ItemRepository items;

	private final EntityManager entityManager;

	ItemService(ItemRepository items, EntityManager entityManager) {
		this.items = items;
		this.entityManager = entityManager;
	}

	@Transactional
	public long add(String name, int price, int... quantities) {
		Item item = new Item(name, "tea", BigDecimal.valueOf(price, 2), LocalDate.of(2026, 1, 1));
		for (int quantity : quantities) {
			item.add(quantity);
		}
		return this.items.save(item).id();
	}

	@Transactional
	public void change(long id, String name, int price, int quantity) {
		Item item = this.items.getReferenceById(id);
		item.rename(name);
		item.reprice(BigDecimal.valueOf(price, 2));
		item.add(quantity);
	}

	@Transactional(readOnly = true)
	public String describe(long id) {
		Optional<Item> item = this.items.findById(id);
		return item
			.map((found) -> found.name() + ' ' + found.price() + ' '
					+ found.lines().stream().map(Line::quantity).toList())
			.orElse("none");
	}

	@Transactional(readOnly = true)
	public List<Line> lines(long id) {
		return this.items.getReferenceById(id).lines();
	}

	@Transactional(readOnly = true)
	public Item lock(long id) {
		return this.entityManager.find(Item.class, id, LockModeType.PESSIMISTIC_WRITE);
	}

	@ReadAsOf(snapshot = SNAPSHOT)
	@Transactional(readOnly = true)
	public String describeAtSnapshot(long id) {
		return describe(id);
	}

	@ReadAsOf(ago = "0s")
	@Transactional(readOnly = true)
	public String describeALittleAgo(long id) {
		return describe(id);
	}

	@Async
	@ReadAsOf(ago = "1h")
	public void later() {
		throw new AssertionError("must not be called");
	}

	@Transactional
	public void run(Runnable work) {
		work.run();
	}

}
