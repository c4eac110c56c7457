package io.github.matrixone.spring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.flyway.autoconfigure.FlywayProperties;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.Ordered;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;
import io.github.matrixone.spring.branch.RiskyChange;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.command.CommandObservationConvention;
import io.github.matrixone.spring.command.DefaultCommandObservationConvention;
import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;
import io.github.matrixone.spring.pitr.PitrOperations;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.simulator.MatrixOneSimulator;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

class MatrixOneAutoConfigurationTests {

	private static final String NO_SERVER = "spring.datasource.url=jdbc:mysql://127.0.0.1:1/shop?connectTimeout=1000";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				TransactionAutoConfiguration.class, TransactionManagerCustomizationAutoConfiguration.class,
				MatrixOneDataSourceAutoConfiguration.class, MatrixOneAutoConfiguration.class,
				MatrixOneSimulatorAutoConfiguration.class))
		.withPropertyValues("spring.datasource.hikari.initialization-fail-timeout=-1",
				"spring.datasource.hikari.connection-timeout=1000");

	@Test
	void configuresTheOperationsWithoutASingleStatement() {
		this.runner.withPropertyValues(NO_SERVER).run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(SnapshotOperations.class)
				.hasSingleBean(CloneOperations.class)
				.hasSingleBean(RestoreOperations.class)
				.hasSingleBean(PitrOperations.class)
				.hasSingleBean(ControlOperations.class)
				.hasSingleBean(CommandExecutor.class)
				.hasSingleBean(MatrixOneExceptionTranslator.class);
			assertThat(context.getBean(MatrixOneBackend.class)).isInstanceOf(ServerBackend.class);
			HikariDataSource pool = context.getBean(HikariDataSource.class);
			assertThat(pool).isSameAs(context.getBean(DataSource.class)).returns(false, HikariDataSource::isRunning);
			assertThat(pool.getDriverClassName()).isEqualTo(MatrixOneDriver.class.getName());
			assertThat(context.getBean(JdbcTemplate.class).getExceptionTranslator())
				.isInstanceOf(MatrixOneExceptionTranslator.class);
			assertThat(context.getBean(JdbcTransactionManager.class).getExceptionTranslator())
				.isInstanceOf(MatrixOneExceptionTranslator.class);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "yes", "on", "1", "TRUE" })
	void isNotOffBecauseOfASpelling(String enabled) {
		this.runner.withPropertyValues(NO_SERVER, "matrixone.enabled=" + enabled)
			.run((context) -> assertThat(context).hasSingleBean(CloneOperations.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "maybe", "" })
	void refusesAnUnknownSwitch(String enabled) {
		this.runner.withPropertyValues(NO_SERVER, "matrixone.enabled=" + enabled)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("Failed to bind properties under 'matrixone.enabled'"));
	}

	@Test
	void aDataSourceThatIsMadeTooEarlyIsNotForgotten() {
		this.runner.withPropertyValues(NO_SERVER)
			.withUserConfiguration(EarlyDataSource.class)
			.run((context) -> assertThat(context.getBean(HikariDataSource.class).getDriverClassName())
				.isEqualTo(MatrixOneDriver.class.getName()));
	}

	@Test
	void noMoreIsADataSourceOfAParentWithoutAutoConfiguration() {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl("jdbc:mysql://127.0.0.1:1/shop");
		new ApplicationContextRunner().withBean(HikariDataSource.class, () -> pool)
			.run((parent) -> this.runner.withParent(parent)
				.run((context) -> assertThat(pool.getDriverClassName()).isEqualTo(MatrixOneDriver.class.getName())));
	}

	@Test
	void findsTheDriverOfAUrlThatAsksForMatrixOne() {
		String url = "spring.datasource.url=jdbc:matrixone://127.0.0.1:1/shop";
		this.runner.withPropertyValues(url).run((context) -> {
			SnapshotOperations snapshots = context.getBean(SnapshotOperations.class);
			assertThatExceptionOfType(CannotGetJdbcConnectionException.class).isThrownBy(snapshots::list)
				.withStackTraceContaining("Communications link failure");
		});
		this.runner.withPropertyValues(url, "spring.datasource.driver-class-name=com.mysql.cj.jdbc.Driver")
			.run((context) -> assertThat(context.getBean(DataSourceProperties.class).getDriverClassName())
				.isEqualTo("com.mysql.cj.jdbc.Driver"));
	}

	@Test
	void findsTheDriverOfSuchAUrlOfAMigrationTool() {
		this.runner.withUserConfiguration(MigrationTools.class)
			.withPropertyValues("spring.flyway.url=jdbc:matrixone://127.0.0.1:1/shop",
					"spring.liquibase.url=jdbc:matrixone://127.0.0.1:1/shop")
			.run((context) -> {
				assertThat(context.getBean(FlywayProperties.class).getDriverClassName())
					.isEqualTo(MatrixOneDriver.class.getName());
				assertThat(context.getBean(LiquibaseProperties.class).getDriverClassName())
					.isEqualTo(MatrixOneDriver.class.getName());
			});
		this.runner.withUserConfiguration(MigrationTools.class)
			.withPropertyValues("spring.flyway.url=jdbc:mysql://127.0.0.1:1/shop")
			.run((context) -> {
				assertThat(context.getBean(FlywayProperties.class).getDriverClassName()).isNull();
				assertThat(context.getBean(LiquibaseProperties.class).getDriverClassName()).isNull();
			});
	}

	@Test
	void saysClearlyThatTheServerCannotBeReached() {
		this.runner.withPropertyValues(NO_SERVER).run((context) -> {
			SnapshotOperations snapshots = context.getBean(SnapshotOperations.class);
			assertThatExceptionOfType(CannotGetJdbcConnectionException.class).isThrownBy(snapshots::list)
				.withStackTraceContaining("Communications link failure");
		});
	}

	@Test
	void operationsThatTheApplicationHasMadeForAnotherDataSourceAreUsedByNoOthers() {
		SnapshotOperations archive = mock(SnapshotOperations.class);
		this.runner.withBean("archiveSnapshots", SnapshotOperations.class, () -> archive).run((context) -> {
			context.getBean(JdbcTemplate.class).execute("CREATE TABLE item (id INT PRIMARY KEY)");
			TableName item = TableName.of("item");
			SnapshotName name = SnapshotName.of("before");
			DatabaseName database = Objects.requireNonNull(
					new SnapshotTemplate(context.getBean(CommandExecutor.class)).create(name, SnapshotScope.table(item))
						.database());
			context.getBean(RestoreOperations.class).restoreTable(item, name);
			List<TableName> items = List.of(item.qualifiedBy(database));
			assertThat(context.getBean(RiskyChange.class).run(SnapshotName.of("risky"), items, () -> 1)).isOne();
			verifyNoInteractions(archive);
		});
	}

	@Test
	void saysClearlyThatTheServerIsNotAMatrixOne() {
		this.runner.withPropertyValues("spring.datasource.url=jdbc:h2:mem:other").run((context) -> {
			SnapshotOperations snapshots = context.getBean(SnapshotOperations.class);
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> snapshots.create(SnapshotName.of("s"), SnapshotScope.account()))
				.withMessageContaining("H2")
				.withMessageContaining("spring.datasource.url");
		});
	}

	@Test
	void namesObservationsAsAConventionOfTheUserDoes() {
		List<String> names = new ArrayList<>();
		this.runner.withBean(ObservationRegistry.class, () -> recording(names))
			.withBean(CommandObservationConvention.class, ShopConvention::new)
			.withPropertyValues("spring.datasource.hikari.connection-timeout=30000")
			.run((context) -> {
				context.getBean(SnapshotOperations.class).create(SnapshotName.of("s"), SnapshotScope.account());
				assertThat(names).containsOnly("shop.command");
			});
	}

	private static ObservationRegistry recording(List<String> names) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

			@Override
			public void onStop(Observation.Context context) {
				names.add(context.getName());
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		return registry;
	}

	@Test
	void canBeSwitchedOff() {
		this.runner.withPropertyValues(NO_SERVER, "matrixone.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(SnapshotOperations.class).doesNotHaveBean(CommandExecutor.class);
			assertThat(context.getBean(HikariDataSource.class).getDriverClassName())
				.isNotEqualTo(MatrixOneDriver.class.getName());
		});
	}

	@Test
	void leavesExceptionsToSpringIfToldSo() {
		this.runner.withPropertyValues(NO_SERVER, "matrixone.exception-translation.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(MatrixOneExceptionTranslator.class)
				.hasSingleBean(SnapshotOperations.class));
	}

	@Test
	void backsOffForBeansOfTheUser() {
		SnapshotOperations snapshots = mock(SnapshotOperations.class);
		this.runner.withPropertyValues(NO_SERVER)
			.withBean("mySnapshots", SnapshotOperations.class, () -> snapshots)
			.withBean(SQLStateSQLExceptionTranslator.class)
			.run((context) -> {
				assertThat(context.getBean(SnapshotOperations.class)).isSameAs(snapshots);
				assertThat(context).doesNotHaveBean(MatrixOneExceptionTranslator.class)
					.hasSingleBean(CloneOperations.class);
			});
	}

	@Test
	void servesADataSourceThatNothingGetsBeneath() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, MatrixOneAutoConfiguration.class))
			.withPropertyValues(NO_SERVER)
			.run((context) -> assertThat(context).hasSingleBean(SnapshotOperations.class));
	}

	@Test
	void servesThePrimaryDataSource() {
		this.runner.withUserConfiguration(TwoDataSources.class)
			.run((context) -> assertThat(context).hasSingleBean(SnapshotOperations.class));
	}

	@Test
	void servesNoneOfSeveralDataSourcesWithoutAPrimaryOne() {
		this.runner.withUserConfiguration(TwoEqualDataSources.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SnapshotOperations.class));
	}

	@Test
	void servesThePrimaryDataSourceBesideAnExecutorForAnother() {
		this.runner.withUserConfiguration(TwoDataSources.class)
			.withBean("archiveExecutor", CommandExecutor.class,
					() -> new CommandExecutor(mock(DataSource.class), new ServerBackend()))
			.run((context) -> {
				CommandExecutor archive = context.getBean("archiveExecutor", CommandExecutor.class);
				assertThat(context.getBean(CommandExecutor.class)).isSameAs(archive);
				assertThat(context.getBean(SnapshotTemplate.class)).extracting("executor")
					.isNotSameAs(archive)
					.extracting("dataSource")
					.isSameAs(context.getBean("first"));
			});
	}

	@Test
	void getsBeneathALazyConnectionProxy() {
		this.runner.withPropertyValues(NO_SERVER, "spring.datasource.connection-fetch=lazy").run((context) -> {
			DataSource dataSource = context.getBean(DataSource.class);
			assertThat(dataSource).isInstanceOf(LazyConnectionDataSourceProxy.class);
			HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariDataSource.class);
			assertThat(pool).isNotNull()
				.extracting(HikariDataSource::getDriverClassName)
				.isEqualTo(MatrixOneDriver.class.getName());
		});
	}

	@Test
	void tellsTheConnectionsWhetherToAdjustTheDriver() {
		this.runner.withPropertyValues(NO_SERVER)
			.run((context) -> assertThat(context.getBean(MatrixOneConnections.class)).extracting("adjustDriver")
				.isEqualTo(true));
		this.runner.withPropertyValues(NO_SERVER, "matrixone.driver.adjust=false")
			.run((context) -> assertThat(context.getBean(MatrixOneConnections.class)).extracting("adjustDriver")
				.isEqualTo(false));
	}

	@Test
	void usesTheSimulatorWithoutAUrl() {
		this.runner.run((context) -> {
			assertThat(context).hasBean("matrixOneSimulatorConnectionDetails");
			assertThat(context.getBean(MatrixOneBackend.class)).isNotInstanceOf(ServerBackend.class);
			assertThat(context.getBean(JdbcTemplate.class).queryForObject("SELECT 1", Integer.class)).isOne();
			assertThat(context.getBean(SnapshotOperations.class).list()).isEmpty();
		});
	}

	@Test
	void refusesANameOfTheSimulatedDatabaseThatIsNone() {
		this.runner.withPropertyValues("matrixone.simulator.database=x`; DROP SCHEMA victim; --")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("matrixone.simulator.database"));
	}

	@Test
	void leavesDataSourcesBesideTheSimulatorAlone() {
		DriverManagerDataSource h2 = new DriverManagerDataSource("jdbc:h2:mem:beside");
		HikariDataSource unreachable = new HikariDataSource();
		unreachable.setJdbcUrl("jdbc:postgresql://127.0.0.1:1/other");
		DataSource unknown = mock();
		this.runner
			.withBean("unknown", DataSource.class, () -> unknown,
					(definition) -> setDefaultCandidate(definition, false))
			.withBean("h2", DataSource.class, () -> h2, (definition) -> setDefaultCandidate(definition, false))
			.withBean("unreachable", DataSource.class, () -> unreachable,
					(definition) -> setDefaultCandidate(definition, false))
			.run((context) -> {
				assertThat(context).hasBean("matrixOneSimulatorConnectionDetails");
				assertThat(context.getBean("h2")).isSameAs(h2);
				assertThat(context.getBean("unreachable")).isSameAs(unreachable);
				assertThat(context.getBean("unknown")).isSameAs(unknown);
				assertThat(context.getBean("dataSource")).isInstanceOf(MatrixOneDataSource.class);
				new JdbcTemplate(h2).execute("CREATE TABLE free (id INT)");
			});
	}

	private static void setDefaultCandidate(BeanDefinition definition, boolean defaultCandidate) {
		((AbstractBeanDefinition) definition).setDefaultCandidate(defaultCandidate);
	}

	@Test
	void usesNoSimulatorWithAUrlOrADataSourceOrIfToldSo() {
		this.runner.withPropertyValues(NO_SERVER)
			.run((context) -> assertThat(context).doesNotHaveBean("matrixOneSimulatorConnectionDetails"));
		this.runner.withPropertyValues("matrixone.simulator.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("matrixOneSimulatorConnectionDetails"));
		this.runner.withBean("mine", DataSource.class, () -> mock(DataSource.class))
			.run((context) -> assertThat(context).doesNotHaveBean("matrixOneSimulatorConnectionDetails"));
		this.runner.withPropertyValues(NO_SERVER)
			.withClassLoader(new FilteredClassLoader(MatrixOneSimulator.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(SnapshotOperations.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "matrixone.commands.slow-threshold=-1s", "matrixone.past.keep-for=0s",
			"matrixone.past.keep-at-most=-1" })
	void refusesAValueThatMakesNoSenseByTheNameOfItsProperty(String property) {
		this.runner.withPropertyValues(NO_SERVER, property)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining(property.substring(0, property.indexOf('='))));
	}

	@Test
	void refusesAPoolOfNoConnections() {
		this.runner.withPropertyValues(NO_SERVER, "matrixone.commands.maximum-pool-size=0")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("matrixone.commands.maximum-pool-size")
				.hasMessageContaining("It must be at least 1"));
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean
		@Primary
		DataSource first() {
			return mock(DataSource.class);
		}

		@Bean
		DataSource second() {
			return mock(DataSource.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoEqualDataSources {

		@Bean
		DataSource first() {
			return mock(DataSource.class);
		}

		@Bean
		DataSource second() {
			return mock(DataSource.class);
		}

	}

	static class ShopConvention extends DefaultCommandObservationConvention {

		@Override
		public String getName() {
			return "shop.command";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties({ FlywayProperties.class, LiquibaseProperties.class })
	static class MigrationTools {

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyDataSource {

		@Bean
		static Early early(DataSource dataSource) {
			return new Early(dataSource);
		}

	}

	/**
	 * Ordered as the starter's own, which is not there yet.
	 *
	 * @param dataSource needed too early
	 */
	private record Early(DataSource dataSource) implements BeanPostProcessor, Ordered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

}
