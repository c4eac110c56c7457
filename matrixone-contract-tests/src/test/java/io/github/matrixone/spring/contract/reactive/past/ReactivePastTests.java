package io.github.matrixone.spring.contract.reactive.past;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.relational.core.query.Query;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.contract.reactive.past.ReactivePastApplication.Item;
import io.github.matrixone.spring.contract.reactive.past.ReactivePastApplication.ItemRepository;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.past.ReactivePastOperations;
import io.github.matrixone.spring.past.ReactivePastReads;
import io.github.matrixone.spring.past.ReactivePastTemplate;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Reads of the past over R2DBC, with all that an application reads with.
 */
@EnabledIfServer
@SpringBootTest(classes = ReactivePastApplication.class,
		properties = { "spring.r2dbc.pool.max-size=4", "spring.r2dbc.pool.initial-size=0",
				"matrixone.past.keep-at-most=2" })
@Timeout(180)
class ReactivePastTests {

	private static final SnapshotName BEFORE = SnapshotName.of("ct_reactive_past_before");

	private static final Duration LIMIT = Duration.ofSeconds(30);

	@Autowired
	ReactivePastOperations past;

	@Autowired
	ReactiveSnapshotOperations snapshots;

	@Autowired
	ItemRepository items;

	@Autowired
	ReactiveItemService service;

	@Autowired
	R2dbcEntityTemplate template;

	@Autowired
	DatabaseClient client;

	@Autowired
	ConnectionPool pool;

	private final JdbcTemplate jdbc = ServerUnderTest.get().plainJdbc(ReactivePastApplication.DATABASE);

