package io.github.matrixone.spring.contract.jpa.query;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

@Entity
class Employee {

	@Id
	Long id;

	String name;

	@ManyToOne(fetch = FetchType.LAZY)
	Employee manager;

	String department;

	int salary;

	protected Employee() {
	}

	Employee(long id, String name, Employee manager, String department, int salary) {
		this.id = id;
		this.name = name;
		this.manager = manager;
		this.department = department;
		this.salary = salary;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
