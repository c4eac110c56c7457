package io.github.matrixone.spring.boot.autoconfigure.simulator;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.test.autoconfigure.TestDatabaseAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests with {@code @AutoConfigureTestDatabase}, which the test slices have.
 */
class TestDatabaseTests {

	private static final String URL = "spring.datasource.url=jdbc:mysql://127.0.0.1:1/shop";

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
				TestDatabaseAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
				MatrixOneAutoConfiguration.class, MatrixOneSimulatorAutoConfiguration.class));

	@Test
	void theSimulatorIsNotReplaced() {
		this.runner.run(this::clonesOnTheSimulator);
	}

	@Test
	void theSimulatorReplacesAConfiguredServer() {
		this.runner
			.withPropertyValues(URL, "spring.datasource.username=root",
					"spring.datasource.driver-class-name=com.mysql.cj.jdbc.Driver")
			.run(this::clonesOnTheSimulator);
		this.runner.withPropertyValues("spring.datasource.hikari.jdbc-url=jdbc:mysql://127.0.0.1:1/shop")
			.run(this::clonesOnTheSimulator);
	}

	@Test
	void aConfiguredServerStaysIfTheTestSaysSo() {
		this.runner.withPropertyValues(URL, "spring.test.database.replace=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(SimulatorConnectionDetails.class));
	}

	@Test
	void anEmbeddedDatabaseOtherThanTheSimulatorHasOperationsThatSayWhatToDo() {
		ContextConsumer<AssertableApplicationContext> refused = (context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(SimulatorConnectionDetails.class);
			assertThat(new JdbcTemplate(context.getBean(DataSource.class)).queryForObject("SELECT 1", Integer.class))
				.isOne();
			CloneOperations clones = context.getBean(CloneOperations.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			for (TableName source : new TableName[] { TableName.of("item"), TableName.of("shop", "item") }) {
				TableName target = TableName.of("shop", "ct_clone");
				refused(() -> clones.cloneTable(source, target));
				refused(() -> transaction.executeWithoutResult((status) -> clones.cloneTable(source, target)));
			}
		};
		this.runner.withPropertyValues(URL, "matrixone.simulator.enabled=false").run(refused);
		this.runner.withPropertyValues("spring.test.database.replace=ANY").run(refused);
		this.runner.withPropertyValues("spring.test.database.replace=AUTO_CONFIGURED").run(refused);
		this.runner.withBean(DataSource.class, SimpleDriverDataSource::new).run(refused);
	}

	private void clonesOnTheSimulator(AssertableApplicationContext context) {
		assertThat(context.getBean(MatrixOneBackend.class).description()).containsIgnoringCase("simulator");
		JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
		jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY)");
		context.getBean(CloneOperations.class).cloneTable(TableName.of("item"), TableName.of("ct_clone"));
		assertThat(jdbc.queryForObject("SELECT count(*) FROM ct_clone", Integer.class)).isZero();
	}

	private static void refused(Runnable operation) {
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(operation::run)
			.withMessageContaining("H2")
			.withMessageContaining("add matrixone-simulator");
	}

}
