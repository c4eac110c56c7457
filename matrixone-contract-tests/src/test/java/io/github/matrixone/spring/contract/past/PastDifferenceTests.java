package io.github.matrixone.spring.contract.past;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.past.PastOperations;
import io.github.matrixone.spring.past.PastReads;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same queries, made at random, of the past of a database that is being written and
 * of another one whose rows were written once: they must never differ.
 */
@EnabledIfServer
class PastDifferenceTests {

	private static final int QUERIES = 5_000;

	private static final String DATABASE = "ct_past_moving";

	private static final String FROZEN = "ct_past_frozen";

	private static final SnapshotName POINT = SnapshotName.of("ct_past_point");

	private static final String[] COLUMNS = { "i.id", "i.name", "i.kind", "i.price", "i.since" };

	private static ConfigurableApplicationContext moving;

	private static ConfigurableApplicationContext frozen;

	@BeforeAll
	static void freeze() {
		moving = start(DATABASE);
		JdbcTemplate jdbc = moving.getBean(JdbcTemplate.class);
		jdbc.execute("CREATE OR REPLACE VIEW sold AS SELECT l.item_id, sum(l.quantity) AS quantity FROM order_line l "
				+ "GROUP BY l.item_id");
		for (int i = 0; i < 200; i++) {
			moving.getBean(ItemService.class).add("item " + i, 100 * (i % 17), i % 5, i % 3);
		}
		jdbc.execute("UPDATE item SET kind = CASE WHEN id % 3 = 0 THEN 'coffee' ELSE kind END, "
				+ "since = CASE WHEN id % 7 = 0 THEN NULL ELSE since END");
		moving.getBean(SnapshotOperations.class).dropIfExists(POINT);
		moving.getBean(SnapshotOperations.class).create(POINT, SnapshotScope.database(DATABASE));
		frozen = start(FROZEN);
		JdbcTemplate copy = frozen.getBean(JdbcTemplate.class);
		copy.execute("CREATE OR REPLACE VIEW sold AS SELECT l.item_id, sum(l.quantity) AS quantity FROM order_line l "
				+ "GROUP BY l.item_id");
		copy.execute("INSERT INTO item SELECT * FROM " + DATABASE + ".item");
		copy.execute("INSERT INTO order_line SELECT * FROM " + DATABASE + ".order_line");
	}

	@AfterAll
	static void close() {
		moving.getBean(SnapshotOperations.class).dropIfExists(POINT);
		moving.close();
		frozen.close();
	}

	private static ConfigurableApplicationContext start(String database) {
		ServerUnderTest server = ServerUnderTest.get();
		return new SpringApplicationBuilder(PastApplication.class).web(WebApplicationType.NONE)
			.run("--spring.datasource.url=" + server.url() + database + "?createDatabaseIfNotExist=true",
					"--spring.datasource.username=" + server.username(),
					"--spring.datasource.password=" + server.password(), "--spring.jpa.hibernate.ddl-auto=create");
	}

	@Test
	void neverDiffers() throws InterruptedException {
		PastReads past = moving.getBean(PastOperations.class).asOf(POINT);
		AtomicInteger writes = new AtomicInteger();
		List<Thread> writers = Stream.of(1, 2).map((number) -> new Thread(() -> write(number, writes))).toList();
		writers.forEach(Thread::start);
		try {
			for (int i = 0; i < QUERIES; i++) {
				long seed = i;
				String then = past.execute(() -> read(moving, seed));
				assertThat(then).as("query " + seed + ": " + sql(new Random(seed))).isEqualTo(read(frozen, seed));
			}
		}
		finally {
			writers.forEach(Thread::interrupt);
			for (Thread writer : writers) {
				writer.join();
			}
		}
		assertThat(writes).as("writes meanwhile").hasPositiveValue();
		assertThat(read(moving, 0)).as("what is there now").isNotEqualTo(read(frozen, 0));
	}

