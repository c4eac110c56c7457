package io.github.matrixone.spring.library;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tenants that share one connection, and change its database: beta by {@code USE}, others
 * by {@code setCatalog}.
 */
@EnabledIfServer
@SpringBootTest(classes = HibernateSchemaTests.Application.class,
		properties = "spring.datasource.hikari.maximum-pool-size=1")
class HibernateSchemaTests extends HibernateTenantContract {

	@Autowired
	private JdbcTemplate jdbc;

	@DynamicPropertySource
	static void databases(DynamicPropertyRegistry registry) {
		create(registry);
	}

	@Test
	void theNextUserIsInTheDatabaseOfTheUrl() {
		commitsARowAndACloneOfTheTenant();
		assertThat(this.jdbc.queryForObject("SELECT DATABASE()", String.class)).isEqualTo("library_tenant_common");
	}

	static class OfOnePool extends Connections {

		private final transient DataSource pool;

		OfOnePool(DataSource pool) {
			this.pool = pool;
		}

		@Override
		public Connection getAnyConnection() throws SQLException {
			return this.pool.getConnection();
		}

		@Override
		public Connection getConnection(String tenant) throws SQLException {
			Connection connection = this.pool.getConnection();
			String database = databases.get(tenant).name();
			if (tenant.equals("beta")) {
				try (Statement statement = connection.createStatement()) {
					statement.execute("USE " + database);
				}
			}
			else {
				connection.setCatalog(database);
			}
			return connection;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jpa.class)
	static class Application {

		@Bean
		OfOnePool tenantConnections(DataSource pool) {
			return new OfOnePool(pool);
		}

	}

}
