package io.github.matrixone.spring.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.control.ControlTemplate;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.past.PastTemplate;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.restore.RestoreTemplate;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * A database of its own with the operations on it. Takes away, at its end, all databases
 * and snapshots whose names begin with its name.
 */
final class Workspace implements AutoCloseable {

	private final HikariDataSource pool = new HikariDataSource();

	private final JdbcTemplate checks;

	private final DatabaseName name;

	private final String url;

	private final TransactionTemplate transaction;

	private final SnapshotOperations snapshots;

	private final CloneOperations clones;

	private final BranchOperations branches;

	private final PastTemplate past;

	private final RestoreOperations restores;

	private final ControlOperations controls;

	private Workspace(DatabaseName name, String url, String username, String password) {
		this.name = name;
		this.url = url;
		this.checks = new JdbcTemplate(new SingleConnectionDataSource(url, username, password, true));
		DriverManagerDataSource driver = new DriverManagerDataSource(url + name.value());
		Properties properties = new Properties();
		properties.setProperty("queryInterceptors", SentStatements.class.getName());
		driver.setConnectionProperties(properties);
		this.pool.setDataSource(new MatrixOneDataSource(driver));
		this.pool.setUsername(username);
		this.pool.setPassword(password);
		this.pool.setMaximumPoolSize(4);
		this.pool.setMinimumIdle(4);
		this.transaction = new TransactionTemplate(new DataSourceTransactionManager(this.pool));
		CommandExecutor executor = new CommandExecutor(this.pool, this.pool, new ServerBackend());
		this.snapshots = new SnapshotTemplate(executor);
		this.clones = new CloneTemplate(executor);
		this.branches = new BranchTemplate(executor);
		this.past = new PastTemplate(executor);
		this.restores = new RestoreTemplate(executor, this.snapshots, List.of());
		this.controls = new ControlTemplate(executor);
	}

	/**
	 * Make a database on the server that the environment names.
	 * @param name its name, which no database may have, nor begin with
	 */
	static Workspace create(String name) {
		Workspace workspace = new Workspace(DatabaseName.of(name),
				System.getenv().getOrDefault("MATRIXONE_URL", "jdbc:mysql://127.0.0.1:6001/"),
				System.getenv().getOrDefault("MATRIXONE_USERNAME", "root"),
				System.getenv().getOrDefault("MATRIXONE_PASSWORD", "111"));
		if (!workspace.databases().isEmpty() || !workspace.snapshotNames().isEmpty()) {
			throw new IllegalStateException("There are databases or snapshots whose names begin with " + name);
		}
		workspace.execute("CREATE DATABASE " + workspace.name.quoted());
		return workspace;
	}

	DatabaseName name() {
		return this.name;
	}

	/**
	 * Return the name of a database that is taken away at the end.
	 */
	DatabaseName database(String suffix) {
		return DatabaseName.of(this.name.value() + '_' + suffix);
	}

	/**
	 * Return the name of a snapshot that is taken away at the end.
	 */
	SnapshotName snapshot(String suffix) {
		return SnapshotName.of(this.name.value() + '_' + suffix);
	}

	/**
	 * Return the URL of a database.
	 */
	String url(DatabaseName database) {
		return this.url + database.value();
	}

	/**
	 * Return the properties of a Spring Boot application on a database.
	 * @param url the URL, which may lead there another way
	 */
	Map<String, String> properties(String url) {
		return Map.of("spring.datasource.url", url, "spring.datasource.username", this.pool.getUsername(),
				"spring.datasource.password", this.pool.getPassword());
	}

	/**
	 * Run a script of the class path in a database.
	 */
	void run(String script, DatabaseName database) {
		new ResourceDatabasePopulator(new ClassPathResource(script))
			.execute(new DriverManagerDataSource(url(database), this.pool.getUsername(), this.pool.getPassword()));
	}

	TableName table(String table) {
		return TableName.of(this.name, table);
	}

	/**
	 * Return the data source of the operations, with its transactions.
	 */
	JdbcTemplate jdbc() {
		return new JdbcTemplate(this.pool);
	}

	/**
	 * Return a way to send statements beside the transaction, on the same pool.
	 */
	JdbcTemplate beside() {
		return new JdbcTemplate(new DelegatingDataSource(this.pool));
	}

	TransactionTemplate transaction() {
		return this.transaction;
	}

	SnapshotOperations snapshots() {
		return this.snapshots;
	}

	CloneOperations clones() {
		return this.clones;
	}

	BranchOperations branches() {
		return this.branches;
	}

	PastTemplate past() {
		return this.past;
	}

	RestoreOperations restores() {
		return this.restores;
	}

	ControlOperations controls() {
		return this.controls;
	}

	/**
	 * Send a statement that is not measured, on another connection.
	 */
	void execute(String sql) {
		this.checks.execute(sql);
	}

	/**
	 * Make a table {@code (id BIGINT PRIMARY KEY, v BIGINT)} with rows.
	 */
	void createTable(TableName table, long rows) {
		execute("CREATE TABLE " + table.quoted() + " (id BIGINT PRIMARY KEY, v BIGINT NOT NULL)");
		execute("INSERT INTO " + table.quoted() + " SELECT result, result * 7 FROM generate_series(1, " + rows + ") g");
	}

	/**
	 * Compare the rows of a table with what it must hold.
	 * @throws IllegalStateException if they differ
	 */
	void requireRows(TableName table, long rows) {
		List<Long> found = this.checks.query("SELECT count(*), coalesce(sum(v), 0) FROM " + table.quoted(),
				(result, row) -> (result.getLong(2) == 7 * rows * (rows + 1) / 2) ? result.getLong(1) : -1);
		require(found.get(0) == rows, table + " does not hold " + rows + " rows: " + found);
	}

	long count(String sql, Object... arguments) {
		return Objects.requireNonNull(this.checks.queryForObject(sql, Long.class, arguments));
	}

	boolean exists(SnapshotName snapshot) {
		return snapshotNames().contains(snapshot.value());
	}

	boolean exists(DatabaseName database) {
		return databases().contains(database.value());
	}

	boolean exists(TableName table) {
		return count("SELECT count(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?",
				Objects.requireNonNull(table.database()).value(), table.name()) > 0;
	}

	static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new IllegalStateException(otherwise);
		}
	}

	@Override
	public void close() {
		this.past.destroy();
		this.pool.close();
		snapshotNames().forEach((snapshot) -> execute("DROP SNAPSHOT " + SnapshotName.of(snapshot).quoted()));
		databases().forEach((database) -> execute("DROP DATABASE " + DatabaseName.of(database).quoted()));
	}

	/**
	 * Return the databases whose names begin with that of this one.
	 */
	List<String> databases() {
		return this.checks.queryForList(
				"SELECT schema_name FROM information_schema.schemata WHERE startswith(schema_name, ?)", String.class,
				this.name.value());
	}

	private List<String> snapshotNames() {
		return this.checks.queryForList("SELECT sname FROM mo_catalog.mo_snapshots WHERE startswith(sname, ?)",
				String.class, this.name.value());
	}

}
