package io.github.matrixone.spring.r2dbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterCommit.State;
import io.github.matrixone.spring.transaction.NamedLock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What reactive transactions write to the journal when something goes wrong.
 */
@Timeout(30)
class ReactiveJournalTests {

	private static final SnapshotName NAME = SnapshotName.of("nightly");

	private static final SnapshotScope SCOPE = SnapshotScope.database("shop");

	private static final String FIND = "SELECT * FROM mo_catalog.mo_snapshots WHERE sname = ?";

	private static final String WRITE = "INSERT INTO journal VALUES ('beside', 'snapshot nightly')";

	private static final String CREATE = "CREATE SNAPSHOT `nightly` FOR DATABASE `shop`";

	private static final String REMOVE = "DELETE FROM journal WHERE entry_id = 'beside'";

	private static final String DROP = "DROP SNAPSHOT IF EXISTS `nightly`";

	private static final String LOCK = "SELECT GET_LOCK(?, ?)";

	private static final String PAUSE = NamedLock.PAUSE.sql();

	private static final String RELEASE = "SELECT RELEASE_LOCK(?)";

	private static final String REMOVE_ONCE = "DELETE FROM journal WHERE entry_id = 'once 0'";

	private final ScriptedR2dbc driver = new ScriptedR2dbc();

	private final MatrixOneConnectionFactory connectionFactory = new MatrixOneConnectionFactory(this.driver);

	private final ReactiveCommandExecutor executor = new ReactiveCommandExecutor(this.connectionFactory);

	private final ReactiveSnapshotTemplate snapshots = new ReactiveSnapshotTemplate(this.executor);

	private final ScriptedJournal journal = new ScriptedJournal();

	private final TransactionalOperator transaction = TransactionalOperator
		.create(new R2dbcTransactionManager(this.connectionFactory));

	@BeforeEach
	void journal() {
		this.executor.setJournal(this.journal);
		this.driver.results.put(LOCK, List.of(ScriptedR2dbc.rowOf("l", 1)));
		this.driver.results.put(ScriptedJournal.ENTRIES, List.of(ScriptedR2dbc.rowOf("entry_id", "once 0")));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void saysHowTheTableIsMadeWhereItIsMissing(boolean afterCommit) {
		this.driver.failures.put(afterCommit ? "INSERT INTO journal VALUES ('once 0', 'snapshot nightly')" : WRITE,
				new ServerException("SQL parser error: table \"journal\" does not exist", 1064));
		Mono<?> work = afterCommit ? this.snapshots.createAfterCommit(NAME, SCOPE) : this.snapshots.create(NAME, SCOPE);
		StepVerifier.create(this.transaction.transactional(work))
			.verifyErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(TableNotFoundException.class)
				.hasMessageContaining("matrixone.journal.initialize-schema=always"));
		assertThat(this.driver.sent).doesNotContain(CREATE);
	}

	@ParameterizedTest
	@ValueSource(strings = { WRITE, CREATE, REMOVE })
	void undoesASnapshotWhoseTransactionIsCancelledMeanwhile(String statement) {
		Sinks.Empty<Void> answer = Sinks.empty();
		this.driver.delays.put(statement, answer.asMono());
		Disposable subscription = this.transaction.transactional(this.snapshots.create(NAME, SCOPE)).subscribe();
		await().until(() -> this.driver.sent.contains(statement));
		subscription.dispose();
		this.driver.delays.clear();
		answer.tryEmitEmpty();
		await().until(() -> this.driver.opened == this.driver.closed);
		assertThat(this.driver.sent).containsExactly(FIND, WRITE, CREATE, "BEGIN", REMOVE, "ROLLBACK", DROP, REMOVE);
	}

