package io.github.matrixone.spring.contract.migration;

import jakarta.persistence.Entity;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;

/**
 * An entity that refers to another.
 */
@Entity
class Book {

	@Id
	@GeneratedValue(strategy = GenerationType.SEQUENCE)
	Long id;

	String title;

	@ManyToOne(optional = false)
	@JoinColumn(foreignKey = @ForeignKey(name = "fk_book_author"))
	Author author;

}
