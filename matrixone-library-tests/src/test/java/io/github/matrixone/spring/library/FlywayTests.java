package io.github.matrixone.spring.library;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Flyway made in code, on the application's pool.
 */
@EnabledIfServer
@SpringBootTest(classes = FlywayTests.Application.class, properties = "spring.datasource.hikari.maximum-pool-size=3")
class FlywayTests {

	private static LibraryDatabase database;

	private static LibraryDatabase tenant;

	@Autowired
	private DataSource pool;

	@Autowired
	private JdbcTemplate jdbc;

	@DynamicPropertySource
	static void databases(DynamicPropertyRegistry registry) {
		tenant = LibraryDatabase.create("flyway_tenant", "", registry);
		database = LibraryDatabase.create("flyway", "", registry);
	}

	@BeforeEach
	void clean() {
		configure("flyway").load().clean();
		configure("flyway").schemas(tenant.name()).load().clean();
	}

	@Test
	void migratesAndCleans() {
		assertThat(configure("flyway").load().migrate().migrationsExecuted).isEqualTo(2);
		assertThat(database.count("copy")).isEqualTo(2);
		configure("flyway").load().validate();
		assertThat(configure("flyway").load().migrate().migrationsExecuted).isZero();
		configure("flyway").load().clean();
		assertThat(database.hasTable("item")).isFalse();
	}

	@Test
	void migratesTheDatabaseOfATenant() {
		assertThat(configure("flyway").schemas(tenant.name()).load().migrate().migrationsExecuted).isEqualTo(2);
		assertThat(tenant.count("copy")).isEqualTo(2);
		assertThat(database.hasTable("item")).isFalse();
		assertThat(this.jdbc.queryForObject("SELECT DATABASE()", String.class)).isEqualTo(database.name());
	}

	@Test
	void aFailedMigrationLeavesNeitherRowNorClone() {
		Flyway flyway = configure("flyway", "failing").load();
		assertThatExceptionOfType(FlywayException.class).isThrownBy(flyway::migrate)
			.withMessageContaining("no_such_table");
		assertThat(database.count("item")).isEqualTo(2);
		assertThat(database.hasTable("gone")).isFalse();
	}

	private FluentConfiguration configure(String... folders) {
		FluentConfiguration configuration = Flyway.configure().dataSource(this.pool).cleanDisabled(false);
		String[] locations = folders.clone();
		for (int i = 0; i < locations.length; i++) {
			locations[i] = "classpath:library/" + folders[i];
		}
		return configuration.locations(locations);
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	static class Application {

	}

}
