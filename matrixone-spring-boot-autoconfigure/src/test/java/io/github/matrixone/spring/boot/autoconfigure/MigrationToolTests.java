package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

import io.github.matrixone.spring.jdbc.DriverAdjustingDataSource;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

import static org.assertj.core.api.Assertions.assertThat;

class MigrationToolTests {

	private final HikariDataSource pool = new HikariDataSource();

	private final LazyConnectionDataSourceProxy wrapped = new LazyConnectionDataSourceProxy();

	MigrationToolTests() {
		this.wrapped.setTargetDataSource(new MatrixOneDataSource(this.pool));
	}

	@Test
	void givesFlywayThePool() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(MatrixOneFlywayAutoConfiguration.class))
			.run((context) -> {
				FluentConfiguration configuration = new FluentConfiguration().dataSource(this.wrapped);
				context.getBean(FlywayConfigurationCustomizer.class).customize(configuration);
				assertThatToolGets(this.pool, configuration.getDataSource());
			});
	}

	@Test
	void givesThePoolAsItIsIfTheDriverIsNotToBeAdjusted() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(MatrixOneFlywayAutoConfiguration.class))
			.withPropertyValues("matrixone.driver.adjust=false")
			.run((context) -> {
				FluentConfiguration configuration = new FluentConfiguration().dataSource(this.wrapped);
				context.getBean(FlywayConfigurationCustomizer.class).customize(configuration);
				assertThat(configuration.getDataSource()).isSameAs(this.pool);
			});
	}

	@Test
	void adjustsTheDriverForADataSourceOfTheToolsOwn() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(MatrixOneFlywayAutoConfiguration.class))
			.run((context) -> {
				FluentConfiguration configuration = new FluentConfiguration().dataSource(this.pool);
				context.getBean(FlywayConfigurationCustomizer.class).customize(configuration);
				assertThatToolGets(this.pool, configuration.getDataSource());
			});
	}

	@Test
	void givesLiquibaseThePool() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MatrixOneLiquibaseAutoConfiguration.class))
			.withBean(SpringLiquibase.class, () -> {
				SpringLiquibase liquibase = new SpringLiquibase();
				liquibase.setDataSource(this.wrapped);
				liquibase.setShouldRun(false);
				return liquibase;
			})
			.run((context) -> assertThatToolGets(this.pool, context.getBean(SpringLiquibase.class).getDataSource()));
	}

	private static void assertThatToolGets(DataSource pool, DataSource actual) {
		assertThat(actual).isInstanceOfSatisfying(DriverAdjustingDataSource.class,
				(adjusting) -> assertThat(adjusting.getTargetDataSource()).isSameAs(pool));
	}

}
