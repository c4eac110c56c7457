package io.github.matrixone.spring.contract;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What {@link io.github.matrixone.spring.restore.RestoreOperations} promises.
 */
abstract class RestoreContract extends Contract {

	@Test
	void restoresATable() {
		this.snapshots.create(SNAPSHOT, SnapshotScope.table(ITEM));
		this.sql.update("DELETE FROM item WHERE id = 1");
		this.restores.restoreTable(TableName.of("item"), SNAPSHOT);
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void restoresADatabase() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.sql.update("UPDATE item SET name = 'changed'");
		this.sql.execute("CREATE TABLE ct_since (id INT PRIMARY KEY)");
		this.restores.restoreDatabase(DATABASE, SNAPSHOT);
		assertThat(names(ITEM)).containsExactly("one", "two");
		assertThat(tables()).doesNotContain("ct_since");
	}

	@Test
	void restoresADroppedTable() {
		this.clones.cloneTable(ITEM, CLONE);
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.sql.execute("DROP TABLE ct_clone");
		this.restores.restoreTable(CLONE, SNAPSHOT);
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	@Test
	void refusesARestoreInATransaction() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.sql.update("UPDATE item SET name = 'changed'");
		this.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.restores.restoreDatabase(DATABASE, SNAPSHOT))
				.withMessageContaining("cannot be rolled back");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.restores.restoreTable(ITEM, SNAPSHOT));
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.restores.restoreCluster(SNAPSHOT));
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.restores.restoreAccount(AccountName.of("sys"), SNAPSHOT));
		});
		assertThat(names(ITEM)).containsExactly("changed", "changed");
	}

	@Test
	void refusesATableThatAForeignKeyReferences() {
		// MO#27117
		this.sql.execute("CREATE TABLE ct_parent (id INT PRIMARY KEY)");
		this.sql.execute("CREATE TABLE ct_child (id INT PRIMARY KEY, parent INT, "
				+ "FOREIGN KEY (parent) REFERENCES ct_parent (id))");
		this.snapshots.create(SNAPSHOT, SCOPE);
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.restores.restoreTable(TableName.of("ct_parent"), SNAPSHOT))
			.withMessageContaining("foreign key");
		this.restores.restoreTable(TableName.of("ct_child"), SNAPSHOT);
	}

	@Test
	void refusesAView() { // the server would report success and put no row back
		this.sql.execute("CREATE VIEW ct_view AS SELECT * FROM item");
		try {
			TableName view = TableName.of("ct_view");
			assertThatExceptionOfType(TableNotFoundException.class)
				.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SnapshotScope.table(view)));
			this.snapshots.create(SNAPSHOT, SCOPE);
			assertThatExceptionOfType(TableNotFoundException.class)
				.isThrownBy(() -> this.restores.restoreTable(view, SNAPSHOT));
		}
		finally {
			this.sql.execute("DROP VIEW ct_view");
		}
	}

	@Test
	void refusesADatabaseThatAForeignKeyOfAnotherReferences() {
		this.sql.execute(this.sql.isServer() ? "CREATE DATABASE ct_copy" : "CREATE SCHEMA ct_copy");
		this.sql.execute("CREATE TABLE ct_copy.ct_child (id INT PRIMARY KEY, item INT, "
				+ "FOREIGN KEY (item) REFERENCES contract.item (id))");
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.sql.update("UPDATE item SET name = 'changed'");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.restores.restoreDatabase(DATABASE, SNAPSHOT))
			.withMessageContaining("a foreign key of another database references it");
		this.sql.execute("DROP TABLE ct_copy.ct_child");
		this.restores.restoreDatabase(DATABASE, SNAPSHOT);
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void refusesASnapshotThatIsMissingOrDoesNotHoldWhatIsToBeRestored() {
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.restores.restoreDatabase(DATABASE, SNAPSHOT));
		this.snapshots.create(SNAPSHOT, SnapshotScope.table(ITEM));
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.restores.restoreDatabase(DATABASE, SNAPSHOT));
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.restores.restoreTable(CLONE, SNAPSHOT));
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.restores.restoreAccount(AccountName.of("sys"), SNAPSHOT));
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.restores.restoreCluster(SNAPSHOT));
	}

	@Test
	void saysThatATableIsMissingInTheSnapshot() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.restores.restoreTable(TableName.of("ct_missing"), SNAPSHOT));
	}

}
