package io.github.matrixone.spring.library;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

/**
 * Tenants with a pool each that is no bean, with URLs that begin with
 * {@code jdbc:matrixone:}.
 */
@EnabledIfServer
@SpringBootTest(classes = HibernatePoolTests.Application.class)
class HibernatePoolTests extends HibernateTenantContract {

	@DynamicPropertySource
	static void databases(DynamicPropertyRegistry registry) {
		create(registry);
	}

	static class OfManyPools extends Connections implements DisposableBean {

		private final transient DataSource common;

		private final transient Map<String, HikariDataSource> pools = new TreeMap<>();

		OfManyPools(DataSource common) {
			this.common = common;
		}

		@Override
		public Connection getAnyConnection() throws SQLException {
			return this.common.getConnection();
		}

		@Override
		public Connection getConnection(String tenant) throws SQLException {
			return this.pools.computeIfAbsent(tenant, this::pool).getConnection();
		}

		private HikariDataSource pool(String tenant) {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl(databases.get(tenant).url().replace("jdbc:mysql:", "jdbc:matrixone:"));
			pool.setUsername(ServerUnderTest.get().username());
			pool.setPassword(ServerUnderTest.get().password());
			return pool;
		}

		@Override
		public void destroy() {
			this.pools.values().forEach(HikariDataSource::close);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jpa.class)
	static class Application {

		@Bean
		OfManyPools tenantConnections(DataSource common) {
			return new OfManyPools(common);
		}

	}

}
