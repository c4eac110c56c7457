package io.github.matrixone.spring.clone;

import java.sql.SQLException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ScriptedDriver;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterCommit.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which statements clones take in a transaction and outside, and what is refused instead.
 */
class CloneTemplateTests {

	private static final SnapshotName NIGHTLY = SnapshotName.of("nightly");

	private static final DatabaseName SHOP = DatabaseName.of("shop");

	private static final DatabaseName COPY = DatabaseName.of("copy");

	private static final TableName ITEM = TableName.of("item");

	private static final TableName CLONE = TableName.of("copy", "item");

	private static final String CLONE_TABLE = "CREATE TABLE `copy`.`item` CLONE `shop`.`item`";

	private static final String CLONE_TABLE_AT = CLONE_TABLE + " {SNAPSHOT = 'nightly'}";

	private static final String COPY_TABLE = "CREATE TABLE `copy`.`item` LIKE `shop`.`item`";

	private static final String COPY_ROWS = "INSERT INTO `copy`.`item` SELECT * FROM `shop`.`item`";

	private static final String CLONE_DATABASE = "CREATE DATABASE `copy` CLONE `shop`";

	private static final String TABLE_IS_THERE = "SELECT table_type FROM information_schema.tables "
			+ "WHERE lower(table_schema) = ? AND lower(table_name) = ?";

	private static final String DATABASE_IS_THERE = "SELECT 1 FROM information_schema.schemata "
			+ "WHERE lower(schema_name) = ?";

	private static final String SOURCE_IS_THERE = "SELECT 1 FROM mo_catalog.mo_database "
			+ "WHERE lower(datname) = ? AND account_id = current_account_id()";

	private static final String SNAPSHOT = "SELECT * FROM mo_catalog.mo_snapshots WHERE sname = ?";

	private static final String DROP_TABLE = "DROP TABLE `copy`.`item`";

	private static final String DROP_DATABASE = "DROP DATABASE `copy`";

	private static final String INSERT = "INSERT INTO orders VALUES (1)";

