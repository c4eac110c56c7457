package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotLevel;
import io.github.matrixone.spring.snapshot.SnapshotOptions;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for snapshots on the simulator.
 */
class SnapshotTests extends AbstractSimulatorTests {

	@ParameterizedTest
	@EnumSource
	void takesASnapshotOfEachLevel(SnapshotLevel level) {
		SnapshotScope scope = switch (level) {
			case CLUSTER -> SnapshotScope.cluster();
			case ACCOUNT -> SnapshotScope.account(AccountName.of("SYS"));
			case DATABASE -> SCOPE;
			case TABLE -> SnapshotScope.table(TableName.of("item"));
		};
		Instant before = Instant.now();
		Snapshot snapshot = this.snapshots.create(SNAPSHOT, scope);
		assertThat(snapshot.level()).isEqualTo(level);
		assertThat(snapshot.account()).isEqualTo(AccountName.of("sys"));
		assertThat(snapshot.createdAt()).isBetween(before, before.plus(Duration.ofMinutes(1)));
		assertThat(snapshot.holds(ITEM)).isTrue();
		assertThat(this.snapshots.find(SNAPSHOT)).contains(snapshot);
		this.jdbc.update("DELETE FROM item");
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT) + " i")).containsExactly("one", "two");
		this.snapshots.drop(SNAPSHOT);
		assertThat(this.snapshots.list()).isEmpty();
		assertThat(hiddenDatabases()).isEmpty();
		assertThat(count("mo_catalog.mo_simulator_scripts")).isZero();
	}

	@Test
	void canBeReadAndNotChanged() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		String then = this.snapshots.tableAt(ITEM, SNAPSHOT);
		for (String statement : List.of("INSERT INTO " + then + " SELECT * FROM item", "DELETE FROM " + then,
				"UPDATE " + then + " SET name = 'x'", "TRUNCATE TABLE " + then)) {
			assertThatExceptionOfType(UnsupportedByServerException.class).as(statement)
				.isThrownBy(() -> this.jdbc.update(statement));
		}
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.jdbc.queryForList("SELECT * FROM " + then + " FOR UPDATE"));
		assertThat(names(then)).containsExactly("one", "two");
	}

	@Test
	void hasStrictlyIncreasingTimestamps() {
		List<Instant> timestamps = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			timestamps.add(this.snapshots.create(SnapshotName.of("s" + i), SnapshotScope.table(ITEM)).createdAt());
		}
		assertThat(timestamps).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void holdsCommittedRowsOnly() {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
			this.jdbc.update("UPDATE item SET name = 'changed' WHERE id = 1");
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SCOPE));
			this.snapshots.create(SNAPSHOT, SCOPE, SnapshotOptions.committedDataOnly());
			assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two");
			assertThat(names(ITEM)).containsExactly("changed", "two", "three");
		});
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two");
		assertThat(names(ITEM)).containsExactly("changed", "two", "three");
	}

	@Test
	void isDroppedOnRollback() {
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(SNAPSHOT, SCOPE);
			assertThat(this.snapshots.exists(SNAPSHOT)).isTrue();
			status.setRollbackOnly();
		});
		assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
		assertThat(hiddenDatabases()).isEmpty();
	}

	@Test
	void readsAtASnapshotWithJoinsAndAliases() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.update("UPDATE item SET quantity = quantity + 1");
		String old = this.snapshots.tableAt(ITEM, SNAPSHOT);
		assertThat(this.jdbc.queryForList(
				"SELECT i.quantity - o.quantity FROM item i JOIN " + old + " o ON o.id = i.id", Integer.class))
			.containsExactly(1, 1);
	}

	@Test
	void readsATableThatWasDroppedOrChangedSince() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.execute("ALTER TABLE item DROP COLUMN name");
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two");
		this.jdbc.execute("DROP TABLE item");
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two");
	}

	@Test
	void refusesWhatIsMissingOrThere() {
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SnapshotScope.database("missing")));
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SnapshotScope.table(TableName.of("missing"))));
		assertThatExceptionOfType(SnapshotNotFoundException.class).isThrownBy(() -> this.snapshots.drop(SNAPSHOT));
		assertThat(this.snapshots.dropIfExists(SNAPSHOT)).isFalse();
		this.snapshots.create(SNAPSHOT, SCOPE);
		assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
			.isThrownBy(() -> this.snapshots.create(SnapshotName.of("BEFORE"), SCOPE));
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.snapshots.tableAt(TableName.of("missing"), SNAPSHOT));
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.simulator.backend().tableAt(ITEM, AsOf.snapshot(SnapshotName.of("missing"))));
		assertThat(hiddenDatabases()).hasSize(1);
	}

	@Test
	void refusesInstantsAndOtherAccounts() {
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.snapshots.tableAt(ITEM, Instant.now().minusSeconds(1)))
			.withMessageStartingWith("The simulator cannot ");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SnapshotScope.account(AccountName.of("other"))))
			.withMessageStartingWith("The simulator cannot ");
	}

	@Test
	void isRefusedOnATransactionsOwnConnection() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setAutoCommit(false);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> this.simulator.backend().execute(connection, new CreateSnapshot(SNAPSHOT, SCOPE)))
				.satisfies((ex) -> assertThat(new MatrixOneExceptionTranslator().translate("", "", ex))
					.isInstanceOf(NotAllowedInTransactionException.class));
		}
	}

	@Test
	void leavesOtherSnapshotsOutOfASnapshotOfTheAccount() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.snapshots.create(SnapshotName.of("second"), SnapshotScope.cluster());
		assertThat(hiddenDatabases()).hasSize(1 + databases().size() - hiddenDatabases().size() - 2);
	}

	@Test
	void isSharedByAllSimulatorsOfADatabase() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		String table = new MatrixOneSimulator(this.pool).backend().tableAt(ITEM, AsOf.snapshot(SNAPSHOT));
		assertThat(names(table)).containsExactly("one", "two");
	}

	@Test
	void holdsEmptyTablesAndGeneratedColumns() {
		this.jdbc.execute("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(9), n INT AS (id * 2), "
				+ "kind ENUM('a', 'b'), body TEXT, data BLOB)");
		this.snapshots.create(SNAPSHOT, SCOPE);
		assertThat(names(this.snapshots.tableAt(TableName.of("t"), SNAPSHOT))).isEmpty();
		this.jdbc.update("INSERT INTO t (name, kind, body, data) VALUES ('x', 'b', repeat('x', 10000), X'00ff')");
		this.snapshots.drop(SNAPSHOT);
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.jdbc.update("DELETE FROM t");
		assertThat(this.jdbc.queryForMap("SELECT n, kind, length(body) AS l, length(data) AS d FROM "
				+ this.snapshots.tableAt(TableName.of("t"), SNAPSHOT)))
			.containsEntry("n", 2)
			.containsEntry("kind", "b")
			.containsEntry("l", 10000L)
			.containsEntry("d", 2L);
		this.clones.cloneTable(TableName.of("t"), TableName.of("t2"), SNAPSHOT);
		assertThat(this.jdbc.queryForObject("SELECT n FROM t2", Integer.class)).isEqualTo(2);
	}

}
