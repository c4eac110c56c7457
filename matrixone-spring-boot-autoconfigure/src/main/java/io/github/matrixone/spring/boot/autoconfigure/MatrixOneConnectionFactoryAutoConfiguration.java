package io.github.matrixone.spring.boot.autoconfigure;

import io.r2dbc.spi.ConnectionFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.r2dbc.connection.DelegatingConnectionFactory;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that wraps the application's R2DBC connection factories, so that
 * the rules for transactions on a MatrixOne hold for their connections.
 *
 * @since 0.1
 */
@AutoConfiguration(beforeName = "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration")
@ConditionalOnClass({ ConnectionFactory.class, DelegatingConnectionFactory.class })
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneProperties.class)
public final class MatrixOneConnectionFactoryAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MatrixOneConnectionFactoryBeanPostProcessor matrixOneConnectionFactoryBeanPostProcessor(
			ObjectProvider<MatrixOneProperties> properties) {
		return new MatrixOneConnectionFactoryBeanPostProcessor(properties);
	}

}
