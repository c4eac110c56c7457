package io.github.matrixone.spring.contract;

import java.util.List;

import io.github.matrixone.spring.contract.item.Item;
import io.github.matrixone.spring.contract.item.ItemRepository;

/**
 * Items stored with JPA.
 */
record JpaItems(ItemRepository repository) implements Items {

	@Override
	public void save(Item item) {
		this.repository.save(item);
	}

	@Override
	public void saveAndFlush(Item item) {
		this.repository.saveAndFlush(item);
	}

	@Override
	public void saveAll(List<Item> items) {
		this.repository.saveAll(items);
	}

}
