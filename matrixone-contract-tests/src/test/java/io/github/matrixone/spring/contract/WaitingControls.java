package io.github.matrixone.spring.contract;

import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.control.ReactiveControlOperations;
import io.github.matrixone.spring.sql.TableName;

/**
 * The reactive operations with a wait for each result.
 */
record WaitingControls(ReactiveControlOperations controls,
		WaitingTransactionManager transactions) implements ControlOperations {

	@Override
	public void flushTable(TableName table) {
		this.transactions.await(this.controls.flushTable(table));
	}

	@Override
	public void checkpoint() {
		this.transactions.await(this.controls.checkpoint());
	}

	@Override
	public void globalCheckpoint() {
		this.transactions.await(this.controls.globalCheckpoint());
	}

}
