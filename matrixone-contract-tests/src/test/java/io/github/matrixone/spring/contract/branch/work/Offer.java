package io.github.matrixone.spring.contract.branch.work;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;

@Entity
class Offer {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private Long id;

	private int price;

	protected Offer() {
	}

	Offer(int price) {
		this.price = price;
	}

	int price() {
		return this.price;
	}

}
