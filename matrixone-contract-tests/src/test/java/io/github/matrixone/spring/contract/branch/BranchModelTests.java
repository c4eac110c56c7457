package io.github.matrixone.spring.contract.branch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.BranchStatus;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.MergeResult;
import io.github.matrixone.spring.branch.RowChange;
import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.branch.TableDiff;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.branch.BranchHistory.End;
import io.github.matrixone.spring.contract.branch.BranchHistory.Step;
import io.github.matrixone.spring.contract.branch.BranchHistory.Type;
import io.github.matrixone.spring.dao.BranchConflictException;
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
 * Histories made at random, of a table and its branch, compared with a three-way merge of
 * maps. {@code -Dbranch.histories=10000} runs so many of them, and
 * {@code -Dbranch.seed=…} those of another seed, also beside each other.
 */
@EnabledIfServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BranchModelTests {

	private static final long SEED = Long.getLong("branch.seed", 1);

	private static final String DATABASE = "ct_branch_model_" + SEED;

	private static final TableName TABLE = TableName.of("item");

	private static final TableName BRANCH = TableName.of("draft");

	private static final TableName NEW_BRANCH = TableName.of(DATABASE, "draft_2");

	private static final SnapshotName BEFORE = SnapshotName.of(DATABASE);

	private static final SnapshotName AFTER = SnapshotName.of(DATABASE + "_after");

	private final HikariDataSource pool = BranchTests.pool(DATABASE);

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, new ServerBackend());

	private final SnapshotTemplate snapshots = new SnapshotTemplate(this.executor);

	private final BranchTemplate branches = new BranchTemplate(this.executor);

	private final Map<Type, List<@Nullable String>> texts = new TreeMap<>();

	@AfterAll
	void tearDown() {
		this.snapshots.dropIfExists(BEFORE);
		this.snapshots.dropIfExists(AFTER);
		this.jdbc.execute("DROP DATABASE " + DATABASE);
		this.pool.close();
	}

	@Test
	void doesWhatAThreeWayMergeOfMapsDoes() {
		int histories = Integer.getInteger("branch.histories", 40);
		for (Type type : Type.values()) {
			this.texts.put(type, texts(type));
		}
		for (int i = 0; i < histories; i++) {
			BranchHistory history = BranchHistory.random(new Random(SEED + i));
			if (failure(history) != null) {
				BranchHistory shortest = shortest(history);
				throw new AssertionError("Seed " + (SEED + i) + ", " + shortest, failure(shortest));
			}
		}
	}

	private BranchHistory shortest(BranchHistory failing) {
		for (BranchHistory shorter : failing.shorter()) {
			if (failure(shorter) != null) {
				return shortest(shorter);
			}
		}
		return failing;
	}

	private @Nullable Throwable failure(BranchHistory history) {
		try {
			run(history);
			return null;
		}
		catch (AssertionError | RuntimeException ex) {
			return ex;
		}
	}

	private void run(BranchHistory history) {
		this.jdbc.execute("DROP TABLE IF EXISTS draft_2");
		this.jdbc.execute("DROP TABLE IF EXISTS draft");
		this.jdbc.execute("DROP TABLE IF EXISTS item");
		this.jdbc.execute("CREATE TABLE item (" + (history.isComposite() ? "a INT, b VARCHAR(5), " : "a INT, ")
				+ IntStream.range(0, history.types().size())
					.mapToObj((i) -> "`c " + i + "` " + history.types().get(i).definition() + ", ")
					.collect(Collectors.joining())
				+ "PRIMARY KEY " + (history.isComposite() ? "(b, a))" : "(a))"));
		Map<Integer, List<Integer>> base = new TreeMap<>();
		history.first().forEach((step) -> carryOut(step, "item", history, base));
		this.branches.createTable(TABLE, BRANCH);
		Map<Integer, List<Integer>> branch = new TreeMap<>(base);
		Map<Integer, List<Integer>> target = new TreeMap<>(base);
		history.steps()
			.forEach((step) -> carryOut(step, step.isOnBranch() ? "draft" : "item", history,
					step.isOnBranch() ? branch : target));
		assertThat(rows("item", history)).isEqualTo(target);
		BranchDiff diff = this.branches.diff(BRANCH);
		Set<Integer> changed = changed(base, branch);
		assertThat(diff.changes()).extracting((change) -> key(change.key(), history))
			.containsExactlyInAnyOrderElementsOf(changed);
		diff.changes().forEach((change) -> assertTold(change, key(change.key(), history), base, branch, target));
		assertStatus(this.branches.status(BRANCH), base, branch, target);
		bringOver(history, diff, branch, target);
		this.snapshots.dropIfExists(BEFORE);
		this.snapshots.create(BEFORE, SnapshotScope.database(DATABASE));
		Map<Integer, List<Integer>> before = new TreeMap<>(target);
		end(history, diff, base, branch, target);
		assertThat(rows("item", history)).isEqualTo(target);
		takeBack(history, before, target);
	}

	private void bringOver(BranchHistory history, BranchDiff diff, Map<Integer, List<Integer>> branch,
			Map<Integer, List<Integer>> target) {
		this.branches.rebase(diff, NEW_BRANCH, (change) -> history.picked().contains(key(change.key(), history)));
		Map<Integer, List<Integer>> broughtOver = new TreeMap<>(target);
		diff.changes()
			.stream()
			.map((change) -> key(change.key(), history))
			.filter(history.picked()::contains)
			.forEach((key) -> put(broughtOver, key, branch.get(key)));
		assertThat(rows("draft_2", history)).isEqualTo(broughtOver);
		assertThat(this.branches.diff(NEW_BRANCH).changes())
			.allMatch((change) -> change.isUntouched() && !change.isMerged())
			.extracting((change) -> key(change.key(), history))
			.containsExactlyInAnyOrderElementsOf(changed(target, broughtOver));
	}

	private void takeBack(BranchHistory history, Map<Integer, List<Integer>> before,
			Map<Integer, List<Integer>> target) {
		TableDiff diff = this.branches.diff(TABLE, AsOf.snapshot(BEFORE));
		Set<Integer> changed = changed(before, target);
		assertThat(diff.changes()).extracting((change) -> key(change.key(), history))
			.containsExactlyInAnyOrderElementsOf(changed);
		this.snapshots.dropIfExists(AFTER);
		this.snapshots.create(AFTER, SnapshotScope.database(DATABASE));
		this.branches.revert(diff, (change) -> history.picked().contains(key(change.key(), history)));
		assertThat(this.branches.diff(TABLE, AsOf.snapshot(BEFORE), AsOf.snapshot(AFTER)).changes())
			.allMatch((change) -> change.isChangedAgain() == history.picked().contains(key(change.key(), history)))
			.extracting((change) -> key(change.key(), history))
			.containsExactlyInAnyOrderElementsOf(changed);
		changed.removeAll(history.picked());
		Map<Integer, List<Integer>> left = new TreeMap<>(before);
		changed.forEach((key) -> put(left, key, target.get(key)));
		assertThat(rows("item", history)).isEqualTo(left);
	}

	private static void put(Map<Integer, List<Integer>> rows, int key, @Nullable List<Integer> values) {
		if (values != null) {
			rows.put(key, values);
		}
		else {
			rows.remove(key);
		}
	}

	private void end(BranchHistory history, BranchDiff diff, Map<Integer, List<Integer>> base,
			Map<Integer, List<Integer>> branch, Map<Integer, List<Integer>> target) {
		Set<Integer> taken = changed(base, branch);
		Set<Integer> conflicts = taken.stream()
			.filter((key) -> !Objects.equals(branch.get(key), target.get(key))
					&& !Objects.equals(base.get(key), target.get(key)))
			.collect(Collectors.toSet());
		if (history.end() == End.MERGE && !conflicts.isEmpty()) {
			assertThatExceptionOfType(BranchConflictException.class).isThrownBy(() -> this.branches.merge(BRANCH));
			assertThatExceptionOfType(BranchConflictException.class).isThrownBy(() -> this.branches.merge(diff));
			return;
		}
		MergeResult result = switch (history.end()) {
			case MERGE -> this.branches.merge(diff);
			case MERGE_KEEPING_TARGET -> this.branches.mergeKeepingTarget(BRANCH);
			case MERGE_TAKING_BRANCH -> this.branches.mergeTakingBranch(BRANCH);
			case PICK -> this.branches.pick(diff, (change) -> history.picked().contains(key(change.key(), history)));
		};
		if (history.end() == End.PICK) {
			taken.retainAll(history.picked());
			conflicts.retainAll(history.picked());
		}
		if (history.end() == End.MERGE_KEEPING_TARGET) {
			taken.removeAll(conflicts);
		}
		taken.removeIf((key) -> Objects.equals(branch.get(key), target.get(key)));
		assertThat(result.removed()).isEqualTo(count(taken, (key) -> branch.get(key) == null));
		assertThat(result.added()).isEqualTo(count(taken, (key) -> target.get(key) == null));
		assertThat(result.updated()).isEqualTo(taken.size() - result.removed() - result.added());
		assertThat(result.lost()).extracting((change) -> key(change.key(), history))
			.containsExactlyInAnyOrderElementsOf(conflicts);
		taken.forEach((key) -> put(target, key, branch.get(key)));
	}

	private static void assertStatus(BranchStatus status, Map<Integer, List<Integer>> base,
			Map<Integer, List<Integer>> branch, Map<Integer, List<Integer>> target) {
		Set<Integer> ahead = changed(base, branch);
		Set<Integer> behind = changed(base, target);
		Set<Integer> differing = changed(branch, target);
		ahead.retainAll(differing);
		behind.retainAll(differing);
		assertThat(status.ahead()).isEqualTo(ahead.size());
		assertThat(status.behind()).isEqualTo(behind.size());
		ahead.retainAll(behind);
		assertThat(status.conflicts()).isEqualTo(ahead.size());
	}

	private static void assertTold(RowChange change, int key, Map<Integer, List<Integer>> base,
			Map<Integer, List<Integer>> branch, Map<Integer, List<Integer>> target) {
		assertThat(change.kind())
			.isEqualTo(!base.containsKey(key) ? Kind.ADDED : branch.containsKey(key) ? Kind.UPDATED : Kind.REMOVED);
		assertThat(change.target() == null).isEqualTo(!target.containsKey(key));
		assertThat(change.isMerged()).isEqualTo(Objects.equals(branch.get(key), target.get(key)));
		assertThat(change.isUntouched()).isEqualTo(Objects.equals(base.get(key), target.get(key)));
	}

	private static int count(Set<Integer> keys, Function<Integer, Boolean> which) {
		return (int) keys.stream().filter(which::apply).count();
	}

	private static Set<Integer> changed(Map<Integer, List<Integer>> base, Map<Integer, List<Integer>> branch) {
		Set<Integer> keys = new HashSet<>(base.keySet());
		keys.addAll(branch.keySet());
		keys.removeIf((key) -> Objects.equals(base.get(key), branch.get(key)));
		return keys;
	}

	private void carryOut(Step step, String table, BranchHistory history, Map<Integer, List<Integer>> rows) {
		List<Integer> values = step.values();
		List<Integer> before = (values != null) ? rows.put(step.key(), values) : rows.remove(step.key());
		if (values == null) {
			this.jdbc.update("DELETE FROM " + table + where(step.key(), history));
		}
		else if (before == null) {
			this.jdbc.update("INSERT INTO " + table + " VALUES (" + keyOf(step.key(), history)
					+ IntStream.range(0, values.size())
						.mapToObj((i) -> ", " + literal(history, values, i))
						.collect(Collectors.joining())
					+ ')');
		}
		else if (!values.isEmpty()) {
			this.jdbc.update("UPDATE " + table + " SET "
					+ IntStream.range(0, values.size())
						.mapToObj((i) -> "`c " + i + "` = " + literal(history, values, i))
						.collect(Collectors.joining(", "))
					+ where(step.key(), history));
		}
	}

	private static String literal(BranchHistory history, List<Integer> values, int column) {
		return history.types().get(column).literals().get(values.get(column));
	}

	private static String keyOf(int key, BranchHistory history) {
		return history.isComposite() ? (key / 2) + ", 'k" + (key % 2) + '\'' : String.valueOf(key);
	}

	private static String where(int key, BranchHistory history) {
		return history.isComposite() ? " WHERE a = " + (key / 2) + " AND b = 'k" + (key % 2) + '\''
				: " WHERE a = " + key;
	}

	private static int key(Map<String, Object> key, BranchHistory history) {
		int a = (Integer) key.get("a");
		return history.isComposite() ? 2 * a + Integer.parseInt(key.get("b").toString().substring(1)) : a;
	}

	private Map<Integer, List<Integer>> rows(String table, BranchHistory history) {
		Map<Integer, List<Integer>> rows = new TreeMap<>();
		this.jdbc.query("SELECT * FROM " + table, (row) -> {
			int a = row.getInt("a");
			List<Integer> values = new ArrayList<>();
			for (int i = 0; i < history.types().size(); i++) {
				values.add(Objects.requireNonNull(this.texts.get(history.types().get(i)))
					.indexOf(row.getString("c " + i)));
			}
			rows.put(history.isComposite() ? 2 * a + Integer.parseInt(row.getString("b").substring(1)) : a, values);
		});
		return rows;
	}

	/**
	 * Return what is read for each literal of a type.
	 */
	private List<@Nullable String> texts(Type type) {
		this.jdbc.execute("CREATE TABLE literal (n INT PRIMARY KEY, v " + type.definition() + ')');
		for (int i = 0; i < type.literals().size(); i++) {
			this.jdbc.update("INSERT INTO literal VALUES (" + i + ", " + type.literals().get(i) + ')');
		}
		List<@Nullable String> texts = this.jdbc.queryForList("SELECT v FROM literal ORDER BY n", String.class);
		this.jdbc.execute("DROP TABLE literal");
		assertThat(texts).as(type.name()).doesNotHaveDuplicates();
		return texts;
	}

}
