package io.github.matrixone.spring.library;

import java.sql.Connection;
import java.util.List;

import javax.sql.DataSource;

import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.MultiTenantSpringLiquibase;
import liquibase.integration.spring.SpringLiquibase;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Liquibase made in code, on the application's pool.
 */
@EnabledIfServer
@SpringBootTest(classes = LiquibaseTests.Application.class)
class LiquibaseTests {

	private static final String CHANGES = "library/liquibase/changelog.xml";

	private static LibraryDatabase database;

	private static LibraryDatabase tenant;

	@Autowired
	private DataSource pool;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private ResourceLoader resources;

	@DynamicPropertySource
	static void databases(DynamicPropertyRegistry registry) {
		tenant = LibraryDatabase.create("liquibase_tenant", "", registry);
		database = LibraryDatabase.create("liquibase", "", registry);
	}

	@BeforeEach
	void clean() {
		for (LibraryDatabase used : List.of(database, tenant)) {
			for (String table : List.of("copy", "item", "gone", "DATABASECHANGELOG", "DATABASECHANGELOGLOCK")) {
				used.execute("DROP TABLE IF EXISTS " + table);
			}
		}
	}

	@Test
	void migratesAndRollsBack() throws Exception {
		update("none");
		assertThat(database.count("copy")).isEqualTo(1);
		update("none");
		assertThat(database.count("item")).isEqualTo(1);
		try (Connection connection = this.pool.getConnection()) {
			liquibase(connection).rollback(1, new Contexts("none"), new LabelExpression());
		}
		assertThat(database.hasTable("copy")).isFalse();
		assertThat(database.count("item")).isZero();
	}

	@Test
	void aFailedChangeSetLeavesNeitherRowNorClone() {
		assertThatExceptionOfType(LiquibaseException.class).isThrownBy(() -> update("failing"));
		assertThat(database.count("item")).isEqualTo(1);
		assertThat(database.hasTable("gone")).isFalse();
	}

	@Test
	void migratesTheDatabasesOfTenants() throws Exception {
		MultiTenantSpringLiquibase liquibase = new MultiTenantSpringLiquibase();
		liquibase.setDataSource(this.pool);
		liquibase.setChangeLog("classpath:" + CHANGES);
		liquibase.setContexts("none");
		liquibase.setSchemas(List.of(database.name(), tenant.name()));
		liquibase.setResourceLoader(this.resources);
		liquibase.afterPropertiesSet();
		assertThat(database.count("copy")).isEqualTo(1);
		assertThat(tenant.count("copy")).isEqualTo(1);
		assertThat(this.jdbc.queryForObject("SELECT DATABASE()", String.class)).isEqualTo(database.name());
	}

	private void update(String contexts) throws LiquibaseException {
		SpringLiquibase liquibase = new SpringLiquibase();
		liquibase.setDataSource(this.pool);
		liquibase.setChangeLog("classpath:" + CHANGES);
		liquibase.setContexts(contexts);
		liquibase.setResourceLoader(this.resources);
		liquibase.afterPropertiesSet();
	}

	private Liquibase liquibase(Connection connection) throws LiquibaseException {
		return new Liquibase(CHANGES, new ClassLoaderResourceAccessor(),
				DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection)));
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	static class Application {

	}

}
