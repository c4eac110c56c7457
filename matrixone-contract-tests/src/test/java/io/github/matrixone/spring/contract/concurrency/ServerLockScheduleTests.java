package io.github.matrixone.spring.contract.concurrency;

import java.sql.Connection;
import java.sql.SQLTransactionRollbackException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.contract.concurrency.LockStep.Kind;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Orders in which the statements of two transactions are carried out on a server: what
 * waits there is what waits in {@link LockSchedules}, and with the starter no row is
 * doubled and no update lost.
 */
@EnabledIfServer
class ServerLockScheduleTests {

	private static final List<List<LockScript>> PAIRS = List.of(
			LockScript.all("child a, update a", "child a, update a"),
			LockScript.all("child a, update a", "child a, lock a, update a"),
			LockScript.all("child a, update a", "update a"), LockScript.all("child a, update a", "child a"),
			LockScript.all("child a, update a, rollback", "child a, update a"),
			LockScript.all("lock a, child a, update a", "child a, update a"),
			LockScript.all("child b, update a", "child a, update a"),
			LockScript.all("child b, update a", "update a, child b, update b"),
			LockScript.all("child a, child b, update a, update b", "child b, child a, update b, update a"));

	private static final int SCHEDULES = 150;

	private static final int ORDERS_OF_A_PAIR = 36;

	private static final int KEYS = 2;

	private final ServerUnderTest server = ServerUnderTest.get();

	private final JdbcTemplate plain = this.server.plainJdbc("contract_schedules?createDatabaseIfNotExist=true");

	private final DataSource raw = new DriverManagerDataSource(this.server.url() + "contract_schedules",
			this.server.username(), this.server.password());

	private final DataSource starter = new MatrixOneDataSource(this.raw);

	@BeforeEach
	void createTables() {
		dropTables();
		this.plain.execute("CREATE TABLE parent (id INT PRIMARY KEY, n INT)");
		this.plain.execute("CREATE TABLE child (id INT PRIMARY KEY AUTO_INCREMENT, parent_id INT, "
				+ "CONSTRAINT schedules_reference FOREIGN KEY (parent_id) REFERENCES parent (id))");
		this.plain.execute(IntStream.range(0, KEYS * SCHEDULES)
			.mapToObj((id) -> "(" + id + ", 0)")
			.collect(Collectors.joining(", ", "INSERT INTO parent VALUES ", "")));
	}

	@AfterEach
	void dropTables() {
		this.plain.execute("DROP TABLE IF EXISTS child");
		this.plain.execute("DROP TABLE IF EXISTS parent");
	}

	@Test
	void withoutTheStarterRowsAreDoubledAsTheModelSays() throws Exception {
		Map<String, Boolean> expected = new LinkedHashMap<>();
		Map<String, Boolean> actual = new LinkedHashMap<>();
		runAll(this.raw, LockProtocol.NONE, (name, run, rows) -> {
			expected.put(name, run.doubles());
			actual.put(name, rows.stream().anyMatch((numbers) -> numbers.size() > 1));
		});
		assertThat(actual).containsValue(true).isEqualTo(expected);
	}

	@Test
	void withTheStarterNoRowIsDoubledAndNoUpdateLost() throws Exception {
		runAll(this.starter, LockProtocol.TURNS,
				(name, run, rows) -> assertThat(rows).as(name).isEqualTo(List.of(run.updates(0), run.updates(1))));
	}

	@Test
	void whoWaitsForItsTurnGivesUpWhereTheOtherOneWaitsForItsRow() throws Exception {
		try (Connection one = this.starter.getConnection();
				Connection two = this.starter.getConnection();
				ScheduledTransaction first = new ScheduledTransaction(one, 0);
				ScheduledTransaction second = new ScheduledTransaction(two, 0)) {
			second.send(new LockStep(Kind.CHILD, 0));
			second.requireAnswer();
			first.send(new LockStep(Kind.CHILD, 1));
			first.requireAnswer();
			first.send(new LockStep(Kind.UPDATE, 0));
			first.requireToWait();
			second.send(new LockStep(Kind.UPDATE, 0));
			assertThat(second.requireError()).isInstanceOf(SQLTransactionRollbackException.class)
				.hasMessageContaining("has not ended within");
			second.send(new LockStep(Kind.ROLLBACK, 0));
			second.requireAnswer();
			first.requireAnswer();
			first.send(new LockStep(Kind.COMMIT, 0));
			first.requireAnswer();
		}
		assertThat(numbers(0)).containsExactly(1);
	}

	private void runAll(DataSource dataSource, LockProtocol protocol, Check check) throws Exception {
		int schedules = 0;
		int doubled = 0;
		try (Connection one = dataSource.getConnection(); Connection two = dataSource.getConnection()) {
			for (List<LockScript> pair : PAIRS) {
				for (List<Integer> order : some(LockRun.orders(pair))) {
					LockRun run = new LockRun(pair.stream().map(protocol::apply).toList());
					if (!run.wouldStandStill(order)) {
						int firstKey = KEYS * schedules++;
						try (ScheduledTransaction first = new ScheduledTransaction(one, firstKey);
								ScheduledTransaction second = new ScheduledTransaction(two, firstKey)) {
							carryOut(run, order, pair, List.of(first, second));
						}
						List<List<Integer>> rows = List.of(numbers(firstKey), numbers(firstKey + 1));
						doubled += rows.stream().anyMatch((numbers) -> numbers.size() > 1) ? 1 : 0;
						check.check(pair + " in the order " + order, run, rows);
					}
				}
			}
		}
		System.out.println("On a server, " + protocol + ": " + schedules + " schedules, " + doubled + " doubled");
	}

	private static void carryOut(LockRun run, List<Integer> order, List<LockScript> scripts,
			List<ScheduledTransaction> transactions) throws Exception {
		int[] next = new int[2];
		for (int each : order) {
			transactions.get(each).send(scripts.get(each).steps().get(next[each]++));
			run.send(each);
			transactions.get(0).requireAnswers(run.answered(0));
			transactions.get(1).requireAnswers(run.answered(1));
			if (run.answered(each) < next[each]) {
				transactions.get(each).requireToWait();
			}
		}
	}

	private List<Integer> numbers(int key) {
		return this.plain.queryForList("SELECT n FROM parent WHERE id = ?", Integer.class, key);
	}

	/**
	 * Return orders from all over a list.
	 */
	private static List<List<Integer>> some(List<List<Integer>> orders) {
		int distance = (orders.size() + ORDERS_OF_A_PAIR - 1) / ORDERS_OF_A_PAIR;
		return IntStream.range(0, orders.size())
			.filter((index) -> index % distance == 0)
			.mapToObj(orders::get)
			.toList();
	}

	private interface Check {

		void check(String name, LockRun run, List<List<Integer>> rows);

	}

}
