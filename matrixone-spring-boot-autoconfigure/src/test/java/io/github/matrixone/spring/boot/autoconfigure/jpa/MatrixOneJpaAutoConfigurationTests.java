package io.github.matrixone.spring.boot.autoconfigure.jpa;

import jakarta.persistence.EntityManagerFactory;
import org.hibernate.Cache;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.matrixone.spring.boot.autoconfigure.AfterRestore;
import io.github.matrixone.spring.boot.autoconfigure.SharedStateCheck;

import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;

class MatrixOneJpaAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MatrixOneJpaAutoConfiguration.class))
		.withUserConfiguration(TwoDatabases.class);

	@Test
	void allThatHibernateKeepsIsClearedAfterARestore() {
		this.runner.run((context) -> {
			context.getBeansOfType(AfterRestore.class).values().forEach(AfterRestore::run);
			then(context.getBean(TwoDatabases.class).cache).should().evictAllRegions();
			then(context.getBean(TwoDatabases.class).otherCache).should().evictAllRegions();
		});
	}

	@Test
	void theCachesOfEachFactoryAreLookedAtBeforeWorkInABranch() {
		this.runner.run((context) -> {
			context.getBean(SharedStateCheck.class).check(true);
			then(context.getBean("other", EntityManagerFactory.class)).should(atLeastOnce())
				.unwrap(SessionFactoryImplementor.class);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDatabases {

		private final Cache cache = mock();

		private final Cache otherCache = mock();

		@Bean
		EntityManagerFactory entityManagerFactory() {
			return factory(this.cache);
		}

		@Bean(defaultCandidate = false)
		EntityManagerFactory other() {
			return factory(this.otherCache);
		}

		private static EntityManagerFactory factory(Cache cache) {
			EntityManagerFactory factory = mock();
			SessionFactoryImplementor hibernate = mock(RETURNS_DEEP_STUBS);
			given(factory.unwrap(SessionFactoryImplementor.class)).willReturn(hibernate);
			given(factory.getCache()).willReturn(cache);
			return factory;
		}

	}

}
