package io.github.matrixone.spring.contract.branch;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The changed rows of a branch, in a table.
 */
@EnabledIfServer
class DiffTableTests {

	private static final String DATABASE = "ct_diff_table";

	private static final TableName DRAFT = TableName.of("draft");

	private static final TableName SAVED = TableName.of("saved");

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final HikariDataSource pool = BranchTests.pool(DATABASE);

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	private final BranchTemplate branches = new BranchTemplate(
			new CommandExecutor(this.dataSource, new ServerBackend()));

	private final MatrixOneConnectionFactory connectionFactory = new MatrixOneConnectionFactory(
			ConnectionFactories.get(options(ServerUnderTest.get())));

	private final TransactionalOperator reactiveTransaction = TransactionalOperator
		.create(new R2dbcTransactionManager(this.connectionFactory));

	private final ReactiveBranchTemplate reactiveBranches = new ReactiveBranchTemplate(
			new ReactiveCommandExecutor(this.connectionFactory));

	@BeforeEach
	void setUp() {
		this.jdbc.execute("CREATE TABLE item (id INT, part VARCHAR(9), name VARCHAR(20) NOT NULL, `from` TIME(6), "
				+ "twice INT GENERATED ALWAYS AS (id * 2) COMMENT 'twice `id` of it', PRIMARY KEY (id, part))");
		this.jdbc.update("INSERT INTO item (id, part, name, `from`) VALUES (1, 'a', 'one', '10:00:00.000001'), "
				+ "(2, 'a', 'two', NULL), (3, 'a', 'three', NULL), (4, 'a', 'four', NULL), (5, 'a', 'five', NULL)");
		this.branches.createTable(TableName.of("item"), DRAFT);
		this.jdbc.update("UPDATE draft SET name = 'ONE', `from` = '10:00:00.000002' WHERE id = 1");
		this.jdbc.update("DELETE FROM draft WHERE id = 2");
		this.jdbc.update("INSERT INTO draft (id, part, name) VALUES (6, 'b', 'six')");
		this.jdbc.update("UPDATE draft SET name = 'FOUR' WHERE id = 4");
		this.jdbc.update("UPDATE item SET name = 'Four' WHERE id = 4");
		this.jdbc.update("DELETE FROM draft WHERE id = 5");
		this.jdbc.update("DELETE FROM item WHERE id = 5");
		this.jdbc.update("UPDATE item SET name = 'mine' WHERE id = 3");
	}

	@AfterEach
	void tearDown() {
		this.jdbc.execute("DROP DATABASE " + DATABASE);
		this.pool.close();
	}

