package io.github.matrixone.spring.contract.branch;

import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.DatabaseDiff;
import io.github.matrixone.spring.branch.MergeViolation;
import io.github.matrixone.spring.branch.MergeViolation.Kind;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows that a merge could not bring into the parent: what is told before is what the
 * merge then says.
 */
@EnabledIfServer
class MergeViolationTests {

	private static final String DATABASE = "ct_violation";

	private static final DatabaseName DRAFT = DatabaseName.of("ct_violation_draft");

	private static final TableName PRODUCT = TableName.of(DATABASE, "product");

	private static final TableName LINE = TableName.of(DATABASE, "line");

	private static final TableName TREE = TableName.of(DATABASE, "tree");

	private final HikariDataSource pool = BranchTests.pool(DATABASE);

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final BranchTemplate branches = new BranchTemplate(
			new CommandExecutor(this.dataSource, new ServerBackend()));

	@BeforeEach
	void setUp() {
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_violation_draft");
		this.jdbc.execute("CREATE TABLE product (id INT PRIMARY KEY, code VARCHAR(20) UNIQUE, a INT, b INT, "
				+ "UNIQUE KEY pair (a, b))");
		this.jdbc.execute("CREATE TABLE line (id INT, pos INT, product INT, PRIMARY KEY (id, pos), "
				+ "CONSTRAINT line_product FOREIGN KEY (product) REFERENCES product (id))");
		this.jdbc.execute("CREATE TABLE tree (id INT PRIMARY KEY, parent INT, "
				+ "CONSTRAINT tree_parent FOREIGN KEY (parent) REFERENCES tree (id))");
		this.jdbc.execute("INSERT INTO product VALUES (1, 'one', 1, 1), (2, 'two', 2, NULL), (3, 'three', 3, 3)");
		this.jdbc.execute("INSERT INTO line VALUES (1, 1, 1), (1, 2, NULL)");
		this.jdbc.execute("INSERT INTO tree VALUES (1, NULL), (2, 1), (3, NULL)");
		this.branches.createDatabase(DatabaseName.of(DATABASE), DRAFT);
	}

	@AfterEach
	void tearDown() {
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_violation_draft");
		this.jdbc.execute("DROP DATABASE ct_violation");
		this.pool.close();
	}

	@Test
	void findsNothingWhereAllGoesWell() {
		draft("INSERT INTO product VALUES (4, 'four', 2, NULL), (5, NULL, NULL, NULL)");
		draft("INSERT INTO line VALUES (2, 1, 4), (2, 2, 3), (2, 3, NULL)");
		draft("DELETE FROM line WHERE id = 1 AND pos = 1");
		draft("DELETE FROM product WHERE id = 1");
		draft("UPDATE product SET code = 'TWO' WHERE id = 2");
		draft("INSERT INTO tree VALUES (4, 2)");
		this.jdbc.update("INSERT INTO product VALUES (6, 'six', 6, 6)");
		DatabaseDiff diff = this.branches.diff(DRAFT);
		assertThat(this.branches.violations(diff)).isEmpty();
		this.branches.merge(diff);
		assertThat(this.jdbc.queryForList("SELECT code FROM product ORDER BY id", String.class)).containsExactly("TWO",
				"three", "four", null, "six");
	}