	@Test
	void writesNothingWhereItIsCancelledBefore() {
		Sinks.Empty<Void> answer = Sinks.empty();
		this.driver.delays.put("UPDATE item SET a = 1", answer.asMono());
		Disposable subscription = this.transaction
			.transactional(Mono.zip(this.executor.join(new Update()).defaultIfEmpty(""),
					this.snapshots.createAfterCommit(NAME, SCOPE), this.snapshots.create(NAME, SCOPE)))
			.subscribe();
		await().until(() -> this.driver.sent.contains("UPDATE item SET a = 1"));
		subscription.dispose();
		answer.tryEmitEmpty();
		await().until(() -> this.driver.opened == this.driver.closed);
		assertThat(this.driver.sent).containsExactly("BEGIN", "UPDATE item SET a = 1", "ROLLBACK");
	}

	@Test
	void removesTheEntryOfASnapshotThatTheServerHasRefused() {
		failCreate(new ServerException("snapshot nightly already exists", 20101));
		assertThat(this.driver.sent).containsExactly(FIND, WRITE, CREATE, REMOVE);
	}

	@Test
	void leavesTheEntryOfASnapshotThatMayHaveBeenTaken() {
		failCreate(new R2dbcNonTransientResourceException("gone"));
		assertThat(this.driver.sent).containsExactly(FIND, WRITE, CREATE);
	}

