package io.github.matrixone.spring.contract.concurrency;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.springframework.data.domain.Persistable;

@Entity
class Entry implements Persistable<Integer> {

	@Id
	private Integer number;

	private String writer;

	protected Entry() {
	}

	Entry(int number, String writer) {
		this.number = number;
		this.writer = writer;
	}

	@Override
	public Integer getId() {
		return this.number;
	}

	@Override
	public boolean isNew() {
		return true;
	}

}
