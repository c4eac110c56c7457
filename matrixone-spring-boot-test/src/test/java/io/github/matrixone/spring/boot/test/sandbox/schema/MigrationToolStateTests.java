package io.github.matrixone.spring.boot.test.sandbox.schema;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import liquibase.integration.spring.Customizer;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * What tables are known by that Flyway or Liquibase makes, and when that cannot be known.
 */
class MigrationToolStateTests {

	private static final String CHANGE_LOG = """
			databaseChangeLog:
			  - changeSet:
			      id: 1
			      author: shop
			      changes:
			""";

	@TempDir
	private Path files;

	private ApplicationContextRunner flyway;

	private ApplicationContextRunner liquibase;

	@BeforeEach
	void prepare() throws MalformedURLException {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withClassLoader(new URLClassLoader(new URL[] { this.files.toUri().toURL() }))
			.withBean(DataSource.class, DriverManagerDataSource::new);
		this.flyway = runner.withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class))
			.withPropertyValues("spring.flyway.locations=filesystem:" + this.files,
					"spring.flyway.callback-locations=filesystem:" + this.files.resolveSibling("callbacks"));
		this.liquibase = runner.withConfiguration(AutoConfigurations.of(LiquibaseAutoConfiguration.class))
			.withPropertyValues("spring.liquibase.change-log=classpath:changelog.yaml");
	}

	@Test
	void areThoseOfFlywaysScripts() throws IOException {
		String before = keyAfter(this.flyway, "V1__one.sql", "CREATE TABLE a (id INT)");
		assertThat(before).isNotNull().isEqualTo(key(this.flyway));
		assertThat(keyAfter(this.flyway, "V1__one.sql", "CREATE TABLE b (id INT)")).isNotNull().isNotEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(classes = { JavaMigration.class, Callback.class, FlywayConfigurationCustomizer.class,
			FlywayMigrationStrategy.class, Flyway.class })
	void areUnknownIfABeanHasASayInWhatFlywayDoes(Class<?> type) {
		assertThat(key(with(this.flyway, type))).isNull();
	}

	@Test
	void areUnknownIfFlywayFindsAMigrationInJava() throws IOException {
		assertThat(keyAfter(this.flyway, "V2__two.class", "")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "      context: test\n", "      labels: a\n", "      dbms: mysql\n",
			"      preConditions:\n        - onFail: MARK_RAN\n        - runningAs:\n            username: root\n" })
	void areOthersIfLiquibaseRunsAChangeSetElsewhere(String condition) throws IOException {
		String log = CHANGE_LOG + "        - tagDatabase:\n            tag: one\n";
		String before = keyAfter(this.liquibase, "changelog.yaml", log);
		assertThat(before).isNotNull().isEqualTo(key(this.liquibase));
		assertThat(keyAfter(this.liquibase, "changelog.yaml", log + condition)).isNotNull().isNotEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "        - sqlFile:\n            path: read.txt\n",
			"        - loadData:\n            tableName: a\n            file: read.txt\n" })
	void areOthersIfLiquibaseReadsAnotherFile(String change) throws IOException {
		Files.writeString(this.files.resolve("changelog.yaml"), CHANGE_LOG + change);
		String before = keyAfter(this.liquibase, "read.txt", "id\n1");
		assertThat(before).isNotNull().isEqualTo(key(this.liquibase));
		assertThat(keyAfter(this.liquibase, "read.txt", "id\n2")).isNotNull().isNotEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "        - customChange:\n            class: shop.Own\n",
			"        - executeCommand:\n            executable: own\n", """
					        - tagDatabase:
					            tag: one
					      preConditions:
					        - or:
					            - customPrecondition:
					                className: shop.Own
					""" })
	void areUnknownIfLiquibaseRunsWhatIsNotItsOwn(String change) throws IOException {
		assertThat(keyAfter(this.liquibase, "changelog.yaml", CHANGE_LOG + change)).isNull();
	}

	@ParameterizedTest
	@ValueSource(classes = { Customizer.class, SpringLiquibase.class })
	void areUnknownIfABeanHasASayInWhatLiquibaseDoes(Class<?> type) throws IOException {
		Files.writeString(this.files.resolve("changelog.yaml"),
				CHANGE_LOG + "        - tagDatabase:\n            tag: one\n");
		assertThat(key(with(this.liquibase, type))).isNull();
	}

	private static <T> ApplicationContextRunner with(ApplicationContextRunner runner, Class<T> type) {
		return runner.withBean("own", type, () -> mock(type));
	}

	private @Nullable String keyAfter(ApplicationContextRunner runner, String file, String content) throws IOException {
		Files.writeString(this.files.resolve(file), content);
		return key(runner);
	}

	private static @Nullable String key(ApplicationContextRunner runner) {
		AtomicReference<@Nullable String> key = new AtomicReference<>();
		runner.run((context) -> {
			TreeSet<String> makers = new TreeSet<>();
			makers.addAll(List.of(context.getBeanNamesForType(Flyway.class, true, false)));
			makers.addAll(List.of(context.getBeanNamesForType(SpringLiquibase.class, true, false)));
			assertThat(makers).isNotEmpty();
			MigrationState state = MigrationState
				.of(context.getSourceApplicationContext(GenericApplicationContext.class), makers);
			assertThat(state.makesTables()).isTrue();
			key.set(state.key());
		});
		return key.get();
	}

}
