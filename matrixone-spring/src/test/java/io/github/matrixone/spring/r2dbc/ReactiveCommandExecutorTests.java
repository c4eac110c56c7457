package io.github.matrixone.spring.r2dbc;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.util.Assert;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.clone.ReactiveCloneTemplate;
import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CountedCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Where reactive commands run, and what becomes of them after a cancellation, without a
 * server.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(30)
class ReactiveCommandExecutorTests {

	private static final SnapshotName NAME = SnapshotName.of("nightly");

	private static final SnapshotScope SCOPE = SnapshotScope.database(DatabaseName.of("shop"));

	private static final String CREATE = "CREATE SNAPSHOT `nightly` FOR DATABASE `shop`";

	private static final String DROP = "DROP SNAPSHOT IF EXISTS `nightly`";

	private static final String CLONE = "CREATE TABLE `copy`.`item` CLONE `shop`.`item`";

	private static final String LIKE = "CREATE TABLE `copy`.`item` LIKE `shop`.`item`";

	private static final TableName ITEM = TableName.of("shop", "item");

	private static final TableName COPY = TableName.of("copy", "item");

	private static final String SECOND = "CREATE TABLE `copy`.`second` CLONE `shop`.`item`";

	private static final String BY_NAME = "SELECT * FROM mo_catalog.mo_snapshots WHERE sname = ?";

	private static final String TAKEN = BY_NAME + " AND ts = ?";

	private static final String MAKE = "INSERT INTO made VALUES (1)";

	private static final String UNDO = "DELETE FROM made";

	private static final String FIRST = "UPDATE a SET n = 1";

	private static final String OTHER = "UPDATE a SET n = 2";

	private static final SqlText ROWS = SqlText.of("SELECT id FROM item");

	private final ScriptedR2dbc driver = new ScriptedR2dbc();

	private final MatrixOneConnectionFactory connectionFactory = new MatrixOneConnectionFactory(this.driver);

	private final ReactiveCommandExecutor executor = new ReactiveCommandExecutor(this.connectionFactory);

	private final ReactiveSnapshotOperations snapshots = new ReactiveSnapshotTemplate(this.executor);

	private final ReactiveCloneOperations clones = new ReactiveCloneTemplate(this.executor);

	private final TransactionalOperator transaction = TransactionalOperator
		.create(new R2dbcTransactionManager(this.connectionFactory));

	private final Sinks.Empty<Void> goOn = Sinks.empty();

	@BeforeEach
	void aSnapshotIsFound() {
		for (String lookUp : List.of(BY_NAME, TAKEN)) {
			this.driver.results.put(lookUp, List.of(ScriptedR2dbc.rowOf("sname", "nightly", "ts", 1L, "level",
					"database", "account_name", "sys", "database_name", "shop", "table_name", "")));
		}
	}

