package io.github.matrixone.spring.library;

import java.util.Map;

import javax.sql.DataSource;

import org.flowable.engine.ProcessEngine;
import org.flowable.engine.ProcessEngineConfiguration;
import org.flowable.spring.SpringProcessEngineConfiguration;
import org.flowable.task.api.Task;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Flowable's process engine, which makes its tables itself.
 */
@EnabledIfServer
@SpringBootTest(classes = FlowableTests.Application.class)
class FlowableTests {

	private static final String PROCESS = """
			<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="library">
				<process id="order" isExecutable="true">
					<startEvent id="start"/>
					<sequenceFlow sourceRef="start" targetRef="approve"/>
					<userTask id="approve" name="Approve"/>
					<sequenceFlow sourceRef="approve" targetRef="end"/>
					<endEvent id="end"/>
				</process>
			</definitions>
			""";

	private static LibraryDatabase database;

	@Autowired
	private ProcessEngine engine;

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
		database = LibraryDatabase.create("flowable", "", registry);
		database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY)");
	}

	@Test
	void aProcessRunsToItsEnd() {
		start("run");
		Task task = this.engine.getTaskService().createTaskQuery().processInstanceBusinessKey("run").singleResult();
		assertThat(task.getName()).isEqualTo("Approve");
		this.engine.getTaskService().setVariable(task.getId(), "note", "fine");
		this.engine.getTaskService().complete(task.getId());
		assertThat(
				this.engine.getRuntimeService().createProcessInstanceQuery().processInstanceBusinessKey("run").count())
			.isZero();
		assertThat(this.engine.getHistoryService()
			.createHistoricProcessInstanceQuery()
			.processInstanceBusinessKey("run")
			.finished()
			.count()).isEqualTo(1);
	}

	@Test
	void aProcessStartsWithACloneOrNotAtAll() {
		Together together = new Together(this.transactions, this.clones);
		together.rollBack(() -> {
			this.jdbc.update("INSERT INTO item VALUES (1)");
			start("rolled back");
		}, "item", "gone");
		together.commit(() -> {
			this.jdbc.update("INSERT INTO item VALUES (2)");
			start("committed");
		}, "item", "kept");
		assertThat(running("rolled back")).isZero();
		assertThat(running("committed")).isEqualTo(1);
		assertThat(database.hasTable("gone")).isFalse();
		assertThat(database.count("kept")).isEqualTo(1);
	}

	@Test
	void startsAgainOnItsOwnTables() {
		ProcessEngine again = configuration(this.dataSource, this.transactions).setEngineName("again")
			.buildProcessEngine();
		try {
			assertThat(again.getRepositoryService().createProcessDefinitionQuery().count()).isNotNegative();
		}
		finally {
			again.close();
		}
	}

	private void start(String key) {
		if (this.engine.getRepositoryService()
			.createProcessDefinitionQuery()
			.processDefinitionKey("order")
			.count() == 0) {
			this.engine.getRepositoryService().createDeployment().addString("order.bpmn20.xml", PROCESS).deploy();
		}
		this.engine.getRuntimeService().startProcessInstanceByKey("order", key, Map.of("amount", 42, "who", "alice"));
	}

	private long running(String key) {
		return this.engine.getRuntimeService().createProcessInstanceQuery().processInstanceBusinessKey(key).count();
	}

	private static ProcessEngineConfiguration configuration(DataSource dataSource,
			PlatformTransactionManager transactions) {
		SpringProcessEngineConfiguration configuration = new SpringProcessEngineConfiguration();
		configuration.setDataSource(dataSource);
		configuration.setTransactionManager(transactions);
		configuration.setDatabaseSchemaUpdate(ProcessEngineConfiguration.DB_SCHEMA_UPDATE_TRUE);
		configuration.setAsyncExecutorActivate(false);
		return configuration;
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	static class Application {

		@Bean(destroyMethod = "close")
		ProcessEngine processEngine(DataSource dataSource, PlatformTransactionManager transactions) {
			return configuration(dataSource, transactions).buildProcessEngine();
		}

	}

}
