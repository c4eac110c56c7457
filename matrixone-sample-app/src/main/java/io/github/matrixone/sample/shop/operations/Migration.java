package io.github.matrixone.sample.shop.operations;

import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * A migration of data between two snapshots.
 *
 * @param before the snapshot before it
 * @param after the snapshot after it, which is there once the migration is committed
 * @param changed how many products it has changed
 */
public record Migration(SnapshotName before, AfterCommit<Snapshot> after, int changed) {

}
