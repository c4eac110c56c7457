package io.github.matrixone.spring.contract.jpa.query;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Version;

@Entity
class Customer {

	@Id
	Long id;

	@Version
	int version;

	String name;

	String city;

	String email;

	boolean active;

	@Column(precision = 10, scale = 2)
	BigDecimal credit;

	@Column(name = "since_")
	LocalDateTime since;

	@OneToMany(mappedBy = "customer")
	@OrderBy("id")
	List<Purchase> purchases = new ArrayList<>();

	protected Customer() {
	}

	Customer(long id, String name, String city, String email, boolean active, String credit, LocalDateTime since) {
		this.id = id;
		this.name = name;
		this.city = city;
		this.email = email;
		this.active = active;
		this.credit = (credit != null) ? new BigDecimal(credit) : null;
		this.since = since;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
