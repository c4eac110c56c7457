package io.github.matrixone.spring.boot.autoconfigure.jpa;

import jakarta.persistence.EntityManagerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

import io.github.matrixone.spring.boot.autoconfigure.AfterRestore;
import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.SharedStateCheck;
import io.github.matrixone.spring.hibernate.SharedEntityState;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that keeps JPA's second-level cache in step with restores, and
 * apart from branches and the past.
 *
 * @since 0.1
 */
@AutoConfiguration(before = MatrixOneAutoConfiguration.class,
		afterName = "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration")
@ConditionalOnClass(EntityManagerFactory.class)
@ConditionalOnBean(EntityManagerFactory.class)
@ConditionalOnMatrixOneEnabled
public final class MatrixOneJpaAutoConfiguration {

	@Bean
	AfterRestore matrixOneJpaCachesAfterRestore(ObjectProvider<EntityManagerFactory> factories) {
		return () -> factories.forEach((factory) -> factory.getCache().evictAll());
	}

	@Bean
	@ConditionalOnClass(name = "org.hibernate.SessionFactory")
	SharedStateCheck matrixOneSharedEntityStateCheck(ObjectProvider<EntityManagerFactory> factories) {
		return (toWrite) -> factories
			.forEach(toWrite ? SharedEntityState::requireNone : SharedEntityState::requireNoCaches);
	}

}
