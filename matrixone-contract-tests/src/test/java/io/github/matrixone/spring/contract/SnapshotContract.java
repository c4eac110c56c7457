package io.github.matrixone.spring.contract;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.item.Item;
import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotLevel;
import io.github.matrixone.spring.snapshot.SnapshotOptions;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterCommit.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What {@link io.github.matrixone.spring.snapshot.SnapshotOperations} promises.
 */
abstract class SnapshotContract extends Contract {

	private static final SnapshotName OTHER = SnapshotName.of("ct_other");

	@Test
	void createsAndFindsASnapshotOfADatabase() {
		Instant before = Instant.now();
		Snapshot snapshot = this.snapshots.create(SNAPSHOT, SCOPE);
		assertThat(snapshot.name()).isEqualTo(SNAPSHOT);
		assertThat(snapshot.level()).isEqualTo(SnapshotLevel.DATABASE);
		assertThat(snapshot.database()).isEqualTo(DATABASE);
		assertThat(snapshot.createdAt()).isBetween(before.minus(Duration.ofMinutes(5)),
				Instant.now().plus(Duration.ofMinutes(5)));
		assertThat(this.snapshots.find(SNAPSHOT)).contains(snapshot);
		assertThat(this.snapshots.get(SNAPSHOT)).isEqualTo(snapshot);
		assertThat(this.snapshots.exists(SNAPSHOT)).isTrue();
		assertThat(this.snapshots.exists(SnapshotName.of("CT_Snapshot"))).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void createsASnapshotOfEachLevel(SnapshotLevel level) {
		SnapshotScope scope = switch (level) {
			case CLUSTER -> SnapshotScope.cluster();
			case ACCOUNT -> SnapshotScope.account();
			case DATABASE -> SCOPE;
			case TABLE -> SnapshotScope.table(TableName.of("item"));
		};
		Snapshot snapshot = this.snapshots.create(SNAPSHOT, scope);
		assertThat(snapshot.level()).isEqualTo(level);
		assertThat(snapshot.table()).isEqualTo((level == SnapshotLevel.TABLE) ? ITEM : null);
		assertThat(snapshot.holds(ITEM)).isTrue();
		assertThat(snapshot.holds(TableName.of(DATABASE, "other"))).isEqualTo(level != SnapshotLevel.TABLE);
	}

	@Test
	void takesAndDropsSnapshotsInAReadOnlyTransactionAndClonesNothing() {
		this.snapshots.create(OTHER, SCOPE);
		this.transaction.setReadOnly(true);
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(SNAPSHOT, SCOPE);
			this.snapshots.drop(OTHER);
			TableName copy = TableName.of("ct_copy");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.clones.cloneTableAfterCommit(TableName.of("item"), copy));
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.clones.dropTable(TableName.of("item")));
		});
		assertThat(this.snapshots.exists(SNAPSHOT)).isTrue();
		assertThat(this.snapshots.exists(OTHER)).isFalse();
	}

	@Test
	void refusesASecondSnapshotOfAName() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
			.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SCOPE))
			.withMessageContaining("ct_snapshot");
		assertThat(this.snapshots.create(SNAPSHOT, SCOPE, SnapshotOptions.defaults().ifNotExists()).name())
			.isEqualTo(SNAPSHOT);
	}

	@Test
	void refusesASnapshotOfWhatIsMissing() {
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SnapshotScope.database("ct_missing")));
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SnapshotScope.table(TableName.of("ct_missing"))));
		assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
	}

	@Test
	void saysThatASnapshotIsMissing() {
		assertThat(this.snapshots.find(SNAPSHOT)).isEmpty();
		assertThatExceptionOfType(SnapshotNotFoundException.class).isThrownBy(() -> this.snapshots.get(SNAPSHOT));
		assertThatExceptionOfType(SnapshotNotFoundException.class).isThrownBy(() -> this.snapshots.drop(SNAPSHOT));
		assertThat(this.snapshots.dropIfExists(SNAPSHOT)).isFalse();
	}

	@Test
	void listsTheLatestFirstAndFilters() {
		Snapshot first = this.snapshots.create(SNAPSHOT, SCOPE);
		Snapshot second = this.snapshots.create(OTHER, SnapshotScope.table(ITEM));
		SnapshotFilter own = SnapshotFilter.all().namePrefix("CT_");
		assertThat(this.snapshots.list(own)).containsExactly(second, first);
		assertThat(this.snapshots.list()).contains(second, first);
		assertThat(this.snapshots.list(own.level(SnapshotLevel.TABLE))).containsExactly(second);
		assertThat(this.snapshots.list(own.database(DATABASE))).containsExactly(second, first);
		assertThat(this.snapshots.list(own.database(DatabaseName.of("other")))).isEmpty();
		assertThat(this.snapshots.list(own.holding(TableName.of(DATABASE, "other")))).containsExactly(first);
		assertThat(this.snapshots.list(own.createdBefore(second.createdAt()))).containsExactly(first);
		assertThat(this.snapshots.list(own.createdAfter(first.createdAt()))).containsExactly(second);
	}

	@Test
	void takesASnapshotNowAndDropsItOnRollback() {
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(SNAPSHOT, SCOPE);
			assertThat(this.snapshots.exists(SNAPSHOT)).isTrue();
			status.setRollbackOnly();
		});
		assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
	}

	@Test
	void leavesASnapshotOnRollbackThatSomebodyHasPutInPlaceOfItsOwn() {
		TransactionTemplate other = transaction(transactionManager());
		other.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		AfterCommit<Snapshot> theirs = this.transaction.execute((status) -> {
			this.snapshots.create(SNAPSHOT, SCOPE);
			status.setRollbackOnly();
			return other.execute((inner) -> {
				this.snapshots.drop(SNAPSHOT);
				return this.snapshots.createAfterCommit(SNAPSHOT, SCOPE);
			});
		});
		assertThat(this.snapshots.find(SNAPSHOT)).contains(theirs.get());
	}

	@Test
	void keepsASnapshotTakenNowOnCommit() {
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(SNAPSHOT, SCOPE);
			this.items.save(new Item(3, "three", 30));
		});
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two");
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
	}

	@Test
	void refusesASnapshotNowAfterASave() {
		this.transaction.executeWithoutResult((status) -> {
			this.items.save(new Item(3, "three", 30));
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SCOPE))
				.withMessageContaining("createAfterCommit")
				.withMessageContaining("committedDataOnly");
		});
		assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
	}

	@Test
	void takesASnapshotOfCommittedDataOnlyIfToldSo() {
		this.transaction.executeWithoutResult((status) -> {
			this.items.save(new Item(3, "three", 30));
			this.snapshots.create(SNAPSHOT, SCOPE, SnapshotOptions.committedDataOnly());
		});
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two");
	}

	@Test
	void takesASnapshotAfterTheCommit() {
		AfterCommit<Snapshot> pending = this.transaction.execute((status) -> {
			AfterCommit<Snapshot> handle = this.snapshots.createAfterCommit(SNAPSHOT, SCOPE);
			this.items.save(new Item(3, "three", 30));
			assertThat(handle.state()).isEqualTo(State.PENDING);
			assertThatIllegalStateException().isThrownBy(handle::get).withMessageContaining("waits for the commit");
			assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
			return handle;
		});
		assertThat(pending.state()).isEqualTo(State.DONE);
		assertThat(pending.get()).isEqualTo(this.snapshots.get(SNAPSHOT));
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two", "three");
	}

	@Test
	void neverTakesAnAfterCommitSnapshotOfARolledBackTransaction() {
		AfterCommit<Snapshot> pending = this.transaction.execute((status) -> {
			status.setRollbackOnly();
			return this.snapshots.createAfterCommit(SNAPSHOT, SCOPE);
		});
		assertThat(pending.state()).isEqualTo(State.ROLLED_BACK);
		assertThatIllegalStateException().isThrownBy(pending::get).withMessageContaining("rolled back");
		assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
	}

	@Test
	void takesAnAfterCommitSnapshotAtOnceOutsideATransaction() {
		AfterCommit<Snapshot> done = this.snapshots.createAfterCommit(SNAPSHOT, SCOPE);
		assertThat(done.state()).isEqualTo(State.DONE);
		assertThat(done.get().name()).isEqualTo(SNAPSHOT);
	}

	@Test
	void refusesAnAfterCommitSnapshotOfATakenNameRightAway() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction
			.executeWithoutResult((status) -> assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
				.isThrownBy(() -> this.snapshots.createAfterCommit(SNAPSHOT, SCOPE)));
	}

	@Test
	void tellsTheCallerOfTheCommitThatAfterCommitWorkHasFailed() {
		TransactionTemplate work = this.transaction;
		AfterCommit<?>[] handles = new AfterCommit<?>[3];
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(() -> work.executeWithoutResult((status) -> {
			this.items.save(new Item(3, "three", 30));
			handles[0] = this.snapshots.createAfterCommit(OTHER, SCOPE);
			handles[1] = this.snapshots.createAfterCommit(SNAPSHOT, SnapshotScope.database("ct_missing"));
			handles[2] = this.snapshots.createAfterCommit(SnapshotName.of("ct_third"), SCOPE);
		}))
			.withMessageContaining("is committed")
			.withMessageContaining("ct_snapshot")
			.withMessageContaining("ct_third")
			.withCauseInstanceOf(DatabaseNotFoundException.class);
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
		assertThat(handles).extracting(AfterCommit::state).containsExactly(State.DONE, State.FAILED, State.FAILED);
		assertThat(this.snapshots.exists(OTHER)).isTrue();
		assertThat(this.snapshots.exists(SnapshotName.of("ct_third"))).isFalse();
	}

	@Test
	void dropsASnapshotAfterTheCommit() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.drop(SNAPSHOT);
			assertThat(this.snapshots.exists(SNAPSHOT)).isTrue();
			status.setRollbackOnly();
		});
		assertThat(this.snapshots.exists(SNAPSHOT)).isTrue();
		this.transaction.executeWithoutResult((status) -> this.snapshots.drop(SNAPSHOT));
		assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
	}

	@Test
	void replacesASnapshotAfterTheCommit() {
		Snapshot old = this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction.executeWithoutResult((status) -> {
			this.items.save(new Item(3, "three", 30));
			this.snapshots.drop(SNAPSHOT);
			this.snapshots.createAfterCommit(SNAPSHOT, SCOPE);
		});
		assertThat(this.snapshots.get(SNAPSHOT).createdAt()).isAfter(old.createdAt());
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two", "three");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void refusesAtOnceToTakeWhatIsStillToBeDropped(boolean ifNotExists) {
		SnapshotOptions options = ifNotExists ? SnapshotOptions.defaults().ifNotExists() : SnapshotOptions.defaults();
		Snapshot old = this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.drop(SNAPSHOT);
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SCOPE, options))
				.withMessageContaining("waits for the commit")
				.withMessageContaining("createAfterCommit");
			this.snapshots.createAfterCommit(SNAPSHOT, SCOPE);
		});
		assertThat(this.snapshots.get(SNAPSHOT).createdAt()).isAfter(old.createdAt());
	}

	@Test
	void refusesASecondSnapshotOfANameThatIsStillToBeTaken() {
		AfterCommit<Snapshot> pending = this.transaction.execute((status) -> {
			AfterCommit<Snapshot> handle = this.snapshots.createAfterCommit(SNAPSHOT, SCOPE);
			assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
				.isThrownBy(() -> this.snapshots.createAfterCommit(SNAPSHOT, SCOPE))
				.withMessageContaining("waits to be taken after the commit");
			assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
				.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SCOPE));
			assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
				.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SCOPE, SnapshotOptions.defaults().ifNotExists()));
			return handle;
		});
		assertThat(pending.get()).isEqualTo(this.snapshots.get(SNAPSHOT));
	}

	@Test
	void readsATableAtASnapshotInsideATransactionThatChangedIt() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("UPDATE item SET name = 'changed' WHERE id = 1");
			assertThat(names(this.snapshots.tableAt(TableName.of("item"), SNAPSHOT) + " i")).containsExactly("one",
					"two");
			assertThat(names(ITEM)).containsExactly("changed", "two");
		});
	}

	@Test
	void neverReadsCurrentDataByMistake() {
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.snapshots.tableAt(ITEM, SNAPSHOT));
		this.snapshots.create(SNAPSHOT, SnapshotScope.table(ITEM));
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.snapshots.tableAt(TableName.of(DATABASE, "other"), SNAPSHOT));
	}

}
