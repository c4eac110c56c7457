package io.github.matrixone.spring.boot.autoconfigure.batch;

import java.util.Map;
import java.util.function.Consumer;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.batch.core.configuration.support.JdbcDefaultBatchConfiguration;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.transaction.annotation.Isolation;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is replaced in Spring Batch's configuration where the application was processed
 * ahead of time.
 */
class MatrixOneBatchAheadOfTimeTests {

	@Test
	@CompileWithForkedClassLoader
	void createsJobsUnderReadCommitted() {
		TestGenerationContext generation = new TestGenerationContext();
		AnnotationConfigApplicationContext processed = new AnnotationConfigApplicationContext();
		setUp(processed);
		processed.register(Application.class);
		new ApplicationContextAotGenerator().processAheadOfTime(processed, generation);
		generation.writeGeneratedContent();
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			@SuppressWarnings("unchecked")
			ApplicationContextInitializer<GenericApplicationContext> initializer = compiled
				.getInstance(ApplicationContextInitializer.class);
			start(initializer, (context) -> {
				assertThat(MatrixOneBatchAutoConfigurationTests.isolation(context)).isEqualTo(Isolation.READ_COMMITTED);
				assertThat(context.getBean(JobRepository.class).createJobInstance("job", new JobParameters()))
					.isNotNull();
			});
		});
	}

	@Test
	@CompileWithForkedClassLoader
	void leavesAConfigurationOfTheApplicationAsItIs() {
		System.setProperty(AbstractAotProcessor.AOT_PROCESSING, "true");
		TestGenerationContext generation = new TestGenerationContext();
		try {
			AnnotationConfigApplicationContext processed = new AnnotationConfigApplicationContext();
			setUp(processed);
			processed.register(OwnApplication.class);
			new ApplicationContextAotGenerator().processAheadOfTime(processed, generation);
		}
		finally {
			System.clearProperty(AbstractAotProcessor.AOT_PROCESSING);
		}
		generation.writeGeneratedContent();
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			@SuppressWarnings("unchecked")
			ApplicationContextInitializer<GenericApplicationContext> initializer = compiled
				.getInstance(ApplicationContextInitializer.class);
			start(initializer, (context) -> assertThat(context.getBean(OwnBatch.class)).isNotNull());
		});
	}

	private static void start(ApplicationContextInitializer<GenericApplicationContext> initializer,
			Consumer<GenericApplicationContext> work) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			setUp(context);
			initializer.initialize(context);
			context.refresh();
			work.accept(context);
		}
	}

	private static void setUp(GenericApplicationContext context) {
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("spring.batch.jdbc.initialize-schema", "always")));
	}

	@Configuration
	static class OwnBatch extends JdbcDefaultBatchConfiguration {

		private final DataSource dataSource;

		OwnBatch(DataSource dataSource) {
			this.dataSource = dataSource;
		}

		@Override
		protected DataSource getDataSource() {
			return this.dataSource;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(OwnBatch.class)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
			MatrixOneAutoConfiguration.class, MatrixOneBatchAutoConfiguration.class })
	static class OwnApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, BatchAutoConfiguration.class, BatchJdbcAutoConfiguration.class,
			MatrixOneDataSourceAutoConfiguration.class, MatrixOneAutoConfiguration.class,
			MatrixOneSimulatorAutoConfiguration.class, MatrixOneBatchAutoConfiguration.class })
	static class Application {

	}

}
