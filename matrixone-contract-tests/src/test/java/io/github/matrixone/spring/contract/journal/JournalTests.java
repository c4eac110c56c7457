package io.github.matrixone.spring.contract.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneDatabase;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneTable;
import io.github.matrixone.spring.clone.DropDatabase;
import io.github.matrixone.spring.clone.DropTable;
import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.journal.JournalRecovery;
import io.github.matrixone.spring.journal.JournalTable;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.DropSnapshot;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.Journal.Entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What the journal holds while a transaction is under way, and what a recovery makes of
 * what processes have left in it. That such processes leave just this is shown by killing
 * them: see the module chaos.
 */
@EnabledIfServer
@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = JournalTests.Application.class,
		properties = { "matrixone.journal.enabled=true", "matrixone.journal.initialize-schema=always",
				"matrixone.journal.grace-period=0s", "matrixone.journal.recovery-interval=1d",
				"spring.jpa.hibernate.ddl-auto=none", "spring.flyway.enabled=false", "spring.liquibase.enabled=false" })
class JournalTests {

	private static final String DATABASE = "ct_journal";

	private static final SnapshotName NAME = SnapshotName.of("ct_journal_one");

	private static final SnapshotName LONGEST = SnapshotName.of("ct_journal_" + "n".repeat(53));

	private static final SqlText CONNECTION = SqlText.of("SELECT CONNECTION_ID()");

	private static final SnapshotScope SCOPE = SnapshotScope.database(DATABASE);

	private static final TableName ITEM = TableName.of(DATABASE, "item");

	private static final TableName COPY = TableName.of(DATABASE, "item_copy");

	private static final DatabaseName OTHER = DatabaseName.of("ct_journal_other");

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private DataSource dataSource;

	@Autowired
	private SnapshotOperations snapshots;

	@Autowired
	private CloneOperations clones;

	@Autowired
	private RestoreOperations restores;

	@Autowired
	private CommandExecutor executor;

	@Autowired
	private JournalTable journal;

	@Autowired
	private JournalRecovery recovery;

	private TransactionTemplate transaction;

