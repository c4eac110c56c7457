package io.github.matrixone.spring.contract.sandbox;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

/**
 * An entity whose ids come from a sequence: on MatrixOne from a table, in blocks of 50.
 */
@Entity
public class Line {

	@Id
	@GeneratedValue(strategy = GenerationType.SEQUENCE)
	private Long id;

	@ManyToOne
	private Product product;

	private int quantity;

	protected Line() {
	}

	public Line(Product product, int quantity) {
		this.product = product;
		this.quantity = quantity;
	}

	public Long getId() {
		return this.id;
	}

}