	private long id;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ReactivePastApplication.server(registry);
	}

	@BeforeEach
	void change() {
		this.id = this.service.add("then", 100, 1, 2).block();
		this.snapshots.create(BEFORE, SnapshotScope.database(ReactivePastApplication.DATABASE)).block();
		this.service.change(this.id, "now", 200, 3).block();
	}

	@AfterEach
	void clean() {
		awaitThePool(this.pool);
		this.snapshots.dropIfExists(BEFORE).block();
		this.jdbc.execute("DELETE FROM item");
		this.jdbc.execute("DELETE FROM order_line");
	}

	@Test
	void letsAllLibrariesReadThePast() {
		assertThat(before().execute(this.service.describe(this.id)).block()).isEqualTo("then 100 2");
		assertThat(before().execute(this.service.describeReadOnly(this.id)).block()).isEqualTo("then 100 2");
		assertThat(before().execute(name(this.client)).block()).isEqualTo("then");
		assertThat(before().execute(this.template.selectOne(Query.empty(), Item.class)).block().name())
			.isEqualTo("then");
		assertThat(before().execute(this.items.findByPriceGreaterThanEqualOrderById(150)).collectList().block())
			.isEmpty();
		assertThat(before().execute(this.items.soldMore(3)).collectList().block()).isEmpty();
		assertThat(before().execute(this.items.soldMore(2)).map(Item::name).collectList().block())
			.containsExactly("then");
		assertThat(this.service.describe(this.id).block()).isEqualTo("now 200 3");
		assertThat(this.service.describeReadOnly(this.id).block()).isEqualTo("now 200 3");
		assertThat(this.items.soldMore(3).map(Item::name).collectList().block()).containsExactly("now");
		assertThat(name(this.client).block()).isEqualTo("now");
	}

	@Test
	void readsAnInstantOfTheServersClock() {
		Instant then = this.snapshots.get(BEFORE).block().createdAt();
		assertThat(this.past.asOf(then).execute(name(this.client)).block()).isEqualTo("then");
		Instant later = serverNow();
		this.service.change(this.id, "later", 300, 4).block();
		assertThat(this.past.asOf(later).execute(name(this.client)).block()).isEqualTo("now");
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.past.asOf(later.plus(Duration.ofMinutes(1))).execute(name(this.client)).block())
			.withMessageContaining("lies in the future");
	}

	@Test
	void readsWhatWasSomeTimeAgo() {
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.past.asOf(Duration.ofDays(10_000)).execute(name(this.client)).block())
			.withMessageContaining("There was no database ct_reactive_past at ");
		assertThat(this.past.asOf(Duration.ZERO)
			.execute(this.client.sql("SELECT 1").mapValue(Integer.class).one())
			.block()).isOne();
	}

	@Test
	void readsViewsAndRefusesThoseThatLookElsewhere() {
		this.jdbc.execute("CREATE VIEW item_names AS SELECT id, name FROM item");
		this.jdbc.execute("CREATE VIEW elsewhere AS SELECT account_name FROM mo_catalog.mo_account");
		try {
			Instant then = serverNow();
			this.service.change(this.id, "later", 300, 4).block();
			assertThat(this.past.asOf(then).execute(name(this.client, "item_names")).block()).isEqualTo("now");
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.past.asOf(then).execute(sql("SELECT * FROM elsewhere")).block())
				.withMessageContaining("its view elsewhere names the database mo_catalog");
		}
		finally {
			List.of("item_names", "elsewhere").forEach((view) -> this.jdbc.execute("DROP VIEW " + view));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE item SET name = 'x'", "INSERT INTO item (name) VALUES ('x')", "DELETE FROM item",
			"SELECT * FROM item FOR UPDATE", "SELECT nextval('s')", "SELECT GET_LOCK('x', 0)",
			"SELECT * FROM ct_reactive_past.item", "SELECT * FROM `ct_reactive_past`.`item`",
			"SELECT * FROM item, ct_reactive_past.item j", "SELECT * FROM information_schema.tables", "SELECT now()",
			"SELECT * FROM item WHERE since < current_date", "SELECT * FROM item {MO_TS = 1}",
			"SELECT some_function(id) FROM item", "SELECT @x := 1", "SHOW TABLES", "DESC item", "CALL p()",
			"SET @x = 1", "BEGIN", "COMMIT", "ROLLBACK", "USE ct_reactive_past", "CREATE TABLE x (id INT)",
			"TRUNCATE item", "PREPARE s FROM 'SELECT 1'", "SELECT name FROM item INTO OUTFILE '/tmp/x'",
			"SELECT 1; SELECT * FROM ct_reactive_past.item", "SELECT 1; SHOW DATABASES", "SELECT 1; SELECT now()" })
	void refusesWhatDoesNotOnlyReadThePast(String sql) {
		assertThatThrownBy(() -> before().execute(sql(sql)).block()).rootCause()
			.hasMessageContaining("PastOperations.asOf(…).execute(…)");
		assertThatThrownBy(() -> before().execute(this.service.run(sql(sql))).block()).rootCause()
			.hasMessageContaining("PastOperations.asOf(…).execute(…)");
		assertThatThrownBy(() -> before().execute(batch("SELECT 1", sql)).block()).rootCause()
			.hasMessageContaining("PastOperations.asOf(…).execute(…)");
		assertThat(this.service.describe(this.id).block()).isEqualTo("now 200 3");
	}

	@Test
	void sendsBatchesThere() {
		assertThat(before().execute(batch("SELECT name FROM item", "SELECT price FROM item")).block())
			.containsExactly("then", "100");
		assertThat(batch("SELECT name FROM item", "SELECT price FROM item").block()).containsExactly("now", "200");
	}

	@Test
	void refusesWritesAndLocks() {
		for (Mono<?> write : List.of(this.service.add("new", 1, 1), this.service.change(this.id, "x", 1, 1),
				this.service.lock(this.id), this.items.deleteAll().thenReturn(1),
				this.items.save(new Item(null, "new", 1)))) {
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> before().execute(write).block())
				.withMessageContaining("does not certainly only read");
		}
		assertThat(this.service.describe(this.id).block()).isEqualTo("now 200 3");
		assertThat(this.items.count().block()).isOne();
	}

	@Test
	void isRefusedInATransaction() {
		for (Mono<String> refused : List.of(this.service.run(before().execute(name(this.client))),
				this.service.support(before().execute(name(this.client))))) {
			assertThatExceptionOfType(NotAllowedInTransactionException.class).isThrownBy(refused::block)
				.withMessageContaining("PastOperations.asOf(…).execute(…) outside of @Transactional methods");
		}
	}

	@Test
	void isRefusedWithinAnotherPoint() {
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> before().execute(this.past.asOf(Duration.ofHours(1)).execute(name(this.client))).block())
			.withMessageContaining("Another point in time is refused");
	}

	@Test
	void refusesCommands() {
		for (Mono<?> command : List.of(this.snapshots.find(BEFORE), this.snapshots.drop(BEFORE),
				this.service.run(this.snapshots.dropIfExists(BEFORE)))) {
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> before().execute(command).block())
				.withMessageContaining("A command of MatrixOne is refused within PastOperations");
		}
		assertThat(this.snapshots.exists(BEFORE).block()).isTrue();
	}

	@Test
	void refusesResultsThatReadLater() {
		for (Object later : List.of(Stream.of(1), CompletableFuture.completedFuture(1), name(this.client),
				(Supplier<Integer>) () -> 1)) {
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> before().execute(Mono.just(later)).block())
				.withMessageContaining("may read later");
		}
	}

	@Test
	void leadsConnectionsThatCrossTheBorder() {
		assertThat(Flux
			.usingWhen(this.pool.create(),
					(connection) -> Flux.concat(name(connection), before().execute(name(connection)), name(connection)),
					Connection::close)
			.collectList()
			.block()).containsExactly("now", "then", "now");
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> Mono.usingWhen(this.pool.create(),
					(connection) -> Mono.from(connection.beginTransaction())
						.then(Mono.from(connection.createStatement("DELETE FROM item").execute())
							.flatMap((result) -> Mono.from(result.getRowsUpdated())))
						.then(before().execute(name(connection))),
					Connection::close)
				.block())
			.withMessageContaining("This connection cannot change its database");
		assertThat(this.service.describe(this.id).block()).isEqualTo("now 200 3");
	}

	@Test
	void refusesConnectionsInAnotherDatabase() {
		ConnectionPool other = pool(1,
				ReactivePastApplication.url("").replace(ReactivePastApplication.DATABASE + "?", "mo_catalog?"));
		DatabaseClient otherClient = DatabaseClient.create(other);
		Mono<Integer> one = otherClient.sql("SELECT 1").mapValue(Integer.class).one();
		try {
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> before().execute(one).block())
				.withMessageContaining("A connection in the database mo_catalog is refused");
			assertThat(one.block()).isOne();
		}
		finally {
			other.dispose();
		}
	}

	@Test
	void refusesTheSnapshotOfAnotherAccount() {
		SnapshotName ofAccount = SnapshotName.of("ct_reactive_past_account");
		this.jdbc.execute("DROP ACCOUNT IF EXISTS ct_reactive_past");
		this.jdbc.execute("CREATE ACCOUNT ct_reactive_past ADMIN_NAME 'admin' IDENTIFIED BY '111'");
		try {
			this.snapshots.create(ofAccount, SnapshotScope.account(AccountName.of("ct_reactive_past"))).block();
			assertThatExceptionOfType(SnapshotScopeMismatchException.class)
				.isThrownBy(() -> this.past.asOf(ofAccount).execute(name(this.client)).block())
				.withMessageContaining("account ct_reactive_past, not account sys");
		}
		finally {
			this.snapshots.dropIfExists(ofAccount).block();
			this.jdbc.execute("DROP ACCOUNT ct_reactive_past");
		}
	}

	@Test
	void refusesSnapshotsThatDoNotHoldTheDatabase() {
		assertThatExceptionOfType(SnapshotNotFoundException.class).isThrownBy(
				() -> this.past.asOf(SnapshotName.of("ct_reactive_past_none")).execute(name(this.client)).block());
		SnapshotName ofTable = SnapshotName.of("ct_reactive_past_table");
		this.snapshots.create(ofTable, SnapshotScope.table(TableName.of(ReactivePastApplication.DATABASE, "item")))
			.block();
		try {
			assertThatExceptionOfType(SnapshotScopeMismatchException.class)
				.isThrownBy(() -> this.past.asOf(ofTable).execute(name(this.client)).block());
		}
		finally {
			this.snapshots.drop(ofTable).block();
		}
	}

	@Test
	void readsByAnnotation() {
		SnapshotName annotated = SnapshotName.of(ReactiveItemService.SNAPSHOT);
		Mono<String> described = this.service.describeAtSnapshot(this.id);
		assertThatExceptionOfType(SnapshotNotFoundException.class).isThrownBy(described::block);
		this.snapshots.create(annotated, SnapshotScope.database(ReactivePastApplication.DATABASE)).block();
		try {
			this.service.change(this.id, "later", 300, 4).block();
			for (int i = 0; i < 2; i++) {
				assertThat(described.block()).isEqualTo("now 200 3");
				assertThat(this.service.describe(this.id).block()).isEqualTo("later 300 4");
				assertThat(this.service.namesAtSnapshot().zipWith(this.items.findAll()).collectList().block())
					.singleElement()
					.satisfies((both) -> assertThat(both.getT1() + ' ' + both.getT2().name()).isEqualTo("now later"));
			}
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(this.service.run(described)::block);
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(before().execute(described)::block)
				.withMessageContaining("Another point in time is refused");
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(this.service.change(this.id)::block)
				.withMessageContaining("does not certainly only read");
		}
		finally {
			this.snapshots.drop(annotated).block();
		}
	}

	@Test
	void comparesThenAndNow() {
		assertThat(before().compareWithNow(this.service.describe(this.id)).block()).satisfies((both) -> {
			assertThat(both.then()).contains("then 100 2");
			assertThat(both.now()).contains("now 200 3");
			assertThat(both.hasChanged()).isTrue();
		});
		this.items.deleteById(this.id).block();
		assertThat(before().compareWithNow(this.items.findById(this.id).map(Item::name)).block())
			.satisfies((both) -> assertThat(both.now()).isEqualTo(Optional.empty()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "&useServerPrepareStatement=true" })
	void readsNothingOfTheOtherTimeOnOneConnection(String parameters) {
		ConnectionPool one = pool(1, ReactivePastApplication.url(parameters));
		ReactivePastTemplate template = new ReactivePastTemplate(new ReactiveCommandExecutor(one));
		DatabaseClient oneClient = DatabaseClient.create(one);
		Instant later = serverNow();
		this.service.change(this.id, "later", 300, 4).block();
		try {
			for (int i = 0; i < 3; i++) {
				assertThat(name(oneClient).block()).isEqualTo("later");
				assertThat(template.asOf(BEFORE).execute(name(oneClient)).block()).isEqualTo("then");
				assertThat(template.asOf(later).execute(name(oneClient)).block()).isEqualTo("now");
			}
			assertThat(one.getMetrics().map(PoolMetrics::allocatedSize)).contains(1);
		}
		finally {
			template.destroy();
			one.dispose();
		}
	}

	@Test
	void readsNothingNowWhereTheCopyIsGone() {
		assertThat(before().execute(name(this.client)).block()).isEqualTo("then");
		this.jdbc
			.queryForList("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE "
					+ "'past_of_ct_reactive_past_%'", String.class)
			.forEach((copy) -> this.jdbc.execute("DROP DATABASE `" + copy + '`'));
		assertThatThrownBy(() -> before().execute(name(this.client)).block()).isInstanceOf(RuntimeException.class);
		assertThat(before().execute(name(this.client)).block()).isEqualTo("then");
		assertThat(name(this.client).block()).isEqualTo("now");
	}

	@Test
	void leavesAConnectionUsableAfterACancellation() {
		ConnectionPool one = pool(1, ReactivePastApplication.url(""));
		ReactivePastTemplate template = new ReactivePastTemplate(new ReactiveCommandExecutor(one));
		template.setKeepAtMost(0);
		DatabaseClient oneClient = DatabaseClient.create(one);
		Instant at = serverNow();
		this.service.change(this.id, "later", 300, 4).block();
		try {
			Mono<String> slow = oneClient.sql("SELECT sleep(20)").then().then(name(oneClient));
			assertThat(template.asOf(at).execute(slow).timeout(Duration.ofSeconds(2)).onErrorComplete().blockOptional())
				.isEmpty();
			awaitThePool(one);
			assertThat(name(oneClient).block()).isEqualTo("later");
			await().atMost(LIMIT).untilAsserted(() -> assertThat(copies()).isLessThanOrEqualTo(2));
			for (int i = 0; i < 40; i++) {
				Duration soon = Duration.ofMillis(ThreadLocalRandom.current().nextInt(60));
				Instant each = at.minusNanos(1000L * (i / 4));
				assertThat(template.asOf(each)
					.execute(Flux.range(0, 20).concatMap((any) -> name(oneClient)))
					.take(soon)
					.filter((name) -> !name.equals("now"))
					.collectList()
					.block()).isEmpty();
				awaitThePool(one);
				assertThat(name(oneClient).block()).isEqualTo("later");
			}
			assertThat(template.asOf(at).execute(name(oneClient)).block()).isEqualTo("now");
		}
		finally {
			template.destroy();
			one.dispose();
		}
		await().atMost(LIMIT).untilAsserted(() -> assertThat(copies()).isLessThanOrEqualTo(2));
	}

	@Test
	void neverReadsTheOtherTimeWhateverRunsAtTheSameTime() {
		List<String> wrong = Flux.range(0, 100)
			.flatMap((flow) -> (flow % 2 == 0) ? before().execute(reads()).filter((read) -> !read.startsWith("then"))
					: reads().filter((read) -> !read.startsWith("now")), 100)
			.collectList()
			.block();
		assertThat(wrong).isEmpty();
		assertThat(this.pool.getMetrics().map(PoolMetrics::allocatedSize))
			.hasValueSatisfying((connections) -> assertThat(connections).isLessThanOrEqualTo(4));
	}

	@Test
	void sharesCopiesAndKeepsNoMoreThanAreWanted() {
		Instant first = serverNow();
		for (int i = 0; i < 5; i++) {
			Instant each = first.plusNanos(i * 1000L - 5000);
			assertThat(Flux.range(0, 8)
				.flatMap((any) -> this.past.asOf(each).execute(name(this.client)))
				.collectList()
				.block()).hasSize(8).containsOnly("now");
		}
		assertThat(before().execute(name(this.client)).block()).isEqualTo("then");
		await().atMost(LIMIT).untilAsserted(() -> assertThat(copies()).isLessThanOrEqualTo(2));
	}

	private Flux<String> reads() {
		return Flux
			.just(this.service.describe(this.id), name(this.client), this.service.describeReadOnly(this.id),
					this.items.findById(this.id).map(Item::name))
			.flatMap((read) -> read)
			.repeat(4);
	}

	private ReactivePastReads before() {
		return this.past.asOf(BEFORE);
	}

	private Instant serverNow() {
		return Instant.EPOCH.plusNanos(
				1000 * this.jdbc.queryForObject("SELECT unix_timestamp() * 1000000 + microsecond(now(6))", Long.class));
	}

	private long copies() {
		return this.jdbc.queryForObject("SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE "
				+ "'past_of_ct_reactive_past_%'", Long.class);
	}

	private Mono<Object> sql(String sql) {
		return this.client.sql(sql).map((row) -> row.get(0)).first().cast(Object.class);
	}

	private Mono<String> name(DatabaseClient client) {
		return name(client, "item");
	}

	private Mono<String> name(DatabaseClient client, String table) {
		return client.sql("SELECT name FROM " + table + " WHERE id = :id")
			.bind("id", this.id)
			.mapValue(String.class)
			.one();
	}

	private Mono<String> name(Connection connection) {
		return Flux.from(connection.createStatement("SELECT name FROM item WHERE id = ?").bind(0, this.id).execute())
			.flatMap((result) -> result.map((row) -> row.get(0, String.class)))
			.single();
	}

	private Mono<List<String>> batch(String... texts) {
		return Flux.usingWhen(this.pool.create(), (connection) -> {
			var batch = connection.createBatch();
			Stream.of(texts).forEach(batch::add);
			return Flux.from(batch.execute()).concatMap((result) -> result.map((row) -> String.valueOf(row.get(0))));
		}, Connection::close).collectList();
	}

	private static ConnectionPool pool(int size, String url) {
		ServerUnderTest server = ServerUnderTest.get();
		ConnectionFactory driver = ConnectionFactories.get(ConnectionFactoryOptions.parse(url)
			.mutate()
			.option(ConnectionFactoryOptions.USER, server.username())
			.option(ConnectionFactoryOptions.PASSWORD, server.password())
			.build());
		return new ConnectionPool(ConnectionPoolConfiguration.builder(new MatrixOneConnectionFactory(driver))
			.initialSize(0)
			.maxSize(size)
			.build());
	}

	private static void awaitThePool(ConnectionPool pool) {
		await().atMost(LIMIT)
			.untilAsserted(() -> assertThat(pool.getMetrics().map(PoolMetrics::acquiredSize)).contains(0));
	}

}
