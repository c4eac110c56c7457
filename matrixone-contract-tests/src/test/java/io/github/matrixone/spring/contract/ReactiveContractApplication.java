package io.github.matrixone.spring.contract;

import io.r2dbc.pool.ConnectionPool;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.contract.reactive.ReactiveApplication;
import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.control.ReactiveControlOperations;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.restore.ReactiveRestoreOperations;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotOperations;

/**
 * Lets the contract use the reactive operations: what it calls waits for the result.
 */
@Configuration(proxyBeanMethods = false)
@Import(ReactiveApplication.class)
class ReactiveContractApplication {

	@Bean("sqlTransactionManager")
	WaitingTransactionManager sqlTransactionManager(ReactiveTransactionManager manager) {
		return new WaitingTransactionManager(manager);
	}

	@Bean
	SnapshotOperations snapshots(ReactiveSnapshotOperations snapshots, WaitingTransactionManager transactions) {
		return WaitingOperations.of(SnapshotOperations.class, snapshots, transactions);
	}

	@Bean
	CloneOperations clones(ReactiveCloneOperations clones, WaitingTransactionManager transactions) {
		return WaitingOperations.of(CloneOperations.class, clones, transactions);
	}

	@Bean
	RestoreOperations restores(ReactiveRestoreOperations restores, WaitingTransactionManager transactions) {
		return WaitingOperations.of(RestoreOperations.class, restores, transactions);
	}

	@Bean
	ControlOperations controls(ReactiveControlOperations controls, WaitingTransactionManager transactions) {
		return WaitingOperations.of(ControlOperations.class, controls, transactions);
	}

	@Bean
	WaitingSql sql(DatabaseClient client, ConnectionPool pool, WaitingTransactionManager transactions) {
		return new WaitingSql(client, pool, transactions);
	}

	@Bean
	SqlItems items(WaitingSql sql) {
		return new SqlItems(sql);
	}

	@Bean
	SlowThreshold slowThreshold(ReactiveCommandExecutor executor) {
		return executor::setSlowThreshold;
	}

}
