package io.github.matrixone.spring.contract;

import java.util.List;

import io.github.matrixone.spring.contract.item.Item;

/**
 * Items stored with statements.
 */
record SqlItems(Sql sql) implements Items {

	@Override
	public void save(Item item) {
		this.sql.update("INSERT INTO item VALUES (?, ?, ?)", item.getId(), item.getName(), item.getQuantity());
	}

	@Override
	public void saveAndFlush(Item item) {
		save(item);
	}

	@Override
	public void saveAll(List<Item> items) {
		items.forEach(this::save);
	}

}
