package io.github.matrixone.spring.contract.branch;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.support.EncodedResource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ScriptStatementFailedException;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.branch.SqlPatch;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Diffs as SQL, replayed by Spring on another copy of the tables.
 */
@EnabledIfServer
class SqlPatchTests {

	private static final String DATABASE = "ct_patch";

	private static final String COPY = "ct_patch_copy";

	private static final String BRANCH = "ct_patch_branch";

	private static final TableName DRAFT = TableName.of("draft");

	private static final List<String> COLUMNS = List.of("ti", "bu", "fl", "fs", "do", "de", "bo", "bt", "b1", "bi",
			"vb", "bl", "tx", "vc", "ch", "js", "v3", "v6", "uu", "tm", "dt", "ts", "da", "yy", "en", "se", "ge");

	private static final String AWKWARD = "a'b\\c\nd;e\r\n-- f\\'\0é€😀 %_\t\"`{d '2020'} ? /* # \\";

	private final HikariDataSource pool = BranchTests.pool(DATABASE);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	private final BranchTemplate branches = new BranchTemplate(new CommandExecutor(this.pool, new ServerBackend()));

	@BeforeEach
	void setUp() {
		this.jdbc.execute("DROP DATABASE IF EXISTS " + COPY);
		this.jdbc.execute("DROP DATABASE IF EXISTS " + BRANCH);
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY, ti TINYINT, bu BIGINT UNSIGNED, fl FLOAT, "
				+ "fs FLOAT(10, 2), do DOUBLE, de DECIMAL(38, 10), bo BOOL, bt BIT(10), b1 BIT(1), bi BINARY(4), "
				+ "vb VARBINARY(20), bl BLOB, tx TEXT, vc VARCHAR(100), ch CHAR(5), js JSON, v3 VECF32(3), "
				+ "v6 VECF64(2), uu UUID, tm TIME(6), dt DATETIME(6), ts TIMESTAMP(6) NULL, da DATE, yy YEAR, "
				+ "en ENUM('a', 'b''c', '1'), se SET('x', 'y'), ge INT GENERATED ALWAYS AS (ti + 1) STORED)");
		insert("item", 1);
		insert("item", 2);
		insert("item", 8);
		this.jdbc.update("INSERT INTO item (id) VALUES (3), (4)");
	}

	@AfterEach
	void tearDown() {
		this.jdbc.execute("DROP SNAPSHOT IF EXISTS " + BRANCH);
		this.jdbc.execute("DROP DATABASE IF EXISTS " + COPY);
		this.jdbc.execute("DROP DATABASE IF EXISTS " + BRANCH);
		this.jdbc.execute("DROP DATABASE " + DATABASE);
		this.pool.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "?sessionVariables=sql_mode='NO_BACKSLASH_ESCAPES'",
			"?sessionVariables=time_zone='Asia/Kolkata'" })
	void eachValueIsReadAsItWas(String settings) throws Exception {
		copy();
		change();
		SqlPatch patch = this.branches.patch(this.branches.diff(DRAFT));
		assertThat(patch.statements()).hasSize(10)
			.allMatch((statement) -> statement.indexOf('\\') < 0 && statement.indexOf('\n') < 0)
			.filteredOn((statement) -> statement.startsWith("INSERT"))
			.allMatch((statement) -> statement.startsWith("INSERT INTO `ct_patch`.`item` ("));
		replay(patch, settings);
		assertThat(differences("draft", COPY + ".item")).isZero();
		assertThatExceptionOfType(ScriptStatementFailedException.class).as("a second time")
			.isThrownBy(() -> replay(patch, settings));
		assertThat(differences("draft", COPY + ".item")).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE item SET ch = 'mine' WHERE id = 1", "UPDATE item SET yy = NULL WHERE id = 1",
			"DELETE FROM item WHERE id = 1", "UPDATE item SET ti = 9 WHERE id = 2",
			"UPDATE item SET vc = 'mine' WHERE id = 8", "INSERT INTO item (id) VALUES (5)" })
	void aRowThatHasBecomeAnotherOneIsNotOverwritten(String other) {
		copy();
		change();
		SqlPatch patch = this.branches.patch(this.branches.diff(DRAFT));
		JdbcTemplate copy = ServerUnderTest.get().plainJdbc(COPY);
		copy.update(other);
		this.jdbc.execute("CREATE TABLE " + COPY + ".before CLONE " + COPY + ".item");
		assertThatExceptionOfType(ScriptStatementFailedException.class).isThrownBy(() -> replay(patch, ""));
		assertThat(differences(COPY + ".before", COPY + ".item")).isZero();
	}

	@Test
	void isRefusedWhereTheDriverReadsInstantsInAnotherZone() throws Exception {
		copy();
		change();
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> patchOver("?connectionTimeZone=America/New_York"))
			.withMessageContaining("connectionTimeZone=SERVER");
		replay(patchOver("?connectionTimeZone=SERVER"), "");
		assertThat(differences("draft", COPY + ".item")).isZero();
		assertThat(patchOver("?connectionTimeZone=America/New_York&forceConnectionTimeZoneToSession=true").statements())
			.hasSize(10);
	}

	private SqlPatch patchOver(String settings) {
		try (HikariDataSource target = new HikariDataSource()) {
			target.setDataSource(new MatrixOneDataSource(
					Objects.requireNonNull(ServerUnderTest.get().plainJdbc(DATABASE + settings).getDataSource())));
			BranchTemplate other = new BranchTemplate(new CommandExecutor(target, new ServerBackend()));
			return other.patch(other.diff(DRAFT));
		}
	}

	@Test
	void namesWhatTheServerWouldSetByItself() throws Exception {
		this.jdbc.execute(
				"CREATE TABLE ordered (id INT PRIMARY KEY, n INT, " + "up DATETIME(6) ON UPDATE CURRENT_TIMESTAMP(6))");
		this.jdbc.update("INSERT INTO ordered VALUES (1, 1, '2020-01-01 00:00:00'), (2, 2, NULL)");
		this.branches.createDatabase(DatabaseName.of(DATABASE), DatabaseName.of(COPY));
		this.branches.createTable(TableName.of("ordered"), DRAFT);
		this.jdbc.update("UPDATE draft SET n = 5, up = up WHERE id = 1");
		replay(this.branches.patch(this.branches.diff(DRAFT)), "");
		assertThat(this.jdbc.queryForList("SELECT * FROM " + COPY + ".ordered ORDER BY id"))
			.isEqualTo(this.jdbc.queryForList("SELECT * FROM draft ORDER BY id"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "at", "at, n", "n, at" })
	void rowsAreFoundByInstantsOfTheirKey(String key) throws Exception {
		this.jdbc.execute("CREATE TABLE timed (at TIMESTAMP(6), n INT, seen TIMESTAMP(6) NULL, name VARCHAR(9), "
				+ "PRIMARY KEY (" + key + "))");
		for (int second = 1; second < 5; second++) {
			this.jdbc.update("INSERT INTO timed VALUES (?, ?, ?, 'old')",
					"2026-01-01 00:00:0" + second + ((second < 4) ? ".000123" : ""), second, "2026-01-01 00:00:00.5");
		}
		this.branches.createDatabase(DatabaseName.of(DATABASE), DatabaseName.of(COPY));
		this.branches.createTable(TableName.of("timed"), DRAFT);
		this.jdbc.update("UPDATE draft SET name = 'new', seen = NULL WHERE n IN (1, 4)");
		this.jdbc.update("DELETE FROM draft WHERE n = 2");
		this.jdbc.update("INSERT INTO draft VALUES ('2026-01-01 00:00:07.5', 7, '2026-01-01 00:00:00.000001', 'new')");
		StringBuilder script = new StringBuilder();
		this.branches.writePatch(DRAFT, TableName.of(COPY, "timed"), script);
		replay(this.branches.patch(this.branches.diff(DRAFT)), "");
		assertThat(this.jdbc.queryForList("SELECT * FROM " + COPY + ".timed ORDER BY n"))
			.isEqualTo(this.jdbc.queryForList("SELECT * FROM draft ORDER BY n"));
		this.jdbc.execute("DROP TABLE " + COPY + ".timed");
		this.jdbc.execute("CREATE TABLE " + COPY + ".timed CLONE timed");
		replay(script.toString(), "");
		assertThat(this.jdbc.queryForList("SELECT * FROM " + COPY + ".timed ORDER BY n"))
			.isEqualTo(this.jdbc.queryForList("SELECT * FROM draft ORDER BY n"));
	}

	@Test
	void theOneWrittenRowByRowIsTheSame() throws Exception {
		copy();
		change();
		StringBuilder script = new StringBuilder();
		this.branches.writePatch(DRAFT, TableName.of("item"), script);
		StringBuilder whole = new StringBuilder();
		this.branches.patch(this.branches.diff(DRAFT)).withoutDatabases().writeTo(whole);
		assertThat(script.toString().lines().filter((line) -> !isCheck(line)))
			.containsExactlyInAnyOrderElementsOf(whole.toString().lines().filter((line) -> !isCheck(line)).toList());
		assertThat(script.toString().lines().map((line) -> line.substring(0, 6)).distinct()).containsExactly("-- UTF",
				"-- ct_", "SELECT", "DELETE", "INSERT", "UPDATE");
		assertThat(reactive().patchScript(DRAFT, TableName.of("item")).collect(Collectors.joining()).block())
			.isEqualTo(script.toString());
		replay(script.toString(), "");
		assertThat(differences("draft", COPY + ".item")).isZero();
		assertThatExceptionOfType(ScriptStatementFailedException.class).as("a second time")
			.isThrownBy(() -> replay(script.toString(), ""));
	}

	@Test
	void manyRowsAreLookedAtInSeveralStatements() throws Exception {
		this.jdbc.execute("CREATE TABLE many (id INT PRIMARY KEY, name VARCHAR(20), n INT)");
		this.jdbc.update("INSERT INTO many SELECT result, concat('n', result), 1 FROM generate_series(1, 1000) g");
		this.branches.createDatabase(DatabaseName.of(DATABASE), DatabaseName.of(COPY));
		this.branches.createTable(TableName.of("many"), DRAFT);
		this.jdbc.update("UPDATE draft SET n = NULL WHERE id <= 250");
		this.jdbc.update("DELETE FROM draft WHERE id > 850");
		StringBuilder script = new StringBuilder();
		this.branches.writePatch(DRAFT, TableName.of(COPY, "many"), script);
		assertThat(script).contains("-- ct_patch.many: 0 added, 250 updated, 150 removed\n");
		assertThat(script.toString().lines().filter((line) -> line.endsWith("FOR UPDATE;"))).hasSize(3);
		assertThat(script.toString().lines().filter((line) -> line.contains("= 50, '50'"))).hasSize(2);
		assertThat(reactive().patchScript(DRAFT, TableName.of(COPY, "many")).blockFirst())
			.startsWith(script.substring(0, script.indexOf("SELECT")));
		await().untilAsserted(
				() -> assertThat(Path.of(System.getProperty("java.io.tmpdir")).toFile().list()).as("cancelled")
					.noneMatch((file) -> file.startsWith("matrixone-patch")));
		JdbcTemplate copy = ServerUnderTest.get().plainJdbc(COPY);
		copy.update("UPDATE many SET name = 'other' WHERE id = 200");
		assertThatExceptionOfType(ScriptStatementFailedException.class).isThrownBy(() -> replay(script.toString(), ""));
		copy.update("UPDATE many SET name = 'n200' WHERE id = 200");
		replay(script.toString(), "");
		assertThat(copy.queryForList("SELECT * FROM many ORDER BY id"))
			.isEqualTo(this.jdbc.queryForList("SELECT * FROM draft ORDER BY id"));
	}

	@Test
	void theReactiveOneIsTheSame() {
		change();
		ReactiveBranchTemplate reactive = reactive();
		BranchDiff diff = Objects.requireNonNull(reactive.diff(DRAFT).block());
		assertThat(Objects.requireNonNull(reactive.patch(diff).block()).statements().filter((sql) -> !isCheck(sql)))
			.containsExactlyInAnyOrderElementsOf(this.branches.patch(this.branches.diff(DRAFT))
				.statements()
				.filter((sql) -> !isCheck(sql))
				.toList());
	}

	@Test
	void whatATableWasAndIsCanBeReplayed() throws Exception {
		copy();
		this.jdbc.execute("CREATE SNAPSHOT " + BRANCH + " FOR DATABASE " + DATABASE);
		this.jdbc.update("UPDATE item SET vc = ? WHERE id = 1", AWKWARD);
		this.jdbc.update("DELETE FROM item WHERE id = 3");
		insert("item", 7);
		replay(this.branches.patch(this.branches.diff(TableName.of("item"), AsOf.snapshot(SnapshotName.of(BRANCH)))),
				"");
		assertThat(differences("item", COPY + ".item")).isZero();
	}

	@Test
	void severalTablesAreInTheOrderOfTheirKeys() throws Exception {
		this.jdbc.execute("CREATE TABLE z_order (id INT PRIMARY KEY, name VARCHAR(9))");
		this.jdbc.execute("CREATE TABLE a_line (id INT PRIMARY KEY, z INT, FOREIGN KEY (z) REFERENCES z_order (id))");
		this.jdbc.update("INSERT INTO z_order VALUES (1, 'one'), (2, 'two')");
		this.jdbc.update("INSERT INTO a_line VALUES (11, 1), (12, 2)");
		this.branches.createDatabase(DatabaseName.of(DATABASE), DatabaseName.of(COPY));
		this.branches.createDatabase(DatabaseName.of(DATABASE), DatabaseName.of(BRANCH));
		this.jdbc.update("INSERT INTO " + BRANCH + ".z_order VALUES (3, 'three')");
		this.jdbc.update("INSERT INTO " + BRANCH + ".a_line VALUES (13, 3)");
		this.jdbc.update("UPDATE " + BRANCH + ".a_line SET z = 3 WHERE id = 11");
		this.jdbc.update("DELETE FROM " + BRANCH + ".a_line WHERE id = 12");
		this.jdbc.update("DELETE FROM " + BRANCH + ".z_order WHERE id = 2");
		replay(this.branches.patch(this.branches.diff(DatabaseName.of(BRANCH))), "");
		assertThat(this.jdbc.queryForList("SELECT id, z FROM " + COPY + ".a_line ORDER BY id"))
			.isEqualTo(this.jdbc.queryForList("SELECT id, z FROM " + BRANCH + ".a_line ORDER BY id"));
		assertThat(this.jdbc.queryForList("SELECT * FROM " + COPY + ".z_order ORDER BY id"))
			.isEqualTo(this.jdbc.queryForList("SELECT * FROM " + BRANCH + ".z_order ORDER BY id"));
	}

	@Test
	void aTableThatReferencesItselfIsInTheOrderOfItsRows() throws Exception {
		this.jdbc.execute("CREATE TABLE node (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES node (id))");
		for (String row : List.of("1, NULL", "5, 1", "4, 5", "6, 4", "7, 1", "8, 7")) {
			this.jdbc.update("INSERT INTO node VALUES (" + row + ")");
		}
		this.branches.createDatabase(DatabaseName.of(DATABASE), DatabaseName.of(COPY));
		this.branches.createDatabase(DatabaseName.of(DATABASE), DatabaseName.of(BRANCH));
		JdbcTemplate branch = ServerUnderTest.get().plainJdbc(BRANCH);
		List.of(6, 4, 5).forEach((id) -> branch.update("DELETE FROM node WHERE id = ?", id));
		for (String row : List.of("12, 1", "11, 12", "13, 11")) {
			branch.update("INSERT INTO node VALUES (" + row + ")");
		}
		branch.update("UPDATE node SET up = 13 WHERE id = 8");
		branch.update("DELETE FROM node WHERE id = 7");
		assertThatIllegalArgumentException().isThrownBy(
				() -> this.branches.writePatch(TableName.of(BRANCH, "node"), TableName.of("node"), new StringBuilder()))
			.withMessageContaining("use patch(diff(branch))");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> reactive().patchScript(TableName.of(BRANCH, "node"), TableName.of("node")).blockLast());
		BranchDiff diff = this.branches.diff(TableName.of(BRANCH, "node"));
		replay(this.branches.patch(diff), "");
		assertThat(this.jdbc.queryForList("SELECT * FROM " + COPY + ".node ORDER BY id"))
			.isEqualTo(branch.queryForList("SELECT * FROM node ORDER BY id"))
			.hasSize(5);
		assertThat(Objects.requireNonNull(reactive().patch(diff).block()).statements())
			.containsExactlyElementsOf(this.branches.patch(diff).statements().toList());
	}

	@Test
	void refusesWhatItCannotWrite() {
		this.jdbc.execute("CREATE TABLE place (id INT PRIMARY KEY, dl DATALINK, name VARCHAR(9))");
		this.branches.createTable(TableName.of("place"), DRAFT);
		this.jdbc.update("INSERT INTO draft VALUES (1, 'file:///tmp/a', 'a')");
		BranchDiff diff = this.branches.diff(DRAFT);
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.branches.patch(diff))
			.withMessageContaining("DATALINK");
		StringBuilder script = new StringBuilder();
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.branches.writePatch(DRAFT, TableName.of("place"), script))
			.withMessageContaining("DATALINK");
		assertThat(script).isEmpty();
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> reactive().patchScript(DRAFT, TableName.of("place")).blockFirst())
			.withMessageContaining("DATALINK");
		assertThat(Path.of(System.getProperty("java.io.tmpdir")).toFile().list())
			.noneMatch((file) -> file.startsWith("matrixone-patch"));
		this.jdbc.execute("ALTER TABLE place ADD COLUMN more INT");
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.branches.patch(diff))
			.withMessageContaining("altered");
	}

	private static boolean isCheck(String statement) {
		return statement.startsWith("SELECT");
	}

	private void copy() {
		this.jdbc.execute("CREATE DATABASE " + COPY);
		this.jdbc.execute("CREATE TABLE " + COPY + ".item CLONE " + DATABASE + ".item");
	}

	private void change() {
		this.branches.createTable(TableName.of("item"), DRAFT);
		this.jdbc.update("DELETE FROM draft WHERE id = 2");
		this.jdbc.update("UPDATE draft SET vc = NULL, bt = nullif(1, 1) WHERE id = 8");
		this.jdbc.update("UPDATE draft SET ch = NULL, tx = 'new', en = '1', fl = 3.4e38, ti = 7 WHERE id = 1");
		this.jdbc.update(
				"UPDATE draft d SET tx = ?, vc = ?, js = ?, bl = ?, ts = '2024-10-27 00:30:00.999999' "
						+ "WHERE id = 3",
				AWKWARD, "", "{\"k\": \"\\\\ \\n '\"}", new byte[] { 0, '\'', '\\', '\n', -1 });
		insert("draft", 5);
		this.jdbc.update("INSERT INTO draft (id) VALUES (6)");
	}

	private void insert(String table, int id) {
		List<Object> values = new ArrayList<>(List.of(id, -128, "18446744073709551615", 0.1f, 12345.67, 0.1 + 0.2,
				"-1234567890123456789012345678.0123456789", true, new byte[] { 2, 5 }, new byte[] { 1 },
				new byte[] { 1 }, new byte[] { '\\', 0 }, new byte[] { 0, -1, '\'' }, AWKWARD, AWKWARD, "c\\;",
				"{\"a\": \"x\\\"y\", \"b\": [1, 2.5, null]}", "[1,2.5,-3e-10]", "[0.1,1e300]",
				"6d1b1f73-2dbf-11ed-940f-000c29847904", "-838:59:59.000001", "2024-02-29 12:13:14.123456",
				"2024-02-29 12:13:14.123456", "0001-01-01", 2024, "b'c", "x,y"));
		this.jdbc.update("INSERT INTO " + table + " (id, " + String.join(", ", COLUMNS.subList(0, COLUMNS.size() - 1))
				+ ") VALUES (?" + ", ?".repeat(COLUMNS.size() - 1) + ')', values.toArray());
	}

	private int differences(String one, String other) {
		String same = String.join(" AND ",
				COLUMNS.stream().map((column) -> "a." + column + " <=> b." + column).toList());
		return Objects.requireNonNull(this.jdbc.queryForObject("SELECT (SELECT count(*) FROM " + one
				+ ") + (SELECT count(*) FROM " + other + ") - 2 * (SELECT count(*) FROM " + one + " a JOIN " + other
				+ " b ON a.id = b.id WHERE " + same + ')', Integer.class));
	}

	private void replay(SqlPatch patch, String settings) throws Exception {
		StringBuilder script = new StringBuilder();
		patch.withoutDatabases().writeTo(script);
		replay(script.toString(), settings);
	}

	private void replay(String script, String settings) throws Exception {
		EncodedResource resource = new EncodedResource(new ByteArrayResource(script.getBytes(StandardCharsets.UTF_8)),
				StandardCharsets.UTF_8);
		try (HikariDataSource target = new HikariDataSource()) {
			target.setDataSource(new MatrixOneDataSource(
					Objects.requireNonNull(ServerUnderTest.get().plainJdbc(COPY + settings).getDataSource())));
			JdbcTemplate copy = new JdbcTemplate(target);
			new TransactionTemplate(new JdbcTransactionManager(target))
				.executeWithoutResult((status) -> copy.execute((ConnectionCallback<Boolean>) (connection) -> {
					ScriptUtils.executeSqlScript(connection, resource);
					return true;
				}));
		}
	}

	private static ReactiveBranchTemplate reactive() {
		ServerUnderTest server = ServerUnderTest.get();
		return new ReactiveBranchTemplate(new ReactiveCommandExecutor(new MatrixOneConnectionFactory(ConnectionFactories
			.get(ConnectionFactoryOptions.parse(server.url().replaceFirst("jdbc", "r2dbc") + DATABASE)
				.mutate()
				.option(ConnectionFactoryOptions.USER, server.username())
				.option(ConnectionFactoryOptions.PASSWORD, server.password())
				.build()))));
	}

}