	private static void write(int number, AtomicInteger writes) {
		JdbcTemplate jdbc = moving.getBean(JdbcTemplate.class);
		Random random = new Random(number);
		while (!Thread.currentThread().isInterrupted()) {
			int id = 1 + random.nextInt(100) * 2 - number % 2;
			jdbc.update("UPDATE item SET name = concat(name, 'x'), price = price + 1, kind = 'water' WHERE id = ?", id);
			jdbc.update("INSERT INTO order_line (item_id, quantity) VALUES (?, ?)", id, random.nextInt(9));
			jdbc.update("DELETE FROM order_line WHERE item_id = ? AND quantity = ?", id, random.nextInt(9));
			writes.incrementAndGet();
		}
	}

	/**
	 * Read something, the same for the same seed, and tell it as a text.
	 */
	private static String read(ConfigurableApplicationContext context, long seed) {
		Random random = new Random(seed);
		ItemRepository items = context.getBean(ItemRepository.class);
		int number = random.nextInt(200);
		BigDecimal least = BigDecimal.valueOf(random.nextInt(1700), 2);
		return switch ((int) (seed % 10)) {
			case 0 -> rows(items.sums());
			case 1 -> rows(items.soldMore(random.nextInt(5)));
			case 2 -> names(items.findByPriceBetweenOrderById(least, least.add(BigDecimal.ONE)));
			case 3 -> names(items.findByNameContainingOrKindOrderByNameDescId("item " + number % 20, "coffee"));
			case 4 -> context.getBean(ItemService.class).describe(number);
			case 5 -> items
				.findAll((item, query, builder) -> builder.greaterThan(item.get("price"), least),
						PageRequest.of(number % 5, 7, Sort.by("name", "id")))
				.map(Item::name)
				.toList() + " " + items.countByKind("coffee");
			default -> context.getBean(JdbcTemplate.class)
				.queryForList(sql(random))
				.stream()
				.map(Map::values)
				.map(String::valueOf)
				.sorted()
				.collect(Collectors.joining("\n"));
		};
	}

	private static String sql(Random random) {
		String columns = Arrays.stream(COLUMNS)
			.filter((column) -> random.nextInt(3) > 0)
			.map((column) -> ", " + column)
			.collect(Collectors.joining("", "i.id AS k, i.name AS n", ""));
		String from = new String[] { "item i", "item AS i", "`item` i", "(SELECT * FROM item) i",
				"item i JOIN order_line l ON l.item_id = i.id",
				"item i LEFT JOIN order_line l ON l.item_id = i.id AND " + "l.quantity > 1", "item i, sold s",
				"item i JOIN (SELECT item_id, count(*) c FROM order_line GROUP BY item_id) x "
						+ "ON x.item_id = i.id" }[random.nextInt(8)];
		String where = new String[] { "i.id < " + random.nextInt(200), "i.price >= " + random.nextInt(17),
				"i.since IS NULL", "i.name LIKE '%" + random.nextInt(10) + "%'",
				"i.id IN (SELECT item_id FROM order_line WHERE quantity > " + random.nextInt(4) + ")",
				"EXISTS (SELECT 1 FROM sold s2 WHERE s2.item_id = i.id AND s2.quantity > " + random.nextInt(4) + ")",
				"i.price > (SELECT avg(j.price) FROM item j WHERE j.kind = i.kind)" }[random.nextInt(7)];
		if (from.contains("sold s")) {
			where += " AND s.item_id = i.id";
		}
		String query = "SELECT " + columns + " FROM " + from + " WHERE " + where;
		return switch (random.nextInt(4)) {
			case 0 -> query + " UNION ALL SELECT " + columns + " FROM item i WHERE i.id = " + random.nextInt(200);
			case 1 -> "WITH c AS (" + query
					+ ") SELECT c.k, c.n, (SELECT count(*) FROM order_line o WHERE o.item_id = c.k) " + "FROM c";
			default -> query;
		};
	}

	private static String rows(List<Object[]> rows) {
		return rows.stream().map(Arrays::toString).collect(Collectors.joining("\n"));
	}

	private static String names(List<ItemRepository.Named> items) {
		return items.stream()
			.map((item) -> item.getId() + item.getName() + item.getPrice())
			.collect(Collectors.joining("\n"));
	}

}
