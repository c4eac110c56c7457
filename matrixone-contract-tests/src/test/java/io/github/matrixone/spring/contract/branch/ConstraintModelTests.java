package io.github.matrixone.spring.contract.branch;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.DatabaseDiff;
import io.github.matrixone.spring.branch.MergeViolation;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.DatabaseName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Random changes of two tables with foreign keys, one of them to its own table, and a
 * unique key, on both sides of a branch: what is told before a merge is what the merge
 * then says, and what it leaves is what a merge of maps has. {@code -Dbranch.histories}
 * tells how many, {@code -Dbranch.seed} where they begin.
 */
@EnabledIfServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConstraintModelTests {

	private static final DatabaseName DATABASE = DatabaseName.of("ct_constraint_model");

	private static final DatabaseName DRAFT = DatabaseName.of("ct_constraint_model_draft");

	private static final int KEYS = 8;

	private static final int VALUES = 5;

	private static final int CHANGES = 30;

	/** Of what each change is one, some of them more often. */
	private static final int[] KINDS = { 0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 7 };

	private final HikariDataSource pool = BranchTests.pool(DATABASE.value());

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final BranchTemplate branches = new BranchTemplate(
			new CommandExecutor(this.dataSource, new ServerBackend()));

	@BeforeAll
	void setUp() {
		this.jdbc.execute("CREATE TABLE product (id INT PRIMARY KEY, code INT UNIQUE, above INT, "
				+ "CONSTRAINT product_above FOREIGN KEY (above) REFERENCES product (id))");
		this.jdbc.execute("CREATE TABLE line (id INT PRIMARY KEY, product INT, "
				+ "CONSTRAINT line_product FOREIGN KEY (product) REFERENCES product (id))");
	}

	@AfterAll
	void tearDown() {
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DRAFT);
		this.jdbc.execute("DROP DATABASE " + DATABASE);
		this.pool.close();
	}

	@Test
	void saysBeforeAMergeWhatTheMergeSays() {
		int histories = Integer.getInteger("branch.histories", 40);
		long seed = Long.getLong("branch.seed", 1);
		Set<Boolean> outcomes = new TreeSet<>();
		for (int i = 0; i < histories; i++) {
			try {
				run(new Random(seed + i), outcomes);
			}
			catch (AssertionError | RuntimeException ex) {
				throw new AssertionError("Seed " + (seed + i), ex);
			}
		}
		assertThat(outcomes).as("merges that failed, and some that did not").hasSize(2);
	}

	private void run(Random random, Set<Boolean> outcomes) {
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DRAFT);
		this.jdbc.update("DELETE FROM line WHERE 1 = 1");
		this.jdbc.update("UPDATE product SET above = NULL");
		this.jdbc.update("DELETE FROM product WHERE 1 = 1");
		random.ints(CHANGES, 0, Integer.MAX_VALUE).forEach((number) -> change(DATABASE, 0, new Random(number)));
		random.ints(CHANGES, 0, Integer.MAX_VALUE).forEach((number) -> change(DATABASE, 3, new Random(number)));
		State base = state(DATABASE);
		this.branches.createDatabase(DATABASE, DRAFT);
		random.ints(random.nextInt(CHANGES), 0, Integer.MAX_VALUE)
			.forEach((number) -> change((number % 2 == 0) ? DATABASE : DRAFT, new Random(number)));
		State branch = state(DRAFT);
		State target = state(DATABASE);
		DatabaseDiff diff = this.branches.diff(DRAFT);
		List<MergeViolation> violations = this.branches.violations(diff);
		if (!diff.conflicts().isEmpty()) {
			return;
		}
		State merged = new State(merge(base.products(), branch.products(), target.products()),
				merge(base.lines(), branch.lines(), target.lines()));
		assertThat(violations.isEmpty()).as("violations %s of %s", violations, merged).isEqualTo(merged.isValid());
		if (merged.isValid() && (takesAValueThatIsThere(merged, target) || removesACircle(merged, target))) {
			return;
		}
		if (merged.isValid()) {
			this.branches.merge(diff);
			assertThat(state(DATABASE)).isEqualTo(merged);
		}
		else {
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> this.branches.merge(diff));
			assertThat(state(DATABASE)).isEqualTo(target);
		}
		outcomes.add(merged.isValid());
	}

	/**
	 * Rows are removed first, then added, then updated: a value that another row gives up
	 * by an update may still be there. Where others reference the removed rows until they
	 * are updated these are removed last.
	 */
	private static boolean takesAValueThatIsThere(State merged, State target) {
		boolean removedLast = target.references()
			.anyMatch((reference) -> reference.isIn(merged) && !merged.products().containsKey(reference.product()));
		return merged.products()
			.entrySet()
			.stream()
			.anyMatch((row) -> target.products()
				.entrySet()
				.stream()
				.anyMatch((other) -> !other.getKey().equals(row.getKey())
						&& row.getValue().isOfTheCodeOf(other.getValue())
						&& (removedLast || merged.products().containsKey(other.getKey()))));
	}

	/**
	 * The server removes no row that references itself, or another one that references
	 * it.
	 */
	private static boolean removesACircle(State merged, State target) {
		Map<Integer, Product> removed = new TreeMap<>(target.products());
		removed.keySet().removeAll(merged.products().keySet());
		boolean less = true;
		while (less) {
			less = removed.values().removeIf((product) -> !removed.containsKey(product.aboveOr(-1)));
		}
		return !removed.isEmpty();
	}

	private void change(DatabaseName database, Random random) {
		change(database, KINDS[random.nextInt(KINDS.length)], random);
	}

	/**
	 * Changes that the database refuses are none.
	 */
	private void change(DatabaseName database, int kind, Random random) {
		String product = database.quoted() + ".product";
		String line = database.quoted() + ".line";
		int id = random.nextInt(KEYS);
		Integer code = random.nextBoolean() ? null : random.nextInt(VALUES);
		try {
			Integer above = (random.nextInt(3) == 0) ? null : random.nextInt(KEYS);
			switch (kind) {
				case 0 -> this.jdbc.update("INSERT INTO " + product + " VALUES (?, ?, ?)", id, code, above);
				case 6 -> removeWithAllBelow(database, id, new TreeSet<>());
				case 7 -> this.jdbc.update("UPDATE " + product + " SET above = ? WHERE id = ?", above, id);
				case 1 -> this.jdbc.update("UPDATE " + product + " SET code = ? WHERE id = ?", code, id);
				case 2 -> this.jdbc.update("DELETE FROM " + product + " WHERE id = ?", id);
				case 3 -> this.jdbc.update("INSERT INTO " + line + " VALUES (?, ?)", id, code);
				case 4 -> this.jdbc.update("UPDATE " + line + " SET product = ? WHERE id = ?", code, id);
				default -> this.jdbc.update("DELETE FROM " + line + " WHERE id = ?", id);
			}
		}
		catch (DataIntegrityViolationException ex) {
			assertThat(ex).isNotNull();
		}
	}

	private void removeWithAllBelow(DatabaseName database, int id, Set<Integer> begun) {
		if (begun.add(id)) {
			this.jdbc
				.queryForList("SELECT id FROM " + database.quoted() + ".product WHERE above = ?", Integer.class, id)
				.forEach((below) -> removeWithAllBelow(database, below, begun));
			this.jdbc.update("UPDATE " + database.quoted() + ".line SET product = NULL WHERE product = ?", id);
			this.jdbc.update("DELETE FROM " + database.quoted() + ".product WHERE id = ?", id);
		}
	}

	private State state(DatabaseName database) {
		Map<Integer, Product> products = new TreeMap<>();
		this.jdbc.query("SELECT id, code, above FROM " + database.quoted() + ".product",
				(RowCallbackHandler) (row) -> products.put(row.getInt(1),
						new Product((Integer) row.getObject(2), (Integer) row.getObject(3))));
		Map<Integer, @Nullable Integer> lines = new TreeMap<>();
		this.jdbc.query("SELECT id, product FROM " + database.quoted() + ".line",
				(RowCallbackHandler) (row) -> lines.put(row.getInt(1), (Integer) row.getObject(2)));
		return new State(products, lines);
	}

	private static <V extends @Nullable Object> Map<Integer, V> merge(Map<Integer, V> base, Map<Integer, V> branch,
			Map<Integer, V> target) {
		Map<Integer, V> merged = new TreeMap<>(target);
		for (int key = 0; key < KEYS; key++) {
			if (branch.containsKey(key) != base.containsKey(key) || !Objects.equals(branch.get(key), base.get(key))) {
				if (branch.containsKey(key)) {
					merged.put(key, branch.get(key));
				}
				else {
					merged.remove(key);
				}
			}
		}
		return merged;
	}

	/**
	 * A product.
	 *
	 * @param code its code
	 * @param above the product above it
	 */
	private record Product(@Nullable Integer code, @Nullable Integer above) {

		boolean isOfTheCodeOf(Product other) {
			return this.code != null && this.code.equals(other.code);
		}

		int aboveOr(int none) {
			return (this.above != null) ? this.above : none;
		}

	}

	/**
	 * A row that references a product.
	 *
	 * @param ofProduct whether it is a product itself, or a line
	 * @param id the row's id
	 * @param product the id of the product
	 */
	private record Reference(boolean ofProduct, int id, int product) {

		boolean isIn(State state) {
			return (this.ofProduct ? state.products() : state.lines()).containsKey(this.id);
		}

	}

	/**
	 * The rows of both tables.
	 *
	 * @param products the products by their ids
	 * @param lines the products by the lines' ids
	 */
	private record State(Map<Integer, Product> products, Map<Integer, @Nullable Integer> lines) {

		boolean isValid() {
			List<Integer> codes = this.products.values().stream().map(Product::code).filter(Objects::nonNull).toList();
			return codes.size() == codes.stream().collect(Collectors.toSet()).size()
					&& references().allMatch((reference) -> this.products.containsKey(reference.product()));
		}

		Stream<Reference> references() {
			Stream<Reference> ofLines = this.lines.entrySet()
				.stream()
				.filter((line) -> line.getValue() != null)
				.map((line) -> new Reference(false, line.getKey(), line.getValue()));
			return Stream.concat(ofLines,
					this.products.entrySet()
						.stream()
						.filter((product) -> product.getValue().above() != null)
						.map((product) -> new Reference(true, product.getKey(), product.getValue().aboveOr(-1))));
		}

	}

}
