package io.github.matrixone.spring.contract.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.hibernate.boot.model.naming.Identifier;
import org.hibernate.boot.model.naming.PhysicalNamingStrategy;
import org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.init.DataSourceInitializer;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import io.github.matrixone.spring.boot.test.sandbox.MatrixOneSandbox;
import io.github.matrixone.spring.boot.test.sandbox.Sandbox;
import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What sandboxes are clones of, on a server: whatever makes the tables does so once, and
 * the database of the URL is never touched.
 */
@EnabledIfServer
@ExtendWith(OutputCaptureExtension.class)
class TemplateTests {

	private static final String ORIGIN = "contract_template";

	private JdbcTemplate server;

	@BeforeEach
	void anEmptyDatabaseAndNoTemplates() {
		this.server = ServerUnderTest.get().plainJdbc("");
		this.server.execute("DROP DATABASE IF EXISTS contract_template");
		this.server.execute("CREATE DATABASE contract_template");
		if (!this.server.queryForList("SHOW DATABASES LIKE 'matrixone_sandbox'").isEmpty()) {
			for (String template : this.server.queryForList(
					"SELECT name FROM matrixone_sandbox.template WHERE origin = 'contract_template'", String.class)) {
				this.server.execute("DROP DATABASE IF EXISTS `" + template + "`");
			}
			this.server.update("DELETE FROM matrixone_sandbox.template WHERE origin = 'contract_template'");
		}
	}

	@AfterEach
	void theDatabaseOfTheUrlIsAsItWasAndNoSandboxIsLeft() {
		assertThat(this.server.queryForList("SHOW DATABASES LIKE 'contract_template_sandbox_%'", String.class))
			.isEmpty();
		this.server.execute("DROP DATABASE IF EXISTS contract_template");
	}

	@ParameterizedTest
	@ValueSource(classes = { Scripts.class, Flyway.class, Liquibase.class, Create.class, CreateDrop.class, Update.class,
			Deferred.class })
	void isMadeOnceAndServesTheNextContext(Class<?> fixture, CapturedOutput output) {
		Fixtures.assertAllSucceed(2, Fixtures.run(fixture));
		assertThat(templates()).hasSize(1);
		Fixtures.assertAllSucceed(2, Fixtures.run(next(fixture)));
		assertThat(templates()).hasSize(1);
		assertThat(output.toString().lines().filter((line) -> line.contains("Made the template"))).hasSize(1);
		assertThat(this.server.queryForList("SHOW TABLES FROM contract_template")).isEmpty();
	}

	@Test
	void isAnotherOneWhereTheTablesAreMadeOtherwise() {
		Fixtures.assertAllSucceed(2, Fixtures.run(Scripts.class));
		Fixtures.assertAllSucceed(2, Fixtures.run(Flyway.class));
		assertThat(templates()).hasSize(2);
	}

