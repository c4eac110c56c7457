package io.github.matrixone.spring.contract.sandbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.boot.test.sandbox.MatrixOneSandbox;
import io.github.matrixone.spring.boot.test.sandbox.Sandbox;
import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.boot.test.sandbox.TableChanges;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a test with a sandbox may rely on.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class,
		properties = { "spring.sql.init.data-locations=classpath:sandbox/schema.sql", "spring.sql.init.mode=always" })
@ActiveProfiles("seed")
@MatrixOneSandbox
abstract class SandboxContract {

	@Autowired
	Sandbox sandbox;

	@Autowired
	ProductRepository products;

	@Autowired
	LineRepository lines;

	@Autowired
	ProductService service;

	@Autowired
	CloneOperations clones;

	@Autowired
	JdbcTemplate jdbc;

	@RepeatedTest(3)
	void eachTestBeginsWithTheSameRows() {
		assertThat(this.products.count()).isEqualTo(3);
		this.products.save(new Product("plum", 1));
		this.jdbc.update("UPDATE product SET stock = 0");
		this.jdbc.update("DELETE FROM product WHERE name = 'pear'");
		assertThat(this.products.count()).isEqualTo(3);
	}

	@Test
	void holdsWhatTheApplicationWroteAtItsStart() {
		assertThat(this.products.findByName("seeded at the start").getStock()).isOne();
	}

	@Test
	void isTheDatabaseOfTheApplicationsConnections() {
		String database = this.jdbc.execute(this::databaseOf);
		assertThat(database).isEqualToIgnoringCase(this.sandbox.database()).contains("sandbox");
	}

	abstract String databaseOf(Connection connection) throws SQLException;

	@Test
	void otherThreadsOfTheOnlyTestBelongToIt() {
		this.products.save(new Product("plum", 1));
		assertThat(CompletableFuture.supplyAsync(this.products::count)).succeedsWithin(30, TimeUnit.SECONDS)
			.isEqualTo(4L);
	}

	/**
	 * Return the database for which the sandbox stands.
	 */
	abstract String origin();

	abstract void use(Connection connection, String database) throws SQLException;

	@Test
	void commandsThatNameTheDatabaseOfTheUrlAreRefused(@Autowired SnapshotOperations snapshots) {
		TableName product = TableName.of(origin(), "product");
		DatabaseName database = DatabaseName.of(origin());
		SnapshotName snapshot = SnapshotName.of("contract_sandbox_of_url");
		assertThatNamesTheDatabase(() -> this.clones.cloneTable(product, TableName.of("product_copy")));
		assertThatNamesTheDatabase(
				() -> this.clones.cloneTable(TableName.of("product"), TableName.of(origin(), "product_copy")));
		assertThatNamesTheDatabase(() -> this.clones.cloneDatabase(database, DatabaseName.of("contract_sandbox_copy")));
		assertThatNamesTheDatabase(() -> this.clones.dropTable(product));
		assertThatNamesTheDatabase(() -> this.clones.dropDatabase(database));
		assertThatNamesTheDatabase(() -> snapshots.create(snapshot, SnapshotScope.database(database)));
		assertThatNamesTheDatabase(() -> snapshots.create(snapshot, SnapshotScope.table(product)));
		assertThat(snapshots.exists(snapshot)).isFalse();
	}

	@Test
	void connectionsStayInTheSandbox() {
		String sql = "DELETE FROM " + origin() + ".product WHERE stock = 0";
		this.jdbc.execute((ConnectionCallback<Boolean>) (connection) -> {
			try (Statement statement = connection.createStatement()) {
				for (Connection same : List.of(connection, connection.getMetaData().getConnection(),
						statement.getConnection())) {
					assertThatNamesTheDatabase(() -> use(same, origin()));
					assertThatNamesTheDatabase(() -> same.prepareStatement(sql).executeUpdate());
					use(same, this.sandbox.database());
				}
			}
			return true;
		});
	}

	private void assertThatNamesTheDatabase(ThrowingCallable action) {
		assertThatExceptionOfType(SandboxException.class).isThrownBy(action)
			.withMessageContaining(
					"names the database " + origin() + ", but this test has the sandbox " + this.sandbox.database());
	}

	@RepeatedTest(2)
	void idsOfASequenceAreTakenFromTheSandbox() {
		Product apple = this.products.findByName("apple");
		for (int i = 0; i < 150; i++) {
			this.lines.save(new Line(apple, 1));
		}
		assertThat(this.lines.findAll()).hasSize(150).extracting(Line::getId).allMatch((id) -> id > 0);
	}

