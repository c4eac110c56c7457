package io.github.matrixone.spring.contract.migration;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import jakarta.persistence.Version;

/**
 * An entity with a column of each common type, keys and indexes.
 */
@Entity
@Table(name = "author", uniqueConstraints = @UniqueConstraint(name = "uk_author_email", columnNames = "email"),
		indexes = @Index(name = "ix_author_born", columnList = "born, last_name"))
class Author {

	enum Kind {

		STAFF, GUEST

	}

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	Long id;

	@Version
	int version;

	@Column(nullable = false, length = 80)
	String email;

	@Column(name = "last_name")
	String lastName;

	LocalDate born;

	boolean active;

	@Column(precision = 12, scale = 3)
	BigDecimal fee;

	@Enumerated(EnumType.STRING)
	Kind kind;

	@Enumerated(EnumType.ORDINAL)
	Kind formerKind;

	Instant joined;

	UUID token;

	Double rating;

	@ElementCollection
	List<String> tags = new ArrayList<>();

	@OneToMany(mappedBy = "author", cascade = CascadeType.ALL)
	List<Book> books = new ArrayList<>();

}
