package io.github.matrixone.spring.library;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.MySQL8JdbcCustomization;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * db-scheduler with its default way of polling.
 */
@EnabledIfServer
@SpringBootTest(classes = DbSchedulerTests.Application.class)
class DbSchedulerTests {

	private static final int TASKS = 20;

	private static LibraryDatabase database;

	@Autowired
	private DataSource dataSource;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private CloneOperations clones;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("db_scheduler", "", registry);
		database.execute("CREATE TABLE scheduled_tasks (task_name VARCHAR(100) NOT NULL, "
				+ "task_instance VARCHAR(100) NOT NULL, task_data BLOB, execution_time TIMESTAMP(6) NOT NULL, "
				+ "picked BOOLEAN NOT NULL, picked_by VARCHAR(50), last_success TIMESTAMP(6) NULL, "
				+ "last_failure TIMESTAMP(6) NULL, consecutive_failures INT, last_heartbeat TIMESTAMP(6) NULL, "
				+ "version BIGINT NOT NULL, priority SMALLINT, PRIMARY KEY (task_name, task_instance), "
				+ "INDEX execution_time_idx (execution_time), INDEX last_heartbeat_idx (last_heartbeat))");
		database.execute("CREATE TABLE done (instance VARCHAR(100), data VARCHAR(100))");
	}

	@Test
	void twoSchedulersDoEachTaskOnce() {
		OneTimeTask<String> task = task();
		SchedulerClient client = client();
		for (int i = 0; i < TASKS; i++) {
			client.scheduleIfNotExists(task.instance("due-" + i, "data " + i), Instant.now());
		}
		Scheduler first = scheduler("first", task);
		Scheduler second = scheduler("second", task);
		try {
			first.start();
			second.start();
			Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.until(() -> this.jdbc.queryForObject("SELECT COUNT(*) FROM scheduled_tasks WHERE task_instance LIKE ?",
						Integer.class, "due-%") == 0);
		}
		finally {
			first.stop();
			second.stop();
		}
		List<String> done = this.jdbc.queryForList("SELECT instance FROM done", String.class);
		assertThat(done).hasSize(TASKS).doesNotHaveDuplicates();
	}

	@Test
	void schedulesWithACloneOrNotAtAll() {
		OneTimeTask<String> task = task();
		Instant later = Instant.now().plus(Duration.ofDays(1));
		Together together = new Together(this.transactions, this.clones);
		together.rollBack(() -> client().scheduleIfNotExists(task.instance("gone", "data"), later), "scheduled_tasks",
				"gone");
		together.commit(() -> client().scheduleIfNotExists(task.instance("kept", "data"), later), "scheduled_tasks",
				"kept");
		assertThat(this.jdbc.queryForList("SELECT task_instance FROM scheduled_tasks WHERE task_instance IN (?, ?)",
				String.class, "gone", "kept"))
			.containsExactly("kept");
		assertThat(this.jdbc.queryForList("SELECT task_instance FROM kept", String.class)).contains("kept");
		assertThat(database.hasTable("gone")).isFalse();
		client().cancel(task.instanceId("kept"));
	}

	@Test
	void pollingByLockAndFetchNeedsWhatTheServerDoesNotHave() {
		String query = new MySQL8JdbcCustomization(false).createGenericSelectForUpdateQuery("scheduled_tasks", 1, "",
				false);
		assertThat(query).contains("SKIP LOCKED");
		assertThatExceptionOfType(BadSqlGrammarException.class)
			.isThrownBy(() -> this.jdbc.queryForList(query, false, Timestamp.from(Instant.now())))
			.withStackTraceContaining("near \" SKIP LOCKED");
	}

	private OneTimeTask<String> task() {
		return Tasks.oneTime("copy", String.class)
			.execute((instance, context) -> this.jdbc.update("INSERT INTO done VALUES (?, ?)", instance.getId(),
					instance.getData()));
	}

	private SchedulerClient client() {
		return SchedulerClient.Builder.create(new TransactionAwareDataSourceProxy(this.dataSource), task()).build();
	}

	private Scheduler scheduler(String name, OneTimeTask<String> task) {
		return Scheduler.create(this.dataSource, task)
			.schedulerName(new SchedulerName.Fixed(name))
			.pollingInterval(Duration.ofMillis(200))
			.threads(2)
			.build();
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	static class Application {

	}

}
