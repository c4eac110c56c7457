package io.github.matrixone.spring.contract.branch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.Branch;
import io.github.matrixone.spring.branch.BranchAge;
import io.github.matrixone.spring.branch.BranchEvent;
import io.github.matrixone.spring.branch.BranchRetention;
import io.github.matrixone.spring.branch.BranchRetentionPlan.Decision;
import io.github.matrixone.spring.branch.BranchRetentionPlan.Reason;
import io.github.matrixone.spring.branch.BranchRetentionPolicy;
import io.github.matrixone.spring.branch.BranchSummary;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.UnmergedChanges;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Branches that end, and somebody who writes to them at that moment.
 */
@EnabledIfServer
@Timeout(180)
class BranchRetentionTests {

	private static final DatabaseName DATABASE = DatabaseName.of("ct_branch_end");

	private static final DatabaseName DRAFTS = DatabaseName.of("ct_branch_end_drafts");

	private static final TableName ITEM = TableName.of(DATABASE, "item");

	private static final TableName DRAFT = TableName.of(DATABASE, "draft_a");

	private static final SnapshotName SNAPSHOT = SnapshotName.of("ct_branch_end");

	private static final Duration MAX_AGE = Duration.ofDays(30);

	private static final BranchRetentionPolicy TABLES = BranchRetentionPolicy.tables(DATABASE, "draft_", MAX_AGE);

	private static final BranchRetentionPolicy DATABASES = BranchRetentionPolicy.databases("CT_branch_end_", MAX_AGE);

