package io.github.matrixone.spring.contract.branch;

import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.BranchEvent;
import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.branch.BranchEvent.Phase;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.DatabaseDiff;
import io.github.matrixone.spring.branch.MergeResult;
import io.github.matrixone.spring.branch.RowChange;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Branches that keep in step with their parent.
 */
@EnabledIfServer
class RebaseTests {

	private static final DatabaseName DATABASE = DatabaseName.of("ct_rebase");

	private static final DatabaseName DRAFTS = DatabaseName.of("ct_rebase_drafts");

	private static final DatabaseName NEW_DRAFTS = DatabaseName.of("ct_rebase_drafts_2");

	private static final TableName ITEM = TableName.of("item");

	private static final TableName DRAFT = TableName.of("draft");

	private static final TableName NEW_DRAFT = TableName.of("draft_2");

	private final HikariDataSource pool = BranchTests.pool(DATABASE.value());

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	private final BranchTemplate branches = new BranchTemplate(
			new CommandExecutor(this.dataSource, new ServerBackend()));

	@BeforeEach
	void setUp() {
		dropDrafts();
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))");
		this.jdbc.execute("CREATE TABLE line (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item (id))");
		this.jdbc.update("INSERT INTO item VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four')");
		this.jdbc.update("INSERT INTO line VALUES (1, 1)");
	}

	@AfterEach
	void tearDown() {
		dropDrafts();
		this.jdbc.execute("DROP DATABASE ct_rebase");
		this.pool.close();
	}

	private void dropDrafts() {
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_rebase_drafts");
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_rebase_drafts_2");
	}

	@Test
	void hasTheChangesOfBothAndThoseOfTheBranchAsItsOwn() {
		change();
		this.jdbc.update("UPDATE item SET name = 'parent' WHERE id = 4");
		assertThat(this.branches.rebase(DRAFT, NEW_DRAFT)).isEqualTo(new MergeResult(1, 1, 1, List.of()));
		assertThat(names("draft_2")).containsExactly("ONE", "three", "parent", "five");
		assertThat(names("draft")).containsExactly("ONE", "three", "four", "five");
		assertThat(names("item")).containsExactly("one", "two", "three", "parent");
		assertThat(this.branches.diff(NEW_DRAFT).changes()).extracting((row) -> row.key().get("id"))
			.containsExactlyInAnyOrder(1, 2, 5);
		assertThat(this.branches.status(NEW_DRAFT)).satisfies((status) -> {
			assertThat(status.ahead()).isEqualTo(3);
			assertThat(status.behind()).isZero();
		});
	}

	@Test
	void leavesWhatTheParentUndoesLater() {
		change();
		this.jdbc.update("UPDATE item SET name = 'parent' WHERE id = 4");
		this.branches.rebase(DRAFT, NEW_DRAFT);
		this.jdbc.update("UPDATE item SET name = 'four' WHERE id = 4");
		this.branches.merge(NEW_DRAFT);
		assertThat(names("item")).containsExactly("ONE", "three", "four", "five");
	}

	@Test
	void refusesConflictsAndLeavesNoNewBranch() {
		change();
		this.jdbc.update("UPDATE item SET name = 'parent' WHERE id = 1");
		assertThatExceptionOfType(BranchConflictException.class)
			.isThrownBy(() -> this.branches.rebase(DRAFT, NEW_DRAFT))
			.withMessageContaining("{id=1}")
			.withMessageContaining("rebase(diff, …)");
		assertThat(this.branches.find(NEW_DRAFT)).isEmpty();
		assertThat(this.branches.find(DRAFT)).isPresent();
	}

	@Test
	void bringsTheChosenRowsOverOnly() {
		change();
		this.jdbc.update("UPDATE item SET name = 'parent' WHERE id IN (1, 2)");
		BranchDiff diff = this.branches.diff(DRAFT);
		MergeResult result = this.branches.rebase(diff, NEW_DRAFT, (row) -> !row.key().containsValue(2));
		assertThat(result.added()).isOne();
		assertThat(result.lost()).extracting(RowChange::target)
			.singleElement()
			.satisfies((row) -> assertThat(row).containsEntry("name", "parent"));
		assertThat(names("draft_2")).containsExactly("ONE", "parent", "three", "four", "five");
		this.jdbc.update("UPDATE item SET name = 'later' WHERE id = 1");
		assertThatExceptionOfType(BranchConflictException.class)
			.isThrownBy(() -> this.branches.rebase(diff, TableName.of("draft_3"), (row) -> true));
		assertThat(this.branches.find(TableName.of("draft_3"))).isEmpty();
	}

	@Test
	void leavesATableOfTheNewNameAlone() {
		change();
		this.jdbc.execute("CREATE TABLE draft_2 (id INT PRIMARY KEY)");
		assertThatExceptionOfType(CloneTargetExistsException.class)
			.isThrownBy(() -> this.branches.rebase(DRAFT, NEW_DRAFT));
		assertThat(this.jdbc.queryForList("SHOW TABLES", String.class)).contains("draft_2");
	}

	@Test
	void isRefusedInATransaction() {
		change();
		this.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.branches.rebase(DRAFT, NEW_DRAFT))
				.withMessageContaining("outside of transactions");
			assertThat(this.branches.find(NEW_DRAFT)).isEmpty();
		});
	}

	@Test
	void bringsAllTablesOfADatabaseOver() {
		this.jdbc.execute("CREATE TABLE item_seq (next_val BIGINT)");
		this.jdbc.update("INSERT INTO item_seq VALUES (10)");
		this.branches.createDatabase(DATABASE, DRAFTS);
		draft("INSERT INTO item VALUES (5, 'five')");
		draft("INSERT INTO line VALUES (2, 5)");
		draft("DELETE FROM line WHERE id = 1");
		draft("DELETE FROM item WHERE id = 1");
		draft("UPDATE item_seq SET next_val = 20");
		this.jdbc.update("UPDATE item SET name = 'parent' WHERE id = 4");
		this.jdbc.execute("CREATE TABLE made_later (id INT PRIMARY KEY)");
		assertThat(this.branches.rebase(DRAFTS, NEW_DRAFTS)).hasSize(2);
		assertThat(names("ct_rebase_drafts_2.item")).containsExactly("two", "three", "parent", "five");
		assertThat(this.jdbc.queryForObject("SELECT next_val FROM ct_rebase_drafts_2.item_seq", Integer.class))
			.isEqualTo(20);
		assertThat(this.jdbc.queryForObject("SELECT next_val FROM item_seq", Integer.class)).isEqualTo(10);
		DatabaseDiff diff = this.branches.diff(NEW_DRAFTS);
		assertThat(diff.onlyInParent()).isEmpty();
		this.branches.merge(diff);
		assertThat(names("item")).containsExactly("two", "three", "parent", "five");
		assertThat(this.jdbc.queryForList("SELECT id FROM line", Integer.class)).containsExactly(2);
	}

	@Test
	void bringsNothingOfADatabaseOverWhereARowIsAConflict() {
		this.branches.createDatabase(DATABASE, DRAFTS);
		draft("UPDATE item SET name = 'draft' WHERE id IN (1, 2)");
		draft("INSERT INTO line VALUES (2, 2)");
		this.jdbc.update("UPDATE item SET name = 'parent' WHERE id = 1");
		assertThatExceptionOfType(BranchConflictException.class)
			.isThrownBy(() -> this.branches.rebase(DRAFTS, NEW_DRAFTS));
		assertThat(this.jdbc.queryForList("SHOW DATABASES LIKE 'ct_rebase_drafts%'", String.class))
			.containsExactly("ct_rebase_drafts");
		this.branches.rebase(this.branches.diff(DRAFTS), NEW_DRAFTS, (row) -> !row.isConflict());
		assertThat(names("ct_rebase_drafts_2.item")).containsExactly("parent", "draft", "three", "four");
		draft("CREATE TABLE made_on_branch (id INT PRIMARY KEY)");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.branches.rebase(DRAFTS, DatabaseName.of("ct_rebase_drafts_3")))
			.withMessageContaining("made_on_branch");
	}

	@Test
	void isToldToListenersWhoCanPreventIt() {
		change();
		List<BranchEvent> events = new ArrayList<>();
		ApplicationEventPublisher publisher = (event) -> {
			events.add((BranchEvent) event);
			if (events.size() == 7) {
				throw new IllegalStateException("prevented");
			}
		};
		this.branches.setApplicationEventPublisher(publisher);
		this.branches.rebase(DRAFT, NEW_DRAFT);
		assertThatIllegalStateException().isThrownBy(() -> this.branches.rebase(DRAFT, TableName.of("draft_3")))
			.withMessage("prevented");
		assertThat(events.subList(0, 4)).extracting(BranchEvent::action)
			.containsExactly(Action.CREATE, Action.CREATE, Action.REBASE, Action.REBASE);
		assertThat(events.subList(0, 4)).extracting(BranchEvent::phase)
			.containsExactly(Phase.BEFORE, Phase.AFTER, Phase.BEFORE, Phase.AFTER);
		assertThat(this.branches.find(TableName.of("draft_3"))).isEmpty();
	}

	private void change() {
		this.branches.createTable(ITEM, DRAFT);
		this.jdbc.update("UPDATE draft SET name = 'ONE' WHERE id = 1");
		this.jdbc.update("DELETE FROM draft WHERE id = 2");
		this.jdbc.update("INSERT INTO draft VALUES (5, 'five')");
	}

	private void draft(String sql) {
		this.jdbc.execute(sql.replaceFirst("(INTO|FROM|UPDATE|TABLE) ", "$1 ct_rebase_drafts."));
	}

	private List<String> names(String table) {
		return this.jdbc.queryForList("SELECT name FROM " + table + " ORDER BY id", String.class);
	}

}
