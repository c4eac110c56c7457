package io.github.matrixone.spring.library;

import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.annotation.EnableBatchProcessing;
import org.springframework.batch.core.configuration.annotation.EnableJdbcJobRepository;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.boot.autoconfigure.batch.MatrixOneBatchAutoConfiguration;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A library that asks for SERIALIZABLE, under
 * {@code matrixone.transaction.isolation=read-committed}: Spring Batch where the
 * application configures it by its annotations.
 */
@EnabledIfServer
@SpringBootTest(classes = IsolationSettingTests.Application.class,
		properties = "matrixone.transaction.isolation=read-committed")
class IsolationSettingTests {

	private static LibraryDatabase database;

	@Autowired
	private JobOperator jobs;

	@Autowired
	private Job job;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private CloneOperations clones;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("isolation", "", registry);
		database.run("org/springframework/batch/core/schema-mysql.sql");
		database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY)");
	}

	@Test
	void runsUnderReadCommitted() throws Exception {
		assertThat(this.jobs.start(this.job, new JobParameters()).getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(database.count("item")).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "REPEATABLE_READ", "SERIALIZABLE" })
	void aTransactionThatAsksForALevelIsRolledBackWithItsClone(Isolation isolation) {
		TransactionTemplate transaction = new TransactionTemplate(this.transactions);
		transaction.setIsolationLevel(isolation.value());
		long before = database.count("item");
		String clone = "gone_" + isolation.name().toLowerCase(Locale.ROOT);
		transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO item VALUES (2)");
			this.clones.cloneTable(TableName.of("item"), TableName.of(clone));
			status.setRollbackOnly();
		});
		assertThat(database.count("item")).isEqualTo(before);
		assertThat(database.hasTable(clone)).isFalse();
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@EnableBatchProcessing
	@EnableJdbcJobRepository
	@ImportAutoConfiguration(MatrixOneBatchAutoConfiguration.class)
	static class Application {

		@Bean
		Job job(JobRepository repository, PlatformTransactionManager transactions, JdbcTemplate jdbc) {
			return new JobBuilder("job", repository)
				.start(new StepBuilder("insert", repository).tasklet((contribution, chunk) -> {
					jdbc.update("INSERT INTO item VALUES (1)");
					return RepeatStatus.FINISHED;
				}, transactions).build())
				.build();
		}

	}

}
