package io.github.matrixone.spring.contract.jpa.query;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

import jakarta.persistence.Column;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.ConstructorResult;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityResult;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Version;

@Entity
@SqlResultSetMapping(name = "CustomerWithPurchases", entities = @EntityResult(entityClass = Customer.class),
		columns = @ColumnResult(name = "purchases", type = Long.class))
@SqlResultSetMapping(name = "NameAndCredit",
		classes = @ConstructorResult(targetClass = QueryNativeTests.NameAndCredit.class,
				columns = { @ColumnResult(name = "name"), @ColumnResult(name = "credit") }))
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
