package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that wraps the application's data sources, so that their
 * transactions begin for real on a MatrixOne.
 *
 * @since 0.1
 */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@ConditionalOnClass({ DataSource.class, MatrixOneDataSource.class })
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneProperties.class)
public final class MatrixOneDataSourceAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MatrixOneDataSourceBeanPostProcessor matrixOneDataSourceBeanPostProcessor(
			ObjectProvider<MatrixOneProperties> properties, ObjectProvider<DataSourceWrapper> wrapper) {
		return new MatrixOneDataSourceBeanPostProcessor(properties, wrapper);
	}

}
