package io.github.matrixone.spring.contract.branch;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.Branch;
import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.CreateDatabaseBranch;
import io.github.matrixone.spring.branch.DatabaseDiff;
import io.github.matrixone.spring.branch.MergeResult;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.journal.JournalRecovery;
import io.github.matrixone.spring.journal.JournalTable;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Branches of databases, whose tables reference each other.
 */
@EnabledIfServer
class DatabaseBranchTests {

	private static final DatabaseName DATABASE = DatabaseName.of("ct_branch_shop");

	private static final DatabaseName DRAFT = DatabaseName.of("ct_branch_shop_draft");

	private static final SnapshotName SNAPSHOT = SnapshotName.of("ct_branch_shop");

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
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_branch_shop_draft");
		// By name the table that references comes first.
		this.jdbc.execute("CREATE TABLE product (id INT PRIMARY KEY, name VARCHAR(20), KEY by_name (name))");
		this.jdbc.execute(
				"CREATE TABLE line (id INT PRIMARY KEY, product INT, FOREIGN KEY (product) REFERENCES product(id))");
		this.jdbc.update("INSERT INTO product VALUES (1, 'one'), (2, 'two'), (3, 'three')");
		this.jdbc.update("INSERT INTO line VALUES (1, 1), (2, 2)");
	}

	@AfterEach
	void tearDown() {
		this.snapshots.dropIfExists(SNAPSHOT);
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_branch_shop_draft");
		this.jdbc.execute("DROP DATABASE ct_branch_shop");
		this.pool.close();
	}

	@Test
	void isMadeWithAllItsTablesAndDeleted() {
		List<Branch> tables = this.branches.createDatabase(DATABASE, DRAFT);
		assertThat(tables).extracting(Branch::table)
			.containsExactlyInAnyOrder(TableName.of("ct_branch_shop_draft", "product"),
					TableName.of("ct_branch_shop_draft", "line"));
		assertThat(tables).extracting(Branch::parent)
			.containsExactlyInAnyOrder(TableName.of("ct_branch_shop", "product"),
					TableName.of("ct_branch_shop", "line"));
		assertThatExceptionOfType(CloneTargetExistsException.class)
			.isThrownBy(() -> this.branches.createDatabase(DATABASE, DRAFT));
		this.branches.deleteDatabase(DRAFT);
		assertThat(databases()).containsExactly("ct_branch_shop");
		assertThatExceptionOfType(BranchNotFoundException.class).isThrownBy(() -> this.branches.deleteDatabase(DRAFT));
		assertThatExceptionOfType(BranchNotFoundException.class)
			.isThrownBy(() -> this.branches.deleteDatabase(DATABASE));
		assertThatExceptionOfType(BranchNotFoundException.class).isThrownBy(() -> this.branches.diff(DRAFT));
	}

	@Test
	void mergesNoDiffThatIsOlderThanATableOrARowWithoutAKey() {
		this.jdbc.execute("CREATE TABLE tag (name VARCHAR(20))");
		this.branches.createDatabase(DATABASE, DRAFT);
		this.jdbc.update("UPDATE ct_branch_shop_draft.product SET name = 'ONE' WHERE id = 1");
		DatabaseDiff old = this.branches.diff(DRAFT);
		this.jdbc.execute("CREATE TABLE ct_branch_shop_draft.made (id INT PRIMARY KEY)");
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.branches.merge(old))
			.withMessageContaining("made");
		this.jdbc.execute("DROP TABLE ct_branch_shop_draft.made");
		this.jdbc.update("INSERT INTO ct_branch_shop_draft.tag VALUES ('x')");
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.branches.merge(old))
			.withMessageContaining("tag");
		this.jdbc.update("DELETE FROM ct_branch_shop_draft.tag WHERE name = 'x'");
		this.branches.merge(old);
		assertThat(this.jdbc.queryForObject("SELECT name FROM product WHERE id = 1", String.class)).isEqualTo("ONE");
	}

	@Test
	void beginsWithASnapshot() {
		this.snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE));
		this.jdbc.update("UPDATE product SET name = 'later' WHERE id = 1");
		this.branches.createDatabase(DATABASE, DRAFT, AsOf.snapshot(SNAPSHOT));
		assertThat(this.jdbc.queryForObject("SELECT name FROM ct_branch_shop_draft.product WHERE id = 1", String.class))
			.isEqualTo("one");
		assertThat(this.branches.diff(DRAFT).tables()).allMatch((table) -> table.changes().isEmpty());
	}

	@Test
	void isNotMadeOfNothing() {
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.branches.createDatabase(DatabaseName.of("ct_missing"), DRAFT));
		Instant before = this.branches.createDatabase(DATABASE, DRAFT).get(0).branchedAt();
		this.branches.deleteDatabase(DRAFT);
		this.jdbc.execute("CREATE DATABASE ct_branch_shop_draft");
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.branches.createDatabase(DRAFT, DatabaseName.of("ct_other"), AsOf.instant(before)));
		assertThatExceptionOfType(CloneTargetExistsException.class)
			.isThrownBy(() -> this.branches.createDatabase(DATABASE, DRAFT));
		this.snapshots.create(SNAPSHOT, SnapshotScope.database(DRAFT));
		assertThatExceptionOfType(SnapshotScopeMismatchException.class).isThrownBy(
				() -> this.branches.createDatabase(DATABASE, DatabaseName.of("ct_other"), AsOf.snapshot(SNAPSHOT)));
		assertThat(databases()).doesNotContain("ct_other");
	}

	@Test
	void isDeletedAgainOnRollback() {
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.branches.createDatabase(DATABASE, DRAFT)).hasSize(2);
			status.setRollbackOnly();
		});
		assertThat(databases()).containsExactly("ct_branch_shop");
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO product VALUES (4, 'four')");
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.branches.createDatabase(DATABASE, DRAFT));
		});
	}

	@Test
	void isDeletedAfterTheCommitOnly() {
		this.branches.createDatabase(DATABASE, DRAFT);
		this.transaction.executeWithoutResult((status) -> {
			this.branches.deleteDatabase(DRAFT);
			status.setRollbackOnly();
		});
		assertThat(databases()).hasSize(2);
		this.transaction.executeWithoutResult((status) -> {
			this.branches.deleteDatabase(DRAFT);
			assertThat(databases()).hasSize(2);
		});
		assertThat(databases()).hasSize(1);
	}

	@Test
	void isDeletedByARecovery() {
		new ResourceDatabasePopulator(new ClassPathResource(JournalTable.SCHEMA)).execute(this.pool);
		JournalTable journal = new JournalTable(() -> TableName.of(DATABASE.value(), JournalTable.DEFAULT_NAME));
		CreateDatabaseBranch create = new CreateDatabaseBranch(DATABASE, DRAFT, null);
		this.executor.update(journal.unlessCommitted(create).write());
		this.executor.beside(create);
		JournalRecovery recovery = new JournalRecovery(this.executor, journal);
		recovery.setGracePeriod(Duration.ZERO);
		assertThat(recovery.recover()).isEqualTo(new JournalRecovery.Result(1, 0, 0));
		assertThat(databases()).containsExactly("ct_branch_shop");
	}

	@Test
	void isMergedAsAWholeInTheOrderOfItsForeignKeys() {
		change();
		DatabaseDiff diff = this.branches.diff(DRAFT);
		assertThat(diff.isMergeable()).isTrue();
		assertThat(diff.onlyInParent()).isEmpty();
		Map<TableName, MergeResult> results = new HashMap<>();
		List<MergeResult> merged = this.branches.merge(diff);
		for (int i = 0; i < merged.size(); i++) {
			results.put(diff.tables().get(i).branch().requireParent(), merged.get(i));
		}
		assertThat(results)
			.containsEntry(TableName.of("ct_branch_shop", "product"), new MergeResult(1, 1, 1, List.of()))
			.containsEntry(TableName.of("ct_branch_shop", "line"), new MergeResult(1, 0, 1, List.of()));
		assertThat(names()).containsExactly("ONE", "three", "four");
		assertThat(this.jdbc.queryForList("SELECT product FROM line ORDER BY id", Integer.class)).containsExactly(1, 4);
	}

	@Test
	void isMergedAsAWholeOrNotAtAll() {
		change();
		this.jdbc.update("UPDATE product SET name = 'other' WHERE id = 1");
		DatabaseDiff diff = this.branches.diff(DRAFT);
		assertThat(diff.conflicts()).hasSize(1);
		assertThatExceptionOfType(BranchConflictException.class).isThrownBy(() -> this.branches.merge(diff));
		this.jdbc.update("UPDATE product SET name = 'one' WHERE id = 1");
		assertThatExceptionOfType(BranchConflictException.class).as("it has moved")
			.isThrownBy(() -> this.branches.merge(diff));
		this.jdbc.update("INSERT INTO line VALUES (7, 2)");
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.branches.merge(this.branches.diff(DRAFT)));
		assertThat(names()).containsExactly("one", "two", "three");
		assertThat(this.jdbc.queryForList("SELECT id FROM line ORDER BY id", Integer.class)).containsExactly(1, 2, 7);
	}

	@Test
	void isMergedAsPartOfATransaction() {
		change();
		this.transaction.executeWithoutResult((status) -> {
			this.branches.merge(this.branches.diff(DRAFT));
			assertThat(names()).containsExactly("ONE", "three", "four");
			status.setRollbackOnly();
		});
		assertThat(names()).containsExactly("one", "two", "three");
	}

	@Test
	void tellsTablesThatOneSideHasOnly() {
		change();
		this.jdbc.execute("CREATE TABLE added (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE VIEW products AS SELECT * FROM product");
		this.jdbc.execute("CREATE TABLE ct_branch_shop_draft.drafted (id INT PRIMARY KEY)");
		DatabaseDiff diff = this.branches.diff(DRAFT);
		assertThat(diff.onlyInParent()).containsExactly(TableName.of("ct_branch_shop", "added"));
		assertThat(diff.onlyOnBranch()).containsExactly(TableName.of("ct_branch_shop_draft", "drafted"));
		assertThat(diff.isMergeable()).isFalse();
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.branches.merge(diff))
			.withMessageContaining("drafted")
			.withMessageContaining("CloneOperations");
		this.branches.merge(diff.tables());
		assertThat(names()).containsExactly("ONE", "three", "four");
	}

	@Test
	void saysThatATableWasEmptied() {
		change();
		this.jdbc.update("DELETE FROM ct_branch_shop_draft.line");
		DatabaseDiff diff = this.branches.diff(DRAFT);
		assertThat(diff.isMergeable()).isFalse();
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.branches.merge(diff))
			.withMessageContaining("[line] were emptied");
	}

	/**
	 * The product is removed after its line is given to another one, which takes its
	 * maker away only then.
	 */
	@Test
	void removesRowsThatOthersGiveUp() {
		this.jdbc.execute("CREATE TABLE maker (id INT PRIMARY KEY)");
		this.jdbc
			.execute("CREATE TABLE good (id INT PRIMARY KEY, maker INT, FOREIGN KEY (maker) REFERENCES maker(id))");
		this.jdbc.execute("CREATE TABLE sale (id INT PRIMARY KEY, good INT, FOREIGN KEY (good) REFERENCES good(id))");
		this.jdbc.update("INSERT INTO maker VALUES (1), (2)");
		this.jdbc.update("INSERT INTO good VALUES (10, 1), (20, 2)");
		this.jdbc.update("INSERT INTO sale VALUES (100, 10), (200, NULL)");
		this.branches.createDatabase(DATABASE, DRAFT);
		this.jdbc.update("UPDATE ct_branch_shop_draft.sale SET good = 20 WHERE id = 100");
		this.jdbc.update("DELETE FROM ct_branch_shop_draft.good WHERE id = 10");
		this.jdbc.update("DELETE FROM ct_branch_shop_draft.maker WHERE id = 1");
		DatabaseDiff diff = this.branches.diff(DRAFT);
		assertThat(this.branches.violations(diff)).isEmpty();
		this.branches.merge(diff);
		assertThat(this.jdbc.queryForList("SELECT id FROM maker", Integer.class)).containsExactly(2);
		assertThat(this.jdbc.queryForList("SELECT good FROM sale ORDER BY id", Integer.class)).containsExactly(20,
				null);
	}

	@Test
	void tellsThatTablesWithoutAKeyWereChanged() {
		this.jdbc.execute("CREATE TABLE log (line VARCHAR(20))");
		this.jdbc.update("INSERT INTO log VALUES ('one'), ('one')");
		change();
		DatabaseDiff untouched = this.branches.diff(DRAFT);
		assertThat(untouched.changedWithoutKey()).isEmpty();
		this.jdbc.update("INSERT INTO ct_branch_shop_draft.log VALUES ('one')");
		DatabaseDiff diff = this.branches.diff(DRAFT);
		assertThat(diff.changedWithoutKey()).containsExactly(TableName.of("ct_branch_shop_draft", "log"));
		assertThat(diff.isMergeable()).isFalse();
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.branches.merge(diff))
			.withMessageContaining("log")
			.withMessageContaining("no primary key");
		assertThat(names()).containsExactly("one", "two", "three");
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.branches.merge(untouched))
			.withMessageContaining("log");
		this.branches.merge(untouched.tables());
		assertThat(names()).containsExactly("ONE", "three", "four");
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE INDEX by_line ON log (line)", "ALTER TABLE log COMMENT = 'of a draft'" })
	void tellsThatATableWithoutAKeyWasChangedAndThenAltered(String alter) {
		this.jdbc.execute("CREATE TABLE log (day DATE, line VARCHAR(20), size INT)");
		this.jdbc.update("INSERT INTO log VALUES ('2026-01-01', 'one', 1), ('2026-01-01', 'one', 1), (NULL, 'two', 2)");
		this.branches.createDatabase(DATABASE, DRAFT);
		this.jdbc.update("UPDATE ct_branch_shop_draft.log SET size = 3 WHERE line = 'two'");
		this.jdbc.execute(alter.replace(" log", " ct_branch_shop_draft.log"));
		this.jdbc.update("UPDATE log SET size = 4 WHERE line = 'two'");
		assertThat(this.branches.diff(DRAFT).changedWithoutKey())
			.containsExactly(TableName.of("ct_branch_shop_draft", "log"));
		assertThat(this.branches.unmerged(DRAFT).unknown()).containsEntry(TableName.of("ct_branch_shop_draft", "log"),
				"has changed and has no primary key");
		this.jdbc.update("UPDATE ct_branch_shop_draft.log SET size = 2 WHERE line = 'two'");
		assertThat(this.branches.diff(DRAFT).changedWithoutKey()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			BOOL | true | false
			BIT(8) | 2 | 3
			BIGINT UNSIGNED | 18446744073709551615 | 18446744073709551614
			DECIMAL(38, 10) | 1.0000000001 | 1.0000000002
			FLOAT | 0.25 | 0.26
			DOUBLE | 0.1 | 0.10000000000000001e1
			YEAR | 2026 | 2027
			DATE | '2026-01-01' | '2026-01-02'
			TIME(6) | '10:00:00.000001' | '10:00:00.000002'
			DATETIME(6) | '2026-01-01 00:00:00.000001' | '2026-01-01 00:00:00.000002'
			TIMESTAMP(6) | '2026-01-01 00:00:00.000001' | '2026-01-01 00:00:00.000002'
			CHAR(2) | 'a' | 'A'
			VARCHAR(20) | 'a' | 'a '
			TEXT | concat(repeat('c', 40000), repeat('c', 40000)) | concat(repeat('c', 40000), repeat('c', 39999), 'd')
			BINARY(2) | x'0001' | x'0002'
			VARBINARY(2) | x'0001' | x'0002'
			BLOB | concat(repeat('c', 40000), repeat('c', 40000)) | concat(repeat('c', 40000), repeat('c', 39999), 'd')
			JSON | '{"a": 1}' | '{"a": 2}'
			UUID | '11111111-1111-1111-1111-111111111111' | '11111111-1111-1111-1111-111111111112'
			ENUM('x', 'y') | 'x' | 'y'
			SET('x', 'y') | 'x' | 'x,y'
			VECF32(2) | '[1, 2]' | '[1, 3]'
			VECF64(2) | '[1, 2]' | '[1, 2.0000000001]'
			GEOMETRY | ST_GeomFromText('POINT(1 1)') | ST_GeomFromText('POINT(1 2)')
			DATALINK | 'file:///tmp/x' | 'file:///tmp/y'
			""")
	void countsRowsWithoutAKeyWhateverTheirTypesAre(String type, String first, String second) {
		this.jdbc.execute("CREATE TABLE typed (v " + type + ')');
		this.jdbc.execute("INSERT INTO typed VALUES (NULL), (" + first + "), (" + first + "), (" + second + ')');
		this.branches.createDatabase(DATABASE, DRAFT);
		assertThat(this.branches.diff(DRAFT).changedWithoutKey()).isEmpty();
		this.jdbc.execute("DELETE FROM ct_branch_shop_draft.typed WHERE v IS NOT NULL");
		this.jdbc.execute(
				"INSERT INTO ct_branch_shop_draft.typed VALUES (" + second + "), (" + first + "), (" + second + ')');
		assertThat(this.branches.diff(DRAFT).changedWithoutKey())
			.containsExactly(TableName.of("ct_branch_shop_draft", "typed"));
	}

	@Test
	void movesSequencesOfHibernateOnAndNeverBack() {
		this.jdbc.execute("CREATE TABLE product_seq (next_val BIGINT)");
		this.jdbc.execute("CREATE TABLE line_seq (next_val BIGINT)");
		this.jdbc.update("INSERT INTO product_seq VALUES (51)");
		this.jdbc.update("INSERT INTO line_seq VALUES (51)");
		change();
		this.jdbc.update("UPDATE ct_branch_shop_draft.product_seq SET next_val = 151");
		this.jdbc.update("UPDATE line_seq SET next_val = 101");
		DatabaseDiff diff = this.branches.diff(DRAFT);
		assertThat(diff.isMergeable()).isTrue();
		JdbcTemplate hibernate = ServerUnderTest.get().plainJdbc("ct_branch_shop");
		hibernate.setQueryTimeout(10);
		this.transaction.executeWithoutResult((status) -> {
			this.branches.merge(diff);
			assertThat(hibernate.update("UPDATE product_seq SET next_val = 201 WHERE next_val = 151"))
				.as("an id for an entity that is saved after the merge")
				.isOne();
		});
		assertThat(this.jdbc.queryForObject("SELECT next_val FROM product_seq", Long.class)).isEqualTo(201);
		assertThat(this.jdbc.queryForObject("SELECT next_val FROM line_seq", Long.class)).isEqualTo(101);
	}

	@Test
	void mergesOneBranchOfATableAtATime() {
		change();
		TableName second = TableName.of("ct_branch_shop", "second");
		this.branches.createTable(TableName.of("product"), second);
		BranchDiff diff = this.branches.diff(second);
		assertThatIllegalArgumentException().isThrownBy(() -> this.branches.merge(List.of(diff, diff)))
			.withMessageContaining("Two branches");
		assertThat(this.branches.merge(List.of())).isEmpty();
	}

	private void change() {
		this.branches.createDatabase(DATABASE, DRAFT);
		this.jdbc.update("INSERT INTO ct_branch_shop_draft.product VALUES (4, 'four')");
		this.jdbc.update("INSERT INTO ct_branch_shop_draft.line VALUES (3, 4)");
		this.jdbc.update("DELETE FROM ct_branch_shop_draft.line WHERE id = 2");
		this.jdbc.update("DELETE FROM ct_branch_shop_draft.product WHERE id = 2");
		this.jdbc.update("UPDATE ct_branch_shop_draft.product SET name = 'ONE' WHERE id = 1");
	}

	private List<String> names() {
		return this.jdbc.queryForList("SELECT name FROM ct_branch_shop.product ORDER BY id", String.class);
	}

	private List<String> databases() {
		return this.jdbc.queryForList("SHOW DATABASES LIKE 'ct\\_branch\\_shop%'", String.class);
	}

}
