package io.github.matrixone.spring.boot.autoconfigure.batch;

import java.lang.reflect.Method;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.batch.core.configuration.support.JdbcDefaultBatchConfiguration;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.infrastructure.item.database.support.DataFieldMaxValueIncrementerFactory;
import org.springframework.batch.infrastructure.item.database.support.DefaultDataFieldMaxValueIncrementerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.jdbc.support.incrementer.H2SequenceMaxValueIncrementer;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.util.ReflectionUtils;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * What is replaced in Spring Batch's configuration, and what is left.
 */
class MatrixOneBatchAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				BatchAutoConfiguration.class, BatchJdbcAutoConfiguration.class,
				MatrixOneDataSourceAutoConfiguration.class, MatrixOneAutoConfiguration.class,
				MatrixOneSimulatorAutoConfiguration.class, MatrixOneBatchAutoConfiguration.class))
		.withPropertyValues("spring.batch.jdbc.initialize-schema=always");

	private final ApplicationContextRunner other = this.runner.withBean(DataSource.class,
			() -> new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2).generateUniqueName(true).build());

	@Test
	void createsJobsUnderReadCommitted() {
		this.runner.run((context) -> {
			assertThat(isolation(context)).isEqualTo(Isolation.READ_COMMITTED);
			createJob(context);
		});
	}

	@Test
	void leavesALevelOfTheUserAsItIs() {
		this.runner.withPropertyValues("spring.batch.jdbc.isolation-level-for-create=read_uncommitted")
			.run((context) -> assertThat(isolation(context)).isEqualTo(Isolation.READ_UNCOMMITTED));
	}

	@Test
	void leavesAnotherDatabaseAsItIs() {
		this.other.run((context) -> {
			assertThat(isolation(context)).isEqualTo(Isolation.SERIALIZABLE);
			assertThat(((DataFieldMaxValueIncrementerFactory) call(context, "getIncrementerFactory"))
				.getIncrementer("H2", "BATCH_JOB_INSTANCE_SEQ")).isInstanceOf(H2SequenceMaxValueIncrementer.class);
			createJob(context);
		});
	}

	@Test
	void isSwitchedOffWithTheStarter() {
		this.other.withPropertyValues("matrixone.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(BatchRepositoryDefaults.class);
			assertThat(isolation(context)).isEqualTo(Isolation.SERIALIZABLE);
		});
	}

	@Test
	void doesTheSameForAConfigurationOfTheUser() {
		this.runner.withUserConfiguration(OwnConfiguration.class).run((context) -> {
			assertThat(isolation(context)).isEqualTo(Isolation.READ_COMMITTED);
			createTables(context);
			createJob(context);
		});
	}

	@Test
	void leavesWhatTheUserHasOverridden() {
		this.runner.withUserConfiguration(OverridingConfiguration.class).run((context) -> {
			assertThat(isolation(context)).isEqualTo(Isolation.DEFAULT);
			assertThat(call(context, "getIncrementerFactory")).isSameAs(OverridingConfiguration.INCREMENTERS);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { FinalConfiguration.class, PrivateConfiguration.class })
	void leavesAConfigurationThatCannotBeExtended(Class<?> type) {
		this.other.withUserConfiguration(type).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(type);
			assertThat(isolation(context)).isEqualTo(Isolation.SERIALIZABLE);
		});
	}

	private static void createTables(ApplicationContext context) {
		// Spring Boot creates the tables only where it configures the repository.
		context.getBean(JdbcTemplate.class)
			.execute("RUNSCRIPT FROM 'classpath:org/springframework/batch/core/schema-h2.sql'");
	}

	private static void createJob(ApplicationContext context) {
		assertThat(context.getBean(JobRepository.class).createJobInstance("job", new JobParameters())).isNotNull();
	}

	static Isolation isolation(ApplicationContext context) {
		return (Isolation) call(context, "getIsolationLevelForCreate");
	}

	private static Object call(ApplicationContext context, String name) {
		Object configuration = context.getBean(JdbcDefaultBatchConfiguration.class);
		Method method = ReflectionUtils.findMethod(configuration.getClass(), name);
		ReflectionUtils.makeAccessible(method);
		return ReflectionUtils.invokeMethod(method, configuration);
	}

	@Configuration
	static class OwnConfiguration extends JdbcDefaultBatchConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	static final class FinalConfiguration extends JdbcDefaultBatchConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	private static class PrivateConfiguration extends JdbcDefaultBatchConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	static class OverridingConfiguration extends JdbcDefaultBatchConfiguration {

		private static final DataFieldMaxValueIncrementerFactory INCREMENTERS = new DefaultDataFieldMaxValueIncrementerFactory(
				mock(DataSource.class));

		@Override
		protected DataFieldMaxValueIncrementerFactory getIncrementerFactory() {
			return INCREMENTERS;
		}

		@Override
		protected Isolation getIsolationLevelForCreate() {
			return Isolation.DEFAULT;
		}

	}

}
