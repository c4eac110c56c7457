package io.github.matrixone.spring.contract.slices;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity
@Table(name = "item")
class SliceItem {

	@Id
	private int id;

	private String name;

	protected SliceItem() {
	}

	SliceItem(int id, String name) {
		this.id = id;
		this.name = name;
	}

	String getName() {
		return this.name;
	}

}
