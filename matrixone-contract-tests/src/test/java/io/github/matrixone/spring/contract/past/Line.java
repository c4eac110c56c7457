package io.github.matrixone.spring.contract.past;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;

/**
 * Some of an item that were ordered.
 */
@Entity
@Table(name = "order_line")
class Line {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private Long id;

	@ManyToOne(fetch = FetchType.LAZY)
	private Item item;

	private int quantity;

	protected Line() {
	}

	Line(Item item, int quantity) {
		this.item = item;
		this.quantity = quantity;
	}

	int quantity() {
		return this.quantity;
	}

	Item item() {
		return this.item;
	}

}
