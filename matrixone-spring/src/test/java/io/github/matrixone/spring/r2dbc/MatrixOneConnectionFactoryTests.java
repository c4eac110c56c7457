package io.github.matrixone.spring.r2dbc;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is sent for reactive transactions, without a server.
 */
@Timeout(30)
class MatrixOneConnectionFactoryTests {

	private static final String SELECT = "SELECT 1";

	private static final String LEVEL_TRY = "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE";

	private static final String INSERT = "INSERT INTO item VALUES (1)";

	private static final String UPDATE = "UPDATE item SET name = 'x'";

	private final ScriptedR2dbc driver = new ScriptedR2dbc();

	private final MatrixOneConnectionFactory connectionFactory = new MatrixOneConnectionFactory(this.driver);

	private final DatabaseClient client = DatabaseClient.create(this.connectionFactory);

	private final R2dbcTransactionManager manager = new R2dbcTransactionManager(this.connectionFactory);

	private final TransactionalOperator transaction = TransactionalOperator.create(this.manager);

	@Test
	void sendsNothingInAnEmptyTransaction() {
		verify(Mono.empty()).verifyComplete();
		assertThat(this.driver.sent).isEmpty();
		assertThat(this.driver.closed).isEqualTo(1);
	}

	@Test
	void sendsTwoStatementsMoreThanTheTransactionHas() {
		verify(update(INSERT).then(update(UPDATE))).verifyComplete();
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, UPDATE, "COMMIT");
	}

	@Test
	void beginsWithTheFirstWrite() {
		verify(update(SELECT).then(update(INSERT)).then(update(SELECT))).verifyComplete();
		assertThat(this.driver.sent).containsExactly(SELECT, "BEGIN", INSERT, SELECT, "COMMIT");
	}

	@Test
	void sendsTheStatementsOfATransactionThatReadsAndNothingElse() {
		verify(update(SELECT).then(update(SELECT))).verifyComplete();
		assertThat(this.driver.sent).containsExactly(SELECT, SELECT);
	}

	@Test
	void beginsWithTheFirstReadWhereTheServerKeepsToAnIsolationLevel() {
		this.driver.results.put(ScriptedR2dbc.LEVEL, List.of(ScriptedR2dbc.rowOf("level", "REPEATABLE-READ")));
		this.driver.failures.put(LEVEL_TRY, new R2dbcNonTransientResourceException("no", "HY000", 20105));
		verify(update(SELECT)).verifyComplete();
		assertThat(this.driver.sent).containsExactly(LEVEL_TRY, "BEGIN", SELECT, "COMMIT");
	}

	@Test
	void runsUnderReadCommittedWhereThatIsSet() {
		this.connectionFactory.setDowngradeIsolation(true);
		StepVerifier.create(Mono.usingWhen(this.connectionFactory.create(),
				(connection) -> Mono.from(connection.setTransactionIsolationLevel(IsolationLevel.SERIALIZABLE)),
				Connection::close))
			.verifyComplete();
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void rollsBackOnAnError() {
		verify(update(INSERT).then(Mono.error(new IllegalStateException("no")))).verifyErrorMessage("no");
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "ROLLBACK");
	}

	@Test
	void sendsTheStatementsOfAReadOnlyTransactionAndNothingElse() {
		readOnly().transactional(update(SELECT).then(update(SELECT))).as(StepVerifier::create).verifyComplete();
		assertThat(this.driver.sent).containsExactly(SELECT, SELECT);
	}

	@Test
	void refusesAWriteInAReadOnlyTransaction() {
		readOnly().transactional(update(INSERT))
			.as(StepVerifier::create)
			.verifyError(NotAllowedInTransactionException.class);
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void asksOnceWhoAConnectionIs() {
		Connection connection = this.connectionFactory.create().block();
		execute(connection, SELECT).thenMany(execute(connection, SELECT)).blockLast();
		assertThat(this.driver.asked).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE SNAPSHOT s FOR ACCOUNT", "RESTORE DATABASE d {SNAPSHOT = 's'}", "BEGIN",
			"DATA BRANCH CREATE TABLE a FROM b", "LOCK TABLES a READ" })
	void refusesWhatWouldEscapeTheTransaction(String statement) {
		verify(update(statement)).verifyError(NotAllowedInTransactionException.class);
		assertThat(this.driver.sent).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SAVEPOINT a", "SELECT 1 FROM a FOR SHARE" })
	void refusesWhatTheServerDoesNotDo(String statement) {
		verify(update(statement)).verifyError(UnsupportedByServerException.class);
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void refusesALiveCloneOfATableThatTheTransactionHasModified() {
		verify(update(UPDATE).then(update("CREATE TABLE copy CLONE shop.item")))
			.verifyError(UncommittedChangesException.class);
		assertThat(this.driver.sent).containsExactly("BEGIN", UPDATE, "ROLLBACK");
	}

	@Test
	void refusesSetAfterAWriteAndBeginsAnewAfterOneBefore() {
		verify(update(SELECT).then(update("SET @a = 1")).then(update(INSERT)).then(update("SET @a = 2")))
			.verifyError(NotAllowedInTransactionException.class);
		assertThat(this.driver.sent).containsExactly(SELECT, "SET @a = 1", "BEGIN", INSERT, "ROLLBACK");
	}

	@Test
	void takesTurnsToChangeWhatWrittenRowsReference() {
		String foreignKeys = """
				SELECT refer_db_name, refer_table_name, column_name, refer_column_name
				FROM mo_catalog.mo_foreign_keys
				WHERE lower(db_name) = ? AND lower(table_name) = ?""";
		this.driver.results.put(foreignKeys, List
			.of(ScriptedR2dbc.rowOf("database", "shop", "table", "item", "column", "item_id", "referenced", "id")));
		this.driver.results.put("SELECT GET_LOCK(?, ?)", List.of(ScriptedR2dbc.rowOf("taken", 1)));
		verify(update("INSERT INTO line VALUES (1)").then(update(UPDATE))).verifyComplete();
		assertThat(this.driver.sent).containsExactly("BEGIN", "INSERT INTO line VALUES (1)", foreignKeys,
				"SELECT GET_LOCK(?, ?)", UPDATE, "COMMIT", "SELECT RELEASE_LOCK(?)");
	}

	@Test
	void sendsNothingMoreAfterTheServerHasDroppedTheTransaction() {
		this.driver.failures.put(UPDATE, error(20701));
		Mono<Void> work = update(INSERT).then(update(UPDATE))
			.onErrorResume(CannotAcquireLockException.class, (ex) -> update(SELECT));
		verify(work).verifyError(TransactionLostException.class);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, UPDATE, "ROLLBACK");
	}

	@Test
	void doesNotCommitWhatTheServerHasDropped() {
		this.driver.failures.put(UPDATE, error(20701));
		verify(update(INSERT).then(update(UPDATE)).onErrorComplete()).verifyError(TransactionLostException.class);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, UPDATE, "ROLLBACK");
	}

	@Test
	void saysSoWhereAutoCommitWouldCommitWhatTheServerHasDropped() {
		this.driver.failures.put(UPDATE, error(20701));
		Connection connection = Objects.requireNonNull(Mono.from(this.connectionFactory.create()).block());
		Mono.from(connection.setAutoCommit(false)).block();
		StepVerifier.create(Flux.from(connection.createStatement(UPDATE).execute()).flatMap(Result::getRowsUpdated))
			.verifyError();
		StepVerifier.create(connection.setAutoCommit(true)).verifyError(TransactionLostException.class);
		assertThat(connection.isAutoCommit()).isTrue();
		Mono.from(connection.close()).block();
		assertThat(this.driver.sent).containsExactly("BEGIN", UPDATE, "ROLLBACK");
	}

	@Test
	void doesNotCommitAnErrorThatNobodyHasLookedAt() {
		this.driver.failures.put(UPDATE, error(20701));
		Mono<Void> careless = this.client
			.inConnection((connection) -> Flux.from(connection.createStatement(UPDATE).execute()).then());
		verify(careless).verifyError(TransactionLostException.class);
		assertThat(this.driver.sent).containsExactly("BEGIN", UPDATE, "ROLLBACK");
	}

	@Test
	void saysThatItIsUnknownWhetherItWasCommitted() {
		this.driver.failures.put("COMMIT", new R2dbcNonTransientResourceException("closed"));
		verify(update(INSERT)).verifyError(CommitOutcomeUnknownException.class);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "COMMIT");
	}

	@Test
	void saysSoAlsoWhereTheConnectionFailsDuringTheRollback() {
		this.driver.failures.put("COMMIT", error(1317));
		this.driver.failures.put("ROLLBACK", new R2dbcNonTransientResourceException("closed"));
		verify(update(INSERT)).verifyError(CommitOutcomeUnknownException.class);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "COMMIT", "ROLLBACK");
	}

	@Test
	void keepsTheErrorOfATransactionWhereTheConnectionFailsDuringTheRollback() {
		this.driver.failures.put("ROLLBACK", new R2dbcNonTransientResourceException("closed"));
		verify(update(INSERT).then(Mono.error(new IllegalStateException("no")))).verifyErrorMessage("no");
	}

	@Test
	void cutsAConnectionWhoseAnswersMayBeOutOfStep() {
		this.driver.failures.put(SELECT, error(1105));
		StepVerifier.create(update(SELECT)).verifyError();
		assertThat(this.driver.closed).isEqualTo(2);
	}

	@Test
	void cutsSuchAConnectionBeforeTheNextStatementWhereTheErrorIsReadLate() {
		this.driver.failures.put(SELECT, error(1105));
		Connection connection = this.connectionFactory.create().block();
		Flux<? extends Result> results = Flux.from(connection.createStatement(SELECT).execute());
		Result result = results.collectList().block().get(0);
		StepVerifier.create(result.getRowsUpdated()).verifyError();
		StepVerifier.create(execute(connection, "SELECT 2")).verifyError(DataAccessResourceFailureException.class);
		assertThat(this.driver.sent).containsExactly(SELECT);
	}

	@Test
	void rollsBackByTheCutOfSuchAConnection() {
		this.driver.failures.put(UPDATE, error(1105));
		Connection connection = this.connectionFactory.create().block();
		Mono.from(connection.beginTransaction()).block();
		Result result = Flux.from(connection.createStatement(UPDATE).execute()).blockLast();
		StepVerifier.create(result.getRowsUpdated()).verifyError();
		StepVerifier.create(connection.rollbackTransaction()).verifyComplete();
		assertThat(this.driver.sent).containsExactly("BEGIN", UPDATE);
		assertThat(this.driver.closed).isEqualTo(1);
	}

	@Test
	void goesBackToTheDatabaseThatAConnectionBeganWith() {
		Connection connection = this.connectionFactory.create().block();
		execute(connection, "USE other").then(Mono.from(connection.close())).block();
		assertThat(this.driver.sent).containsExactly("USE other", "USE `shop`");
	}

	@Test
	void sendsOneStatementAfterTheOther() {
		Sinks.Empty<Void> goOn = Sinks.empty();
		this.driver.delays.put(INSERT, goOn.asMono());
		StepVerifier.create(this.transaction.transactional(Mono.when(update(INSERT), update(UPDATE))))
			.then(() -> assertThat(this.driver.sent).containsExactly("BEGIN", INSERT))
			.then(goOn::tryEmitEmpty)
			.verifyComplete();
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, UPDATE, "COMMIT");
	}

	@Test
	void neverPassesACancellationOnToTheDriver() {
		Sinks.Empty<Void> goOn = Sinks.empty();
		this.driver.delays.put(INSERT, goOn.asMono());
		Disposable work = this.transaction.transactional(update(INSERT)).subscribe();
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT);
		work.dispose();
		goOn.tryEmitEmpty();
		await().untilAsserted(() -> assertThat(this.driver.closed).isEqualTo(1));
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "ROLLBACK");
		assertThat(this.driver.cancelled).isEmpty();
	}

	@Test
	void endsACancelledStatementThatGoesOnBeforeTheRollback() {
		Sinks.Empty<Void> goOn = Sinks.empty();
		this.driver.delays.put(INSERT, goOn.asMono());
		this.driver.delays.put("KILL QUERY 7", Mono.fromRunnable(goOn::tryEmitEmpty));
		this.transaction.transactional(update(INSERT)).subscribe().dispose();
		await().untilAsserted(() -> assertThat(this.driver.sent).endsWith("ROLLBACK"));
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "KILL QUERY 7", "ROLLBACK");
	}

	@Test
	void rollsBackAfterAResultThatComesWhenNobodyWaitsAnyMore() {
		Sinks.Empty<Void> comes = stalled(SELECT);
		Disposable work = this.transaction.transactional(update(INSERT).then(update(SELECT))).subscribe();
		work.dispose();
		comes.tryEmitEmpty();
		await().untilAsserted(() -> assertThat(this.driver.closed).isEqualTo(1));
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, SELECT, "ROLLBACK");
	}

	@Test
	void givesAConnectionBackAfterAResultThatComesWhenNobodyWaitsAnyMore() {
		Sinks.Empty<Void> comes = stalled(SELECT);
		Disposable work = this.client.sql(SELECT).fetch().all().subscribe();
		work.dispose();
		comes.tryEmitEmpty();
		await().untilAsserted(() -> assertThat(this.driver.closed).isEqualTo(1));
		assertThat(this.driver.sent).containsExactly(SELECT);
	}

	@Test
	void sendsTheNextStatementAfterAResultThatComesWhenNobodyWaitsAnyMore() {
		Sinks.Empty<Void> comes = stalled(SELECT);
		Connection connection = this.connectionFactory.create().block();
		Flux.from(connection.createStatement(SELECT).execute()).subscribe().dispose();
		comes.tryEmitEmpty();
		execute(connection, INSERT).blockLast(Duration.ofSeconds(10));
		assertThat(this.driver.sent).containsExactly(SELECT, INSERT);
	}

	@Test
	void leavesAResultToASubscriberWhoWantsOneOnly() {
		this.driver.unbuffered.add(SELECT);
		this.driver.results.put(SELECT, List.of(ScriptedR2dbc.rowOf("one", "1")));
		Connection connection = this.connectionFactory.create().block();
		Result result = Mono.<Result>from(connection.createStatement(SELECT).execute()).block();
		StepVerifier.create(result.map((row) -> row.get("one", Object.class))).expectNext("1").verifyComplete();
	}

	private Sinks.Empty<Void> stalled(String sql) {
		Sinks.Empty<Void> comes = Sinks.empty();
		this.driver.delays.put(sql, comes.asMono());
		this.driver.unbuffered.add(sql);
		return comes;
	}

	@Test
	void doesNotSendWhatWasCancelledWhileItWaited() {
		Sinks.Empty<Void> goOn = Sinks.empty();
		this.driver.delays.put(INSERT, goOn.asMono());
		Sinks.Empty<Void> leave = Sinks.empty();
		Mono<Void> both = Mono.when(update(INSERT), update(UPDATE).takeUntilOther(leave.asMono()));
		StepVerifier.create(this.transaction.transactional(both))
			.then(leave::tryEmitEmpty)
			.then(goOn::tryEmitEmpty)
			.verifyComplete();
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "COMMIT");
	}

	@Test
	void doesNotCommitAChangeThatWasCancelled() {
		Sinks.Empty<Void> goOn = Sinks.empty();
		this.driver.delays.put(UPDATE, goOn.asMono());
		Sinks.Empty<Void> leave = Sinks.empty();
		StepVerifier.create(this.transaction.transactional(update(UPDATE).takeUntilOther(leave.asMono())))
			.then(leave::tryEmitEmpty)
			.then(goOn::tryEmitEmpty)
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(TransactionLostException.class)
				.hasMessageContaining("was cancelled before its outcome was known"))
			.verify();
		assertThat(this.driver.sent).containsExactly("BEGIN", UPDATE, "ROLLBACK");
	}

	@Test
	void holdsATransactionToItsTimeout() {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setTimeout(1);
		Sinks.Empty<Void> goOn = Sinks.empty();
		this.driver.delays.put(UPDATE, goOn.asMono());
		this.driver.delays.put("KILL QUERY 7", Mono.fromRunnable(goOn::tryEmitEmpty));
		TransactionalOperator.create(this.manager, definition)
			.transactional(update(UPDATE))
			.as(StepVerifier::create)
			.verifyError(QueryTimeoutException.class);
		assertThat(this.driver.sent).containsExactly("BEGIN", UPDATE, "KILL QUERY 7", "ROLLBACK");
	}

	@Test
	void refusesATimeoutOfStatementsThatTheServerWouldIgnore() {
		Connection connection = this.connectionFactory.create().block();
		StepVerifier.create(connection.setStatementTimeout(Duration.ofSeconds(1)))
			.verifyError(UnsupportedByServerException.class);
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void setsTheTimeoutOfLockWaitsOnlyWhereThatCommitsNothing() {
		Connection connection = this.connectionFactory.create().block();
		StepVerifier.create(connection.setLockWaitTimeout(Duration.ofSeconds(5))).verifyComplete();
		Mono.from(connection.beginTransaction()).block();
		execute(connection, INSERT).blockLast();
		StepVerifier.create(connection.setLockWaitTimeout(Duration.ofSeconds(5)))
			.verifyError(NotAllowedInTransactionException.class);
		assertThat(this.driver.sent).containsExactly("SET lock_wait_timeout = 5", "BEGIN", INSERT);
	}

	@Test
	void leavesConnectionsToOtherServersAlone() {
		this.driver.version = "8.4.0";
		Connection connection = this.connectionFactory.create().block();
		assertThat(WrappedConnection.find(connection)).isNull();
	}

	@Test
	void locksTheRowsOfAStatementInATransactionOfItsOwn() {
		this.driver.counts.put(UPDATE, 3L);
		Connection connection = this.connectionFactory.create().block();
		StepVerifier.create(execute(connection, UPDATE)).expectNext(3L).verifyComplete();
		assertThat(this.driver.sent).containsExactly("BEGIN", UPDATE, "COMMIT");
		assertThat(connection.isAutoCommit()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { UPDATE, "COMMIT" })
	void rollsTheTransactionOfAStatementBackThatFails(String failing) {
		this.driver.failures.put(failing, error(20701));
		Connection connection = this.connectionFactory.create().block();
		StepVerifier.create(execute(connection, UPDATE)).verifyError(CannotAcquireLockException.class);
		assertThat(this.driver.sent).startsWith("BEGIN", UPDATE).endsWith("ROLLBACK");
		this.driver.sent.clear();
		assertThat(connection.isAutoCommit()).isTrue();
		execute(connection, INSERT).blockLast(Duration.ofSeconds(10));
		assertThat(this.driver.sent).containsExactly(INSERT);
	}

	@Test
	void sendsNothingMoreOnAConnectionThatIsLostWithinTheTransactionOfAStatement() {
		this.driver.failures.put(UPDATE, new R2dbcNonTransientResourceException("lost", "08S01", 0));
		Connection connection = this.connectionFactory.create().block();
		StepVerifier.create(execute(connection, UPDATE)).verifyError(DataAccessResourceFailureException.class);
		assertThat(this.driver.sent).containsExactly("BEGIN", UPDATE);
	}

	@Test
	void carriesAStatementOutInATransactionOfItsOwnThoughNobodyWaitsForIt() {
		Sinks.Empty<Void> comes = stalled(UPDATE);
		Connection connection = this.connectionFactory.create().block();
		Flux.from(connection.createStatement(UPDATE).execute()).subscribe().dispose();
		comes.tryEmitEmpty();
		execute(connection, INSERT).blockLast(Duration.ofSeconds(10));
		assertThat(this.driver.sent).containsExactly("BEGIN", UPDATE, "COMMIT", INSERT);
	}

	@Test
	void keepsTheKeysThatAStatementInATransactionOfItsOwnGenerates() {
		this.driver.results.put(UPDATE, List.of(ScriptedR2dbc.rowOf("id", "7")));
		Connection connection = this.connectionFactory.create().block();
		List<Function<Result, Publisher<Object>>> readings = List.of(
				(result) -> result.map((row) -> row.get("id", Object.class)),
				(result) -> result.map((row, metaData) -> row.get("id", Object.class)),
				(result) -> result.filter(Result.RowSegment.class::isInstance)
					.flatMap((segment) -> Mono.just(((Result.RowSegment) segment).row().get("id", Object.class))));
		for (Function<Result, Publisher<Object>> reading : readings) {
			Flux.from(connection.createStatement(UPDATE).returnGeneratedValues("id").execute())
				.flatMap(reading)
				.as(StepVerifier::create)
				.expectNext("7")
				.verifyComplete();
		}
		assertThat(this.driver.sent).filteredOn("COMMIT"::equals).hasSize(3);
	}

	@Test
	void leavesTheDriversExceptionsWhereTheyAreWanted() {
		this.connectionFactory.setTranslateExceptions(false);
		this.driver.failures.put(UPDATE, error(20701));
		Connection connection = this.connectionFactory.create().block();
		StepVerifier.create(execute(connection, UPDATE)).verifyError(R2dbcNonTransientResourceException.class);
	}

	private Mono<Void> update(String sql) {
		return this.client.sql(sql).then();
	}

	private StepVerifier.FirstStep<Void> verify(Mono<Void> work) {
		return StepVerifier.create(this.transaction.transactional(work));
	}

	private TransactionalOperator readOnly() {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setReadOnly(true);
		return TransactionalOperator.create(this.manager, definition);
	}

	private static Flux<Long> execute(Connection connection, String sql) {
		Publisher<? extends Result> results = connection.createStatement(sql).execute();
		return Flux.from(results).flatMap(Result::getRowsUpdated);
	}

	private static R2dbcNonTransientResourceException error(int code) {
		return new R2dbcNonTransientResourceException("error " + code, null, code);
	}

}
