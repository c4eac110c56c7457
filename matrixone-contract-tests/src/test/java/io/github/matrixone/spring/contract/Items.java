package io.github.matrixone.spring.contract;

import java.util.List;

import io.github.matrixone.spring.contract.item.Item;

/**
 * How the application under test stores its items: with JPA, which may hold a change back
 * until it is flushed, or with statements that are sent at once.
 */
interface Items {

	void save(Item item);

	void saveAndFlush(Item item);

	void saveAll(List<Item> items);

}
