package io.github.matrixone.spring.library;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobInstanceAlreadyCompleteException;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.support.ListItemReader;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.incrementer.MySQLMaxValueIncrementer;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.boot.autoconfigure.batch.MatrixOneBatchAutoConfiguration;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.jdbc.MatrixOneMaxValueIncrementer;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
	@Qualifier("copy")
	private Job copy;

	@Autowired
	@Qualifier("chunks")
	private Job chunks;

	@Autowired
	private JobRepository repository;

	@Autowired
	private DataSource dataSource;

	@Autowired
	private PlatformTransactionManager transactions;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("batch", "", registry);
		database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY)");
		database.execute("CREATE TABLE chunk (id BIGINT PRIMARY KEY)");
	}

	@Test
	void commitsARowAndACloneWithAStep() throws Exception {
		JobExecution done = this.jobs.start(this.copy,
				new JobParametersBuilder().addString("clone", "kept")
					.addLong("id", 1L)
					.addString("failing", "no")
					.toJobParameters());
		assertThat(done.getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(database.count("kept")).isPositive().isLessThanOrEqualTo(database.count("item"));
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

	@Test
	void startsAFailedJobAgain() throws Exception {
		JobParameters parameters = new JobParametersBuilder().addString("clone", "again")
			.addLong("id", 3L)
			.addString("failing", "once")
			.toJobParameters();
		assertThat(this.jobs.start(this.copy, parameters).getStatus()).isEqualTo(BatchStatus.FAILED);
		JobExecution again = this.jobs.start(this.copy, parameters);
		assertThat(again.getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(this.repository.getJobExecutions(again.getJobInstance())).hasSize(2);
		assertThat(database.hasTable("again")).isTrue();
	}

	@Test
	void runsAnInstanceOnce() throws Exception {
		JobParameters parameters = new JobParametersBuilder().addString("clone", "once")
			.addLong("id", 4L)
			.addString("failing", "no")
			.toJobParameters();
		this.jobs.start(this.copy, parameters);
		assertThatExceptionOfType(JobInstanceAlreadyCompleteException.class)
			.isThrownBy(() -> this.jobs.start(this.copy, parameters));
	}

	@Test
	void commitsByChunks() throws Exception {
		JobExecution failed = this.jobs.start(this.chunks, new JobParameters());
		assertThat(failed.getStatus()).isEqualTo(BatchStatus.FAILED);
		assertThat(failed.getStepExecutions()).singleElement().satisfies((step) -> {
			assertThat(step.getWriteCount()).isEqualTo(4);
			assertThat(step.getRollbackCount()).isEqualTo(1);
		});
		assertThat(database.count("chunk")).isEqualTo(4);
	}

	@Test
	void idsAreGivenOnce() {
		database.execute("CREATE TABLE ids (id BIGINT NOT NULL)");
		database.execute("INSERT INTO ids VALUES (0)");
		MatrixOneMaxValueIncrementer first = new MatrixOneMaxValueIncrementer(this.dataSource, "ids", "id");
		MatrixOneMaxValueIncrementer second = new MatrixOneMaxValueIncrementer(this.dataSource, "ids", "id");
		second.setCacheSize(3);
		List<Long> ids = IntStream.range(0, 40)
			.parallel()
			.mapToObj((i) -> ((i % 2 == 0) ? first : second).nextLongValue())
			.toList();
		assertThat(ids).doesNotHaveDuplicates().allSatisfy((id) -> assertThat(id).isPositive());
		List<Long> rolledBack = new ArrayList<>();
		new TransactionTemplate(this.transactions).executeWithoutResult((status) -> {
			rolledBack.add(first.nextLongValue());
			status.setRollbackOnly();
		});
		assertThat(first.nextLongValue()).isGreaterThan(rolledBack.get(0));
	}

	@Test
	void theIncrementerForMySqlDoesNotWork() {
		// MO#28163
		database.execute("CREATE TABLE mysql_ids (id BIGINT NOT NULL)");
		database.execute("INSERT INTO mysql_ids VALUES (0)");
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> new MySQLMaxValueIncrementer(this.dataSource, "mysql_ids", "id").nextLongValue())
			.withStackTraceContaining("last_insert_id");
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@ImportAutoConfiguration({ BatchAutoConfiguration.class, BatchJdbcAutoConfiguration.class,
			MatrixOneBatchAutoConfiguration.class })
	static class Application {

		private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();

		@Bean
		Job chunks(JobRepository repository, PlatformTransactionManager transactions, JdbcTemplate jdbc) {
			Step step = new StepBuilder("chunks", repository).<Integer, Integer>chunk(2)
				.transactionManager(transactions)
				.reader(new ListItemReader<>(List.of(1, 2, 3, 4, 5, 5)))
				.writer((chunk) -> chunk.forEach((id) -> jdbc.update("INSERT INTO chunk VALUES (?)", id)))
				.build();
			return new JobBuilder("chunks", repository).start(step).build();
		}

		@Bean
		Job copy(JobRepository repository, PlatformTransactionManager transactions, JdbcTemplate jdbc,
				CloneOperations clones) {
			Step step = new StepBuilder("copy", repository).tasklet((contribution, chunk) -> {
				var parameters = contribution.getStepExecution().getJobParameters();
				jdbc.update("INSERT INTO item VALUES (?)", parameters.getLong("id"));
				clones.cloneTable(TableName.of("item"), TableName.of(parameters.getString("clone")));
				boolean first = this.failedOnce.add(parameters.getString("clone"));
				if ("yes".equals(parameters.getString("failing"))
						|| (first && "once".equals(parameters.getString("failing")))) {
					throw new IllegalStateException("on purpose");
				}
				return RepeatStatus.FINISHED;
			}, transactions).build();
			return new JobBuilder("copy", repository).start(step).build();
		}

	}

}