	@Test
	void isObservedBelowWhatReactorsContextHolds() {
		List<String> observed = new ArrayList<>();
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new ObservationHandler<>() {

			@Override
			public void onStop(Observation.Context context) {
				ObservationView parent = context.getParentObservation();
				observed.add(
						context.getName() + " of " + ((parent != null) ? parent.getContextView().getName() : "nobody"));
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		this.executor.setObservationRegistry(registry, null);
		Observation request = Observation.start("request", registry);
		cloneItem().contextWrite((context) -> context.put("micrometer.observation", request)).block();
		cloneItem().block();
		Observation.start("thread", registry).scoped(() -> cloneItem().block());
		assertThat(observed).containsExactly("matrixone.command of request", "matrixone.command of nobody",
				"matrixone.command of thread");
	}

	@Test
	void dropsASnapshotThatWasCancelledWhileItWasTaken() {
		cancelDuring(CREATE, this.snapshots.create(NAME, SCOPE));
		assertThat(this.driver.sent).containsExactly(CREATE, DROP);
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void dropsACloneThatWasCancelledWhileItWasMade() {
		cancelDuring(CLONE, cloneItem());
		assertThat(this.driver.sent).containsExactly(CLONE, "DROP TABLE `copy`.`item`");
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void dropsASnapshotThatWasCancelledWhileItWasLookedUp() {
		cancelDuring(BY_NAME, this.snapshots.create(NAME, SCOPE));
		assertThat(this.driver.sent).containsExactly(CREATE, BY_NAME, DROP);
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void dropsACloneThatWasCancelledWhileItsConnectionWasGivenBack() {
		this.driver.closing = this.goOn.asMono();
		Disposable subscription = cloneItem().subscribe();
		assertThat(this.driver.sent).containsExactly(CLONE);
		subscription.dispose();
		assertThat(this.driver.sent).containsExactly(CLONE);
		this.goOn.tryEmitEmpty();
		assertThat(this.driver.sent).containsExactly(CLONE, "DROP TABLE `copy`.`item`");
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void keepsWhatWasMadeWhereWhatFollowsFails() {
		this.driver.failures.put(BY_NAME, new R2dbcNonTransientResourceException("no"));
		StepVerifier.create(this.snapshots.create(NAME, SCOPE)).verifyError();
		assertThat(this.driver.sent).containsExactly(CREATE, BY_NAME);
	}

	@Test
	void keepsWhatFollowsASuccessOnly() {
		Mono<String> undo = this.executor.beside(new Statement(UNDO, null));
		Statement make = new Statement(MAKE, null);
		StepVerifier.create(this.executor.join(make, Mono.just("used"), undo)).expectNext("used").verifyComplete();
		assertThat(this.driver.sent).containsExactly(MAKE);
		this.driver.failures.put(UNDO, new R2dbcNonTransientResourceException("no"));
		StepVerifier.create(this.executor.join(make, Mono.error(new IllegalStateException("no use")), undo))
			.expectErrorSatisfies((ex) -> assertThat(ex).hasMessage("no use")
				.satisfies((failure) -> assertThat(failure.getSuppressed())
					.hasAtLeastOneElementOfType(DataAccessException.class)))
			.verify();
		assertThat(this.driver.sent).containsExactly(MAKE, MAKE, UNDO);
	}

	@Test
	void undoesWhatWasMadeForAUseOnly() {
		Statement make = new Statement(MAKE, new Statement(UNDO, null));
		StepVerifier.create(this.executor.beside(make, Mono.just("used"))).expectNext("used").verifyComplete();
		StepVerifier.create(this.executor.beside(make, Mono.error(new IllegalStateException("no use"))))
			.verifyErrorMessage("no use");
		this.executor.beside(make, Mono.never()).subscribe().dispose();
		assertThat(this.driver.sent).containsExactly(MAKE, UNDO, MAKE, UNDO, MAKE, UNDO);
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void undoesNothingThatWasNotMade() {
		Statement make = new Statement(MAKE, new Statement(UNDO, null));
		this.driver.failures.put(MAKE, new R2dbcNonTransientResourceException("no"));
		StepVerifier.create(this.executor.beside(make, Mono.just("used"))).verifyError();
		assertThat(this.driver.sent).containsExactly(MAKE);
	}

	@Test
	void leavesWhatATransactionHasMadeToIt() {
		Statement make = new Statement(MAKE, new Statement(UNDO, null));
		Mono<Void> work = this.executor.join(make, Mono.error(new IllegalStateException("no use")))
			.onErrorComplete()
			.then();
		StepVerifier.create(this.transaction.transactional(work)).verifyComplete();
		assertThat(this.driver.sent).containsExactly("BEGIN", MAKE, "COMMIT");
	}

	@Test
	void rollsBackACopyThatWasCancelledWhileItWasMade() {
		cancelDuring(LIKE, this.clones.cloneTable(ITEM, COPY, CloneOptions.byCopy()));
		assertThat(this.driver.sent).containsExactly("BEGIN", LIKE, "ROLLBACK");
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void dropsADatabaseWhoseCloneWasCancelled() {
		String clone = "CREATE DATABASE `copy` CLONE `shop`";
		this.driver.results.put("""
				SELECT 1 FROM mo_catalog.mo_database WHERE lower(datname) = ? AND account_id = current_account_id()""",
				List.of(ScriptedR2dbc.rowOf("1", 1)));
		cancelDuring(clone, this.clones.cloneDatabase(DatabaseName.of("shop"), DatabaseName.of("copy")));
		assertThat(this.driver.sent).endsWith(clone, "DROP DATABASE `copy`");
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void dropsASnapshotOfATransactionThatWasCancelledWhileItWasTaken() {
		cancelDuring(CREATE, this.transaction.transactional(this.snapshots.create(NAME, SCOPE)));
		assertThat(this.driver.sent).containsExactly(CREATE, DROP);
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void tellsWhichSnapshotCouldNotBeDroppedAfterARollback(CapturedOutput output) {
		this.driver.failures.put(DROP, new R2dbcNonTransientResourceException("gone"));
		Mono<?> failing = this.snapshots.create(NAME, SCOPE).then(Mono.error(new IllegalStateException("no")));
		StepVerifier.create(this.transaction.transactional(failing)).verifyErrorMessage("no");
		assertThat(this.driver.sent).containsExactly(CREATE, BY_NAME, TAKEN, DROP, TAKEN);
		assertThat(output).contains("this has failed and is left to you: drop of snapshot nightly");
	}

	@Test
	void dropsNoSnapshotAfterARollbackThatSomebodyHasPutInPlaceOfItsOwn() {
		this.driver.results.remove(TAKEN);
		Mono<?> failing = this.snapshots.create(NAME, SCOPE).then(Mono.error(new IllegalStateException("no")));
		StepVerifier.create(this.transaction.transactional(failing)).verifyErrorMessage("no");
		assertThat(this.driver.sent).containsExactly(CREATE, BY_NAME, TAKEN);
	}

	@Test
	void rollsBackACloneOfATransactionThatWasCancelled() {
		cancelDuring(CLONE, this.transaction.transactional(cloneItem()));
		assertThat(this.driver.sent).containsExactly("BEGIN", CLONE, "ROLLBACK");
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void finishesWhatFollowsACommitAfterACancellation() {
		cancelDuring("COMMIT", this.transaction.transactional(cloneItem().then(cloneItemAfterCommit())));
		assertThat(this.driver.sent).endsWith("COMMIT", SECOND);
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void worksAfterTheCommitOnTheTransactionsOwnConnection() {
		this.transaction.transactional(cloneItem().then(cloneItemAfterCommit())).block();
		assertThat(this.driver.sent).endsWith("COMMIT", SECOND);
		assertThat(this.driver.opened).isEqualTo(1);
	}

	@Test
	void tellsAllSynchronizationsOfTheCommitAlsoIfWhatFollowsItFails() {
		this.driver.failures.put(CREATE, new R2dbcNonTransientResourceException("no", null, 20101));
		this.driver.results.remove(BY_NAME);
		int[] told = new int[1];
		TransactionSynchronization other = new TransactionSynchronization() {

			@Override
			public Mono<Void> afterCompletion(int status) {
				return Mono.fromRunnable(() -> told[0] = (status == STATUS_COMMITTED) ? 1 : -1);
			}

		};
		Mono<Void> work = TransactionSynchronizationManager.forCurrentTransaction()
			.doOnNext((manager) -> manager.registerSynchronization(other))
			.then(this.snapshots.createAfterCommit(NAME, SCOPE))
			.then(cloneItem())
			.then();
		StepVerifier.create(this.transaction.transactional(work)).verifyError(AfterCommitException.class);
		assertThat(told).containsExactly(1);
	}

	@Test
	void readsRowsOneByOneWithTheTypesOfTheDriver() {
		this.driver.results.put(ROWS.sql(), List.of(ScriptedR2dbc.rowOf("id", 1L), ScriptedR2dbc.rowOf("id", 2L)));
		StepVerifier.create(this.executor.query(ROWS, (row) -> Objects.requireNonNull(row.get("id"))))
			.expectNext(List.of(1L, 2L))
			.verifyComplete();
		this.driver.failures.put(ROWS.sql(), new R2dbcNonTransientResourceException("no such table", "42S02", 1146));
		StepVerifier.create(this.executor.query(ROWS, (row) -> row)).verifyError(BadSqlGrammarException.class);
	}

	@Test
	void joinsTheCurrentTransactionOrHasOneOfItsOwn() {
		Mono<String> work = this.executor.inTransaction(this.executor.join(new Count(1)).thenReturn("done"));
		StepVerifier.create(work).expectNext("done").verifyComplete();
		assertThat(this.driver.sent).containsExactly("BEGIN", FIRST, OTHER, "COMMIT");
		this.driver.sent.clear();
		Mono<String> joined = this.executor.join(new Count(1)).then(work);
		StepVerifier.create(this.transaction.transactional(joined)).expectNext("done").verifyComplete();
		assertThat(this.driver.sent).containsExactly("BEGIN", FIRST, OTHER, FIRST, OTHER, "COMMIT");
		assertThat(this.driver.opened).isEqualTo(2);
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void rollsBackATransactionOfItsOwnThatFails() {
		Mono<String> work = this.executor
			.inTransaction(this.executor.join(new Count(1)).then(Mono.error(new IllegalStateException("no"))));
		StepVerifier.create(work).verifyErrorMessage("no");
		assertThat(this.driver.sent).containsExactly("BEGIN", FIRST, OTHER, "ROLLBACK");
	}

	@Test
	void sendsNothingMoreOfACommandThatHasNotChangedAsManyRowsAsItWasTo() {
		Mono<?> work = this.executor.inTransaction(this.executor.join(new Count(2)));
		StepVerifier.create(work).verifyErrorMessage("1 rows by statement 0");
		assertThat(this.driver.sent).containsExactly("BEGIN", FIRST, "ROLLBACK");
		this.driver.sent.clear();
		StepVerifier.create(this.executor.join(new Count(2))).verifyErrorMessage("1 rows by statement 0");
		assertThat(this.driver.sent).containsExactly("BEGIN", FIRST, "ROLLBACK");
	}

	@Test
	void sendsNothingMoreOfACommandThatIsCancelled() {
		cancelDuring(FIRST, this.executor.inTransaction(this.executor.join(new Count(1))));
		assertThat(this.driver.sent).containsExactly("BEGIN", FIRST, "ROLLBACK");
		assertAllConnectionsAreGivenBack();
	}

	@Test
	void aTransactionThatIsLostCanOnlyBeRolledBack() {
		Mono<?> work = cloneItem().then(this.executor.loseTransaction("The merge has failed"));
		StepVerifier.create(this.transaction.transactional(work))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(TransactionLostException.class)
				.hasMessageContaining("The merge has failed"))
			.verify();
		assertThat(this.driver.sent).containsExactly("BEGIN", CLONE, "ROLLBACK");
		StepVerifier.create(this.executor.loseTransaction("There is none").then(cloneItem())).verifyComplete();
	}

	@Test
	void endsAQueryThatGoesOnThoughItsTransactionIsRolledBack() {
		this.driver.delays.put(ROWS.sql(), this.goOn.asMono());
		this.driver.delays.put("KILL QUERY 7", Mono.fromRunnable(this.goOn::tryEmitEmpty));
		Sinks.Empty<Void> rolledBack = Sinks.empty();
		this.driver.delays.put("ROLLBACK", Mono.fromRunnable(rolledBack::tryEmitEmpty));
		StepVerifier.create(this.transaction.transactional(cloneItem().then(this.executor.query(ROWS))))
			.expectSubscription()
			.then(() -> assertThat(this.driver.sent).endsWith(ROWS.sql()))
			.thenCancel()
			.verify();
		rolledBack.asMono().block();
		assertThat(this.driver.sent).containsExactly("BEGIN", CLONE, ROWS.sql(), "KILL QUERY 7", "ROLLBACK");
	}

	@Test
	void tellsWhatATransactionHasDoneWhenItsStatementsHaveEnded() {
		Mono<Void> refused = this.executor.withCurrentTransaction((current) -> Objects.requireNonNull(current)
			.require((history) -> Assert.state(!history.hasCloned(), "It has cloned")));
		StepVerifier.create(this.transaction.transactional(refused)).verifyComplete();
		StepVerifier.create(this.transaction.transactional(cloneItem().then(refused)))
			.verifyErrorMessage("It has cloned");
	}

	@Test
	void saysThatAConnectionOfItsOwnCouldNotBeHad() {
		ConnectionFactory none = mock(ConnectionFactory.class);
		given(none.create()).willAnswer((invocation) -> Mono.error(new ConnectException("refused")));
		ReactiveCommandExecutor poor = new ReactiveCommandExecutor(this.connectionFactory, (server) -> none);
		Mono<?> create = new ReactiveSnapshotTemplate(poor).create(NAME, SCOPE);
		StepVerifier.create(this.transaction.transactional(create))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(DataAccessResourceFailureException.class)
				.hasMessageContaining("connection of its own"))
			.verify();
	}

	@Test
	void refusesAConnectionThatNothingProtects() {
		ReactiveCommandExecutor unprotected = new ReactiveCommandExecutor(this.driver);
		Mono<?> create = new ReactiveSnapshotTemplate(unprotected).create(NAME, SCOPE);
		StepVerifier.create(create)
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(NotAllowedInTransactionException.class)
				.hasMessageStartingWith("Nothing was done")
				.hasMessageContaining("r2dbc:pool:matrixone://")
				.hasMessageContaining("new MatrixOneConnectionFactory(driverFactory)"))
			.verify();
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void refusesAnotherServer() {
		this.driver.version = "8.4.0";
		StepVerifier.create(this.snapshots.create(NAME, SCOPE))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(UnsupportedByServerException.class)
				.hasMessageContaining("8.4.0")
				.hasMessageContaining("spring.r2dbc.url"))
			.verify();
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void doesNothingBeforeItIsSubscribedTo() {
		this.snapshots.create(NAME, SCOPE);
		assertThat(this.driver.opened).isZero();
	}

	private Mono<Void> cloneItem() {
		return this.clones.cloneTable(ITEM, COPY);
	}

	private Mono<?> cloneItemAfterCommit() {
		return this.clones.cloneTableAfterCommit(ITEM, TableName.of("copy", "second"));
	}

	private void cancelDuring(String statement, Mono<?> work) {
		this.driver.delays.put(statement, this.goOn.asMono());
		Disposable subscription = work.subscribe();
		assertThat(this.driver.sent).contains(statement);
		subscription.dispose();
		this.goOn.tryEmitEmpty();
	}

	private void assertAllConnectionsAreGivenBack() {
		assertThat(this.driver.closed).isEqualTo(this.driver.opened);
	}

	/**
	 * A command of one statement.
	 *
	 * @param sql the statement
	 * @param undo what undoes it, or {@code null}
	 */
	private record Statement(String sql, @Nullable Statement undo) implements Command {

		@Override
		public List<SqlText> statements() {
			return List.of(SqlText.of(this.sql));
		}

	}

	/**
	 * A command of two statements.
	 *
	 * @param expected how many rows each is to change
	 */
	private record Count(long expected) implements CountedCommand {

		@Override
		public List<SqlText> statements() {
			return List.of(SqlText.of(FIRST), SqlText.of(OTHER));
		}

		@Override
		public void requireChanged(int statement, long changed) {
			Assert.state(changed == this.expected, () -> changed + " rows by statement " + statement);
		}

		@Override
		public String description() {
			return "count";
		}

	}

}