	@Test
	void clonesOfTablesAreMadeInTheSandbox() {
		this.clones.cloneTable(TableName.of("product"), TableName.of("product_copy"));
		assertThat(this.jdbc.queryForObject("SELECT COUNT(*) FROM product_copy", Integer.class)).isEqualTo(3);
		assertThat(this.sandbox.changedTables()).containsExactly("product_copy");
	}

	@Test
	void tellsWhichRowsHaveChanged() {
		this.service.order("apple", 2);
		assertThat(this.sandbox).hasInserted("line", 1)
			.hasUpdated("product", 1)
			.hasInserted("product", 0)
			.hasDeleted("product", 0);
		assertThat(this.sandbox.changesOf("product").updated()).singleElement()
			.satisfies((row) -> assertThat(row).containsEntry("name", "apple").containsEntry("stock", 8));
		this.jdbc.update("DELETE FROM product WHERE name = 'pear'");
		assertThat(this.sandbox.changesOf("product").deleted()).extracting((row) -> row.get("name"))
			.containsExactly("pear");
	}

	@Test
	void tellsTheValueOfAColumnNamedFlag() {
		this.jdbc.update("INSERT INTO marked (id, flag) VALUES (1, 'INSERT')");
		assertThat(this.sandbox.changesOf("marked").inserted()).singleElement()
			.satisfies((row) -> assertThat(row).containsEntry("flag", "INSERT"));
	}

	@Test
	void tellsThatNothingHasChanged() {
		this.jdbc.update("UPDATE product SET stock = stock");
		assertThat(this.sandbox).hasNotChanged("product").hasNotChanged();
	}

	@Test
	void saysWhatHasChangedWhereSomethingElseIsExpected() {
		this.products.save(new Product("plum", 1));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.sandbox).hasInserted("product", 2))
			.withMessageContaining("Expected 2 rows of table product to be inserted")
			.withMessageContaining("inserted are 1: [{")
			.withMessageContaining("plum");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.sandbox).hasNotChanged())
			.withMessageContaining("[product]");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.sandbox).hasNotChanged("product"))
			.withMessageContaining("plum");
	}

	@Test
	@Transactional
	void tellsTheChangesOfATransactionThatIsUnderWay() {
		this.service.order("pear", 3);
		TableChanges changes = this.sandbox.changesOf("product");
		assertThat(changes.updated()).singleElement().satisfies((row) -> assertThat(row).containsEntry("stock", 17));
		assertThat(this.sandbox).hasInserted("line", 1);
	}

	@Test
	@Transactional
	void countsRowsWithoutAKey() {
		this.jdbc.update("INSERT INTO remark VALUES ('good', '2026-01-01'), ('good', '2026-01-01')");
		this.jdbc.update("DELETE FROM remark WHERE text IS NULL");
		assertThat(this.sandbox).hasInserted("remark", 2).hasUpdated("remark", 0).hasDeleted("remark", 1);
		assertThat(this.sandbox.changesOf("remark").inserted()).first()
			.satisfies((row) -> assertThat(row).containsEntry("text", "good"));
		assertThat(this.sandbox).hasChangedOnly("remark");
	}

	@Test
	void tellsTheRowsOfAnEmptiedTableWithoutAKey() {
		this.jdbc.update("DELETE FROM remark");
		assertThat(this.sandbox).hasInserted("remark", 0).hasDeleted("remark", 3).hasChangedOnly("remark");
	}

	@Test
	void tellsTheRowsThatARepositoryHasDeletedInABatch(@Autowired ProductRepository products) {
		products.deleteAllInBatch();
		assertThat(this.sandbox).hasDeleted("product", 3).hasInserted("product", 0).hasChangedOnly("product");
	}

	@Test
	void tellsTheRowsOfADroppedTable() {
		this.jdbc.execute("DROP TABLE remark");
		assertThat(this.sandbox).hasDeleted("remark", 3).hasInserted("remark", 0).hasChangedOnly("remark");
	}

	@Test
	void namesOfTablesAreTheSameInUpperCase() {
		this.products.save(new Product("plum", 1));
		assertThat(this.sandbox).hasInserted("PRODUCT", 1).hasChangedOnly("PRODUCT", "product");
	}

	@Test
	void hasNoChangesOfATableThatIsNotThere() {
		assertThatExceptionOfType(SandboxException.class).isThrownBy(() -> this.sandbox.changesOf("nothing"))
			.withMessageContaining("no table nothing");
	}

}
