package io.github.matrixone.spring.contract.migration;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.jpa.MatrixOneJpaAutoConfiguration;
import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hibernate's {@code ddl-auto} on a MatrixOne, without a setting in the URL.
 */
@EnabledIfServer
class HibernateSchemaTests {

	private Schema schema;

	@BeforeEach
	void emptySchema() throws SQLException {
		this.schema = Schema.empty("contract_hibernate");
	}

	@ParameterizedTest
	@ValueSource(strings = { "create", "create-drop", "update" })
	void createsTablesKeysAndIndexesThatCanBeUsedAndThatAreValid(String ddlAuto) {
		start(ddlAuto, (entityManager) -> {
			assertThat(this.schema.createTable("author")).contains("uk_author_email", "ix_author_born");
			assertThat(this.schema.createTable("book")).contains("fk_book_author");
			Author author = new Author();
			author.email = "ann@example.org";
			author.tags.add("poet");
			Book book = new Book();
			book.title = "first";
			book.author = author;
			author.books.add(book);
			entityManager.getTransaction().begin();
			entityManager.persist(author);
			entityManager.getTransaction().commit();
			assertThat(entityManager.createQuery("select b.author.email from Book b", String.class).getSingleResult())
				.isEqualTo("ann@example.org");
		});
		if (ddlAuto.equals("create-drop")) {
			assertThat(tables()).isEmpty();
		}
		else {
			start("validate", (entityManager) -> {
			});
		}
	}

	@Test
	void changesNothingAtTheSecondStart() {
		start("update", (entityManager) -> {
		});
		Map<String, List<String>> first = tables();
		assertThat(first).containsKeys("author", "author_tags", "book", "book_seq");
		start("update", (entityManager) -> {
		});
		assertThat(tables()).isEqualTo(first);
	}

	@Test
	void createsEverythingAnewWhereItIsAlreadyThere() {
		start("create", (entityManager) -> {
		});
		Map<String, List<String>> first = tables();
		this.schema.jdbc().execute("INSERT INTO author (email, version, active) VALUES ('old', 0, true)");
		start("create", (entityManager) -> {
		});
		assertThat(tables()).isEqualTo(first);
		assertThat(this.schema.jdbc().queryForObject("SELECT count(*) FROM author", Integer.class)).isZero();
	}

	@Test
	void addsWhatIsMissing() {
		start("update", (entityManager) -> {
		});
		Map<String, List<String>> complete = tables();
		this.schema.jdbc().execute("ALTER TABLE author DROP COLUMN rating");
		this.schema.jdbc().execute("ALTER TABLE book DROP FOREIGN KEY fk_book_author");
		this.schema.jdbc().execute("ALTER TABLE author DROP INDEX ix_author_born");
		this.schema.jdbc().execute("DROP TABLE author_tags");
		assertThat(tables()).isNotEqualTo(complete);
		start("update", (entityManager) -> {
		});
		assertThat(this.schema.createTable("author")).contains("rating", "ix_author_born");
		assertThat(this.schema.createTable("book")).contains("fk_book_author");
		assertThat(this.schema.hasTable("author_tags")).isTrue();
		start("validate", (entityManager) -> {
		});
	}

	@ParameterizedTest
	@CsvSource({ "ALTER TABLE author DROP COLUMN rating, missing column [rating] in table [author]",
			"ALTER TABLE book MODIFY title INT, wrong column type encountered in column [title] in table [book]",
			"DROP TABLE author_tags, missing table [author_tags]" })
	void saysWhatIsNotValid(String change, String message) {
		start("create", (entityManager) -> {
		});
		this.schema.jdbc().execute(change);
		application("validate")
			.run((context) -> assertThat(context).hasFailed().getFailure().hasStackTraceContaining(message));
	}

	private void start(String ddlAuto, Consumer<EntityManager> work) {
		application(ddlAuto).run((context) -> {
			assertThat(context).hasNotFailed();
			try (EntityManager entityManager = context.getBean(EntityManagerFactory.class).createEntityManager()) {
				work.accept(entityManager);
			}
		});
	}

	private ApplicationContextRunner application(String ddlAuto) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					MatrixOneDataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class,
					MatrixOneJpaAutoConfiguration.class, TransactionAutoConfiguration.class))
			.withUserConfiguration(Entities.class)
			.withPropertyValues(this.schema.properties())
			.withPropertyValues("spring.jpa.hibernate.ddl-auto=" + ddlAuto);
	}

	/**
	 * Return the definition of each table. The server names the keys in any order.
	 */
	private Map<String, List<String>> tables() {
		Map<String, List<String>> tables = new TreeMap<>();
		for (String table : this.schema.jdbc().queryForList("SHOW TABLES", String.class)) {
			tables.put(table, this.schema.createTable(table).replace(",", "").lines().sorted().toList());
		}
		return tables;
	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = Author.class)
	static class Entities {

	}

}
