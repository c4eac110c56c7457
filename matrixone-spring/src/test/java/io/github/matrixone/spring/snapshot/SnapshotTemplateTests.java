package io.github.matrixone.spring.snapshot;

import java.sql.SQLNonTransientConnectionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ScriptedDriver;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.transaction.AfterCommit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is said of a snapshot when the connection fails.
 */
class SnapshotTemplateTests {

	private static final SnapshotName NAME = SnapshotName.of("nightly");

	private static final SnapshotScope SCOPE = SnapshotScope.database("shop");

	private static final String CREATE = "CREATE SNAPSHOT `nightly` FOR DATABASE `shop`";

	private static final String LOOK_UP = "SELECT * FROM mo_catalog.mo_snapshots WHERE sname = ?";

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	private final SnapshotTemplate snapshots = new SnapshotTemplate(
			new CommandExecutor(this.dataSource, this.driver.matrixOne(), new ServerBackend()));

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	@ParameterizedTest
	@ValueSource(strings = { CREATE, LOOK_UP })
	void itMayHaveBeenTaken(String failing) {
		this.driver.failures.put(failing, new SQLNonTransientConnectionException("gone", "08S01"));
		assertThatExceptionOfType(CommitOutcomeUnknownException.class)
			.isThrownBy(() -> this.snapshots.create(NAME, SCOPE));
	}

	@Test
	void itMayHaveBeenTakenBesideATransaction() {
		this.driver.failures.put(CREATE, new SQLNonTransientConnectionException("gone", "08S01"));
		assertThatExceptionOfType(CommitOutcomeUnknownException.class)
			.isThrownBy(() -> this.transaction.execute((status) -> this.snapshots.create(NAME, SCOPE)));
		assertThat(this.driver.sent).containsExactly(CREATE);
	}

	@ParameterizedTest
	@ValueSource(strings = { CREATE, LOOK_UP })
	void itMayHaveBeenTakenAfterACommit(String failing) {
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(() -> this.transaction.execute((status) -> {
			AfterCommit<Snapshot> handle = this.snapshots.createAfterCommit(NAME, SCOPE);
			this.driver.failures.put(failing, new SQLNonTransientConnectionException("gone", "08S01"));
			return handle;
		}))
			.withMessageContaining("snapshot nightly (which may have been done)")
			.withCauseInstanceOf(CommitOutcomeUnknownException.class);
	}

	@Test
	void itIsDroppedWithItsTransactionWhereItCouldNotBeLookedUp() {
		this.driver.failures.put(LOOK_UP, new SQLNonTransientConnectionException("gone", "08S01"));
		assertThatExceptionOfType(DataAccessResourceFailureException.class)
			.isThrownBy(() -> this.transaction.execute((status) -> this.snapshots.create(NAME, SCOPE)));
		assertThat(this.driver.sent).containsExactly(CREATE, LOOK_UP, "DROP SNAPSHOT IF EXISTS `nightly`");
	}

}
