package io.github.matrixone.spring.contract.reactive;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a transaction promises to reactive code that gives it up.
 */
class ReactiveCancellationTests extends ReactiveContract {

	private static final int RUNS = 100;

	private static final int ROWS = 100_000;

	private static final String MANY = "SELECT result FROM generate_series(1, " + ROWS + ") g";

	@ParameterizedTest
	@ValueSource(strings = { "CREATE SNAPSHOT", "BEGIN", "INSERT", "CREATE TABLE" })
	void undoesATransactionThatIsCancelledBeforeItsCommit(String statement) {
		cancelAt(statement);
		await().atMost(LIMIT).untilAsserted(this::assertNothingWasDone);
		assertThat(this.sent.all()).doesNotContain("COMMIT");
		assertWorks();
	}

	@Test
	void commitsAllOrNothingOfATransactionThatIsCancelledDuringItsCommit() {
		cancelAt("COMMIT");
		await().atMost(LIMIT).untilAsserted(this::assertAllOrNothingWasDone);
		assertWorks();
	}

	private void cancelAt(String statement) {
		Sinks.Empty<Void> cancel = Sinks.empty();
		this.sent.onStatement((sent) -> {
			if (sent.startsWith(statement)) {
				cancel.tryEmitEmpty();
			}
		});
		work().then(Mono.just("ended"))
			.takeUntilOther(cancel.asMono())
			.as(StepVerifier::create)
			.expectComplete()
			.verify(LIMIT);
		awaitThePool();
	}

	@Test
	void undoesATransactionThatIsCancelledDuringAQuery() {
		this.transaction.transactional(writes().then(query("SELECT sleep(2)", Integer.class).single()))
			.as(StepVerifier::create)
			.expectSubscription()
			.expectNoEvent(Duration.ofMillis(500))
			.thenCancel()
			.verify(LIMIT);
		awaitThePool();
		assertNothingWasDone();
		assertWorks();
	}

	@Test
	void undoesATransactionThatIsCancelledBetweenItsStatements() {
		Sinks.Empty<Void> written = Sinks.empty();
		this.transaction.transactional(writes().doOnSuccess((done) -> written.tryEmitEmpty()).then(Mono.never()))
			.takeUntilOther(written.asMono())
			.as(StepVerifier::create)
			.expectComplete()
			.verify(LIMIT);
		awaitThePool();
		assertNothingWasDone();
		assertWorks();
	}

	@Test
	void undoesATransactionThatIsCancelledWhileItWaitsForALock() {
		SingleConnectionDataSource other = server();
		JdbcTemplate lock = new JdbcTemplate(other);
		try {
			lock.execute("BEGIN");
			lock.update("UPDATE item SET quantity = 0 WHERE id = 1");
			this.transaction.transactional(writes().then(update("UPDATE item SET quantity = 1 WHERE id = 1")))
				.timeout(Duration.ofSeconds(1))
				.as(StepVerifier::create)
				.expectError(TimeoutException.class)
				.verify(Duration.ofSeconds(5));
			lock.execute("ROLLBACK");
		}
		finally {
			other.destroy();
		}
		awaitThePool();
		assertNothingWasDone();
		assertWorks();
	}

	@Test
	void forgetsWhoStopsWaitingForAConnection() {
		Sinks.Empty<Void> end = Sinks.empty();
		Mono<Long> holder = this.transaction
			.transactional(update("INSERT INTO item VALUES (?, 'held', 0)", 10).then(end.asMono()).thenReturn(1L));
		Mono<Long> other = this.transaction
			.transactional(update("INSERT INTO item VALUES (?, 'held', 0)", 11).then(end.asMono()).thenReturn(1L));
		Mono<Long> third = work().thenReturn(1L)
			.timeout(Duration.ofSeconds(1))
			.onErrorResume(TimeoutException.class, (error) -> Mono.fromRunnable(end::tryEmitEmpty).thenReturn(0L));
		Flux.merge(holder, other, third)
			.sort()
			.as(StepVerifier::create)
			.expectNext(0L, 1L, 1L)
			.expectComplete()
			.verify(LIMIT);
		awaitThePool();
		assertThat(names()).containsExactly("one", "two", "held", "held");
		assertThat(tables()).isEmpty();
		assertThat(snapshots()).isEmpty();
		clean();
		assertWorks();
	}

