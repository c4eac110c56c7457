package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneDatabase;
import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.clone.CloneTable;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for clones on the simulator.
 */
class CloneTests extends AbstractSimulatorTests {

	private static final TableName MISSING = TableName.of(DATABASE, "missing");

	@Test
	void clonesATable() {
		this.clones.cloneTable(TableName.of("item"), TableName.of("item_clone"));
		this.jdbc.update("DELETE FROM item");
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	@Test
	void clonesOwnInsertedRowsAndCommitsThem() {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
			this.clones.cloneTable(ITEM, CLONE);
			assertThat(names(CLONE)).containsExactly("one", "two", "three");
			assertThat(elsewhere(() -> names(CLONE))).isEmpty();
		});
		assertThat(names(CLONE)).containsExactly("one", "two", "three");
	}

	@Test
	void neverCommitsTheTransactionAndLeavesNothingAfterARollback() {
		List<String> databases = databases();
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(SNAPSHOT, SCOPE);
			this.clones.cloneDatabase(DATABASE, DatabaseName.of("first"));
			this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
			this.clones.cloneTable(ITEM, CLONE);
			this.clones.cloneTable(ITEM, TableName.of(DATABASE, "item_old"), SNAPSHOT);
			this.clones.cloneTable(ITEM, TableName.of(DATABASE, "item_copy"), CloneOptions.byCopy());
			this.clones.cloneDatabase(DATABASE, COPY, SNAPSHOT);
			this.controls.flushTable(ITEM);
			assertThat(elsewhere(() -> names(ITEM))).containsExactly("one", "two");
			status.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two");
		assertThat(tables(DATABASE)).containsExactly("item");
		assertThat(databases()).isEqualTo(databases);
		assertThat(this.snapshots.list()).isEmpty();
	}

	@Test
	void dropsACloneWhenTheTransactionFails() {
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.clones.cloneTable(ITEM, CLONE);
				this.jdbc.update("INSERT INTO item VALUES (1, 'again', 10)");
			}));
		assertThat(tables(DATABASE)).containsExactly("item");
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE item SET name = 'changed' WHERE id = 1", "DELETE FROM item WHERE id = 1",
			"REPLACE INTO item VALUES (1, 'replaced', 10)" })
	void refusesALiveCloneAfterAModification(String modification) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update(modification);
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE))
				.withMessageContaining("byCopy");
			this.clones.cloneTable(ITEM, CLONE, CloneOptions.byCopy());
		});
		assertThat(names(CLONE)).isEqualTo(names(ITEM)).isNotEqualTo(List.of("one", "two"));
	}

	@Test
	void refusesALiveCloneThatACascadeMayHaveChanged() {
		this.jdbc.execute("CREATE TABLE parent (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE TABLE child (id INT PRIMARY KEY, parent INT, "
				+ "FOREIGN KEY (parent) REFERENCES parent (id) ON DELETE CASCADE)");
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("DELETE FROM parent");
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneTable(TableName.of("child"), CLONE));
			this.clones.cloneTable(ITEM, CLONE);
		});
	}

	@Test
	void refusesALiveCloneOfADatabaseAfterAWrite() {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, COPY));
		});
		assertThat(databases()).doesNotContain("copy");
	}

	@Test
	void countsAsAWriteEvenIfNothingIsCopied() {
		this.jdbc.execute("CREATE SCHEMA nothing");
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneDatabase(DatabaseName.of("nothing"), COPY);
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, DatabaseName.of("other")));
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SCOPE));
		});
		assertThat(databases()).contains("copy").doesNotContain("other");
	}

	@Test
	void goesOnAfterAFailedClone() {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThatExceptionOfType(CloneTargetExistsException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, ITEM));
			assertThatExceptionOfType(TableNotFoundException.class)
				.isThrownBy(() -> this.clones.cloneTable(MISSING, CLONE));
		});
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
	}

	@Test
	void refusesWhatIsMissingOrThere() {
		this.clones.cloneTable(ITEM, CLONE);
		this.clones.cloneDatabase(DATABASE, COPY);
		assertThatExceptionOfType(CloneTargetExistsException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE))
			.withMessageContaining("ifNotExists");
		assertThatExceptionOfType(CloneTargetExistsException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, COPY));
		assertThat(this.clones.cloneTable(ITEM, CLONE, CloneOptions.defaults().ifNotExists())).isFalse();
		assertThat(this.clones.cloneDatabase(DATABASE, COPY, CloneOptions.defaults().ifNotExists())).isFalse();
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneTable(MISSING, TableName.of("x")));
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, TableName.of("missing", "x")));
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(DatabaseName.of("missing"), DatabaseName.of("x")));
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(DatabaseName.of("mo_catalog"), DatabaseName.of("x")));
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, TableName.of("x"), SnapshotName.of("missing")));
		assertThat(databases()).doesNotContain("x");
		assertThat(tables(DATABASE)).containsExactly("item", "item_clone");
	}

	@Test
	void clonesATableFromASnapshotInATransactionThatChangedIt() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("UPDATE item SET name = 'changed'");
			this.clones.cloneTable(ITEM, CLONE, SNAPSHOT);
			assertThat(names(CLONE)).containsExactly("one", "two");
		});
		assertThat(names(CLONE)).containsExactly("one", "two");
		assertThat(names(ITEM)).containsExactly("changed", "changed");
	}

	@Test
	void clonesADroppedTableFromASnapshot() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.execute("DROP TABLE item");
		this.clones.cloneTable(ITEM, CLONE, SNAPSHOT);
		this.clones.cloneTable(ITEM, ITEM, SNAPSHOT);
		assertThat(names(CLONE)).isEqualTo(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void copiesTheStructureOfATable() {
		this.jdbc.execute("CREATE TABLE source (id BIGINT AUTO_INCREMENT PRIMARY KEY, parent BIGINT, "
				+ "code VARCHAR(10) NOT NULL DEFAULT 'x''s', amount DECIMAL(10, 2) CHECK (amount >= 0), "
				+ "doubled DECIMAL(10, 2) AS (amount * 2), label VARCHAR(10), CONSTRAINT uq UNIQUE (code), "
				+ "CONSTRAINT fk_self FOREIGN KEY (parent) REFERENCES source (id))");
		this.jdbc.execute("CREATE INDEX idx_label ON source (label)");
		this.jdbc.update("INSERT INTO source (code, amount) VALUES ('a', 1), ('b', 2)");
		this.jdbc.update("UPDATE source SET parent = 3 - id");
		this.clones.cloneTable(TableName.of("source"), TableName.of("target"));
		this.jdbc.update("INSERT INTO target (parent, amount) VALUES (1, 3)");
		assertThat(this.jdbc.queryForList("SELECT concat(id, parent, code, doubled) FROM target ORDER BY id",
				String.class))
			.containsExactly("12a2.00", "21b4.00", "31x's6.00");
		for (String wrong : List.of("INSERT INTO target (code, amount) VALUES ('a', 1)",
				"INSERT INTO target (code, amount) VALUES ('c', -1)",
				"INSERT INTO target (code, amount) VALUES (NULL, 1)",
				"INSERT INTO target (code, parent) VALUES ('d', 99)",
				"INSERT INTO target (id, code) VALUES (1, 'e')")) {
			assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> this.jdbc.update(wrong));
		}
		assertThat(this.jdbc.queryForList("""
				SELECT column_name FROM information_schema.index_columns WHERE table_name = 'target'
				ORDER BY column_name""", String.class)).containsExactly("code", "id", "label", "parent");
		this.clones.cloneTable(TableName.of("target"), TableName.of("again"));
		assertThat(count("again")).isEqualTo(3);
	}

	@Test
	void numbersNewRowsAfterThoseOfTheTransaction() {
		this.jdbc.execute("CREATE TABLE source (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(9))");
		this.jdbc.update("INSERT INTO source (name) VALUES ('a')");
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO source (name) VALUES ('b')");
			this.jdbc.update("INSERT INTO source VALUES (10, 'c')");
			this.clones.cloneTable(TableName.of("source"), TableName.of("target"));
			this.clones.cloneTable(TableName.of("source"), TableName.of("old"), SNAPSHOT);
			this.jdbc.update("INSERT INTO target (name) VALUES ('d')");
			this.jdbc.update("INSERT INTO old (name) VALUES ('d')");
		});
		assertThat(this.jdbc.queryForList("SELECT id FROM target ORDER BY id", Integer.class)).containsExactly(1, 2, 10,
				11);
		assertThat(this.jdbc.queryForList("SELECT id FROM old ORDER BY id", Integer.class)).containsExactly(1, 2);
	}

	@Test
	void copiesForeignKeysOfATableOnlyWhereTheyStayInside() {
		this.jdbc.execute("CREATE TABLE child (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item (id))");
		this.clones.cloneTable(TableName.of("child"), TableName.of("child_clone"));
		this.jdbc.update("INSERT INTO child_clone VALUES (1, 99)");
	}

	@Test
	void copiesRowsThatReferenceEachOtherInATransaction() {
		this.jdbc.execute("CREATE TABLE node (id INT PRIMARY KEY, parent INT REFERENCES node (id))");
		this.jdbc.update("INSERT INTO node VALUES (1, NULL), (2, NULL)");
		this.jdbc.update("UPDATE node SET parent = 3 - id");
		this.transaction
			.executeWithoutResult((status) -> this.clones.cloneTable(TableName.of("node"), TableName.of("nodes")));
		assertThat(count("nodes")).isEqualTo(2);
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.jdbc.update("INSERT INTO nodes VALUES (3, 99)"));
	}

	@Test
	void clonesADatabaseWithAllThatIsInside() {
		this.jdbc.execute("CREATE TABLE a_child (id INT AUTO_INCREMENT PRIMARY KEY, item INT, "
				+ "CONSTRAINT fk_item FOREIGN KEY (item) REFERENCES item (id) ON DELETE CASCADE)");
		this.jdbc.execute("ALTER TABLE item ADD COLUMN last_child INT REFERENCES a_child (id)");
		this.jdbc.execute("CREATE INDEX idx_name ON item (name)");
		this.jdbc.execute("CREATE SEQUENCE numbers START WITH 5");
		this.jdbc.execute("CREATE VIEW dear AS SELECT name FROM item WHERE quantity > 10");
		this.jdbc.update("INSERT INTO a_child (item) VALUES (1)");
		this.jdbc.update("UPDATE item SET last_child = 1");
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneDatabase(DATABASE, COPY);
			assertThat(count("copy.a_child")).isOne();
		});
		this.jdbc.update("DELETE FROM a_child WHERE FALSE");
		this.jdbc.update("UPDATE copy.item SET quantity = 11 WHERE id = 1");
		assertThat(this.jdbc.queryForList("SELECT name FROM copy.dear", String.class)).containsExactlyInAnyOrder("one",
				"two");
		assertThat(this.jdbc.queryForList("SELECT name FROM dear", String.class)).containsExactly("two");
		assertThat(this.jdbc.queryForObject("SELECT next value for copy.numbers", Integer.class)).isEqualTo(5);
		this.jdbc.update("INSERT INTO copy.a_child (item) VALUES (2)");
		assertThat(count("copy.a_child")).isEqualTo(2);
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.jdbc.update("INSERT INTO copy.a_child (item) VALUES (99)"));
		this.jdbc.update("UPDATE copy.item SET last_child = NULL");
		this.jdbc.update("DELETE FROM copy.item WHERE id = 1");
		assertThat(count("copy.a_child")).isOne();
		assertThat(count("a_child")).isOne();
		this.jdbc.execute("DROP SCHEMA copy CASCADE");
		assertThat(hiddenDatabases()).isEmpty();
	}

	@Test
	void clonesADroppedDatabaseFromASnapshot() {
		this.clones.cloneDatabase(DATABASE, COPY);
		this.snapshots.create(SNAPSHOT, SnapshotScope.account());
		this.jdbc.execute("DROP SCHEMA copy CASCADE");
		this.clones.cloneDatabase(COPY, DatabaseName.of("again"), SNAPSHOT);
		assertThat(names("again.item")).containsExactly("one", "two");
	}

	@Test
	void clonesWithinANewTransaction() {
		TransactionTemplate inner = new TransactionTemplate(this.transactionManager);
		inner.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneTable(ITEM, CLONE);
			inner.executeWithoutResult((innerStatus) -> this.clones.cloneTable(ITEM, TableName.of("inner_clone")));
			status.setRollbackOnly();
		});
		assertThat(tables(DATABASE)).containsExactly("inner_clone", "item");
		assertThat(count("inner_clone")).isEqualTo(2);
	}

	@Test
	void refusesATransactionThatSpringDoesNotManage() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setAutoCommit(false);
			assertThatExceptionOfType(NotAllowedInTransactionException.class).isThrownBy(
					() -> this.simulator.backend().execute(connection, new CloneTable(ITEM, CLONE, null, false, null)))
				.withMessageContaining("TransactionTemplate");
		}
		assertThat(tables(DATABASE)).containsExactly("item");
	}

	@Test
	void refusesAReadOnlyTransaction() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction.setReadOnly(true);
		this.transaction.executeWithoutResult((status) -> {
			for (CloneOptions options : List.of(CloneOptions.defaults(), CloneOptions.from(SNAPSHOT),
					CloneOptions.byCopy())) {
				assertThatExceptionOfType(NotAllowedInTransactionException.class)
					.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, options))
					.withMessageContaining("read-only");
			}
			assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two");
		});
		assertThat(tables(DATABASE)).containsExactly("item");
	}

	@Test
	void refusesInstantsAndAccounts() throws SQLException {
		this.snapshots.create(SNAPSHOT, SCOPE);
		AsOf instant = AsOf.instant(Instant.now().minusSeconds(1));
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, CloneOptions.from(instant)))
			.withMessageStartingWith("The simulator cannot ")
			.withMessageContaining("snapshot");
		CloneOptions toAccount = CloneOptions.from(SNAPSHOT).toAccount(AccountName.of("other"));
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, toAccount))
			.withMessageStartingWith("The simulator cannot clone into another account");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(DATABASE, COPY, toAccount));
		try (Connection connection = this.dataSource.getConnection()) {
			assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.simulator.backend()
				.execute(connection, new CloneDatabase(DATABASE, COPY, instant, null)));
		}
	}

	@Test
	void acceptsCopyGrants() {
		this.clones.cloneTable(ITEM, CLONE, CloneOptions.defaults().copyGrants());
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	@Test
	void clonesAfterTheCommit() {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("UPDATE item SET name = 'changed' WHERE id = 1");
			this.clones.cloneTableAfterCommit(ITEM, CLONE);
			this.snapshots.createAfterCommit(SNAPSHOT, SCOPE);
			this.clones.cloneDatabaseAfterCommit(DATABASE, COPY, SNAPSHOT);
		});
		assertThat(names(CLONE)).containsExactly("changed", "two");
		assertThat(names("copy.item")).containsExactly("changed", "two");
		assertThat(tables(COPY)).containsExactly("item", "item_clone");
	}

}
