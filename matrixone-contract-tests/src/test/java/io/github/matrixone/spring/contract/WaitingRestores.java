package io.github.matrixone.spring.contract;

import io.github.matrixone.spring.restore.ReactiveRestoreOperations;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * The reactive operations with a wait for each result.
 */
record WaitingRestores(ReactiveRestoreOperations restores,
		WaitingTransactionManager transactions) implements RestoreOperations {

	@Override
	public void restoreCluster(SnapshotName snapshot) {
		this.transactions.await(this.restores.restoreCluster(snapshot));
	}

	@Override
	public void restoreAccount(AccountName account, SnapshotName snapshot) {
		this.transactions.await(this.restores.restoreAccount(account, snapshot));
	}

	@Override
	public void restoreAccount(AccountName account, SnapshotName snapshot, AccountName toAccount) {
		this.transactions.await(this.restores.restoreAccount(account, snapshot, toAccount));
	}

	@Override
	public void restoreDatabase(DatabaseName database, SnapshotName snapshot) {
		this.transactions.await(this.restores.restoreDatabase(database, snapshot));
	}

	@Override
	public void restoreTable(TableName table, SnapshotName snapshot) {
		this.transactions.await(this.restores.restoreTable(table, snapshot));
	}

}