	@Test
	void saysThatBranchesOfDifferentTimesCannotBeLookedAtTogether() {
		BranchDiff product = this.branches
			.diff(this.branches.createTable(PRODUCT, TableName.of(DATABASE, "product_draft")).table());
		BranchDiff line = this.branches
			.diff(this.branches.createTable(LINE, TableName.of(DATABASE, "line_draft")).table());
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.branches.violations(List.of(product, line)))
			.withMessageContaining("line_product")
			.withMessageContaining("createDatabase");
		assertThat(this.branches.violations(List.of(line))).isEmpty();
	}

	@Test
	void findsValuesOfUniqueKeysThatAnotherRowHas() {
		draft("INSERT INTO product VALUES (7, 'seven', 7, 7)");
		draft("UPDATE product SET code = 'eight' WHERE id = 2");
		this.jdbc.update("INSERT INTO product VALUES (8, 'eight', 8, 8), (9, 'nine', 7, 7)");
		assertThat(this.branches.violations(this.branches.diff(DRAFT)))
			.containsExactlyInAnyOrder(duplicate("code", "2"), duplicate("pair", "7"));
		assertFails();
	}

	@Test
	void leavesOutValuesThatTheMergeTakesAway() {
		draft("DELETE FROM product WHERE id = 3");
		draft("INSERT INTO product VALUES (4, 'three', 3, 3)");
		DatabaseDiff diff = this.branches.diff(DRAFT);
		assertThat(this.branches.violations(diff)).isEmpty();
		this.branches.merge(diff);
		assertThat(this.jdbc.queryForObject("SELECT id FROM product WHERE code = 'three'", Integer.class)).isEqualTo(4);
	}

	@Test
	void findsReferencesToRowsThatAreGone() {
		draft("INSERT INTO line VALUES (5, 1, 3), (5, 2, 2)");
		draft("INSERT INTO tree VALUES (4, 3)");
		this.jdbc.update("DELETE FROM product WHERE id = 3");
		this.jdbc.update("DELETE FROM tree WHERE id = 3");
		assertThat(this.branches.violations(this.branches.diff(DRAFT))).containsExactlyInAnyOrder(
				new MergeViolation(Kind.MISSING_PARENT, LINE, "line_product", Map.of("id", "5", "pos", "1"), PRODUCT),
				new MergeViolation(Kind.MISSING_PARENT, TREE, "tree_parent", Map.of("id", "4"), TREE));
		assertFails();
	}

	@Test
	void findsReferencesToRowsThatComeWithAnotherTableOnly() {
		draft("INSERT INTO product VALUES (4, 'four', 4, 4)");
		draft("INSERT INTO line VALUES (4, 1, 4)");
		DatabaseDiff diff = this.branches.diff(DRAFT);
		assertThat(this.branches.violations(diff)).isEmpty();
		assertThat(this.branches.violations(List.of(this.branches.diff(TableName.of(DRAFT.value(), "line")))))
			.containsExactly(new MergeViolation(Kind.MISSING_PARENT, LINE, "line_product",
					Map.of("id", "4", "pos", "1"), PRODUCT));
	}

	@Test
	void findsRemovedRowsThatAreReferencedMeanwhile() {
		draft("DELETE FROM product WHERE id IN (2, 3)");
		draft("DELETE FROM tree WHERE id = 3");
		this.jdbc.update("INSERT INTO line VALUES (6, 1, 3), (6, 2, 3)");
		this.jdbc.update("INSERT INTO tree VALUES (5, 3)");
		assertThat(this.branches.violations(this.branches.diff(DRAFT))).containsExactlyInAnyOrder(
				new MergeViolation(Kind.STILL_REFERENCED, PRODUCT, "line_product", Map.of("id", "3"), LINE),
				new MergeViolation(Kind.STILL_REFERENCED, TREE, "tree_parent", Map.of("id", "3"), TREE));
		assertFails();
	}

	/**
	 * A server that looks at checks in an {@code UPDATE} lets none of them come so far.
	 */
	/**
	 * v4.2.0 leaves the old name in the check.
	 */
	@Test
	void saysSoWhereACheckNamesAColumnThatWasRenamed() {
		this.jdbc.execute("CREATE TABLE bid (id INT PRIMARY KEY, price INT, CONSTRAINT price_ok CHECK (price > 0))");
		this.jdbc.execute("ALTER TABLE bid RENAME COLUMN price TO amount");
		TableName draft = TableName.of(DATABASE, "bid_draft");
		this.branches.createTable(TableName.of(DATABASE, "bid"), draft);
		boolean renamed = this.jdbc.queryForMap("SHOW CREATE TABLE bid")
			.values()
			.stream()
			.anyMatch((text) -> text.toString().contains("CHECK (`amount` > 0)"));
		if (renamed) {
			assertThat(this.branches.violations(List.of(this.branches.diff(draft)))).isEmpty();
			return;
		}
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.branches.violations(List.of(this.branches.diff(draft))))
			.withMessageContainingAll("price_ok", "renamed");
	}

	@Test
	void findsRowsThatBreakACheck() {
		TableName offer = TableName.of(DATABASE, "offer");
		TableName branch = TableName.of(DATABASE, "offer_draft");
		this.jdbc.execute("CREATE TABLE offer (id INT PRIMARY KEY, price INT, note VARCHAR(40) DEFAULT 'a ) b', "
				+ "CONSTRAINT price_ok CHECK (price > 0 AND (note IS NULL OR note <> 'it''s (free)')), "
				+ "CONSTRAINT note_ok CHECK (length(note) < 20))");
		this.jdbc.update("INSERT INTO offer VALUES (1, 10, NULL), (2, 20, 'two'), (3, NULL, NULL)");
		this.branches.createTable(offer, branch);
		this.jdbc.update("UPDATE offer_draft SET price = price + 1");
		assertThat(this.branches.violations(List.of(this.branches.diff(branch)))).isEmpty();
		Map<String, String> broken = Map.of("price = -1 WHERE id = 1", "price_ok", "note = 'it''s (free)' WHERE id = 2",
				"price_ok", "note = repeat('n', 20) WHERE id = 3", "note_ok");
		List<MergeViolation> expected = broken.keySet()
			.stream()
			.filter((change) -> isAccepted("UPDATE offer_draft SET " + change))
			.map((change) -> new MergeViolation(Kind.CHECK, offer, broken.get(change),
					Map.of("id", change.substring(change.length() - 1)), offer))
			.toList();
		assertThat(this.branches.violations(List.of(this.branches.diff(branch))))
			.containsExactlyInAnyOrderElementsOf(expected);
	}

	private boolean isAccepted(String update) {
		try {
			return this.jdbc.update(update) == 1;
		}
		catch (DataAccessException ex) {
			assertThat(ex).hasMessageContaining("Check constraint");
			return false;
		}
	}

	private void assertFails() {
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.branches.merge(this.branches.diff(DRAFT)));
	}

	private static MergeViolation duplicate(String constraint, String id) {
		return new MergeViolation(Kind.DUPLICATE, PRODUCT, constraint, Map.of("id", id), PRODUCT);
	}

	private void draft(String sql) {
		this.jdbc.update(sql.replaceFirst("(INTO|FROM|UPDATE) ", "$1 ct_violation_draft."));
	}

}
