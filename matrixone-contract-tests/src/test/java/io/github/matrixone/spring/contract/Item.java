package io.github.matrixone.spring.contract;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

import org.springframework.data.domain.Persistable;

@Entity
class Item implements Persistable<Integer> {

	@Id
	private Integer id;

	private String name;

	private int quantity;

	protected Item() {
	}

	Item(int id, String name, int quantity) {
		this.id = id;
		this.name = name;
		this.quantity = quantity;
	}

	@Override
	public Integer getId() {
		return this.id;
	}

	@Override
	public boolean isNew() {
		return true;
	}

	String getName() {
		return this.name;
	}

	void setName(String name) {
		this.name = name;
	}

	int getQuantity() {
		return this.quantity;
	}

}
