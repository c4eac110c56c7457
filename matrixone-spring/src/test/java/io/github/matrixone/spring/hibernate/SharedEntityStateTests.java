package io.github.matrixone.spring.hibernate;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;

import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.IdGeneratorType;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.cache.cfg.spi.DomainDataRegionBuildingContext;
import org.hibernate.cache.cfg.spi.DomainDataRegionConfig;
import org.hibernate.cache.spi.support.DomainDataStorageAccess;
import org.hibernate.cache.spi.support.RegionFactoryTemplate;
import org.hibernate.cache.spi.support.StorageAccess;
import org.hibernate.cfg.Configuration;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.id.IncrementGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.InvalidDataAccessApiUsageException;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

class SharedEntityStateTests {

	@ParameterizedTest
	@ValueSource(classes = { CachedEntity.class, CachedCollection.class, CachedNaturalId.class, PooledIds.class,
			CountedIds.class })
	void refusesWhatWouldGetFromABranchIntoItsParent(Class<?> entity) {
		try (SessionFactory factory = factory(entity)) {
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> SharedEntityState.requireNone(factory))
				.withMessageContaining(entity.getSimpleName());
		}
	}

	@Test
	void letsOthersPass() {
		try (SessionFactory factory = factory(Plain.class)) {
			assertThatCode(() -> SharedEntityState.requireNone(factory)).doesNotThrowAnyException();
		}
	}

	private static SessionFactory factory(Class<?> entity) {
		return new Configuration().addAnnotatedClass(entity)
			.setProperty("hibernate.dialect", MatrixOneDialect.class.getName())
			.setProperty("hibernate.boot.allow_jdbc_metadata_access", "false")
			.setProperty("hibernate.cache.region.factory_class", NoRegions.class.getName())
			.buildSessionFactory();
	}

	@Entity
	static class Plain {

		@Id
		@GeneratedValue
		@SequenceGenerator(allocationSize = 1)
		Long id;

		@NaturalId
		String name;

		@ElementCollection
		List<String> values;

	}

	@Entity
	@Cacheable
	@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
	static class CachedEntity {

		@Id
		Long id;

	}

	@Entity
	static class CachedCollection {

		@Id
		Long id;

		@ElementCollection
		@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
		List<String> values;

	}

	@Entity
	@NaturalIdCache
	static class CachedNaturalId {

		@Id
		Long id;

		@NaturalId
		String name;

	}

	@Entity
	static class PooledIds {

		@Id
		@GeneratedValue(strategy = GenerationType.SEQUENCE)
		Long id;

	}

	@Entity
	static class CountedIds {

		@Id
		@Counted
		Long id;

	}

	@IdGeneratorType(IncrementGenerator.class)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Counted {

	}

	/**
	 * Regions that hold nothing.
	 */
	public static class NoRegions extends RegionFactoryTemplate {

		@Override
		protected StorageAccess createQueryResultsRegionStorageAccess(String region,
				SessionFactoryImplementor factory) {
			return mock(StorageAccess.class);
		}

		@Override
		protected StorageAccess createTimestampsRegionStorageAccess(String region, SessionFactoryImplementor factory) {
			return mock(StorageAccess.class);
		}

		@Override
		protected DomainDataStorageAccess createDomainDataStorageAccess(DomainDataRegionConfig region,
				DomainDataRegionBuildingContext context) {
			return mock(DomainDataStorageAccess.class);
		}

		@Override
		protected void prepareForUse(SessionFactoryOptions settings, Map<String, Object> properties) {
		}

		@Override
		protected void releaseFromUse() {
		}

	}

}
