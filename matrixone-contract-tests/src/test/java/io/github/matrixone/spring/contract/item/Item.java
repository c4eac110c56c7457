package io.github.matrixone.spring.contract.item;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.springframework.data.domain.Persistable;

/**
 * An entity of the contract.
 */
@Entity
public class Item implements Persistable<Integer> {

	@Id
	private Integer id;

	private String name;

	private int quantity;

	protected Item() {
	}

	public Item(int id, String name, int quantity) {
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

	public String getName() {
		return this.name;
	}

	public void setName(String name) {
		this.name = name;
	}

	public int getQuantity() {
		return this.quantity;
	}

}
