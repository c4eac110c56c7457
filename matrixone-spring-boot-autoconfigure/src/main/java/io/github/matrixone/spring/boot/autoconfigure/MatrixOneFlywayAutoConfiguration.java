package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that gives Flyway the pool itself, with the driver adjusted: it
 * ends its transactions with a {@code SET} after writes, which is refused otherwise.
 *
 * @since 0.1
 */
@AutoConfiguration(before = FlywayAutoConfiguration.class)
@ConditionalOnClass({ Flyway.class, FlywayConfigurationCustomizer.class })
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneProperties.class)
public final class MatrixOneFlywayAutoConfiguration {

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	FlywayConfigurationCustomizer matrixOneFlywayConfigurationCustomizer(MatrixOneProperties properties) {
		return (configuration) -> {
			DataSource dataSource = configuration.getDataSource();
			if (dataSource != null) {
				configuration.dataSource(PlainDataSource.of(dataSource, properties));
			}
		};
	}

}
