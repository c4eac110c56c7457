package io.github.matrixone.spring.contract.branch;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.MergeResult;
import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.branch.TableChange;
import io.github.matrixone.spring.branch.TableDiff;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What has changed in a table, and how it is taken back.
 */
@EnabledIfServer
class TableDiffTests {

	private static final String DATABASE = "ct_table_diff";

	private static final TableName ITEM = TableName.of("item");

	private static final TableName DRAFT = TableName.of("draft");

	private static final SnapshotName BEFORE = SnapshotName.of("ct_table_diff_before");

	private static final SnapshotName AFTER = SnapshotName.of("ct_table_diff_after");

	private final HikariDataSource pool = BranchTests.pool(DATABASE);

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, new ServerBackend());

	private final SnapshotTemplate snapshots = new SnapshotTemplate(this.executor);

	private final BranchTemplate branches = new BranchTemplate(this.executor);

	@BeforeEach
	void setUp() {
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20), price DECIMAL(10, 2))");
		this.jdbc.update("INSERT INTO item VALUES (1, 'one', 10), (2, 'two', 20), (3, 'three', 30), (4, NULL, NULL)");
		snapshot(BEFORE);
	}

	@AfterEach
	void tearDown() {
		this.snapshots.dropIfExists(BEFORE);
		this.snapshots.dropIfExists(AFTER);
		this.jdbc.execute("DROP DATABASE " + DATABASE);
		this.pool.close();
	}

	@Test
	void tellsWhatAnImportHasDone() {
		importPrices();
		TableDiff diff = this.branches.diff(ITEM, AsOf.snapshot(BEFORE));
		assertThat(diff.count(Kind.UPDATED)).isEqualTo(2);
		assertThat(diff.count(Kind.ADDED)).isOne();
		assertThat(diff.count(Kind.REMOVED)).isOne();
		TableChange update = change(diff, 1);
		assertThat(Objects.requireNonNull(update.before()).get("name")).isEqualTo("one");
		assertThat(Objects.requireNonNull(update.after()).get("name")).isEqualTo("ONE");
		assertThat(change(diff, 2)).extracting(TableChange::after).isNull();
		assertThat(change(diff, 5)).extracting(TableChange::before).isNull();
	}

	@Test
	void tellsWhatHasChangedBetweenTwoPointsAndTakesItBack() {
		importPrices();
		snapshot(AFTER);
		this.jdbc.update("UPDATE item SET name = 'later' WHERE id = 1");
		this.jdbc.update("UPDATE item SET name = 'other' WHERE id = 3");
		this.jdbc.update("INSERT INTO item VALUES (6, 'six', 60)");
		TableDiff diff = this.branches.diff(ITEM, AsOf.snapshot(BEFORE), AsOf.snapshot(AFTER));
		assertThat(diff.changes()).extracting((change) -> change.key().get("id")).containsExactlyInAnyOrder(1, 2, 4, 5);
		assertThat(diff.changes().stream().filter(TableChange::isChangedAgain)).containsExactly(change(diff, 1));
		assertThat(Objects.requireNonNull(change(diff, 1).after()).get("name")).isEqualTo("ONE");
		assertThatExceptionOfType(BranchConflictException.class)
			.isThrownBy(() -> this.branches.revert(diff, (change) -> true));
		assertThat(this.branches.revert(diff, (change) -> !change.isChangedAgain()))
			.isEqualTo(new MergeResult(1, 1, 1, List.of()));
		assertThat(names()).containsExactly("later", "two", "other", null, "six");
		assertThat(tables()).containsExactly("item");
	}

	@Test
	void tellsInATransactionWhatHasChangedBetweenTwoPoints() {
		importPrices();
		snapshot(AFTER);
		List<TableChange> changes = this.branches.diff(ITEM, AsOf.snapshot(BEFORE), AsOf.snapshot(AFTER)).changes();
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("UPDATE item SET name = 'mine' WHERE id = 5");
			TableDiff diff = this.branches.diff(ITEM, AsOf.snapshot(BEFORE), AsOf.snapshot(AFTER));
			assertThat(diff.changes()).hasSameSizeAs(changes);
			assertThat(change(diff, 5).isChangedAgain()).isTrue();
			status.setRollbackOnly();
		});
		assertThat(tables()).containsExactly("item");
		assertThat(this.branches.diff(ITEM, AsOf.snapshot(BEFORE), AsOf.snapshot(AFTER)).changes()).isEqualTo(changes);
	}

	@Test
	void refusesTwoPointsInTheWrongOrder() {
		snapshot(AFTER);
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.branches.diff(ITEM, AsOf.snapshot(AFTER), AsOf.snapshot(BEFORE)))
			.withMessageContaining("lies before the first one");
	}

	@Test
	void leavesNoBranchBehindWhereTheTableWasAltered() {
		snapshot(AFTER);
		this.jdbc.execute("ALTER TABLE item ADD COLUMN stock INT");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.branches.diff(ITEM, AsOf.snapshot(BEFORE), AsOf.snapshot(AFTER)));
		assertThat(tables()).containsExactly("item");
	}

	private List<String> tables() {
		return this.jdbc.queryForList("SHOW TABLES", String.class);
	}

	@Test
	void tellsNothingWhereNothingHasChanged() {
		assertThat(this.branches.diff(ITEM, AsOf.snapshot(BEFORE)).changes()).isEmpty();
	}

	@Test
	void takesManyRowsBackAndLeavesThoseThatWereChangedSince() {
		this.jdbc.execute("INSERT INTO item SELECT result, 'many', NULL FROM generate_series(1001, 2200) g");
		this.snapshots.dropIfExists(BEFORE);
		snapshot(BEFORE);
		this.jdbc.update("UPDATE item SET name = 'mistake' WHERE id > 1000");
		TableDiff diff = this.branches.diff(ITEM, AsOf.snapshot(BEFORE));
		this.branches.revert(diff, (change) -> true);
		assertThat(count("many")).isEqualTo(1200);
		this.jdbc.update("UPDATE item SET name = 'mistake' WHERE id > 1000");
		TableDiff again = this.branches.diff(ITEM, AsOf.snapshot(BEFORE));
		this.jdbc.execute("INSERT INTO item VALUES (5000, 'later', NULL)");
		assertThat(this.branches.revert(again, (change) -> true).updated()).isEqualTo(1200);
		assertThat(count("later")).isEqualTo(1);
		assertThat(count("many")).isEqualTo(1200);
	}

	private int count(String name) {
		return this.jdbc.queryForObject("SELECT count(*) FROM item WHERE name = ?", Integer.class, name);
	}

	@Test
	void takesBackTheChosenRowsOnly() {
		importPrices();
		TableDiff diff = this.branches.diff(ITEM, AsOf.snapshot(BEFORE));
		assertThat(
				this.branches.revert(diff, (change) -> change.kind() == Kind.REMOVED || change.key().containsValue(4)))
			.isEqualTo(new MergeResult(1, 1, 0, List.of()));
		assertThat(names()).containsExactly("ONE", "two", "three", null, "five");
		assertThat(this.jdbc.queryForObject("SELECT price FROM item WHERE id = 4", String.class)).isNull();
		assertThat(this.branches.revert(diff, (change) -> change.key().containsValue(5)))
			.isEqualTo(new MergeResult(0, 0, 1, List.of()));
		assertThat(this.branches.revert(diff, (change) -> false)).isEqualTo(new MergeResult(0, 0, 0, List.of()));
		assertThat(names()).containsExactly("ONE", "two", "three", null);
	}

	@Test
	void undoesAMergeAndLeavesWhatOthersHaveDone() {
		this.branches.createTable(ITEM, DRAFT);
		this.jdbc.update("UPDATE draft SET name = 'ONE' WHERE id = 1");
		this.jdbc.update("DELETE FROM draft WHERE id = 2");
		this.jdbc.update("INSERT INTO draft VALUES (5, 'five', 50)");
		this.branches.merge(DRAFT);
		TableDiff merged = this.branches.diff(ITEM, AsOf.snapshot(BEFORE));
		this.jdbc.update("UPDATE item SET name = 'THREE' WHERE id = 3");
		this.branches.deleteTable(DRAFT);
		BranchTemplate later = new BranchTemplate(new CommandExecutor(this.dataSource, new ServerBackend()));
		assertThat(later.revert(merged, (change) -> true)).isEqualTo(new MergeResult(1, 1, 1, List.of()));
		assertThat(names()).containsExactly("one", "two", "THREE", null);
		assertThatExceptionOfType(BranchConflictException.class).as("a second time")
			.isThrownBy(() -> later.revert(merged, (change) -> true));
		assertThat(names()).containsExactly("one", "two", "THREE", null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE item SET price = 99 WHERE id = 1", "INSERT INTO item VALUES (2, 'again', 1)",
			"DELETE FROM item WHERE id = 5", "UPDATE item SET name = NULL WHERE id = 4" })
	void takesNothingBackOfWhichARowWasChangedAgain(String again) {
		importPrices();
		TableDiff diff = this.branches.diff(ITEM, AsOf.snapshot(BEFORE));
		this.jdbc.update(again);
		List<String> before = names();
		assertThatExceptionOfType(BranchConflictException.class)
			.isThrownBy(() -> this.branches.revert(diff, (change) -> true))
			.withMessageContaining("1 rows");
		assertThat(names()).isEqualTo(before);
	}

	@Test
	void takesBackAsPartOfATransaction() {
		importPrices();
		TableDiff diff = this.branches.diff(ITEM, AsOf.snapshot(BEFORE));
		this.transaction.executeWithoutResult((status) -> {
			this.branches.revert(diff, (change) -> true);
			assertThat(this.jdbc.queryForObject("SELECT name FROM item WHERE id = 1", String.class)).isEqualTo("one");
			status.setRollbackOnly();
		});
		assertThat(names()).containsExactly("ONE", "three", "four", "five");
	}

	@Test
	void seesWhatItsTransactionHasWrittenAndTakesNoneOfItBack() {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("UPDATE item SET name = 'mine' WHERE id = 1");
			TableDiff diff = this.branches.diff(ITEM, AsOf.snapshot(BEFORE));
			assertThat(diff.changes()).hasSize(1);
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.branches.revert(diff, (change) -> true));
			status.setRollbackOnly();
		});
	}

	@Test
	void takesNothingBackWhereAForeignKeyWouldBreak() {
		importPrices();
		this.jdbc.execute("CREATE TABLE line (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item(id))");
		this.jdbc.update("INSERT INTO line VALUES (1, 5), (2, 1)");
		TableDiff diff = this.branches.diff(ITEM, AsOf.snapshot(BEFORE));
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.branches.revert(diff, (change) -> true));
		assertThat(names()).containsExactly("ONE", "three", "four", "five");
		this.branches.revert(diff, (change) -> !change.key().containsValue(5));
		assertThat(names()).containsExactly("one", "two", "three", null, "five");
	}

	@Test
	@Timeout(60)
	void twoPointsAreComparedWhileRowsThatAForeignKeyReferencesAreLocked() {
		this.jdbc.execute("CREATE TABLE line (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item(id))");
		this.jdbc.update("INSERT INTO line VALUES (1, 1)");
		this.snapshots.drop(BEFORE);
		snapshot(BEFORE);
		this.jdbc.update("INSERT INTO line VALUES (2, 2)");
		snapshot(AFTER);
		Supplier<TableDiff> diff = () -> this.branches.diff(TableName.of("line"), AsOf.snapshot(BEFORE),
				AsOf.snapshot(AFTER));
		this.transaction.executeWithoutResult((own) -> {
			this.jdbc.update("UPDATE item SET price = 11 WHERE id = 1");
			assertThat(diff.get().changes()).hasSize(1);
		});
		this.transaction.executeWithoutResult((others) -> {
			this.jdbc.update("UPDATE item SET price = 12 WHERE id = 1");
			assertThat(CompletableFuture.supplyAsync(diff).join().changes()).hasSize(1);
		});
		assertThat(this.executor
			.query(SqlText.of("SELECT relname FROM mo_catalog.mo_tables WHERE reldatabase = ?", DATABASE))
			.values()).noneMatch((table) -> String.valueOf(table.get(0)).startsWith("matrixone_diff_"));
	}

	@Test
	void refusesWhatItCannotCompare() {
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.branches.diff(TableName.of("missing"), AsOf.snapshot(BEFORE)))
			.withMessageContaining("missing");
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.branches.diff(ITEM, AsOf.snapshot(AFTER)));
		this.jdbc.execute("CREATE TABLE other (id INT PRIMARY KEY)");
		this.snapshots.create(AFTER, SnapshotScope.table(TableName.of(DATABASE, "other")));
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.branches.diff(ITEM, AsOf.snapshot(AFTER)));
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.branches.diff(TableName.of("other"), AsOf.snapshot(BEFORE)))
			.withMessageContaining("not there then");
		AsOf beforeHistory = AsOf.instant(Instant.parse("2020-01-01T00:00:00Z"));
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.branches.diff(ITEM, beforeHistory))
			.withMessageContaining("history");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.branches.diff(ITEM, beforeHistory, AsOf.snapshot(BEFORE)))
			.withMessageContaining("history");
		this.jdbc.execute("ALTER TABLE item ADD COLUMN more INT");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.branches.diff(ITEM, AsOf.snapshot(BEFORE)))
			.withMessageContaining("more");
	}

	@Test
	void comparesATableThatWasEmptiedAsAWhole() {
		this.jdbc.execute("TRUNCATE TABLE item");
		this.jdbc.update("INSERT INTO item VALUES (9, 'nine', 9)");
		TableDiff diff = this.branches.diff(ITEM, AsOf.snapshot(BEFORE));
		assertThat(diff.count(Kind.REMOVED)).isEqualTo(4);
		this.branches.revert(diff, (change) -> change.kind() == Kind.REMOVED);
		assertThat(names()).containsExactly("one", "two", "three", null, "nine");
	}

	private void importPrices() {
		this.jdbc.update("UPDATE item SET name = 'ONE' WHERE id = 1");
		this.jdbc.update("DELETE FROM item WHERE id = 2");
		this.jdbc.update("INSERT INTO item VALUES (5, 'five', 50)");
		this.jdbc.update("UPDATE item SET name = 'four', price = 40 WHERE id = 4");
	}

	private void snapshot(SnapshotName name) {
		this.snapshots.dropIfExists(name);
		this.snapshots.create(name, SnapshotScope.database(DATABASE));
	}

	private static TableChange change(TableDiff diff, int id) {
		return diff.changes()
			.stream()
			.filter((change) -> change.key().equals(Map.of("id", id)))
			.findFirst()
			.orElseThrow();
	}

	private List<String> names() {
		return this.jdbc.queryForList("SELECT name FROM item ORDER BY id", String.class);
	}

}
