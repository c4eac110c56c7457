package io.github.matrixone.spring.snapshot;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ScriptedDriver;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterCommit.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which statements snapshots take in a transaction and outside, and what is said of a
 * snapshot when the connection fails.
 */
class SnapshotTemplateTests {

	private static final SnapshotName NAME = SnapshotName.of("nightly");

	private static final SnapshotScope SCOPE = SnapshotScope.database("shop");

	private static final String CREATE = "CREATE SNAPSHOT `nightly` FOR DATABASE `shop`";

	private static final String DROP = "DROP SNAPSHOT `nightly`";

	private static final String DROP_IF_EXISTS = "DROP SNAPSHOT IF EXISTS `nightly`";

	private static final String LIST = "SELECT * FROM mo_catalog.mo_snapshots";

	private static final String LOOK_UP = LIST + " WHERE sname = ?";

	private static final String LOOK_UP_TAKEN = LOOK_UP + " AND ts = ?";

	private static final String PAUSE = "SELECT SLEEP(0.05)";

	private static final String INSERT = "INSERT INTO item VALUES (1)";

	private static final TableName ITEM = TableName.of("item");

	private static final long NANOSECONDS = 1_700_000_000_123_456_789L;

	private static final Instant TAKEN_AT = Instant.ofEpochSecond(1_700_000_000L, 123_456_789L);

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
		assertThat(this.driver.sent).containsExactly(CREATE, LOOK_UP, DROP_IF_EXISTS);
	}

	@Test
	void itIsTakenAtOnceWhereThereIsNoTransaction() {
		oneIsThereOnce(CREATE);
		assertThat(this.snapshots.create(NAME, SCOPE)).isEqualTo(
				new Snapshot(NAME, SnapshotScope.database(DatabaseName.of("shop")), TAKEN_AT, AccountName.of("sys")));
		assertThat(this.driver.sent).containsExactly(CREATE, LOOK_UP);
	}

	@Test
	void itIsTakenAgainWhereTheServerHasRolledBack() {
		this.driver.failNext(CREATE, toBeRetried());
		this.driver.before.put(PAUSE, () -> oneIsThereOnce(CREATE));
		assertThat(this.snapshots.create(NAME, SCOPE).createdAt()).isEqualTo(TAKEN_AT);
		assertThat(this.driver.sent).containsExactly(CREATE, PAUSE, LOOK_UP, CREATE, LOOK_UP);
	}

	@Test
	void itIsTakenAgainBesideATransactionAndAfterItsCommit() {
		this.driver.failNext(CREATE, toBeRetried());
		this.driver.before.put(PAUSE, () -> oneIsThereOnce(CREATE));
		this.transaction.executeWithoutResult((status) -> this.snapshots.create(NAME, SCOPE));
		assertThat(this.driver.sent).containsExactly(CREATE, PAUSE, LOOK_UP, CREATE, LOOK_UP);
		this.driver.sent.clear();
		this.driver.results.clear();
		this.driver.before.remove(CREATE);
		AfterCommit<Snapshot> handle = this.transaction.execute((status) -> {
			this.driver.failNext(CREATE, toBeRetried());
			return this.snapshots.createAfterCommit(NAME, SCOPE);
		});
		assertThat(handle.get().createdAt()).isEqualTo(TAKEN_AT);
		assertThat(this.driver.sent).endsWith(CREATE, PAUSE, LOOK_UP, CREATE, LOOK_UP);
	}

	@Test
	void itIsTakenAgainTenTimesAtMost() {
		this.driver.failures.put(CREATE, toBeRetried());
		assertThatExceptionOfType(ConcurrencyFailureException.class)
			.isThrownBy(() -> this.snapshots.create(NAME, SCOPE))
			.withMessageContaining("txn need retry in rc mode");
		assertThat(this.driver.sent.stream().filter(CREATE::equals)).hasSize(10);
		assertThat(this.driver.sent).endsWith(PAUSE, LOOK_UP, CREATE);
	}

	@Test
	void itIsNotTakenAgainWhereOneIsThere() {
		this.driver.failNext(CREATE, toBeRetried());
		oneIsThereOnce(PAUSE);
		assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
			.isThrownBy(() -> this.snapshots.create(NAME, SCOPE));
		assertThat(this.driver.sent).containsExactly(CREATE, PAUSE, LOOK_UP);
	}

	@ParameterizedTest
	@ValueSource(ints = { 20619, 20631, 20629, 1205, 20101 })
	void itIsNotTakenAgainAfterAnotherError(int code) {
		this.driver.failNext(CREATE, new SQLException("some error", "HY000", code));
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.snapshots.create(NAME, SCOPE));
		assertThat(this.driver.sent).containsExactly(CREATE);
	}

	@Test
	void itIsNotTakenAgainWhereItCannotBeLookedUp() {
		this.driver.failNext(CREATE, toBeRetried());
		this.driver.failures.put(LOOK_UP, new SQLNonTransientConnectionException("gone", "08S01"));
		assertThatExceptionOfType(ConcurrencyFailureException.class)
			.isThrownBy(() -> this.snapshots.create(NAME, SCOPE));
		assertThat(this.driver.sent).containsExactly(CREATE, PAUSE, LOOK_UP);
	}

	@Test
	void itIsTakenBesideATransactionAndKeptByTheCommit() {
		oneIsThereOnce(CREATE);
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(NAME, SCOPE);
			insert();
		});
		assertThat(this.driver.sent).containsExactly(CREATE, LOOK_UP, "BEGIN", INSERT, "COMMIT");
	}

	@Test
	void itIsDroppedAgainAfterARollback() {
		oneIsThereOnce(CREATE);
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(NAME, SCOPE);
			insert();
			status.setRollbackOnly();
		});
		assertThat(this.driver.sent).containsExactly(CREATE, LOOK_UP, "BEGIN", INSERT, "ROLLBACK", LOOK_UP_TAKEN,
				DROP_IF_EXISTS);
	}

	@Test
	void anotherOfItsNameIsNotDroppedAfterARollback() {
		oneIsThereOnce(CREATE);
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(NAME, SCOPE);
			this.driver.results.remove(LOOK_UP_TAKEN);
			status.setRollbackOnly();
		});
		assertThat(this.driver.sent).containsExactly(CREATE, LOOK_UP, LOOK_UP_TAKEN);
	}

	@Test
	void itIsRefusedAfterAWriteThatItCouldNotHold() {
		assertThatExceptionOfType(UncommittedChangesException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				insert();
				this.snapshots.create(NAME, SCOPE);
			}))
			.withMessageContaining("createAfterCommit")
			.withMessageContaining("SnapshotOptions.committedDataOnly");
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "ROLLBACK");
	}

	@Test
	void itIsTakenAfterAWriteThatItIsNotMeantToHold() {
		oneIsThereOnce(CREATE);
		this.transaction.executeWithoutResult((status) -> {
			insert();
			this.snapshots.create(NAME, SCOPE, SnapshotOptions.committedDataOnly());
		});
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, CREATE, LOOK_UP, "COMMIT");
	}

	@Test
	void itIsNotTakenAgainWhereItIsThereAndThatIsNoError() {
		oneIsThere();
		assertThat(this.snapshots.create(NAME, SCOPE, SnapshotOptions.defaults().ifNotExists()).createdAt())
			.isEqualTo(TAKEN_AT);
		assertThat(this.driver.sent).containsExactly(LOOK_UP);
	}

	@Test
	void itIsTakenWhereItIsNotThereAndThatWouldBeNoError() {
		oneIsThereOnce(CREATE);
		this.snapshots.create(NAME, SCOPE, SnapshotOptions.defaults().ifNotExists());
		assertThat(this.driver.sent).containsExactly(LOOK_UP, CREATE, LOOK_UP);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void itsNameIsTaken(boolean inTransaction) {
		this.driver.failures.put(CREATE, new SQLException("Duplicate entry 'nightly' for key 'sname'", "23000", 1062));
		assertThatExceptionOfType(SnapshotAlreadyExistsException.class).isThrownBy(() -> {
			if (inTransaction) {
				this.transaction.executeWithoutResult((status) -> this.snapshots.create(NAME, SCOPE));
			}
			else {
				this.snapshots.create(NAME, SCOPE);
			}
		})
			.withMessageContaining("Snapshot nightly already exists")
			.withMessageContaining("SnapshotOptions.defaults().ifNotExists()");
		assertThat(this.driver.sent).containsExactly(CREATE);
	}

	@Test
	void itHoldsATableOfTheCurrentDatabase() {
		oneIsThere();
		this.snapshots.create(NAME, SnapshotScope.table(ITEM));
		assertThat(this.driver.sent).containsExactly(
				"SELECT 1 FROM information_schema.tables WHERE lower(table_schema) = ? AND lower(table_name) = ? "
						+ "AND table_type = 'VIEW'",
				"CREATE SNAPSHOT `nightly` FOR TABLE `shop` `item`", LOOK_UP);
	}

	@Test
	void itIsTakenAfterTheCommit() {
		oneIsThereOnce(CREATE);
		AfterCommit<Snapshot> handle = this.transaction.execute((status) -> {
			insert();
			AfterCommit<Snapshot> pending = this.snapshots.createAfterCommit(NAME, SCOPE);
			assertThat(pending.state()).isEqualTo(State.PENDING);
			return pending;
		});
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, LOOK_UP, "COMMIT", CREATE, LOOK_UP);
		assertThat(handle.get().createdAt()).isEqualTo(TAKEN_AT);
	}

	@Test
	void itIsNeverTakenAfterARollback() {
		AfterCommit<Snapshot> handle = this.transaction.execute((status) -> {
			status.setRollbackOnly();
			return this.snapshots.createAfterCommit(NAME, SCOPE);
		});
		assertThat(this.driver.sent).containsExactly(LOOK_UP);
		assertThat(handle.state()).isEqualTo(State.ROLLED_BACK);
	}

	@Test
	void itIsTakenAtOnceWhereThereIsNoCommitToWaitFor() {
		oneIsThereOnce(CREATE);
		assertThat(this.snapshots.createAfterCommit(NAME, SCOPE).get().name()).isEqualTo(NAME);
		assertThat(this.driver.sent).containsExactly(CREATE, LOOK_UP);
	}

	@Test
	void itCannotBeTakenAfterTheCommitWhereItIsThereNow() {
		oneIsThere();
		assertThatExceptionOfType(SnapshotAlreadyExistsException.class).isThrownBy(
				() -> this.transaction.executeWithoutResult((status) -> this.snapshots.createAfterCommit(NAME, SCOPE)));
		assertThat(this.driver.sent).containsExactly(LOOK_UP);
	}

	@Test
	void itCanBeTakenAfterTheCommitInPlaceOfOneThatIsDroppedBefore() {
		oneIsThere();
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.drop(NAME);
			this.snapshots.createAfterCommit(NAME, SCOPE);
		});
		assertThat(this.driver.sent).containsExactly(LOOK_UP, DROP, CREATE, LOOK_UP);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void itCannotBeTakenNowInPlaceOfOneThatIsStillToBeDropped(boolean ifNotExists) {
		SnapshotOptions options = ifNotExists ? SnapshotOptions.defaults().ifNotExists() : SnapshotOptions.defaults();
		oneIsThere();
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.drop(NAME);
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.snapshots.create(NAME, SCOPE, options))
				.withMessageContaining("createAfterCommit");
		});
		assertThat(this.driver.sent).containsExactly(LOOK_UP, DROP);
	}

	@Test
	void itCannotBeTakenTwiceAfterTheCommitNorNowAsWell() {
		oneIsThereOnce(CREATE);
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.createAfterCommit(NAME, SCOPE);
			assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
				.isThrownBy(() -> this.snapshots.createAfterCommit(NAME, SCOPE))
				.withMessageContaining("createAfterCommit");
			assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
				.isThrownBy(() -> this.snapshots.create(NAME, SCOPE, SnapshotOptions.committedDataOnly()));
		});
		assertThat(this.driver.sent).containsExactly(LOOK_UP, CREATE, LOOK_UP);
	}

	@Test
	void itCanBeTakenAgainAfterTheCommitThatDropsTheOneItTakes() {
		oneIsThere();
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.drop(NAME);
			this.snapshots.createAfterCommit(NAME, SCOPE);
			assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
				.isThrownBy(() -> this.snapshots.createAfterCommit(NAME, SCOPE));
			this.snapshots.drop(NAME);
			this.snapshots.createAfterCommit(NAME, SCOPE);
		});
		assertThat(this.driver.sent).containsExactly(LOOK_UP, DROP, CREATE, LOOK_UP, DROP, CREATE, LOOK_UP);
	}

	@Test
	void itIsDroppedAtOnceWhereThereIsNoTransaction() {
		this.snapshots.drop(NAME);
		assertThat(this.driver.sent).containsExactly(DROP);
	}

	@Test
	void itIsDroppedAfterTheCommitAndNotAfterARollback() {
		oneIsThere();
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.drop(NAME);
			insert();
		});
		assertThat(this.driver.sent).containsExactly(LOOK_UP, "BEGIN", INSERT, "COMMIT", DROP);
		this.driver.sent.clear();
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.drop(NAME);
			status.setRollbackOnly();
		});
		assertThat(this.driver.sent).containsExactly(LOOK_UP);
	}

	@Test
	void itCannotBeDroppedAfterTheCommitWhereThereIsNone() {
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> this.snapshots.drop(NAME)));
		assertThat(this.driver.sent).containsExactly(LOOK_UP);
	}

	@Test
	void itCanBeDroppedAfterTheCommitThatTakesIt() {
		oneIsThereOnce(CREATE);
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.createAfterCommit(NAME, SCOPE);
			this.snapshots.drop(NAME);
		});
		assertThat(this.driver.sent).containsExactly(LOOK_UP, CREATE, LOOK_UP, DROP);
	}

	@Test
	void itIsToldWhetherThereWasOneToDrop() {
		assertThat(this.snapshots.dropIfExists(NAME)).isTrue();
		this.driver.failures.put(DROP,
				new SQLException("internal error: snapshot nightly does not exist", "HY000", 20101));
		assertThat(this.snapshots.dropIfExists(NAME)).isFalse();
		assertThat(this.driver.sent).containsExactly(DROP, DROP);
	}

	@Test
	void itIsToldWhetherThereIsOneToDropAfterTheCommit() {
		this.transaction.executeWithoutResult((status) -> assertThat(this.snapshots.dropIfExists(NAME)).isFalse());
		assertThat(this.driver.sent).containsExactly(LOOK_UP, DROP_IF_EXISTS);
		oneIsThere();
		this.transaction.executeWithoutResult((status) -> assertThat(this.snapshots.dropIfExists(NAME)).isTrue());
		assertThat(this.driver.sent).containsExactly(LOOK_UP, DROP_IF_EXISTS, LOOK_UP, DROP_IF_EXISTS);
	}

	@Test
	void itIsFoundOrMissed() {
		assertThat(this.snapshots.find(NAME)).isEmpty();
		assertThat(this.snapshots.exists(NAME)).isFalse();
		assertThatExceptionOfType(SnapshotNotFoundException.class).isThrownBy(() -> this.snapshots.get(NAME))
			.withMessageContaining("nightly");
		oneIsThere();
		assertThat(this.snapshots.find(NAME)).contains(this.snapshots.get(NAME));
		assertThat(this.snapshots.exists(NAME)).isTrue();
	}

	@Test
	void itIsListedWithTheLatestFirstAndWithoutThoseOfTheServer() {
		answer(LIST, List.of(row("early", 1, "user"), row("branch", 2, "branch"), row("ccpr_1", 3, "user"),
				row("late", 4, "user")));
		assertThat(this.snapshots.list()).extracting(Snapshot::name)
			.containsExactly(SnapshotName.of("late"), SnapshotName.of("early"));
		assertThat(this.snapshots.list(SnapshotFilter.all().namePrefix("ear"))).extracting(Snapshot::name)
			.containsExactly(SnapshotName.of("early"));
	}

	@Test
	void itIsNamedInAQueryOfATableThatItHolds() {
		oneIsThere();
		assertThat(this.snapshots.tableAt(ITEM, NAME)).isEqualTo("`shop`.`item` {SNAPSHOT = 'nightly'}");
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.snapshots.tableAt(TableName.of("other", "item"), NAME));
	}

	@Test
	void itIsNotNeededForAQueryOfAnInstant() {
		assertThat(this.snapshots.tableAt(ITEM, TAKEN_AT)).isEqualTo("`shop`.`item` {MO_TS = 1700000000123456789}");
		assertThat(this.driver.sent).isEmpty();
	}

	private void insert() {
		new JdbcTemplate(this.dataSource).update(INSERT);
	}

	private void oneIsThere() {
		answer(LOOK_UP, List.of(row("nightly", NANOSECONDS, "user")));
		answer(LOOK_UP_TAKEN, List.of(row("nightly", NANOSECONDS, "user")));
	}

	private static SQLException toBeRetried() {
		return new SQLException("txn need retry in rc mode", "HY000", 20628);
	}

	private void oneIsThereOnce(String sent) {
		this.driver.before.put(sent, this::oneIsThere);
	}

	private void answer(String query, List<List<Object>> rows) {
		this.driver.results.put(query, rows);
		this.driver.columns.put(query,
				List.of("sname", "ts", "level", "account_name", "database_name", "table_name", "kind"));
	}

	private static List<Object> row(String name, long nanoseconds, String kind) {
		return List.of(name, nanoseconds, "database", "sys", "shop", "", kind);
	}

}
