package io.github.matrixone.spring.boot.autoconfigure.r2dbc;

import io.r2dbc.spi.ConnectionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.r2dbc.ConnectionFactoryDecorator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneProperties;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that protects R2DBC connections to a MatrixOne, beneath the pool
 * that Spring Boot makes. Connection factories that the application makes are left as
 * they are; a warning tells of those that nothing protects. The last of all, so that
 * decorators without an order of their own come before.
 *
 * @since 0.1
 */
@AutoConfiguration(afterName = "org.springframework.boot.r2dbc.autoconfigure.R2dbcProxyAutoConfiguration")
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ ConnectionFactory.class, Mono.class })
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneProperties.class)
public final class MatrixOneConnectionFactoryAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static UnprotectedConnectionFactories matrixOneUnprotectedConnectionFactories() {
		return new UnprotectedConnectionFactories();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConnectionFactoryDecorator.class)
	static class BuiltConnectionFactoryConfiguration {

		@Bean
		ConnectionFactoryProtection matrixOneConnectionFactoryProtection(
				ObjectProvider<MatrixOneProperties> properties) {
			return new ConnectionFactoryProtection(properties);
		}

	}

}