	@ParameterizedTest
	@EnumSource
	void keepsTheChangedRows(Engine engine) {
		assertThat(diffInto(engine, DRAFT)).isEqualTo(5);
		assertThat(this.jdbc.queryForList(
				"SELECT concat(coalesce(branch_id, base_id), ' ', `change`, "
						+ "IF(conflict, ' conflict', ''), IF(merged, ' merged', '')) FROM saved ORDER BY 1",
				String.class))
			.containsExactly("1 updated", "2 removed", "4 updated conflict", "5 removed merged", "6 added");
		Map<String, Object> changed = this.jdbc.queryForMap(
				"SELECT branch_part, branch_name, branch_twice, base_name, target_name, branch_from, base_from "
						+ "FROM saved WHERE branch_id = 1");
		assertThat(changed).containsEntry("branch_part", "a")
			.containsEntry("branch_name", "ONE")
			.containsEntry("branch_twice", 2)
			.containsEntry("base_name", "one")
			.containsEntry("target_name", "one");
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM saved WHERE branch_from = '10:00:00.000002' "
				+ "AND base_from = '10:00:00.000001' AND target_from = base_from", Integer.class))
			.isOne();
		assertThat(this.jdbc.queryForMap("SELECT base_id, base_name, target_id FROM saved WHERE branch_id = 6"))
			.containsOnlyKeys("base_id", "base_name", "target_id")
			.allSatisfy((column, value) -> assertThat(value).isNull());
	}

	@ParameterizedTest
	@EnumSource
	void keepsValuesOfEachType(Engine engine) {
		this.jdbc.execute("CREATE TABLE wide (id BIGINT UNSIGNED PRIMARY KEY, de DECIMAL(20, 6), dt DATETIME(3), "
				+ "ts TIMESTAMP(6), da DATE, ye YEAR, fl FLOAT, dou DOUBLE, bo BOOL, ch CHAR(3), vb VARBINARY(4), "
				+ "bi BINARY(2), bl BLOB, tx TEXT, js JSON, ve VECF32(2), bt BIT(9), uu UUID, "
				+ "en ENUM('x, ) y', 'it''s') NOT NULL DEFAULT 'x, ) y', se SET('p', 'q'), ge GEOMETRY)");
		TableName branch = TableName.of("wide_draft");
		this.branches.createTable(TableName.of("wide"), branch);
		this.jdbc.update("INSERT INTO wide_draft VALUES (18446744073709551615, 1.5, '2026-01-02 03:04:05.678', "
				+ "'2026-01-02 03:04:05.678901', '2026-01-02', 2026, 0.5, 0.25, true, 'abc', x'00ff', x'0102', x'0304', "
				+ "'text', '{\"a\": 1}', '[1,2]', 257, '00000000-0000-0000-0000-000000000001', 'it''s', 'p,q', "
				+ "ST_GEOMFROMTEXT('POINT(1 2)'))");
		assertThat(diffInto(engine, branch)).isOne();
		List<String> columns = columnsOf("wide");
		assertThat(columns).hasSize(21);
		for (String column : columns) {
			String cast = column.equals("ge") ? "ST_ASTEXT(%s)" : column.equals("bt") ? "%s + 0" : "%s";
			String sql = "SELECT count(*) FROM saved s, wide_draft w WHERE " + cast.formatted("s.branch_" + column)
					+ " = " + cast.formatted("w." + column);
			assertThat(this.jdbc.queryForObject(sql, Integer.class)).as(column).isOne();
		}
	}

	@ParameterizedTest
	@EnumSource
	void overwritesNoTable(Engine engine) {
		this.jdbc.execute("CREATE TABLE saved (id INT PRIMARY KEY)");
		assertThatExceptionOfType(CloneTargetExistsException.class).isThrownBy(() -> diffInto(engine, DRAFT))
			.withMessageContaining("saved");
		assertThat(columnsOf("saved")).containsExactly("id");
	}

	@Test
	void isRefusedInATransaction() {
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> this.transaction.execute((status) -> diffInto(Engine.JDBC, DRAFT)));
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> this.reactiveBranches.diffInto(DRAFT, SAVED)
				.as(this.reactiveTransaction::transactional)
				.block(LIMIT));
		assertThat(this.jdbc.queryForList("SHOW TABLES", String.class)).doesNotContain("saved");
	}

	@ParameterizedTest
	@EnumSource
	void refusesWhatIsNoBranch(Engine engine) {
		TableName item = TableName.of("item");
		assertThatExceptionOfType(BranchNotFoundException.class).isThrownBy(() -> diffInto(engine, item));
	}

	@ParameterizedTest
	@EnumSource
	void leavesNoTableBehindWhereItFails(Engine engine) {
		this.jdbc.execute("CREATE TABLE named (id INT PRIMARY KEY, `" + "n".repeat(250) + "` INT)");
		TableName branch = TableName.of("named_draft");
		this.branches.createTable(TableName.of("named"), branch);
		this.jdbc.update("INSERT INTO named_draft VALUES (1, 2)");
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> diffInto(engine, branch))
			.withMessageContaining("column");
		assertThat(this.jdbc.queryForList("SHOW TABLES", String.class)).doesNotContain("saved");
	}

	private static ConnectionFactoryOptions options(ServerUnderTest server) {
		return ConnectionFactoryOptions.parse(server.url().replaceFirst("jdbc", "r2dbc") + DATABASE)
			.mutate()
			.option(ConnectionFactoryOptions.USER, server.username())
			.option(ConnectionFactoryOptions.PASSWORD, server.password())
			.build();
	}

	private long diffInto(Engine engine, TableName branch) {
		return (engine == Engine.JDBC) ? this.branches.diffInto(branch, SAVED)
				: Objects.requireNonNull(this.reactiveBranches.diffInto(branch, SAVED).block(LIMIT));
	}

	private List<String> columnsOf(String table) {
		return this.jdbc.query("SHOW COLUMNS FROM " + table, (row, number) -> row.getString(1));
	}

	/**
	 * What sends the statements.
	 */
	enum Engine {

		/** Blocking. */
		JDBC,

		/** Not blocking. */
		R2DBC

	}

}
