package io.github.matrixone.spring.contract.branch.work;

import java.util.ArrayList;
import java.util.List;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToMany;

@Entity
class Product {

	@Id
	@GeneratedValue(strategy = GenerationType.SEQUENCE)
	private Long id;

	private String name;

	// A list in a table of its own would have no primary key there, so that it could not
	// be merged.
	@OneToMany(cascade = CascadeType.ALL)
	@JoinColumn(name = "product")
	private final List<Offer> offers = new ArrayList<>();

	protected Product() {
	}

	Product(String name) {
		this.name = name;
	}

	Long id() {
		return this.id;
	}

	String name() {
		return this.name;
	}

	void rename(String name) {
		this.name = name;
	}

	List<Offer> offers() {
		return this.offers;
	}

}
