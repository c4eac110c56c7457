package io.github.matrixone.spring.contract.reactive;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.annotation.Id;
import org.springframework.data.domain.Persistable;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.r2dbc.dialect.MySqlDialect;
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.AbstractReactiveTransactionManager;
import org.springframework.transaction.reactive.GenericReactiveTransaction;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.util.Assert;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.clone.ReactiveCloneTemplate;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.transaction.AfterCommit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a transaction promises to reactive code.
 */
@ContextConfiguration(classes = ReactiveTransactionTests.RepositoryConfiguration.class)
class ReactiveTransactionTests extends ReactiveContract {

	@Autowired
	private ItemRepository items;

	@Autowired
	private Imports imports;

	@Test
	void commitsRowsOfARepositoryWithACloneAndASnapshot() {
		this.transaction
			.transactional(this.items.save(new Item(3, "three", 30))
				.then(this.clones.cloneTable(ITEM, CLONE))
				.then(this.snapshots.createAfterCommit(SNAPSHOT, SCOPE)))
			.as(StepVerifier::create)
			.assertNext((snapshot) -> assertThat(snapshot.state()).isEqualTo(AfterCommit.State.DONE))
			.expectComplete()
			.verify(LIMIT);
		assertThat(names()).containsExactly("one", "two", "three");
		assertThat(names("ct_clone")).containsExactly("one", "two", "three");
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT).block(LIMIT))).containsExactly("one", "two", "three");
	}

	@Test
	void rollsBackRowsOfARepositoryWithACloneAndASnapshotOnAnError() {
		IllegalStateException failure = new IllegalStateException("The import has failed");
		Sinks.One<AfterCommit<Snapshot>> pending = Sinks.one();
		this.transaction
			.transactional(this.snapshots.create(SNAPSHOT, SCOPE)
				.then(this.items.save(new Item(3, "three", 30)))
				.then(this.clones.cloneTable(ITEM, CLONE))
				.then(this.snapshots.createAfterCommit(SnapshotName.of("ct_after"), SCOPE))
				.doOnNext(pending::tryEmitValue)
				.then(Mono.error(failure)))
			.as(StepVerifier::create)
			.expectErrorSatisfies((error) -> assertThat(error).isSameAs(failure))
			.verify(LIMIT);
		assertThat(pending.asMono().block(LIMIT).state()).isEqualTo(AfterCommit.State.ROLLED_BACK);
		assertNothingWasDone();
	}

	/**
	 * Nothing tells such a transaction's end to what is to follow it.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void rollsBackWhereAnOperationWasCalledWithinATransactionOfAnotherManager(boolean committed) {
		TransactionalOperator another = TransactionalOperator.create(new AnotherManager());
		Mono<AfterCommit<Snapshot>> within = this.snapshots.create(SNAPSHOT, SCOPE)
			.then(this.snapshots.createAfterCommit(SnapshotName.of("ct_after"), SCOPE));
		this.transaction.transactional(another.execute((status) -> {
			if (!committed) {
				status.setRollbackOnly();
			}
			return within;
		})
			.single()
			.doOnNext((handle) -> assertThat(handle.state()).isEqualTo(AfterCommit.State.ROLLED_BACK))
			.thenMany(this.items.save(new Item(3, "three", 30))))
			.as(StepVerifier::create)
			.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(TransactionLostException.class)
				.hasMessageContaining("another reactive transaction manager"))
			.verify(LIMIT);
		assertNothingWasDone();
	}

	@Test
	void rollsBackWhenTold() {
		this.transaction.execute((status) -> {
			status.setRollbackOnly();
			return this.items.save(new Item(3, "three", 30)).then(this.clones.cloneTable(ITEM, CLONE));
		}).blockLast(LIMIT);
		assertNothingWasDone();
	}

	@Test
	void doesNothingMoreAfterALostTransactionWhereTheSubscriberGoesOnAfterErrors() {
		List<Throwable> errors = new ArrayList<>();
		this.jdbc().update("UPDATE item SET quantity = 10 WHERE id = 1");
		Connection other = this.pool.create().block(LIMIT);
		try {
			Mono.from(other.beginTransaction())
				.then(rows(other.createStatement("UPDATE item SET quantity = 11 WHERE id = 1").execute()))
				.block(LIMIT);
			Flux.just(1)
				.hide()
				.flatMap((one) -> this.transaction.transactional(
						update("SET lock_wait_timeout = 1").then(update("INSERT INTO item VALUES (3, 'three', 30)"))
							.then(update("UPDATE item SET quantity = 12 WHERE id = 1"))
							.then(update("INSERT INTO item VALUES (4, 'four', 40)"))))
				.onErrorContinue((ex, value) -> errors.add(ex))
				.blockLast(LIMIT);
		}
		finally {
			Mono.from(other.rollbackTransaction()).then(Mono.from(other.close())).block(LIMIT);
		}
		assertThat(errors).hasSize(2).last().isInstanceOf(TransactionLostException.class);
		assertNothingWasDone();
	}

	@Test
	void addsToWhatAnotherHasCommittedWhileItWaitedForAThird() throws Exception {
		this.jdbc().update("UPDATE item SET quantity = 0");
		Connection holder = this.pool.create().block(LIMIT);
		try {
			Mono.from(holder.beginTransaction())
				.then(rows(holder.createStatement("UPDATE item SET quantity = 7 WHERE id = 1").execute()))
				.block(LIMIT);
			CompletableFuture<Long> waiting = this.transaction
				.transactional(this.client.sql("UPDATE item SET quantity = quantity + ? WHERE id < ? OR name = ?")
					.bind(0, 100)
					.bind(1, 3)
					.bindNull(2, String.class)
					.fetch()
					.rowsUpdated())
				.toFuture();
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> waiting.get(1, TimeUnit.SECONDS));
			this.jdbc().update("UPDATE item SET quantity = quantity + 1 WHERE id = 2");
			Mono.from(holder.rollbackTransaction()).block(LIMIT);
			assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(2);
		}
		finally {
			Mono.from(holder.close()).block(LIMIT);
		}
		assertThat(this.jdbc().queryForList("SELECT quantity FROM item ORDER BY id", Integer.class))
			.containsExactly(100, 101);
	}

	@Test
	void readsTheRowsAfterOneThatCouldNotBeMapped() {
		List<Throwable> errors = new ArrayList<>();
		this.client.sql("SELECT result FROM generate_series(1, 5) g ORDER BY result")
			.map((row) -> even(row.get(0, Long.class)))
			.all()
			.onErrorContinue((ex, value) -> errors.add(ex))
			.as(StepVerifier::create)
			.expectNext(2L, 4L)
			.expectComplete()
			.verify(LIMIT);
		assertThat(errors).hasSize(3).hasOnlyElementsOfType(IllegalArgumentException.class);
	}

	@Test
	void tellsOfARowThatCouldNotBeMappedBeforeMillionsOfOthersAreRead() {
		this.client.sql("SELECT a.result FROM generate_series(1, 10000) a, generate_series(1, 1000) b")
			.map((row) -> even(1L))
			.all()
			.as(StepVerifier::create)
			.expectError(IllegalArgumentException.class)
			.verify(Duration.ofSeconds(15));
	}

	private static long even(long number) {
		Assert.isTrue(number % 2 == 0, "The number must be even");
		return number;
	}

	@Test
	void commitsWhatAServiceDoesThatIsTransactional() {
		this.imports.run(new Item(3, "three", 30)).block(LIMIT);
		assertThat(names("ct_clone")).containsExactly("one", "two", "three");
		assertThat(snapshots()).containsExactly("ct_snapshot");
	}

	@Test
	void rollsBackWhatAServiceDoesThatIsTransactional() {
		this.imports.runAndFail(new Item(3, "three", 30))
			.as(StepVerifier::create)
			.expectError(IllegalStateException.class)
			.verify(LIMIT);
		assertNothingWasDone();
	}

	@Test
	void translatesErrorsOfARepository() {
		this.items.save(new Item(1, "again", 0))
			.as(StepVerifier::create)
			.expectError(DuplicateKeyException.class)
			.verify(LIMIT);
	}

	@Test
	void refusesAWriteOfAServiceThatIsReadOnly() {
		this.imports.readOnly(new Item(3, "three", 30))
			.as(StepVerifier::create)
			.expectError(NotAllowedInTransactionException.class)
			.verify(LIMIT);
		assertNothingWasDone();
	}

	@Test
	void keepsInnerTransactionsOfServicesApart() {
		this.transaction
			.transactional(this.items.save(new Item(3, "three", 30))
				.then(this.imports.runAlone(new Item(4, "four", 40)))
				.then(Mono.error(new IllegalStateException("The outer transaction has failed"))))
			.as(StepVerifier::create)
			.expectError(IllegalStateException.class)
			.verify(LIMIT);
		assertThat(names()).containsExactly("one", "two", "four");
		assertThat(names("ct_clone")).containsExactly("one", "two", "four");
	}

	@Test
	void doesNothingBeforeItIsSubscribedTo() {
		Mono<?> clone = this.clones.cloneTable(ITEM, CLONE);
		Mono<?> snapshot = this.snapshots.create(SNAPSHOT, SCOPE);
		assertNothingWasDone();
		assertThat(this.sent.all()).isEmpty();
		clone.then(snapshot).block(LIMIT);
		assertThat(tables()).containsExactly("ct_clone");
		assertThat(snapshots()).containsExactly("ct_snapshot");
	}

	@Test
	void takesASnapshotInWhatFollowsACommit() {
		this.transaction.transactional(update("INSERT INTO item VALUES (3, 'three', 30)")
			.then(TransactionSynchronizationManager.forCurrentTransaction())
			.doOnNext((manager) -> manager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public Mono<Void> afterCommit() {
					return ReactiveTransactionTests.this.snapshots.create(SNAPSHOT, SCOPE).then();
				}

			}))).block(LIMIT);
		assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT).block(LIMIT))).containsExactly("one", "two", "three");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void commitsNothingAloneAfterADeadlock(boolean upwardsFirst) {
		AtomicInteger lost = new AtomicInteger();
		Sinks.Empty<Void> upwardsHasLocked = Sinks.empty();
		Sinks.Empty<Void> downwardsHasLocked = Sinks.empty();
		Mono<Void> upwards = lockInOrder(1, 2, upwardsHasLocked, downwardsHasLocked, lost);
		Mono<Void> downwards = lockInOrder(2, 1, downwardsHasLocked, upwardsHasLocked, lost);
		(upwardsFirst ? Mono.when(upwards, downwards) : Mono.when(downwards, upwards)).block(LIMIT);
		assertThat(lost.get()).isBetween(1, 2);
		int kept = 2 - lost.get();
		assertThat(jdbc().queryForObject("SELECT sum(quantity) FROM item", Integer.class)).isEqualTo(30 + 2 * kept);
		assertThat(names()).containsExactly("one", "two");
		this.transaction.transactional(update("UPDATE item SET quantity = 0")).block(LIMIT);
		assertThat(jdbc().queryForObject("SELECT sum(quantity) FROM item", Integer.class)).isZero();
	}

	private Mono<Void> lockInOrder(int first, int second, Sinks.Empty<Void> ownLock, Sinks.Empty<Void> otherLock,
			AtomicInteger lost) {
		String increment = "UPDATE item SET quantity = quantity + 1 WHERE id = ?";
		return this.transaction.execute((status) -> update(increment, first).doOnNext((rows) -> ownLock.tryEmitEmpty())
			.then(otherLock.asMono())
			.then(update(increment, second))
			.then()
			.onErrorResume(ConcurrencyFailureException.class, (error) -> {
				lost.incrementAndGet();
				status.setRollbackOnly();
				return expectLost(update("INSERT INTO item VALUES (?, 'alone', 100)", 10 + first))
					.then(expectLost(this.clones.cloneTable(ITEM, CLONE)));
			})).then();
	}

	private Mono<Void> expectLost(Mono<?> work) {
		return work.then(Mono.<Void>error(() -> new AssertionError("The transaction goes on")))
			.onErrorResume(TransactionLostException.class, (error) -> Mono.empty());
	}

	@Test
	void letsQueriesOfATransactionRunAtTheSameTime() {
		this.transaction
			.transactional(Mono.zip(query("SELECT name FROM item WHERE id = 1", String.class).single(),
					query("SELECT count(*) FROM item", Integer.class).single(),
					query("SELECT name FROM item ORDER BY id", String.class).collectList()))
			.as(StepVerifier::create)
			.assertNext((results) -> {
				assertThat(results.getT1()).isEqualTo("one");
				assertThat(results.getT2()).isEqualTo(2);
				assertThat(results.getT3()).containsExactly("one", "two");
			})
			.expectComplete()
			.verify(LIMIT);
	}

	@Test
	void letsFiveHundredStatementsOfATransactionRunAtTheSameTime() {
		List<Mono<Long>> inserts = new ArrayList<>();
		for (int id = 10; id < 510; id++) {
			inserts.add(update("INSERT INTO item VALUES (?, ?, ?)", id, "item " + id, id));
		}
		this.transaction.transactional(Flux.merge(Flux.fromIterable(inserts), 500).count())
			.as(StepVerifier::create)
			.expectNext(500L)
			.expectComplete()
			.verify(LIMIT);
		assertThat(this.sent.all()).hasSize(502).startsWith("BEGIN").endsWith("COMMIT");
		assertThat(names()).hasSize(502);
	}

	@Test
	void sendsNothingMoreForARowThatIsFoundByItsKey() {
		Mono<Long> work = this.transaction.transactional(update("UPDATE item SET quantity = 7 WHERE id = ?", 1));
		work.block(LIMIT);
		this.sent.clear();
		work.block(LIMIT);
		assertThat(this.sent.all()).containsExactly("BEGIN", "UPDATE item SET quantity = 7 WHERE id = ?", "COMMIT");
	}

	@Test
	void letsCommandsOfATransactionRunAtTheSameTime() {
		this.transaction.transactional(Mono.when(this.clones.cloneTable(ITEM, CLONE),
				query("SELECT sleep(0.1)", Integer.class), this.snapshots.exists(SNAPSHOT),
				this.snapshots.createAfterCommit(SNAPSHOT, SCOPE), update("INSERT INTO item VALUES (3, 'three', 30)")))
			.block(LIMIT);
		assertThat(names()).containsExactly("one", "two", "three");
		assertThat(tables()).containsExactly("ct_clone");
		assertThat(snapshots()).containsExactly("ct_snapshot");
	}

	@Test
	void updatesEachRowOfAQueryThatIsStillBeingRead() {
		jdbc().update("INSERT INTO item SELECT result, 'many', 0 FROM generate_series(10, 1009) g");
		this.transaction
			.transactional(query("SELECT id FROM item WHERE id >= 10", Integer.class)
				.flatMap((id) -> update("UPDATE item SET quantity = id WHERE id = ?", id))
				.reduce(0L, Long::sum))
			.as(StepVerifier::create)
			.expectNext(1000L)
			.expectComplete()
			.verify(LIMIT);
		assertThat(jdbc().queryForObject("SELECT count(*) FROM item WHERE id >= 10 AND quantity = id", Integer.class))
			.isEqualTo(1000);
	}

	@Test
	void readsOneRowAndLeavesTheRest() {
		jdbc().update("INSERT INTO item SELECT result, 'many', 0 FROM generate_series(10, 5009) g");
		this.transaction
			.transactional(query("SELECT id FROM item ORDER BY id", Integer.class).next()
				.then(update("INSERT INTO item VALUES (3, 'three', 30)"))
				.then(this.clones.cloneTable(ITEM, CLONE)))
			.block(LIMIT);
		assertThat(names("ct_clone")).hasSize(5003);
	}

	@Test
	void sharesTwoConnectionsAmongManyQueriesOutsideATransaction() {
		Flux.range(0, 200)
			.flatMap((value) -> query("SELECT " + value, Integer.class), 200)
			.collectList()
			.as(StepVerifier::create)
			.assertNext((values) -> assertThat(values).hasSize(200).doesNotHaveDuplicates())
			.expectComplete()
			.verify(LIMIT);
	}

	@Test
	void sharesTwoConnectionsAmongManyTransactions() {
		Flux.range(10, 50)
			.flatMap((id) -> this.transaction.transactional(update("INSERT INTO item VALUES (?, 'many', 0)", id)
				.then(query("SELECT 1", Integer.class).single())))
			.as(StepVerifier::create)
			.expectNextCount(50)
			.expectComplete()
			.verify(LIMIT);
		assertThat(names()).hasSize(52);
	}

	@Test
	void refusesWhatTheServerWouldAnswerWrongly() {
		update("CREATE TABLE ct_line (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item(id))")
			.block(LIMIT);
		update("INSERT INTO ct_line VALUES (1, 1), (2, 2)").block(LIMIT);
		String delete = "DELETE l FROM ct_line l JOIN item i ON l.id = i.id AND i.id = 2";
		assertThatException().isThrownBy(() -> update(delete).block(LIMIT)).withMessageContaining("WHERE 1 = 1");
		assertThat(update(delete + " WHERE 1 = 1").block(LIMIT)).isOne();
		assertThatException()
			.isThrownBy(() -> query("SELECT a.id FROM item{MO_TS = 1} a JOIN item{MO_TS = 2} b ON a.id = b.id",
					Integer.class)
				.then()
				.block(LIMIT))
			.withMessageContaining("different time hints");
		update("DROP TABLE ct_line").block(LIMIT);
	}

	@Test
	void worksWithAPoolOfOneConnection() {
		ConnectionPool single = ReactiveApplication.pool(ReactiveApplication.driver(), new ReactiveSentStatements(), 1);
		try {
			ReactiveCommandExecutor executor = new ReactiveCommandExecutor(single);
			ReactiveSnapshotOperations snapshots = new ReactiveSnapshotTemplate(executor);
			ReactiveCloneOperations clones = new ReactiveCloneTemplate(executor);
			TransactionalOperator.create(new R2dbcTransactionManager(single))
				.transactional(snapshots.create(SNAPSHOT, SCOPE)
					.then(DatabaseClient.create(single).sql("INSERT INTO item VALUES (3, 'three', 30)").then())
					.then(clones.cloneTable(ITEM, CLONE)))
				.block(LIMIT);
			assertThat(names("ct_clone")).containsExactly("one", "two", "three");
			assertThat(single.getMetrics().orElseThrow().acquiredSize()).isZero();
		}
		finally {
			single.dispose();
		}
	}

	@Test
	void seesABatch() {
		this.transaction.transactional(this.client.inConnection((connection) -> {
			Statement statement = connection.createStatement("UPDATE item SET quantity = ? WHERE id = ?");
			statement.bind(0, 1).bind(1, 1).add().bind(0, 2).bind(1, 2);
			return rows(statement.execute());
		}).doOnNext((rows) -> assertThat(rows).isEqualTo(2)).then(this.clones.cloneTable(ITEM, CLONE)))
			.as(StepVerifier::create)
			.expectError(UncommittedChangesException.class)
			.verify(LIMIT);
	}

	@Test
	void worksWithPlainR2dbc() {
		withConnection((connection) -> Flux.concat(connection.beginTransaction(),
				execute(connection, "INSERT INTO item VALUES (3, 'three', 30)"), connection.rollbackTransaction(),
				connection.beginTransaction(), execute(connection, "INSERT INTO item VALUES (4, 'four', 40)"),
				connection.commitTransaction(), connection.setAutoCommit(false),
				execute(connection, "INSERT INTO item VALUES (5, 'five', 50)"), connection.setAutoCommit(true),
				execute(connection, "INSERT INTO item VALUES (6, 'six', 60)")))
			.blockLast(LIMIT);
		assertThat(this.sent.all()).containsExactly("BEGIN", "INSERT INTO item VALUES (3, 'three', 30)", "ROLLBACK",
				"BEGIN", "INSERT INTO item VALUES (4, 'four', 40)", "COMMIT", "BEGIN",
				"INSERT INTO item VALUES (5, 'five', 50)", "COMMIT", "INSERT INTO item VALUES (6, 'six', 60)");
	}

	@Test
	void knowsThatATransactionHasEndedInTheBatchThatBeganIt() {
		withConnection((connection) -> Flux.concat(
				rows(connection.createBatch()
					.add("BEGIN")
					.add("INSERT INTO item VALUES (3, 'three', 30)")
					.add("COMMIT")
					.execute()).then(),
				connection.beginTransaction(), execute(connection, "INSERT INTO item VALUES (4, 'four', 40)"),
				connection.rollbackTransaction(), execute(connection, "INSERT INTO item VALUES (5, 'five', 50)")))
			.blockLast(LIMIT);
		assertThat(jdbc().queryForList("SELECT id FROM item WHERE id > 2 ORDER BY id", Integer.class))
			.containsExactly(3, 5);
	}

	@Test
	void rollsBackWhenAConnectionIsClosedWithoutACommit() {
		withConnection((connection) -> Flux.concat(connection.beginTransaction(),
				execute(connection, "INSERT INTO item VALUES (3, 'three', 30)")))
			.blockLast(LIMIT);
		assertNothingWasDone();
	}

	@Test
	void refusesSavepoints() {
		// MO#28248
		withConnection((connection) -> Flux.concat(connection.beginTransaction(),
				expectRefused(connection.createSavepoint("x")), expectRefused(connection.releaseSavepoint("x")),
				expectRefused(connection.rollbackTransactionToSavepoint("x"))))
			.blockLast(LIMIT);
		assertThat(this.sent.all()).isEmpty();
	}

	@Test
	void refusesANestedTransaction() {
		TransactionalOperator nested = transaction(
				new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_NESTED));
		this.transaction
			.transactional(update("INSERT INTO item VALUES (3, 'three', 30)")
				.then(expectRefused(nested.transactional(update("INSERT INTO item VALUES (4, 'four', 40)").then()))))
			.block(LIMIT);
		assertThat(names()).containsExactly("one", "two", "three");
	}

	@ParameterizedTest
	@ValueSource(strings = { "REPEATABLE READ", "SERIALIZABLE" })
	void refusesAnIsolationThatTheServerWouldIgnore(String name) {
		IsolationLevel isolation = IsolationLevel.valueOf(name);
		withConnection((connection) -> Flux.concat(expectRefused(connection.beginTransaction(isolation)),
				expectRefused(connection.setTransactionIsolationLevel(isolation))))
			.blockLast(LIMIT);
		assertThat(this.sent.all()).isEmpty();
	}

	private Flux<Void> withConnection(Function<Connection, Publisher<Void>> work) {
		return Flux.usingWhen(this.pool.create(), work, Connection::close);
	}

	private static Mono<Void> execute(Connection connection, String sql) {
		return rows(connection.createStatement(sql).execute()).then();
	}

	private static Mono<Long> rows(Publisher<? extends Result> results) {
		return Flux.from(results).concatMap(Result::getRowsUpdated).reduce(0L, Long::sum);
	}

	private static Mono<Void> expectRefused(Publisher<Void> work) {
		return Mono.from(work)
			.then(Mono.<Void>error(() -> new AssertionError("Not refused")))
			.onErrorResume(UnsupportedByServerException.class, (error) -> Mono.empty());
	}

	@Table("item")
	record Item(@Id Integer id, String name, int quantity) implements Persistable<Integer> {

		@Override
		public Integer getId() {
			return this.id;
		}

		@Override
		public boolean isNew() {
			return true;
		}

	}

	interface ItemRepository extends ReactiveCrudRepository<Item, Integer> {

	}

	static class Imports {

		private final ItemRepository items;

		private final ReactiveCloneOperations clones;

		private final ReactiveSnapshotOperations snapshots;

		Imports(ItemRepository items, ReactiveCloneOperations clones, ReactiveSnapshotOperations snapshots) {
			this.items = items;
			this.clones = clones;
			this.snapshots = snapshots;
		}

		@Transactional
		Mono<Void> run(Item item) {
			return this.items.save(item)
				.then(this.clones.cloneTable(ITEM, CLONE))
				.then(this.snapshots.createAfterCommit(SNAPSHOT, SCOPE))
				.then();
		}

		@Transactional
		Mono<Void> runAndFail(Item item) {
			return this.snapshots.create(SNAPSHOT, SCOPE)
				.then(this.items.save(item))
				.then(this.clones.cloneTable(ITEM, CLONE))
				.then(Mono.error(new IllegalStateException("The import has failed")));
		}

		@Transactional(readOnly = true)
		Mono<Void> readOnly(Item item) {
			return this.items.count().then(this.items.save(item)).then();
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		Mono<Void> runAlone(Item item) {
			return this.items.save(item).then(this.clones.cloneTable(ITEM, CLONE));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	@EnableR2dbcRepositories(considerNestedRepositories = true)
	@Import(ReactiveApplication.class)
	static class RepositoryConfiguration {

		@Bean
		R2dbcEntityTemplate r2dbcEntityTemplate(DatabaseClient client) {
			return new R2dbcEntityTemplate(client, MySqlDialect.INSTANCE);
		}

		@Bean
		Imports imports(ItemRepository items, ReactiveCloneOperations clones, ReactiveSnapshotOperations snapshots) {
			return new Imports(items, clones, snapshots);
		}

	}

	/**
	 * Has nothing to do with a database.
	 */
	private static final class AnotherManager extends AbstractReactiveTransactionManager {

		@Override
		protected Object doGetTransaction(TransactionSynchronizationManager manager) {
			return this;
		}

		@Override
		protected Mono<Void> doBegin(TransactionSynchronizationManager manager, Object transaction,
				TransactionDefinition definition) {
			return Mono.empty();
		}

		@Override
		protected Mono<Void> doCommit(TransactionSynchronizationManager manager, GenericReactiveTransaction status) {
			return Mono.empty();
		}

		@Override
		protected Mono<Void> doRollback(TransactionSynchronizationManager manager, GenericReactiveTransaction status) {
			return Mono.empty();
		}

	}

}
