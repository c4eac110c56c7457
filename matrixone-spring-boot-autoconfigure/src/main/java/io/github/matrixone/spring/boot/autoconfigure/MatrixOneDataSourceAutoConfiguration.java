package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneProperties.Transaction.UnsupportedIsolation;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that gets between the application's pools and their driver, so that
 * transactions begin for real on a MatrixOne.
 *
 * @since 0.1
 */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ DataSource.class, MatrixOneConnections.class })
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneProperties.class)
public final class MatrixOneDataSourceAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean
	static MatrixOneConnections matrixOneConnections(MatrixOneProperties properties) {
		MatrixOneConnections connections = new MatrixOneConnections();
		connections.setAdjustDriver(properties.getDriver().isAdjust());
		connections.setSerializeLockUpgrades(properties.getTransaction().isSerializeLockUpgrades());
		connections
			.setDowngradeIsolation(properties.getTransaction().getIsolation() == UnsupportedIsolation.READ_COMMITTED);
		return connections;
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MatrixOneDataSourceBeanPostProcessor matrixOneDataSourceBeanPostProcessor(ListableBeanFactory beans) {
		return new MatrixOneDataSourceBeanPostProcessor(beans);
	}

}
