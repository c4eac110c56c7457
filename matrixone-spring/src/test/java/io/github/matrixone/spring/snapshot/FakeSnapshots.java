package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Snapshots in memory, with something that happens after each look at them.
 */
final class FakeSnapshots implements SnapshotOperations {

	final List<Snapshot> all = new ArrayList<>();

	Runnable afterList = () -> {
	};

	FakeSnapshots(Collection<Snapshot> snapshots) {
		this.all.addAll(snapshots);
	}

	@Override
	public List<Snapshot> list(SnapshotFilter filter) {
		List<Snapshot> found = this.all.stream()
			.filter(filter::matches)
			.sorted(Comparator.comparing(Snapshot::createdAt).reversed())
			.toList();
		this.afterList.run();
		return found;
	}

	@Override
	public boolean dropIfExists(SnapshotName name) {
		return this.all.removeIf((snapshot) -> snapshot.name().equals(name));
	}

	@Override
	public void drop(SnapshotName name) {
		if (!dropIfExists(name)) {
			throw new SnapshotNotFoundException("There is no snapshot " + name);
		}
	}

	@Override
	public Optional<Snapshot> find(SnapshotName name) {
		return this.all.stream().filter((snapshot) -> snapshot.name().equals(name)).findFirst();
	}

	@Override
	public Snapshot get(SnapshotName name) {
		return find(name).orElseThrow();
	}

	@Override
	public Snapshot create(SnapshotName name, SnapshotScope scope, SnapshotOptions options) {
		throw new UnsupportedOperationException();
	}

	@Override
	public AfterCommit<Snapshot> createAfterCommit(SnapshotName name, SnapshotScope scope) {
		throw new UnsupportedOperationException();
	}

	@Override
	public String tableAt(TableName table, SnapshotName snapshot) {
		throw new UnsupportedOperationException();
	}

	@Override
	public String tableAt(TableName table, Instant instant) {
		throw new UnsupportedOperationException();
	}

}