	private final HikariDataSource pool = BranchTests.pool(DATABASE.value());

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, new ServerBackend());

	private final SnapshotTemplate snapshots = new SnapshotTemplate(this.executor);

	private final BranchTemplate branches = new BranchTemplate(this.executor);

	@BeforeEach
	void setUp() {
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_branch_end_drafts");
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))");
		this.jdbc.execute("CREATE TABLE note (line VARCHAR(20))");
		this.jdbc.execute("CREATE TABLE item_seq (next_val BIGINT)");
		this.jdbc.update("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
		this.jdbc.update("INSERT INTO note VALUES ('x')");
		this.jdbc.update("INSERT INTO item_seq VALUES (1)");
	}

	@AfterEach
	void tearDown() {
		this.snapshots.dropIfExists(SNAPSHOT);
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_branch_end_drafts");
		this.jdbc.execute("DROP DATABASE ct_branch_end");
		this.pool.close();
	}

	@Test
	void aListenerThatPreventsOneDeletionDoesNotKeepOthers() {
		table("draft_a");
		table("draft_b");
		this.branches.setApplicationEventPublisher((event) -> {
			if (((BranchEvent) event).names().toString().contains("draft_a")) {
				throw new IllegalStateException("frozen");
			}
		});
		assertThat(retention(40, TABLES).prune()).extracting(Decision::name).containsExactly("ct_branch_end.draft_b");
		assertThat(this.branches.find(TableName.of(DATABASE, "draft_a"))).isPresent();
	}

	@Test
	void saysOfEachBranchWhyItWouldGoOrStay() {
		this.branches.createDatabase(DATABASE, DRAFTS);
		table("draft_a");
		table("draft_b");
		this.jdbc.update("UPDATE draft_b SET name = 'ONE' WHERE id = 1");
		table("draft_kept");
		table("draft_parent");
		this.branches.createTable(TableName.of(DATABASE, "draft_parent"), TableName.of(DATABASE, "child"));
		table("by_hand");
		BranchRetentionPolicy tables = TABLES.protect("Draft_Kept");
		assertThat(reasons(40, tables))
			.isEqualTo(Map.of("ct_branch_end.draft_a", Reason.EXPIRED, "ct_branch_end.draft_b", Reason.UNMERGED,
					"ct_branch_end.draft_kept", Reason.PROTECTED, "ct_branch_end.draft_parent", Reason.PARENT));
		assertThat(reasons(40, DATABASES)).isEqualTo(Map.of("ct_branch_end_drafts", Reason.EXPIRED));
		assertThat(reasons(20, tables)).containsEntry("ct_branch_end.draft_a", Reason.YOUNG);
		Decision near = retention(Duration.ofDays(30).minusHours(1), DATABASES).plan().expiring().get(0);
		assertThat(near.name()).isEqualTo("ct_branch_end_drafts");
		assertThat(near.explanation()).contains("goes after").contains(near.expiresAt().toString());
		assertThat(retention(40, tables).plan().decisions()).extracting(Decision::explanation)
			.anyMatch((text) -> text.contains("draft_b") && text.contains("1 rows are not merged"));
	}

	@Test
	void deletesWhatIsMergedAndNothingElse() {
		List<Map<String, Object>> keptByTheServer = keptByTheServer();
		this.branches.createDatabase(DATABASE, DRAFTS);
		table("draft_a");
		table("draft_b");
		this.jdbc.update("UPDATE draft_b SET name = 'ONE' WHERE id = 1");
		table("by_hand");
		BranchRetention retention = retention(40, TABLES, DATABASES);
		assertThat(retention.prune()).extracting(Decision::name)
			.containsExactlyInAnyOrder("ct_branch_end.draft_a", "ct_branch_end_drafts");
		assertThat(tables()).contains("draft_b", "by_hand", "item").doesNotContain("draft_a");
		assertThat(databases()).doesNotContain("ct_branch_end_drafts");
		assertThat(retention.prune()).isEmpty();
		this.branches.merge(TableName.of(DATABASE, "draft_b"));
		assertThat(retention.prune()).extracting(Decision::name).containsExactly("ct_branch_end.draft_b");
		assertThat(this.jdbc.queryForObject("SELECT name FROM item WHERE id = 1", String.class)).isEqualTo("ONE");
		this.branches.deleteTable(TableName.of(DATABASE, "by_hand"));
		assertThat(keptByTheServer()).as("snapshots of the server's own").isEqualTo(keptByTheServer);
	}

	@Test
	void deletesWhatIsNotMergedOnlyWhereThePolicyAsksForIt() {
		table("draft_a");
		this.jdbc.update("DELETE FROM draft_a WHERE id = 1");
		assertThat(retention(40, TABLES).prune()).isEmpty();
		assertThat(retention(40, TABLES.alsoUnmerged()).prune()).hasSize(1);
		assertThat(tables()).doesNotContain("draft_a");
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE ct_branch_end_drafts.item SET name = 'x' WHERE id = 1",
			"INSERT INTO ct_branch_end_drafts.note VALUES ('y')", "TRUNCATE TABLE ct_branch_end_drafts.item",
			"CREATE TABLE ct_branch_end_drafts.made (id INT PRIMARY KEY)",
			"CREATE VIEW ct_branch_end_drafts.seen AS SELECT * FROM ct_branch_end_drafts.item",
			"ALTER TABLE ct_branch_end_drafts.item ADD COLUMN more INT", "DROP TABLE ct_branch_end.item",
			"CREATE INDEX by_name ON ct_branch_end_drafts.item (name)",
			"ALTER TABLE ct_branch_end_drafts.item ADD UNIQUE by_name (name)",
			"ALTER TABLE ct_branch_end_drafts.item ALTER COLUMN name SET DEFAULT 'none'",
			"ALTER TABLE ct_branch_end_drafts.item MODIFY name VARCHAR(20) NOT NULL",
			"ALTER TABLE ct_branch_end_drafts.note COMMENT 'kept'",
			"ALTER TABLE ct_branch_end_drafts.item RENAME TO thing", "DROP TABLE ct_branch_end_drafts.note",
			"DROP VIEW ct_branch_end_drafts.kept", "CREATE SEQUENCE ct_branch_end_drafts.numbers" })
	void keepsADatabaseThatHasAnythingOfItsOwn(String change) {
		this.jdbc.execute("CREATE VIEW kept AS SELECT * FROM item");
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.jdbc.update("UPDATE ct_branch_end_drafts.item_seq SET next_val = 7");
		assertThat(this.branches.unmerged(DRAFTS).isEmpty()).as("ids are no changes").isTrue();
		this.jdbc.execute(change);
		UnmergedChanges unmerged = this.branches.unmerged(DRAFTS);
		assertThat(unmerged.isEmpty()).as("%s", unmerged).isFalse();
		assertThat(retention(40, DATABASES).prune()).isEmpty();
		assertThat(databases()).contains("ct_branch_end_drafts");
	}

	@ParameterizedTest
	@ValueSource(strings = { "DROP TABLE ct_branch_end.note", "DROP TABLE ct_branch_end_drafts.note" })
	void hasNothingToKeepOfATableThatBothSidesHaveDropped(String first) {
		this.jdbc.execute("CREATE TABLE parts (id INT PRIMARY KEY, v INT, KEY (v)) PARTITION BY RANGE (id) "
				+ "(PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (100))");
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.jdbc.execute(first);
		this.jdbc.execute("DROP TABLE IF EXISTS ct_branch_end_drafts.note");
		this.jdbc.execute("DROP TABLE IF EXISTS ct_branch_end.note");
		this.jdbc.execute("CREATE TABLE ct_branch_end.later (id INT PRIMARY KEY)");
		assertThat(this.branches.unmerged(DRAFTS)).returns(true, UnmergedChanges::isEmpty);
	}

	@Test
	void keepsADatabaseOnWhichATableWasDroppedThatTheParentHasUnderAnotherName() {
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.jdbc.execute("DROP TABLE ct_branch_end_drafts.note");
		this.jdbc.execute("ALTER TABLE ct_branch_end.note RENAME TO renamed");
		assertThat(this.branches.unmerged(DRAFTS).unknown()).containsOnlyKeys(TableName.of(DRAFTS, "note"));
	}

	@Test
	void keepsTheViewsOfTheParentNoSecret() {
		this.jdbc.execute("CREATE VIEW seen AS SELECT * FROM item");
		this.jdbc.execute("ALTER VIEW seen AS SELECT id FROM item");
		this.jdbc.execute("CREATE VIEW ct_branch_end.named AS SELECT `i`.id, 'A b' AS x FROM ct_branch_end.ITEM AS i "
				+ "WHERE name <> 'x' AND id IN (1,2)");
		this.jdbc.execute("CREATE VIEW short AS SELECT i.id n, j.name FROM ct_branch_end.item i "
				+ "JOIN ct_branch_end.item j ON i.id = j.id");
		this.branches.createDatabase(DATABASE, DRAFTS);
		assertThat(this.branches.unmerged(DRAFTS)).returns(true, UnmergedChanges::isEmpty);
	}

	@Test
	void keepsADatabaseThatHasAnotherViewOfTheSameName() {
		this.jdbc.execute("CREATE VIEW seen AS SELECT id FROM item");
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.jdbc.execute("DROP VIEW ct_branch_end_drafts.seen");
		this.jdbc.execute("CREATE VIEW ct_branch_end_drafts.seen AS SELECT name FROM ct_branch_end_drafts.item");
		assertThat(this.branches.unmerged(DRAFTS).unknown()).containsOnlyKeys(TableName.of(DRAFTS, "seen"));
		assertThat(retention(40, DATABASES).prune()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE INDEX by_name ON %s.item (name)",
			"ALTER TABLE %s.item ALTER COLUMN name SET DEFAULT 'none'" })
	void deletesADatabaseIfItsParentIsAlteredAloneOrInTheSameWay(String change) {
		this.jdbc.execute("CREATE TABLE odd (id INT AUTO_INCREMENT PRIMARY KEY, "
				+ "name VARCHAR(20) DEFAULT 'it''s' COMMENT 'a \\\\ and ''b', item INT, odd INT, KEY (item), "
				+ "FOREIGN KEY (item) REFERENCES item (id), FOREIGN KEY (odd) REFERENCES odd (id), CHECK (item > 0))");
		this.jdbc.update("INSERT INTO odd (item) VALUES (1)");
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.jdbc.execute(change.formatted("ct_branch_end"));
		assertThat(this.branches.unmerged(DRAFTS)).returns(true, UnmergedChanges::isEmpty);
		this.jdbc.execute(change.formatted("ct_branch_end_drafts"));
		assertThat(retention(40, DATABASES).prune()).hasSize(1);
		assertThat(databases()).doesNotContain("ct_branch_end_drafts");
	}

	@Test
	void keepsABranchOfATableThatHasAnIndexOfItsOwn() {
		this.branches.createTable(ITEM, DRAFT);
		assertThat(this.branches.unmerged(DRAFT)).returns(true, UnmergedChanges::isEmpty);
		this.jdbc.execute("CREATE INDEX by_name ON draft_a (name)");
		assertThat(this.branches.unmerged(DRAFT).unknown()).containsOnlyKeys(DRAFT);
		assertThat(retention(40, TABLES).prune()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void waitsForSomebodyWhoIsWriting(boolean commits) throws Exception {
		table("draft_a");
		CompletableFuture<List<Decision>> pruned = this.transaction.execute((status) -> {
			this.jdbc.update("UPDATE draft_a SET name = 'mine' WHERE id = 1");
			CompletableFuture<List<Decision>> started = CompletableFuture
				.supplyAsync(() -> retention(40, TABLES).prune());
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> started.get(3, TimeUnit.SECONDS));
			if (!commits) {
				status.setRollbackOnly();
			}
			return started;
		});
		assertThat(Objects.requireNonNull(pruned).get(60, TimeUnit.SECONDS)).hasSize(commits ? 0 : 1);
		assertThat(tables().contains("draft_a")).isEqualTo(commits);
		if (commits) {
			assertThat(this.jdbc.queryForObject("SELECT name FROM draft_a WHERE id = 1", String.class))
				.isEqualTo("mine");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void letsNobodyWriteWhileItLooks(boolean deletes) throws Exception {
		Branch seen = table("draft_a");
		CompletableFuture<Integer> write = new CompletableFuture<>();
		assertThat(this.branches.deleteTable(seen, () -> {
			CompletableFuture.supplyAsync(() -> this.jdbc.update("INSERT INTO draft_a VALUES (9, 'late')"))
				.whenComplete((count, ex) -> {
					if (ex != null) {
						write.completeExceptionally(ex);
					}
					else {
						write.complete(count);
					}
				});
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> write.get(3, TimeUnit.SECONDS));
			assertThat(this.branches.unmerged(DRAFT).isEmpty()).isTrue();
			return deletes;
		})).isEqualTo(deletes);
		if (deletes) {
			assertThat(write).failsWithin(Duration.ofSeconds(60))
				.withThrowableThat()
				.havingRootCause()
				.withMessageContaining("draft_a");
		}
		else {
			assertThat(write).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(1);
			assertThat(this.branches.unmerged(DRAFT).rows()).isOne();
		}
	}

	@Test
	void doesNotWaitForEver() {
		Branch seen = table("draft_a");
		BranchTemplate impatient = branches("lock_wait_timeout=2");
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("UPDATE draft_a SET name = 'mine' WHERE id = 1");
			CompletableFuture<Boolean> deleted = CompletableFuture
				.supplyAsync(() -> impatient.deleteTable(seen, () -> true));
			assertThat(deleted).failsWithin(Duration.ofSeconds(60))
				.withThrowableThat()
				.withCauseInstanceOf(PessimisticLockingFailureException.class);
			BranchRetention retention = new BranchRetention(impatient, List.of(TABLES),
					Clock.offset(Clock.systemUTC(), MAX_AGE.multipliedBy(2)));
			assertThat(CompletableFuture.supplyAsync(retention::prune)).succeedsWithin(Duration.ofSeconds(60))
				.isEqualTo(List.of());
		});
		assertThat(this.branches.unmerged(DRAFT).rows()).isOne();
	}

	@Test
	void leavesAnotherBranchAloneThatHasGotTheName() {
		Branch seen = table("draft_a");
		List<Branch> drafts = this.branches.createDatabase(DATABASE, DRAFTS);
		this.branches.deleteTable(DRAFT);
		this.branches.deleteDatabase(DRAFTS);
		assertThat(this.branches.deleteTable(seen, () -> true)).isFalse();
		assertThat(this.branches.deleteDatabase(drafts, () -> true)).isFalse();
		table("draft_a");
		this.branches.createDatabase(DATABASE, DRAFTS);
		assertThat(this.branches.deleteTable(seen, () -> true)).isFalse();
		assertThat(this.branches.deleteDatabase(drafts, () -> true)).isFalse();
		assertThat(tables()).contains("draft_a");
		assertThat(databases()).contains("ct_branch_end_drafts");
	}

	@Test
	void severalMayBeAtWorkAtTheSameTime() throws Exception {
		this.branches.createDatabase(DATABASE, DRAFTS);
		for (String name : List.of("draft_a", "draft_b", "draft_c", "draft_d")) {
			table(name);
		}
		List<CompletableFuture<List<Decision>>> instances = List.of(1, 2, 3)
			.stream()
			.map((instance) -> CompletableFuture.supplyAsync(() -> retention(40, TABLES, DATABASES).prune()))
			.toList();
		int deleted = 0;
		for (CompletableFuture<List<Decision>> instance : instances) {
			deleted += instance.get(120, TimeUnit.SECONDS).size();
		}
		assertThat(deleted).isEqualTo(5);
		assertThat(tables()).noneMatch((name) -> name.startsWith("draft_"));
	}

	@Test
	void asksListenersWhoMayPreventIt() {
		Branch seen = table("draft_a");
		this.branches.setApplicationEventPublisher((event) -> {
			assertThat(((BranchEvent) event).action()).isEqualTo(BranchEvent.Action.DELETE);
			throw new IllegalStateException("vetoed");
		});
		assertThat(this.branches.deleteTable(seen, () -> false)).isFalse();
		assertThatIllegalStateException().isThrownBy(() -> this.branches.deleteTable(seen, () -> true))
			.withMessage("vetoed");
		assertThat(this.jdbc.update("UPDATE draft_a SET name = 'x'")).isEqualTo(2);
	}

	@Test
	void isRefusedInATransaction() {
		Branch seen = table("draft_a");
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> retention(40, TABLES).prune()));
		assertThatExceptionOfType(NotAllowedInTransactionException.class).isThrownBy(
				() -> this.transaction.executeWithoutResult((status) -> this.branches.deleteTable(seen, () -> true)));
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> this.transaction
				.executeWithoutResult((status) -> this.jdbc.execute("DATA BRANCH DELETE TABLE draft_a")))
			.havingRootCause()
			.withMessageContaining("DATA BRANCH DELETE is refused in a transaction");
		assertThat(tables()).contains("draft_a");
	}

	@Test
	void isAsOldAsItIsAndNotAsWhatItBeganWith() {
		this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE));
		this.jdbc.queryForList("SELECT sleep(2)");
		Branch branch = this.branches.createTable(ITEM, DRAFT, AsOf.snapshot(SNAPSHOT));
		Instant madeAt = this.branches.ages()
			.stream()
			.filter((age) -> age.branch().equals(branch))
			.map(BranchAge::madeAt)
			.findFirst()
			.orElseThrow();
		assertThat(madeAt).isAfter(branch.branchedAt()).isBeforeOrEqualTo(Instant.now().plusSeconds(1));
	}

	@Test
	void sumsUpAllBranches() {
		BranchSummary before = this.branches.summary();
		table("draft_a");
		this.branches.createTable(TableName.of(DATABASE, "note"), TableName.of(DATABASE, "draft_b"));
		this.branches.createDatabase(DATABASE, DRAFTS);
		this.jdbc.execute("DROP TABLE note");
		BranchSummary after = this.branches.summary();
		assertThat(after.tables() - before.tables()).isEqualTo(2);
		assertThat(after.databases() - before.databases()).isOne();
		assertThat(after.count() - before.count()).isEqualTo(3);
		assertThat(after.withoutParent() - before.withoutParent()).isEqualTo(2);
		assertThat(after.oldest()).isNotNull();
		assertThat(after.oldestMadeAt()).isBefore(Instant.now().plusSeconds(1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "%2B05:00", "America/New_York" })
	void tellsTheSameTimeInEachTimeZone(String zone) {
		Branch branch = table("draft_a");
		BranchTemplate elsewhere = branches("time_zone='" + zone + '\'');
		assertThat(elsewhere.ages()).filteredOn((age) -> age.branch().equals(branch))
			.singleElement()
			.satisfies((age) -> assertThat(Duration.between(age.madeAt(), Instant.now()).abs())
				.isLessThan(Duration.ofMinutes(5)));
	}

	private static BranchTemplate branches(String sessionVariables) {
		JdbcTemplate session = ServerUnderTest.get()
			.plainJdbc(DATABASE.value() + "?sessionVariables=" + sessionVariables);
		return new BranchTemplate(new CommandExecutor(
				new MatrixOneDataSource(Objects.requireNonNull(session.getDataSource())), new ServerBackend()));
	}

	private Branch table(String name) {
		return this.branches.createTable(ITEM, TableName.of(DATABASE, name));
	}

	private BranchRetention retention(int days, BranchRetentionPolicy... policies) {
		return retention(Duration.ofDays(days), policies);
	}

	private BranchRetention retention(Duration later, BranchRetentionPolicy... policies) {
		return new BranchRetention(this.branches, List.of(policies), Clock.offset(Clock.systemUTC(), later));
	}

	private Map<String, Reason> reasons(int days, BranchRetentionPolicy... policies) {
		return retention(days, policies).plan()
			.decisions()
			.stream()
			.collect(Collectors.toMap(Decision::name, Decision::reason));
	}

	private List<Map<String, Object>> keptByTheServer() {
		return this.jdbc.queryForList("SELECT sname FROM mo_catalog.mo_snapshots WHERE kind = 'branch' ORDER BY sname");
	}

	private List<String> tables() {
		return this.jdbc.queryForList("SHOW TABLES FROM ct_branch_end", String.class);
	}

	private List<String> databases() {
		return this.jdbc.queryForList("SHOW DATABASES", String.class);
	}

}
