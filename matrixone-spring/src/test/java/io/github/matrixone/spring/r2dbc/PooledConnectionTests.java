package io.github.matrixone.spring.r2dbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.util.Assert;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

/**
 * What the next borrower of a pool finds, and which connections the pool keeps, without a
 * server. The pool has one connection.
 */
@Timeout(30)
class PooledConnectionTests {

	private static final String SELECT = "SELECT 1";

	private static final String INSERT = "INSERT INTO item VALUES (1)";

	private static final String UPDATE = "UPDATE item SET name = 'x'";

	private static final String ANOTHER = "INSERT INTO item VALUES (2, 'y')";

	private final ScriptedR2dbc driver = new ScriptedR2dbc();

	private final MatrixOneConnectionFactory connectionFactory = new MatrixOneConnectionFactory(this.driver);

	private final ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(this.connectionFactory)
		.initialSize(0)
		.maxSize(1)
		.maxAcquireTime(Duration.ofSeconds(10))
		.build());

	private final DatabaseClient client = DatabaseClient.create(this.pool);

	private final TransactionalOperator transaction = TransactionalOperator
		.create(new R2dbcTransactionManager(this.pool));

	@AfterEach
	void closesWhatThePoolHas() {
		this.pool.dispose();
		assertThat(this.driver.closed).isGreaterThanOrEqualTo(this.driver.opened);
	}

	@Test
	void transactionsOfOneBorrowerAfterTheOther() {
		this.transaction.transactional(update(INSERT)).block();
		this.transaction.transactional(update(UPDATE)).block();
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "COMMIT", "BEGIN", UPDATE, "COMMIT");
		assertKept();
		assertThat(this.driver.asked).isEqualTo(1);
	}

	@Test
	void rollsBackWhatIsLeftOpen() {
		Connection first = borrow();
		Mono.from(first.beginTransaction()).block();
		execute(first, INSERT);
		giveBack(first);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "ROLLBACK");
		assertKept();
	}

	@Test
	void rollsBackWhatWasBegunByText() {
		Connection first = borrow();
		execute(first, "BEGIN");
		execute(first, INSERT);
		giveBack(first);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "ROLLBACK");
		assertKept();
	}

	@Test
	void findsAutoCommitOn() {
		Connection first = borrow();
		Mono.from(first.setAutoCommit(false)).block();
		execute(first, INSERT);
		giveBack(first);
		Connection second = borrow();
		assertThat(second.isAutoCommit()).isTrue();
		execute(second, ANOTHER);
		giveBack(second);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "ROLLBACK", ANOTHER);
		assertKept();
	}

	@Test
	void mayWriteAfterAReadOnlyTransaction() {
		DefaultTransactionDefinition readOnly = new DefaultTransactionDefinition();
		readOnly.setReadOnly(true);
		TransactionalOperator.create(new R2dbcTransactionManager(this.pool), readOnly)
			.transactional(update(SELECT))
			.block();
		Connection first = borrow();
		Mono.from(first.beginTransaction(definition(readOnly))).block();
		giveBack(first);
		this.transaction.transactional(update(INSERT)).block();
		assertThat(this.driver.sent).containsExactly(SELECT, "BEGIN", INSERT, "COMMIT");
		assertKept();
	}

	@Test
	void findsNothingOfALostTransaction() {
		this.driver.failures.put(UPDATE, new R2dbcNonTransientResourceException("deadlock", null, 20701));
		Connection first = borrow();
		Mono.from(first.beginTransaction()).block();
		StepVerifier.create(results(first, UPDATE)).verifyError();
		giveBack(first);
		this.transaction.transactional(update(INSERT)).block();
		assertThat(this.driver.sent).containsExactly("BEGIN", UPDATE, "ROLLBACK", "BEGIN", INSERT, "COMMIT");
		assertKept();
	}

	@Test
	void sendsNothingMoreInALostTransactionWhoseSubscriberGoesOnAfterErrors() {
		this.driver.failures.put(UPDATE, new R2dbcNonTransientResourceException("deadlock", null, 20701));
		List<Throwable> errors = new ArrayList<>();
		Flux.just(1)
			.hide()
			.flatMap((one) -> this.transaction
				.transactional(update(INSERT).then(update(UPDATE)).then(update("DELETE FROM item"))))
			.onErrorContinue((ex, value) -> errors.add(ex))
			.blockLast();
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, UPDATE, "ROLLBACK");
		assertThat(errors).hasSize(2).last().isInstanceOf(TransactionLostException.class);
		assertKept();
	}

	@Test
	void goesOnAfterARowThatCouldNotBeMapped() {
		manyRows(5);
		List<Throwable> errors = new ArrayList<>();
		assertThat(mapped(3).onErrorContinue((ex, value) -> errors.add(ex)).collectList().block()).containsExactly(1, 2,
				4, 5);
		assertThat(errors).singleElement().isInstanceOf(IllegalStateException.class);
		assertKept();
	}

	@Test
	void learnsOfARowThatCouldNotBeMappedBeforeTheRestIsRead() {
		manyRows(5);
		Sinks.Empty<Void> goOn = Sinks.empty();
		this.driver.rests.put(SELECT, goOn.asMono());
		this.driver.unbuffered.add(SELECT);
		Connection connection = borrow();
		Flux.from(connection.createStatement(SELECT).execute())
			.concatMap((result) -> result.map((row) -> id(row, 3)))
			.as(StepVerifier::create)
			.expectNext(1, 2)
			.expectErrorMessage("unreadable")
			.verify(Duration.ofSeconds(5));
		List<Long> next = new ArrayList<>();
		results(connection, ANOTHER).subscribe(next::add);
		assertThat(this.driver.sent).containsExactly(SELECT);
		goOn.tryEmitEmpty();
		assertThat(this.driver.sent).containsExactly(SELECT, ANOTHER);
		assertThat(next).containsExactly(1L);
		giveBack(connection);
	}

	@Test
	void doesNotOverlookAnErrorAfterARowThatCouldNotBeMapped() {
		manyRows(5);
		this.driver.failures.put(SELECT, new R2dbcNonTransientResourceException("deadlock", null, 20701));
		this.transaction
			.transactional(update(INSERT).then(mapped(3).count().onErrorReturn(IllegalStateException.class, -1L))
				.then(update(UPDATE)))
			.as(StepVerifier::create)
			.verifyError(TransactionLostException.class);
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, SELECT, "ROLLBACK");
		assertKept();
	}

	private void manyRows(int rows) {
		this.driver.results.put(SELECT,
				IntStream.rangeClosed(1, rows).mapToObj((id) -> ScriptedR2dbc.rowOf("id", id)).toList());
	}

	private Flux<Integer> mapped(int unreadable) {
		return this.client.sql(SELECT).map((row) -> id(row, unreadable)).all();
	}

	private static int id(Readable row, int unreadable) {
		int id = (Integer) row.get(0, Object.class);
		Assert.state(id != unreadable, "unreadable");
		return id;
	}

	@Test
	void findsTheDatabaseOfTheUrl() {
		Connection first = borrow();
		execute(first, "USE other");
		giveBack(first);
		this.client.sql(SELECT).then().block();
		assertThat(this.driver.sent).containsExactly("USE other", "USE `shop`", SELECT);
		assertKept();
	}

	@Test
	void getsTheConnectionWhenACancelledStatementHasEnded() {
		Sinks.Empty<Void> goOn = Sinks.empty();
		this.driver.delays.put(INSERT, goOn.asMono());
		this.driver.delays.put("KILL QUERY 7", Mono.fromRunnable(goOn::tryEmitEmpty));
		Disposable first = update(INSERT).subscribe();
		await().untilAsserted(() -> assertThat(this.driver.sent).contains(INSERT));
		first.dispose();
		this.client.sql(SELECT).then().block();
		assertThat(this.driver.sent).containsExactly(INSERT, "KILL QUERY 7", SELECT);
		assertThat(this.driver.opened).isEqualTo(2);
	}

	@Test
	void neverGetsAConnectionThatIsTakenFromAnotherWhileHeBegins() {
		Disposable first = this.pool.create()
			.flatMap((connection) -> Mono.from(connection.beginTransaction())
				.thenMany(results(connection, INSERT))
				.then(Mono.never()))
			.subscribe();
		await().untilAsserted(() -> assertThat(this.driver.sent).contains(INSERT));
		first.dispose();
		Connection second = borrow();
		assertThat(second.isAutoCommit()).isTrue();
		execute(second, ANOTHER);
		giveBack(second);
		assertThat(this.driver.sent).containsExactlyInAnyOrder("BEGIN", INSERT, "ROLLBACK", ANOTHER);
		assertDiscarded();
	}

	@ParameterizedTest
	@CsvSource({ "1, false", "5, true" })
	void getsAConnectionWhereManyWereTakenFromOthersIfThePoolTriesOftenEnough(int acquireRetry, boolean enough) {
		ConnectionPool many = new ConnectionPool(ConnectionPoolConfiguration.builder(this.connectionFactory)
			.initialSize(0)
			.maxSize(5)
			.acquireRetry(acquireRetry)
			.build());
		try {
			Disposable.Composite working = Disposables.composite();
			for (int i = 0; i < 5; i++) {
				working.add(many.create()
					.flatMap((connection) -> results(connection, INSERT).then(Mono.never()))
					.subscribe());
			}
			await().untilAsserted(() -> assertThat(this.driver.sent).hasSize(5));
			working.dispose();
			Mono<Void> innocent = DatabaseClient.create(many).sql(SELECT).then();
			if (enough) {
				innocent.block();
			}
			else {
				StepVerifier.create(innocent).verifyError(DataAccessResourceFailureException.class);
			}
		}
		finally {
			many.dispose();
		}
	}

	@Test
	void cannotBeDisturbedByAStatementOfAnEarlierBorrower() {
		Connection first = borrow();
		Statement late = first.createStatement(INSERT);
		giveBack(first);
		Connection second = borrow();
		Mono.from(second.beginTransaction()).block();
		StepVerifier.create(late.execute())
			.verifyErrorMessage("The connection was given back: it belongs to others now");
		giveBack(second);
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void getsAnotherConnectionAfterATransactionThatHasChangedTheSession() {
		this.transaction.transactional(update("SET foreign_key_checks = 0").then(update(INSERT))).block();
		this.client.sql(SELECT).then().block();
		assertThat(this.driver.sent).containsExactly("SET foreign_key_checks = 0", "BEGIN", INSERT, "COMMIT", SELECT);
		assertDiscarded();
	}

	@Test
	void keepsWhatASessionWasGivenOutsideOfATransaction() {
		this.client.sql("SET @a = 1").then().block();
		this.client.sql(SELECT).then().block();
		assertKept();
	}

	@Test
	void getsAnotherConnectionWhereTheRollbackHasFailed() {
		this.driver.failures.put("ROLLBACK", new R2dbcNonTransientResourceException("internal", null, 20101));
		Connection first = borrow();
		execute(first, "BEGIN");
		execute(first, INSERT);
		giveBack(first);
		this.client.sql(SELECT).then().block();
		assertDiscarded();
	}

	@Test
	void getsAnotherConnectionWhereTheDatabaseCouldNotBeSetBack() {
		this.driver.failures.put("USE `shop`", new R2dbcNonTransientResourceException("internal", null, 20101));
		Connection first = borrow();
		execute(first, "USE other");
		giveBack(first);
		this.client.sql(SELECT).then().block();
		assertDiscarded();
	}

	@Test
	void getsAnotherConnectionWhereAnswersMayBeOutOfStep() {
		this.driver.failures.put(UPDATE, new R2dbcNonTransientResourceException("internal", null, 1105));
		StepVerifier.create(update(UPDATE)).verifyError();
		this.client.sql(SELECT).then().block();
		assertThat(this.driver.opened).isEqualTo(2);
	}

	@Test
	void isServedByAPoolWithAQueryToValidate() {
		ConnectionPool validating = new ConnectionPool(ConnectionPoolConfiguration.builder(this.connectionFactory)
			.initialSize(0)
			.maxSize(1)
			.validationQuery(SELECT)
			.build());
		DatabaseClient client = DatabaseClient.create(validating);
		client.sql(INSERT).then().block();
		client.sql(ANOTHER).then().block();
		validating.dispose();
		assertThat(this.driver.sent).containsExactly(SELECT, INSERT, SELECT, ANOTHER);
		assertThat(this.driver.opened).isEqualTo(1);
	}

	@Test
	void canTakeASnapshotInATransactionThatHoldsTheOnlyConnection() {
		String byName = "SELECT * FROM mo_catalog.mo_snapshots WHERE sname = ?";
		this.driver.results.put(byName, List.of(ScriptedR2dbc.rowOf("sname", "nightly", "ts", 1L, "level", "database",
				"account_name", "sys", "database_name", "shop", "table_name", "")));
		ReactiveSnapshotOperations snapshots = new ReactiveSnapshotTemplate(new ReactiveCommandExecutor(this.pool));
		Mono<?> create = snapshots.create(SnapshotName.of("nightly"), SnapshotScope.database(DatabaseName.of("shop")));
		this.transaction.transactional(create.then(update(INSERT))).block();
		assertThat(this.driver.sent).containsExactly("CREATE SNAPSHOT `nightly` FOR DATABASE `shop`", byName, "BEGIN",
				INSERT, "COMMIT");
		assertThat(this.driver.opened).isEqualTo(2);
	}

	@Test
	void refusesInTheSecondTransactionWhatItRefusesInTheFirst() {
		for (int i = 0; i < 2; i++) {
			StepVerifier.create(this.transaction.transactional(update("LOCK TABLES a READ")))
				.verifyError(NotAllowedInTransactionException.class);
		}
		assertThat(this.driver.sent).isEmpty();
		assertKept();
	}

	@Test
	void leavesTheConnectionToTheDriverAsWell() {
		AtomicInteger lent = new AtomicInteger();
		AtomicInteger taken = new AtomicInteger();
		ConnectionFactory careful = driver(lent, taken);
		ConnectionPool pool = new ConnectionPool(
				ConnectionPoolConfiguration.builder(new MatrixOneConnectionFactory(careful)).initialSize(0).build());
		giveBack(pool.create().block());
		pool.dispose();
		assertThat(lent).hasValue(1);
		assertThat(taken).hasValue(1);
	}

	@Test
	void showsThatItIsProtected() {
		assertThat(MatrixOneConnectionFactory.protects(this.pool)).isTrue();
		assertThat(MatrixOneConnectionFactory.protects(this.driver)).isFalse();
		ConnectionFactory withoutUnwrap = mock(ConnectionFactory.class);
		given(withoutUnwrap.getMetadata()).willReturn(this.pool.getMetadata());
		assertThat(MatrixOneConnectionFactory.protects(withoutUnwrap)).isTrue();
		assertThat(this.pool.getMetadata().getName()).isEqualTo("MySQL");
	}

	@Test
	void cannotBeBeneathTheWrapper() {
		assertThatIllegalArgumentException().isThrownBy(() -> new MatrixOneConnectionFactory(this.pool))
			.withMessageContaining("beneath the pool");
	}

	private Connection borrow() {
		return this.pool.create().block();
	}

	private static void giveBack(Connection connection) {
		Mono.from(connection.close()).block();
	}

	private Mono<Void> update(String sql) {
		return this.client.sql(sql).then();
	}

	private void assertKept() {
		assertThat(this.driver.opened).isEqualTo(1);
		assertThat(this.driver.closed).isZero();
	}

	private void assertDiscarded() {
		assertThat(this.driver.opened).isEqualTo(2);
		assertThat(this.driver.closed).isEqualTo(1);
	}

	private static void execute(Connection connection, String sql) {
		results(connection, sql).blockLast();
	}

	private static Flux<Long> results(Connection connection, String sql) {
		Publisher<? extends Result> results = connection.createStatement(sql).execute();
		return Flux.from(results).flatMap(Result::getRowsUpdated);
	}

	private static TransactionDefinition definition(DefaultTransactionDefinition definition) {
		TransactionDefinition attributes = mock(TransactionDefinition.class);
		given(attributes.getAttribute(TransactionDefinition.READ_ONLY)).willReturn(definition.isReadOnly());
		return attributes;
	}

	private static ConnectionFactory driver(AtomicInteger lent, AtomicInteger taken) {
		ScriptedR2dbc scripted = new ScriptedR2dbc();
		return new ConnectionFactory() {

			@Override
			public Mono<Connection> create() {
				return scripted.create().map((connection) -> {
					Connection careful = mock(Connection.class, withSettings().extraInterfaces(Lifecycle.class));
					given(careful.getMetadata()).willReturn(connection.getMetadata());
					given(careful.validate(ValidationDepth.LOCAL)).willAnswer((call) -> Mono.just(true));
					given(careful.close()).willAnswer((call) -> connection.close());
					given(((Lifecycle) careful).postAllocate()).willReturn(Mono.fromRunnable(lent::incrementAndGet));
					given(((Lifecycle) careful).preRelease()).willReturn(Mono.fromRunnable(taken::incrementAndGet));
					return careful;
				});
			}

			@Override
			public ConnectionFactoryMetadata getMetadata() {
				return scripted.getMetadata();
			}

		};
	}

}
