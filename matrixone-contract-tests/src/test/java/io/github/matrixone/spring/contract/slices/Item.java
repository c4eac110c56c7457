package io.github.matrixone.spring.contract.slices;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

@Entity
class Item {

	@Id
	private int id;

	private String name;

	protected Item() {
	}

	Item(int id, String name) {
		this.id = id;
		this.name = name;
	}

	String getName() {
		return this.name;
	}

}
