package io.github.matrixone.spring.boot.autoconfigure.retry;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.resilience.annotation.RetryAnnotationBeanPostProcessor;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnBooleanSetting;
import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.retry.RetryOnConflict;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that carries out {@link RetryOnConflict}, also without
 * {@code @EnableResilientMethods}.
 *
 * <p>
 * Each context has its own, since a bean post-processor serves no other one.
 *
 * @since 0.1
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ RetryAnnotationBeanPostProcessor.class, RetryOnConflict.class })
@ConditionalOnMatrixOneEnabled
@ConditionalOnBooleanSetting(value = "matrixone.retry.enabled", matchIfMissing = true)
public final class MatrixOneRetryAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static RetryAnnotationBeanPostProcessor matrixOneRetryAnnotationBeanPostProcessor() {
		RetryAnnotationBeanPostProcessor postProcessor = new ConflictRetryPostProcessor();
		// As in @EnableResilientMethods: after @Transactional, before @Async.
		postProcessor.setOrder(Ordered.LOWEST_PRECEDENCE - 1);
		return postProcessor;
	}

}
