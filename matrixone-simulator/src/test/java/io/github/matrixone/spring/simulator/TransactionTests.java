package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.transaction.TransactionOutcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for transactions and statements on the simulator's data source.
 */
class TransactionTests extends AbstractSimulatorTests {

	@Test
	void commitsAndRollsBack() {
		this.transaction.executeWithoutResult((status) -> this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)"));
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("DELETE FROM item");
			assertThat(elsewhere(() -> names(ITEM))).containsExactly("one", "two", "three");
			status.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
	}

	@ParameterizedTest
	@ValueSource(strings = { "INSERT INTO item VALUES (3, 'three', 30)", "SELECT * FROM item", "SET @x = 1",
			"USE information_schema", "BEGIN" })
	void leavesAConnectionAsItWas(String statement) throws SQLException {
		for (int i = 0; i < 2 * poolSize(); i++) {
			try (Connection connection = this.dataSource.getConnection()) {
				connection.setAutoCommit(statement.equals("BEGIN"));
				try (Statement sent = connection.createStatement()) {
					sent.execute("SELECT 1");
					sent.execute(statement);
				}
			}
			try (Connection connection = this.pool.getConnection()) {
				assertThat(connection.getSchema()).isIn("app", "information_schema");
			}
		}
		try (Connection connection = this.dataSource.getConnection()) {
			assertThat(connection.getAutoCommit()).isTrue();
			assertThat(connection.getSchema()).isEqualTo("app");
			assertThat(connection.unwrap(MatrixOneConnection.class).isInTransaction()).isFalse();
		}
		assertThat(names("item")).containsExactly("one", "two");
	}

	@Test
	void restoresAutocommitAfterEachEnd() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			for (boolean commit : new boolean[] { true, false }) {
				connection.setAutoCommit(false);
				statement.execute("UPDATE item SET quantity = 0");
				if (commit) {
					connection.commit();
				}
				else {
					connection.rollback();
				}
				assertThat(connection.unwrap(MatrixOneConnection.class).lastOutcome())
					.isEqualTo(commit ? TransactionOutcome.COMMITTED : TransactionOutcome.ROLLED_BACK);
				connection.setAutoCommit(true);
				assertThat(connection.unwrap(JdbcConnection.class).getAutoCommit()).isTrue();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE TABLE t (id INT)", "CREATE SCHEMA s", "CREATE VIEW v AS SELECT * FROM item",
			"ALTER TABLE item ADD x INT", "DROP TABLE item", "CREATE INDEX i ON item (name)", "ANALYZE",
			"CREATE SEQUENCE s" })
	void refusesDdlInATransaction(String ddl) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.jdbc.execute(ddl))
				.withMessageStartingWith("The simulator cannot roll back DDL")
				.withMessageContaining("CloneOperations");
			status.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two");
		this.jdbc.execute(ddl);
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE TABLE t CLONE item", "CREATE TABLE t CLONE item {SNAPSHOT = 's'}",
			"CREATE DATABASE d CLONE app", "CREATE DATABASE d CLONE app {SNAPSHOT = 's'}",
			"CREATE SNAPSHOT s FOR DATABASE app", "DROP SNAPSHOT s", "SHOW SNAPSHOTS",
			"RESTORE DATABASE app {SNAPSHOT = 's'}", "CREATE PITR p FOR DATABASE app RANGE 1 'd'", "DROP PITR p",
			"DATA BRANCH CREATE TABLE b FROM item", "DATA BRANCH DELETE TABLE b", "DATA BRANCH MERGE b INTO item",
			"DATA BRANCH PICK b INTO item" })
	void refusesCommandsAsSqlText(String sql) {
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.jdbc.execute(sql))
			.withMessageStartingWith("The simulator cannot run ")
			.withMessageContaining("MatrixOne server");
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE SNAPSHOT s FOR DATABASE app", "RESTORE DATABASE app {SNAPSHOT = 's'}",
			"DROP PITR p", "DATA BRANCH CREATE TABLE b FROM item" })
	void saysFirstWhatTheServerWouldSay(String sql) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.queryForList("SELECT * FROM item");
			assertThatExceptionOfType(NotAllowedInTransactionException.class).isThrownBy(() -> this.jdbc.execute(sql));
		});
	}

	@Test
	void refusesSavepoints() {
		this.transaction
			.executeWithoutResult((status) -> assertThatExceptionOfType(CannotCreateTransactionException.class)
				.isThrownBy(status::createSavepoint));
	}

	@Test
	void losesTheTransactionAfterADeadlock() throws Exception {
		try (Connection other = this.dataSource.getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("UPDATE item SET quantity = 0 WHERE id = 2");
			CompletableFuture<Void> blocked = this.transaction.execute((status) -> {
				this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
				this.jdbc.update("UPDATE item SET quantity = 0 WHERE id = 1");
				CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
					try {
						statement.execute("UPDATE item SET quantity = 0 WHERE id = 1");
						other.commit();
					}
					catch (SQLException ex) {
						throw new IllegalStateException(ex);
					}
				});
				assertThatExceptionOfType(PessimisticLockingFailureException.class).isThrownBy(() -> {
					Thread.sleep(500);
					this.jdbc.update("UPDATE item SET quantity = 0 WHERE id = 2");
				});
				assertThatExceptionOfType(TransactionLostException.class)
					.isThrownBy(() -> this.jdbc.update("INSERT INTO item VALUES (4, 'four', 40)"));
				status.setRollbackOnly();
				return waiting;
			});
			blocked.get(20, TimeUnit.SECONDS);
		}
		assertThat(names(ITEM)).containsExactly("one", "two");
		assertThat(this.jdbc.queryForList("SELECT quantity FROM item", Integer.class)).containsExactly(0, 0);
	}

}
