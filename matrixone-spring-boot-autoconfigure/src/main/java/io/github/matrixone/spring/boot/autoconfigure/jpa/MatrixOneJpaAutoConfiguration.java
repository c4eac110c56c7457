package io.github.matrixone.spring.boot.autoconfigure.jpa;

import java.util.stream.Stream;

import jakarta.persistence.EntityManagerFactory;
import org.hibernate.SessionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

import io.github.matrixone.spring.boot.autoconfigure.AfterMerge;
import io.github.matrixone.spring.boot.autoconfigure.AfterRestore;
import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.SharedStateCheck;
import io.github.matrixone.spring.hibernate.SharedEntityState;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that keeps JPA's caches in step with restores, and apart from
 * branches and the past.
 *
 * @since 0.1
 */
@AutoConfiguration(afterName = "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration")
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(EntityManagerFactory.class)
@ConditionalOnBean(EntityManagerFactory.class)
@ConditionalOnMatrixOneEnabled
public final class MatrixOneJpaAutoConfiguration {

	@Bean
	AfterRestore matrixOneJpaCachesAfterRestore(ObjectProvider<EntityManagerFactory> factories) {
		return () -> all(factories).forEach((factory) -> factory.getCache().evictAll());
	}

	/**
	 * The factories, also those that are no default candidates, as of a second data
	 * source.
	 */
	private static Stream<EntityManagerFactory> all(ObjectProvider<EntityManagerFactory> factories) {
		return factories.stream(ObjectProvider.UNFILTERED);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SessionFactory.class)
	static class HibernateConfiguration {

		@Bean
		AfterRestore matrixOneHibernateCachesAfterRestore(ObjectProvider<EntityManagerFactory> factories) {
			return () -> all(factories).forEach(SharedEntityState::evict);
		}

		@Bean
		AfterMerge matrixOneHibernateCachesAfterMerge(ObjectProvider<EntityManagerFactory> factories) {
			return () -> all(factories).forEach(SharedEntityState::evict);
		}

		@Bean
		SharedStateCheck matrixOneSharedEntityStateCheck(ObjectProvider<EntityManagerFactory> factories) {
			return (toWrite) -> all(factories)
				.forEach(toWrite ? SharedEntityState::requireNone : SharedEntityState::requireNoCaches);
		}

	}

}
