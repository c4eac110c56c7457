package io.github.matrixone.spring.boot.autoconfigure.simulator;

import java.util.UUID;

import javax.sql.DataSource;
import javax.sql.XADataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JndiDataSourceAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.DefaultConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.jdbc.core.dialect.JdbcMySqlDialect;
import org.springframework.data.relational.core.sql.IdentifierProcessing;
import org.springframework.data.relational.core.sql.IdentifierProcessing.LetterCasing;
import org.springframework.data.relational.core.sql.IdentifierProcessing.Quoting;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnBooleanSetting;
import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneProperties;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.SiblingConnections;
import io.github.matrixone.spring.simulator.MatrixOneSimulator;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the simulator: used if it is on the class path and no data
 * source is configured, or a test replaces the configured one by an embedded database. An
 * application with R2DBC has no data source unless it makes one itself.
 *
 * @since 0.1
 */
@AutoConfiguration(after = JndiDataSourceAutoConfiguration.class,
		afterName = { "org.springframework.boot.jdbc.test.autoconfigure.TestDatabaseAutoConfiguration",
				"org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration" },
		before = DataSourceAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(MatrixOneSimulator.class)
@ConditionalOnMissingBean(value = { DataSource.class, XADataSource.class, JdbcConnectionDetails.class },
		type = "io.r2dbc.spi.ConnectionFactory")
@ConditionalOnBooleanSetting(value = "matrixone.simulator.enabled", matchIfMissing = true)
@Conditional(SimulatedDatabaseCondition.class)
@ConditionalOnMatrixOneEnabled
@Import(SimulatorIsTestDatabase.class)
public final class MatrixOneSimulatorAutoConfiguration {

	private static final Log logger = LogFactory.getLog(MatrixOneSimulatorAutoConfiguration.class);

	@Bean
	SimulatorConnectionDetails matrixOneSimulatorConnectionDetails(MatrixOneProperties properties) {
		logger.warn("No data source is configured, or a test replaces it: using the MatrixOne SIMULATOR, "
				+ "an H2 database in memory. All data is lost when the application stops.");
		return new SimulatorConnectionDetails(MatrixOneSimulator.url("matrixone-" + UUID.randomUUID(),
				databaseName(properties.getSimulator().getDatabase())));
	}

	@Bean
	SimulatorHolder matrixOneSimulatorHolder(SimulatorConnectionDetails details,
			ConfigurableListableBeanFactory beans) {
		return new SimulatorHolder(details.getJdbcUrl(), beans);
	}

	@Bean
	@ConditionalOnMissingBean
	SiblingConnections matrixOneSimulatorSiblingConnections(SimulatorHolder holder) {
		return (source) -> holder.ownConnection();
	}

	@Bean
	@ConditionalOnMissingBean
	MatrixOneBackend matrixOneSimulatorBackend(DataSource dataSource, SimulatorHolder holder) {
		return holder.backend(dataSource);
	}

	private static DatabaseName databaseName(String name) {
		try {
			return DatabaseName.of(name);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException("matrixone.simulator.database", name, ex.getMessage());
		}
	}

	/**
	 * Has jOOQ send the SQL that it sends to a server.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ DSLContext.class, DefaultConfigurationCustomizer.class })
	@ConditionalOnProperty(name = "spring.jooq.sql-dialect", havingValue = "mysql", matchIfMissing = true)
	static class JooqConfiguration {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		DefaultConfigurationCustomizer matrixOneSimulatorJooqDialect() {
			return (configuration) -> configuration.set(SQLDialect.MYSQL);
		}

	}

	/**
	 * Has Spring Data JDBC send the SQL that it sends to a server.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ JdbcMySqlDialect.class, DataJdbcRepositoriesAutoConfiguration.class })
	@ConditionalOnProperty(name = "spring.data.jdbc.dialect", havingValue = "mysql", matchIfMissing = true)
	static class DataJdbcConfiguration {

		@Bean
		@ConditionalOnMissingBean(JdbcDialect.class)
		JdbcMySqlDialect matrixOneSimulatorJdbcDialect() {
			return new JdbcMySqlDialect(IdentifierProcessing.create(new Quoting("`"), LetterCasing.LOWER_CASE));
		}

	}

}