	@Autowired
	void transactionManager(PlatformTransactionManager transactionManager) {
		this.transaction = new TransactionTemplate(transactionManager);
	}

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		if (ServerUnderTest.isAvailable()) {
			ServerUnderTest server = ServerUnderTest.get();
			server.plainJdbc("").execute("CREATE DATABASE IF NOT EXISTS " + DATABASE);
			server.register(registry, DATABASE);
		}
	}

	@BeforeEach
	@AfterEach
	void clean() {
		this.snapshots.dropIfExists(NAME);
		this.snapshots.dropIfExists(LONGEST);
		this.jdbc.execute("DROP DATABASE IF EXISTS " + OTHER.quoted());
		this.jdbc.execute("DROP TABLE IF EXISTS item, item_copy");
		this.jdbc.execute("DELETE FROM matrixone_journal");
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY)");
		this.jdbc.execute("INSERT INTO item VALUES (1)");
	}

	@Test
	void holdsWhatIsToFollowTheCommitUntilItIsDone() {
		AfterCommit<?> handle = inTransaction((status) -> {
			AfterCommit<?> pending = this.snapshots.createAfterCommit(NAME, SCOPE);
			assertThat(entries()).containsExactly("ONCE_COMMITTED");
			return pending;
		});
		assertThat(handle.state()).isEqualTo(AfterCommit.State.DONE);
		assertThat(this.snapshots.exists(NAME)).isTrue();
		assertThat(entries()).isEmpty();
	}

	@Test
	void holdsNothingAfterARollback() {
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(NAME, SCOPE);
			this.clones.cloneTableAfterCommit(ITEM, COPY);
			status.setRollbackOnly();
		});
		assertThat(this.snapshots.exists(NAME)).isFalse();
		assertThat(entries()).isEmpty();
	}

	@Test
	void holdsASnapshotAsOneToTakeBackUntilTheCommit() {
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(NAME, SCOPE);
			assertThat(entries()).isEmpty();
			assertThat(entriesSeenByOthers()).containsExactly("UNLESS_COMMITTED");
		});
		assertThat(this.snapshots.exists(NAME)).isTrue();
		assertThat(entries()).isEmpty();
	}

	@Test
	void isNoWriteOfTheTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneTableAfterCommit(ITEM, COPY);
			this.snapshots.create(NAME, SCOPE);
			this.clones.cloneDatabase(DatabaseName.of(DATABASE), OTHER);
		});
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM ct_journal_other.item", Integer.class)).isOne();
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM item_copy", Integer.class)).isOne();
	}

	@Test
	void isWrittenByAReadOnlyTransactionAsWell() {
		this.transaction.setReadOnly(true);
		this.transaction.executeWithoutResult((status) -> this.snapshots.createAfterCommit(NAME, SCOPE));
		assertThat(this.snapshots.exists(NAME)).isTrue();
		assertThat(entries()).isEmpty();
	}

	@Test
	void isNotCommittedByASet() {
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.createAfterCommit(NAME, SCOPE);
			if (ServerUnderTest.get().isNewer()) {
				this.jdbc.execute("SET @a = 1");
			}
			else {
				assertThatExceptionOfType(NotAllowedInTransactionException.class)
					.isThrownBy(() -> this.jdbc.execute("SET @a = 1"));
			}
			status.setRollbackOnly();
		});
		assertThat(entries()).isEmpty();
	}

	@Test
	void refusesASecondSnapshotOfANameAtOnce() {
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(NAME, SCOPE);
			assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
				.isThrownBy(() -> this.snapshots.create(NAME, SCOPE));
		});
		assertThat(this.snapshots.exists(NAME)).isTrue();
	}

	@Test
	void aRecoveryDropsTheSnapshotOfATransactionThatIsGone() {
		CreateSnapshot create = new CreateSnapshot(NAME, SCOPE);
		this.executor.update(this.journal.unlessCommitted(create).write());
		this.executor.beside(create);
		assertThat(this.recovery.recover().done()).isOne();
		assertThat(this.snapshots.exists(NAME)).isFalse();
		assertThat(entries()).isEmpty();
	}

	@Test
	void aRecoveryLeavesTheSnapshotOfATransactionThatIsUnderWay() {
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(NAME, SCOPE);
			CompletableFuture.runAsync(this.recovery::recover).orTimeout(30, TimeUnit.SECONDS).join();
		});
		assertThat(this.snapshots.exists(NAME)).isTrue();
		assertThat(entries()).isEmpty();
	}

	@Test
	void aTransactionWhoseEntryWasTakenAwayLearnsOfIt() throws Exception {
		CreateSnapshot create = new CreateSnapshot(NAME, SCOPE);
		Entry entry = this.journal.unlessCommitted(create);
		try (Connection connection = this.dataSource.getConnection()) {
			this.executor.update(entry.write());
			this.executor.beside(create);
			this.recovery.recover();
			connection.setAutoCommit(false);
			assertThat(connection.unwrap(MatrixOneConnection.class).journal(entry.remove())).isZero();
		}
	}

	@Test
	void aRecoveryLeavesTheSnapshotOfSomebodyElse() {
		CreateSnapshot create = new CreateSnapshot(NAME, SCOPE);
		this.executor.beside(create);
		this.executor.update(this.journal.unlessCommitted(create).write());
		this.recovery.recover();
		assertThat(this.snapshots.exists(NAME)).isTrue();
		assertThat(entries()).isEmpty();
	}

	@Test
	void aRecoveryDropsASnapshotWhoseEntryHasATimeThatWasAhead() {
		CreateSnapshot create = new CreateSnapshot(NAME, SCOPE);
		claimedThreeSecondsAhead(create);
		this.executor.beside(create);
		assertThat(this.recovery.recover().done()).isOne();
		assertThat(this.snapshots.exists(NAME)).isFalse();
		assertThat(entries()).isEmpty();
	}

	@Test
	void aRecoveryLeavesTheSnapshotOfSomebodyElseWhateverTimeItsEntryHas() {
		CreateSnapshot create = new CreateSnapshot(NAME, SCOPE);
		this.executor.beside(create);
		claimedThreeSecondsAhead(create);
		this.recovery.recover();
		assertThat(this.snapshots.exists(NAME)).isTrue();
		assertThat(entries()).isEmpty();
	}

	@Test
	void aRecoveryGoesOnWhereATransactionIsUnderWay() {
		CreateSnapshot other = new CreateSnapshot(LONGEST, SCOPE);
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(NAME, SCOPE);
			CompletableFuture.runAsync(() -> {
				this.executor.update(this.journal.unlessCommitted(other).write());
				this.executor.beside(other);
				this.recovery.recover();
			}).orTimeout(30, TimeUnit.SECONDS).join();
		});
		assertThat(this.snapshots.exists(NAME)).isTrue();
		assertThat(this.snapshots.exists(LONGEST)).isFalse();
		assertThat(entries()).isEmpty();
	}

	@Test
	void recoveriesAtTheSameTimeDropEachSnapshotOnce() {
		List<SnapshotName> names = IntStream.range(0, 5)
			.mapToObj((i) -> SnapshotName.of("ct_journal_many" + i))
			.toList();
		for (SnapshotName name : names) {
			CreateSnapshot create = new CreateSnapshot(name, SCOPE);
			this.executor.update(this.journal.unlessCommitted(create).write());
			this.executor.beside(create);
		}
		List<CompletableFuture<Integer>> recoveries = IntStream.range(0, 3)
			.mapToObj((i) -> new JournalRecovery(this.executor, this.journal))
			.peek((each) -> each.setGracePeriod(Duration.ZERO))
			.map((each) -> CompletableFuture.supplyAsync(() -> each.recover().done()))
			.toList();
		assertThat(recoveries.stream().mapToInt((recovery) -> recovery.orTimeout(60, TimeUnit.SECONDS).join()).sum())
			.isEqualTo(names.size());
		assertThat(names).noneMatch(this.snapshots::exists);
		assertThat(entries()).isEmpty();
	}

	@Test
	void workAfterTheCommitWaitsForARecoveryThatIsAtIt() {
		this.snapshots.create(NAME, SCOPE);
		CompletableFuture<Void> locked = new CompletableFuture<>();
		CompletableFuture<Void> recovery = inTransaction((status) -> {
			this.snapshots.drop(NAME);
			String transaction = this.jdbc.queryForObject("SELECT transaction_id FROM matrixone_journal", String.class);
			CompletableFuture<Void> other = CompletableFuture
				.runAsync(() -> finish(this.journal.lockOf(transaction), locked));
			locked.orTimeout(30, TimeUnit.SECONDS).join();
			return other;
		});
		recovery.orTimeout(30, TimeUnit.SECONDS).join();
		assertThat(this.snapshots.exists(NAME)).as("left to the other process").isTrue();
		assertThat(entries()).isEmpty();
	}

	@Test
	void aSessionGoesOnWhereItsConnectionHasFailed() {
		this.executor.onOwnConnection((session) -> {
			String id = session.query(CONNECTION).first().orElseThrow();
			ServerUnderTest.get().plainJdbc(DATABASE).execute("KILL CONNECTION " + id);
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> session.query(CONNECTION));
			assertThat(session.query(CONNECTION).first()).isPresent().isNotEqualTo(Optional.of(id));
		});
	}

	@Test
	void aRecoveryCarriesOutWhatWasToFollowACommitInItsOrder() {
		CreateSnapshot create = new CreateSnapshot(NAME, SCOPE);
		SnapshotName other = SnapshotName.of("ct_journal_dropped");
		this.snapshots.dropIfExists(other);
		this.snapshots.create(other, SCOPE);
		JournaledCommand clone = new CloneTable(ITEM, COPY, AsOf.snapshot(NAME), false, null);
		JournaledCommand cloneDatabase = new CloneDatabase(DatabaseName.of(DATABASE), OTHER, AsOf.snapshot(NAME), null);
		committed(create, clone, cloneDatabase, new DropSnapshot(other, false, this.snapshots.get(other).createdAt()));
		assertThat(this.recovery.recover().done()).isEqualTo(4);
		assertThat(this.snapshots.exists(NAME)).isTrue();
		assertThat(this.snapshots.exists(other)).isFalse();
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM item_copy", Integer.class)).isOne();
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM ct_journal_other.item", Integer.class)).isOne();
		assertThat(entries()).isEmpty();
	}

	@Test
	void aRecoveryDoesNotRepeatWhatWasDone() {
		CreateSnapshot create = new CreateSnapshot(NAME, SCOPE);
		JournaledCommand clone = new CloneTable(ITEM, COPY, null, false, null);
		SnapshotName dropped = SnapshotName.of("ct_journal_again");
		this.snapshots.dropIfExists(dropped);
		this.snapshots.create(dropped, SCOPE);
		JournaledCommand drop = new DropSnapshot(dropped, false,
				this.snapshots.get(dropped).createdAt().minusSeconds(1));
		committed(create, clone, drop);
		this.executor.beside(create);
		this.executor.beside(clone);
		this.jdbc.execute("INSERT INTO item_copy VALUES (7)");
		assertThat(this.recovery.recover().done()).isEqualTo(3);
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM item_copy", Integer.class)).isEqualTo(2);
		assertThat(this.snapshots.exists(dropped)).as("a later snapshot of the same name").isTrue();
		this.snapshots.drop(dropped);
	}

	@Test
	void aRecoveryDropsOnlyWhatWasMeant() {
		this.executor.beside(new CloneTable(ITEM, COPY, null, false, null));
		this.executor.beside(new CloneDatabase(DatabaseName.of(DATABASE), OTHER, null, null));
		JournaledCommand dropTable = new DropTable(COPY, true, id(COPY));
		JournaledCommand dropDatabase = new DropDatabase(OTHER, true, id(OTHER));
		committed(dropTable, dropDatabase);
		assertThat(this.recovery.recover().done()).isEqualTo(2);
		assertThat(this.jdbc.queryForList("SHOW TABLES LIKE 'item_copy'")).isEmpty();
		assertThat(this.jdbc.queryForList("SHOW DATABASES LIKE 'ct_journal_other'")).isEmpty();
		this.executor.beside(new CloneTable(ITEM, COPY, null, false, null));
		this.executor.beside(new CloneDatabase(DatabaseName.of(DATABASE), OTHER, null, null));
		committed(dropTable, dropDatabase);
		assertThat(this.recovery.recover().done()).isEqualTo(2);
		assertThat(this.jdbc.queryForList("SHOW TABLES LIKE 'item_copy'")).as("made anew").hasSize(1);
		assertThat(this.jdbc.queryForList("SHOW DATABASES LIKE 'ct_journal_other'")).as("made anew").hasSize(1);
		assertThat(entries()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "TRUNCATE TABLE item_copy", "ALTER TABLE item_copy ADD COLUMN more INT" })
	void aRecoveryDropsATableThatWasChangedSince(String change) {
		this.executor.beside(new CloneTable(ITEM, COPY, null, false, null));
		DropTable drop = new DropTable(COPY, false, null);
		committed(drop.meant(this.executor.query(drop.identity())));
		this.jdbc.execute(change);
		assertThat(this.recovery.recover().done()).isOne();
		assertThat(this.jdbc.queryForList("SHOW TABLES LIKE 'item_copy'")).isEmpty();
	}

	@Test
	void keepsTheIdentityOfWhatIsToBeDropped() {
		this.clones.cloneTable(ITEM, COPY);
		String id = id(COPY);
		this.transaction.executeWithoutResult((status) -> {
			this.clones.dropTable(COPY);
			assertThat(this.jdbc.queryForList("SELECT command FROM matrixone_journal", String.class)).singleElement()
				.asString()
				.contains("command=drop-table", "id=" + id);
		});
		assertThat(this.jdbc.queryForList("SHOW TABLES LIKE 'item_copy'")).isEmpty();
		assertThat(entries()).isEmpty();
	}

	@Test
	void aRecoveryLeavesATransactionWhoseWorkIsUnderWay() {
		committed(new CreateSnapshot(NAME, SCOPE));
		this.executor.onOwnConnection((own) -> {
			own.query(SqlText.of("SELECT GET_LOCK(?, 0)", this.journal.lockOf("transaction")));
			CompletableFuture.runAsync(this.recovery::recover).orTimeout(30, TimeUnit.SECONDS).join();
			own.query(SqlText.of("SELECT RELEASE_LOCK(?)", this.journal.lockOf("transaction")));
		});
		assertThat(this.snapshots.exists(NAME)).isFalse();
		assertThat(entries()).containsExactly("ONCE_COMMITTED");
	}

	@Test
	void keepsWhatCanNeverBeDoneWithTheReason() {
		committed(new CloneTable(TableName.of(DATABASE, "missing"), COPY, null, false, null),
				new CreateSnapshot(NAME, SCOPE));
		JournalRecovery.Result result = this.recovery.recover();
		assertThat(result.failures()).isEqualTo(2);
		assertThat(this.snapshots.exists(NAME)).as("may depend on what failed").isFalse();
		assertThat(this.jdbc.queryForList("SELECT failure FROM matrixone_journal", String.class))
			.allSatisfy((failure) -> assertThat(failure).contains("missing"));
		this.recovery.setFailureRetention(Duration.ZERO);
		assertThat(this.recovery.recover().entries()).isZero();
	}

	@Test
	void entriesThatComeWithARestoreAreVoid() {
		this.transaction.executeWithoutResult((status) -> this.snapshots.create(NAME, SCOPE));
		this.restores.restoreDatabase(DatabaseName.of(DATABASE), NAME);
		assertThat(entries()).as("the snapshot holds the entry for itself").containsExactly("UNLESS_COMMITTED");
		this.recovery.recover();
		assertThat(entries()).isEmpty();
		assertThat(this.snapshots.exists(NAME)).isTrue();
	}

	@Test
	void refusesATransactionWhoseSnapshotWasTakenForOneOfADeadProcess() {
		CommandExecutor other = new CommandExecutor(this.dataSource, new ServerBackend() {

			@Override
			public String execute(Connection connection, Command command) throws SQLException {
				String result = super.execute(connection, command);
				if (command instanceof CreateSnapshot) {
					JournalTests.this.recovery.recover();
				}
				return result;
			}

		});
		other.setJournal(this.journal);
		SnapshotOperations slow = new SnapshotTemplate(other);
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> slow.create(NAME, SCOPE)))
			.withMessageContaining("taken so long");
		assertThat(this.snapshots.exists(NAME)).isFalse();
	}

	/**
	 * Leave an entry as a compute node writes it whose clock is ahead.
	 */
	private void claimedThreeSecondsAhead(CreateSnapshot create) {
		SqlText write = this.journal.unlessCommitted(create).write();
		List<Object> arguments = new ArrayList<>(write.arguments());
		arguments.replaceAll((argument) -> argument.equals("UNLESS_COMMITTED") ? "CLAIMED" : argument);
		this.executor
			.update(new SqlText(write.sql().replace("utc_timestamp(6))", "utc_timestamp(6)) + 3000000"), arguments));
	}

	/**
	 * Hold a lock until the transaction's entry is there, and remove the entry.
	 */
	private void finish(String lock, CompletableFuture<Void> locked) {
		this.executor.onOwnConnection((own) -> {
			own.query(SqlText.of("SELECT GET_LOCK(?, 0)", lock));
			locked.complete(null);
			await().atMost(Duration.ofSeconds(30)).until(() -> !entriesSeenByOthers().isEmpty());
			own.update(SqlText.of("DELETE FROM matrixone_journal"), Duration.ZERO);
			own.query(SqlText.of("SELECT RELEASE_LOCK(?)", lock));
		});
	}

	private <T> T inTransaction(Function<Object, T> work) {
		return this.transaction.execute(work::apply);
	}

	private void committed(JournaledCommand... commands) {
		int position = 0;
		for (JournaledCommand command : commands) {
			this.executor.update(this.journal.onceCommitted("transaction", position++, command).write());
		}
	}

	private String id(TableName table) {
		return this.jdbc.queryForObject("SELECT rel_id FROM mo_catalog.mo_tables WHERE reldatabase = ? AND relname = ?",
				String.class, DATABASE, table.normalizedName());
	}

	private String id(DatabaseName database) {
		return this.jdbc.queryForObject("SELECT dat_id FROM mo_catalog.mo_database WHERE datname = ?", String.class,
				database.normalized());
	}

	private List<String> entries() {
		return this.jdbc.queryForList("SELECT kind FROM matrixone_journal", String.class);
	}

	private List<String> entriesSeenByOthers() {
		return ServerUnderTest.get()
			.plainJdbc(DATABASE)
			.queryForList("SELECT kind FROM matrixone_journal", String.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
