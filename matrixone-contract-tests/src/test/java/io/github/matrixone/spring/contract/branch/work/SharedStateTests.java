package io.github.matrixone.spring.contract.branch.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.cache.cfg.spi.DomainDataRegionBuildingContext;
import org.hibernate.cache.cfg.spi.DomainDataRegionConfig;
import org.hibernate.cache.spi.support.DomainDataStorageAccess;
import org.hibernate.cache.spi.support.RegionFactoryTemplate;
import org.hibernate.cache.spi.support.StorageAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.sql.DatabaseName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an application keeps in memory of its database is not taken into a branch.
 */
@EnabledIfServer
class SharedStateTests {

	private static final String DATABASE = "ct_branch_shared";

	private static final DatabaseName DRAFT = DatabaseName.of("ct_branch_shared_draft");

	private final JdbcTemplate jdbc = ServerUnderTest.get().plainJdbc("mo_catalog");

	@BeforeEach
	@AfterEach
	void clean() {
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DRAFT.quoted());
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DATABASE);
	}

	@Test
	void refusesIdsThatAreTakenInAdvance() {
		assertRefused("hibernate.id.optimizer.pooled.preferred=none", Map.of());
	}

	@Test
	void refusesTheSecondLevelCache() {
		assertRefused("hibernate.cache.use_second_level_cache=false",
				Map.of("hibernate.id.optimizer.pooled.preferred", "none", "hibernate.cache.region.factory_class",
						MapRegionFactory.class.getName(), "jakarta.persistence.sharedCache.mode", "ALL"));
	}

	@Test
	void refusesTheQueryCache() {
		assertRefused("hibernate.cache.use_query_cache=false",
				Map.of("hibernate.id.optimizer.pooled.preferred", "none", "hibernate.cache.region.factory_class",
						MapRegionFactory.class.getName(), "hibernate.cache.use_query_cache", "true"));
	}

	@Test
	void letsACacheBeThereThatHoldsNoEntities() {
		try (ConfigurableApplicationContext context = start(Map.of("hibernate.id.optimizer.pooled.preferred", "none",
				"hibernate.cache.region.factory_class", MapRegionFactory.class.getName()))) {
			assertThat(branch(context).in(DRAFT, () -> context.getBean(ProductRepository.class).count())).isZero();
		}
	}

	private void assertRefused(String cure, Map<String, String> properties) {
		try (ConfigurableApplicationContext context = start(properties)) {
			BranchOperations branches = branch(context);
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> branches.in(DRAFT, () -> context.getBean(ProductRepository.class).count()))
				.withMessageContaining("spring.jpa.properties." + cure);
		}
	}

	private static BranchOperations branch(ConfigurableApplicationContext context) {
		BranchOperations branches = context.getBean(BranchOperations.class);
		branches.createDatabase(DatabaseName.of(DATABASE), DRAFT);
		return branches;
	}

	private static ConfigurableApplicationContext start(Map<String, String> properties) {
		ServerUnderTest server = ServerUnderTest.get();
		List<String> arguments = new ArrayList<>(
				List.of("--spring.datasource.url=" + server.url() + DATABASE + "?createDatabaseIfNotExist=true",
						"--spring.datasource.username=" + server.username(),
						"--spring.datasource.password=" + server.password(), "--spring.jpa.hibernate.ddl-auto=create"));
		properties.forEach((name, value) -> arguments.add("--spring.jpa.properties." + name + '=' + value));
		return new SpringApplicationBuilder(WorkApplication.class).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new));
	}

	/**
	 * A cache in memory.
	 */
	public static class MapRegionFactory extends RegionFactoryTemplate {

		@Override
		protected StorageAccess createQueryResultsRegionStorageAccess(String region,
				SessionFactoryImplementor factory) {
			return new MapAccess();
		}

		@Override
		protected StorageAccess createTimestampsRegionStorageAccess(String region, SessionFactoryImplementor factory) {
			return new MapAccess();
		}

		@Override
		protected DomainDataStorageAccess createDomainDataStorageAccess(DomainDataRegionConfig region,
				DomainDataRegionBuildingContext context) {
			return new MapAccess();
		}

		@Override
		protected void prepareForUse(SessionFactoryOptions settings, Map<String, Object> properties) {
		}

		@Override
		protected void releaseFromUse() {
		}

	}

	private static final class MapAccess implements DomainDataStorageAccess {

		private final Map<Object, Object> values = new ConcurrentHashMap<>();

		@Override
		public Object getFromCache(Object key, SharedSessionContractImplementor session) {
			return this.values.get(key);
		}

		@Override
		public void putIntoCache(Object key, Object value, SharedSessionContractImplementor session) {
			this.values.put(key, value);
		}

		@Override
		public boolean contains(Object key) {
			return this.values.containsKey(key);
		}

		@Override
		public void evictData() {
			this.values.clear();
		}

		@Override
		public void evictData(Object key) {
			this.values.remove(key);
		}

		@Override
		public void release() {
			this.values.clear();
		}

	}

}
