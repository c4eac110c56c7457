package io.github.matrixone.spring.benchmarks;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * A row of the table {@code booking}.
 */
@Entity
class Booking {

	@Id
	private long id;

	private int accountId;

	protected Booking() {
	}

	Booking(long id, int accountId) {
		this.id = id;
		this.accountId = accountId;
	}

}
