package io.github.matrixone.spring.contract.jpa;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;

import jakarta.persistence.CheckConstraint;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import org.hibernate.KeyType;
import org.hibernate.PropertyValueException;
import org.hibernate.annotations.Collate;
import org.hibernate.annotations.ColumnDefault;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.DynamicInsert;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.GeneratedColumn;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.SourceType;
import org.hibernate.annotations.UpdateTimestamp;
import org.hibernate.exception.ConstraintViolationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.FaultOfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

@EnabledIfServer
class MappingColumnsTests extends MappingContract {

	@Test
	void aNullWhereNoneMayBeIsRefused() {
		Customer customer = customer("not null");
		customer.name = null;
		store(customer("named"));
		assertThatExceptionOfType(PropertyValueException.class).isThrownBy(() -> store(customer));
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.jdbc.update("UPDATE customer SET name = NULL"))
			.withMessageContaining("name");
	}

	@Test
	void aSecondRowUnderAUniqueKeyIsRefused() {
		store(customer("unique"));
		assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> store(customer("unique")));
	}

	@Test
	void aSecondRowUnderAUniqueKeyOfTwoColumnsIsRefused() {
		Customer first = customer("first");
		first.country = "DE";
		first.taxNumber = "1";
		store(first);
		Customer second = customer("second");
		second.country = "DE";
		second.taxNumber = "1";
		assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> store(second));
		second.taxNumber = null;
		store(second);
		Customer third = customer("third");
		third.country = "DE";
		store(third);
	}

	@ParameterizedTest
	@CsvSource({ "case, CASE", "accent-e, accent-\u00e9", "width-a, width-\uff41", "'blank', 'blank '",
			"emoji-\uD83D\uDE00, emoji-\uD83D\uDE01", "composed-\u00e9, composed-e\u0301", "sharp-ss, sharp-\u00df" })
	void aUniqueKeyTellsAllTextsApart(String first, String second) {
		store(customer(first));
		Customer other = store(customer(second));
		List<Customer> found = call(
				(em) -> em.createQuery("select c from Customer c where c.email = :email", Customer.class)
					.setParameter("email", second)
					.getResultList());
		assertThat(found).extracting((customer) -> customer.id).containsExactly(other.id);
	}

	@ParameterizedTest
	@ValueSource(strings = { "generalCi", "unicodeCi", "bin" })
	void aCollationIsAcceptedAndIgnored(String attribute) {
		Collated collated = new Collated();
		collated.generalCi = "Text";
		collated.unicodeCi = "Text";
		collated.bin = "Text";
		store(collated);
		String query = "select count(c) from Collated c where c.id = :id and c." + attribute + " = :text";
		assertThat(count(query, collated.id, "Text")).isOne();
		assertThat(count(query, collated.id, "text")).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 151 })
	void aCheckIsEnforced(int age) {
		Customer customer = customer("check" + age);
		customer.age = age;
		assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> store(customer));
	}

	@Test
	void aCheckOfTheTableIsEnforced() {
		Customer customer = customer("table check");
		customer.country = "DE";
		customer.name = "DE";
		assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> store(customer));
	}

	// no issue known
	@Test
	@FaultOfServer("a CHECK is not enforced for an UPDATE")
	void aCheckIsNotEnforcedForUpdates() {
		Customer customer = store(customer("update check"));
		run((em) -> em.find(Customer.class, customer.id).age = -1);
		assertThat(call((em) -> em.find(Customer.class, customer.id)).age).isEqualTo(-1);
		run((em) -> em.remove(em.find(Customer.class, customer.id)));
	}

	@Test
	void commentsIndexesAndKeysAreCreated() {
		String sql = this.jdbc.queryForObject("SHOW CREATE TABLE customer", (row, number) -> row.getString(2));
		assertThat(sql).contains("COMMENT 'The name'")
			.contains("COMMENT='All customers'")
			.contains("KEY `customer_age` (`age`)")
			.contains("UNIQUE KEY `customer_tax` (`country`,`tax_number`)");
	}

	@Test
	void columnsAreComputedByTheServer() {
		Customer customer = store(customer("computed"));
		assertThat(customer.ageInMonths).isEqualTo(360);
		assertThat(customer.level).isEqualTo("bronze");
		run((em) -> em.find(Customer.class, customer.id).age = 31);
		Customer found = call((em) -> em.find(Customer.class, customer.id));
		assertThat(found.ageInMonths).isEqualTo(372);
		assertThat(found.upperName).isEqualTo("NAME");
		assertThat(found.others)
			.isEqualTo(call((em) -> em.createQuery("select count(c) from Customer c where c.id <> :id", Long.class)
				.setParameter("id", customer.id)
				.getSingleResult()));
	}

	@Test
	void aColumnIsTransformed() {
		Customer customer = customer("transformed");
		customer.secret = "a'b\u4e2d";
		store(customer);
		assertThat(call((em) -> em.find(Customer.class, customer.id)).secret).isEqualTo("a'b\u4e2d");
		assertThat(this.jdbc.queryForObject("SELECT secret FROM customer WHERE id = ?", String.class, customer.id))
			.isEqualTo("612762E4B8AD");
	}

	@Test
	void timesOfCreationAndUpdateAreKept() throws Exception {
		Customer customer = store(customer("timestamps"));
		Customer created = call((em) -> em.find(Customer.class, customer.id));
		assertThat(created.created).isCloseTo(Instant.now(), within(Duration.ofMinutes(1)));
		assertThat(created.created).isEqualTo(customer.created.truncatedTo(ChronoUnit.MICROS));
		assertThat(created.createdByServer).isEqualTo(customer.createdByServer);
		run((em) -> em.find(Customer.class, customer.id).name = "other");
		Customer updated = call((em) -> em.find(Customer.class, customer.id));
		assertThat(updated.created).isEqualTo(created.created);
		assertThat(updated.createdByServer).isEqualTo(created.createdByServer);
		assertThat(updated.updated).isAfter(created.updated);
		assertThat(updated.updatedByServer).isAfter(created.updatedByServer);
	}

	@Test
	void aNaturalIdFindsItsEntity() {
		Customer customer = store(customer("natural"));
		Customer found = call((em) -> em.find(Customer.class, "natural", KeyType.NATURAL));
		assertThat(found.id).isEqualTo(customer.id);
	}

	@Test
	void reservedWordsAreNames() {
		Order order = new Order();
		order.select = "a";
		order.rank = 1;
		order.group = true;
		order.key = "k";
		order.values = "v";
		order.snapshot = "s";
		store(order);
		run((em) -> em.find(Order.class, order.id).rank = 2);
		Order found = call((em) -> em.createQuery("select o from Order o where o.rank = 2 and o.id = :id", Order.class)
			.setParameter("id", order.id)
			.getSingleResult());
		assertThat(found).usingRecursiveComparison().ignoringFields("rank").isEqualTo(order);
		run((em) -> em.createQuery("delete from Order").executeUpdate());
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM `order`", Long.class)).isZero();
	}

	@Test
	void namesAreLowerCase() {
		MixedCase mixed = new MixedCase();
		mixed.someName = "x";
		store(mixed);
		assertThat(call((em) -> em.find(MixedCase.class, mixed.id)).someName).isEqualTo("x");
		assertThat(this.jdbc.queryForList("SHOW TABLES", String.class)).contains("mixedcase");
	}

	@Test
	void anEntityOfACatalogIsStoredThere() {
		InCatalog entity = new InCatalog();
		entity.name = "x";
		store(entity);
		assertThat(call((em) -> em.find(InCatalog.class, entity.id)).name).isEqualTo("x");
		assertThat(this.jdbc.queryForObject(
				"SELECT count(*) FROM " + MappingModel.DATABASE + ".in_catalog WHERE id = ?", Long.class, entity.id))
			.isOne();
	}

	private Long count(String query, Long id, String text) {
		return call((em) -> em.createQuery(query, Long.class)
			.setParameter("id", id)
			.setParameter("text", text)
			.getSingleResult());
	}

	private static Customer customer(String email) {
		Customer customer = new Customer();
		customer.email = email;
		customer.name = "name";
		customer.age = 30;
		return customer;
	}

	@Entity(name = "Customer")
	@DynamicInsert
	@DynamicUpdate
	@Table(comment = "All customers", indexes = @Index(name = "customer_age", columnList = "age"),
			uniqueConstraints = @UniqueConstraint(name = "customer_tax", columnNames = { "country", "taxNumber" }),
			check = @CheckConstraint(name = "customer_country", constraint = "country <> name"))
	static class Customer {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@NaturalId
		String email;

		@Column(nullable = false, comment = "The name")
		String name;

		@Column(check = @CheckConstraint(constraint = "age between 0 and 150"))
		int age;

		String country;

		String taxNumber;

		@ColumnDefault("'bronze'")
		@Generated
		@Column(name = "level_")
		String level;

		@GeneratedColumn("age * 12")
		Integer ageInMonths;

		@Formula("upper(name)")
		String upperName;

		@Formula("(select count(*) from Customer c where c.id <> id)")
		Long others;

		@ColumnTransformer(read = "unhex(secret)", write = "hex(?)")
		String secret;

		@CreationTimestamp
		Instant created;

		@UpdateTimestamp
		Instant updated;

		@CreationTimestamp(source = SourceType.DB)
		LocalDateTime createdByServer;

		@UpdateTimestamp(source = SourceType.DB)
		LocalDateTime updatedByServer;

	}

	@Entity(name = "Collated")
	static class Collated {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@Column(length = 50, columnDefinition = "varchar(50) collate utf8mb4_general_ci")
		String generalCi;

		@Column(length = 50)
		@Collate("utf8mb4_unicode_ci")
		String unicodeCi;

		@Column(length = 50, columnDefinition = "varchar(50) collate utf8mb4_bin")
		String bin;

	}

	@Entity(name = "Order")
	@Table(name = "`Order`")
	static class Order {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@Column(name = "`select`")
		String select;

		@Column(name = "`rank`")
		Integer rank;

		@Column(name = "`Group`")
		Boolean group;

		@Column(name = "`key`")
		String key;

		@Column(name = "`values`")
		String values;

		@Column(name = "`snapshot`")
		String snapshot;

	}

	@Entity(name = "MixedCase")
	@Table(name = "`MixedCase`")
	static class MixedCase {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		@Column(name = "`Id`")
		Long id;

		@Column(name = "`SomeName`")
		String someName;

	}

	@Entity(name = "InCatalog")
	@Table(catalog = MappingModel.DATABASE)
	static class InCatalog {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String name;

	}

}
