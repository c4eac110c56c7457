package io.github.matrixone.spring.contract.jpa.query;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Version;

@Entity
class Purchase {

	@Id
	Long id;

	@Version
	int version;

	@ManyToOne(fetch = FetchType.LAZY)
	Customer customer;

	LocalDateTime placedAt;

	@Enumerated(EnumType.STRING)
	Status status;

	@OneToMany(mappedBy = "purchase")
	@OrderBy("id")
	List<Line> lines = new ArrayList<>();

	protected Purchase() {
	}

	Purchase(long id, Customer customer, LocalDateTime placedAt, Status status) {
		this.id = id;
		this.customer = customer;
		this.placedAt = placedAt;
		this.status = status;
	}

	@Override
	public String toString() {
		return "purchase " + this.id;
	}

	enum Status {

		OPEN, PAID, CANCELLED

	}

}
