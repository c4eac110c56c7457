package io.github.matrixone.spring.contract.branch;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.Branch;
import io.github.matrixone.spring.branch.BranchEvent;
import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.branch.BranchEvent.Phase;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.CreateBranch;
import io.github.matrixone.spring.branch.CreateDatabaseBranch;
import io.github.matrixone.spring.branch.DeleteBranch;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.journal.JournalRecovery;
import io.github.matrixone.spring.journal.JournalTable;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.TransactionJournal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * What somebody else does to a branch that is to be deleted later, and to its name.
 */
@EnabledIfServer
class BranchIdentityTests {

	private static final DatabaseName DATABASE = DatabaseName.of("ct_branch_id");

	private static final DatabaseName DRAFTS = DatabaseName.of("ct_branch_id_drafts");

	private static final DatabaseName NEW_DRAFTS = DatabaseName.of("ct_branch_id_new");

	private static final TableName ITEM = TableName.of("item");

	private static final TableName DRAFT = TableName.of("draft");

	private static final String REPEATABLE_READ = "transaction_isolation='REPEATABLE-READ'";

	private final HikariDataSource pool = BranchTests.pool(DATABASE.value());

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, new ServerBackend());

	private final BranchTemplate branches = new BranchTemplate(this.executor);

	private final JdbcTemplate others = ServerUnderTest.get().plainJdbc(DATABASE.value());

	private final List<BranchEvent> events = new ArrayList<>();

	@BeforeEach
	void setUp() {
		dropDrafts();
		this.others.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))");
		this.others.execute("CREATE TABLE line (id INT PRIMARY KEY)");
		this.others.update("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
		this.branches.setApplicationEventPublisher((event) -> this.events.add((BranchEvent) event));
	}

	@AfterEach
	void tearDown() {
		dropDrafts();
		this.others.execute("DROP DATABASE ct_branch_id");
		this.pool.close();
	}

	private void dropDrafts() {
		this.others.execute("DROP DATABASE IF EXISTS ct_branch_id_drafts");
		this.others.execute("DROP DATABASE IF EXISTS ct_branch_id_new");
	}

	@Test
	void aRollbackLeavesTheDatabaseThatSomebodyElseHasBranchedUnderTheName() {
		this.transaction.executeWithoutResult((status) -> {
			this.branches.createDatabase(DATABASE, DRAFTS);
			branchAnew(DRAFTS);
			status.setRollbackOnly();
		});
		assertThat(names(DRAFTS)).containsExactly("of somebody else", "two");
	}

	@Test
	void aRollbackDeletesTheDatabaseAlsoIfItsTablesWereAlteredOrDropped() {
		this.transaction.executeWithoutResult((status) -> {
			this.branches.createDatabase(DATABASE, DRAFTS);
			alterAndDrop();
			status.setRollbackOnly();
		});
		assertThat(databases()).containsExactly("ct_branch_id");
	}

	@Test
	void aFailedRebaseLeavesTheDatabaseThatSomebodyElseHasBranchedUnderTheName() {
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.others.update("UPDATE ct_branch_id_drafts.item SET name = 'draft' WHERE id = 2");
		assertThatIllegalStateException()
			.isThrownBy(() -> this.branches.rebase(this.branches.diff(DRAFTS), NEW_DRAFTS, (row) -> {
				branchAnew(NEW_DRAFTS);
				throw new IllegalStateException("fails on purpose");
			}));
		assertThat(names(NEW_DRAFTS)).containsExactly("of somebody else", "two");
	}

	@Test
	void workThatFailsLeavesTheDatabaseThatSomebodyElseHasBranchedUnderTheName() {
		assertThatIllegalStateException().isThrownBy(() -> this.branches.publish(DRAFTS, () -> {
			branchAnew(DRAFTS);
			throw new IllegalStateException("fails on purpose");
		}));
		assertThat(names(DRAFTS)).containsExactly("of somebody else", "two");
	}

	@Test
	void aCommitDeletesTheDatabaseAlsoIfItsTablesWereAlteredOrDropped() {
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.transaction.executeWithoutResult((status) -> {
			this.branches.deleteDatabase(DRAFTS);
			alterAndDrop();
		});
		assertThat(databases()).containsExactly("ct_branch_id");
		assertThat(this.events).haveExactly(1, deleted());
	}

	@Test
	void aCommitLeavesTheDatabaseThatSomebodyElseHasBranchedUnderTheName() {
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.transaction.executeWithoutResult((status) -> {
			this.branches.deleteDatabase(DRAFTS);
			branchAnew(DRAFTS);
		});
		assertThat(names(DRAFTS)).containsExactly("of somebody else", "two");
	}

	@ParameterizedTest
	@ValueSource(strings = { "TRUNCATE TABLE item", "DELETE FROM item", "CREATE TABLE more (id INT PRIMARY KEY)" })
	void aCommitTellsThatTheDatabaseIsLeft(String statement) {
		this.branches.createDatabase(DATABASE, DRAFTS);
		assertThatExceptionOfType(AfterCommitException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.branches.deleteDatabase(DRAFTS);
				this.others.execute(statement.replaceFirst("(TABLE|FROM) ", "$1 ct_branch_id_drafts."));
			}))
			.withMessageContaining("deletion of branch ct_branch_id_drafts")
			.withMessageContaining("CloneOperations.dropDatabase");
		assertThat(databases()).hasSize(2);
		assertThat(this.events).doNotHave(deleted());
	}

	@Test
	void aCommitDeletesTheTableHoweverOftenItWasAltered() {
		this.branches.createTable(ITEM, DRAFT);
		this.transaction.executeWithoutResult((status) -> {
			this.branches.deleteTable(DRAFT);
			for (int i = 0; i < 10; i++) {
				this.others.execute("ALTER TABLE draft ADD COLUMN more_" + i + " INT");
			}
		});
		assertThat(tables()).containsExactlyInAnyOrder("item", "line");
		assertThat(this.events).haveExactly(1, deleted());
	}

	@ParameterizedTest
	@ValueSource(strings = { "TRUNCATE TABLE draft | dropTable", "DELETE FROM draft | dropTable",
			"ALTER TABLE draft RENAME TO renamed | renamed" })
	void aCommitTellsThatTheTableIsLeft(String statementAndMessage) {
		String[] parts = statementAndMessage.split(" \\| ");
		this.branches.createTable(ITEM, DRAFT);
		assertThatExceptionOfType(AfterCommitException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.branches.deleteTable(DRAFT);
				this.others.execute(parts[0]);
			}))
			.withMessageContaining("deletion of branch ct_branch_id.draft")
			.withMessageContaining(parts[1]);
		assertThat(tables()).hasSize(3);
		assertThat(this.events).doNotHave(deleted());
	}

	@Test
	void aCommitIsContentWithABranchThatSomebodyElseHasDeleted() {
		this.branches.createTable(ITEM, DRAFT);
		this.transaction.executeWithoutResult((status) -> {
			this.branches.deleteTable(DRAFT);
			this.others.execute("DATA BRANCH DELETE TABLE draft");
			this.others.execute("CREATE TABLE draft (id INT PRIMARY KEY)");
		});
		assertThat(tables()).containsExactlyInAnyOrder("draft", "item", "line");
	}

	@Test
	void aRecoveryIsContentWhereSomebodyElseDeletesTheBranchMeanwhile() throws Exception {
		JournalTable journal = journal();
		CreateBranch create = new CreateBranch(TableName.of(DATABASE, "item"), TableName.of(DATABASE, "draft"), null);
		this.executor.update(journal.unlessCommitted(create).write());
		this.executor.beside(create);
		JournalRecovery recovery = new JournalRecovery(this.executor, journal);
		recovery.setGracePeriod(Duration.ZERO);
		assertThat(whileDeleted(recovery::recover)).isEqualTo(new JournalRecovery.Result(1, 0, 0));
	}

	/**
	 * A newer server gives such a transaction one view of the data.
	 */
	@Test
	void aTransactionThatReadsAsOfItsBeginningFindsTheBranchThatItMakes() {
		this.pool.setConnectionInitSql("SET SESSION " + REPEATABLE_READ);
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.branches.createTable(ITEM, DRAFT).table()).isEqualTo(TableName.of(DATABASE, "draft"));
			assertThat(this.branches.createDatabase(DATABASE, DRAFTS)).hasSize(3);
			status.setRollbackOnly();
		});
		assertThat(tables()).containsExactlyInAnyOrder("item", "line");
		assertThat(this.branches.list()).isEmpty();
	}

	@Test
	void aReactiveTransactionThatReadsAsOfItsBeginningFindsTheBranchThatItMakes() {
		MatrixOneConnectionFactory connections = connections(REPEATABLE_READ);
		ReactiveBranchTemplate reactive = new ReactiveBranchTemplate(new ReactiveCommandExecutor(connections));
		Branch made = TransactionalOperator.create(new R2dbcTransactionManager(connections))
			.execute((status) -> reactive.createTable(ITEM, DRAFT).doOnNext((branch) -> status.setRollbackOnly()))
			.blockLast();
		assertThat(Objects.requireNonNull(made).table()).isEqualTo(TableName.of(DATABASE, "draft"));
		assertThat(tables()).containsExactlyInAnyOrder("item", "line");
	}

	@Test
	void aReactiveDeletionIsContentWhereSomebodyElseDeletesTheBranchMeanwhile() throws Exception {
		Branch branch = this.branches.createTable(ITEM, DRAFT);
		DeleteBranch deletion = new DeleteBranch(branch.table(), true, branch.id());
		ReactiveCommandExecutor reactive = new ReactiveCommandExecutor(connections("autocommit=1"));
		whileDeleted(() -> reactive.join(deletion).block());
		assertThat(tables()).containsExactlyInAnyOrder("item", "line");
	}

	private static MatrixOneConnectionFactory connections(String sessionVariable) {
		ServerUnderTest server = ServerUnderTest.get();
		return new MatrixOneConnectionFactory(ConnectionFactories
			.get(ConnectionFactoryOptions.parse((server.url() + DATABASE.value()).replaceFirst("jdbc", "r2dbc"))
				.mutate()
				.option(ConnectionFactoryOptions.USER, server.username())
				.option(ConnectionFactoryOptions.PASSWORD, server.password())
				.option(Option.valueOf("sessionVariables"), sessionVariable)
				.build()));
	}

	/**
	 * Do something that deletes the branch while somebody else's deletion of it is not
	 * yet committed.
	 */
	private <T> T whileDeleted(Callable<T> work) throws Exception {
		try (Connection other = Objects.requireNonNull(this.others.getDataSource()).getConnection();
				Statement statement = other.createStatement()) {
			statement.execute("BEGIN");
			statement.execute("DATA BRANCH DELETE TABLE draft");
			statement.execute("SELECT 1");
			FutureTask<T> task = new FutureTask<>(work);
			new Thread(task, "deletion").start();
			await().atMost(Duration.ofSeconds(30))
				.until(() -> this.others.queryForObject(
						"SELECT count(*) FROM processlist() p WHERE info LIKE 'DATA BRANCH DELETE TABLE%'",
						Integer.class) > 0);
			statement.execute("COMMIT");
			return task.get(60, TimeUnit.SECONDS);
		}
	}

	@Test
	void whatCannotBeTakenBackLeavesTheNameToOthers() {
		JournalTable journal = journal();
		CreateDatabaseBranch create = new CreateDatabaseBranch(DATABASE, DRAFTS, null);
		this.executor.update(journal.unlessCommitted(create).write());
		this.executor.beside(create);
		this.others.execute("CREATE TABLE ct_branch_id_drafts.more (id INT PRIMARY KEY)");
		JournalRecovery recovery = new JournalRecovery(this.executor, journal);
		recovery.setGracePeriod(Duration.ZERO);
		assertThat(recovery.recover()).isEqualTo(new JournalRecovery.Result(0, 1, 1));
		this.others.execute("DROP DATABASE ct_branch_id_drafts");
		this.executor.setJournal(journal);
		this.transaction.executeWithoutResult((status) -> this.branches.createDatabase(DATABASE, DRAFTS));
		assertThat(databases()).hasSize(2);
		assertThat(recovery.recover()).isEqualTo(new JournalRecovery.Result(0, 1, 1));
	}

	@Test
	void aRecoveryTellsThatABranchIsLeft() {
		JournalTable journal = journal();
		Branch branch = this.branches.createTable(ITEM, DRAFT);
		DeleteBranch deletion = new DeleteBranch(branch.table(), true, branch.id());
		this.executor.update(new TransactionJournal(journal).onceCommitted(deletion).write());
		this.others.execute("TRUNCATE TABLE draft");
		JournalRecovery recovery = new JournalRecovery(this.executor, journal);
		recovery.setGracePeriod(Duration.ZERO);
		assertThat(recovery.recover().failures()).isOne();
		this.others.execute("DROP TABLE draft");
		this.executor.update(new TransactionJournal(journal).onceCommitted(deletion).write());
		assertThat(recovery.recover().done()).isOne();
	}

	private JournalTable journal() {
		new ResourceDatabasePopulator(new ClassPathResource(JournalTable.SCHEMA)).execute(this.pool);
		return new JournalTable(() -> TableName.of(DATABASE.value(), JournalTable.DEFAULT_NAME));
	}

	private void alterAndDrop() {
		this.others.execute("ALTER TABLE ct_branch_id_drafts.item ADD COLUMN more INT");
		this.others.execute("DROP TABLE ct_branch_id_drafts.line");
	}

	/**
	 * Delete a branch, make another one of the same name, and write to it.
	 */
	private void branchAnew(DatabaseName branch) {
		this.others.execute("DATA BRANCH DELETE DATABASE " + branch.quoted());
		this.others.execute("DATA BRANCH CREATE DATABASE " + branch.quoted() + " FROM ct_branch_id");
		this.others.update("UPDATE " + branch.quoted() + ".item SET name = 'of somebody else' WHERE id = 1");
	}

	private List<String> names(DatabaseName database) {
		return this.others.queryForList("SELECT name FROM " + database.quoted() + ".item ORDER BY id", String.class);
	}

	private List<String> databases() {
		return this.others.queryForList("SHOW DATABASES LIKE 'ct\\_branch\\_id%'", String.class);
	}

	private static Condition<BranchEvent> deleted() {
		return new Condition<>((event) -> event.action() == Action.DELETE && event.phase() == Phase.AFTER,
				"told that it is deleted");
	}

	private List<String> tables() {
		return this.others.queryForList("SHOW TABLES", String.class);
	}

}
