package io.github.matrixone.spring.simulator;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for operations beside other transactions.
 */
class ConcurrencyTests extends AbstractSimulatorTests {

	private static final TableName LEFT = TableName.of(DATABASE, "left_account");

	private static final TableName RIGHT = TableName.of(DATABASE, "right_account");

	@Override
	int poolSize() {
		return 10;
	}

	@Test
	void listsDatabasesWhileAnApplicationDropsOthers() throws Exception {
		AtomicBoolean stop = new AtomicBoolean();
		ExecutorService threads = Executors.newFixedThreadPool(3);
		List<? extends Future<?>> dropping = IntStream.range(0, 3).mapToObj((thread) -> threads.submit(() -> {
			while (!stop.get()) {
				for (int i = 0; i < 50; i++) {
					this.jdbc.execute("CREATE SCHEMA passing_" + thread + '_' + i);
				}
				for (int i = 0; i < 50; i++) {
					this.jdbc.execute("DROP SCHEMA passing_" + thread + '_' + i);
				}
			}
		})).toList();
		try {
			this.jdbc.execute((ConnectionCallback<Object>) (connection) -> {
				for (int i = 0; i < 3_000; i++) {
					assertThat(Catalog.databases(connection)).contains(DATABASE);
				}
				return null;
			});
		}
		finally {
			stop.set(true);
			for (Future<?> each : dropping) {
				each.get(20, TimeUnit.SECONDS);
			}
			threads.shutdownNow();
		}
	}

	@Test
	void snapshotsAndClonesAreOnePointInTimeAcrossTables() throws Exception {
		int accounts = 50;
		for (TableName table : List.of(LEFT, RIGHT)) {
			this.jdbc.execute("CREATE TABLE " + table.quoted() + " (id INT PRIMARY KEY, amount INT)");
			for (int id = 0; id < accounts; id++) {
				this.jdbc.update("INSERT INTO " + table.quoted() + " VALUES (?, 100)", id);
			}
		}
		AtomicBoolean stop = new AtomicBoolean();
		AtomicInteger transfers = new AtomicInteger();
		ExecutorService threads = Executors.newFixedThreadPool(4);
		List<? extends Future<?>> workers = IntStream.range(0, 4).mapToObj((worker) -> threads.submit(() -> {
			while (!stop.get()) {
				transfer(ThreadLocalRandom.current().nextInt(accounts));
				transfers.incrementAndGet();
			}
		})).toList();
		for (int i = 0; i < 15; i++) {
			DatabaseName live = DatabaseName.of("live" + i);
			DatabaseName joined = DatabaseName.of("joined" + i);
			SnapshotName snapshot = SnapshotName.of("s" + i);
			this.snapshots.create(snapshot, (i % 2 == 0) ? SCOPE : SnapshotScope.account());
			assertThat(total(this.snapshots.tableAt(LEFT, snapshot), this.snapshots.tableAt(RIGHT, snapshot)))
				.isEqualTo(200 * accounts);
			this.clones.cloneDatabase(DATABASE, live);
			new TransactionTemplate(this.transactionManager)
				.executeWithoutResult((status) -> this.clones.cloneDatabase(DATABASE, joined));
			for (DatabaseName clone : List.of(live, joined)) {
				assertThat(total(TableName.of(clone, LEFT.name()).quoted(), TableName.of(clone, RIGHT.name()).quoted()))
					.isEqualTo(200 * accounts);
			}
			this.snapshots.drop(snapshot);
			this.jdbc.execute("DROP SCHEMA " + live.quoted() + " CASCADE");
			this.jdbc.execute("DROP SCHEMA " + joined.quoted() + " CASCADE");
		}
		stop.set(true);
		for (Future<?> worker : workers) {
			worker.get(20, TimeUnit.SECONDS);
		}
		threads.shutdown();
		assertThat(transfers).hasPositiveValue();
		assertThat(hiddenDatabases()).isEmpty();
	}

	@Test
	void onlyOneOfManyMakesATarget() throws Exception {
		int workers = 8;
		ExecutorService threads = Executors.newFixedThreadPool(workers);
		CountDownLatch start = new CountDownLatch(1);
		AtomicInteger refused = new AtomicInteger();
		List<? extends Future<?>> results = IntStream.range(0, workers).mapToObj((worker) -> threads.submit(() -> {
			start.await();
			try {
				this.clones.cloneTable(ITEM, CLONE);
			}
			catch (CloneTargetExistsException ex) {
				refused.incrementAndGet();
			}
			try {
				this.snapshots.create(SNAPSHOT, SCOPE);
			}
			catch (SnapshotAlreadyExistsException ex) {
				refused.incrementAndGet();
			}
			this.clones.cloneTable(ITEM, TableName.of("clone" + worker));
			return null;
		})).toList();
		start.countDown();
		for (Future<?> result : results) {
			result.get(20, TimeUnit.SECONDS);
		}
		threads.shutdown();
		assertThat(refused).hasValue(2 * (workers - 1));
		assertThat(names(CLONE)).containsExactly("one", "two");
		assertThat(hiddenDatabases()).hasSize(1);
	}

	@Test
	void snapshotsAndClonesOfTransactionsDoNotBlockEachOther() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		List<? extends Future<?>> workers = IntStream.range(0, 4).mapToObj((worker) -> threads.submit(() -> {
			for (int round = 0; round < 25; round++) {
				TableName clone = TableName.of("clone" + worker + '_' + round);
				SnapshotName snapshot = SnapshotName.of("s" + worker + '_' + round);
				new TransactionTemplate(this.transactionManager).executeWithoutResult((status) -> {
					this.clones.cloneTable(ITEM, clone);
					this.snapshots.createAfterCommit(snapshot, SnapshotScope.table(ITEM));
				});
				this.snapshots.drop(snapshot);
			}
		})).toList();
		for (Future<?> worker : workers) {
			worker.get(60, TimeUnit.SECONDS);
		}
		threads.shutdown();
		assertThat(hiddenDatabases()).isEmpty();
	}

	private void transfer(int id) {
		new TransactionTemplate(this.transactionManager).executeWithoutResult((status) -> {
			this.jdbc.update("UPDATE left_account SET amount = amount - 1 WHERE id = ?", id);
			this.jdbc.update("UPDATE right_account SET amount = amount + 1 WHERE id = ?", id);
		});
	}

	private int total(String left, String right) {
		Integer total = this.jdbc.queryForObject(
				"SELECT (SELECT sum(amount) FROM " + left + ") + (SELECT sum(amount) FROM " + right + ")",
				Integer.class);
		return (total != null) ? total : 0;
	}

}
