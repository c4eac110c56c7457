package io.github.matrixone.spring.contract;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;

import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.contract.item.Item;
import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterCommit.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What {@link io.github.matrixone.spring.clone.CloneOperations} promises.
 */
abstract class CloneContract extends Contract {

	private static final TableName MISSING = TableName.of(DATABASE, "ct_missing");

	private static final DatabaseName MISSING_DATABASE = DatabaseName.of("ct_missing");

	@Test
	void clonesATable() {
		this.clones.cloneTable(TableName.of("item"), TableName.of("ct_clone"));
		assertThat(names(CLONE)).containsExactly("one", "two");
		this.sql.update("DELETE FROM item");
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	@Test
	void clonesWhatWasSavedAndRollsBackWithIt() {
		this.transaction.executeWithoutResult((status) -> {
			this.items.save(new Item(3, "three", 30));
			this.clones.cloneTable(ITEM, CLONE);
			assertThat(names(CLONE)).containsExactly("one", "two", "three");
			status.setRollbackOnly();
		});
		assertThat(tables()).doesNotContain("ct_clone");
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void commitsACloneWithTheTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			this.items.save(new Item(3, "three", 30));
			this.clones.cloneTable(ITEM, CLONE);
		});
		assertThat(names(CLONE)).containsExactly("one", "two", "three");
	}

	@Test
	void hidesACloneUntilTheCommit() {
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneTable(ITEM, CLONE);
			String seenByOthers = inNewThread(() -> this.sql.isServer() ? String.valueOf(tables().contains("ct_clone"))
					: String.valueOf(!names(CLONE).isEmpty()));
			assertThat(seenByOthers).isEqualTo("false");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE item SET name = 'changed' WHERE id = 1", "DELETE FROM item WHERE id = 1" })
	void refusesALiveCloneOfATableThatTheTransactionHasModified(String modification) {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update(modification);
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE))
				.withMessageContaining("from a snapshot")
				.withMessageContaining("cloneTableAfterCommit")
				.withMessageContaining("byCopy");
		});
		assertThat(tables()).doesNotContain("ct_clone");
	}

	@Test
	void refusesALiveCloneOfATableThatAForeignKeyMayHaveChanged() {
		this.sql.execute("CREATE TABLE ct_parent (id INT PRIMARY KEY)");
		this.sql.execute("CREATE TABLE ct_child (id INT PRIMARY KEY, name VARCHAR(9), parent INT, "
				+ "FOREIGN KEY (parent) REFERENCES ct_parent (id) ON DELETE CASCADE)");
		this.sql.update("INSERT INTO ct_parent VALUES (1), (2)");
		this.sql.update("INSERT INTO ct_child VALUES (1, 'a', 1), (2, 'b', 2)");
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("DELETE FROM ct_parent WHERE id = 1");
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneTable(TableName.of("ct_child"), CLONE));
			this.clones.cloneTable(ITEM, CLONE);
			assertThat(names(CLONE)).containsExactly("one", "two");
		});
	}

	@Test
	void refusesToModifyACloneInTheTransactionThatHasMadeIt() {
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneTable(ITEM, CLONE);
			this.sql.update("INSERT INTO ct_clone VALUES (3, 'three', 30)");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.sql.update("UPDATE ct_clone SET name = 'changed' WHERE id = 1"))
				.withMessageContaining("after the commit");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.sql.update("DELETE FROM contract.ct_clone WHERE id = 1"));
			this.sql.update("UPDATE item SET name = 'changed' WHERE id = 1");
		});
		assertThat(names(ITEM)).containsExactly("changed", "two");
		this.sql.update("UPDATE ct_clone SET name = 'changed' WHERE id = 2");
		assertThat(names(CLONE)).containsExactly("one", "changed", "three");
	}

	@Test
	void refusesToModifyACloneOfADatabaseInTheTransactionThatHasMadeIt() {
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneDatabase(DATABASE, COPY);
			this.sql.update("INSERT INTO ct_copy.item VALUES (3, 'three', 30)");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.sql.update("DELETE FROM ct_copy.item WHERE id = 1"));
		});
		assertThat(names(TableName.of(COPY, "item"))).containsExactly("one", "two", "three");
	}

	@Test
	void modifiesACloneByCopyInTheTransactionThatHasMadeIt() {
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneTable(ITEM, CLONE, CloneOptions.byCopy());
			this.sql.update("UPDATE ct_clone SET name = 'changed' WHERE id = 1");
		});
		assertThat(names(CLONE)).containsExactly("changed", "two");
	}

	@Test
	void clonesByCopyAfterAModification() {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("UPDATE item SET name = 'changed' WHERE id = 1");
			this.clones.cloneTable(ITEM, CLONE, CloneOptions.byCopy());
			assertThat(names(CLONE)).containsExactly("changed", "two");
		});
		assertThat(names(CLONE)).containsExactly("changed", "two");
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("DELETE FROM item WHERE id = 1");
			this.clones.cloneTable(ITEM, TableName.of("ct_other"), CloneOptions.byCopy());
			status.setRollbackOnly();
		});
		assertThat(tables()).doesNotContain("ct_other");
	}

	@Test
	void clonesATableFromASnapshotInsideATransactionThatChangedIt() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("UPDATE item SET name = 'changed' WHERE id = 1");
			this.clones.cloneTable(ITEM, CLONE, SNAPSHOT);
			assertThat(names(CLONE)).containsExactly("one", "two");
		});
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	@Test
	void clonesATableAfterTheCommit() {
		AfterCommit<Boolean> pending = this.transaction.execute((status) -> {
			this.sql.update("UPDATE item SET name = 'changed' WHERE id = 1");
			AfterCommit<Boolean> handle = this.clones.cloneTableAfterCommit(ITEM, CLONE);
			assertThat(tables()).doesNotContain("ct_clone");
			return handle;
		});
		assertThat(pending.state()).isEqualTo(State.DONE);
		assertThat(pending.get()).isTrue();
		assertThat(names(CLONE)).containsExactly("changed", "two");
	}

	@Test
	void refusesAnExistingTarget() {
		this.clones.cloneTable(ITEM, CLONE);
		this.sql.update("DELETE FROM item WHERE id = 1");
		assertThatExceptionOfType(CloneTargetExistsException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE));
		assertThatExceptionOfType(CloneTargetExistsException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, CloneOptions.byCopy()));
		this.transaction.executeWithoutResult((status) -> assertThatExceptionOfType(CloneTargetExistsException.class)
			.isThrownBy(() -> this.clones.cloneTableAfterCommit(ITEM, CLONE)));
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	@Test
	void leavesAnExistingTargetAloneIfToldSo() {
		CloneOptions options = CloneOptions.defaults().ifNotExists();
		assertThat(this.clones.cloneTable(ITEM, CLONE, options)).isTrue();
		this.sql.update("DELETE FROM item WHERE id = 1");
		assertThat(this.clones.cloneTable(ITEM, CLONE, options)).isFalse();
		assertThat(names(CLONE)).containsExactly("one", "two");
		this.transaction.executeWithoutResult((status) -> {
			TableName made = TableName.of("ct_made");
			assertThat(this.clones.cloneTable(ITEM, made, options)).isTrue();
			assertThat(this.clones.cloneTable(ITEM, made, options)).isFalse();
			assertThat(names(made)).containsExactly("two");
		});
	}

	@Test
	void refusesAMissingSource() {
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneTable(MISSING, CLONE));
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneTable(MISSING, CLONE, CloneOptions.byCopy()));
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, TableName.of("ct_missing", "t")));
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(MISSING_DATABASE, COPY));
		assertThat(databases()).isEmpty();
	}

	@Test
	void tellsHowATableOfADatabaseIsNamedWhereTheNameOfAMissingOneContainsADot() {
		TableName dotted = TableName.of("contract.item");
		this.snapshots.create(SNAPSHOT, SnapshotScope.account());
		assertSaysHowItIsNamed(() -> this.clones.cloneTable(dotted, CLONE));
		assertSaysHowItIsNamed(() -> this.clones.cloneTable(dotted, CLONE, SNAPSHOT));
		assertSaysHowItIsNamed(() -> this.clones.cloneTable(dotted, CLONE, CloneOptions.byCopy()));
		assertSaysHowItIsNamed(() -> this.clones.dropTable(dotted));
		assertThatExceptionOfType(TableNotFoundException.class).isThrownBy(() -> this.clones.cloneTable(MISSING, CLONE))
			.withMessageNotContaining("TableName.parse");
		this.clones.cloneTable(TableName.parse("contract.item"), CLONE);
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	private void assertSaysHowItIsNamed(Runnable operation) {
		assertThatExceptionOfType(TableNotFoundException.class).isThrownBy(operation::run)
			.withMessageContaining("contains a dot")
			.withMessageContaining("TableName.parse");
	}

	@Test
	void refusesAMissingSourceAtASnapshot() {
		this.snapshots.create(SNAPSHOT, SnapshotScope.account());
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneTable(MISSING, CLONE, SNAPSHOT));
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(MISSING_DATABASE, COPY, SNAPSHOT));
		assertThat(databases()).isEmpty();
	}

	@Test
	void refusesASnapshotThatIsMissingOrDoesNotHoldTheSource() {
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, SNAPSHOT));
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, COPY, SNAPSHOT));
		this.snapshots.create(SNAPSHOT, SnapshotScope.table(ITEM));
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, COPY, SNAPSHOT));
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.clones.cloneTable(MISSING, CLONE, SNAPSHOT));
		assertThat(databases()).isEmpty();
	}

	@Test
	void refusesASnapshotOfAnotherDatabaseForADatabaseWithoutTables() {
		this.sql.execute((this.sql.isServer() ? "CREATE DATABASE " : "CREATE SCHEMA ") + COPY.quoted());
		this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE));
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(COPY, MISSING_DATABASE, SNAPSHOT));
		assertThat(databases()).containsExactly(COPY.value());
	}

	@Test
	void clonesADatabase() {
		this.clones.cloneDatabase(DATABASE, COPY);
		assertThat(names(TableName.of(COPY, "item"))).containsExactly("one", "two");
		assertThatExceptionOfType(CloneTargetExistsException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, COPY));
		assertThat(this.clones.cloneDatabase(DATABASE, COPY, CloneOptions.defaults().ifNotExists())).isFalse();
	}

	@Test
	void rollsBackACloneOfADatabase() {
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneDatabase(DATABASE, COPY);
			assertThat(names(TableName.of(COPY, "item"))).containsExactly("one", "two");
			this.items.save(new Item(3, "three", 30));
			status.setRollbackOnly();
		});
		assertThat(databases()).isEmpty();
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void refusesALiveCloneOfADatabaseAfterAWrite() {
		this.transaction.executeWithoutResult((status) -> {
			this.items.save(new Item(3, "three", 30));
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, COPY))
				.withMessageContaining("cloneDatabaseAfterCommit");
		});
		assertThat(databases()).isEmpty();
	}

	@Test
	void clonesADatabaseFromASnapshotTakenInTheSameTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(SNAPSHOT, SCOPE);
			this.items.save(new Item(3, "three", 30));
			this.clones.cloneDatabase(DATABASE, COPY, SNAPSHOT);
		});
		assertThat(names(TableName.of(COPY, "item"))).containsExactly("one", "two");
	}

	@Test
	void clonesFromASnapshotThatIsItselfPending() {
		this.transaction.executeWithoutResult((status) -> {
			this.items.save(new Item(3, "three", 30));
			this.snapshots.createAfterCommit(SNAPSHOT, SCOPE);
			this.clones.cloneTableAfterCommit(ITEM, CLONE, SNAPSHOT);
			this.clones.cloneDatabaseAfterCommit(DATABASE, COPY, SNAPSHOT);
		});
		assertThat(names(CLONE)).containsExactly("one", "two", "three");
		assertThat(names(TableName.of(COPY, "item"))).containsExactly("one", "two", "three");
	}

	@Test
	void refusesAReadOnlyTransaction() {
		this.transaction.setReadOnly(true);
		this.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE))
				.withMessageContaining("read-only");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, COPY));
		});
	}

	@Test
	void refusesOptionsThatTheServerCannotServe() {
		AccountName account = AccountName.of("other");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, CloneOptions.defaults().toAccount(account)))
			.withMessageContaining("needs a snapshot");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, COPY, CloneOptions.byCopy()));
	}

	@Test
	void dropsWhatACloneHasMade() {
		this.clones.cloneTable(ITEM, CLONE);
		this.clones.cloneDatabase(DATABASE, COPY);
		this.clones.dropTable(TableName.of("ct_clone"));
		this.clones.dropDatabase(COPY);
		assertThat(tables()).doesNotContain("ct_clone");
		assertThat(databases()).isEmpty();
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void dropsAfterTheCommit() {
		this.clones.cloneTable(ITEM, CLONE);
		this.clones.cloneDatabase(DATABASE, COPY);
		this.transaction.executeWithoutResult((status) -> {
			this.items.save(new Item(3, "three", 30));
			this.clones.dropTable(CLONE);
			this.clones.dropDatabase(COPY);
			assertThat(names(CLONE)).containsExactly("one", "two");
			assertThat(databases()).containsExactly("ct_copy");
		});
		assertThat(tables()).doesNotContain("ct_clone");
		assertThat(databases()).isEmpty();
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
	}

	@Test
	void dropsNothingAfterARollback() {
		this.clones.cloneTable(ITEM, CLONE);
		this.clones.cloneDatabase(DATABASE, COPY);
		this.transaction.executeWithoutResult((status) -> {
			this.clones.dropTable(CLONE);
			this.clones.dropDatabase(COPY);
			status.setRollbackOnly();
		});
		assertThat(names(CLONE)).containsExactly("one", "two");
		assertThat(names(TableName.of(COPY, "item"))).containsExactly("one", "two");
	}

	@Test
	void makesACloneAnewAfterTheCommit() {
		this.clones.cloneTable(ITEM, CLONE);
		this.clones.cloneDatabase(DATABASE, COPY);
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("UPDATE item SET name = 'changed' WHERE id = 1");
			this.clones.dropTable(CLONE);
			this.clones.cloneTableAfterCommit(ITEM, CLONE);
			this.clones.dropDatabase(COPY);
			this.clones.cloneDatabaseAfterCommit(DATABASE, COPY);
		});
		assertThat(names(CLONE)).containsExactly("changed", "two");
		assertThat(names(TableName.of(COPY, "item"))).containsExactly("changed", "two");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void refusesAtOnceToMakeWhatIsStillToBeDropped(boolean ifNotExists) {
		CloneOptions options = ifNotExists ? CloneOptions.defaults().ifNotExists() : CloneOptions.defaults();
		this.clones.cloneTable(ITEM, CLONE);
		this.clones.cloneDatabase(DATABASE, COPY);
		this.transaction.executeWithoutResult((status) -> {
			this.clones.dropTable(CLONE);
			this.clones.dropDatabase(COPY);
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, options))
				.withMessageContaining("waits for the commit")
				.withMessageContaining("cloneTableAfterCommit");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, TableName.of(COPY, "ct_made"), options));
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, COPY, options))
				.withMessageContaining("waits for the commit")
				.withMessageContaining("cloneDatabaseAfterCommit");
			this.clones.cloneTableAfterCommit(ITEM, CLONE, options);
			this.clones.cloneDatabaseAfterCommit(DATABASE, COPY, options);
		});
		assertThat(names(CLONE)).containsExactly("one", "two");
		assertThat(names(TableName.of(COPY, "item"))).containsExactly("one", "two");
	}

	@Test
	void dropsWhatWaitsForTheSameCommit() {
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneTableAfterCommit(ITEM, CLONE);
			this.clones.cloneDatabaseAfterCommit(DATABASE, COPY);
			this.clones.dropTable(CLONE);
			this.clones.dropTable(TableName.of(COPY, "item"));
			this.clones.dropDatabase(COPY);
		});
		assertThat(tables()).doesNotContain("ct_clone");
		assertThat(databases()).isEmpty();
	}

	@Test
	void refusesToDropWhatIsNotThere() {
		Runnable drops = () -> {
			assertThatExceptionOfType(TableNotFoundException.class).isThrownBy(() -> this.clones.dropTable(MISSING))
				.withMessageContaining("ct_missing");
			assertThatExceptionOfType(TableNotFoundException.class)
				.isThrownBy(() -> this.clones.dropTable(TableName.of(MISSING_DATABASE, "item")));
			assertThatExceptionOfType(DatabaseNotFoundException.class)
				.isThrownBy(() -> this.clones.dropDatabase(MISSING_DATABASE))
				.withMessageContaining("ct_missing");
		};
		drops.run();
		this.transaction.executeWithoutResult((status) -> drops.run());
	}

	@Test
	void refusesToDropAView() {
		TableName view = TableName.of(DATABASE, "all_items");
		this.sql.execute("CREATE VIEW all_items AS SELECT * FROM item");
		try {
			assertThatExceptionOfType(TableNotFoundException.class).isThrownBy(() -> this.clones.dropTable(view));
			this.transaction.executeWithoutResult((status) -> assertThatExceptionOfType(TableNotFoundException.class)
				.isThrownBy(() -> this.clones.dropTable(view))
				.withMessageContaining("DROP VIEW"));
			assertThat(names(view)).containsExactly("one", "two");
		}
		finally {
			this.sql.execute("DROP VIEW all_items");
		}
	}

	@Test
	void saysWhatCouldNotBeDroppedAfterTheCommit() {
		this.clones.cloneTable(ITEM, CLONE);
		assertThatExceptionOfType(AfterCommitException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.items.save(new Item(3, "three", 30));
				this.clones.dropTable(CLONE);
				this.clones.dropTable(CLONE);
			}))
			.withMessageContaining("drop of table contract.ct_clone")
			.withCauseInstanceOf(TableNotFoundException.class);
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
		assertThat(tables()).doesNotContain("ct_clone");
	}

	@Test
	void refusesToDropWhatAForeignKeyReferences() {
		this.sql.execute("CREATE TABLE ct_parent (id INT PRIMARY KEY)");
		this.sql.execute("CREATE TABLE ct_child (id INT PRIMARY KEY, parent INT, "
				+ "FOREIGN KEY (parent) REFERENCES ct_parent (id))");
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.clones.dropTable(TableName.of("ct_parent")));
		assertThat(tables()).contains("ct_parent");
		this.clones.cloneDatabase(DATABASE, COPY);
		this.sql.execute("CREATE TABLE ct_child_outside (id INT PRIMARY KEY, parent INT, "
				+ "FOREIGN KEY (parent) REFERENCES ct_copy.ct_parent (id))");
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.clones.dropDatabase(COPY));
		this.clones.dropTable(TableName.of("ct_child_outside"));
		this.clones.dropDatabase(COPY);
		assertThat(databases()).isEmpty();
	}

	private String inNewThread(Callable<String> work) {
		try {
			FutureTask<String> task = new FutureTask<>(work);
			new Thread(task).start();
			return task.get(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
