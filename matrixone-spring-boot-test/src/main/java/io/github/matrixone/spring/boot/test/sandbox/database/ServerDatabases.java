package io.github.matrixone.spring.boot.test.sandbox.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.boot.test.sandbox.TableChanges;
import io.github.matrixone.spring.boot.test.sandbox.schema.MigrationState;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.MissingPrivilegeException;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * The databases of sandboxes on a MatrixOne server.
 */
public final class ServerDatabases implements SandboxDatabases {

	private static final Log logger = LogFactory.getLog(ServerDatabases.class);

	/** In nanoseconds; the server's clock says whole microseconds. */
	private static final String NOW = "SELECT timestampdiff(microsecond, '1970-01-01', utc_timestamp(6)) * 1000";

	private static final String SEQUENCES = """
			SELECT relname FROM mo_catalog.mo_tables
			WHERE account_id = current_account_id() AND reldatabase = ? AND relkind = 'S'""";

	private final JdbcTemplate jdbc;

	private final CloneOperations clones;

	private final SandboxRun run;

	private final String origin;

	private final Set<String> forbidden = new TreeSet<>();

	private final ChangedRows changedRows;

	private final SandboxPool sandboxes = new SandboxPool(this::cloneBase, this::drop);

	private final DatabaseName base;

	private final boolean made;

	private volatile @Nullable SharedTemplate template;

	private boolean closed;

	/**
	 * Make the base.
	 * @param pool the application's pool
	 * @param origin the database of its URL, or nothing
	 * @param template the name of a database to clone, or nothing
	 * @param state what the tables are made from
	 * @param changedRows finds the rows that have changed
	 */
	public ServerDatabases(DataSource pool, String origin, String template, MigrationState state,
			ChangedRows changedRows) throws SQLException {
		DataSource connections = new AutoCommitDataSource(pool);
		this.jdbc = SandboxRun.jdbc(connections);
		this.clones = SandboxRun.clones(connections);
		this.origin = origin;
		this.changedRows = changedRows;
		try {
			this.run = SandboxRun.on(connections);
			this.run.stayAlive();
			this.base = this.run.newName(origin, "base");
			String source = source(template, state);
			this.made = (source != null) ? cloneTemplate(source) : shareOrMake(state);
		}
		catch (MissingPrivilegeException ex) {
			throw missingPrivilege(ex);
		}
		this.forbidden.add(this.base.normalized());
		if (StringUtils.hasText(origin)) {
			this.forbidden.add(origin.toLowerCase(Locale.ROOT));
		}
	}

	@Override
	public String base() {
		return this.base.value();
	}

	@Override
	public Set<String> forbidden() {
		return this.forbidden;
	}

	@Override
	public boolean isMade() {
		return this.made;
	}

	@Override
	public void changedOtherwise() {
		SharedTemplate shared = this.template;
		if (shared != null && !this.made) {
			logger.info(
					"No template is made of " + this.base + ", for a bean has changed it before all tables were made");
			this.template = null;
			shared.giveUp();
		}
	}

	@Override
	public void made() {
		requireNoSequences();
		SharedTemplate shared = this.template;
		if (shared != null) {
			shared.makeOf(this.base);
		}
	}

