package io.github.matrixone.spring.contract.past;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.mysql.cj.jdbc.JdbcConnection;
import org.hibernate.LazyInitializationException;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.past.PastOperations;
import io.github.matrixone.spring.past.PastReads;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Reads of the past with the repositories of an application.
 */
@EnabledIfServer
@SpringBootTest(classes = PastApplication.class, properties = { "spring.jpa.hibernate.ddl-auto=create",
		"spring.datasource.hikari.maximum-pool-size=4", "matrixone.past.keep-at-most=2" })
class PastTests {

	private static final String DATABASE = "ct_past";

	private static final SnapshotName BEFORE = SnapshotName.of("ct_past_before");

	@Autowired
	PastOperations past;

	@Autowired
	SnapshotOperations snapshots;

	@Autowired
	ItemRepository items;

	@Autowired
	AnnotatedItemRepository annotatedItems;

	@Autowired
	ItemService service;

	@Autowired
	ItemMapper mapper;

	@Autowired
	DSLContext dsl;

	@Autowired
	JdbcTemplate jdbc;

	@Autowired
	JdbcClient client;

	@Autowired
	DataSource dataSource;

	private long id;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, DATABASE + "?createDatabaseIfNotExist=true");
	}

	@BeforeEach
	void change() {
		this.id = this.service.add("then", 100, 1, 2);
		this.snapshots.create(BEFORE, SnapshotScope.database(DATABASE));
		this.service.change(this.id, "now", 200, 3);
	}

	@AfterEach
	void clean() {
		this.snapshots.dropIfExists(BEFORE);
		this.items.deleteAll();
	}

	@Test
	void letsAllLibrariesReadThePast() {
		before().executeWithoutResult(() -> {
			assertThat(this.service.describe(this.id)).isEqualTo("then 1.00 [1, 2]");
			assertThat(this.mapper.name(this.id)).isEqualTo("then");
			assertThat(this.dsl.select(DSL.field("name")).from("item").where("id = ?", this.id).fetchOne(0))
				.isEqualTo("then");
			assertThat(name()).isEqualTo("then");
			assertThat(this.client.sql("SELECT count(*) FROM order_line WHERE item_id = :id")
				.param("id", this.id)
				.query(Long.class)
				.single()).isEqualTo(2);
			assertThat(this.items.soldMore(1)).hasSize(1);
			assertThat(this.items.sums()).singleElement().satisfies((row) -> assertThat(row[2]).isEqualTo(3L));
		});
		assertThat(this.service.describe(this.id)).isEqualTo("now 2.00 [1, 2, 3]");
		assertThat(name()).isEqualTo("now");
	}

	@Test
	void readsAnInstantOfTheServersClock() {
		Instant then = this.snapshots.get(BEFORE).createdAt();
		assertThat(nameAt(this.past.asOf(then))).isEqualTo("then");
		Instant later = serverNow();
		this.service.change(this.id, "later", 300, 4);
		assertThat(nameAt(this.past.asOf(later))).isEqualTo("now");
		assertThatThrownBy(() -> this.past.asOf(later.plus(Duration.ofMinutes(1))).execute(this::name))
			.isInstanceOf(InvalidDataAccessApiUsageException.class)
			.hasMessageContaining("lies in the future");
	}

	@Test
	void readsWhatWasSomeTimeAgo() {
		assertThatExceptionOfType(DatabaseNotFoundException.class)
			.isThrownBy(() -> this.past.asOf(Duration.ofDays(10_000)).execute(this::name))
			.withMessageContaining("There was no database ct_past at ");
		assertThat(this.past.asOf(Duration.ZERO).execute(() -> this.jdbc.queryForObject("SELECT 1", Integer.class)))
			.isOne();
	}

	@Test
	void readsEachTableAtTheSamePoint() {
		this.jdbc.execute("CREATE TABLE added (id INT PRIMARY KEY)");
		try {
			before().executeWithoutResult(() -> {
				assertThat(this.jdbc.queryForObject(
						"SELECT i.name FROM item i JOIN order_line l ON l.item_id = i.id "
								+ "WHERE i.id = ? AND l.quantity = (SELECT max(m.quantity) FROM order_line m) ",
						String.class, this.id))
					.isEqualTo("then");
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> this.jdbc.queryForList("SELECT * FROM added"))
					.withMessageContaining("added");
			});
		}
		finally {
			this.jdbc.execute("DROP TABLE added");
		}
	}

	@Test
	void readsViewsAndRefusesThoseThatLookElsewhere() {
		this.jdbc.execute("CREATE VIEW item_names AS SELECT id, name FROM item");
		this.jdbc.execute("CREATE VIEW item_names_too AS SELECT id, name FROM " + DATABASE + ".item");
		this.jdbc.execute("CREATE VIEW item_clock AS SELECT id, now() AS at FROM item");
		this.jdbc.execute("CREATE VIEW elsewhere AS SELECT account_name FROM mo_catalog.mo_account");
		this.jdbc.execute("CREATE VIEW far AS SELECT * FROM elsewhere");
		Instant then = serverNow();
		this.service.change(this.id, "later", 300, 4);
		try {
			this.past.asOf(then).executeWithoutResult(() -> {
				assertThat(nameFrom("item_names")).isEqualTo("now");
				assertThat(nameFrom("item_names_too")).isEqualTo("now");
				assertRefused("SELECT * FROM item_clock", "its view item_clock asks for the current time (NOW)");
				assertRefused("SELECT * FROM elsewhere", "its view elsewhere names the database mo_catalog");
				assertRefused("SELECT * FROM far", "view far");
			});
		}
		finally {
			List.of("item_names", "item_names_too", "item_clock", "far", "elsewhere")
				.forEach((view) -> this.jdbc.execute("DROP VIEW " + view));
		}
	}

	@Test
	void refusesViewsThatLock() {
		this.jdbc.execute("CREATE VIEW locking AS SELECT id, get_lock('ct_past', 0) FROM item");
		Instant then = serverNow();
		try {
			this.past.asOf(then).executeWithoutResult(() -> assertRefused("SELECT * FROM locking", "locks, or calls"));
		}
		finally {
			this.jdbc.execute("DROP VIEW locking");
		}
	}

	@Test
	void refusesViewsWithFunctionsOfAnApplication() {
		this.jdbc.execute("CREATE FUNCTION ct_newest () RETURNS INT LANGUAGE SQL AS '(SELECT max(id) FROM " + DATABASE
				+ ".item)'");
		this.jdbc.execute("CREATE VIEW newest AS SELECT ct_newest() AS id FROM item");
		Instant then = serverNow();
		try {
			assertThatThrownBy(() -> this.past.asOf(then).execute(() -> this.jdbc.queryForList("SELECT * FROM newest")))
				.rootCause()
				.isInstanceOf(SQLException.class)
				// Older servers do not clone such a view.
				.hasMessageMatching("(?s).*(its view newest locks, or calls a function|not supported: .*ct_newest).*");
		}
		finally {
			this.jdbc.execute("DROP VIEW newest");
			this.jdbc.execute("DROP FUNCTION ct_newest ()");
		}
	}

	@Test
	void refusesViewsOfTablesOfAnotherDatabaseThatDoNotSaySo() {
		String other = DATABASE + "_other";
		this.jdbc.execute("CREATE DATABASE IF NOT EXISTS " + other);
		this.jdbc.execute("CREATE TABLE " + other + ".item (id INT PRIMARY KEY, name VARCHAR(9))");
		ServerUnderTest.get().plainJdbc(other).execute("CREATE VIEW " + DATABASE + ".moved AS SELECT name FROM item");
		Instant then = serverNow();
		try {
			assertThat(this.jdbc.queryForList("SELECT * FROM moved")).isEmpty();
			this.past.asOf(then)
				.executeWithoutResult(() -> assertRefused("SELECT * FROM moved",
						"its view moved was made where another database was the current one"));
		}
		finally {
			this.jdbc.execute("DROP VIEW moved");
			this.jdbc.execute("DROP DATABASE " + other);
		}
	}

	@Test
	void refusesDescriptionsOfTables() {
		before().executeWithoutResult(() -> {
			assertThatThrownBy(() -> this.jdbc.execute((Connection connection) -> {
				try (ResultSet tables = connection.getMetaData().getTables(null, null, "item", null)) {
					return tables.next();
				}
			})).rootCause()
				.isInstanceOf(StatementRefusedException.class)
				.hasMessageContaining("DatabaseMetaData.getTables is refused");
			assertThat(this.jdbc.execute((Connection connection) -> connection.getMetaData().getTypeInfo().next()))
				.isTrue();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE item SET name = 'x'", "INSERT INTO item (name) VALUES ('x')", "DELETE FROM item",
			"SELECT * FROM item FOR UPDATE", "SELECT nextval('s')", "SELECT GET_LOCK('x', 0)",
			"SELECT * FROM ct_past.item", "SELECT * FROM `ct_past`.`item`", "SELECT * FROM item, ct_past.item j",
			"SELECT * FROM information_schema.tables", "SELECT now()", "SELECT * FROM item WHERE since < current_date",
			"SELECT * FROM item {MO_TS = 1}", "SELECT some_function(id) FROM item", "SELECT @x := 1", "SHOW TABLES",
			"DESC item", "CALL p()", "SET @x = 1", "BEGIN", "USE ct_past", "CREATE TABLE x (id INT)", "TRUNCATE item",
			"PREPARE s FROM 'SELECT 1'", "SELECT name FROM item INTO OUTFILE '/tmp/x'" })
	void refusesWhatDoesNotOnlyReadThePast(String sql) {
		before().executeWithoutResult(() -> assertThatThrownBy(() -> this.jdbc.execute(sql)).rootCause()
			.isInstanceOf(StatementRefusedException.class)
			.hasMessageContaining("PastOperations.asOf(…).execute(…)"));
		assertThat(this.service.describe(this.id)).isEqualTo("now 2.00 [1, 2, 3]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "json_set('{}', '$.name', name)", "json_contains_path('{\"a\": 1}', 'one', '$.a')",
			"json_merge_patch('{}', '{}')", "date_trunc('month', since)", "time_to_sec('01:00:00')", "sec_to_time(id)",
			"adddate(since, 1)", "period_add(202601, 2)", "get_format(date, 'ISO')", "soundex(name)", "sha(name)",
			"to_lower(name)", "hex(compress(name))", "hex(aes_encrypt(name, 'k'))", "inet_aton('1.2.3.4')",
			"is_uuid(name)", "export_set(5, 'y', 'n')", "st_astext(st_point(1, 2))", "s2_cellid(st_point(1, 2))",
			"h3_h3index(st_point(1, 2), 5)", "mbrcontains(st_point(1, 2), st_point(1, 2))",
			"vector_dims(cast('[1,2]' as vecf32(2)))", "approx_count_distinct(name)", "max_by(name, id, id)",
			"hll_cardinality(hll_add_agg(name))", "iff(name ilike ('THEN'), 1, 2)" })
	void readsWithFunctionsThatOnlyCompute(String expression) {
		String query = "SELECT " + expression + " AS value FROM item";
		List<String> then = before().execute(() -> this.jdbc.queryForList(query, String.class));
		this.service.change(this.id, "then", 100, 4);
		assertThat(this.jdbc.queryForList(query, String.class)).isEqualTo(then);
	}

	@Test
	void refusesTimesOfToday() {
		String query = "SELECT date(addtime('10:00:00', '00:00:01')) = current_date";
		assertThat(this.jdbc.queryForObject(query, Boolean.class)).isTrue();
		before().executeWithoutResult(
				() -> assertRefused("SELECT addtime('10:00:00', '00:00:01')", "does not certainly only read"));
	}

	@Test
	void readsTableFunctions() {
		before().executeWithoutResult(() -> {
			assertThat(this.jdbc.queryForList("SELECT g.result FROM generate_series(1, 3) g", Long.class))
				.containsExactly(1L, 2L, 3L);
			assertThat(this.jdbc.queryForList(
					"SELECT u.value FROM item i, unnest(json_array(i.name), '$') u WHERE i.id = ?", String.class,
					this.id))
				.containsExactly("\"then\"");
		});
	}

	@Test
	void readsPartitionedTables() {
		this.jdbc.execute("CREATE TABLE parts (id INT PRIMARY KEY, name VARCHAR(9)) PARTITION BY RANGE (id) "
				+ "(PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (100))");
		this.jdbc.execute("INSERT INTO parts VALUES (1, 'then'), (11, 'then')");
		Instant then = serverNow();
		this.jdbc.execute("UPDATE parts SET name = 'now'");
		this.jdbc.execute("ALTER TABLE parts DROP PARTITION low");
		try {
			assertThat(this.past.asOf(then)
				.execute(() -> this.jdbc.queryForList("SELECT name FROM parts ORDER BY id", String.class)))
				.containsExactly("then", "then");
			// The grammar of the server does not know it.
			assertThatExceptionOfType(BadSqlGrammarException.class)
				.isThrownBy(() -> this.jdbc.queryForList("SELECT name FROM parts PARTITION (high)"));
		}
		finally {
			this.jdbc.execute("DROP TABLE parts");
		}
	}

	@Test
	void explainsWhatItReads() {
		before().executeWithoutResult(() -> {
			assertThat(this.jdbc.queryForList("EXPLAIN SELECT name FROM item WHERE id = 1", String.class))
				.anyMatch((line) -> line.contains("Table Scan on past_of_ct_past_"));
			assertThat(this.jdbc.queryForList("EXPLAIN ANALYZE SELECT quantity FROM order_line", String.class))
				.anyMatch((line) -> line.contains("outputRows=2"));
			for (String sql : List.of("EXPLAIN SELECT name FROM ct_past.item", "EXPLAIN ANALYZE DELETE FROM item",
					"EXPLAIN SELECT now()", "EXPLAIN SELECT * FROM item FOR UPDATE", "EXPLAIN SELECT sleep(1)")) {
				assertRefused(sql, "PastOperations.asOf");
			}
		});
	}

	@Test
	void refusesWritesAndLocksOfJpa() {
		before().executeWithoutResult(() -> {
			assertThatThrownBy(() -> this.service.add("new", 1)).rootCause()
				.isInstanceOf(StatementRefusedException.class);
			assertThatThrownBy(() -> this.service.change(this.id, "x", 1, 1)).rootCause()
				.isInstanceOf(StatementRefusedException.class);
			assertThatThrownBy(() -> this.service.lock(this.id)).rootCause()
				.isInstanceOf(StatementRefusedException.class);
		});
		assertThat(this.service.describe(this.id)).isEqualTo("now 2.00 [1, 2, 3]");
	}

	@Test
	void doesNotLoadLazilyAfterwards() {
		List<Line> lines = before().execute(() -> this.service.lines(this.id));
		assertThatExceptionOfType(LazyInitializationException.class).isThrownBy(lines::size);
	}

	@Test
	void isRefusedInATransaction() {
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> this.service.run(() -> before().execute(this::name)))
			.withMessageContaining("PastOperations.asOf(…).execute(…) outside of @Transactional methods");
	}

	@Test
	void isRefusedWithinAnotherPoint() {
		before().executeWithoutResult(() -> assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.past.asOf(Duration.ofHours(1)).execute(this::name))
			.withMessageContaining("Another point in time is refused"));
	}

	@Test
	void refusesCommands() {
		before().executeWithoutResult(() -> assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> this.snapshots.find(BEFORE))
			.withMessageContaining("A command of MatrixOne is refused within PastOperations"));
	}

	@Test
	void refusesResultsThatReadLater() {
		for (int i = 0; i < 5; i++) {
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class).as("with a connection each")
				.isThrownBy(() -> before().execute(() -> this.jdbc.queryForStream("SELECT 1", (row, number) -> 1)))
				.withMessageContaining("may read later");
		}
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> before().execute(() -> Stream.of(1)))
			.withMessageContaining("may read later");
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> before().execute(() -> CompletableFuture.completedFuture(1)));
	}

	@Test
	void refusesConnectionsOfTheOtherSide() throws SQLException {
		try (Connection now = this.dataSource.getConnection()) {
			JdbcConnection driver = now.unwrap(JdbcConnection.class);
			before().executeWithoutResult(() -> {
				assertThatThrownBy(() -> driver.createStatement().executeQuery("SELECT name FROM item").close())
					.isInstanceOf(SQLException.class)
					.hasMessageContaining("across the border");
				assertThat(name(now)).isEqualTo("then");
			});
			assertThat(name(now)).isEqualTo("now");
		}
		before().executeWithoutResult(() -> {
			try (Connection then = this.dataSource.getConnection()) {
				JdbcConnection driver = then.unwrap(JdbcConnection.class);
				assertThatThrownBy(() -> driver.createStatement().executeQuery("SELECT now()").close())
					.hasMessageContaining("asks for the current time");
				assertThatThrownBy(() -> driver.createStatement().executeUpdate("DELETE FROM order_line"))
					.hasMessageContaining("PastOperations.asOf");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(this.service.describe(this.id)).isEqualTo("now 2.00 [1, 2, 3]");
	}

	@Test
	void refusesConnectionsInAnotherDatabase() {
		ServerUnderTest server = ServerUnderTest.get();
		JdbcTemplate other = new JdbcTemplate(
				new MatrixOneDataSource(Objects.requireNonNull(server.plainJdbc("mo_catalog").getDataSource())));
		before().executeWithoutResult(() -> assertThatThrownBy(() -> other.queryForList("SELECT 1")).rootCause()
			.isInstanceOf(StatementRefusedException.class)
			.hasMessageContaining("A connection in the database mo_catalog is refused"));
		assertThat(other.queryForObject("SELECT 1", Integer.class)).isOne();
	}

	@Test
	void readsWithLimitsAndRowByRow() {
		JdbcTemplate limited = new JdbcTemplate(this.dataSource);
		limited.setMaxRows(1);
		JdbcTemplate streaming = new JdbcTemplate(this.dataSource);
		streaming.setFetchSize(Integer.MIN_VALUE);
		before().executeWithoutResult(() -> {
			assertThat(limited.queryForList("SELECT id FROM order_line")).hasSize(1);
			assertThat(streaming.queryForList("SELECT id FROM order_line")).hasSize(2);
		});
	}

	@Test
	void refusesWhatIsSentPastTheWrapper() {
		before().executeWithoutResult(() -> {
			for (String sql : List.of("SELECT 1; DELETE FROM item", "SELECT 1; USE ct_past",
					"SELECT * FROM item FOR UPDATE")) {
				assertThatThrownBy(() -> this.jdbc.execute((Connection connection) -> {
					try (Statement statement = connection.unwrap(JdbcConnection.class).createStatement()) {
						return statement.execute(sql);
					}
				})).as(sql).rootCause().isInstanceOf(StatementRefusedException.class);
			}
			assertThat(name()).isEqualTo("then");
		});
	}

	@Test
	void refusesDatabasesWithKeysThatLeadElsewhere() {
		String other = DATABASE + "_other";
		this.jdbc.execute("CREATE DATABASE IF NOT EXISTS " + other);
		this.jdbc.execute("CREATE TABLE " + other + ".parent (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE TABLE child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES " + other
				+ ".parent (id) ON DELETE CASCADE)");
		SnapshotName then = SnapshotName.of("ct_past_key");
		this.snapshots.create(then, SnapshotScope.database(DATABASE));
		try {
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.past.asOf(then).execute(this::name))
				.withMessageContaining("a foreign key of it leads to another database");
			assertThat(nameAt(before())).isEqualTo("then");
		}
		finally {
			this.snapshots.drop(then);
			this.jdbc.execute("DROP TABLE child");
			this.jdbc.execute("DROP DATABASE " + other);
		}
	}

	@Test
	void refusesTheSnapshotOfAnotherAccount() {
		SnapshotName ofAccount = SnapshotName.of("ct_past_account");
		this.jdbc.execute("DROP ACCOUNT IF EXISTS ct_past_account");
		this.jdbc.execute("CREATE ACCOUNT ct_past_account ADMIN_NAME 'admin' IDENTIFIED BY '111'");
		try {
			this.snapshots.create(ofAccount, SnapshotScope.account(AccountName.of("ct_past_account")));
			assertThatExceptionOfType(SnapshotScopeMismatchException.class)
				.isThrownBy(() -> this.past.asOf(ofAccount).execute(this::name))
				.withMessageContaining("account ct_past_account, not account sys");
		}
		finally {
			this.snapshots.dropIfExists(ofAccount);
			this.jdbc.execute("DROP ACCOUNT ct_past_account");
		}
	}

	@Test
	void refusesSnapshotsThatDoNotHoldTheDatabase() {
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.past.asOf(SnapshotName.of("ct_past_none")).execute(this::name));
		SnapshotName ofTable = SnapshotName.of("ct_past_table");
		this.snapshots.create(ofTable, SnapshotScope.table(TableName.of(DATABASE, "item")));
		try {
			assertThatExceptionOfType(SnapshotScopeMismatchException.class)
				.isThrownBy(() -> this.past.asOf(ofTable).execute(this::name));
		}
		finally {
			this.snapshots.drop(ofTable);
		}
	}

	@Test
	void readsOnWhenTheSnapshotIsDroppedMeanwhile() {
		assertThat(before().execute(() -> {
			String first = name();
			ServerUnderTest.get().plainJdbc(DATABASE).execute("DROP SNAPSHOT " + BEFORE.quoted());
			return first + ' ' + name() + ' ' + this.service.describe(this.id);
		})).isEqualTo("then then then 1.00 [1, 2]");
	}

	@Test
	void readsByAnnotation() {
		SnapshotName annotated = SnapshotName.of(ItemService.SNAPSHOT);
		this.snapshots.create(annotated, SnapshotScope.database(DATABASE));
		try {
			this.service.change(this.id, "later", 300, 4);
			assertThat(this.service.describeAtSnapshot(this.id)).isEqualTo("now 2.00 [1, 2, 3]");
			assertThat(this.service.describe(this.id)).isEqualTo("later 3.00 [1, 2, 3, 4]");
			assertThat(this.annotatedItems.findById(this.id)).get().extracting(Item::name).isEqualTo("now");
			assertThat(this.annotatedItems.countByName("now")).isEqualTo(1);
			assertThat(this.items.findById(this.id)).get().extracting(Item::name).isEqualTo("later");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.service.run(() -> this.service.describeAtSnapshot(this.id)));
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.service.later())
				.withMessageContaining("done by another thread");
		}
		finally {
			this.snapshots.drop(annotated);
		}
	}

	@Test
	void comparesThenAndNow() {
		assertThat(before().compareWithNow(() -> this.service.describe(this.id))).satisfies((description) -> {
			assertThat(description.then()).isEqualTo("then 1.00 [1, 2]");
			assertThat(description.now()).isEqualTo("now 2.00 [1, 2, 3]");
			assertThat(description.hasChanged()).isTrue();
		});
	}

	@Test
	void readsTheSameOfAPointThatHasJustPassed() throws InterruptedException {
		Thread writer = new Thread(() -> {
			while (!Thread.currentThread().isInterrupted()) {
				this.jdbc.update("UPDATE item SET price = price + 1");
			}
		});
		writer.start();
		try {
			for (int i = 0; i < 5; i++) {
				Instant point = serverNow();
				BigDecimal first = this.past.asOf(point).execute(this::price);
				// Another copy of a moment in which no commit can have been.
				assertThat(this.past.asOf(point.plusNanos(1)).execute(this::price)).isEqualByComparingTo(first);
			}
		}
		finally {
			writer.interrupt();
			writer.join();
		}
	}

	private BigDecimal price() {
		return this.jdbc.queryForObject("SELECT price FROM item WHERE id = ?", BigDecimal.class, this.id);
	}

	@Test
	void makesACopyAnewThatSomebodyElseHasDropped() {
		assertThat(nameAt(before())).isEqualTo("then");
		this.jdbc
			.queryForList("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE "
					+ "'past_of_ct_past_%'", String.class)
			.forEach((copy) -> this.jdbc.execute("DROP DATABASE IF EXISTS `" + copy + "`"));
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> nameAt(before()));
		assertThat(nameAt(before())).isEqualTo("then");
	}

	@Test
	void sharesCopiesAndKeepsNoMoreThanAreWanted() {
		Instant first = serverNow();
		for (int i = 0; i < 5; i++) {
			Instant each = first.plusNanos(i * 1000L - 5000);
			Stream.of(1, 2, 3, 4)
				.parallel()
				.forEach((any) -> assertThat(nameAt(this.past.asOf(each))).isEqualTo("now"));
		}
		assertThat(nameAt(before())).isEqualTo("then");
		await(() -> copies() <= 2);
	}

	private long copies() {
		return this.jdbc.queryForObject(
				"SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE 'past_of_ct_past_%'",
				Long.class);
	}

	private static void await(BooleanSupplier condition) {
		long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("until the copies are dropped").isLessThan(deadline);
		}
	}

	private PastReads before() {
		return this.past.asOf(BEFORE);
	}

	private Instant serverNow() {
		return Instant.EPOCH.plusNanos(
				1000 * this.jdbc.queryForObject("SELECT unix_timestamp() * 1000000 + microsecond(now(6))", Long.class));
	}

	private String nameAt(PastReads reads) {
		return reads.execute(this::name);
	}

	private String name() {
		return nameFrom("item");
	}

	private String nameFrom(String table) {
		return this.jdbc.queryForObject("SELECT name FROM " + table + " WHERE id = ?", String.class, this.id);
	}

	private String name(Connection connection) {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("SELECT name FROM item WHERE id = " + this.id)) {
			rows.next();
			return rows.getString(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void assertRefused(String sql, String message) {
		assertThatThrownBy(() -> this.jdbc.queryForList(sql)).rootCause()
			.isInstanceOf(StatementRefusedException.class)
			.hasMessageContaining(message);
	}

}
