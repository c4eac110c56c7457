package io.github.matrixone.spring.library;

import org.junit.jupiter.api.Test;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Batch with nothing configured but its schema.
 */
@EnabledIfServer
@SpringBootTest(classes = SpringBatchTests.Application.class,
		properties = { "spring.batch.jdbc.initialize-schema=always", "spring.batch.job.enabled=false" })
class SpringBatchTests {

	private static LibraryDatabase database;

	@Autowired
	private JobOperator jobs;

	@Autowired
	private Job copy;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("batch", "", registry);
		database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY)");
	}

	@Test
	void commitsARowAndACloneWithAStep() throws Exception {
		JobExecution done = this.jobs.start(this.copy,
				new JobParametersBuilder().addString("clone", "kept")
					.addLong("id", 1L)
					.addString("failing", "no")
					.toJobParameters());
		assertThat(done.getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(database.count("kept")).isEqualTo(1);
	}

	@Test
	void rollsARowAndACloneBackWithAStep() throws Exception {
		long before = database.count("item");
		JobExecution failed = this.jobs.start(this.copy,
				new JobParametersBuilder().addString("clone", "gone")
					.addLong("id", 2L)
					.addString("failing", "yes")
					.toJobParameters());
		assertThat(failed.getStatus()).isEqualTo(BatchStatus.FAILED);
		assertThat(database.count("item")).isEqualTo(before);
		assertThat(database.hasTable("gone")).isFalse();
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@ImportAutoConfiguration({ BatchAutoConfiguration.class, BatchJdbcAutoConfiguration.class })
	static class Application {

		@Bean
		Job copy(JobRepository repository, PlatformTransactionManager transactions, JdbcTemplate jdbc,
				CloneOperations clones) {
			Step step = new StepBuilder("copy", repository).tasklet((contribution, chunk) -> {
				var parameters = contribution.getStepExecution().getJobParameters();
				jdbc.update("INSERT INTO item VALUES (?)", parameters.getLong("id"));
				clones.cloneTable(TableName.of("item"), TableName.of(parameters.getString("clone")));
				if ("yes".equals(parameters.getString("failing"))) {
					throw new IllegalStateException("on purpose");
				}
				return RepeatStatus.FINISHED;
			}, transactions).build();
			return new JobBuilder("copy", repository).start(step).build();
		}

	}

}
