package io.github.matrixone.spring.boot.autoconfigure.r2dbc;

import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcInitializationAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.health.MatrixOneHealthContributorAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.ReactiveBranchOperations;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.control.ReactiveControlOperations;
import io.github.matrixone.spring.past.ReactivePastOperations;
import io.github.matrixone.spring.pitr.ReactivePitrOperations;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.restore.ReactiveRestoreOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;

class MatrixOneReactiveAutoConfigurationTests {

	private static final String URL = "r2dbc:mysql://root@127.0.0.1:1/shop";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				R2dbcAutoConfiguration.class, R2dbcInitializationAutoConfiguration.class,
				R2dbcTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
				MatrixOneAutoConfiguration.class, MatrixOneConnectionFactoryAutoConfiguration.class,
				MatrixOneDataSourceAutoConfiguration.class, MatrixOneHealthContributorAutoConfiguration.class,
				MatrixOneReactiveAutoConfiguration.class, MatrixOneSimulatorAutoConfiguration.class));

	private final ApplicationContextRunner server = this.runner.withPropertyValues("spring.r2dbc.url=" + URL);

	@Test
	void configuresTheOperationsWithoutASingleStatement() {
		this.server.run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(ReactiveSnapshotOperations.class)
				.hasSingleBean(ReactiveCloneOperations.class)
				.hasSingleBean(ReactiveBranchOperations.class)
				.hasSingleBean(ReactivePastOperations.class)
				.hasSingleBean(ReactiveRestoreOperations.class)
				.hasSingleBean(ReactivePitrOperations.class)
				.hasSingleBean(ReactiveControlOperations.class)
				.hasSingleBean(ReactiveCommandExecutor.class);
			assertThat(context.getBean(ConnectionFactory.class)).isExactlyInstanceOf(ConnectionPool.class);
			assertThat(context.getBean(R2dbcTransactionManager.class).getConnectionFactory())
				.isSameAs(context.getBean(ConnectionFactory.class));
			assertThat(context.getBean(DatabaseClient.class).getConnectionFactory())
				.isSameAs(context.getBean(ConnectionFactory.class));
		});
	}

	@Test
	void servesAConnectionFactoryThatNothingProtects() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(R2dbcAutoConfiguration.class, MatrixOneReactiveAutoConfiguration.class))
			.withPropertyValues("spring.r2dbc.url=" + URL)
			.run((context) -> assertThat(context).hasSingleBean(ReactiveSnapshotOperations.class));
	}

	@Test
	void startsNeitherADataSourceNorTheSimulator() {
		this.server.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(DataSource.class)
			.doesNotHaveBean("matrixOneSimulatorConnectionDetails")
			.doesNotHaveBean(CloneOperations.class));
	}

	@Test
	void servesADataSourceBeside() {
		this.server.withBean(DataSource.class, SimpleDriverDataSource::new)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(CloneOperations.class)
				.hasSingleBean(ReactiveCloneOperations.class)
				.hasBean("transactionManager")
				.hasBean("connectionFactoryTransactionManager"));
	}

	@Test
	void publishesNothingWhereItIsNotKnownWhichTransactionsChecksAreIn() {
		R2dbcTransactionManager other = new R2dbcTransactionManager(mock(ConnectionFactory.class));
		this.server.withBean("one", R2dbcTransactionManager.class, () -> other)
			.withBean("two", R2dbcTransactionManager.class, () -> other)
			.run((context) -> {
				Mono<?> publish = context.getBean(ReactiveBranchOperations.class).publish(List.of());
				assertThatIllegalStateException().isThrownBy(publish::block)
					.withMessageContaining("there are several reactive transaction managers");
			});
	}

	@Test
	void canBeSwitchedOff() {
		this.server.withPropertyValues("matrixone.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(ReactiveSnapshotOperations.class)
				.doesNotHaveBean(ReactiveCommandExecutor.class);
			assertThat(context.getBean(ConnectionPool.class).unwrap())
				.isNotInstanceOf(MatrixOneConnectionFactory.class);
		});
	}

	@Test
	void startsWithoutR2dbc() {
		this.runner.withPropertyValues("spring.datasource.url=jdbc:h2:mem:other")
			.withClassLoader(
					new FilteredClassLoader("io.r2dbc", "reactor", "org.springframework.r2dbc", "io.asyncer.r2dbc"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(CloneOperations.class)
				.hasSingleBean(BranchOperations.class)
				.doesNotHaveBean("reactiveCloneTemplate"));
	}

	@Test
	void startsWithoutAPool() {
		this.server.withClassLoader(new FilteredClassLoader(ConnectionPool.class)).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(ReactiveSnapshotOperations.class);
			assertThat(context.getBean(ConnectionFactory.class)).isInstanceOf(MatrixOneConnectionFactory.class);
		});
	}

	@Test
	void anExecutorForAnotherConnectionFactoryIsUsedByNoOperations() {
		ReactiveCommandExecutor archive = new ReactiveCommandExecutor(mock(ConnectionFactory.class));
		this.server.withBean("archiveExecutor", ReactiveCommandExecutor.class, () -> archive)
			.run((context) -> assertThat(context.getBean(MatrixOneReactiveAutoConfiguration.EXECUTOR))
				.isNotSameAs(archive));
	}

	@Test
	void backsOffForBeansOfTheUser() {
		ReactiveSnapshotOperations snapshots = mock(ReactiveSnapshotOperations.class);
		this.server.withBean("mySnapshots", ReactiveSnapshotOperations.class, () -> snapshots).run((context) -> {
			assertThat(context.getBean(ReactiveSnapshotOperations.class)).isSameAs(snapshots);
			assertThat(context).hasSingleBean(ReactiveCloneOperations.class);
		});
		ReactivePastOperations past = mock(ReactivePastOperations.class);
		this.server.withBean("myPast", ReactivePastOperations.class, () -> past)
			.run((context) -> assertThat(context.getBean(ReactivePastOperations.class)).isSameAs(past));
		ReactiveBranchOperations branches = mock(ReactiveBranchOperations.class);
		this.server.withBean("myBranches", ReactiveBranchOperations.class, () -> branches)
			.run((context) -> assertThat(context.getBean(ReactiveBranchOperations.class)).isSameAs(branches));
	}

	@Test
	void servesThePrimaryOneOfSeveralConnectionFactories() {
		this.runner.withUserConfiguration(TwoConnectionFactories.class)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(ReactiveSnapshotOperations.class));
	}

	@Test
	void servesNoneOfSeveralConnectionFactoriesWithoutAPrimaryOne() {
		this.runner.withBean("first", ConnectionFactory.class, () -> ConnectionFactories.get(URL))
			.withBean("second", ConnectionFactory.class, () -> ConnectionFactories.get(URL))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReactiveSnapshotOperations.class));
	}

	@Test
	void refusesAPoolOfNoConnections() {
		this.server.withPropertyValues("matrixone.commands.maximum-pool-size=0")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("matrixone.commands.maximum-pool-size")
				.hasMessageContaining("It must be at least 1"));
	}

	private static ConnectionPool pool(ConnectionFactory connectionFactory) {
		return new ConnectionPool(
				ConnectionPoolConfiguration.builder(connectionFactory).maxIdleTime(Duration.ofMinutes(1)).build());
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoConnectionFactories {

		@Bean
		@Primary
		ConnectionFactory first() {
			return ConnectionFactories.get(URL);
		}

		@Bean
		ConnectionPool second() {
			return pool(ConnectionFactories.get(URL));
		}

	}

}
