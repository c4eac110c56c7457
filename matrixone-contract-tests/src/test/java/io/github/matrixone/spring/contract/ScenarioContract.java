package io.github.matrixone.spring.contract;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.contract.item.Item;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What users come with, from end to end.
 */
abstract class ScenarioContract extends Contract {

	private static final TableName COPIED_ITEM = TableName.of(COPY, "item");

	@Test
	void undoesEverythingWhenAnythingFailsAndPassesTheErrorOn() {
		IllegalStateException failure = new IllegalStateException("The import has failed");
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.snapshots.create(SNAPSHOT, SCOPE);
				this.clones.cloneTable(ITEM, CLONE);
				this.items.saveAndFlush(new Item(3, "three", 30));
				this.snapshots.createAfterCommit(SnapshotName.of("ct_after"), SCOPE);
				throw failure;
			}))
			.isSameAs(failure);
		assertThat(names(ITEM)).containsExactly("one", "two");
		assertThat(tables()).doesNotContain("ct_clone");
		assertThat(this.snapshots.list(SnapshotFilter.all().namePrefix("ct_"))).isEmpty();
	}

	@Test
	void importsABatchAndTakesASnapshotOfIt() {
		List<Item> batch = IntStream.range(100, 1100).mapToObj((id) -> new Item(id, "user " + id, id)).toList();
		AfterCommit<Snapshot> snapshot = this.transaction.execute((status) -> {
			this.items.saveAll(batch);
			return this.snapshots.createAfterCommit(SNAPSHOT, SCOPE);
		});
		this.sql.update("DELETE FROM item WHERE id >= 600");
		assertThat(count(this.snapshots.tableAt(ITEM, snapshot.get().name()))).isEqualTo(1002);
		assertThat(count(ITEM.quoted())).isEqualTo(502);
	}

	@Test
	void migratesBetweenTwoSnapshots() {
		this.snapshots.create(SnapshotName.of("ct_before"), SCOPE);
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("UPDATE item SET name = concat(name, '!')");
			this.snapshots.createAfterCommit(SnapshotName.of("ct_after"), SCOPE);
		});
		assertThat(names(this.snapshots.tableAt(ITEM, SnapshotName.of("ct_before")))).containsExactly("one", "two");
		assertThat(names(this.snapshots.tableAt(ITEM, SnapshotName.of("ct_after")))).containsExactly("one!", "two!");
		this.restores.restoreDatabase(DATABASE, SnapshotName.of("ct_before"));
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void backsUpADatabaseAndComparesRowCounts() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.clones.cloneDatabase(DATABASE, COPY, SNAPSHOT);
		this.sql.update("DELETE FROM item");
		assertThat(count(COPIED_ITEM.quoted())).isEqualTo(count(this.snapshots.tableAt(ITEM, SNAPSHOT))).isEqualTo(2);
	}

	@Test
	void makesADevelopmentDatabaseAndSeedsItInOneTransaction() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneDatabase(DATABASE, COPY, SNAPSHOT);
			this.sql.update("INSERT INTO " + COPIED_ITEM.quoted() + " VALUES (3, 'seed', 0)");
		});
		this.sql.update("UPDATE " + COPIED_ITEM.quoted() + " SET name = 'anonymous' WHERE id < 3");
		assertThat(names(COPIED_ITEM)).containsExactly("anonymous", "anonymous", "seed");
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void takesSnapshotsBetweenTheStagesOfABatch() {
		for (int stage = 1; stage <= 3; stage++) {
			int id = 10 + stage;
			SnapshotName snapshot = SnapshotName.of("ct_stage_" + stage);
			this.transaction.executeWithoutResult((status) -> {
				this.items.save(new Item(id, "stage " + id, 0));
				this.snapshots.createAfterCommit(snapshot, SCOPE);
			});
		}
		for (int stage = 1; stage <= 3; stage++) {
			assertThat(count(this.snapshots.tableAt(ITEM, SnapshotName.of("ct_stage_" + stage)))).isEqualTo(2 + stage);
		}
	}

	@Test
	void upsertsInATransaction() {
		String upsert = "INSERT INTO item VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name)";
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update(upsert, 1, "uno", 1);
			this.sql.update(upsert, 3, "tres", 3);
			this.clones.cloneTable(ITEM, CLONE, CloneOptions.byCopy());
		});
		assertThat(names(ITEM)).containsExactly("uno", "two", "tres");
		assertThat(names(CLONE)).containsExactly("uno", "two", "tres");
	}

	private int count(String table) {
		return this.sql.queryForObject("SELECT count(*) FROM " + table, Integer.class);
	}

}
