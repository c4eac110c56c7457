package io.github.matrixone.spring.contract.past;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;

/**
 * Something for sale.
 */
@Entity
class Item {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private Long id;

	private String name;

	private String kind;

	private BigDecimal price;

	private LocalDate since;

	@OneToMany(mappedBy = "item", cascade = CascadeType.ALL)
	private final List<Line> lines = new ArrayList<>();

	protected Item() {
	}

	Item(String name, String kind, BigDecimal price, LocalDate since) {
		this.name = name;
		this.kind = kind;
		this.price = price;
		this.since = since;
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

	BigDecimal price() {
		return this.price;
	}

	void reprice(BigDecimal price) {
		this.price = price;
	}

	List<Line> lines() {
		return this.lines;
	}

	void add(int quantity) {
		this.lines.add(new Line(this, quantity));
	}

}