	@Test
	@Timeout(300)
	void leavesNothingHalfDoneWhereverItIsCancelled() {
		Duration whole = Stream.generate(this::durationOfWork).limit(10).min(Duration::compareTo).orElseThrow();
		Random random = new Random();
		int committed = 0;
		for (int i = 0; i < RUNS; i++) {
			clean();
			work().timeout(Duration.ofNanos(random.nextLong(whole.toNanos())))
				.onErrorComplete(TimeoutException.class)
				.as(StepVerifier::create)
				.expectComplete()
				.verify(LIMIT);
			awaitThePool();
			await().atMost(LIMIT).untilAsserted(this::assertAllOrNothingWasDone);
			committed += tables().size();
		}
		assertThat(committed).isLessThan(RUNS);
		clean();
		assertWorks();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void readsNoMoreRowsThanAreAskedFor(boolean inTransaction) {
		Flux<Integer> rows = query(MANY, Integer.class);
		StepVerifier.create(inTransaction ? this.transaction.transactional(rows) : rows, 10)
			.expectNextCount(10)
			.thenAwait(Duration.ofMillis(300))
			.then(() -> assertThat(this.sent.rows()).isBetween(10, 1000))
			.thenRequest(990)
			.expectNextCount(990)
			.thenAwait(Duration.ofMillis(300))
			.then(() -> assertThat(this.sent.rows()).isBetween(1000, 2000))
			.thenCancel()
			.verify(LIMIT);
		awaitThePool();
		assertWorks();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void takesAConnectionBackWhoseResultNobodyHasRead(boolean inTransaction) {
		Mono<Result> unread = this.client
			.inConnection((connection) -> Flux.<Result>from(connection.createStatement(MANY).execute()).next());
		(inTransaction ? this.transaction.transactional(unread) : unread).as(StepVerifier::create)
			.expectNextCount(1)
			.expectComplete()
			.verify(LIMIT);
		awaitThePool();
		assertWorks();
	}

	@ParameterizedTest
	@CsvSource({ "1, true", "1, false", "4, true", "4, false" })
	void takesConnectionsBackOfQueriesThatAreCancelledBeforeTheirRowsCome(int size, boolean inTransaction) {
		takesConnectionsBack(size, inTransaction, (rows, cancel) -> {
			this.sent.onStatement((sent) -> {
				if (sent.equals(MANY)) {
					cancel.tryEmitEmpty();
				}
			});
			return rows;
		});
	}

	@ParameterizedTest
	@CsvSource({ "1, true", "1, false", "4, true", "4, false" })
	void takesConnectionsBackOfQueriesThatAreCancelledAmongTheirRows(int size, boolean inTransaction) {
		takesConnectionsBack(size, inTransaction, (rows, cancel) -> rows.doOnNext((row) -> {
			if (row == 300) {
				cancel.tryEmitEmpty();
			}
		}));
	}

	private void takesConnectionsBack(int size, boolean inTransaction,
			BiFunction<Flux<Integer>, Sinks.Empty<Void>, Flux<Integer>> cancelled) {
		ConnectionPool own = ReactiveApplication.pool(ReactiveApplication.driver(), this.sent, size);
		DatabaseClient client = DatabaseClient.create(own);
		Mono<Long> write = client.sql("UPDATE item SET quantity = quantity + 1 WHERE id = 1").fetch().rowsUpdated();
		Flux<Integer> rows = client.sql(MANY).mapValue(Integer.class).all();
		try {
			for (int i = 0; i <= size; i++) {
				Sinks.Empty<Void> cancel = Sinks.empty();
				Flux<Integer> work = cancelled.apply(rows, cancel);
				(inTransaction ? TransactionalOperator.create(new R2dbcTransactionManager(own))
					.transactional(write.thenMany(work)) : work).then(Mono.just("ended"))
					.takeUntilOther(cancel.asMono())
					.as(StepVerifier::create)
					.expectComplete()
					.verify(LIMIT);
				await().atMost(LIMIT)
					.until(() -> own.getMetrics()
						.map(PoolMetrics::acquiredSize)
						.filter((used) -> used == 0)
						.isPresent());
				assertThat(jdbc().update("UPDATE item SET quantity = 10 WHERE id = 1")).isEqualTo(1);
			}
			assertThat(write.block(LIMIT)).isEqualTo(1);
		}
		finally {
			own.dispose();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void readsAllRowsInSmallPortions(boolean inTransaction) {
		Flux<Integer> rows = query(MANY, Integer.class);
		(inTransaction ? this.transaction.transactional(rows) : rows).limitRate(100)
			.count()
			.as(StepVerifier::create)
			.expectNext((long) ROWS)
			.expectComplete()
			.verify(LIMIT);
	}

	private Duration durationOfWork() {
		clean();
		return StepVerifier.create(work()).expectComplete().verify(LIMIT);
	}

	private Mono<Void> work() {
		return this.transaction.transactional(this.snapshots.create(SNAPSHOT, SCOPE).then(writes()));
	}

	private Mono<Void> writes() {
		return update("INSERT INTO item VALUES (3, 'three', 30)").then(this.clones.cloneTable(ITEM, CLONE));
	}

	private void assertAllOrNothingWasDone() {
		if (tables().isEmpty()) {
			assertNothingWasDone();
			return;
		}
		assertAllWasDone();
	}

	private void assertAllWasDone() {
		assertThat(names()).containsExactly("one", "two", "three");
		assertThat(names("ct_clone")).containsExactly("one", "two", "three");
		assertThat(snapshots()).containsExactly("ct_snapshot");
	}

	private void assertWorks() {
		clean();
		this.sent.clear();
		Mono.when(query("SELECT 1", Integer.class), query("SELECT 2", Integer.class), work()).block(LIMIT);
		assertAllWasDone();
	}

}
