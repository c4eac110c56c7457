package io.github.matrixone.spring.library;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Properties;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.quartz.autoconfigure.QuartzAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;
import org.springframework.scheduling.quartz.SpringBeanJobFactory;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Quartz on its tables for MySQL, with two schedulers of one cluster.
 */
@EnabledIfServer
@SpringBootTest(classes = QuartzTests.Application.class,
		properties = { "spring.quartz.job-store-type=jdbc", "spring.quartz.jdbc.initialize-schema=always" })
class QuartzTests {

	private static final int TRIGGERS = 20;

	private static LibraryDatabase database;

	@Autowired
	@Qualifier("first")
	private Scheduler scheduler;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private CloneOperations clones;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("quartz", "", registry);
		database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY)");
		database.execute("CREATE TABLE fired (name VARCHAR(100), data VARCHAR(100), instance VARCHAR(200))");
	}

	@Test
	void twoSchedulersFireEachTriggerOnce() {
		for (int i = 0; i < TRIGGERS; i++) {
			schedule("due-" + i, Instant.now());
		}
		Awaitility.await()
			.atMost(Duration.ofMinutes(2))
			.until(() -> this.jdbc.queryForObject("SELECT COUNT(*) FROM QRTZ_TRIGGERS WHERE TRIGGER_NAME LIKE 'due-%'",
					Integer.class) == 0
					&& this.jdbc.queryForObject("SELECT COUNT(*) FROM QRTZ_FIRED_TRIGGERS", Integer.class) == 0);
		List<String> fired = this.jdbc.queryForList("SELECT name FROM fired WHERE data = CONCAT('data of ', name)",
				String.class);
		assertThat(fired).hasSize(TRIGGERS).doesNotHaveDuplicates();
		assertThat(database.count("qrtz_scheduler_state")).isEqualTo(2);
	}

	@Test
	void schedulesWithACloneOrNotAtAll() throws SchedulerException {
		Instant later = Instant.now().plus(Duration.ofDays(1));
		Together together = new Together(this.transactions, this.clones);
		together.rollBack(() -> {
			this.jdbc.update("INSERT INTO item VALUES (1)");
			schedule("rolled-back", later);
		}, "item", "gone");
		together.commit(() -> {
			this.jdbc.update("INSERT INTO item VALUES (2)");
			schedule("committed", later);
		}, "item", "kept");
		assertThat(this.scheduler.checkExists(JobKey.jobKey("rolled-back"))).isFalse();
		assertThat(this.scheduler.checkExists(JobKey.jobKey("committed"))).isTrue();
		assertThat(database.hasTable("gone")).isFalse();
		assertThat(database.count("kept")).isEqualTo(1);
		this.scheduler.deleteJob(JobKey.jobKey("committed"));
		assertThat(this.scheduler.checkExists(JobKey.jobKey("committed"))).isFalse();
	}

	private void schedule(String name, Instant time) {
		JobDetail job = JobBuilder.newJob(Note.class)
			.withIdentity(name)
			.usingJobData("data", "data of " + name)
			.build();
		Trigger trigger = TriggerBuilder.newTrigger().withIdentity(name).startAt(Date.from(time)).build();
		try {
			this.scheduler.scheduleJob(job, trigger);
		}
		catch (SchedulerException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static class Note implements Job {

		private final JdbcTemplate jdbc;

		Note(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Override
		public void execute(JobExecutionContext context) {
			String instance;
			try {
				instance = context.getScheduler().getSchedulerInstanceId();
			}
			catch (SchedulerException ex) {
				throw new IllegalStateException(ex);
			}
			this.jdbc.update("INSERT INTO fired VALUES (?, ?, ?)", context.getJobDetail().getKey().getName(),
					context.getMergedJobDataMap().getString("data"), instance);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@ImportAutoConfiguration(QuartzAutoConfiguration.class)
	static class Application {

		@Bean
		SchedulerFactoryBean first(DataSource dataSource, PlatformTransactionManager transactions,
				ApplicationContext context) {
			return scheduler("first", dataSource, transactions, context);
		}

		@Bean
		SchedulerFactoryBean second(DataSource dataSource, PlatformTransactionManager transactions,
				ApplicationContext context) {
			return scheduler("second", dataSource, transactions, context);
		}

		private static SchedulerFactoryBean scheduler(String instance, DataSource dataSource,
				PlatformTransactionManager transactions, ApplicationContext context) {
			SpringBeanJobFactory jobs = new SpringBeanJobFactory();
			jobs.setApplicationContext(context);
			Properties properties = new Properties();
			properties.setProperty("org.quartz.scheduler.instanceName", "cluster");
			properties.setProperty("org.quartz.scheduler.instanceId", instance);
			properties.setProperty("org.quartz.jobStore.isClustered", "true");
			properties.setProperty("org.quartz.jobStore.driverDelegateClass",
					"org.quartz.impl.jdbcjobstore.StdJDBCDelegate");
			properties.setProperty("org.quartz.threadPool.threadCount", "2");
			SchedulerFactoryBean scheduler = new SchedulerFactoryBean();
			scheduler.setSchedulerName("cluster");
			scheduler.setQuartzProperties(properties);
			scheduler.setDataSource(dataSource);
			scheduler.setTransactionManager(transactions);
			scheduler.setJobFactory(jobs);
			scheduler.setWaitForJobsToCompleteOnShutdown(true);
			return scheduler;
		}

	}

}
