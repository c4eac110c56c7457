package io.github.matrixone.spring.contract.jpa.query;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;

@Entity
@Inheritance(strategy = InheritanceType.SINGLE_TABLE)
class Vehicle {

	@Id
	Long id;

	String name;

	protected Vehicle() {
	}

	Vehicle(long id, String name) {
		this.id = id;
		this.name = name;
	}

	@Override
	public String toString() {
		return this.name;
	}

	@Entity(name = "Car")
	static class Car extends Vehicle {

		Integer doors;

		protected Car() {
		}

		Car(long id, String name, int doors) {
			super(id, name);
			this.doors = doors;
		}

	}

	@Entity(name = "Truck")
	static class Truck extends Vehicle {

		@Column(name = "load_")
		Integer load;

		protected Truck() {
		}

		Truck(long id, String name, int load) {
			super(id, name);
			this.load = load;
		}

	}

}
