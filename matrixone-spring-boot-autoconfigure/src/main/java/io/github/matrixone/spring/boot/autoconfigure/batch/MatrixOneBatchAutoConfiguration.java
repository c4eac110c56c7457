package io.github.matrixone.spring.boot.autoconfigure.batch;

import org.springframework.batch.core.configuration.support.JdbcDefaultBatchConfiguration;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} by which Spring Batch's job repository works on a MatrixOne with
 * nothing configured.
 *
 * @since 0.1
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ JdbcDefaultBatchConfiguration.class, BatchJdbcProperties.class })
@ConditionalOnMatrixOneEnabled
public final class MatrixOneBatchAutoConfiguration {

	@Bean(BatchRepositoryDefaults.NAME)
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static BatchRepositoryDefaults matrixOneBatchRepositoryDefaults() {
		return new BatchRepositoryDefaults();
	}

}
