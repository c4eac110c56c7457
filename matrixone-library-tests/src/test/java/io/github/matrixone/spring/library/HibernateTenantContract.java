package io.github.matrixone.spring.library;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.test.context.DynamicPropertyRegistry;

import io.github.matrixone.spring.boot.autoconfigure.jpa.MatrixOneJpaAutoConfiguration;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.library.Work.OnPurposeException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the tenants of Hibernate may expect, however their databases are reached.
 */
abstract class HibernateTenantContract {

	private static final ThreadLocal<String> tenant = new ThreadLocal<>();

	static Map<String, LibraryDatabase> databases = Map.of();

	private static LibraryDatabase common;

	@Autowired
	private Work work;

	@Autowired
	private CloneOperations clones;

	@Autowired
	private EntityManager entities;

	static void create(DynamicPropertyRegistry registry) {
		databases = Map.of("acme", LibraryDatabase.create("tenant_acme", "", registry), "beta",
				LibraryDatabase.create("tenant_beta", "", registry));
		common = LibraryDatabase.create("tenant_common", "", registry);
		registry.add("spring.jpa.hibernate.ddl-auto", () -> "none");
	}

	@BeforeEach
	void tables() {
		for (LibraryDatabase database : databases.values()) {
			for (String table : List.of("kept", "gone", "item")) {
				database.execute("DROP TABLE IF EXISTS " + table);
			}
			database.execute("CREATE TABLE item (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20))");
		}
	}

	@AfterEach
	void noTenant() {
		tenant.remove();
	}

	@Test
	void commitsARowAndACloneOfTheTenant() {
		for (String name : databases.keySet()) {
			tenant.set(name);
			this.work.commit(() -> {
				this.entities.persist(new Item(name));
				this.clones.cloneTable(TableName.of("item"), TableName.of("kept"));
			});
		}
		for (LibraryDatabase database : databases.values()) {
			assertThat(database.count("item")).isEqualTo(1);
			assertThat(database.count("kept")).isEqualTo(1);
		}
		assertThat(common.hasTable("kept")).isFalse();
	}

	@Test
	void rollsARowAndACloneOfTheTenantBack() {
		for (String name : databases.keySet()) {
			tenant.set(name);
			assertThatExceptionOfType(OnPurposeException.class).isThrownBy(() -> this.work.fail(() -> {
				this.entities.persist(new Item(name));
				this.clones.cloneTable(TableName.of("item"), TableName.of("gone"));
			}));
		}
		for (LibraryDatabase database : databases.values()) {
			assertThat(database.count("item")).isZero();
			assertThat(database.hasTable("gone")).isFalse();
		}
	}

	@Test
	void refusesALiveCloneAfterAnUpdate() {
		tenant.set("beta");
		this.work.commit(() -> this.entities.persist(new Item("old")));
		assertThatExceptionOfType(UncommittedChangesException.class).isThrownBy(() -> this.work.commit(() -> {
			this.entities.createQuery("update Item set name = 'new'").executeUpdate();
			this.clones.cloneTable(TableName.of("item"), TableName.of("gone"));
		}));
		assertThat(databases.get("beta").hasTable("gone")).isFalse();
	}

	@Entity(name = "Item")
	@Table(name = "item")
	static class Item {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String name;

		Item() {
		}

		Item(String name) {
			this.name = name;
		}

	}

	static class CurrentTenant implements CurrentTenantIdentifierResolver<String> {

		@Override
		public String resolveCurrentTenantIdentifier() {
			String current = tenant.get();
			return (current != null) ? current : "";
		}

		@Override
		public boolean validateExistingCurrentSessions() {
			return true;
		}

	}

	abstract static class Connections implements MultiTenantConnectionProvider<String> {

		@Override
		public void releaseAnyConnection(Connection connection) throws SQLException {
			connection.close();
		}

		@Override
		public void releaseConnection(String name, Connection connection) throws SQLException {
			connection.close();
		}

		@Override
		public boolean supportsAggressiveRelease() {
			return false;
		}

		@Override
		public boolean isUnwrappableAs(Class<?> type) {
			return type.isInstance(this);
		}

		@Override
		public <T> T unwrap(Class<T> type) {
			return type.cast(this);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	@ImportAutoConfiguration({ HibernateJpaAutoConfiguration.class, MatrixOneJpaAutoConfiguration.class })
	static class Jpa {

		@Bean
		PersistenceManagedTypes types() {
			return PersistenceManagedTypes.of(Item.class.getName());
		}

		@Bean
		HibernatePropertiesCustomizer tenants(Connections connections) {
			return (properties) -> {
				properties.put(MultiTenancySettings.MULTI_TENANT_CONNECTION_PROVIDER, connections);
				properties.put(MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new CurrentTenant());
			};
		}

	}

}
