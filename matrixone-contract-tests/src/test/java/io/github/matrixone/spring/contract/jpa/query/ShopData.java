package io.github.matrixone.spring.contract.jpa.query;

import java.time.LocalDateTime;
import java.util.List;

import jakarta.persistence.EntityManager;

/**
 * The rows that the queries are asked for.
 */
final class ShopData {

	private ShopData() {
	}

	static void deleteFrom(EntityManager entityManager) {
		entityManager.createNativeQuery("update employee set manager_id = null").executeUpdate();
		for (String table : List.of("line", "card_payment", "bank_payment", "payment", "purchase", "customer",
				"product", "vehicle", "employee")) {
			entityManager.createNativeQuery("delete from " + table).executeUpdate();
		}
	}

	static void persistIn(EntityManager entityManager) {
		Customer ada = new Customer(1, "Ada", "Berlin", "ada@x.org", true, "100.00", at("2020-01-01T10:00:00.123456"));
		Customer bob = new Customer(2, "Bob", "Berlin", null, true, "50.00", at("2021-06-15T11:30"));
		Customer cid = new Customer(3, "Cid", "Paris", "cid@x.org", false, null, at("2022-12-31T23:59:59"));
		Customer dan = new Customer(4, "Dan", null, "dan@x.org", true, "0.00", null);
		Product pen = new Product(1, "P-1", "pen", "stationery", "1.50", false);
		Product book = new Product(2, "B_1", "book", "books", "12.00", false);
		Product ink = new Product(3, "I%1", "ink", "stationery", "4.25", false);
		Product desk = new Product(4, "D\\1", "desk", "furniture", "150.00", true);
		Purchase first = new Purchase(10, ada, at("2024-01-05T09:00"), Purchase.Status.PAID);
		Purchase second = new Purchase(11, ada, at("2024-02-10T10:00"), Purchase.Status.OPEN);
		Purchase third = new Purchase(12, bob, at("2024-02-20T11:00"), Purchase.Status.PAID);
		Purchase fourth = new Purchase(13, cid, at("2024-03-01T12:00"), Purchase.Status.CANCELLED);
		Purchase nobodys = new Purchase(14, null, at("2024-03-15T13:00"), Purchase.Status.OPEN);
		Employee root = new Employee(1, "Root", null, "A", 300);
		Employee left = new Employee(2, "Left", root, "A", 200);
		Employee right = new Employee(3, "Right", root, "B", 200);
		persist(entityManager, ada, bob, cid, dan, pen, book, ink, desk, first, second, third, fourth, nobodys);
		persist(entityManager, new Line(100, first, pen, 10, "1.50"), new Line(101, first, book, 1, "12.00"),
				new Line(102, second, ink, 2, "4.25"), new Line(103, third, book, 3, "12.00"),
				new Line(104, third, pen, 5, "1.40"), new Line(105, fourth, pen, 1, "1.50"));
		persist(entityManager, new Payment.Card(1, first, "27.00", "4111"), new Payment.Bank(2, third, "43.00", "DE1"),
				new Payment.Card(3, fourth, "1.50", "4222"));
		persist(entityManager, new Vehicle.Car(1, "mini", 3), new Vehicle.Car(2, "van", 5),
				new Vehicle.Truck(3, "big", 10));
		persist(entityManager, root, left, right, new Employee(4, "Lisa", left, "A", 100),
				new Employee(5, "Luca", left, "B", 120), new Employee(6, "Rosa", right, "B", 100));
		entityManager.flush();
		entityManager.clear();
	}

	static LocalDateTime at(String text) {
		return LocalDateTime.parse(text);
	}

	private static void persist(EntityManager entityManager, Object... entities) {
		List.of(entities).forEach(entityManager::persist);
	}

}
