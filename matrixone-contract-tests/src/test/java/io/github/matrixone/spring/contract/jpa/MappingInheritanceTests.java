package io.github.matrixone.spring.contract.jpa;

import java.util.List;

import jakarta.persistence.Column;
import jakarta.persistence.DiscriminatorColumn;
import jakarta.persistence.DiscriminatorType;
import jakarta.persistence.DiscriminatorValue;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.SecondaryTable;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EnabledIfServer
class MappingInheritanceTests extends MappingContract {

	@Test
	void subclassesShareATable() {
		Car car = new Car();
		car.name = "car";
		car.doors = 4;
		Bicycle bicycle = new Bicycle();
		bicycle.name = "bicycle";
		bicycle.gears = 21;
		store(car);
		store(bicycle);
		run((em) -> em.find(Car.class, car.id).doors = 5);
		assertThat(((Car) call((em) -> em.find(Vehicle.class, car.id))).doors).isEqualTo(5);
		assertThat(((Bicycle) call((em) -> em.find(Vehicle.class, bicycle.id))).gears).isEqualTo(21);
		Bicycle none = call((em) -> em.find(Bicycle.class, car.id));
		assertThat(none).isNull();
		List<Vehicle> cars = call(
				(em) -> em.createQuery("select v from Vehicle v where type(v) = Car", Vehicle.class).getResultList());
		assertThat(cars).hasSize(1);
	}

	@Test
	void subclassesAreJoined() {
		Cat cat = new Cat();
		cat.name = "cat";
		cat.lives = 9;
		Dog dog = new Dog();
		dog.name = "dog";
		dog.trained = true;
		store(cat);
		store(dog);
		run((em) -> {
			Cat found = em.find(Cat.class, cat.id);
			found.name = "tom";
			found.lives = 8;
		});
		List<Animal> animals = call(
				(em) -> em.createQuery("select a from Animal a order by a.name", Animal.class).getResultList());
		assertThat(animals).hasSize(2);
		assertThat(((Dog) animals.get(0)).trained).isTrue();
		assertThat(((Cat) animals.get(1)).lives).isEqualTo(8);
		run((em) -> em.createQuery("update Cat c set c.name = 'felix', c.lives = 7").executeUpdate());
		assertThat(call((em) -> em.find(Cat.class, cat.id)).lives).isEqualTo(7);
		run((em) -> em.createQuery("delete from Animal").executeUpdate());
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM cat", Long.class)).isZero();
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM animal", Long.class)).isZero();
	}

	@Test
	void eachSubclassHasATable() {
		Cash cash = new Cash();
		cash.amount = 1;
		cash.currency = "EUR";
		Card card = new Card();
		card.amount = 2;
		card.number = "1234";
		store(cash);
		store(card);
		List<Payment> payments = call(
				(em) -> em.createQuery("select p from Payment p order by p.amount", Payment.class).getResultList());
		assertThat(payments).hasSize(2);
		assertThat(((Cash) payments.get(0)).currency).isEqualTo("EUR");
		assertThat(((Card) payments.get(1)).number).isEqualTo("1234");
		assertThat(((Card) call((em) -> em.find(Payment.class, card.id))).amount).isEqualTo(2);
		run((em) -> em.createQuery("update Payment p set p.amount = p.amount + 10").executeUpdate());
		Long sum = call((em) -> em.createQuery("select sum(p.amount) from Payment p", Long.class).getSingleResult());
		assertThat(sum).isEqualTo(23);
	}

	@Test
	void anEntityIsSpreadOverTwoTables() {
		Employee employee = new Employee();
		employee.name = "name";
		employee.note = "note";
		store(employee);
		assertThat(call((em) -> em.find(Employee.class, employee.id)).note).isEqualTo("note");
		run((em) -> em.find(Employee.class, employee.id).note = null);
		assertThat(call((em) -> em.find(Employee.class, employee.id)).note).isNull();
		run((em) -> em.find(Employee.class, employee.id).note = "again");
		assertThat(call((em) -> em.find(Employee.class, employee.id)).note).isEqualTo("again");
	}

	@Test
	void anEntityIsUpserted() {
		Employee employee = new Employee();
		employee.id = 1_000_000L;
		employee.name = "inserted";
		upsert(employee);
		employee.name = "updated'\\";
		upsert(employee);
		assertThat(call((em) -> em.find(Employee.class, employee.id)).name).isEqualTo("updated'\\");
	}

	@Test
	void anEmbeddableHasSubclasses() {
		Holder holder = new Holder();
		Circle circle = new Circle();
		circle.label = "round";
		circle.radius = 2;
		holder.shape = circle;
		store(holder);
		Holder found = call((em) -> em.find(Holder.class, holder.id));
		assertThat(found.shape).isInstanceOf(Circle.class);
		assertThat(((Circle) found.shape).radius).isEqualTo(2);
		assertThat(found.shape.label).isEqualTo("round");
	}

	@Test
	void anUnknownDiscriminatorIsRefused() {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> this.jdbc.update("INSERT INTO vehicle (kind, name) VALUES ('X', 'x')"))
			.withStackTraceContaining("Check constraint");
	}

	private void upsert(Object entity) {
		try (StatelessSession session = this.entityManagerFactory.unwrap(SessionFactory.class).openStatelessSession()) {
			session.beginTransaction();
			session.upsert(entity);
			session.getTransaction().commit();
		}
	}

	@MappedSuperclass
	abstract static class Named {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String name;

	}

	@Entity(name = "Vehicle")
	@Inheritance
	@DiscriminatorColumn(name = "kind", discriminatorType = DiscriminatorType.STRING, length = 1)
	abstract static class Vehicle extends Named {

	}

	@Entity(name = "Car")
	@DiscriminatorValue("C")
	static class Car extends Vehicle {

		Integer doors;

	}

	@Entity(name = "Bicycle")
	@DiscriminatorValue("B")
	static class Bicycle extends Vehicle {

		Integer gears;

	}

	@Entity(name = "Animal")
	@Inheritance(strategy = InheritanceType.JOINED)
	static class Animal extends Named {

	}

	@Entity(name = "Cat")
	static class Cat extends Animal {

		int lives;

	}

	@Entity(name = "Dog")
	static class Dog extends Animal {

		boolean trained;

	}

	@Entity(name = "Payment")
	@Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
	abstract static class Payment {

		@Id
		@GeneratedValue(strategy = GenerationType.SEQUENCE)
		Long id;

		int amount;

	}

	@Entity(name = "Cash")
	static class Cash extends Payment {

		String currency;

	}

	@Entity(name = "Card")
	static class Card extends Payment {

		@Column(name = "number_")
		String number;

	}

	@Entity(name = "Employee")
	@SecondaryTable(name = "employee_note")
	static class Employee extends Named {

		@Column(table = "employee_note")
		String note;

	}

	@Entity(name = "Holder")
	static class Holder extends Named {

		@Embedded
		Shape shape;

	}

	@Embeddable
	@DiscriminatorColumn(name = "shape_type")
	static class Shape {

		String label;

	}

	@Embeddable
	static class Circle extends Shape {

		Integer radius;

	}

	@Embeddable
	static class Square extends Shape {

		Integer side;

	}

}
