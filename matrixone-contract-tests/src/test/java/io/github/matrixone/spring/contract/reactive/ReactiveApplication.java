package io.github.matrixone.spring.contract.reactive;

import java.util.List;

import io.micrometer.observation.tck.TestObservationRegistry;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.proxy.ProxyConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.connection.init.ConnectionFactoryInitializer;
import org.springframework.r2dbc.connection.init.ResourceDatabasePopulator;
import org.springframework.r2dbc.core.DatabaseClient;

import io.github.matrixone.spring.clone.ReactiveCloneTemplate;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.control.ReactiveControlTemplate;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.restore.ReactiveRestoreTemplate;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;

/**
 * An application on R2DBC with a pool of two connections to a MatrixOne server.
 */
@Configuration(proxyBeanMethods = false)
public class ReactiveApplication {

	@Bean
	ReactiveSentStatements sentStatements() {
		return new ReactiveSentStatements();
	}

	@Bean(destroyMethod = "dispose")
	ConnectionPool connectionPool(ReactiveSentStatements sent) {
		return pool(driver(), sent, 2);
	}

	@Bean
	ConnectionFactoryInitializer schema(ConnectionPool pool) {
		ConnectionFactoryInitializer initializer = new ConnectionFactoryInitializer();
		initializer.setConnectionFactory(pool);
		initializer.setDatabasePopulator(new ResourceDatabasePopulator(new ClassPathResource("schema.sql")));
		return initializer;
	}

	@Bean
	R2dbcTransactionManager reactiveTransactionManager(ConnectionPool pool) {
		return new R2dbcTransactionManager(pool);
	}

	@Bean
	DatabaseClient databaseClient(ConnectionPool pool) {
		return DatabaseClient.builder().connectionFactory(pool).namedParameters(false).build();
	}

	@Bean
	TestObservationRegistry observationRegistry() {
		return TestObservationRegistry.create();
	}

	@Bean
	ReactiveCommandExecutor commandExecutor(ConnectionPool pool, TestObservationRegistry observations) {
		ReactiveCommandExecutor executor = new ReactiveCommandExecutor(pool);
		executor.setObservationRegistry(observations, null);
		return executor;
	}

	@Bean
	ReactiveSnapshotTemplate reactiveSnapshots(ReactiveCommandExecutor executor) {
		return new ReactiveSnapshotTemplate(executor);
	}

	@Bean
	ReactiveCloneTemplate reactiveClones(ReactiveCommandExecutor executor) {
		return new ReactiveCloneTemplate(executor);
	}

	@Bean
	ReactiveRestoreTemplate reactiveRestores(ReactiveCommandExecutor executor, ReactiveSnapshotTemplate snapshots) {
		return new ReactiveRestoreTemplate(executor, snapshots, List.of());
	}

	@Bean
	ReactiveControlTemplate reactiveControls(ReactiveCommandExecutor executor) {
		return new ReactiveControlTemplate(executor);
	}

	static ConnectionPool pool(ConnectionFactory driver, ReactiveSentStatements sent, int size) {
		ConnectionFactory recorded = ProxyConnectionFactory.builder(driver).listener(sent).build();
		return new ConnectionPool(ConnectionPoolConfiguration.builder(new MatrixOneConnectionFactory(recorded))
			.initialSize(0)
			.maxSize(size)
			.build());
	}

	static ConnectionFactory driver() {
		return ServerUnderTest.get().plainR2dbc("contract?createDatabaseIfNotExist=true");
	}

}
