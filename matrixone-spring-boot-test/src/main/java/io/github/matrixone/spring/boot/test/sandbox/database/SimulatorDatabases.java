package io.github.matrixone.spring.boot.test.sandbox.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.boot.test.sandbox.TableChanges;
import io.github.matrixone.spring.clone.CloneDatabase;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * The databases of sandboxes on the simulator. Each application context has one of its
 * own, so that the base is what the application finds there: there are no templates.
 */
public final class SimulatorDatabases implements SandboxDatabases {

	private final JdbcTemplate jdbc;

	private final CommandExecutor executor;

	private final DatabaseName base;

	private final ChangedRows changedRows;

	private final AtomicInteger databases = new AtomicInteger();

	public SimulatorDatabases(DataSource pool, String base, String template, MatrixOneBackend backend,
			ChangedRows changedRows) {
		if (StringUtils.hasText(template)) {
			throw new SandboxException("The simulator has no database " + template
					+ " to clone: an application context begins with an empty one. Leave the template out");
		}
		DataSource connections = new AutoCommitDataSource(pool);
		this.jdbc = SandboxRun.jdbc(connections);
		this.executor = new CommandExecutor(connections, connections, backend);
		this.base = DatabaseName.of(base);
		this.changedRows = changedRows;
	}

	@Override
	public String base() {
		return this.base.value();
	}

	@Override
	public Set<String> forbidden() {
		return Set.of(this.base.normalized());
	}

	@Override
	public boolean isMade() {
		return false;
	}

	@Override
	public void changedOtherwise() {
	}

	@Override
	public void made() {
	}

	@Override
	public OpenSandbox create() {
		return new OpenSandbox(cloneOf(this.base, "sandbox").value(), 0);
	}

	@Override
	public void drop(OpenSandbox sandbox) {
		this.jdbc.execute("DROP SCHEMA IF EXISTS " + DatabaseName.of(sandbox.database()).quoted() + " CASCADE");
	}

	@Override
	public String keep(OpenSandbox sandbox, String test) {
		return cloneOf(DatabaseName.of(sandbox.database()), "kept").value();
	}

	@Override
	public void use(Connection connection, String database) throws SQLException {
		connection.setSchema(database);
	}

	@Override
	public TableChanges changes(OpenSandbox sandbox, String table) {
		return this.changedRows.compared(sandbox, this.base.value(), table);
	}

	@Override
	public Set<String> changedTables(OpenSandbox sandbox) {
		return this.changedRows.changedTables(this.jdbc, sandbox, this.base.value(),
				(table) -> !changes(sandbox, table).isEmpty());
	}

	@Override
	public void close() {
	}

	private DatabaseName cloneOf(DatabaseName source, String kind) {
		DatabaseName clone = DatabaseName
			.of((this.base.value() + '_' + kind + '_' + this.databases.incrementAndGet()).toLowerCase(Locale.ROOT));
		// Beneath the simulator commands can join no transaction.
		this.executor.beside(new CloneDatabase(source, clone, null, null));
		return clone;
	}

}
