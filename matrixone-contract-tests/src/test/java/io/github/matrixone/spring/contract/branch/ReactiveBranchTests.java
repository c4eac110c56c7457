package io.github.matrixone.spring.contract.branch;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.proxy.ProxyConnectionFactory;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import io.github.matrixone.spring.branch.Branch;
import io.github.matrixone.spring.branch.BranchAge;
import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.BranchEvent;
import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.branch.BranchEvent.Phase;
import io.github.matrixone.spring.branch.BranchStatus;
import io.github.matrixone.spring.branch.CreateBranch;
import io.github.matrixone.spring.branch.DatabaseDiff;
import io.github.matrixone.spring.branch.MergeResult;
import io.github.matrixone.spring.branch.MergeViolation;
import io.github.matrixone.spring.branch.ReactiveBranchOperations;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.branch.RowChange;
import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.branch.TableChange;
import io.github.matrixone.spring.branch.TableDiff;
import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.journal.JournalRecovery;
import io.github.matrixone.spring.journal.JournalTable;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * Branches over R2DBC, on a server. What a test finds is read over JDBC, past the pool
 * and the wrapper.
 */
@EnabledIfServer
@Timeout(120)
class ReactiveBranchTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final DatabaseName DATABASE = DatabaseName.of("ct_branch_reactive");

	private static final DatabaseName DRAFTS = DatabaseName.of("ct_branch_reactive_drafts");

	private static final TableName ITEM = TableName.of("item");

	private static final TableName DRAFT = TableName.of("draft");

	private static final TableName QUALIFIED = TableName.of(DATABASE, "draft");

	private static final SnapshotName SNAPSHOT = SnapshotName.of("ct_branch_reactive");

	private static final MergeResult NOTHING = new MergeResult(0, 0, 0, List.of());

	private final JdbcTemplate jdbc = jdbc();

	private volatile Consumer<String> listener = (statement) -> {
	};

	private final ConnectionPool pool = pool(2);

	private final ReactiveTransactionManager manager = new R2dbcTransactionManager(this.pool);

	private final TransactionalOperator transaction = TransactionalOperator.create(this.manager);

	private final DatabaseClient client = DatabaseClient.create(this.pool);

	private final ReactiveCommandExecutor executor = new ReactiveCommandExecutor(this.pool);

	private final ReactiveSnapshotTemplate snapshots = new ReactiveSnapshotTemplate(this.executor);

	private final ReactiveBranchOperations branches = new ReactiveBranchTemplate(this.executor);

	@BeforeEach
	void createTable() {
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20), price DECIMAL(10, 2))");
		this.jdbc.execute("INSERT INTO item VALUES (1, 'one', 10), (2, 'two', 20), (3, 'three', 30), (4, NULL, NULL)");
	}

	@AfterEach
	void leavesNothingBehind() {
		try {
			awaitThePool();
			this.snapshots.dropIfExists(SNAPSHOT).block(LIMIT);
		}
		finally {
			this.pool.dispose();
			this.jdbc.execute("DROP DATABASE IF EXISTS " + DRAFTS.quoted());
			this.jdbc.execute("DROP DATABASE " + DATABASE.quoted());
		}
	}

	@Test
	void leavesRowsFreeThatATableReferencesWhoseTimesAreCompared() {
		this.jdbc.execute("CREATE TABLE par (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE TABLE child (id INT PRIMARY KEY, pid INT, other INT, "
				+ "FOREIGN KEY (pid) REFERENCES par (id), FOREIGN KEY (other) REFERENCES par (id))");
		this.jdbc.update("INSERT INTO par VALUES (1), (2)");
		this.jdbc.update("INSERT INTO child VALUES (1, 1, 1), (2, 2, 2)");
		get(this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE)));
		this.jdbc.update("UPDATE child SET pid = 1, other = 1 WHERE id = 2");
		SnapshotName after = SnapshotName.of("ct_branch_reactive_after");
		get(this.snapshots.create(after, SnapshotScope.database(DATABASE)));
		AtomicInteger removed = new AtomicInteger();
		this.listener = (statement) -> {
			if (statement.contains(" AS merged") && statement.contains("matrixone_diff_") && removed.get() == 0) {
				removed.set(this.jdbc.update("DELETE FROM par WHERE id = 2"));
			}
		};
		try {
			TableName child = TableName.of("child");
			assertThat(get(this.branches.diff(child, AsOf.snapshot(SNAPSHOT), AsOf.snapshot(after))).changes())
				.hasSize(1);
			assertThat(removed).hasValue(1);
		}
		finally {
			get(this.snapshots.drop(after).thenReturn(true));
		}
	}

	@Test
	void isMadeListedFoundAndDeleted() {
		Branch branch = get(this.branches.createTable(ITEM, DRAFT));
		assertThat(branch.table()).isEqualTo(QUALIFIED);
		assertThat(branch.parent()).isEqualTo(TableName.of(DATABASE, "item"));
		assertThat(branch.ofDatabase()).isFalse();
		assertThat(get(this.branches.list().collectList())).contains(branch);
		assertThat(get(this.branches.ages().collectList())).extracting(BranchAge::branch).contains(branch);
		assertThat(get(this.branches.summary()).tables()).isPositive();
		assertThat(get(this.branches.find(DRAFT))).isEqualTo(branch);
		assertThat(names(DRAFT)).containsExactly("one", "two", "three", null);
		run(this.branches.deleteTable(DRAFT));
		assertThat(this.branches.find(DRAFT).block(LIMIT)).isNull();
		assertThatFails(BranchNotFoundException.class, this.branches.get(DRAFT));
	}

	@Test
	void doesNothingBeforeTheSubscription() {
		this.branches.createTable(ITEM, DRAFT);
		this.branches.createDatabase(DATABASE, DRAFTS);
		assertThat(this.branches.find(DRAFT).block(LIMIT)).isNull();
		change();
		this.branches.merge(DRAFT);
		this.branches.pick(get(this.branches.diff(DRAFT)), (row) -> true);
		this.branches.deleteTable(DRAFT);
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
		assertThat(get(this.branches.find(DRAFT)).table()).isEqualTo(QUALIFIED);
	}

	@Test
	void beginsWithAPointInTime() {
		run(this.snapshots.create(SNAPSHOT, SnapshotScope.table(ITEM)));
		this.jdbc.update("DELETE FROM item WHERE id = 1");
		Branch branch = get(this.branches.createTable(ITEM, DRAFT, AsOf.snapshot(SNAPSHOT)));
		assertThat(branch.branchedAt()).isEqualTo(get(this.snapshots.get(SNAPSHOT)).createdAt());
		assertThat(names(DRAFT)).containsExactly("one", "two", "three", null);
		assertThat(get(this.branches.diff(DRAFT)).changes()).isEmpty();
	}

	@Test
	void refusesWhatCannotBeMade() {
		assertThatFails(CloneTargetExistsException.class, this.branches.createTable(ITEM, ITEM));
		assertThatFails(TableNotFoundException.class, this.branches.createTable(TableName.of("missing"), DRAFT))
			.withMessageContaining("missing");
		assertThatFails(BranchNotFoundException.class, this.branches.deleteTable(ITEM));
		assertThatFails(BranchNotFoundException.class, this.branches.diff(ITEM));
		run(this.branches.createTable(ITEM, DRAFT));
		assertThatFails(CloneTargetExistsException.class, this.branches.createTable(ITEM, DRAFT));
		assertThat(names(ITEM)).hasSize(4);
	}

	@Test
	void isMadeBesideATransactionAndDeletedOnRollback() {
		Mono<Long> work = this.branches.createTable(ITEM, DRAFT)
			.then(update("UPDATE draft SET name = 'mine' WHERE id = 1"));
		rolledBack(work);
		assertThat(this.branches.find(DRAFT).block(LIMIT)).isNull();
		run(this.transaction.transactional(work));
		assertThat(get(this.branches.diff(DRAFT)).changes()).extracting(RowChange::key)
			.containsExactly(Map.of("id", 1));
	}

	@Test
	void isRefusedAfterAWriteOfItsTransaction() {
		rolledBack(update("UPDATE item SET name = 'mine' WHERE id = 1").then(Mono
			.defer(() -> refused(UncommittedChangesException.class, this.branches.createTable(ITEM, DRAFT), ""))));
		assertThat(this.branches.find(DRAFT).block(LIMIT)).isNull();
	}

	@Test
	void isDeletedAfterTheCommitOnly() {
		run(this.branches.createTable(ITEM, DRAFT));
		rolledBack(this.branches.deleteTable(DRAFT));
		assertThat(this.branches.find(DRAFT).block(LIMIT)).isNotNull();
		run(this.transaction.transactional(
				this.branches.deleteTable(DRAFT).then(Mono.fromRunnable(() -> assertThat(names(DRAFT)).hasSize(4)))));
		assertThat(this.branches.find(DRAFT).block(LIMIT)).isNull();
	}

	@Test
	void aCommitKeepsAndARollbackDeletesWhatTheJournalKnows() {
		this.executor.setJournal(journal());
		Mono<Integer> entries = Mono.fromSupplier(() -> count("matrixone_journal"));
		rolledBack(
				this.branches.createTable(ITEM, DRAFT).then(entries.doOnNext((during) -> assertThat(during).isOne())));
		assertThat(this.branches.find(DRAFT).block(LIMIT)).isNull();
		run(this.transaction.transactional(this.branches.createTable(ITEM, DRAFT)));
		assertThat(this.branches.find(DRAFT).block(LIMIT)).isNotNull();
		run(this.transaction.transactional(this.branches.deleteTable(DRAFT)));
		assertThat(this.branches.find(DRAFT).block(LIMIT)).isNull();
		assertThat(get(entries)).isZero();
	}

	@Test
	void aRecoveryDeletesWhatAProcessThatDiedHasMade() {
		JournalTable journal = journal();
		CreateBranch create = new CreateBranch(TableName.of(DATABASE, "item"), QUALIFIED, null);
		SqlText entry = journal.unlessCommitted(create).write();
		this.jdbc.update(entry.sql(), entry.arguments().toArray());
		run(this.executor.beside(create));
		JournalRecovery recovery = new JournalRecovery(this.executor, journal);
		recovery.setGracePeriod(Duration.ZERO);
		assertThat(recovery.recover().done()).isOne();
		assertThat(this.branches.find(DRAFT).block(LIMIT)).isNull();
	}

	@Test
	void tellsEachChangeWithBothSidesAndWhatTheyBeganWith() {
		change();
		this.jdbc.update("UPDATE item SET price = 11 WHERE id = 1");
		BranchDiff diff = get(this.branches.diff(DRAFT));
		assertThat(diff.count(Kind.ADDED)).isOne();
		assertThat(diff.count(Kind.UPDATED)).isEqualTo(2);
		assertThat(diff.count(Kind.REMOVED)).isOne();
		assertThat(diff.isMergeable()).isFalse();
		RowChange conflict = diff.conflicts().get(0);
		assertThat(diff.conflicts()).hasSize(1);
		assertThat(conflict.key()).isEqualTo(Map.of("id", 1));
		assertThat(conflict.base()).containsEntry("name", "one");
		assertThat(conflict.branch()).containsEntry("name", "ONE");
		assertThat(conflict.target()).containsEntry("price", new BigDecimal("11.00"));
		assertThat(diff.changes()).filteredOn((row) -> row.key().containsValue(4))
			.singleElement()
			.satisfies((row) -> assertThat(row.base()).containsEntry("name", null).containsEntry("price", null));
	}

	@Test
	void seesWhatItsTransactionHasWritten() {
		run(this.branches.createTable(ITEM, DRAFT));
		rolledBack(update("UPDATE draft SET name = 'mine' WHERE id = 1").then(this.branches.diff(DRAFT))
			.doOnNext((diff) -> assertThat(diff.changes()).hasSize(1)));
		assertThat(get(this.branches.diff(DRAFT)).changes()).isEmpty();
	}

	@Test
	void mergesAllOfItAndStays() {
		change();
		assertThat(get(this.branches.merge(DRAFT))).isEqualTo(new MergeResult(1, 2, 1, List.of()));
		assertThat(names(ITEM)).containsExactly("ONE", "three", "four", "five");
		assertThat(get(this.branches.diff(DRAFT)).changes()).hasSize(4).allMatch(RowChange::isMerged);
		assertThat(get(this.branches.merge(DRAFT))).as("nothing is left to do").isEqualTo(NOTHING);
	}

	@Test
	void isBroughtOverToANewBranchOfTheParentAsItIsNow() {
		change();
		this.jdbc.update("UPDATE item SET name = 'parent' WHERE id = 4");
		TableName second = TableName.of("second");
		assertThatFails(BranchConflictException.class, this.branches.rebase(DRAFT, second));
		assertThat(this.branches.find(second).block(LIMIT)).isNull();
		rolledBack(refused(NotAllowedInTransactionException.class, this.branches.rebase(DRAFT, second), "outside"));
		this.jdbc.update("UPDATE item SET name = NULL WHERE id = 4");
		this.jdbc.update("UPDATE item SET name = 'parent' WHERE id = 3");
		BranchDiff diff = get(this.branches.diff(DRAFT));
		assertThat(get(this.branches.rebase(diff, second, (row) -> row.key().containsValue(1))))
			.isEqualTo(new MergeResult(0, 1, 0, List.of()));
		assertThat(names(second)).containsExactly("ONE", "two", "parent", null);
		assertThat(get(this.branches.diff(second)).changes()).hasSize(1);
	}

	@Test
	void allTablesOfADatabaseAreBroughtOver() {
		createLines();
		run(this.branches.createDatabase(DATABASE, DRAFTS));
		changeDrafts();
		DatabaseName second = DatabaseName.of("ct_branch_reactive_second");
		this.jdbc.execute("DROP DATABASE IF EXISTS " + second.quoted());
		try {
			DatabaseDiff diff = get(this.branches.diff(DRAFTS));
			run(this.branches.rebase(DRAFTS, second));
			assertThat(get(this.branches.diff(second)).tables()).extracting((table) -> table.changes().size())
				.containsExactlyElementsOf(diff.tables().stream().map((table) -> table.changes().size()).toList());
		}
		finally {
			this.jdbc.execute("DROP DATABASE IF EXISTS " + second.quoted());
		}
	}

	@Test
	void aRollbackAndFailedWorkLeaveTheDatabaseThatSomebodyElseHasBranchedUnderTheName() {
		Mono<Void> branchAnew = Mono.fromRunnable(this::branchDraftsAnew);
		rolledBack(this.branches.createDatabase(DATABASE, DRAFTS).then(branchAnew));
		assertThat(names(TableName.of(DRAFTS, "item"))).contains("of somebody else");
		this.jdbc.execute("DROP DATABASE " + DRAFTS.quoted());
		ReactiveBranchTemplate listening = new ReactiveBranchTemplate(this.executor);
		listening.setApplicationEventPublisher((event) -> {
			if (((BranchEvent) event).phase() == Phase.AFTER) {
				branchDraftsAnew();
				throw new IllegalStateException("fails on purpose");
			}
		});
		assertThatFails(IllegalStateException.class, listening.createDatabase(DATABASE, DRAFTS));
		assertThat(names(TableName.of(DRAFTS, "item"))).contains("of somebody else");
	}

	@Test
	void aCommitDeletesWhatWasAlteredAndTellsThatWhatWasEmptiedIsLeft() {
		run(this.branches.createDatabase(DATABASE, DRAFTS));
		run(this.transaction.transactional(this.branches.deleteDatabase(DRAFTS)
			.then(Mono.fromRunnable(
					() -> this.jdbc.execute("ALTER TABLE " + DRAFTS.quoted() + ".item ADD COLUMN more INT")))));
		assertThatFails(BranchNotFoundException.class, this.branches.diff(DRAFTS));
		run(this.branches.createTable(ITEM, DRAFT));
		assertThatFails(AfterCommitException.class,
				this.transaction.transactional(this.branches.deleteTable(DRAFT)
					.then(Mono.fromRunnable(() -> this.jdbc.execute("TRUNCATE TABLE draft")))))
			.withMessageContaining("CloneOperations.dropTable");
		assertThat(names(DRAFT)).isEmpty();
	}

	@Test
	void tellsWhatHasChangedBetweenTwoPoints() {
		run(this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE)));
		SnapshotName after = SnapshotName.of("ct_branch_reactive_after");
		this.jdbc.update("UPDATE item SET name = 'ONE' WHERE id IN (1, 2)");
		run(this.snapshots.create(after, SnapshotScope.database(DATABASE)));
		try {
			this.jdbc.update("UPDATE item SET name = 'later' WHERE id = 2");
			TableDiff diff = get(this.branches.diff(ITEM, AsOf.snapshot(SNAPSHOT), AsOf.snapshot(after)));
			assertThat(diff.changes()).extracting((change) -> change.key().get("id"), TableChange::isChangedAgain)
				.containsExactlyInAnyOrder(tuple(1, false), tuple(2, true));
			run(this.branches.revert(diff, (change) -> !change.isChangedAgain()));
			assertThat(names(ITEM)).containsExactly("one", "later", "three", null);
			assertThatFails(InvalidDataAccessApiUsageException.class,
					this.branches.diff(ITEM, AsOf.snapshot(after), AsOf.snapshot(SNAPSHOT)));
			assertThat(this.jdbc.queryForList("SHOW TABLES FROM " + DATABASE.quoted(), String.class))
				.noneMatch((table) -> table.startsWith("matrixone_diff"));
		}
		finally {
			run(this.snapshots.drop(after));
		}
	}

	@Test
	void isRepeatedAsAWholeWhenItIsSubscribedToAgain() {
		change();
		Mono<MergeResult> merge = this.branches.merge(DRAFT);
		assertThat(get(merge)).isEqualTo(new MergeResult(1, 2, 1, List.of()));
		this.jdbc.update("UPDATE draft SET name = 'THREE' WHERE id = 3");
		assertThat(get(merge)).isEqualTo(new MergeResult(0, 1, 0, List.of()));
	}

	@Test
	void joinsTheTransactionThatItIsMergedIn() {
		change();
		this.jdbc.execute("CREATE TABLE audit (id INT PRIMARY KEY)");
		Mono<List<String>> work = update("INSERT INTO audit VALUES (1)").then(this.branches.merge(DRAFT))
			.thenMany(query("SELECT name FROM item ORDER BY id"))
			.collectList()
			.doOnNext((names) -> assertThat(names).containsExactly("ONE", "three", "four", "five"));
		rolledBack(work);
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
		assertThat(count("audit")).isZero();
		run(this.transaction.transactional(work));
		assertThat(names(ITEM)).containsExactly("ONE", "three", "four", "five");
		assertThat(count("audit")).isOne();
	}

	@Test
	void joinsTheTransactionOfAnAnnotatedMethod() {
		change();
		this.jdbc.execute("CREATE TABLE audit (id INT PRIMARY KEY)");
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.registerBean(ReactiveTransactionManager.class, () -> this.manager);
			context.registerBean(Publication.class, () -> new Publication(this.client, this.branches));
			context.register(TransactionalConfiguration.class);
			context.refresh();
			Publication publication = context.getBean(Publication.class);
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> publication.publish(true).block(LIMIT))
				.withMessage("The check has failed");
			assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
			assertThat(count("audit")).isZero();
			assertThat(get(publication.publish(false))).isEqualTo(new MergeResult(1, 2, 1, List.of()));
		}
		assertThat(names(ITEM)).containsExactly("ONE", "three", "four", "five");
		assertThat(count("audit")).isOne();
	}

	@ParameterizedTest
	@ValueSource(strings = { "item", "draft" })
	void refusesWhatItsTransactionHasWritten(String written) {
		change();
		BranchDiff diff = get(this.branches.diff(DRAFT));
		rolledBack(update("UPDATE " + written + " SET name = NULL WHERE id = 3").then(Mono
			.defer(() -> refused(UncommittedChangesException.class, this.branches.merge(DRAFT), "The merge of"))
			.then(Mono.defer(() -> refused(UncommittedChangesException.class, this.branches.merge(diff), "")))
			.then(Mono.defer(
					() -> refused(UncommittedChangesException.class, this.branches.pick(diff, (row) -> true), "")))));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void mergesOneTableAfterTheOtherUnlessAForeignKeyMayHaveChangedIt(boolean cascade) {
		this.jdbc.execute("CREATE TABLE supplier (id INT PRIMARY KEY, item INT"
				+ (cascade ? ", FOREIGN KEY (item) REFERENCES item(id) ON DELETE SET NULL)" : ")"));
		this.jdbc.update("INSERT INTO supplier VALUES (1, 2)");
		TableName branch = TableName.of("supplier_draft");
		get(this.branches.createTable(TableName.of("supplier"), branch));
		this.jdbc.update("INSERT INTO supplier_draft VALUES (2, NULL)");
		change();
		Mono<?> merge = Mono.defer(() -> this.branches.merge(branch));
		run(this.transaction.transactional(this.branches.merge(DRAFT)
			.then(cascade ? refused(UncommittedChangesException.class, merge, "a foreign key of") : merge.then())));
		assertThat(count("supplier")).isEqualTo(cascade ? 1 : 2);
	}

	@Test
	void hasATransactionOfItsOwnInWhatFollowsACommit() {
		change();
		ReactiveBranchTemplate interrupted = new ReactiveBranchTemplate(
				interruptedBy(() -> this.jdbc.update("UPDATE draft SET name = 'late' WHERE id = 3")));
		Mono<Void> nothing = Mono
			.fromRunnable(() -> assertThat(names(ITEM)).containsExactly("one", "two", "three", null));
		TransactionSynchronization merge = new TransactionSynchronization() {

			@Override
			public Mono<Void> afterCommit() {
				return refused(BranchConflictException.class, interrupted.merge(DRAFT), "Somebody else").then(nothing)
					.then(ReactiveBranchTests.this.branches.merge(DRAFT))
					.then();
			}

		};
		run(this.transaction.transactional(query("SELECT name FROM item WHERE id = 1 FOR UPDATE")
			.then(TransactionSynchronizationManager.forCurrentTransaction()
				.doOnNext((current) -> current.registerSynchronization(merge)))));
		assertThat(names(ITEM)).containsExactly("ONE", "late", "four", "five");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void needsOneConnectionOnly(boolean inTransaction) {
		change();
		ConnectionPool small = pool(1);
		try {
			ReactiveBranchTemplate branches = new ReactiveBranchTemplate(new ReactiveCommandExecutor(small));
			Mono<DatabaseDiff> work = branches.createTable(ITEM, TableName.of("second"))
				.then(branches.diff(DRAFT))
				.flatMap(branches::merge)
				.then(branches.createDatabase(DATABASE, DRAFTS))
				.then(branches.diff(DRAFTS));
			TransactionalOperator transaction = TransactionalOperator.create(new R2dbcTransactionManager(small));
			Mono<Void> joined = transaction.transactional(branches.createTable(ITEM, TableName.of("second"))
				.then(branches.diff(DRAFT))
				.flatMap(branches::merge)
				.then(branches.deleteTable(DRAFT)));
			if (inTransaction) {
				run(joined);
				assertThat(this.branches.find(DRAFT).block(LIMIT)).isNull();
			}
			else {
				assertThat(get(work).conflicts()).isEmpty();
			}
		}
		finally {
			small.dispose();
		}
		assertThat(names(ITEM)).containsExactly("ONE", "three", "four", "five");
	}

	@Test
	void mergesMoreRowsThanItNamesByTheirKeys() {
		this.jdbc.execute("CREATE TABLE large (id BIGINT PRIMARY KEY, n INT, v VARCHAR(9))");
		this.jdbc.update("INSERT INTO large SELECT result, 1, 'x' FROM generate_series(1, 6000) g");
		TableName large = TableName.of("large");
		Branch draft = get(this.branches.createTable(large, DRAFT));
		BranchTests.changeBothSidesOfLargeTable(this.jdbc);
		MergeResult kept = get(this.branches.mergeKeepingTarget(DRAFT));
		assertThat(kept).extracting(MergeResult::added, MergeResult::updated, MergeResult::removed)
			.containsExactly(199, 3498, 498);
		assertThat(kept.lost()).extracting((conflict) -> conflict.key().get("id"))
			.containsExactlyInAnyOrder(1L, 2001L, 5501L, 7001L);
		assertThat(BranchTests.largeTable(this.jdbc)).isEqualTo("5701 2198 1499");
		assertThat(get(this.branches.mergeTakingBranch(DRAFT)).lost()).hasSize(4);
		assertThat(BranchTests.largeTable(this.jdbc)).isEqualTo("5700 2200 1500");
		TableDiff since = get(this.branches.diff(large, AsOf.instant(draft.branchedAt())));
		get(this.branches.revert(since, (row) -> true));
		assertThat(BranchTests.largeTable(this.jdbc)).isEqualTo("6000 0 0");
	}

	@Test
	void removesARowThatOthersGiveUp() {
		this.jdbc.execute("CREATE TABLE node (id INT PRIMARY KEY, name INT UNIQUE, above INT, "
				+ "FOREIGN KEY (above) REFERENCES node(id))");
		this.jdbc.update("INSERT INTO node VALUES (1, 10, NULL), (2, 20, 1), (3, 30, 1), (4, 40, NULL)");
		run(this.branches.createTable(TableName.of("node"), DRAFT));
		this.jdbc.update("UPDATE draft SET above = 4 WHERE above = 1");
		this.jdbc.update("DELETE FROM draft WHERE id = 1");
		assertThat(get(this.branches.merge(DRAFT))).isEqualTo(new MergeResult(0, 2, 1, List.of()));
		assertThat(this.jdbc.queryForList("SELECT concat_ws(' ', id, name, above) FROM node ORDER BY id", String.class))
			.containsExactly("2 20 4", "3 30 4", "4 40");
	}

	@Test
	void removesAndAddsRowsWithThoseThatTheyReference() {
		BranchTests.createTree(this.jdbc, BranchTests.TREE + " ON DELETE SET NULL");
		TableName node = TableName.of("node");
		Branch branch = get(this.branches.createTable(node, DRAFT));
		BranchTests.changeTree(this.jdbc);
		assertThat(get(this.branches.merge(DRAFT))).isEqualTo(new MergeResult(1500, 1, 4, List.of()));
		assertThat(BranchTests.nodes(this.jdbc)).hasSize(1502).contains("1", "5 1", "101 1600", "1600 1");
		run(this.branches.revert(get(this.branches.diff(node, AsOf.instant(branch.branchedAt()))), (row) -> true));
		assertThat(BranchTests.nodes(this.jdbc)).containsExactly("1", "2 1", "3 2", "4 3", "5 4", "6");
	}

	@Test
	void mergesNullsOfALargeTable() {
		this.jdbc.execute("CREATE TABLE large (id BIGINT PRIMARY KEY, r INT, m INT, v VARCHAR(9))");
		this.jdbc.update("INSERT INTO large SELECT result, 1, 1, 'x' FROM generate_series(1, 5000) g");
		this.jdbc.update("INSERT INTO large SELECT result, 1, 1, 'x' FROM generate_series(5001, 7000) g");
		this.jdbc.update("UPDATE large SET r = r + 1");
		run(this.branches.createTable(TableName.of("large"), DRAFT));
		this.jdbc.update("INSERT INTO draft VALUES (9000, 1, NULL, NULL)");
		this.jdbc.update("UPDATE draft SET v = NULL WHERE id = 5");
		assertThat(get(this.branches.merge(DRAFT))).isEqualTo(new MergeResult(1, 1, 0, List.of()));
		assertThat(this.jdbc.queryForList("SELECT id FROM large WHERE v IS NULL ORDER BY id", Long.class))
			.containsExactly(5L, 9000L);
	}

	@Test
	void refusesToLoseAChange() {
		changeBothSides();
		assertThatFails(BranchConflictException.class, this.branches.merge(DRAFT)).withMessageContaining("3 rows")
			.withMessageContaining("mergeKeepingTarget");
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null, "other");
	}

	@Test
	void mergesNothingOfSeveralWithAConflictWhereTheSubscriberGoesOnAfterErrors() {
		this.jdbc.execute("CREATE TABLE other (id INT PRIMARY KEY, name VARCHAR(20))");
		this.jdbc.update("INSERT INTO other VALUES (1, 'one')");
		TableName second = TableName.of("second");
		List<BranchDiff> seen = get(this.branches.createTable(ITEM, DRAFT)
			.then(this.branches.createTable(TableName.of("other"), second))
			.then(update("UPDATE draft SET name = 'ONE' WHERE id = 1"))
			.then(update("UPDATE second SET name = 'ONE'"))
			.then(this.branches.diff(DRAFT).zipWith(this.branches.diff(second), List::of)));
		this.jdbc.update("UPDATE other SET name = 'none'");
		List<Throwable> errors = new ArrayList<>();
		assertThat(goOn(this.branches.merge(seen), errors)).isNull();
		assertThat(goOn(this.branches.publish(seen), errors)).isNull();
		assertThat(goOn(this.branches.merge(second), errors)).isNull();
		assertThat(errors).hasSize(3).hasOnlyElementsOfType(BranchConflictException.class);
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
	}

	private static <T> T goOn(Mono<T> work, List<Throwable> errors) {
		return Flux.just(1)
			.hide()
			.flatMap((one) -> work)
			.onErrorContinue((ex, value) -> errors.add(ex))
			.blockLast(LIMIT);
	}

	@Test
	void aConflictLeavesTheTransactionOfItsCaller() {
		changeBothSides();
		run(this.transaction.transactional(refused(BranchConflictException.class, this.branches.merge(DRAFT), "3 rows")
			.then(update("INSERT INTO item VALUES (9, 'nine', 9)"))));
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null, "other", "nine");
	}

	@Test
	void losesWhatItIsToldTo() {
		changeBothSides();
		MergeResult kept = get(this.branches.mergeKeepingTarget(DRAFT));
		assertThat(kept.lost()).extracting((lost) -> lost.key().get("id")).containsExactlyInAnyOrder(1, 2, 5);
		assertThat(names(ITEM)).containsExactly("one", "two", "three", "four", "other");
		MergeResult taken = get(this.branches.mergeTakingBranch(DRAFT));
		assertThat(taken.lost()).extracting((lost) -> lost.key().get("id")).containsExactlyInAnyOrder(1, 2, 5);
		assertThat(names(ITEM)).containsExactly("ONE", "three", "four", "five");
	}

	@Test
	void mergesWhatWasLookedAt() {
		change();
		BranchDiff preview = get(this.branches.diff(DRAFT));
		assertThat(get(this.branches.merge(preview))).isEqualTo(new MergeResult(1, 2, 1, List.of()));
		assertThat(names(ITEM)).containsExactly("ONE", "three", "four", "five");
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE draft SET price = 99 WHERE id = 1", "UPDATE draft SET price = 99 WHERE id = 3",
			"UPDATE draft SET name = 'one' WHERE id = 1", "INSERT INTO draft VALUES (2, 'two', 20)",
			"UPDATE item SET price = 99 WHERE id = 2", "DELETE FROM item WHERE id = 1",
			"INSERT INTO item VALUES (5, 'five', 50)" })
	void mergesNothingThatHasMovedSinceItWasLookedAt(String moved) {
		change();
		BranchDiff preview = get(this.branches.diff(DRAFT));
		this.jdbc.update(moved);
		List<String> before = names(ITEM);
		assertThatFails(BranchConflictException.class, this.branches.merge(preview)).withMessageContaining("1 rows")
			.withMessageContaining("since they were looked at");
		assertThat(names(ITEM)).isEqualTo(before);
	}

	@Test
	void mergesAPreviewOfAnotherBranchOfThatNameNever() {
		change();
		BranchDiff preview = get(this.branches.diff(DRAFT));
		run(this.branches.deleteTable(DRAFT));
		change();
		assertThatFails(BranchConflictException.class, this.branches.merge(preview))
			.withMessageContaining("another branch");
		assertThatFails(BranchConflictException.class, this.branches.pick(preview, (row) -> true));
		assertThatFails(BranchConflictException.class, this.branches.merge(List.of(preview)));
	}

	@Test
	void picksRowsAndDecidesConflicts() {
		changeBothSides();
		BranchDiff diff = get(this.branches.diff(DRAFT));
		assertThat(get(this.branches.pick(diff, (row) -> false))).isEqualTo(NOTHING);
		MergeResult result = get(this.branches.pick(diff, (row) -> !row.isConflict() || row.key().containsValue(1)));
		assertThat(result.lost()).singleElement().extracting(RowChange::key).isEqualTo(Map.of("id", 1));
		assertThat(result).extracting(MergeResult::added, MergeResult::updated, MergeResult::removed)
			.containsExactly(0, 2, 0);
		assertThat(names(ITEM)).containsExactly("ONE", "two", "three", "four", "other");
	}

	@Test
	void picksNothingThatHasMovedSinceItWasLookedAt() {
		change();
		BranchDiff preview = get(this.branches.diff(DRAFT));
		this.jdbc.update("UPDATE draft SET price = 99 WHERE id = 1");
		this.jdbc.update("UPDATE item SET price = 99 WHERE id = 2");
		assertThatFails(BranchConflictException.class, this.branches.pick(preview, (row) -> true))
			.withMessageContaining("2 rows");
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
		run(this.branches.pick(preview, (row) -> !row.key().containsValue(1) && !row.key().containsValue(2)));
		assertThat(names(ITEM)).containsExactly("one", "two", "three", "four", "five");
	}

	@Test
	void picksManyRowsByACompositeKey() {
		this.jdbc.execute("CREATE TABLE pair (a INT, b VARCHAR(20), v INT, PRIMARY KEY (a, b))");
		this.jdbc.update("INSERT INTO pair SELECT result, concat('k', result), 0 FROM generate_series(1, 3000) g");
		run(this.branches.createTable(TableName.of("pair"), DRAFT));
		this.jdbc.update("UPDATE draft SET v = 1 WHERE a <= 1500");
		this.jdbc.update("DELETE FROM draft WHERE a > 2900");
		this.jdbc.update("INSERT INTO draft SELECT result, 'new', 2 FROM generate_series(1, 700) g");
		MergeResult result = get(this.branches.diff(DRAFT)
			.flatMap((diff) -> this.branches.pick(diff, (row) -> (Integer) row.key().get("a") % 2 == 0)));
		assertThat(result).isEqualTo(new MergeResult(350, 750, 50, List.of()));
		assertThat(count("pair WHERE a % 2 = 1 AND (v <> 0 OR b = 'new')")).isZero();
		assertThat(count("pair")).isEqualTo(3300);
	}

	@Test
	void mergesNothingWhereAForeignKeyWouldBreak() {
		this.jdbc.execute("CREATE TABLE line (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item(id))");
		this.jdbc.update("INSERT INTO line VALUES (1, 2)");
		change();
		assertThatFails(DataIntegrityViolationException.class, this.branches.merge(DRAFT));
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
		Mono<Long> later = update("INSERT INTO line VALUES (2, 1)");
		rolledBack(refused(DataIntegrityViolationException.class, this.branches.merge(DRAFT), "")
			.then(Mono.defer(() -> refused(TransactionLostException.class, later, "has failed"))));
		this.jdbc.update("DELETE FROM line");
		run(this.branches.merge(DRAFT)); // MO#27992
		assertThat(names(ITEM)).containsExactly("ONE", "three", "four", "five");
	}

	@Test
	void removesWithARowWhatForeignKeysSay() {
		this.jdbc.execute("CREATE TABLE line (id INT PRIMARY KEY, item INT, "
				+ "FOREIGN KEY (item) REFERENCES item(id) ON DELETE CASCADE)");
		this.jdbc.execute("CREATE TABLE note (id INT PRIMARY KEY, item INT, "
				+ "FOREIGN KEY (item) REFERENCES item(id) ON DELETE SET NULL)");
		this.jdbc.update("INSERT INTO line VALUES (1, 1), (2, 2), (3, 2)");
		this.jdbc.update("INSERT INTO note VALUES (1, 2)");
		change();
		assertThat(get(this.branches.merge(DRAFT))).isEqualTo(new MergeResult(1, 2, 1, List.of()));
		assertThat(names(ITEM)).containsExactly("ONE", "three", "four", "five");
		assertThat(this.jdbc.queryForList("SELECT id FROM line", Integer.class)).containsExactly(1);
		assertThat(this.jdbc.queryForObject("SELECT item FROM note", Integer.class)).isNull();
	}

	@Test
	void knowsCompositeKeysAndEveryTypeOfColumn() {
		this.jdbc.execute("CREATE TABLE wide (a BIGINT AUTO_INCREMENT, `order by` VARCHAR(10), js JSON, bl BLOB, "
				+ "f DOUBLE, d DECIMAL(20, 3), t TIMESTAMP(6), dt DATETIME, v VECF32(3), "
				+ "b BOOLEAN, x TEXT, bi BIT(3), u BIGINT UNSIGNED, ti TINYINT, da DATE, PRIMARY KEY (a, `order by`))");
		this.jdbc.update("INSERT INTO wide (`order by`, js, bl, f, d, t, dt, v, b, x, bi, u, ti, da) VALUES "
				+ "('x', '{\"a\": 1}', 'blob', 1.5, 2.5, '2026-01-01 00:00:00.123456', '2026-01-01', '[1,2,3]', true, 't', "
				+ "5, 18446744073709551615, -1, '2026-01-02'), "
				+ "('y', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
		TableName wide = TableName.of("wide");
		run(this.branches.createTable(wide, DRAFT));
		assertThat(get(this.branches.diff(DRAFT)).changes()).isEmpty();
		this.jdbc.update("UPDATE draft SET js = '{\"a\": 2}', v = '[3,2,1]', bl = NULL, bi = 2 WHERE `order by` = 'x'");
		this.jdbc.update("UPDATE draft SET t = '2026-01-01 00:00:00.000001' WHERE `order by` = 'y'");
		BranchDiff diff = get(this.branches.diff(DRAFT));
		this.jdbc.update("UPDATE draft SET bi = 3 WHERE `order by` = 'x'");
		assertThatFails(BranchConflictException.class, this.branches.merge(diff));
		this.jdbc.update("UPDATE draft SET bi = 2 WHERE `order by` = 'x'");
		assertThat(get(this.branches.merge(diff))).isEqualTo(new MergeResult(0, 2, 0, List.of()));
		assertThat(this.jdbc.queryForObject("SELECT js FROM wide WHERE `order by` = 'x'", String.class))
			.isEqualTo("{\"a\": 2}");
		assertThat(diff.changes()).filteredOn((row) -> row.key().containsValue("x"))
			.singleElement()
			.extracting(RowChange::base)
			.satisfies((row) -> assertThat(Objects.requireNonNull(row).get("bl")).isEqualTo("blob".getBytes()));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "VARBINARY(4)|x'ff00'|byte[]|[-1, 0]", "BINARY(2)|x'ff00'|byte[]|[-1, 0]",
					"BLOB|x'ff00'|byte[]|[-1, 0]", "BIT(8)|5|byte[]|[5]", "TIME|'26:00:00'|String|26:00:00",
					"TIME|'-01:00:00'|String|-01:00:00", "TIME(6)|'-00:00:00.5'|String|-00:00:00.500000",
					"TIME(6)|'10:00:00.000001'|String|10:00:00.000001", "YEAR|2024|Integer|2024",
					"DATE|'2026-01-02'|LocalDate|2026-01-02", "DATETIME(6)|'2026-01-02'|LocalDateTime|2026-01-02T00:00",
					"TIMESTAMP|'2026-01-02'|ZonedDateTime|2026-01-02T00:00", "BOOLEAN|true|Boolean|true",
					"BIGINT UNSIGNED|18446744073709551615|BigInteger|18446744073709551615", "INT|1|Integer|1",
					"DECIMAL(5, 2)|1.5|BigDecimal|1.50", "FLOAT|0.1|Float|0.1", "DOUBLE|0.1|Double|0.1",
					"JSON|'{\"a\": 1}'|String|{\"a\": 1}", "TEXT|'t'|String|t", "VECF32(2)|'[1,2]'|String|[1, 2]",
					"ENUM('a', 'b')|'b'|String|b" })
	void givesEachValueInFull(String type, String value, String javaType, String text) {
		this.jdbc.execute("CREATE TABLE typed (id INT PRIMARY KEY, v " + type + ')');
		run(this.branches.createTable(TableName.of("typed"), DRAFT));
		this.jdbc.update("INSERT INTO draft VALUES (1, " + value + "), (2, NULL)");
		List<RowChange> changes = get(this.branches.diff(DRAFT)).changes();
		Object given = Objects.requireNonNull(Objects.requireNonNull(changes.get(0).branch()).get("v"));
		assertThat(given.getClass().getSimpleName()).isEqualTo(javaType);
		assertThat((given instanceof byte[] bytes) ? Arrays.toString(bytes) : given.toString()).startsWith(text);
		assertThat(changes.get(1).branch()).containsEntry("v", null);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "VARBINARY(4)|x'00'|x'ff'|x'fe'", "BINARY(2)|x'0000'|x'ffff'|x'fefe'", "BLOB|x'00'|x'ff'|x'fe'",
					"TIME(6)|'10:00:00'|'10:00:00.100001'|'10:00:00.100999'", "TIME|'10:00:00'|'26:00:00'|'27:00:00'",
					"TIME|'10:00:00'|'02:00:00'|'26:00:00'", "TIME|'10:00:00'|'-01:00:00'|'23:00:00'",
					"TIME(6)|'10:00:00'|'-00:00:00.5'|'00:00:00.5'", "YEAR|2024|2025|2026", "BIT(8)|1|2|3",
					"TIMESTAMP(6)|'2026-01-01'|'2026-01-01 00:00:00.000001'|'2026-01-01 00:00:00.000002'" })
	void seesThatARowWasChangedAgainWhateverItsType(String type, String base, String seen, String again) {
		this.jdbc.execute("CREATE TABLE typed (id INT PRIMARY KEY, v " + type + ')');
		this.jdbc.update("INSERT INTO typed VALUES (1, " + base + ')');
		Instant before = get(this.branches.createTable(TableName.of("typed"), DRAFT)).branchedAt();
		this.jdbc.update("UPDATE draft SET v = " + seen);
		BranchDiff diff = get(this.branches.diff(DRAFT));
		this.jdbc.update("UPDATE draft SET v = " + again);
		assertThatFails(BranchConflictException.class, this.branches.merge(diff));
		assertThatFails(BranchConflictException.class, this.branches.pick(diff, (row) -> true));
		run(this.branches.diff(DRAFT).flatMap((now) -> this.branches.pick(now, (row) -> true)));
		TableDiff merged = get(this.branches.diff(TableName.of("typed"), AsOf.instant(before)));
		this.jdbc.update("UPDATE typed SET v = " + seen);
		assertThatFails(BranchConflictException.class, this.branches.revert(merged, (row) -> true));
		this.jdbc.update("UPDATE typed SET v = " + again);
		run(this.branches.revert(merged, (row) -> true));
		assertThat(count("typed WHERE v = " + base)).isOne();
	}

	@ParameterizedTest
	@ValueSource(strings = { "GEOMETRY", "GEOMETRY32", "POINT" })
	void comparesGeometries(String type) {
		this.jdbc.execute("CREATE TABLE typed (id INT PRIMARY KEY, v " + type + ')');
		this.jdbc.update("INSERT INTO typed VALUES (1, ST_GEOMFROMTEXT('POINT(1 1)')), (2, NULL), (3, NULL)");
		run(this.branches.createTable(TableName.of("typed"), DRAFT));
		this.jdbc.update("UPDATE draft SET v = ST_GEOMFROMTEXT('POINT(1 2)') WHERE id < 3");
		BranchDiff diff = get(this.branches.diff(DRAFT));
		assertThat(diff.changes()).hasSize(2);
		this.jdbc.update("UPDATE draft SET v = ST_GEOMFROMTEXT('POINT(1 3)') WHERE id = 1");
		assertThatFails(BranchConflictException.class, this.branches.merge(diff));
		assertThat(get(this.branches.merge(DRAFT))).isEqualTo(new MergeResult(0, 2, 0, List.of()));
		assertThat(this.jdbc.queryForList("SELECT ST_ASTEXT(v) FROM typed ORDER BY id", String.class))
			.containsExactly("POINT(1 3)", "POINT(1 2)", null);
	}

	// no issue known: an UPDATE with a join counts no rows of a partitioned table
	@ParameterizedTest
	@ValueSource(strings = { "HASH (id) PARTITIONS 3", "KEY (id) PARTITIONS 3",
			"RANGE (id) (PARTITION p VALUES LESS THAN (3), PARTITION q VALUES LESS THAN (100))" })
	void mergesPartitionedTables(String partitions) {
		this.jdbc.execute("CREATE TABLE parts (id INT PRIMARY KEY, a INT, b INT) PARTITION BY " + partitions);
		this.jdbc.update("INSERT INTO parts VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 4, 4), (5, 5, NULL)");
		TableName parts = TableName.of("parts");
		run(this.branches.createTable(parts, DRAFT));
		this.jdbc.update("UPDATE draft SET a = a + 10, b = NULL WHERE id > 3");
		this.jdbc.update("DELETE FROM draft WHERE id = 2");
		this.jdbc.update("INSERT INTO draft VALUES (6, NULL, 6)");
		this.jdbc.update("UPDATE parts SET a = 11 WHERE id = 1");
		assertThat(get(this.branches.status(DRAFT)))
			.isEqualTo(new BranchStatus(get(this.branches.get(DRAFT)), 4, 1, 0));
		assertThat(get(this.branches.merge(DRAFT))).isEqualTo(new MergeResult(1, 2, 1, List.of()));
		assertThat(this.jdbc.queryForList("SELECT concat_ws(' ', id, a, b) FROM parts ORDER BY id", String.class))
			.containsExactly("1 11 1", "3 3 3", "4 14", "5 15", "6 6");
	}

	@ParameterizedTest
	@ValueSource(strings = { "DOUBLE", "FLOAT" })
	void takesNaNForNaN(String type) {
		String nan = "CAST('NaN' AS " + type + ')';
		this.jdbc.execute("CREATE TABLE typed (id INT PRIMARY KEY, v " + type + ')');
		this.jdbc.update("INSERT INTO typed VALUES (1, " + nan + "), (2, 1), (3, NULL), (4, " + nan + ')');
		run(this.branches.createTable(TableName.of("typed"), DRAFT));
		assertThat(get(this.branches.status(DRAFT)).ahead()).isZero();
		this.jdbc.update("UPDATE draft SET v = " + nan + " WHERE id IN (2, 3)");
		this.jdbc.update("UPDATE draft SET v = NULL WHERE id = 4");
		assertThat(get(this.branches.merge(DRAFT))).isEqualTo(new MergeResult(0, 3, 0, List.of()));
		assertThat(get(this.branches.status(DRAFT)).isMerged()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("io.github.matrixone.spring.contract.branch.BranchTests#keyTypes")
	void findsItsRowsWhateverTheTypeOfTheKey(String type, String one, String other) {
		this.jdbc.execute("CREATE TABLE typed (k " + type + " PRIMARY KEY, v INT)");
		this.jdbc.update("INSERT INTO typed VALUES (" + one + ", 1), (" + other + ", 1)");
		run(this.branches.createTable(TableName.of("typed"), DRAFT));
		this.jdbc.update("UPDATE draft SET v = 2");
		BranchDiff diff = get(this.branches.diff(DRAFT));
		Object first = diff.changes().get(0).key().get("k");
		assertThat(get(this.branches.pick(diff, (row) -> row.key().get("k") == first)))
			.isEqualTo(new MergeResult(0, 1, 0, List.of()));
		assertThat(get(this.branches.merge(DRAFT))).isEqualTo(new MergeResult(0, 1, 0, List.of()));
		assertThat(this.jdbc.queryForObject("SELECT sum(v) FROM typed", Integer.class)).isEqualTo(4);
	}

	@Test
	void refusesTablesThatItCannotCompare() {
		this.jdbc.execute("CREATE TABLE keyless (a INT)");
		run(this.branches.createTable(TableName.of("keyless"), DRAFT));
		assertThatFails(UnsupportedByServerException.class, this.branches.diff(DRAFT))
			.withMessageContaining("primary key");
		TableName second = TableName.of("second");
		run(this.branches.createTable(ITEM, second));
		this.jdbc.execute("ALTER TABLE item ADD COLUMN more INT");
		assertThatFails(UnsupportedByServerException.class, this.branches.merge(second)).withMessageContaining("more");
		run(this.branches.deleteTable(second));
		run(this.branches.createTable(ITEM, second));
		this.jdbc.execute("DROP TABLE item");
		assertThat(get(this.branches.get(second)).parent()).isNull();
		assertThatFails(TableNotFoundException.class, this.branches.merge(second))
			.withMessageContaining("is a branch of is not there any more");
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE draft SET name = 'late' WHERE id = 3", "DELETE FROM draft WHERE id = 3",
			"INSERT INTO draft VALUES (8, 'late', 80)" })
	void mergesNothingOfWhatSomebodyElseChangesMeanwhile(String late) {
		change();
		ReactiveBranchTemplate interrupted = new ReactiveBranchTemplate(interruptedBy(() -> this.jdbc.update(late)));
		rolledBack(refused(BranchConflictException.class, interrupted.merge(DRAFT), "Somebody else").then(Mono.defer(
				() -> refused(TransactionLostException.class, update("UPDATE item SET price = 1"), "Somebody else"))));
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
	}

	@Test
	void isNotCommittedByACallerWhoMakesLightOfItsFailure() {
		change();
		ReactiveBranchTemplate interrupted = new ReactiveBranchTemplate(
				interruptedBy(() -> this.jdbc.update("INSERT INTO draft VALUES (8, 'late', 80)")));
		assertThatFails(TransactionLostException.class,
				this.transaction.transactional(refused(BranchConflictException.class, interrupted.merge(DRAFT), "")));
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE item SET price = 99 WHERE id = 1", "UPDATE draft SET price = 99 WHERE id = 1",
			"DELETE FROM item WHERE id = 2" })
	void nobodyElseChangesARowThatIsBeingMerged(String late) {
		change();
		ReactiveBranchTemplate interrupted = new ReactiveBranchTemplate(interruptedBy(() -> {
			JdbcTemplate impatient = ServerUnderTest.get().plainJdbc(DATABASE.value());
			impatient.setQueryTimeout(1);
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> impatient.update(late));
		}));
		assertThat(get(interrupted.mergeTakingBranch(DRAFT)).lost()).isEmpty();
		assertThat(names(ITEM)).containsExactly("ONE", "three", "four", "five");
	}

	@ParameterizedTest
	@EnumSource
	void aMergeThatIsCancelledLeavesNothing(Step step) {
		change();
		Sinks.Empty<Void> cancel = Sinks.empty();
		on(step, cancel::tryEmitEmpty);
		StepVerifier.create(this.branches.merge(DRAFT).takeUntilOther(cancel.asMono())).expectComplete().verify(LIMIT);
		awaitThePool();
		await().atMost(LIMIT).untilAsserted(() -> assertThat(names(ITEM)).containsExactly("one", "two", "three", null));
		assertThat(get(this.branches.merge(DRAFT))).isEqualTo(new MergeResult(1, 2, 1, List.of()));
	}

	@ParameterizedTest
	@EnumSource(names = { "DELETE", "INSERT", "UPDATE", "LOOK" })
	void aMergeThatIsCancelledIsNotCommittedByACallerWhoGoesOn(Step step) {
		change();
		Sinks.Empty<Void> cancel = Sinks.empty();
		on(step, cancel::tryEmitEmpty);
		Mono<Long> work = this.branches.merge(DRAFT)
			.takeUntilOther(cancel.asMono())
			.then(Mono.defer(() -> refused(TransactionLostException.class,
					update("INSERT INTO item VALUES (9, 'nine', 9)"), "was cancelled")))
			.thenReturn(1L);
		assertThatFails(TransactionLostException.class, this.transaction.transactional(work));
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
	}

	@Test
	void aMergeIsEndedByTheTimeoutOfItsTransactionAndNotCommitted() {
		change();
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setTimeout(2);
		ServerUnderTest server = ServerUnderTest.get();
		SingleConnectionDataSource other = new SingleConnectionDataSource(server.url() + DATABASE.value(),
				server.username(), server.password(), true);
		try {
			JdbcTemplate lock = new JdbcTemplate(other);
			ReactiveBranchTemplate interrupted = new ReactiveBranchTemplate(interruptedBy(() -> {
				lock.execute("BEGIN");
				lock.update("INSERT INTO item VALUES (5, 'other', 5)");
			}));
			assertThatFails(TransactionLostException.class, TransactionalOperator.create(this.manager, definition)
				.transactional(refused(QueryTimeoutException.class, interrupted.merge(DRAFT), "timeout")));
			lock.execute("ROLLBACK");
		}
		finally {
			other.destroy();
		}
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
	}

	@Test
	void aBranchThatIsCancelledWhileItIsMadeIsNotLeft() {
		cancelAtEachStatement(this.branches.createTable(ITEM, DRAFT), this::assertNoBranch);
		run(this.branches.deleteTable(DRAFT));
		cancelAtEachStatement(this.branches.createDatabase(DATABASE, DRAFTS), this::assertNoBranch);
		assertThat(databases()).hasSize(2);
	}

	@Test
	void aRebaseThatIsCancelledLeavesNoNewBranch() {
		change();
		TableName second = TableName.of("second");
		cancelAtEachStatement(this.branches.rebase(DRAFT, second), () -> assertThat(branches()).hasSize(1));
		assertThat(names(second)).containsExactly("ONE", "three", "four", "five");
		run(this.branches.deleteTable(second));
		run(this.branches.deleteTable(DRAFT));
		DatabaseName newDrafts = DatabaseName.of("ct_branch_reactive_second");
		try {
			run(this.branches.createDatabase(DATABASE, DRAFTS));
			cancelAtEachStatement(this.branches.rebase(DRAFTS, newDrafts), () -> assertThat(databases()).hasSize(2));
			assertThat(databases()).hasSize(3);
		}
		finally {
			this.jdbc.execute("DROP DATABASE IF EXISTS " + newDrafts.quoted());
		}
	}

	@Test
	void workToPublishThatIsCancelledLeavesNoBranch() {
		Mono<Long> work = update("UPDATE item SET name = 'x'").then(Mono.error(new IllegalStateException("no more")));
		cancelAtEachStatement(this.branches.publish(DRAFTS, work).onErrorReturn(IllegalStateException.class, List.of()),
				this::assertNoBranch);
		assertNoBranch();
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
	}

	@Test
	void aDiffOfTwoPointsInTimeThatIsCancelledLeavesNoBranch() {
		run(this.snapshots.create(SNAPSHOT, SnapshotScope.table(ITEM)));
		AsOf asOf = AsOf.snapshot(SNAPSHOT);
		cancelAtEachStatement(this.branches.diff(ITEM, asOf, asOf), this::assertNoBranch);
		assertNoBranch();
	}

	@Test
	void aSnapshotThatIsCancelledWhileItIsTakenIsNotLeft() {
		cancelAtEachStatement(this.snapshots.create(SNAPSHOT, SnapshotScope.table(ITEM)), () -> assertThat(
				this.jdbc.queryForList("SELECT 1 FROM mo_catalog.mo_snapshots WHERE sname = ?", SNAPSHOT.value()))
			.isEmpty());
		assertThat(this.snapshots.find(SNAPSHOT).block(LIMIT)).isNotNull();
	}

	/**
	 * Cancel something when it sends its first statement, its second one, and so on,
	 * until it comes to its end.
	 * @param nothingIsLeft looks whether nothing is left
	 */
	private void cancelAtEachStatement(Mono<?> work, ThrowingRunnable nothingIsLeft) {
		boolean cancelled = true;
		for (int i = 0; cancelled; i++) {
			Sinks.Empty<Void> cancel = Sinks.empty();
			AtomicInteger sent = new AtomicInteger(i);
			this.listener = (statement) -> {
				if (sent.getAndDecrement() == 0) {
					cancel.tryEmitEmpty();
				}
			};
			cancelled = get(
					work.thenReturn(false).defaultIfEmpty(false).takeUntilOther(cancel.asMono()).defaultIfEmpty(true));
			this.listener = (statement) -> {
			};
			if (cancelled) {
				awaitThePool();
				await().atMost(LIMIT).untilAsserted(nothingIsLeft);
			}
		}
	}

	private void assertNoBranch() {
		assertThat(branches()).isEmpty();
		assertThat(databases()).hasSize(1);
	}

	private List<TableName> branches() {
		return get(this.branches.list()
			.map(Branch::table)
			.filter((table) -> String.valueOf(table.database()).startsWith(DATABASE.value()))
			.collectList());
	}

	@Test
	void aMergeThatIsGivenUpWhileItWaitsForALockGivesItsConnectionBack() {
		change();
		ServerUnderTest server = ServerUnderTest.get();
		SingleConnectionDataSource other = new SingleConnectionDataSource(server.url() + DATABASE.value(),
				server.username(), server.password(), true);
		try {
			JdbcTemplate lock = new JdbcTemplate(other);
			lock.execute("BEGIN");
			lock.update("UPDATE item SET price = 99 WHERE id = 1");
			StepVerifier.create(this.branches.merge(DRAFT).timeout(Duration.ofSeconds(1)))
				.expectError(TimeoutException.class)
				.verify(LIMIT);
			awaitThePool();
			lock.execute("ROLLBACK");
		}
		finally {
			other.destroy();
		}
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
	}

	@Test
	void aDatabaseIsMadeWithAllItsTablesAndDeleted() {
		createLines();
		List<Branch> tables = get(this.branches.createDatabase(DATABASE, DRAFTS));
		assertThat(tables).extracting(Branch::table)
			.containsExactlyInAnyOrder(TableName.of(DRAFTS, "item"), TableName.of(DRAFTS, "a_line"));
		assertThat(tables).extracting(Branch::parent)
			.containsExactlyInAnyOrder(TableName.of(DATABASE, "item"), TableName.of(DATABASE, "a_line"));
		assertThatFails(CloneTargetExistsException.class, this.branches.createDatabase(DATABASE, DRAFTS));
		rolledBack(this.branches.deleteDatabase(DRAFTS));
		assertThat(databases()).hasSize(2);
		run(this.transaction.transactional(this.branches.deleteDatabase(DRAFTS)));
		assertThat(databases()).hasSize(1);
		run(this.branches.createDatabase(DATABASE, DRAFTS));
		run(this.branches.deleteDatabase(DRAFTS));
		assertThat(databases()).hasSize(1);
		assertThatFails(BranchNotFoundException.class, this.branches.deleteDatabase(DRAFTS));
		assertThatFails(BranchNotFoundException.class, this.branches.deleteDatabase(DATABASE));
		assertThatFails(BranchNotFoundException.class, this.branches.diff(DRAFTS));
	}

	@Test
	void aDatabaseIsMadeBesideATransactionAndDeletedOnRollback() {
		rolledBack(this.branches.createDatabase(DATABASE, DRAFTS).doOnNext((tables) -> assertThat(tables).hasSize(1)));
		assertThat(databases()).hasSize(1);
		rolledBack(update("UPDATE item SET name = 'mine' WHERE id = 1").then(Mono.defer(
				() -> refused(UncommittedChangesException.class, this.branches.createDatabase(DATABASE, DRAFTS), ""))));
		assertThat(databases()).hasSize(1);
	}

	@Test
	void aDatabaseIsNotMadeOfNothing() {
		assertThatFails(DatabaseNotFoundException.class,
				this.branches.createDatabase(DatabaseName.of("ct_missing"), DRAFTS));
		run(this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE)));
		this.jdbc.execute("CREATE DATABASE " + DRAFTS.quoted());
		assertThatFails(CloneTargetExistsException.class, this.branches.createDatabase(DATABASE, DRAFTS));
		assertThatFails(SnapshotScopeMismatchException.class,
				this.branches.createDatabase(DRAFTS, DatabaseName.of("ct_other"), AsOf.snapshot(SNAPSHOT)));
	}

	@Test
	void aDatabaseBeginsWithASnapshotAndIsMergedInTheOrderOfItsForeignKeys() {
		createLines();
		run(this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE)));
		this.jdbc.update("UPDATE item SET name = 'later' WHERE id = 3");
		run(this.branches.createDatabase(DATABASE, DRAFTS, AsOf.snapshot(SNAPSHOT)));
		changeDrafts();
		DatabaseDiff diff = get(this.branches.diff(DRAFTS));
		assertThat(diff.isMergeable()).isTrue();
		rolledBack(this.branches.merge(diff));
		assertThat(names(ITEM)).containsExactly("one", "two", "later", null);
		Map<TableName, MergeResult> results = new HashMap<>();
		List<MergeResult> merged = get(this.branches.merge(diff));
		for (int i = 0; i < merged.size(); i++) {
			results.put(diff.tables().get(i).branch().requireParent(), merged.get(i));
		}
		assertThat(results).containsEntry(TableName.of(DATABASE, "item"), new MergeResult(1, 1, 1, List.of()))
			.containsEntry(TableName.of(DATABASE, "a_line"), new MergeResult(1, 0, 1, List.of()));
		assertThat(names(ITEM)).containsExactly("ONE", "later", null, "five");
		assertThat(this.jdbc.queryForList("SELECT item FROM a_line ORDER BY id", Integer.class)).containsExactly(1, 5);
	}

	@Test
	void aDatabaseIsMergedAsAWholeOrNotAtAll() {
		createLines();
		run(this.branches.createDatabase(DATABASE, DRAFTS));
		changeDrafts();
		this.jdbc.update("UPDATE item SET name = 'other' WHERE id = 1");
		DatabaseDiff diff = get(this.branches.diff(DRAFTS));
		assertThat(diff.conflicts()).hasSize(1);
		assertThatFails(BranchConflictException.class, this.branches.merge(diff));
		this.jdbc.update("UPDATE item SET name = 'one' WHERE id = 1");
		assertThatFails(BranchConflictException.class, this.branches.merge(diff)).as("it has moved");
		this.jdbc.update("INSERT INTO a_line VALUES (7, 2)");
		assertThatFails(DataIntegrityViolationException.class,
				this.branches.diff(DRAFTS).flatMap(this.branches::merge));
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
		assertThat(this.jdbc.queryForList("SELECT id FROM a_line ORDER BY id", Integer.class)).containsExactly(1, 2, 7);
	}

	@Test
	void tellsTablesThatOneSideHasOnly() {
		run(this.branches.createDatabase(DATABASE, DRAFTS));
		this.jdbc.update("UPDATE " + DRAFTS.quoted() + ".item SET name = 'ONE' WHERE id = 1");
		this.jdbc.execute("CREATE TABLE added (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE TABLE " + DRAFTS.quoted() + ".drafted (id INT PRIMARY KEY)");
		DatabaseDiff diff = get(this.branches.diff(DRAFTS));
		assertThat(diff.onlyInParent()).containsExactly(TableName.of(DATABASE, "added"));
		assertThat(diff.onlyOnBranch()).containsExactly(TableName.of(DRAFTS, "drafted"));
		assertThatFails(UnsupportedByServerException.class, this.branches.merge(diff)).withMessageContaining("drafted");
		assertThat(get(this.branches.merge(diff.tables()))).containsExactly(new MergeResult(0, 1, 0, List.of()));
		assertThat(names(ITEM)).containsExactly("ONE", "two", "three", null);
	}

	@Test
	void movesSequencesOnAndTellsThatTablesWithoutAKeyWereChanged() {
		this.jdbc.execute("CREATE TABLE item_seq (next_val BIGINT)");
		this.jdbc.execute("CREATE TABLE log (line VARCHAR(20))");
		this.jdbc.update("INSERT INTO item_seq VALUES (51)");
		run(this.branches.createDatabase(DATABASE, DRAFTS));
		this.jdbc.update("UPDATE ct_branch_reactive_drafts.item SET name = 'ONE' WHERE id = 1");
		this.jdbc.update("UPDATE ct_branch_reactive_drafts.item_seq SET next_val = 101");
		DatabaseDiff diff = get(this.branches.diff(DRAFTS));
		assertThat(diff.isMergeable()).isTrue();
		run(this.branches.merge(diff));
		assertThat(this.jdbc.queryForObject("SELECT next_val FROM item_seq", Long.class)).isEqualTo(101);
		this.jdbc.update("INSERT INTO ct_branch_reactive_drafts.log VALUES ('one')");
		DatabaseDiff changed = get(this.branches.diff(DRAFTS));
		assertThat(changed.changedWithoutKey()).containsExactly(TableName.of(DRAFTS, "log"));
		assertThatFails(UnsupportedByServerException.class, this.branches.merge(changed));
	}

	@Test
	void findsRowsThatTheParentWouldRefuse() {
		this.jdbc.execute("CREATE TABLE a_line (id INT PRIMARY KEY, item INT, "
				+ "CONSTRAINT line_item FOREIGN KEY (item) REFERENCES item (id))");
		run(this.branches.createDatabase(DATABASE, DRAFTS));
		this.jdbc.update("INSERT INTO " + DRAFTS.quoted() + ".a_line VALUES (1, 3)");
		assertThat(get(this.branches.diff(DRAFTS).flatMapMany(this.branches::violations).collectList())).isEmpty();
		this.jdbc.update("DELETE FROM item WHERE id = 3");
		assertThat(get(this.branches.diff(DRAFTS).flatMapMany(this.branches::violations).collectList()))
			.containsExactly(new MergeViolation(MergeViolation.Kind.MISSING_PARENT, TableName.of(DATABASE, "a_line"),
					"line_item", Map.of("id", "1"), TableName.of(DATABASE, "item")));
	}

	@Test
	void countsHowFarBothSidesHaveMoved() {
		run(this.branches.createTable(ITEM, DRAFT));
		this.jdbc.update("UPDATE draft SET name = 'ONE' WHERE id IN (1, 2)");
		this.jdbc.update("UPDATE item SET price = 0 WHERE id IN (2, 3, 4)");
		BranchStatus status = get(this.branches.status(DRAFT));
		assertThat(status).isEqualTo(new BranchStatus(status.branch(), 2, 3, 1));
	}

	@Test
	void mergesColumnsOfGivenValues() {
		this.jdbc.execute("CREATE TABLE state (id INT PRIMARY KEY, state ENUM('new', 'done'), tags SET('a', 'b'))");
		this.jdbc.update("INSERT INTO state VALUES (1, 'new', 'a'), (2, NULL, NULL), (3, 'new', 'b')");
		run(this.branches.createTable(TableName.of("state"), DRAFT));
		this.jdbc.update("UPDATE draft SET state = 'done', tags = 'a,b' WHERE id < 3");
		this.jdbc.update("UPDATE draft SET state = NULL WHERE id = 3");
		assertThat(get(this.branches.merge(DRAFT)).updated()).isEqualTo(3);
		assertThat(
				this.jdbc.queryForList("SELECT concat(ifnull(state, '-'), tags) FROM state ORDER BY id", String.class))
			.containsExactly("donea,b", "donea,b", "-b");
	}

	@Test
	void tellsListenersWhoMayPreventIt() {
		ReactiveBranchTemplate heard = new ReactiveBranchTemplate(this.executor);
		List<BranchEvent> events = new ArrayList<>();
		Set<Action> vetoed = new HashSet<>();
		heard.setApplicationEventPublisher((event) -> {
			BranchEvent told = (BranchEvent) event;
			events.add(told);
			if (told.phase() == Phase.BEFORE && vetoed.contains(told.action())) {
				throw new IllegalStateException("vetoed");
			}
		});
		vetoed.add(Action.CREATE);
		assertThatFails(IllegalStateException.class, heard.createTable(ITEM, DRAFT));
		vetoed.clear();
		run(heard.createTable(ITEM, DRAFT));
		this.jdbc.update("UPDATE draft SET name = 'ONE' WHERE id = 1");
		vetoed.add(Action.MERGE);
		assertThatFails(IllegalStateException.class, heard.merge(DRAFT));
		assertThat(names(ITEM)).containsExactly("one", "two", "three", null);
		vetoed.clear();
		run(heard.merge(DRAFT));
		run(heard.deleteTable(DRAFT));
		assertThat(events).extracting(BranchEvent::phase, BranchEvent::action)
			.containsExactly(tuple(Phase.BEFORE, Action.CREATE), tuple(Phase.BEFORE, Action.CREATE),
					tuple(Phase.AFTER, Action.CREATE), tuple(Phase.BEFORE, Action.MERGE),
					tuple(Phase.BEFORE, Action.MERGE), tuple(Phase.AFTER, Action.MERGE),
					tuple(Phase.BEFORE, Action.DELETE), tuple(Phase.AFTER, Action.DELETE));
	}

	@Test
	void mergesOneBranchOfATableAtATime() {
		run(this.branches.createTable(ITEM, DRAFT));
		BranchDiff diff = get(this.branches.diff(DRAFT));
		assertThatFails(IllegalArgumentException.class, this.branches.merge(List.of(diff, diff)))
			.withMessageContaining("Two branches");
		assertThat(get(this.branches.merge(List.of()))).isEmpty();
	}

	@Test
	void tellsWhatHasChangedInATableAndTakesTheChosenRowsBack() {
		run(this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE)));
		assertThat(get(this.branches.diff(ITEM, AsOf.snapshot(SNAPSHOT))).changes()).isEmpty();
		assertThatFails(UnsupportedByServerException.class,
				this.branches.diff(ITEM, AsOf.instant(Instant.parse("2020-01-01T00:00:00Z"))))
			.withMessageContaining("history");
		change();
		run(this.branches.merge(DRAFT));
		TableDiff diff = get(this.branches.diff(ITEM, AsOf.snapshot(SNAPSHOT)));
		assertThat(diff.count(Kind.UPDATED)).isEqualTo(2);
		assertThat(diff.count(Kind.ADDED)).isOne();
		assertThat(diff.count(Kind.REMOVED)).isOne();
		TableChange update = change(diff, 1);
		assertThat(update.before()).containsEntry("name", "one");
		assertThat(update.after()).containsEntry("name", "ONE");
		assertThat(change(diff, 2).after()).isNull();
		assertThat(change(diff, 5).before()).isNull();
		this.jdbc.update("UPDATE item SET name = 'THREE' WHERE id = 3");
		rolledBack(this.branches.revert(diff, (change) -> true));
		assertThat(names(ITEM)).containsExactly("ONE", "THREE", "four", "five");
		assertThat(get(
				this.branches.revert(diff, (change) -> change.kind() == Kind.REMOVED || change.key().containsValue(4))))
			.isEqualTo(new MergeResult(1, 1, 0, List.of()));
		assertThat(names(ITEM)).containsExactly("ONE", "two", "THREE", null, "five");
		assertThat(get(this.branches.revert(diff, (change) -> change.key().containsValue(5))))
			.isEqualTo(new MergeResult(0, 0, 1, List.of()));
		assertThat(get(this.branches.revert(diff, (change) -> false))).isEqualTo(NOTHING);
		assertThatFails(BranchConflictException.class, this.branches.revert(diff, (change) -> true));
		assertThat(names(ITEM)).containsExactly("ONE", "two", "THREE", null);
	}

	@Test
	void takesNothingBackOfWhatItsTransactionHasWritten() {
		run(this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE)));
		rolledBack(update("UPDATE item SET name = 'mine' WHERE id = 1")
			.then(this.branches.diff(ITEM, AsOf.snapshot(SNAPSHOT)))
			.doOnNext((diff) -> assertThat(diff.changes()).hasSize(1))
			.flatMap((diff) -> refused(UncommittedChangesException.class, this.branches.revert(diff, (change) -> true),
					"The reversal")));
	}

	@Test
	void refusesToCompareATableWithWhatItWasNot() {
		assertThatFails(SnapshotNotFoundException.class, this.branches.diff(ITEM, AsOf.snapshot(SNAPSHOT)));
		run(this.snapshots.create(SNAPSHOT, SnapshotScope.table(TableName.of(DATABASE, "item"))));
		assertThatFails(TableNotFoundException.class,
				this.branches.diff(TableName.of("missing"), AsOf.snapshot(SNAPSHOT)))
			.withMessageContaining("missing");
		this.jdbc.execute("CREATE TABLE other (id INT PRIMARY KEY)");
		assertThatFails(SnapshotScopeMismatchException.class,
				this.branches.diff(TableName.of("other"), AsOf.snapshot(SNAPSHOT)));
		this.jdbc.execute("ALTER TABLE item ADD COLUMN more INT");
		assertThatFails(UnsupportedByServerException.class, this.branches.diff(ITEM, AsOf.snapshot(SNAPSHOT)))
			.withMessageContaining("more");
	}

	/**
	 * Do something right before the statements of a merge are sent.
	 */
	private ReactiveCommandExecutor interruptedBy(Runnable interruption) {
		return new ReactiveCommandExecutor(this.pool) {

			@Override
			public Mono<String> join(Command command) {
				return Mono.fromRunnable(interruption).then(super.join(command));
			}

		};
	}

	/**
	 * Do something when a merge sends the statement of a step.
	 */
	private void on(Step step, Runnable action) {
		this.listener = (sent) -> {
			if (sent.startsWith(step.statement)) {
				action.run();
			}
		};
	}

	/**
	 * Update, remove, add and fill in a row on a branch.
	 */
	private void change() {
		run(this.branches.createTable(ITEM, DRAFT));
		this.jdbc.update("UPDATE draft SET name = 'ONE' WHERE id = 1");
		this.jdbc.update("DELETE FROM draft WHERE id = 2");
		this.jdbc.update("INSERT INTO draft VALUES (5, 'five', 50)");
		this.jdbc.update("UPDATE draft SET name = 'four', price = 40 WHERE id = 4");
	}

	private void changeBothSides() {
		change();
		this.jdbc.update("UPDATE item SET price = 11 WHERE id = 1");
		this.jdbc.update("UPDATE item SET price = 22 WHERE id = 2");
		this.jdbc.update("INSERT INTO item VALUES (5, 'other', 5)");
	}

	/**
	 * By name the table that references comes first.
	 */
	private void createLines() {
		this.jdbc.execute("CREATE TABLE a_line (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item(id))");
		this.jdbc.update("INSERT INTO a_line VALUES (1, 1), (2, 2)");
	}

	/**
	 * Delete the branch, make another one of the same name, and write to it.
	 */
	private void branchDraftsAnew() {
		this.jdbc.execute("DATA BRANCH DELETE DATABASE " + DRAFTS.quoted());
		this.jdbc.execute("DATA BRANCH CREATE DATABASE " + DRAFTS.quoted() + " FROM " + DATABASE.quoted());
		this.jdbc.update("UPDATE " + DRAFTS.quoted() + ".item SET name = 'of somebody else' WHERE id = 1");
	}

	private void changeDrafts() {
		String drafts = DRAFTS.quoted();
		this.jdbc.update("INSERT INTO " + drafts + ".item VALUES (5, 'five', 50)");
		this.jdbc.update("INSERT INTO " + drafts + ".a_line VALUES (3, 5)");
		this.jdbc.update("DELETE FROM " + drafts + ".a_line WHERE id = 2");
		this.jdbc.update("DELETE FROM " + drafts + ".item WHERE id = 2");
		this.jdbc.update("UPDATE " + drafts + ".item SET name = 'ONE' WHERE id = 1");
	}

	private Mono<Long> update(String sql) {
		return this.client.sql(sql).fetch().rowsUpdated();
	}

	private Flux<String> query(String sql) {
		return this.client.sql(sql).mapValue(String.class).all();
	}

	private void rolledBack(Mono<?> work) {
		this.transaction.execute((status) -> {
			status.setRollbackOnly();
			return work;
		}).blockLast(LIMIT);
	}

	private static void run(Mono<?> work) {
		work.block(LIMIT);
	}

	private static <T> T get(Mono<T> work) {
		return Objects.requireNonNull(work.block(LIMIT));
	}

	private static <T extends Throwable> ThrowableAssertAlternative<T> assertThatFails(Class<T> type, Mono<?> work) {
		return assertThatExceptionOfType(type).isThrownBy(() -> work.block(LIMIT));
	}

	/**
	 * Expect an error where blocking is not allowed.
	 */
	private static Mono<Void> refused(Class<? extends Throwable> type, Mono<?> work, String message) {
		return work.then(Mono.<Throwable>error(() -> new AssertionError("Nothing has failed")))
			.onErrorResume(type, Mono::just)
			.doOnNext((ex) -> assertThat(ex).isInstanceOf(type).hasMessageContaining(message))
			.then();
	}

	private List<@Nullable String> names(TableName table) {
		return this.jdbc.queryForList("SELECT name FROM " + table.quoted() + " ORDER BY id", String.class);
	}

	private int count(String rows) {
		return Objects.requireNonNull(this.jdbc.queryForObject("SELECT count(*) FROM " + rows, Integer.class));
	}

	private List<String> databases() {
		return this.jdbc.queryForList("SHOW DATABASES LIKE 'ct\\_branch\\_reactive%'", String.class);
	}

	private static TableChange change(TableDiff diff, int id) {
		return diff.changes()
			.stream()
			.filter((change) -> change.key().equals(Map.of("id", id)))
			.findFirst()
			.orElseThrow();
	}

	private int acquired() {
		return this.pool.getMetrics().map(PoolMetrics::acquiredSize).orElseThrow();
	}

	private void awaitThePool() {
		await().atMost(LIMIT).until(() -> acquired() == 0);
	}

	private JournalTable journal() {
		new ResourceDatabasePopulator(new ClassPathResource(JournalTable.SCHEMA))
			.execute(Objects.requireNonNull(this.jdbc.getDataSource()));
		return new JournalTable(() -> TableName.of(DATABASE, JournalTable.DEFAULT_NAME));
	}

	private ConnectionPool pool(int size) {
		ServerUnderTest server = ServerUnderTest.get();
		ConnectionFactory driver = ConnectionFactories
			.get(ConnectionFactoryOptions.parse(server.url().replaceFirst("jdbc", "r2dbc") + DATABASE.value())
				.mutate()
				.option(ConnectionFactoryOptions.USER, server.username())
				.option(ConnectionFactoryOptions.PASSWORD, server.password())
				.build());
		ConnectionFactory recorded = ProxyConnectionFactory.builder(driver)
			.onBeforeQuery((info) -> info.getQueries().forEach((query) -> this.listener.accept(query.getQuery())))
			.build();
		return new ConnectionPool(ConnectionPoolConfiguration.builder(new MatrixOneConnectionFactory(recorded))
			.initialSize(0)
			.maxSize(size)
			.build());
	}

	private static JdbcTemplate jdbc() {
		JdbcTemplate plain = ServerUnderTest.get().plainJdbc("");
		plain.execute("DROP DATABASE IF EXISTS " + DRAFTS.quoted());
		plain.execute("DROP DATABASE IF EXISTS " + DATABASE.quoted());
		plain.execute("CREATE DATABASE " + DATABASE.quoted());
		return ServerUnderTest.get().plainJdbc(DATABASE.value());
	}

	/**
	 * What a merge sends.
	 */
	private enum Step {

		BEGIN("BEGIN"), LOCK("SELECT `id` FROM"), DELETE("DELETE t FROM"), INSERT("INSERT INTO"), UPDATE("UPDATE"),
		LOOK("SELECT (SELECT count(*)");

		private final String statement;

		Step(String statement) {
			this.statement = statement;
		}

	}

	/**
	 * A service.
	 */
	static class Publication {

		private final DatabaseClient client;

		private final ReactiveBranchOperations branches;

		Publication(DatabaseClient client, ReactiveBranchOperations branches) {
			this.client = client;
			this.branches = branches;
		}

		@Transactional
		Mono<MergeResult> publish(boolean fails) {
			return this.client.sql("INSERT INTO audit VALUES (1)")
				.fetch()
				.rowsUpdated()
				.then(this.branches.diff(DRAFT))
				.flatMap(this.branches::merge)
				.filter((result) -> !fails)
				.switchIfEmpty(Mono.error(() -> new IllegalStateException("The check has failed")));
		}

	}

	/**
	 * Lets {@code @Transactional} work.
	 */
	@EnableTransactionManagement(proxyTargetClass = true)
	static class TransactionalConfiguration {

	}

}
