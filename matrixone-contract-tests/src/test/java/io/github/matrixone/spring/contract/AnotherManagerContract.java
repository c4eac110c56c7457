package io.github.matrixone.spring.contract;

import java.util.function.Supplier;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterCommit.State;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Operations within a transaction of another manager that runs within theirs, as with a
 * second data source or messages: they go by the transaction on their own data source.
 */
abstract class AnotherManagerContract extends Contract {

	private TransactionTemplate another;

	@BeforeEach
	void createAnotherManager() {
		this.another = new TransactionTemplate(new AnotherTransactionManager());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void snapshotsAfterTheCommitOfTheirOwnTransaction(boolean committed) {
		AfterCommit<Snapshot> snapshot = this.transaction.execute((status) -> {
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
			AfterCommit<Snapshot> handle = within(committed, () -> this.snapshots.createAfterCommit(SNAPSHOT, SCOPE));
			assertThat(handle.state()).isEqualTo(State.PENDING);
			return handle;
		});
		assertThat(snapshot.get().name()).isEqualTo(SNAPSHOT);
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two", "three");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void nothingFollowsTheRollbackOfTheirOwnTransaction(boolean committed) {
		this.clones.cloneTable(ITEM, CLONE);
		AfterCommit<Snapshot> snapshot = this.transaction.execute((status) -> {
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
			status.setRollbackOnly();
			within(committed, () -> this.clones.dropTable(CLONE));
			return within(committed, () -> this.snapshots.createAfterCommit(SNAPSHOT, SCOPE));
		});
		assertThat(snapshot.state()).isEqualTo(State.ROLLED_BACK);
		assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
		assertThat(tables()).contains("ct_clone");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void snapshotsAreDroppedAndClonesGoneWithTheirOwnTransactionOnly(boolean committed) {
		this.transaction.executeWithoutResult((status) -> {
			status.setRollbackOnly();
			within(committed, () -> this.snapshots.create(SNAPSHOT, SCOPE));
			within(committed, () -> this.clones.cloneTable(ITEM, CLONE));
		});
		assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
		assertThat(tables()).doesNotContain("ct_clone");
		this.transaction.executeWithoutResult((status) -> {
			within(committed, () -> this.snapshots.create(SNAPSHOT, SCOPE));
			within(committed, () -> this.clones.cloneTable(ITEM, CLONE));
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
		});
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two");
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	private void within(boolean committed, Runnable work) {
		within(committed, () -> {
			work.run();
			return true;
		});
	}

	private <T> T within(boolean committed, Supplier<T> work) {
		return this.another.execute((status) -> {
			if (!committed) {
				status.setRollbackOnly();
			}
			return work.get();
		});
	}

}
