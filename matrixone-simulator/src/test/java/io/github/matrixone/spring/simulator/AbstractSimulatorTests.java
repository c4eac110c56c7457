package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.control.ControlTemplate;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.restore.RestoreTemplate;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of the tests: a new database with a table of two items, and the operations on it.
 */
abstract class AbstractSimulatorTests {

	static final DatabaseName DATABASE = DatabaseName.of("app");

	static final DatabaseName COPY = DatabaseName.of("copy");

	static final TableName ITEM = TableName.of(DATABASE, "item");

	static final TableName CLONE = TableName.of(DATABASE, "item_clone");

	static final SnapshotName SNAPSHOT = SnapshotName.of("before");

	static final SnapshotScope SCOPE = SnapshotScope.database(DATABASE);

	final String url = MatrixOneSimulator.url(UUID.randomUUID().toString(), DATABASE);

	HikariDataSource pool;

	MatrixOneSimulator simulator;

	MatrixOneDataSource dataSource;

	JdbcTemplate jdbc;

	JdbcTransactionManager transactionManager;

	TransactionTemplate transaction;

	CommandExecutor executor;

	SnapshotTemplate snapshots;

	CloneTemplate clones;

	RestoreTemplate restores;

	ControlTemplate controls;

	@BeforeEach
	void prepare() {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(this.url);
		config.setUsername(MatrixOneSimulator.USERNAME);
		config.setPassword(MatrixOneSimulator.PASSWORD);
		config.setMaximumPoolSize(poolSize());
		config.setConnectionTimeout(10_000);
		this.pool = new HikariDataSource(config);
		this.simulator = new MatrixOneSimulator(this.pool);
		this.dataSource = this.simulator.dataSource();
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.jdbc.setExceptionTranslator(new MatrixOneExceptionTranslator());
		this.transactionManager = new JdbcTransactionManager(this.dataSource);
		this.transactionManager.setExceptionTranslator(new MatrixOneExceptionTranslator());
		this.transaction = new TransactionTemplate(this.transactionManager);
		this.executor = new CommandExecutor(this.dataSource, this.simulator.ownConnections(), this.simulator.backend());
		this.snapshots = new SnapshotTemplate(this.executor);
		this.clones = new CloneTemplate(this.executor);
		this.restores = new RestoreTemplate(this.executor, this.snapshots, List.of());
		this.controls = new ControlTemplate(this.executor);
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20), quantity INT)");
		this.jdbc.update("INSERT INTO item VALUES (1, 'one', 10), (2, 'two', 20)");
	}

	@AfterEach
	void leavesNothingBehind() throws SQLException {
		assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
		assertThat(this.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		this.pool.close();
		try (Connection connection = DriverManager.getConnection(this.url, "sa", "")) {
			H2.execute(connection, "SHUTDOWN");
		}
	}

	int poolSize() {
		return 4;
	}

	List<String> names(TableName table) {
		return names(table.quoted());
	}

	List<String> names(String table) {
		return this.jdbc.queryForList("SELECT name FROM " + table + " ORDER BY id, name", String.class);
	}

	int count(String table) {
		Integer count = this.jdbc.queryForObject("SELECT count(*) FROM " + table, Integer.class);
		return (count != null) ? count : 0;
	}

	List<String> tables(DatabaseName database) {
		return this.jdbc.queryForList(
				"SELECT table_name FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name",
				String.class, database.normalized());
	}

	List<String> databases() {
		return this.jdbc.queryForList("SELECT schema_name FROM information_schema.schemata ORDER BY schema_name",
				String.class);
	}

	List<String> hiddenDatabases() {
		return databases().stream().filter((name) -> name.startsWith("mo_snapshot_")).toList();
	}

	<T> T elsewhere(Callable<T> work) {
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			return thread.submit(work).get(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			thread.shutdownNow();
		}
	}

}