	@Test
	void isMadeAgainIfItWasDropped() {
		Fixtures.assertAllSucceed(2, Fixtures.run(Scripts.class));
		this.server.execute("DROP DATABASE `" + templates().get(0) + "`");
		Fixtures.assertAllSucceed(2, Fixtures.run(Scripts.Next.class));
		assertThat(templates()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(classes = { LoadScript.class, ListedScript.class, FlywayScript.class })
	void isMadeAgainIfAScriptIsAnotherOne(Class<?> fixture, @TempDir Path folder) throws IOException {
		runWithScripts(fixture, folder);
		assertThat(templates()).hasSize(2);
	}

	/**
	 * Nobody knows what it makes tables from, and whether it does so twice.
	 */
	@Test
	void isNotSharedWhereADataSourceInitializerMakesTables() {
		Fixtures.assertAllSucceed(2, Fixtures.run(LegacyInitializer.class));
		Fixtures.assertAllSucceed(2, Fixtures.run(LegacyInitializer.Next.class));
		assertThat(templates()).isEmpty();
	}

	@Test
	void isNotSharedWhereABeanWritesBeforeItIsMade() {
		Fixtures.assertAllSucceed(2, Fixtures.run(Seeded.class));
		Fixtures.assertAllSucceed(2, Fixtures.run(Seeded.Next.class));
		assertThat(templates()).isEmpty();
	}

	@Test
	void isSharedWhereABeanReadsBeforeItIsMade() {
		Fixtures.assertAllSucceed(2, Fixtures.run(Counting.class));
		assertThat(templates()).hasSize(1);
	}

	@Test
	void isNotSharedWhereAnInitializerIsTheApplicationsOwn(@TempDir Path folder) throws IOException {
		runWithScripts(OwnInitializer.class, folder);
		assertThat(templates()).isEmpty();
	}

	@Test
	void isNotSharedWhereAMigrationIsInJava(@TempDir Path folder) throws IOException {
		runWithScripts(JavaMigrated.class, folder);
		assertThat(templates()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(classes = { OnlyLegacyInitializer.class, OnlyOwnInitializer.class })
	void isNotTheDatabaseOfTheUrlIfABeanMakesTables(Class<?> fixture) {
		prepare(ORIGIN);
		this.server.update("INSERT INTO contract_template.product (name, stock) VALUES ('mine', 1)");
		Fixtures.assertAllSucceed(2, Fixtures.run(fixture));
		assertThat(templates()).isEmpty();
	}

	@Test
	void isNotSharedWhereABeanTellsHibernateHowTablesAreNamed() {
		Fixtures.assertAllSucceed(1, Fixtures.run(Unnamed.class));
		Fixtures.assertAllSucceed(1, Fixtures.run(Named.class));
		assertThat(templates()).hasSize(1);
	}

	@Test
	void isMadeBesideADataSourceThatIsNoCandidate() {
		Fixtures.assertAllSucceed(2, Fixtures.run(TwoDataSources.class));
		assertThat(this.server.queryForList("SHOW TABLES FROM contract_template")).isEmpty();
	}

	@Test
	void isTheDatabaseOfTheUrlIfNothingMakesTables() {
		prepare(ORIGIN);
		Fixtures.assertAllSucceed(2, Fixtures.run(Existing.class));
		assertThat(this.server.queryForObject("SELECT COUNT(*) FROM contract_template.product", Integer.class))
			.isEqualTo(2);
		assertThat(templates()).isEmpty();
	}

	@Test
	void canBeAnyDatabase() {
		prepare("contract_template_golden");
		Fixtures.assertAllSucceed(2, Fixtures.run(Golden.class));
		assertThat(this.server.queryForObject("SELECT COUNT(*) FROM contract_template_golden.product", Integer.class))
			.isEqualTo(2);
		this.server.execute("DROP DATABASE contract_template_golden");
	}

	@Test
	void isMissedClearly() {
		assertThat(Fixtures.failures(Fixtures.run(Golden.class))).first()
			.satisfies((failure) -> assertThat(failure)
				.hasStackTraceContaining("There is no database contract_template_golden to make sandboxes of"));
	}

	@Test
	void cannotHaveSequencesOfTheServer() {
		assertThat(Fixtures.failures(Fixtures.run(WithSequence.class))).first()
			.satisfies((failure) -> assertThat(failure)
				.hasStackTraceContaining("The server leaves sequences out of a clone")
				.hasStackTraceContaining("[native_sequence]"));
	}

	@Test
	void isNotReachedByNameNorIsTheDatabaseOfTheUrl() {
		prepare(ORIGIN);
		Fixtures.assertAllSucceed(1, Fixtures.run(Naming.class));
		assertThat(this.server.queryForObject("SELECT SUM(stock) FROM contract_template.product", Integer.class))
			.isEqualTo(30);
	}

	private static void runWithScripts(Class<?> fixture, Path folder) throws IOException {
		OneScript.script = folder.resolve("R__load.sql");
		Files.writeString(OneScript.script, "INSERT INTO product (name, stock) VALUES ('apple', 10), ('pear', 20);");
		OneScript.stock = 30;
		Fixtures.assertAllSucceed(1, Fixtures.run(fixture));
		Files.writeString(OneScript.script, "INSERT INTO product (name, stock) VALUES ('apple', 10), ('pear', 25);");
		OneScript.stock = 35;
		Fixtures.assertAllSucceed(1, Fixtures.run(fixture));
	}

	private void prepare(String database) {
		this.server.execute("CREATE DATABASE IF NOT EXISTS " + database);
		this.server.execute("CREATE TABLE " + database + ".product (id BIGINT AUTO_INCREMENT PRIMARY KEY, "
				+ "name VARCHAR(50) NOT NULL UNIQUE, stock INT NOT NULL)");
		this.server
			.execute("CREATE TABLE " + database + ".line (id BIGINT PRIMARY KEY, product_id BIGINT, quantity INT)");
		this.server.update("INSERT INTO " + database + ".product (name, stock) VALUES ('apple', 10), ('pear', 20)");
	}

	private List<String> templates() {
		return this.server.queryForList("SELECT name FROM matrixone_sandbox.template WHERE origin = ?", String.class,
				ORIGIN);
	}

	private static Class<?> next(Class<?> fixture) {
		return fixture.getDeclaredClasses()[0];
	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class,
			properties = "spring.sql.init.mode=never")
	@MatrixOneSandbox
	@DirtiesContext
	abstract static class Fixture {

		@Autowired
		ProductRepository products;

		@Autowired
		JdbcTemplate jdbc;

		@Autowired
		Sandbox sandbox;

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			ServerUnderTest.get().register(registry, ORIGIN);
		}

		@RepeatedTest(2)
		void addsOneToTwo() {
			assertThat(this.products.findAll()).extracting(Product::getName).containsExactlyInAnyOrder("apple", "pear");
			this.products.save(new Product("plum", 1));
			assertThat(this.sandbox).hasChangedOnly("product");
		}

	}

	@TestPropertySource(properties = { "spring.sql.init.mode=always",
			"spring.sql.init.schema-locations=classpath:sandbox/schema.sql",
			"spring.sql.init.data-locations=classpath:sandbox/sequence-server.sql" })
	static class Scripts extends Fixture {

		@TestPropertySource(properties = "next=true")
		static class Next extends Scripts {

		}

	}

	@TestPropertySource(
			properties = { "spring.flyway.enabled=true", "spring.flyway.locations=classpath:sandbox/flyway" })
	static class Flyway extends Fixture {

		@TestPropertySource(properties = "next=true")
		static class Next extends Flyway {

		}

	}

	@TestPropertySource(properties = { "spring.liquibase.enabled=true",
			"spring.liquibase.change-log=classpath:sandbox/liquibase/changelog.yaml" })
	static class Liquibase extends Fixture {

		@TestPropertySource(properties = "next=true")
		static class Next extends Liquibase {

		}

	}

	@TestPropertySource(properties = { "spring.jpa.hibernate.ddl-auto=create",
			"spring.jpa.defer-datasource-initialization=true", "spring.sql.init.mode=always",
			"spring.sql.init.schema-locations=", "spring.sql.init.data-locations=classpath:sandbox/data.sql" })
	static class Create extends Fixture {

		@TestPropertySource(properties = "next=true")
		static class Next extends Create {

		}

	}

	@TestPropertySource(properties = { "spring.jpa.hibernate.ddl-auto=create-drop",
			"spring.jpa.defer-datasource-initialization=true", "spring.sql.init.mode=always",
			"spring.sql.init.schema-locations=", "spring.sql.init.data-locations=classpath:sandbox/data.sql" })
	static class CreateDrop extends Fixture {

		@TestPropertySource(properties = "next=true")
		static class Next extends CreateDrop {

		}

	}

	@TestPropertySource(properties = { "spring.jpa.hibernate.ddl-auto=update", "spring.sql.init.mode=always",
			"spring.sql.init.schema-locations=classpath:sandbox/schema.sql" })
	static class Update extends Fixture {

		@TestPropertySource(properties = "next=true")
		static class Next extends Update {

		}

	}

	@TestPropertySource(properties = { "spring.jpa.hibernate.ddl-auto=update",
			"spring.jpa.defer-datasource-initialization=true", "spring.sql.init.mode=always",
			"spring.sql.init.schema-locations=", "spring.sql.init.data-locations=classpath:sandbox/data.sql",
			"spring.main.lazy-initialization=true" })
	static class Deferred extends Fixture {

		@TestPropertySource(properties = "next=true")
		static class Next extends Deferred {

		}

	}

	@TestPropertySource(properties = { "spring.jpa.hibernate.ddl-auto=create",
			"spring.jpa.defer-datasource-initialization=true", "spring.sql.init.mode=always",
			"spring.sql.init.schema-locations=", "spring.sql.init.data-locations=classpath:sandbox/data.sql" })
	@Import(TwoDataSources.Second.class)
	static class TwoDataSources extends Fixture {

		@Configuration(proxyBeanMethods = false)
		static class Second {

			@Bean(defaultCandidate = false)
			@Qualifier("second")
			DataSource second() {
				return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID());
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class,
			properties = { "spring.sql.init.mode=never", "spring.jpa.hibernate.ddl-auto=create" })
	@MatrixOneSandbox
	@DirtiesContext
	abstract static class OneScript {

		static Path script;

		static int stock;

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			ServerUnderTest.get().register(registry, ORIGIN);
		}

		@Test
		void hasWhatTheScriptSays(@Autowired JdbcTemplate jdbc) {
			assertThat(jdbc.queryForObject("SELECT SUM(stock) FROM product", Integer.class)).isEqualTo(stock);
		}

	}

	static class LoadScript extends OneScript {

		@DynamicPropertySource
		static void script(DynamicPropertyRegistry registry) {
			registry.add("spring.jpa.properties.jakarta.persistence.sql-load-script-source", script::toUri);
		}

	}

	@TestPropertySource(properties = { "spring.sql.init.mode=always", "spring.sql.init.schema-locations=",
			"spring.jpa.defer-datasource-initialization=true" })
	static class ListedScript extends OneScript {

		@DynamicPropertySource
		static void script(DynamicPropertyRegistry registry) {
			registry.add("spring.sql.init.data-locations[0]", script::toUri);
		}

	}

	@TestPropertySource(properties = { "spring.flyway.enabled=true", "spring.jpa.hibernate.ddl-auto=none",
			"spring.flyway.baseline-on-migrate=true",
			"spring.flyway.init-sqls[0]=CREATE TABLE IF NOT EXISTS product (name VARCHAR(50), stock INT)" })
	static class FlywayScript extends OneScript {

		@DynamicPropertySource
		static void script(DynamicPropertyRegistry registry) {
			registry.add("spring.flyway.locations", () -> "filesystem:" + script.getParent());
		}

	}

	static class Existing extends Fixture {

	}

	@MatrixOneSandbox(template = "contract_template_golden")
	static class Golden extends Fixture {

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE,
			classes = { LegacyInitializer.Colors.class, SandboxApplication.class },
			properties = { "spring.jpa.hibernate.ddl-auto=create", "spring.jpa.defer-datasource-initialization=true",
					"spring.sql.init.schema-locations=", "spring.sql.init.data-locations=classpath:sandbox/data.sql" })
	static class LegacyInitializer extends Fixture {

		@AfterEach
		void hasEachRowOnce() {
			assertThat(this.jdbc.queryForList("SELECT name FROM color", String.class)).containsExactly("red");
		}

		@TestPropertySource(properties = "next=true")
		static class Next extends LegacyInitializer {

		}

		static class Colors extends DataSourceInitializer {

			Colors(DataSource dataSource) {
				setDataSource(dataSource);
				setDatabasePopulator(new ResourceDatabasePopulator(new ByteArrayResource("""
						CREATE TABLE IF NOT EXISTS color (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20));
						INSERT INTO color (name) VALUES ('red');
						""".getBytes(StandardCharsets.UTF_8))));
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE,
			classes = { OnlyLegacyInitializer.Products.class, SandboxApplication.class },
			properties = "spring.sql.init.mode=never")
	static class OnlyLegacyInitializer extends Fixture {

		static class Products extends DataSourceInitializer {

			Products(DataSource dataSource) {
				setDataSource(dataSource);
				setDatabasePopulator(new ResourceDatabasePopulator(new ClassPathResource("sandbox/schema.sql"),
						new ClassPathResource("sandbox/sequence-server.sql")));
			}

		}

	}

	@Import(OnlyOwnInitializer.Products.class)
	static class OnlyOwnInitializer extends Fixture {

		@Configuration(proxyBeanMethods = false)
		static class Products {

			@Bean
			DataSourceScriptDatabaseInitializer products(DataSource dataSource) {
				DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
				settings.setMode(DatabaseInitializationMode.ALWAYS);
				settings.setSchemaLocations(List.of("classpath:sandbox/schema.sql"));
				settings.setDataLocations(List.of("classpath:sandbox/sequence-server.sql"));
				return new DataSourceScriptDatabaseInitializer(dataSource, settings);
			}

		}

	}

	@TestPropertySource(properties = "spring.jpa.defer-datasource-initialization=true")
	@Import(OwnInitializer.Products.class)
	static class OwnInitializer extends OneScript {

		@Configuration(proxyBeanMethods = false)
		static class Products {

			@Bean
			DataSourceScriptDatabaseInitializer products(DataSource dataSource) {
				DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
				settings.setMode(DatabaseInitializationMode.ALWAYS);
				settings.setDataLocations(List.of(script.toUri().toString()));
				return new DataSourceScriptDatabaseInitializer(dataSource, settings);
			}

		}

	}

	@TestPropertySource(properties = { "spring.flyway.enabled=true", "spring.flyway.locations=classpath:sandbox/none",
			"spring.jpa.hibernate.ddl-auto=none" })
	@Import(JavaMigrated.V1__Products.class)
	static class JavaMigrated extends OneScript {

		static class V1__Products extends BaseJavaMigration {

			@Override
			public void migrate(Context context) throws IOException {
				JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(context.getConnection(), true));
				jdbc.execute("CREATE TABLE product (name VARCHAR(50), stock INT)");
				jdbc.execute(Files.readString(script));
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = { Seeded.Marks.class, SandboxApplication.class },
			properties = { "spring.jpa.hibernate.ddl-auto=create", "spring.jpa.defer-datasource-initialization=true",
					"spring.sql.init.schema-locations=", "spring.sql.init.data-locations=classpath:sandbox/data.sql" })
	static class Seeded extends Fixture {

		@TestPropertySource(properties = "next=true")
		static class Next extends Seeded {

		}

		static class Marks {

			Marks(DataSource dataSource) {
				JdbcTemplate jdbc = new JdbcTemplate(dataSource);
				jdbc.execute("CREATE TABLE IF NOT EXISTS mark (id INT PRIMARY KEY)");
				jdbc.update("INSERT INTO mark VALUES (1)");
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = { Counting.Count.class, SandboxApplication.class },
			properties = { "spring.jpa.hibernate.ddl-auto=create", "spring.jpa.defer-datasource-initialization=true",
					"spring.sql.init.schema-locations=", "spring.sql.init.data-locations=classpath:sandbox/data.sql" })
	static class Counting extends Fixture {

		static class Count {

			Count(DataSource dataSource) {
				JdbcTemplate jdbc = new JdbcTemplate(dataSource);
				jdbc.execute("SET SESSION time_zone = '+00:00'");
				assertThat(jdbc.queryForList("SHOW TABLES", String.class)).contains("product");
				assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM product", Integer.class)).isZero();
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class,
			properties = { "spring.sql.init.mode=never", "spring.jpa.hibernate.ddl-auto=create" })
	@MatrixOneSandbox
	@DirtiesContext
	static class Unnamed {

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			ServerUnderTest.get().register(registry, ORIGIN);
		}

		@Test
		void addsOne(@Autowired ProductRepository products) {
			products.save(new Product("plum", 1));
			assertThat(products.count()).isOne();
		}

	}

	@Import(Named.Names.class)
	static class Named extends Unnamed {

		@Configuration(proxyBeanMethods = false)
		static class Names {

			@Bean
			PhysicalNamingStrategy names() {
				return new PhysicalNamingStrategySnakeCaseImpl() {

					@Override
					public Identifier toPhysicalTableName(Identifier name, JdbcEnvironment environment) {
						return Identifier.toIdentifier("my_" + name.getText());
					}

				};
			}

		}

	}

	@TestPropertySource(properties = { "spring.sql.init.mode=always",
			"spring.sql.init.schema-locations=classpath:sandbox/schema.sql",
			"spring.sql.init.data-locations=classpath:sandbox/native-sequence.sql" })
	static class WithSequence extends Fixture {

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class,
			properties = "spring.sql.init.mode=never")
	@MatrixOneSandbox
	@DirtiesContext
	static class Naming {

		@Autowired
		JdbcTemplate jdbc;

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			ServerUnderTest.get().register(registry, ORIGIN);
		}

		@Test
		void isRefused() {
			for (String sql : List.of("UPDATE contract_template.product SET stock = 0",
					"SELECT * FROM `contract_template`.`product`", "USE contract_template",
					"DROP DATABASE contract_template", "CREATE DATABASE x CLONE contract_template")) {
				assertThatExceptionOfType(SandboxException.class).as(sql)
					.isThrownBy(() -> this.jdbc.execute(sql))
					.withMessageContaining("names the database contract_template, but this test has the sandbox "
							+ "contract_template_sandbox_");
			}
			this.jdbc.update("UPDATE product SET stock = 0");
		}

	}

}
