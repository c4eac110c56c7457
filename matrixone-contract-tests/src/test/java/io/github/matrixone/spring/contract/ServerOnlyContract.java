package io.github.matrixone.spring.contract;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.contract.item.Item;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the operations promise where only a server can show it.
 */
abstract class ServerOnlyContract extends ServerContract {

	@Test
	void cloneSentAsSqlJoinsTheTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			this.items.saveAndFlush(new Item(3, "three", 30));
			this.sql.execute("CREATE TABLE ct_clone CLONE item");
			assertThat(names(CLONE)).containsExactly("one", "two", "three");
			status.setRollbackOnly();
		});
		assertThat(tables()).doesNotContain("ct_clone");
	}

	@Test
	void insertsIntoACloneInItsTransactionBringNothingBack() {
		this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
		this.controls.flushTable(ITEM);
		this.sql.update("DELETE FROM item WHERE id = 1");
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneTable(ITEM, CLONE);
			this.sql.update("INSERT INTO ct_clone VALUES (1, 'again', 10)");
			assertThat(names(CLONE)).containsExactly("again", "two", "three");
		});
		assertThat(names(CLONE)).containsExactly("again", "two", "three");
	}

	@Test
	void clonesAndReadsAtAnInstant() {
		Instant instant = this.snapshots.create(SNAPSHOT, SCOPE).createdAt();
		this.sql.update("UPDATE item SET name = 'changed'");
		this.clones.cloneTable(ITEM, CLONE, CloneOptions.from(AsOf.instant(instant)));
		assertThat(names(CLONE)).containsExactly("one", "two");
		this.clones.cloneDatabase(DATABASE, COPY, CloneOptions.from(AsOf.instant(instant)));
		assertThat(names(TableName.of(COPY, "item"))).containsExactly("one", "two");
		assertThat(names(this.snapshots.tableAt(ITEM, instant))).containsExactly("one", "two");
	}

	@Test
	void listsSnapshotsBesideOneWhoseNameIsRefused() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.sql.execute("CREATE SNAPSHOT `ct_a\\b` FOR DATABASE " + DATABASE.quoted());
		try {
			assertThat(this.snapshots.list()).extracting(Snapshot::name).contains(SNAPSHOT);
		}
		finally {
			this.sql.execute("DROP SNAPSHOT `ct_a\\b`");
		}
	}

	@Test
	void copiesGrants() {
		this.clones.cloneTable(ITEM, CLONE, CloneOptions.defaults().copyGrants());
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	@Test
	void worksAcrossAccounts() {
		inAccount((account) -> {
			AccountName name = AccountName.of(ACCOUNT);
			this.snapshots.create(SNAPSHOT, SCOPE);
			this.clones.cloneDatabase(DATABASE, COPY, CloneOptions.from(SNAPSHOT).toAccount(name));
			account.execute("CREATE DATABASE ct_tables");
			this.clones.cloneTable(ITEM, TableName.of("ct_tables", "item"),
					CloneOptions.from(SNAPSHOT).toAccount(name));
			assertThat(account.queryForObject("SELECT count(*) FROM ct_copy.item", Integer.class)).isEqualTo(2);
			assertThat(account.queryForObject("SELECT count(*) FROM ct_tables.item", Integer.class)).isEqualTo(2);
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.restores.restoreAccount(AccountName.of("sys"), SNAPSHOT, name));
			this.snapshots.create(SnapshotName.of("ct_of_account"), SnapshotScope.account(name));
			account.execute("DROP DATABASE ct_copy");
			this.restores.restoreAccount(name, SnapshotName.of("ct_of_account"));
			assertThat(account.queryForObject("SELECT count(*) FROM ct_copy.item", Integer.class)).isEqualTo(2);
		});
	}

	@Test
	void anApplicationGoesOnAfterItsConnectionWasKilled() throws SQLException {
		TransactionTemplate template = transaction(this.sqlTransactionManager);
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> template.executeWithoutResult((status) -> {
				this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
				this.clones.cloneTable(ITEM, CLONE);
				kill(this.sql.queryForObject("SELECT connection_id()", Long.class));
				this.sql.update("INSERT INTO item VALUES (4, 'four', 40)");
			}));
		assertThat(names(ITEM)).containsExactly("one", "two");
		assertThat(tables()).doesNotContain("ct_clone");
		template.executeWithoutResult((status) -> this.sql.update("INSERT INTO item VALUES (5, 'five', 50)"));
		assertThat(names(ITEM)).containsExactly("one", "two", "five");
	}

	@Test
	void clonesFromTheSnapshotOfAnotherAccount() {
		inAccount((account) -> {
			account.execute("CREATE DATABASE ct_own");
			account.execute("CREATE TABLE ct_own.t (id INT PRIMARY KEY)");
			this.snapshots.create(SNAPSHOT, SnapshotScope.account(AccountName.of(ACCOUNT)));
			this.clones.cloneDatabase(DatabaseName.of("ct_own"), COPY, SNAPSHOT);
			assertThat(this.sql.queryForList("SHOW TABLES FROM ct_copy", String.class)).hasSize(1);
			assertThatExceptionOfType(DatabaseNotFoundException.class)
				.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, DatabaseName.of("ct_other"), SNAPSHOT));
			assertThat(databases()).containsExactly("ct_copy");
		});
	}

	@Test
	void restoresNothingFromTheSnapshotOfAnotherAccount() {
		inAccount((account) -> {
			this.snapshots.create(SNAPSHOT, SnapshotScope.account(AccountName.of(ACCOUNT)));
			assertThatExceptionOfType(SnapshotScopeMismatchException.class)
				.isThrownBy(() -> this.restores.restoreTable(ITEM, SNAPSHOT))
				.withMessageContaining("account " + ACCOUNT)
				.withMessageContaining("account sys");
			assertThatExceptionOfType(SnapshotScopeMismatchException.class)
				.isThrownBy(() -> this.restores.restoreDatabase(DATABASE, SNAPSHOT))
				.withMessageContaining("account " + ACCOUNT)
				.withMessageContaining("account sys");
		});
	}

	@Test
	void staysInItsDatabaseAfterARestoreOfAView() {
		DatabaseName other = DatabaseName.of("ct_with_view");
		this.sql.execute("CREATE DATABASE ct_with_view");
		try {
			this.sql.execute("CREATE TABLE ct_with_view.item (id INT PRIMARY KEY, name VARCHAR(20))");
			this.sql.execute("CREATE VIEW ct_with_view.ids AS SELECT id FROM ct_with_view.item");
			this.snapshots.create(SNAPSHOT, SnapshotScope.database(other));
			this.restores.restoreDatabase(other, SNAPSHOT);
			for (int i = 0; i < 5; i++) {
				assertThat(this.sql.queryForList("SELECT name FROM item ORDER BY id", String.class))
					.as("in its database")
					.containsExactly("one", "two");
			}
			this.sql.execute("RESTORE DATABASE ct_with_view {SNAPSHOT = '" + SNAPSHOT + "'}");
			assertThat(this.sql.queryForList("SELECT name FROM item ORDER BY id", String.class)).as("after a text")
				.containsExactly("one", "two");
		}
		finally {
			this.sql.execute("DROP DATABASE ct_with_view");
		}
	}

	@Test
	void restoresTheClusterOfADisposableServer() {
		Assumptions.assumeTrue(ServerUnderTest.get().disposable(),
				"NOT RUN: a restore of the cluster. It would undo all that others do on the server meanwhile; "
						+ "scripts/with-matrixone starts a server for which that does not matter");
		this.snapshots.create(SNAPSHOT, SnapshotScope.cluster());
		this.sql.update("DELETE FROM item");
		this.restores.restoreCluster(SNAPSHOT);
		assertThat(names(ITEM)).containsExactly("one", "two");
		this.sql.update("DELETE FROM item");
		this.restores.restoreAccount(AccountName.of("sys"), SNAPSHOT);
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	private void kill(long connectionId) {
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("KILL " + connectionId);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
