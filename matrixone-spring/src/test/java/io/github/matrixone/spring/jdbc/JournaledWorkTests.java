package io.github.matrixone.spring.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.TestCommand;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.journal.JournalTable;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterCommit.State;
import io.github.matrixone.spring.transaction.Journal;
import io.github.matrixone.spring.transaction.NamedLock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is sent for a journal, by how the transaction and what follows it end.
 */
class JournaledWorkTests {

	private static final String LOCK = "SELECT GET_LOCK(?, ?)";

	private static final String PAUSE = NamedLock.PAUSE.sql();

	private static final String UNLOCK = "SELECT RELEASE_LOCK(?)";

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	private final JdbcTransactionManager transactionManager = new JdbcTransactionManager(this.dataSource);

	private final TransactionTemplate transaction = new TransactionTemplate(this.transactionManager);

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, this.driver.matrixOne(),
			new ServerBackend());

	private final PlainJournal journal = new PlainJournal();

	private final List<AfterCommit<Boolean>> handles = new ArrayList<>();

	@BeforeEach
	void setUp() {
		this.transactionManager.setExceptionTranslator(new MatrixOneExceptionTranslator());
		this.executor.setJournal(this.journal);
		this.driver.results.put(LOCK, List.of(List.of("1")));
		this.driver.results.put(UNLOCK, List.of(List.of("1")));
		this.driver.results.put("OPEN", List.of(List.of("first"), List.of("second")));
	}

	@Test
	void writesEntriesInTheTransactionAndRemovesThemWhenTheWorkIsDone() {
		afterCommit();
		assertThat(this.driver.sent).containsExactly("BEGIN", "WRITE first", "WRITE second", "COMMIT", LOCK, "OPEN",
				"first", "REMOVE first", "second", "REMOVE second", UNLOCK);
		assertThat(this.handles).extracting(AfterCommit::state).containsOnly(State.DONE);
	}

	@Test
	void doesNotRepeatWhatARecoveryHasDone() {
		this.driver.results.put("OPEN", List.of(List.of("second")));
		afterCommit();
		assertThat(this.driver.sent).doesNotContain("first").contains("second");
		assertThat(this.handles.get(0).get()).as("the result, looked up").isFalse();
		assertThat(this.handles.get(1).get()).isTrue();
	}

	@Test
	void keepsTheEntriesOfWorkThatFailsForWantOfAConnection() {
		this.driver.failures.put("first", new SQLNonTransientConnectionException("gone", "08S01"));
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(this::afterCommit)
			.withMessageContaining("first (which may have been done), second")
			.withMessageContaining("The journal keeps them");
		assertThat(this.driver.sent).doesNotContain("second", "REMOVE first", "REMOVE second").endsWith(UNLOCK);
		assertThat(this.handles).extracting(AfterCommit::state).containsOnly(State.FAILED);
	}

	@Test
	void removesTheEntriesOfWorkThatCanNeverBeDone() {
		this.driver.failures.put("first", new SQLException("Database shop does not exist", "HY000", 1049));
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(this::afterCommit)
			.withMessageContaining("first, second")
			.withMessageNotContaining("journal");
		assertThat(this.driver.sent).doesNotContain("second").contains("REMOVE first", "REMOVE second");
	}

	@Test
	void goesOnWithAnotherConnectionWhereTheFirstHasFailedAndTakesUpTheRestAnew() {
		this.driver.failNext("REMOVE first", new SQLException("second answer", "HY000", 1105));
		this.driver.before.put("REMOVE first", () -> this.driver.results.put("OPEN", List.of(List.of("second"))));
		afterCommit();
		assertThat(this.driver.sent).containsExactly("BEGIN", "WRITE first", "WRITE second", "COMMIT", LOCK, "OPEN",
				"first", "REMOVE first", UNLOCK, LOCK, "OPEN", "second", "REMOVE second", UNLOCK);
		assertThat(this.handles).extracting(AfterCommit::state).containsOnly(State.DONE);
	}

	@Test
	void leavesTheRestToARecoveryThatHasTakenItUpMeanwhile() {
		this.driver.failNext("REMOVE first", new SQLException("second answer", "HY000", 1105));
		this.driver.before.put("REMOVE first", () -> this.driver.results.put("OPEN", List.of()));
		afterCommit();
		assertThat(this.driver.sent).doesNotContain("second");
		assertThat(this.handles.get(1).get()).as("the result, looked up").isFalse();
	}

	@Test
	void asksForTheLockAgainUntilItIsFree() {
		this.journal.lockTimeout = Duration.ofSeconds(30);
		this.driver.results.put(LOCK, List.of(List.of("0")));
		this.driver.before.put(PAUSE, () -> this.driver.results.put(LOCK, List.of(List.of("1"))));
		afterCommit();
		assertThat(this.driver.sent).containsSequence("COMMIT", LOCK, PAUSE, LOCK, "OPEN", "first");
	}

	@Test
	void leavesTheWorkToTheRecoveryThatIsAtItForLong() {
		this.journal.lockTimeout = Duration.ofMillis(20);
		this.driver.results.put(LOCK, List.of(List.of("0")));
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(this::afterCommit)
			.withMessageContaining("another process");
		assertThat(this.driver.sent).contains(PAUSE).doesNotContain("first", UNLOCK);
	}

	@Test
	void givesALockBackWhoseAnswerWasLost() {
		this.driver.failures.put(LOCK, new SQLException("a part of the server does not answer", "HY000", 20503));
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(this::afterCommit);
		assertThat(this.driver.sent).endsWith(LOCK, UNLOCK);
	}

	@Test
	void leavesTheWorkToTheRecoveryThatIsAtIt() {
		this.driver.results.put(LOCK, List.of(List.of("0")));
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(this::afterCommit)
			.withMessageContaining("another process")
			.withMessageContaining("The journal keeps them");
		assertThat(this.driver.sent).doesNotContain("first", "REMOVE first");
	}

	@Test
	void leavesEverythingToTheRecoveryWhereTheOutcomeIsUnknown() {
		this.driver.failures.put("COMMIT", new SQLNonTransientConnectionException("gone", "08S01"));
		assertThatExceptionOfType(CommitOutcomeUnknownException.class).isThrownBy(() -> inTransaction((current) -> {
			beside(current);
			work(current, "first");
		}));
		assertThat(this.driver.sent).containsSequence("WRITE beside", "beside", "BEGIN", "REMOVE beside", "WRITE first")
			.doesNotContain("first", "undo beside");
		assertThat(this.handles.get(0).state()).isEqualTo(State.PENDING);
	}

	@Test
	void takesBackWhatWasMadeBesideAfterARollback() {
		this.transaction.executeWithoutResult((status) -> {
			beside(current());
			status.setRollbackOnly();
		});
		assertThat(this.driver.sent).containsExactly(TestCommand.LOOK_UP, "WRITE beside", "beside", "BEGIN",
				"REMOVE beside", "ROLLBACK", "undo beside", "REMOVE beside");
	}

	@Test
	void leavesACommandWhoseAnswerWasLostToTheRecovery() {
		this.driver.failures.put("beside", new SQLNonTransientConnectionException("gone", "08S01"));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> inTransaction((current) -> beside(current)));
		assertThat(this.driver.sent).containsExactly(TestCommand.LOOK_UP, "WRITE beside", "beside");
	}

	@Test
	void forgetsACommandThatWasRefused() {
		this.driver.failures.put("beside", new SQLException("no such database", "HY000", 1049));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> inTransaction((current) -> beside(current)));
		assertThat(this.driver.sent).containsExactly(TestCommand.LOOK_UP, "WRITE beside", "beside", "REMOVE beside");
	}

	@Test
	void makesNothingBesideThatIsThereAlready() {
		this.driver.results.put(TestCommand.LOOK_UP, List.of(List.of("alike")));
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> inTransaction(JournaledWorkTests::beside))
			.withMessageContaining("beside is there already");
		assertThat(this.driver.sent).containsExactly(TestCommand.LOOK_UP);
	}

	@Test
	void makesNothingBesideThatAnotherTransactionIsMaking() {
		this.driver.failures.put("WRITE beside", new SQLException("Duplicate entry", "23000", 1062));
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> inTransaction(JournaledWorkTests::beside))
			.withMessageContaining("beside is being made");
		assertThat(this.driver.sent).containsExactly(TestCommand.LOOK_UP, "WRITE beside");
	}

	@ParameterizedTest
	@ValueSource(strings = { "WRITE beside", "WRITE first" })
	void saysHowTheTableIsMadeWhereItIsMissing(String entry) {
		this.driver.failures.put(entry,
				new SQLException("SQL parser error: table \"journal\" does not exist", "HY000", 1064));
		Consumer<CurrentTransaction> work = entry.endsWith("beside") ? JournaledWorkTests::beside
				: (current) -> work(current, "first");
		assertThatExceptionOfType(TableNotFoundException.class).isThrownBy(() -> inTransaction(work))
			.withMessageContaining("matrixone.journal.initialize-schema=always")
			.withMessageContaining(JournalTable.SCHEMA);
		assertThat(this.driver.sent).doesNotContain("beside", "first");
	}

	@Test
	void sendsNothingForTransactionsThatUseNeither() {
		this.transaction
			.executeWithoutResult((status) -> new JdbcTemplate(this.dataSource).update("INSERT INTO item VALUES (1)"));
		assertThat(this.driver.sent).containsExactly("BEGIN", "INSERT INTO item VALUES (1)", "COMMIT");
	}

	private void afterCommit() {
		inTransaction((current) -> {
			work(current, "first");
			work(current, "second");
		});
	}

	private void work(CurrentTransaction current, String name) {
		TestCommand work = new TestCommand(name);
		this.handles.add(this.executor.afterCommit(current, work, (own) -> {
			own.execute(work);
			return true;
		}, (own) -> false));
	}

	private static void beside(CurrentTransaction current) {
		current.beside(new TestCommand("beside"), (activity) -> {
		});
	}

	private void inTransaction(Consumer<CurrentTransaction> work) {
		this.transaction.executeWithoutResult((status) -> work.accept(current()));
	}

	private CurrentTransaction current() {
		CurrentTransaction current = this.executor.currentTransaction();
		assertThat(current).isNotNull();
		return current;
	}

	private static final class PlainJournal implements Journal {

		private Duration lockTimeout = Duration.ZERO;

		@Override
		public void prepare() {
		}

		@Override
		public Entry unlessCommitted(UndoableCommand command) {
			return entry(command);
		}

		@Override
		public Entry onceCommitted(String transaction, int position, JournaledCommand command) {
			return entry(command);
		}

		@Override
		public SqlText entriesOf(String transaction) {
			return SqlText.of("OPEN");
		}

		@Override
		public String lockOf(String transaction) {
			return transaction;
		}

		@Override
		public Duration lockTimeout() {
			return this.lockTimeout;
		}

		private static Entry entry(JournaledCommand command) {
			String id = command.description();
			return new Entry(id, SqlText.of("WRITE " + id), SqlText.of("REMOVE " + id));
		}

	}

}
