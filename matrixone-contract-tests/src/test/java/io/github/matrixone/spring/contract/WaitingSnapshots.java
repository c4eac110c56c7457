package io.github.matrixone.spring.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotOptions;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * The reactive operations with a wait for each result.
 */
record WaitingSnapshots(ReactiveSnapshotOperations snapshots,
		WaitingTransactionManager transactions) implements SnapshotOperations {

	@Override
	public Snapshot create(SnapshotName name, SnapshotScope scope) {
		return this.transactions.await(this.snapshots.create(name, scope));
	}

	@Override
	public Snapshot create(SnapshotName name, SnapshotScope scope, SnapshotOptions options) {
		return this.transactions.await(this.snapshots.create(name, scope, options));
	}

	@Override
	public AfterCommit<Snapshot> createAfterCommit(SnapshotName name, SnapshotScope scope) {
		return this.transactions.await(this.snapshots.createAfterCommit(name, scope));
	}

	@Override
	public Optional<Snapshot> find(SnapshotName name) {
		return Optional.ofNullable(this.transactions.await(this.snapshots.find(name)));
	}

	@Override
	public Snapshot get(SnapshotName name) {
		return this.transactions.await(this.snapshots.get(name));
	}

	@Override
	public boolean exists(SnapshotName name) {
		return this.transactions.await(this.snapshots.exists(name));
	}

	@Override
	public List<Snapshot> list() {
		return this.transactions.await(this.snapshots.list().collectList());
	}

	@Override
	public List<Snapshot> list(SnapshotFilter filter) {
		return this.transactions.await(this.snapshots.list(filter).collectList());
	}

	@Override
	public void drop(SnapshotName name) {
		this.transactions.await(this.snapshots.drop(name));
	}

	@Override
	public boolean dropIfExists(SnapshotName name) {
		return this.transactions.await(this.snapshots.dropIfExists(name));
	}

	@Override
	public String tableAt(TableName table, SnapshotName snapshot) {
		return this.transactions.await(this.snapshots.tableAt(table, snapshot));
	}

	@Override
	public String tableAt(TableName table, Instant instant) {
		return this.transactions.await(this.snapshots.tableAt(table, instant));
	}

}
