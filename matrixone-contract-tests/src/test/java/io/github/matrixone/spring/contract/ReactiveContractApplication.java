package io.github.matrixone.spring.contract;

import io.r2dbc.pool.ConnectionPool;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;

import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.contract.reactive.ReactiveApplication;
import io.github.matrixone.spring.control.ReactiveControlOperations;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.restore.ReactiveRestoreOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;

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
	WaitingSnapshots snapshots(ReactiveSnapshotOperations snapshots, WaitingTransactionManager transactions) {
		return new WaitingSnapshots(snapshots, transactions);
	}

	@Bean
	WaitingClones clones(ReactiveCloneOperations clones, WaitingTransactionManager transactions) {
		return new WaitingClones(clones, transactions);
	}

	@Bean
	WaitingRestores restores(ReactiveRestoreOperations restores, WaitingTransactionManager transactions) {
		return new WaitingRestores(restores, transactions);
	}

	@Bean
	WaitingControls controls(ReactiveControlOperations controls, WaitingTransactionManager transactions) {
		return new WaitingControls(controls, transactions);
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
