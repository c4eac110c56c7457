package io.github.matrixone.spring.contract.retry;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.contract.retry.RetryApplication.CommandService;
import io.github.matrixone.spring.contract.retry.RetryApplication.Conflicts;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That a clone of an attempt that has failed is rolled back, and that work after the
 * commit is done once.
 */
@EnabledIfServer
@SpringBootTest(classes = RetryApplication.class,
		properties = "spring.datasource.hikari.connection-init-sql=SET lock_wait_timeout = 1")
class RetriedCommandTests {

	@Autowired
	private CommandService service;

	@Autowired
	private SnapshotOperations snapshots;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private Conflicts conflicts;

	@Autowired
	private PlatformTransactionManager transactionManager;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		RetryApplication.server(registry);
	}

	@BeforeEach
	@AfterEach
	void clean() {
		this.snapshots.dropIfExists(RetryApplication.SNAPSHOT);
		this.jdbc.execute("DROP TABLE IF EXISTS account_clone");
		this.jdbc.update("DELETE FROM account");
		this.jdbc.update("INSERT INTO account VALUES (1, 0, 0)");
		this.conflicts.clear();
	}

	@Test
	void keepsOneCloneAndTakesOneSnapshot() throws SQLException {
		try (Connection holder = hold()) {
			this.conflicts.onConflict(holder::close);
			this.service.cloneAndIncrement(1);
		}
		assertThat(this.conflicts.all()).singleElement().isInstanceOf(CannotAcquireLockException.class);
		assertThat(this.jdbc.queryForList("SELECT balance FROM account_clone", Integer.class)).containsExactly(0);
		assertThat(this.jdbc.queryForList("SELECT balance FROM account", Integer.class)).containsExactly(1);
		assertThat(this.snapshots.list(SnapshotFilter.all().namePrefix(RetryApplication.SNAPSHOT.value()))).hasSize(1);
		assertThat(this.jdbc.queryForList(
				"SELECT balance FROM " + this.snapshots.tableAt(RetryApplication.ACCOUNT, RetryApplication.SNAPSHOT),
				Integer.class))
			.containsExactly(1);
	}

	@Test
	void leavesNothingBehindWhereAnOuterTransactionMustDecide() throws SQLException {
		TransactionTemplate outer = new TransactionTemplate(this.transactionManager);
		try (Connection holder = hold()) {
			this.conflicts.onConflict(holder::close);
			assertThatExceptionOfType(CannotAcquireLockException.class)
				.isThrownBy(() -> outer.executeWithoutResult((status) -> this.service.cloneAndIncrement(1)));
		}
		assertThat(this.jdbc.queryForList("SHOW TABLES", String.class)).containsExactly("account");
		assertThat(this.snapshots.find(RetryApplication.SNAPSHOT)).isEmpty();
	}

	/**
	 * Holds the row until the connection is closed.
	 */
	private static Connection hold() throws SQLException {
		ServerUnderTest server = ServerUnderTest.get();
		Connection connection = DriverManager.getConnection(server.url() + RetryApplication.DATABASE.value(),
				server.username(), server.password());
		try (Statement statement = connection.createStatement()) {
			statement.execute("BEGIN");
			statement.execute("UPDATE account SET balance = 7 WHERE id = 1");
		}
		return connection;
	}

}