	private static final String DELETE = "DELETE FROM item";

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, this.driver.matrixOne(),
			new ServerBackend());

	private final CloneTemplate clones = new CloneTemplate(this.executor);

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	@Test
	void clonesATableAtOnceWhereThereIsNoTransaction() {
		this.clones.cloneTable(ITEM, CLONE);
		assertThat(this.driver.sent).containsExactly(CLONE_TABLE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "COMMIT", "ROLLBACK" })
	void clonesATableAsPartOfTheTransaction(String end) {
		this.transaction.executeWithoutResult((status) -> {
			send(INSERT);
			this.clones.cloneTable(ITEM, CLONE);
			if (end.equals("ROLLBACK")) {
				status.setRollbackOnly();
			}
		});
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, CLONE_TABLE, end);
	}

	@Test
	void clonesWhatASnapshotHeldAlsoAfterTheTableHasChanged() {
		this.transaction.executeWithoutResult((status) -> {
			send(DELETE);
			this.clones.cloneTable(ITEM, CLONE, NIGHTLY);
		});
		assertThat(this.driver.sent).containsExactly("BEGIN", DELETE, CLONE_TABLE_AT, "COMMIT");
	}

	@Test
	void refusesALiveCloneOfATableThatTheTransactionHasChanged() {
		assertThatExceptionOfType(UncommittedChangesException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				send(DELETE);
				this.clones.cloneTable(ITEM, CLONE);
			}))
			.withMessageContaining("byCopy");
		assertThat(this.driver.sent).containsExactly("BEGIN", DELETE, "ROLLBACK");
	}

	@Test
	void copiesATableThatTheTransactionHasChanged() {
		this.transaction.executeWithoutResult((status) -> {
			send(DELETE);
			this.clones.cloneTable(ITEM, CLONE, CloneOptions.byCopy());
		});
		assertThat(this.driver.sent).containsExactly("BEGIN", DELETE, COPY_TABLE, COPY_ROWS, "COMMIT");
	}

	@Test
	void copiesATableAsAWholeOrNotAtAll() {
		this.clones.cloneTable(ITEM, CLONE, CloneOptions.byCopy());
		assertThat(this.driver.sent).containsExactly("BEGIN", COPY_TABLE, COPY_ROWS, "COMMIT");
		this.driver.sent.clear();
		this.driver.failures.put(COPY_ROWS, new SQLException("no space", "HY000", 20000));
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, CloneOptions.byCopy()));
		assertThat(this.driver.sent).containsExactly("BEGIN", COPY_TABLE, COPY_ROWS, "ROLLBACK");
	}

	@Test
	void tellsWhetherItHasMadeATableThatMayBeThere() {
		CloneOptions options = CloneOptions.defaults().ifNotExists();
		assertThat(this.clones.cloneTable(ITEM, CLONE, options)).isTrue();
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE, CLONE_TABLE);
		this.driver.sent.clear();
		is(TABLE_IS_THERE);
		assertThat(this.clones.cloneTable(ITEM, CLONE, options)).isFalse();
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE);
	}

	@Test
	void refusesWhatTheServerCannotDoWithTablesBeforeItSendsAnything() {
		for (CloneOptions options : List.of(CloneOptions.defaults().toAccount(AccountName.of("tenant")),
				CloneOptions.from(NIGHTLY).toAccount(AccountName.of("tenant")).ifNotExists(),
				CloneOptions.byCopy().copyGrants())) {
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, options));
			this.transaction
				.executeWithoutResult((status) -> assertThatExceptionOfType(UnsupportedByServerException.class)
					.isThrownBy(() -> this.clones.cloneTableAfterCommit(ITEM, CLONE, options)));
		}
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void refusesWhatTheServerCannotDoWithDatabasesBeforeItSendsAnything() {
		for (CloneOptions options : List.of(CloneOptions.byCopy(), CloneOptions.defaults().copyGrants())) {
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.clones.cloneDatabase(SHOP, COPY, options));
			this.transaction
				.executeWithoutResult((status) -> assertThatExceptionOfType(UnsupportedByServerException.class)
					.isThrownBy(() -> this.clones.cloneDatabaseAfterCommit(SHOP, COPY, options)));
		}
		assertThat(this.driver.sent).isEmpty();
	}

	@Test
	void tellsATableThatIsMissingFromOneThatTheSnapshotDoesNotHold() {
		this.driver.failures.put(CLONE_TABLE_AT,
				new SQLException("SQL parser error: table shop-item does not exist", "42000", 1064));
		aSnapshotIsThere("shop");
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, NIGHTLY));
		aSnapshotIsThere("other");
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, NIGHTLY));
	}

	@Test
	void clonesATableAfterTheCommit() {
		AfterCommit<Boolean> handle = this.transaction.execute((status) -> {
			send(DELETE);
			AfterCommit<Boolean> pending = this.clones.cloneTableAfterCommit(ITEM, CLONE);
			assertThat(pending.state()).isEqualTo(State.PENDING);
			return pending;
		});
		assertThat(this.driver.sent).containsExactly("BEGIN", DELETE, TABLE_IS_THERE, "COMMIT", CLONE_TABLE);
		assertThat(handle.get()).isTrue();
	}

	@Test
	void clonesNothingAfterARollback() {
		AfterCommit<Boolean> handle = this.transaction.execute((status) -> {
			status.setRollbackOnly();
			return this.clones.cloneTableAfterCommit(ITEM, CLONE);
		});
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE);
		assertThat(handle.state()).isEqualTo(State.ROLLED_BACK);
	}

	@Test
	void tellsWhoCommitsThatTheCloneAfterItHasFailed() {
		this.driver.failures.put(CLONE_TABLE, new SQLException("no space", "HY000", 20000));
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(
				() -> this.transaction.executeWithoutResult((status) -> this.clones.cloneTableAfterCommit(ITEM, CLONE)))
			.withMessageContaining("clone of table shop.item to copy.item");
	}

	@Test
	void refusesACloneAfterTheCommitWhoseTargetIsThereNow() {
		is(TABLE_IS_THERE);
		is(DATABASE_IS_THERE);
		this.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(CloneTargetExistsException.class)
				.isThrownBy(() -> this.clones.cloneTableAfterCommit(ITEM, CLONE));
			assertThatExceptionOfType(CloneTargetExistsException.class)
				.isThrownBy(() -> this.clones.cloneDatabaseAfterCommit(SHOP, COPY));
		});
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE, DATABASE_IS_THERE);
	}

	@Test
	void makesNothingAfterTheCommitWhereTheTargetIsThereAndThatIsNoError() {
		is(TABLE_IS_THERE);
		AfterCommit<Boolean> handle = this.transaction
			.execute((status) -> this.clones.cloneTableAfterCommit(ITEM, CLONE, CloneOptions.defaults().ifNotExists()));
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE);
		assertThat(handle.get()).isFalse();
	}

	@Test
	void clonesAfterTheCommitInPlaceOfWhatIsDroppedBefore() {
		is(TABLE_IS_THERE);
		is(DATABASE_IS_THERE);
		is(SOURCE_IS_THERE);
		this.transaction.executeWithoutResult((status) -> {
			this.clones.dropTable(CLONE);
			this.clones.cloneTableAfterCommit(ITEM, CLONE);
			this.clones.dropDatabase(COPY);
			this.clones.cloneDatabaseAfterCommit(SHOP, COPY);
		});
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE, DATABASE_IS_THERE, DROP_TABLE, CLONE_TABLE,
				DROP_DATABASE, SOURCE_IS_THERE, CLONE_DATABASE);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void refusesToMakeWhatIsStillToBeDropped(boolean ifNotExists) {
		CloneOptions options = ifNotExists ? CloneOptions.defaults().ifNotExists() : CloneOptions.defaults();
		is(TABLE_IS_THERE);
		is(DATABASE_IS_THERE);
		this.transaction.executeWithoutResult((status) -> {
			this.clones.dropTable(CLONE);
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE, options))
				.withMessageContaining("cloneTableAfterCommit");
			this.clones.dropDatabase(COPY);
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.clones.cloneDatabase(SHOP, COPY, options))
				.withMessageContaining("cloneDatabaseAfterCommit");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, TableName.of("copy", "other"), options))
				.withMessageContaining("or that of its database");
		});
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE, DATABASE_IS_THERE, DROP_TABLE, DROP_DATABASE);
	}

	@Test
	void makesInAnotherAccountWhatIsStillToBeDroppedHere() {
		is(TABLE_IS_THERE);
		this.transaction.executeWithoutResult((status) -> {
			this.clones.dropTable(CLONE);
			this.clones.cloneTable(ITEM, CLONE, CloneOptions.from(NIGHTLY).toAccount(AccountName.of("tenant")));
		});
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE, "BEGIN", CLONE_TABLE_AT + " TO ACCOUNT `tenant`",
				"COMMIT", DROP_TABLE);
	}

	@Test
	void makesNoEmptyDatabaseOfOneThatIsMissing() {
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(SHOP, COPY));
		assertThat(this.driver.sent).containsExactly(SOURCE_IS_THERE);
	}

	@Test
	void clonesADatabaseAsPartOfTheTransactionUnlessItHasWritten() {
		is(SOURCE_IS_THERE);
		this.transaction.executeWithoutResult((status) -> this.clones.cloneDatabase(SHOP, COPY));
		assertThat(this.driver.sent).containsExactly(SOURCE_IS_THERE, "BEGIN", CLONE_DATABASE, "COMMIT");
		this.driver.sent.clear();
		assertThatExceptionOfType(UncommittedChangesException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				send(INSERT);
				this.clones.cloneDatabase(SHOP, COPY);
			}));
		assertThat(this.driver.sent).doesNotContain(CLONE_DATABASE).endsWith("ROLLBACK");
	}

	@Test
	void clonesNoDatabaseFromASnapshotOfAnother() {
		aSnapshotIsThere("other");
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.clones.cloneDatabase(SHOP, COPY, NIGHTLY));
		assertThat(this.driver.sent).containsExactly(SNAPSHOT);
	}

	@Test
	void tellsWhetherItHasMadeADatabaseThatMayBeThere() {
		CloneOptions options = CloneOptions.defaults().ifNotExists();
		is(SOURCE_IS_THERE);
		assertThat(this.clones.cloneDatabase(SHOP, COPY, options)).isTrue();
		assertThat(this.driver.sent).containsExactly(DATABASE_IS_THERE, SOURCE_IS_THERE, CLONE_DATABASE);
		this.driver.sent.clear();
		is(DATABASE_IS_THERE);
		assertThat(this.clones.cloneDatabase(SHOP, COPY, options)).isFalse();
		assertThat(this.driver.sent).containsExactly(DATABASE_IS_THERE);
	}

	@Test
	void dropsAtOnceWhereThereIsNoTransaction() {
		this.clones.dropTable(CLONE);
		this.clones.dropDatabase(COPY);
		assertThat(this.driver.sent).containsExactly(DROP_TABLE, DROP_DATABASE);
	}

	@Test
	void dropsAfterTheCommitAndNotAfterARollback() {
		is(TABLE_IS_THERE);
		is(DATABASE_IS_THERE);
		this.transaction.executeWithoutResult((status) -> {
			this.clones.dropTable(CLONE);
			this.clones.dropDatabase(COPY);
			send(INSERT);
		});
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE, DATABASE_IS_THERE, "BEGIN", INSERT, "COMMIT",
				DROP_TABLE, DROP_DATABASE);
		this.driver.sent.clear();
		this.transaction.executeWithoutResult((status) -> {
			this.clones.dropTable(CLONE);
			status.setRollbackOnly();
		});
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE);
	}

	@Test
	void dropsAfterTheCommitWhatIsThereNowOrClonedBefore() {
		this.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(TableNotFoundException.class).isThrownBy(() -> this.clones.dropTable(CLONE));
			assertThatExceptionOfType(DatabaseNotFoundException.class).isThrownBy(() -> this.clones.dropDatabase(COPY));
			this.clones.cloneTableAfterCommit(ITEM, CLONE);
			this.clones.dropTable(CLONE);
		});
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE, DATABASE_IS_THERE, TABLE_IS_THERE, CLONE_TABLE,
				DROP_TABLE);
	}

	@Test
	void refusesToDropAView() {
		this.driver.results.put(TABLE_IS_THERE, List.of(List.of("VIEW")));
		this.transaction.executeWithoutResult((status) -> assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.clones.dropTable(CLONE))
			.withMessageContaining("DROP VIEW"));
		assertThat(this.driver.sent).containsExactly(TABLE_IS_THERE);
	}

	private void send(String sql) {
		new JdbcTemplate(this.dataSource).update(sql);
	}

	/**
	 * Have a look-up find something.
	 */
	private void is(String there) {
		this.driver.results.put(there, List.of(List.of(1)));
	}

	private void aSnapshotIsThere(String database) {
		this.driver.results.put(SNAPSHOT, List.of(List.of("nightly", 1L, "database", "sys", database, "", "user")));
		this.driver.columns.put(SNAPSHOT,
				List.of("sname", "ts", "level", "account_name", "database_name", "table_name", "kind"));
	}

}
