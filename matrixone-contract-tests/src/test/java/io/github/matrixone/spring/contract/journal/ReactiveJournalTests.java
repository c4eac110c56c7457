package io.github.matrixone.spring.contract.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import io.github.matrixone.spring.clone.CloneDatabase;
import io.github.matrixone.spring.clone.CloneTable;
import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.journal.JournalRecovery;
import io.github.matrixone.spring.journal.JournalTable;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.restore.ReactiveRestoreOperations;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.DropSnapshot;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * The journal in an application that has R2DBC only: what it holds while a reactive
 * transaction is under way, and that the recovery works there as it does with JDBC. What
 * a test finds is read over JDBC.
 */
@EnabledIfServer
@Timeout(120)
@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = ReactiveJournalTests.Application.class,
		properties = { "spring.autoconfigure.exclude=", "spring.sql.init.mode=never", "matrixone.journal.enabled=true",
				"matrixone.journal.initialize-schema=always", "matrixone.journal.grace-period=0s",
				"matrixone.journal.recovery-interval=1d" })
class ReactiveJournalTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final String DATABASE = "ct_journal_reactive";

	private static final SnapshotName NAME = SnapshotName.of("ct_journal_reactive_one");

	private static final SnapshotName OTHER_NAME = SnapshotName.of("ct_journal_reactive_two");

	private static final SqlText CONNECTION = SqlText.of("SELECT CONNECTION_ID()");

	private static final String TRANSACTION = "ct_journal_reactive";

	private static final SnapshotScope SCOPE = SnapshotScope.database(DATABASE);

	private static final TableName ITEM = TableName.of(DATABASE, "item");

	private static final TableName COPY = TableName.of(DATABASE, "item_copy");

	private static final DatabaseName OTHER = DatabaseName.of("ct_journal_reactive_other");

	@Autowired
	private DatabaseClient client;

	@Autowired
	private ReactiveSnapshotOperations snapshots;

	@Autowired
	private ReactiveCloneOperations clones;

	@Autowired
	private ReactiveRestoreOperations restores;

	@Autowired
	private ReactiveCommandExecutor executor;

	@Autowired
	private ReactiveTransactionManager transactionManager;

	@Autowired
	private JournalTable journal;

	@Autowired
	private JournalRecovery recovery;

	private final JdbcTemplate jdbc = ServerUnderTest.get().plainJdbc(DATABASE);

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		if (ServerUnderTest.isAvailable()) {
			ServerUnderTest server = ServerUnderTest.get();
			registry.add("spring.r2dbc.url", () -> server.url().replaceFirst("jdbc", "r2dbc") + DATABASE
					+ "?createDatabaseIfNotExist=true&connectionTimeZone=SERVER");
			registry.add("spring.r2dbc.username", server::username);
			registry.add("spring.r2dbc.password", server::password);
		}
	}

	@BeforeEach
	@AfterEach
	void clean() {
		this.snapshots.dropIfExists(NAME).block(LIMIT);
		this.snapshots.dropIfExists(OTHER_NAME).block(LIMIT);
		this.jdbc.execute("DROP DATABASE IF EXISTS " + OTHER.quoted());
		this.jdbc.execute("DROP TABLE IF EXISTS item, item_copy");
		this.jdbc.execute("DELETE FROM matrixone_journal");
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY)");
		this.jdbc.execute("INSERT INTO item VALUES (1)");
	}

	@Test
	void needsNoDataSource(@Autowired ObjectProvider<DataSource> dataSources) {
		assertThat(dataSources).isEmpty();
	}

	@Test
	void holdsWhatIsToFollowTheCommitUntilItIsDone() {
		AfterCommit<?> handle = transactional(this.snapshots.createAfterCommit(NAME, SCOPE)
			.delayUntil(
					(pending) -> entries().doOnNext((kinds) -> assertThat(kinds).containsExactly("ONCE_COMMITTED"))))
			.block(LIMIT);
		assertThat(handle.state()).isEqualTo(AfterCommit.State.DONE);
		assertThat(exists(NAME)).isTrue();
		assertNoEntries();
	}

	@Test
	void givesTheLockBackWithTheConnection() {
		transactional(this.snapshots.createAfterCommit(NAME, SCOPE)).block(LIMIT);
		transactional(this.snapshots.drop(NAME).thenReturn(true)).block(LIMIT);
		assertThat(exists(NAME)).isFalse();
		assertNoEntries();
	}

	@Test
	void holdsNothingAfterARollback() {
		transactional(this.snapshots.create(NAME, SCOPE)
			.then(this.clones.cloneTableAfterCommit(ITEM, COPY))
			.then(Mono.error(new IllegalStateException("rolled back")))).as(StepVerifier::create)
			.expectErrorMessage("rolled back")
			.verify(LIMIT);
		assertThat(exists(NAME)).isFalse();
		assertNoEntries();
	}

	@Test
	void holdsASnapshotAsOneToTakeBackUntilTheCommit() {
		transactional(this.snapshots.create(NAME, SCOPE).then(entries()).doOnNext((kinds) -> {
			assertThat(kinds).isEmpty();
			assertThat(entriesSeenByOthers()).containsExactly("UNLESS_COMMITTED");
		})).block(LIMIT);
		assertThat(exists(NAME)).isTrue();
		assertNoEntries();
	}

	@Test
	void holdsNothingAfterACancellation() {
		Sinks.Empty<Void> taken = Sinks.empty();
		transactional(this.snapshots.create(NAME, SCOPE)
			.then(this.clones.cloneTableAfterCommit(ITEM, COPY))
			.doOnNext((handle) -> taken.tryEmitEmpty())
			.then(Mono.never())).takeUntilOther(taken.asMono()).block(LIMIT);
		await().atMost(LIMIT).until(() -> !exists(NAME) && entriesSeenByOthers().isEmpty());
		assertThat(this.jdbc.queryForList("SHOW TABLES LIKE 'item_copy'")).isEmpty();
	}

	@Test
	void isNoWriteOfTheTransaction() {
		transactional(this.clones.cloneTableAfterCommit(ITEM, COPY)
			.then(this.snapshots.create(NAME, SCOPE))
			.then(this.clones.cloneDatabase(DatabaseName.of(DATABASE), OTHER))).block(LIMIT);
		assertThat(count(OTHER.quoted() + ".item")).isOne();
		assertThat(count("item_copy")).isOne();
	}

	@Test
	void isWrittenByAReadOnlyTransactionAsWell() {
		DefaultTransactionDefinition readOnly = new DefaultTransactionDefinition();
		readOnly.setReadOnly(true);
		TransactionalOperator.create(this.transactionManager, readOnly)
			.transactional(this.snapshots.createAfterCommit(NAME, SCOPE))
			.block(LIMIT);
		assertThat(exists(NAME)).isTrue();
		assertNoEntries();
	}

	@Test
	void isNotCommittedByASet() {
		transactional(
				this.snapshots.createAfterCommit(NAME, SCOPE).then(this.client.sql("SET @a = 1").fetch().rowsUpdated()))
			.as(StepVerifier::create)
			.expectError(NotAllowedInTransactionException.class)
			.verify(LIMIT);
		assertNoEntries();
	}

	@Test
	void refusesASecondSnapshotOfANameAtOnce() {
		transactional(this.snapshots.create(NAME, SCOPE).then(this.snapshots.create(NAME, SCOPE)))
			.as(StepVerifier::create)
			.expectError(SnapshotAlreadyExistsException.class)
			.verify(Duration.ofSeconds(4));
	}

	@Test
	void refusesASnapshotWhoseNameAnotherTransactionHolds() {
		Mono<?> second = Mono.defer(() -> transactional(this.snapshots.create(NAME, SCOPE)));
		transactional(this.snapshots.create(NAME, SCOPE)
			.then(this.executor.beside(new DropSnapshot(NAME, false)))
			.then(Mono.defer(() -> Mono.fromFuture(second.subscribeOn(Schedulers.boundedElastic()).toFuture()))))
			.as(StepVerifier::create)
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(SnapshotAlreadyExistsException.class)
				.hasMessageContaining("that of another transaction"))
			.verify(LIMIT);
		assertThat(exists(NAME)).isFalse();
		assertNoEntries();
	}

	@Test
	void aRecoveryDropsTheSnapshotOfATransactionThatIsGone() {
		CreateSnapshot create = new CreateSnapshot(NAME, SCOPE);
		write(this.journal.unlessCommitted(create).write());
		this.executor.beside(create).block(LIMIT);
		assertThat(this.recovery.recover().done()).isOne();
		assertThat(exists(NAME)).isFalse();
		assertNoEntries();
	}

	@Test
	void aRecoveryLeavesTheSnapshotOfATransactionThatIsUnderWay() {
		transactional(this.snapshots.create(NAME, SCOPE).then(Mono.defer(() -> Mono.fromFuture(recovered()))))
			.block(LIMIT);
		assertThat(exists(NAME)).isTrue();
		assertNoEntries();
	}

	@Test
	void aRecoveryGoesOnWhereATransactionIsUnderWay() {
		CreateSnapshot other = new CreateSnapshot(OTHER_NAME, SCOPE);
		transactional(this.snapshots.create(NAME, SCOPE).then(Mono.defer(() -> {
			write(this.journal.unlessCommitted(other).write());
			return this.executor.beside(other).then(Mono.fromFuture(recovered()));
		}).subscribeOn(Schedulers.boundedElastic()))).block(LIMIT);
		assertThat(exists(NAME)).isTrue();
		assertThat(exists(OTHER_NAME)).isFalse();
		assertNoEntries();
	}

	@Test
	void aRecoveryDropsASnapshotWhoseEntryHasATimeThatWasAhead() {
		CreateSnapshot create = new CreateSnapshot(NAME, SCOPE);
		this.executor.beside(create).block(LIMIT);
		claimedThreeSecondsAhead(create);
		this.recovery.recover();
		assertThat(exists(NAME)).as("taken before the entry").isTrue();
		this.snapshots.drop(NAME).block(LIMIT);
		claimedThreeSecondsAhead(create);
		this.executor.beside(create).block(LIMIT);
		this.recovery.recover();
		assertThat(exists(NAME)).as("taken after the entry").isFalse();
		assertNoEntries();
	}

	@Test
	void aSessionGoesOnWhereItsConnectionHasFailed() {
		this.executor.onOwnConnection((session) -> {
			String id = session.query(CONNECTION).first().orElseThrow();
			this.jdbc.execute("KILL CONNECTION " + id);
			await().atMost(LIMIT)
				.ignoreExceptions()
				.until(() -> !session.query(CONNECTION).first().equals(Optional.of(id)));
		});
	}

	@Test
	void aRecoveryCarriesOutWhatWasToFollowACommitInItsOrder() {
		SnapshotName other = SnapshotName.of("ct_journal_reactive_dropped");
		this.snapshots.dropIfExists(other).block(LIMIT);
		this.snapshots.create(other, SCOPE).block(LIMIT);
		committed(new CreateSnapshot(NAME, SCOPE), new CloneTable(ITEM, COPY, AsOf.snapshot(NAME), false, null),
				new CloneDatabase(DatabaseName.of(DATABASE), OTHER, AsOf.snapshot(NAME), null),
				new DropSnapshot(other, false, this.snapshots.get(other).block(LIMIT).createdAt()));
		assertThat(this.recovery.recover().done()).isEqualTo(4);
		assertThat(exists(NAME)).isTrue();
		assertThat(exists(other)).isFalse();
		assertThat(count("item_copy")).isOne();
		assertThat(count(OTHER.quoted() + ".item")).isOne();
		assertNoEntries();
	}

	@Test
	void aRecoveryLeavesATransactionWhoseWorkIsUnderWay() {
		committed(new CreateSnapshot(NAME, SCOPE));
		this.executor.onOwnConnection((session) -> {
			session.query(SqlText.of("SELECT GET_LOCK(?, 0)", this.journal.lockOf(TRANSACTION)));
			recovered().orTimeout(30, TimeUnit.SECONDS).join();
			session.query(SqlText.of("SELECT RELEASE_LOCK(?)", this.journal.lockOf(TRANSACTION)));
		});
		assertThat(exists(NAME)).isFalse();
		assertThat(entriesSeenByOthers()).containsExactly("ONCE_COMMITTED");
	}

	@Test
	void keepsWhatCanNeverBeDoneWithTheReason() {
		committed(new CloneTable(TableName.of(DATABASE, "missing"), COPY, null, false, null),
				new CreateSnapshot(NAME, SCOPE));
		assertThat(this.recovery.recover().failures()).isEqualTo(2);
		assertThat(exists(NAME)).as("may depend on what failed").isFalse();
		assertThat(this.jdbc.queryForList("SELECT failure FROM matrixone_journal", String.class))
			.allSatisfy((failure) -> assertThat(failure).contains("missing"));
	}

	@Test
	void entriesThatComeWithARestoreAreVoid() {
		transactional(this.snapshots.create(NAME, SCOPE)).block(LIMIT);
		this.restores.restoreDatabase(DatabaseName.of(DATABASE), NAME).block(LIMIT);
		assertThat(entriesSeenByOthers()).as("the snapshot holds the entry for itself")
			.containsExactly("UNLESS_COMMITTED");
		this.recovery.recover();
		assertNoEntries();
		assertThat(exists(NAME)).isTrue();
	}

	@Test
	void dropsOnlyTheSnapshotThatWasMeant() {
		this.snapshots.create(NAME, SCOPE).block(LIMIT);
		List<String> commands = transactional(this.snapshots.drop(NAME)
			.then(this.client.sql("SELECT command FROM matrixone_journal").mapValue(String.class).all().collectList()))
			.block(LIMIT);
		assertThat(commands).singleElement().asString().contains("taken-at=2");
		assertThat(exists(NAME)).isFalse();
	}

	@Test
	void doesNotBlockAThreadOfTheDriver() {
		assertThatIllegalStateException().isThrownBy(
				() -> Mono.fromRunnable(this.recovery::recover).subscribeOn(Schedulers.parallel()).block(LIMIT));
	}

	/**
	 * Leave an entry as a compute node writes it whose clock is ahead.
	 */
	private void claimedThreeSecondsAhead(CreateSnapshot create) {
		SqlText write = this.journal.unlessCommitted(create).write();
		List<Object> arguments = new ArrayList<>(write.arguments());
		arguments.replaceAll((argument) -> argument.equals("UNLESS_COMMITTED") ? "CLAIMED" : argument);
		write(new SqlText(write.sql().replace("utc_timestamp(6))", "utc_timestamp(6)) + 3000000"), arguments));
	}

	private <T> Mono<T> transactional(Mono<T> work) {
		return TransactionalOperator.create(this.transactionManager).transactional(work);
	}

	private CompletableFuture<JournalRecovery.Result> recovered() {
		return CompletableFuture.supplyAsync(this.recovery::recover);
	}

	private void committed(JournaledCommand... commands) {
		int position = 0;
		for (JournaledCommand command : commands) {
			write(this.journal.onceCommitted(TRANSACTION, position++, command).write());
		}
	}

	private void write(SqlText statement) {
		this.executor.onOwnConnection((session) -> session.update(statement, Duration.ZERO));
	}

	private boolean exists(SnapshotName name) {
		return Boolean.TRUE.equals(this.snapshots.exists(name).block(LIMIT));
	}

	private int count(String table) {
		return this.jdbc.queryForObject("SELECT count(*) FROM " + table, Integer.class);
	}

	private Mono<List<String>> entries() {
		return Flux.defer(() -> this.client.sql("SELECT kind FROM matrixone_journal").mapValue(String.class).all())
			.collectList();
	}

	private List<String> entriesSeenByOthers() {
		return this.jdbc.queryForList("SELECT kind FROM matrixone_journal", String.class);
	}

	private void assertNoEntries() {
		assertThat(entriesSeenByOthers()).isEmpty();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
