package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.QueryTimeoutException;

import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.restore.Restore;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for restores on the simulator.
 */
class RestoreTests extends AbstractSimulatorTests {

	private static final AccountName SYS = AccountName.of("sys");

	@Test
	void restoresATable() {
		this.snapshots.create(SNAPSHOT, SnapshotScope.table(ITEM));
		this.jdbc.update("UPDATE item SET name = 'changed'");
		this.jdbc.execute("CREATE VIEW names AS SELECT name FROM item");
		this.jdbc.execute("CREATE SCHEMA other");
		this.jdbc.execute("CREATE VIEW other.names AS SELECT name FROM item");
		this.restores.restoreTable(TableName.of("item"), SNAPSHOT);
		assertThat(names(ITEM)).containsExactly("one", "two");
		assertThat(count("names")).isEqualTo(2);
		assertThat(count("other.names")).isEqualTo(2);
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.jdbc.update("INSERT INTO item VALUES (1, 'again', 1)"));
	}

	@Test
	void restoresADroppedTableAndItsForeignKeys() {
		this.jdbc.execute("CREATE TABLE child (id INT AUTO_INCREMENT PRIMARY KEY, item INT, "
				+ "CONSTRAINT fk_item FOREIGN KEY (item) REFERENCES item (id))");
		this.jdbc.execute("CREATE INDEX idx_item ON child (item)");
		this.jdbc.update("INSERT INTO child (item) VALUES (1)");
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.execute("DROP TABLE child");
		this.restores.restoreTable(TableName.of("child"), SNAPSHOT);
		assertThat(count("child")).isOne();
		this.jdbc.update("INSERT INTO child (item) VALUES (2)");
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.jdbc.update("DELETE FROM item WHERE id = 1"));
		this.restores.restoreTable(TableName.of("child"), SNAPSHOT);
		assertThat(count("child")).isOne();
	}

	@Test
	void refusesATableThatAForeignKeyReferences() {
		this.jdbc.execute("CREATE TABLE child (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item (id))");
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.update("UPDATE item SET name = 'changed'");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.restores.restoreTable(ITEM, SNAPSHOT))
			.withMessage(Restore.referenced(ITEM).getMessage());
		assertThat(names(ITEM)).containsExactly("changed", "changed");
	}

	@Test
	void restoresADatabase() {
		this.jdbc.execute("CREATE TABLE child (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item (id))");
		this.jdbc.execute("ALTER TABLE item ADD COLUMN child INT REFERENCES child (id)");
		this.jdbc.execute("CREATE VIEW names AS SELECT name FROM item");
		this.jdbc.execute("CREATE SEQUENCE numbers");
		this.jdbc.update("INSERT INTO child VALUES (1, 1)");
		this.jdbc.update("UPDATE item SET child = 1");
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.update("UPDATE item SET child = NULL, name = 'changed'");
		this.jdbc.execute("DROP TABLE child CASCADE");
		this.jdbc.execute("CREATE TABLE since (id INT PRIMARY KEY, item INT REFERENCES item (id))");
		this.jdbc.execute("CREATE VIEW view_since AS SELECT * FROM item");
		this.jdbc.queryForObject("SELECT next value for numbers", Integer.class);
		this.restores.restoreDatabase(DATABASE, SNAPSHOT);
		assertThat(tables(DATABASE)).containsExactly("child", "item", "names");
		assertThat(names(ITEM)).isEqualTo(this.jdbc.queryForList("SELECT name FROM names ORDER BY name", String.class))
			.containsExactly("one", "two");
		assertThat(this.jdbc.queryForList("SELECT child FROM item", Integer.class)).containsExactly(1, 1);
		assertThat(this.jdbc.queryForObject("SELECT next value for numbers", Integer.class)).isEqualTo(2);
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.jdbc.update("UPDATE item SET child = 99"));
	}

	@Test
	void restoresADroppedDatabase() {
		this.clones.cloneDatabase(DATABASE, COPY);
		this.snapshots.create(SNAPSHOT, SnapshotScope.database(COPY));
		this.jdbc.execute("DROP SCHEMA copy CASCADE");
		this.restores.restoreDatabase(COPY, SNAPSHOT);
		assertThat(names("copy.item")).containsExactly("one", "two");
	}

	@Test
	void restoresTheAccountAndTheCluster() {
		this.clones.cloneDatabase(DATABASE, COPY);
		this.jdbc.execute("CREATE TABLE copy.child (id INT PRIMARY KEY, item INT REFERENCES app.item (id))");
		this.snapshots.create(SNAPSHOT, SnapshotScope.cluster());
		for (Runnable restore : new Runnable[] { () -> this.restores.restoreAccount(SYS, SNAPSHOT),
				() -> this.restores.restoreCluster(SNAPSHOT) }) {
			this.jdbc.update("DELETE FROM item");
			this.jdbc.execute("CREATE SCHEMA since");
			this.jdbc.execute("CREATE TABLE since.child (id INT PRIMARY KEY, item INT REFERENCES app.item (id))");
			this.jdbc.execute("DROP SCHEMA copy CASCADE");
			restore.run();
			assertThat(names(ITEM)).isEqualTo(names("copy.item")).containsExactly("one", "two");
			assertThat(databases()).doesNotContain("since").contains("mo_catalog", "public");
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> this.jdbc.update("INSERT INTO copy.child VALUES (1, 99)"));
			assertThat(this.snapshots.exists(SNAPSHOT)).isTrue();
		}
	}

	@Test
	void refusesADatabaseThatAnotherReferences() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.execute("CREATE SCHEMA other");
		this.jdbc.execute("CREATE TABLE other.child (id INT PRIMARY KEY, item INT REFERENCES app.item (id))");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.restores.restoreDatabase(DATABASE, SNAPSHOT))
			.withMessageStartingWith(
					"RESTORE DATABASE app is refused: a foreign key of another database references it");
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void isSeenByAnOpenTransaction() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.update("UPDATE item SET name = 'changed'");
		this.transaction.executeWithoutResult((status) -> {
			assertThat(names(ITEM)).containsExactly("changed", "changed");
			elsewhere(() -> {
				this.restores.restoreDatabase(DATABASE, SNAPSHOT);
				return null;
			});
			assertThat(names(ITEM)).containsExactly("one", "two");
		});
	}

	@Test
	void waitsForOtherTransactions() throws Exception {
		this.snapshots.create(SNAPSHOT, SCOPE);
		CompletableFuture<Void> restore = this.transaction.execute((status) -> {
			this.jdbc.update("UPDATE item SET name = 'changed'");
			CompletableFuture<Void> running = CompletableFuture
				.runAsync(() -> this.restores.restoreDatabase(DATABASE, SNAPSHOT));
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> running.get(500, TimeUnit.MILLISECONDS));
			return running;
		});
		restore.get(20, TimeUnit.SECONDS);
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void leavesTablesAloneIfItHasToWaitTooLong() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.execute("CREATE TABLE since (id INT PRIMARY KEY)");
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("UPDATE item SET name = 'changed'");
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> elsewhere(() -> {
				this.restores.restoreDatabase(DATABASE, SNAPSHOT);
				return null;
			}))
				.withRootCauseInstanceOf(SQLException.class)
				.withStackTraceContaining(QueryTimeoutException.class.getName());
		});
		assertThat(names(ITEM)).containsExactly("changed", "changed");
		assertThat(tables(DATABASE)).containsExactly("item", "since");
	}

	@Test
	void refusesWhatIsMissing() {
		this.snapshots.create(SNAPSHOT, SnapshotScope.account());
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.restores.restoreTable(TableName.of("missing"), SNAPSHOT));
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.restores.restoreDatabase(DatabaseName.of("missing"), SNAPSHOT));
	}

	@Test
	void refusesOtherAccounts() throws SQLException {
		this.snapshots.create(SNAPSHOT, SnapshotScope.cluster());
		AccountName other = AccountName.of("other");
		try (Connection connection = this.dataSource.getConnection()) {
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.simulator.backend()
					.execute(connection, new Restore(SnapshotScope.account(SYS), SNAPSHOT, other)))
				.withMessageStartingWith("The simulator cannot restore into another account");
		}
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.restores.restoreAccount(other, SNAPSHOT))
			.withMessageStartingWith("The simulator cannot ");
	}

	@Test
	void isRefusedInATransaction() throws SQLException {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction
			.executeWithoutResult((status) -> assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.restores.restoreDatabase(DATABASE, SNAPSHOT)));
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setAutoCommit(false);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> this.simulator.backend().execute(connection, Restore.database(DATABASE, SNAPSHOT)))
				.withMessageContaining("RESTORE is refused in a transaction");
		}
	}

}