	@Override
	public OpenSandbox create() {
		this.run.stayAlive();
		try {
			DatabaseName database = this.sandboxes.take();
			Long now = this.jdbc.queryForObject(NOW, Long.class);
			return new OpenSandbox(database.value(), Objects.requireNonNull(now));
		}
		catch (MissingPrivilegeException ex) {
			throw missingPrivilege(ex);
		}
		catch (DataAccessException ex) {
			throw new SandboxException("No sandbox could be made of " + this.base + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Clone the base on a connection of this run, and leave tests the pool.
	 */
	private DatabaseName cloneBase() {
		DatabaseName database = this.run.newName(this.origin, "sandbox");
		this.run.clones().cloneDatabase(this.base, database);
		return database;
	}

	@Override
	public void drop(OpenSandbox sandbox) {
		this.sandboxes.giveBack(DatabaseName.of(sandbox.database()));
	}

	@Override
	public String keep(OpenSandbox sandbox, String test) {
		DatabaseName kept = SandboxRun.newKeptName(this.origin, test);
		this.clones.cloneDatabase(DatabaseName.of(sandbox.database()), kept);
		return kept.value();
	}

	@Override
	public void use(Connection connection, String database) throws SQLException {
		connection.setCatalog(database);
	}

	@Override
	public TableChanges changes(OpenSandbox sandbox, String table) {
		return this.changedRows.onServer(beside(), sandbox, this.base.value(), table);
	}

	@Override
	public Set<String> changedTables(OpenSandbox sandbox) {
		return this.changedRows.changedTables(beside(), sandbox, this.base.value(),
				(table) -> !changes(sandbox, table).isEmpty());
	}

	@Override
	public void close() {
		synchronized (this) {
			if (this.closed) {
				return;
			}
			this.closed = true;
		}
		SharedTemplate shared = this.template;
		if (shared != null) {
			shared.giveUp();
		}
		try {
			this.sandboxes.close();
			logger.info(this.base + ": " + this.sandboxes.times());
			drop(this.base);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (DataAccessException ex) {
			logger.debug("The base " + this.base + " could not be dropped. The next run will try again", ex);
		}
		finally {
			this.run.leave();
		}
	}

	/**
	 * Drop a database on a connection of this run: the pool may be closed.
	 */
	private void drop(DatabaseName database) {
		this.run.jdbc().execute("DROP DATABASE IF EXISTS " + database.quoted());
	}

	/**
	 * Return connections that a test's transaction does not take part in. It may hold the
	 * only one of the pool.
	 */
	private JdbcTemplate beside() {
		return TransactionSynchronizationManager.isActualTransactionActive() ? this.run.jdbc() : this.jdbc;
	}

	private @Nullable String source(String template, MigrationState state) {
		if (StringUtils.hasText(template)) {
			return template;
		}
		if (state.makesTables()) {
			return null;
		}
		if (!StringUtils.hasText(this.origin)) {
			throw new SandboxException("There is nothing to make a sandbox of: the URL names no database, and neither "
					+ "Flyway, Liquibase, spring.sql.init.mode=always nor spring.jpa.hibernate.ddl-auto makes tables. "
					+ "Name a database in the URL or in @MatrixOneSandbox(template)");
		}
		return this.origin;
	}

	private boolean cloneTemplate(String source) {
		DatabaseName template = DatabaseName.of(source);
		try {
			this.clones.cloneDatabase(template, this.base);
		}
		catch (DatabaseNotFoundException ex) {
			throw new SandboxException("There is no database " + template + " to make sandboxes of", ex);
		}
		this.forbidden.add(template.normalized());
		return false;
	}

	/**
	 * Clone the template if there is one, or make an empty base, of which it is made.
	 */
	private boolean shareOrMake(MigrationState state) throws SQLException {
		String key = state.key();
		if (key == null) {
			createBase();
			return false;
		}
		SharedTemplate shared = new SharedTemplate(this.run, this.jdbc, this.clones, this.origin, key);
		this.template = shared;
		if (shared.cloneTo(this.base)) {
			return true;
		}
		try {
			createBase();
			return false;
		}
		catch (DataAccessException ex) {
			shared.giveUp();
			throw ex;
		}
	}

	private void createBase() {
		this.jdbc.execute("CREATE DATABASE " + this.base.quoted());
	}

	private void requireNoSequences() {
		List<String> sequences = this.jdbc.queryForList(SEQUENCES, String.class, this.base.value());
		if (!sequences.isEmpty()) {
			throw new SandboxException(
					"The server leaves sequences out of a clone, so that no sandbox would have these: " + sequences
							+ ". Use AUTO_INCREMENT, or a table as JPA does on MatrixOne");
		}
	}

	private static SandboxException missingPrivilege(MissingPrivilegeException ex) {
		return new SandboxException("The user of the data source may not make databases for sandboxes, or not use "
				+ "them, for a clone does not belong to its maker. Let an administrator grant its role: "
				+ "GRANT CREATE DATABASE, DROP DATABASE ON ACCOUNT *; GRANT ALL ON DATABASE *; GRANT ALL ON TABLE *.*",
				ex);
	}

}
