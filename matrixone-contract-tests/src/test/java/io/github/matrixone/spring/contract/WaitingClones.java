package io.github.matrixone.spring.contract;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * The reactive operations with a wait for each result.
 */
record WaitingClones(ReactiveCloneOperations clones,
		WaitingTransactionManager transactions) implements CloneOperations {

	@Override
	public void cloneTable(TableName source, TableName target) {
		this.transactions.await(this.clones.cloneTable(source, target));
	}

	@Override
	public void cloneTable(TableName source, TableName target, SnapshotName snapshot) {
		this.transactions.await(this.clones.cloneTable(source, target, snapshot));
	}

	@Override
	public boolean cloneTable(TableName source, TableName target, CloneOptions options) {
		return this.transactions.await(this.clones.cloneTable(source, target, options));
	}

	@Override
	public AfterCommit<Boolean> cloneTableAfterCommit(TableName source, TableName target, CloneOptions options) {
		return this.transactions.await(this.clones.cloneTableAfterCommit(source, target, options));
	}

	@Override
	public void cloneDatabase(DatabaseName source, DatabaseName target) {
		this.transactions.await(this.clones.cloneDatabase(source, target));
	}

	@Override
	public void cloneDatabase(DatabaseName source, DatabaseName target, SnapshotName snapshot) {
		this.transactions.await(this.clones.cloneDatabase(source, target, snapshot));
	}

	@Override
	public boolean cloneDatabase(DatabaseName source, DatabaseName target, CloneOptions options) {
		return this.transactions.await(this.clones.cloneDatabase(source, target, options));
	}

	@Override
	public AfterCommit<Boolean> cloneDatabaseAfterCommit(DatabaseName source, DatabaseName target,
			CloneOptions options) {
		return this.transactions.await(this.clones.cloneDatabaseAfterCommit(source, target, options));
	}

	@Override
	public AfterCommit<Boolean> cloneTableAfterCommit(TableName source, TableName target) {
		return this.transactions.await(this.clones.cloneTableAfterCommit(source, target));
	}

	@Override
	public AfterCommit<Boolean> cloneTableAfterCommit(TableName source, TableName target, SnapshotName snapshot) {
		return this.transactions.await(this.clones.cloneTableAfterCommit(source, target, snapshot));
	}

	@Override
	public AfterCommit<Boolean> cloneDatabaseAfterCommit(DatabaseName source, DatabaseName target) {
		return this.transactions.await(this.clones.cloneDatabaseAfterCommit(source, target));
	}

	@Override
	public AfterCommit<Boolean> cloneDatabaseAfterCommit(DatabaseName source, DatabaseName target,
			SnapshotName snapshot) {
		return this.transactions.await(this.clones.cloneDatabaseAfterCommit(source, target, snapshot));
	}

	@Override
	public void dropTable(TableName table) {
		this.transactions.await(this.clones.dropTable(table));
	}

	@Override
	public void dropDatabase(DatabaseName database) {
		this.transactions.await(this.clones.dropDatabase(database));
	}

}
