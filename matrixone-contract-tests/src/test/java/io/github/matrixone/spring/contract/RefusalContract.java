package io.github.matrixone.spring.contract;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is refused because the server would commit silently, lie or corrupt data: the
 * numbers are those of the server's faults in the reference guide.
 */
abstract class RefusalContract extends Contract {

	@ParameterizedTest
	@ValueSource(strings = { "BEGIN", "begin work", "/* x */ START TRANSACTION", "LOCK TABLES item WRITE",
			"UNLOCK TABLES", "EXECUTE something", "CREATE SNAPSHOT ct_snapshot FOR DATABASE contract",
			"DROP SNAPSHOT ct_snapshot", "SHOW SNAPSHOTS", "RESTORE DATABASE contract {SNAPSHOT = 'ct_snapshot'}",
			"CREATE PITR p FOR DATABASE contract RANGE 1 'h'", "DATA BRANCH CREATE TABLE ct_branch FROM item",
			"DATA BRANCH DELETE TABLE ct_branch", "DATA BRANCH PICK item INTO ct_branch",
			"INSERT INTO item VALUES (4, 'four', 40); BEGIN", "CALL something()" })
	void refusesWhatWouldCommitOrEscapeAndGoesOn(String statement) {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.sql.execute(statement));
			this.sql.update("INSERT INTO item VALUES (5, 'five', 50)");
			status.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void refusesSetAfterAWriteOnly() {
		// MO#26872
		String set = "SET @contract = 1";
		this.transaction.executeWithoutResult((status) -> {
			this.sql.execute(set);
			this.sql.queryForObject("SELECT count(*) FROM item", Integer.class);
			this.sql.execute(set);
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertSetRefusedWhereItCommits(set);
			status.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void refusesSetAutocommitAnywhere() {
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.sql.execute("SET autocommit = 0"))
			.withMessageContaining("setAutoCommit");
		this.transaction.executeWithoutResult((status) -> assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.sql.execute("SET @@session.autocommit = 1")));
	}

	@Test
	void refusesSetAfterALock() {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.queryForList("SELECT id FROM item WHERE id = 1 FOR UPDATE", Integer.class);
			assertSetRefusedWhereItCommits("SET @contract = 1");
		});
	}

	/**
	 * A newer server keeps the transaction.
	 */
	private void assertSetRefusedWhereItCommits(String set) {
		try {
			this.sql.execute(set);
			assertThat(ServerUnderTest.get().isNewer()).as("a newer server, which keeps the transaction").isTrue();
		}
		catch (NotAllowedInTransactionException ex) {
			assertThat(ex).hasMessageContaining("connection-init-sql");
		}
	}

	@Test
	void refusesSavepoints() {
		// MO#28248
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.sql.execute("SAVEPOINT x"));
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.sql.execute("ROLLBACK TO SAVEPOINT x"));
			assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(this.sql::createSavepoint);
		});
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
	}

	@ParameterizedTest
	@EnumSource(names = { "REPEATABLE_READ", "SERIALIZABLE" })
	void refusesAnIsolationThatTheServerWouldIgnore(Isolation isolation) {
		TransactionTemplate template = transaction(this.sqlTransactionManager);
		template.setIsolationLevel(isolation.value());
		assertThatExceptionOfType(CannotCreateTransactionException.class)
			.isThrownBy(() -> template.executeWithoutResult((status) -> this.sql.update("DELETE FROM item")))
			.withRootCauseInstanceOf(StatementRefusedException.class)
			.havingRootCause()
			.withMessageContaining("READ COMMITTED");
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void readsCommittedRows() {
		TransactionTemplate template = transaction(this.sqlTransactionManager);
		template.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		TransactionTemplate other = transaction(this.sqlTransactionManager);
		other.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		template.executeWithoutResult((status) -> {
			assertThat(this.sql.queryForObject("SELECT count(*) FROM item", Integer.class)).isEqualTo(2);
			other.executeWithoutResult((inner) -> this.sql.update("INSERT INTO item VALUES (3, 'three', 30)"));
			assertThat(this.sql.queryForObject("SELECT count(*) FROM item", Integer.class)).isEqualTo(3);
		});
	}

	@Test
	void refusesAWriteInAReadOnlyTransaction() {
		// MO#26648
		this.transaction.setReadOnly(true);
		this.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.sql.update("INSERT INTO item VALUES (3, 'three', 30)"))
				.withMessageContaining("read-only");
			assertThat(this.sql.queryForObject("SELECT count(*) FROM item", Integer.class)).isEqualTo(2);
		});
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void refusesARawLiveCloneOfAModifiedTable() {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("INSERT INTO item VALUES (1, 'x', 1) ON DUPLICATE KEY UPDATE name = 'x'");
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.sql.execute("CREATE TABLE ct_clone CLONE item"))
				.withMessageContaining("byCopy");
		});
	}

	@Test
	void refusesARawLiveCloneOfADatabaseAfterAWrite() {
		// MO#27055
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.sql.execute("CREATE DATABASE ct_copy CLONE contract"));
		});
		assertThat(databases()).isEmpty();
	}

	@Test
	void refusesCloneIfNotExistsAnywhere() {
		// MO#27039
		this.clones.cloneTable(ITEM, CLONE);
		String sql = "CREATE TABLE IF NOT EXISTS ct_clone CLONE item";
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.sql.execute(sql))
			.withMessageContaining("CloneOptions.defaults().ifNotExists()");
		this.transaction.executeWithoutResult((status) -> assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.sql.execute(sql)));
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

	@Test
	void refusesAMergeOfABranchThatTheTransactionHasWrittenTo() {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.sql.execute("DATA BRANCH MERGE item INTO ct_target"));
		});
	}

	@Test
	void commitsNothingAloneAfterADeadlock() throws Exception {
		TransactionTemplate template = transaction(this.sqlTransactionManager);
		CyclicBarrier bothHaveLocked = new CyclicBarrier(2);
		AtomicInteger lost = new AtomicInteger();
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			Future<?> upwards = threads.submit(() -> lockInOrder(template, bothHaveLocked, lost, 1, 2));
			Future<?> downwards = threads.submit(() -> lockInOrder(template, bothHaveLocked, lost, 2, 1));
			upwards.get(60, TimeUnit.SECONDS);
			downwards.get(60, TimeUnit.SECONDS);
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(lost.get()).isBetween(1, 2);
		int kept = 2 - lost.get();
		assertThat(this.sql.queryForObject("SELECT sum(quantity) FROM item", Integer.class)).isEqualTo(30 + 2 * kept);
		assertThat(this.sql.queryForObject("SELECT count(*) FROM item", Integer.class)).isEqualTo(2);
		template.executeWithoutResult((status) -> this.sql.update("UPDATE item SET quantity = 0"));
		assertThat(this.sql.queryForObject("SELECT sum(quantity) FROM item", Integer.class)).isZero();
	}

	private Void lockInOrder(TransactionTemplate template, CyclicBarrier bothHaveLocked, AtomicInteger lost, int first,
			int second) {
		return template.execute((status) -> {
			this.sql.update("UPDATE item SET quantity = quantity + 1 WHERE id = ?", first);
			try {
				bothHaveLocked.await(30, TimeUnit.SECONDS);
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
			try {
				this.sql.update("UPDATE item SET quantity = quantity + 1 WHERE id = ?", second);
			}
			catch (ConcurrencyFailureException ex) {
				lost.incrementAndGet();
				assertThatExceptionOfType(TransactionLostException.class)
					.isThrownBy(() -> this.sql.update("INSERT INTO item VALUES (?, 'alone', 100)", 10 + first))
					.withMessageContaining("try the whole transaction again");
				assertThatExceptionOfType(TransactionLostException.class)
					.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE));
				status.setRollbackOnly();
			}
			return null;
		});
	}

}
