package io.github.matrixone.spring.contract.jpa;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.SchemaValidationException;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.FaultOfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EnabledIfServer
class MappingSchemaTests {

	private static final String DATABASE = MappingModel.CHANGED_DATABASE;

	private static final String URL = MappingModel.url(DATABASE);

	@BeforeEach
	void recreate() {
		MappingModel.recreate(DATABASE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "update", "validate" })
	void aSecondStartOfTheWholeModelChangesNothing(String action) throws SQLException {
		start("create-only", types()).close();
		Map<String, String> created = MappingModel.tables(DATABASE);
		assertThat(created).hasSizeGreaterThan(50);
		start(action, types()).close();
		assertThat(MappingModel.tables(DATABASE)).isEqualTo(created);
	}

	@Test
	void updateCreatesTheWholeModelAsCreateDoesButForTheOrderOfColumns() throws SQLException {
		start("create-only", types()).close();
		Map<String, List<String>> created = sorted(MappingModel.tables(DATABASE));
		MappingModel.recreate(DATABASE);
		start("update", types()).close();
		assertThat(sorted(MappingModel.tables(DATABASE))).isEqualTo(created);
	}

	@Test
	void aForeignKeyOfAnotherNameIsNotAddedAgain() throws SQLException {
		start("create-only", Shop.class, ChangedProduct.class).close();
		Map<String, String> created = MappingModel.tables(DATABASE);
		start("update", Shop.class, RenamedProduct.class).close();
		assertThat(MappingModel.tables(DATABASE)).isEqualTo(created);
	}

	@Test
	void createDropLeavesNothing() throws SQLException {
		try (SessionFactory factory = start("create-only", types())) {
			factory.getSchemaManager().drop(false);
		}
		assertThat(MappingModel.tables(DATABASE)).isEmpty();
	}

	@Test
	void theSchemaManagerTruncatesAndValidates() throws SchemaValidationException {
		try (SessionFactory factory = start("create-only", Product.class)) {
			factory.inTransaction((session) -> session.persist(new Product()));
			factory.getSchemaManager().validate();
			factory.getSchemaManager().truncate();
			Long count = factory.fromTransaction(
					(session) -> session.createQuery("select count(p) from Product p", Long.class).getSingleResult());
			assertThat(count).isZero();
		}
	}

	@Test
	void updateAddsWhatIsNew() throws SQLException {
		try (SessionFactory factory = start("create-only", Product.class)) {
			factory.inTransaction((session) -> {
				Product product = new Product();
				product.name = "kept";
				session.persist(product);
			});
		}
		try (SessionFactory factory = start("update", Shop.class, ChangedProduct.class)) {
			ChangedProduct product = factory.fromTransaction((session) -> session
				.createQuery("select p from ChangedProduct p where p.name = 'kept'", ChangedProduct.class)
				.getSingleResult());
			assertThat(product.color).isEqualTo("red");
		}
		assertThat(MappingModel.tables(DATABASE).get("product")).contains("`color` varchar(20) NOT NULL DEFAULT 'red'")
			.contains("`name` varchar(300)")
			.contains("UNIQUE KEY `product_code` (`code`)")
			.containsPattern("UNIQUE KEY `uk\\w+` \\(`number`\\)")
			.contains("KEY `product_color` (`color`)")
			.contains("CONSTRAINT `product_of_shop` FOREIGN KEY (`shop_id`) REFERENCES `shop` (`id`)");
		Map<String, String> updated = MappingModel.tables(DATABASE);
		start("update", Shop.class, ChangedProduct.class).close();
		assertThat(MappingModel.tables(DATABASE)).isEqualTo(updated);
		start("validate", Shop.class, ChangedProduct.class).close();
	}

	@Test
	void validateRefusesAMissingColumn() {
		start("create-only", Product.class, Shop.class).close();
		assertThatExceptionOfType(PersistenceException.class)
			.isThrownBy(() -> start("validate", Shop.class, ChangedProduct.class))
			.withStackTraceContaining("missing column");
	}

	@Test
	void validateRefusesAnotherType() {
		start("create-only", Product.class).close();
		assertThatExceptionOfType(PersistenceException.class).isThrownBy(() -> start("validate", RetypedProduct.class))
			.withStackTraceContaining("wrong column type");
	}

	// MO#25103
	@ParameterizedTest
	@ValueSource(strings = { "update", "validate" })
	@FaultOfServer("the driver cannot read tables from the information schema (MO#25103)")
	void theDriverHasToReadTheSchemaWithoutTheInformationSchema(String action) {
		start("create-only", Product.class).close();
		String url = URL.replace("&useInformationSchema=false", "");
		assertThat(url).isNotEqualTo(URL);
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> MappingModel.start(url, Map.of("hibernate.hbm2ddl.auto", action), Product.class))
			.withStackTraceContaining("GROUP BY");
	}

	private static Map<String, List<String>> sorted(Map<String, String> tables) {
		return tables.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey,
					(table) -> Stream.of(table.getValue().split("[^\\w']+"))
						.filter((word) -> !word.startsWith("__mo_chk_"))
						.sorted()
						.toList()));
	}

	private static Class<?>[] types() {
		return Stream.of(MappingApplication.types())
			.filter((type) -> type != MappingColumnsTests.InCatalog.class)
			.toArray(Class<?>[]::new);
	}

	private static SessionFactory start(String action, Class<?>... types) {
		return MappingModel.start(URL, Map.of("hibernate.hbm2ddl.auto", action), types);
	}

	@Entity(name = "Product")
	@Table(name = "product")
	static class Product {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String name;

		String code;

	}

	@Entity(name = "ChangedProduct")
	@Table(name = "product", indexes = @Index(name = "product_color", columnList = "color"),
			uniqueConstraints = @UniqueConstraint(name = "product_code", columnNames = "code"))
	static class ChangedProduct {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@Column(length = 300)
		String name;

		String code;

		@Column(unique = true, length = 13)
		String number;

		@Column(nullable = false, length = 20, columnDefinition = "varchar(20) default 'red'")
		String color;

		@ManyToOne
		@JoinColumn(foreignKey = @ForeignKey(name = "product_of_shop"))
		Shop shop;

	}

	@Entity(name = "RenamedProduct")
	@Table(name = "product")
	static class RenamedProduct {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@ManyToOne
		@JoinColumn(foreignKey = @ForeignKey(name = "shop_of_product"))
		Shop shop;

	}

	@Entity(name = "RetypedProduct")
	@Table(name = "product")
	static class RetypedProduct {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		Integer name;

	}

	@Entity(name = "Shop")
	@Table(name = "shop")
	static class Shop {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String name;

	}

}
