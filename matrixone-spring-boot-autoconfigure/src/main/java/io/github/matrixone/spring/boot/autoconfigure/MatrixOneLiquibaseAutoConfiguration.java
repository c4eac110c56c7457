package io.github.matrixone.spring.boot.autoconfigure;

import liquibase.integration.spring.SpringLiquibase;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that gives Liquibase the pool itself, with the driver adjusted: it
 * reads the database's metadata, and expects no more of a transaction than the driver
 * gives.
 *
 * @since 0.1
 */
@AutoConfiguration(before = LiquibaseAutoConfiguration.class)
@ConditionalOnClass({ SpringLiquibase.class, LiquibaseAutoConfiguration.class })
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneProperties.class)
public final class MatrixOneLiquibaseAutoConfiguration {

	@Bean
	static BeanPostProcessor matrixOneLiquibaseBeanPostProcessor(ObjectProvider<MatrixOneProperties> properties) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessBeforeInitialization(Object bean, String beanName) {
				if (bean instanceof SpringLiquibase liquibase && liquibase.getDataSource() != null) {
					liquibase.setDataSource(PlainDataSource.of(liquibase.getDataSource(), properties.getObject()));
				}
				return bean;
			}

		};
	}

}
