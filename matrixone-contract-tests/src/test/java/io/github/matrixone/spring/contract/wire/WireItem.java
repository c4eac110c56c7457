package io.github.matrixone.spring.contract.wire;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * A row that JPA writes.
 */
@Entity
@Table(name = "item")
class WireItem {

	@Id
	private Long id;

	protected WireItem() {
	}

	WireItem(long id) {
		this.id = id;
	}

	Long getId() {
		return this.id;
	}

}
