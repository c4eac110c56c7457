package io.github.matrixone.spring.boot.autoconfigure.migration;

import javax.sql.DataSource;

import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer;
import org.springframework.boot.liquibase.autoconfigure.DataSourceClosingSpringLiquibase;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnBooleanSetting;
import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for snapshots before migrations of Flyway and Liquibase, of each
 * data source that they migrate.
 *
 * @since 0.1
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ DataSource.class, CommandExecutor.class })
@ConditionalOnBooleanSetting(MigrationSnapshots.PROPERTY)
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneMigrationProperties.class)
public final class MatrixOneMigrationAutoConfiguration {

	@Bean
	MigrationSnapshots matrixOneMigrationSnapshots(MatrixOneMigrationProperties properties) {
		return new MigrationSnapshots(properties);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Flyway.class, FlywayMigrationInitializer.class })
	static class FlywayConfiguration {

		@Bean
		FlywaySnapshots matrixOneFlywaySnapshots(MigrationSnapshots snapshots,
				ObjectProvider<MatrixOneConnections> connections) {
			return new FlywaySnapshots(snapshots, connections);
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static FlywayPostProcessor matrixOneFlywayPostProcessor(ObjectProvider<MigrationSnapshots> snapshots) {
			return new FlywayPostProcessor(snapshots);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ SpringLiquibase.class, DataSourceClosingSpringLiquibase.class })
	static class LiquibaseConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static LiquibaseSnapshots matrixOneLiquibaseSnapshots(ObjectProvider<MigrationSnapshots> snapshots) {
			return new LiquibaseSnapshots(snapshots);
		}

	}

}
