package io.github.matrixone.spring.contract.branch;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
 * Random changes of two tables with a foreign key and a unique key, on both sides of a
 * branch: what is told before a merge is what the merge then says, and what it leaves is
 * what a merge of maps has. {@code -Dbranch.histories} tells how many,
 * {@code -Dbranch.seed} where they begin.
 */
@EnabledIfServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConstraintModelTests {

	private static final DatabaseName DATABASE = DatabaseName.of("ct_constraint_model");

	private static final DatabaseName DRAFT = DatabaseName.of("ct_constraint_model_draft");

	private static final int KEYS = 8;

	private static final int VALUES = 5;

	private static final int CHANGES = 30;

	private final HikariDataSource pool = BranchTests.pool(DATABASE.value());

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final BranchTemplate branches = new BranchTemplate(
			new CommandExecutor(this.dataSource, new ServerBackend()));

	@BeforeAll
	void setUp() {
		this.jdbc.execute("CREATE TABLE product (id INT PRIMARY KEY, code INT UNIQUE)");
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
		this.jdbc.update("DELETE FROM product WHERE 1 = 1");
		random.ints(CHANGES, 0, Integer.MAX_VALUE).forEach((number) -> change(DATABASE, new Random(number)));
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
		if (merged.isValid() && takesAValueThatIsGivenUp(branch, target)) {
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
	 * by an update may still be there.
	 */
	private static boolean takesAValueThatIsGivenUp(State branch, State target) {
		return branch.products()
			.entrySet()
			.stream()
			.anyMatch(
					(row) -> row.getValue() != null && target.products()
						.entrySet()
						.stream()
						.anyMatch((other) -> !other.getKey().equals(row.getKey())
								&& row.getValue().equals(other.getValue())
								&& branch.products().containsKey(other.getKey())));
	}

	/**
	 * Changes that the database refuses are none.
	 */
	private void change(DatabaseName database, Random random) {
		String product = database.quoted() + ".product";
		String line = database.quoted() + ".line";
		int id = random.nextInt(KEYS);
		Integer code = (random.nextInt(5) == 0) ? null : random.nextInt(VALUES);
		try {
			switch (random.nextInt(6)) {
				case 0 -> this.jdbc.update("INSERT INTO " + product + " VALUES (?, ?)", id, code);
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

	private State state(DatabaseName database) {
		return new State(rows("SELECT id, code FROM " + database.quoted() + ".product"),
				rows("SELECT id, product FROM " + database.quoted() + ".line"));
	}

	private Map<Integer, @Nullable Integer> rows(String query) {
		Map<Integer, @Nullable Integer> rows = new TreeMap<>();
		this.jdbc.query(query, (RowCallbackHandler) (row) -> rows.put(row.getInt(1), (Integer) row.getObject(2)));
		return rows;
	}

	private static Map<Integer, @Nullable Integer> merge(Map<Integer, @Nullable Integer> base,
			Map<Integer, @Nullable Integer> branch, Map<Integer, @Nullable Integer> target) {
		Map<Integer, @Nullable Integer> merged = new TreeMap<>(target);
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
	 * The rows of both tables.
	 *
	 * @param products the codes by the products' ids
	 * @param lines the products by the lines' ids
	 */
	private record State(Map<Integer, @Nullable Integer> products, Map<Integer, @Nullable Integer> lines) {

		boolean isValid() {
			List<Integer> codes = this.products.values().stream().filter(Objects::nonNull).toList();
			return codes.size() == codes.stream().collect(Collectors.toSet()).size() && this.lines.values()
				.stream()
				.allMatch((product) -> product == null || this.products.containsKey(product));
		}

	}

}