	@Test
	void refusesASnapshotWhoseEntryIsNotThereAnyMore() {
		this.driver.counts.put(REMOVE, 0L);
		this.transaction.transactional(this.snapshots.create(NAME, SCOPE))
			.as(StepVerifier::create)
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(SnapshotNotFoundException.class)
				.hasMessageContaining("taken so long"))
			.verify();
		assertThat(this.driver.sent).containsExactly(FIND, WRITE, CREATE, "BEGIN", REMOVE, "ROLLBACK", DROP, REMOVE);
	}

	@Test
	void saysThatTheJournalKeepsWhatCouldNotBeDone() {
		this.driver.failures.put(CREATE, new R2dbcNonTransientResourceException("gone"));
		failAfterCommit("they are tried again");
		assertThat(this.driver.sent).doesNotContain(REMOVE_ONCE).endsWith(CREATE, RELEASE);
	}

	@Test
	void removesTheEntryOfWhatCanNeverBeDone() {
		this.driver.failures.put(CREATE, new ServerException("snapshot nightly already exists", 20101));
		failAfterCommit("already exists");
		assertThat(this.driver.sent).endsWith(CREATE, REMOVE_ONCE, RELEASE);
	}

	@Test
	void givesTheLockBackWhereTheEntriesCannotBeRead() {
		this.driver.failures.put(ScriptedJournal.ENTRIES, new ServerException("refused", 20101));
		failAfterCommit("refused");
		assertThat(this.driver.sent).doesNotContain(CREATE).endsWith(RELEASE);
	}

	@Test
	void asksForTheLockAgainUntilItIsFree() {
		this.journal.lockTimeout = Duration.ofSeconds(30);
		this.driver.results.put(LOCK, List.of(ScriptedR2dbc.rowOf("l", 0)));
		this.driver.delays.put(PAUSE,
				Mono.fromRunnable(() -> this.driver.results.put(LOCK, List.of(ScriptedR2dbc.rowOf("l", 1)))));
		this.transaction.transactional(this.snapshots.createAfterCommit(NAME, SCOPE)).onErrorComplete().block();
		assertThat(this.driver.sent).containsSequence("COMMIT", LOCK, PAUSE, LOCK, ScriptedJournal.ENTRIES, CREATE);
	}

	@Test
	void leavesTheWorkToTheRecoveryThatIsAtItForLong() {
		this.journal.lockTimeout = Duration.ofMillis(20);
		this.driver.results.put(LOCK, List.of(ScriptedR2dbc.rowOf("l", 0)));
		failAfterCommit("another process");
		assertThat(this.driver.sent).contains(PAUSE).doesNotContain(CREATE, RELEASE);
	}

	@Test
	void worksOnTheTransactionsConnectionAfterTheCommit() {
		this.transaction.transactional(this.snapshots.createAfterCommit(NAME, SCOPE)).onErrorComplete().block();
		assertThat(this.driver.sent).contains(LOCK, CREATE);
		assertThat(this.driver.opened).isOne();
	}

	@Test
	void keepsTheOrderInWhichWorkIsAskedForAtTheSameTime() {
		this.driver.delays.put("INSERT INTO journal VALUES ('once 0', 'drop of snapshot nightly')",
				Mono.delay(Duration.ofMillis(50)).then());
		this.driver.results.put(ScriptedJournal.ENTRIES, List.of());
		List<AfterCommit<?>> handles = new ArrayList<>();
		this.transaction
			.transactional(Mono
				.zip(this.snapshots.dropIfExists(NAME), this.snapshots.dropIfExists(SnapshotName.of("other")),
						this.snapshots.createAfterCommit(NAME, SCOPE))
				.doOnNext((results) -> handles.add(results.getT3()))
				.then())
			.onErrorComplete()
			.block();
		assertThat(this.driver.sent).containsSubsequence(
				"INSERT INTO journal VALUES ('once 0', 'drop of snapshot nightly')",
				"INSERT INTO journal VALUES ('once 1', 'drop of snapshot other')",
				"INSERT INTO journal VALUES ('once 2', 'snapshot nightly')", "COMMIT",
				"DELETE FROM journal WHERE entry_id = 'once 0'", "DELETE FROM journal WHERE entry_id = 'once 1'");
		assertThat(handles.get(0).state()).as("a snapshot that another process has taken is looked up")
			.isEqualTo(State.FAILED);
	}

	@Test
	void preparesTheJournalOnce() {
		Mono<?> work = this.transaction.transactional(this.snapshots.dropIfExists(NAME));
		work.then(work).block();
		assertThat(this.journal.prepared).isOne();
	}

	@Test
	void endsAStatementThatTakesTooLong() {
		Sinks.Empty<Void> answer = Sinks.empty();
		this.driver.delays.put(WRITE, answer.asMono());
		this.driver.failures.put(WRITE, new ServerException("context canceled", 20101));
		this.driver.delays.put("KILL QUERY 7", Mono.fromRunnable(answer::tryEmitEmpty));
		Mono<Long> update = this.executor.onOwnConnection(this.connectionFactory,
				(session) -> session.update(SqlText.of(WRITE), Duration.ofMillis(10)));
		update.as(StepVerifier::create).expectError(QueryTimeoutException.class).verify();
		assertThat(this.driver.sent).containsExactly(WRITE, "KILL QUERY 7");
		assertThat(this.driver.opened).isEqualTo(this.driver.closed);
	}

	@Test
	void endsNoStatementThatIsInTime() {
		Long changed = this.executor
			.onOwnConnection(this.connectionFactory,
					(session) -> session.update(SqlText.of(WRITE), Duration.ofSeconds(20)))
			.block();
		assertThat(changed).isOne();
		assertThat(this.driver.sent).containsExactly(WRITE);
	}

	private void failCreate(R2dbcException failure) {
		this.driver.failures.put(CREATE, failure);
		this.transaction.transactional(this.snapshots.create(NAME, SCOPE))
			.as(StepVerifier::create)
			.expectError(DataAccessException.class)
			.verify();
	}

	private void failAfterCommit(String message) {
		this.transaction.transactional(this.snapshots.createAfterCommit(NAME, SCOPE))
			.as(StepVerifier::create)
			.expectErrorSatisfies(
					(ex) -> assertThat(ex).isInstanceOf(AfterCommitException.class).hasMessageContaining(message))
			.verify();
	}

	/**
	 * A write of the application's.
	 */
	private record Update() implements Command {

		@Override
		public List<SqlText> statements() {
			return List.of(SqlText.of("UPDATE item SET a = 1"));
		}

	}

	/**
	 * An error of the server.
	 */
	private static final class ServerException extends R2dbcException {

		private static final long serialVersionUID = 1L;

		private ServerException(String message, int code) {
			super(message, "HY000", code);
		}

	}

}
