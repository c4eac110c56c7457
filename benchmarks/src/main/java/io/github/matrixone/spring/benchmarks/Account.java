package io.github.matrixone.spring.benchmarks;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * A row of the table {@code account}.
 */
@Entity
class Account {

	@Id
	private int id;

	private long balance;

	protected Account() {
	}

	void add() {
		this.balance++;
	}

}
