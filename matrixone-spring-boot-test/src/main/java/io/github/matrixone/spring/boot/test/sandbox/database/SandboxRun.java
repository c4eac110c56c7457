package io.github.matrixone.spring.boot.test.sandbox.database;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcUtils;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.NamedLock;

/**
 * The run of this JVM's tests on a server. Its databases have its id in their names. It
 * holds a named lock as long as it lives, so that a later run can tell what was left
 * behind by one that was killed, and drops it.
 */
final class SandboxRun {

	private static final Log logger = LogFactory.getLog(SandboxRun.class);

	private static final List<String> DEFINITIONS = List.of("CREATE DATABASE IF NOT EXISTS matrixone_sandbox",
			"CREATE TABLE IF NOT EXISTS matrixone_sandbox.run (run_id VARCHAR(10) PRIMARY KEY, started DATETIME NOT NULL)",
			"""
					CREATE TABLE IF NOT EXISTS matrixone_sandbox.template (
						state VARCHAR(32) NOT NULL, origin VARCHAR(64) NOT NULL, name VARCHAR(64) NOT NULL,
						used DATETIME NOT NULL, PRIMARY KEY (state, origin))""");

	private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

	private static final int LONGEST_PREFIX = 24;

	private static final Map<String, SandboxRun> runs = new ConcurrentHashMap<>();

	private final String id = randomId();

	private final AtomicInteger databases = new AtomicInteger();

	private final DataSource connections;

	private final boolean outlivesContexts;

	private @Nullable Connection alive;

	private SandboxRun(DataSource connections, boolean outlivesContexts) {
		this.connections = connections;
		this.outlivesContexts = outlivesContexts;
	}

	/**
	 * Return the run on the server of a pool. The first call drops what others have left.
	 * Where only the pool gives connections, which is closed with its context, the run is
	 * that context's own.
	 */
	static SandboxRun on(DataSource pool) throws SQLException {
		String server;
		try (Connection connection = pool.getConnection()) {
			DatabaseMetaData metaData = connection.getMetaData();
			server = metaData.getUserName() + ' ' + metaData.getURL();
		}
		DataSource connections = RunConnections.like(pool);
		return (connections != null) ? runs.computeIfAbsent(server, (key) -> begin(new SandboxRun(connections, true)))
				: begin(new SandboxRun(pool, false));
	}

	/**
	 * Return a name for a database.
	 * @param origin the name of the database for which it stands
	 * @param kind what it is for
	 */
	DatabaseName newName(String origin, String kind) {
		return DatabaseName.of(prefix(origin) + '_' + kind + '_' + this.id + '_' + this.databases.incrementAndGet());
	}

	/**
	 * Return a name for a database that no run will drop.
	 */
	static DatabaseName newKeptName(String origin, String test) {
		String safe = test.replaceAll("[^A-Za-z0-9_]+", "_");
		String end = safe.substring(Math.max(0, safe.length() - LONGEST_PREFIX));
		return DatabaseName.of(prefix(origin) + "_kept_" + end + '_' + randomId().substring(0, 4));
	}

	/**
	 * Send statements on a connection of this run's own.
	 */
	JdbcTemplate jdbc() {
		return jdbc(this.connections);
	}

	/**
	 * Clone on a connection of this run's own.
	 */
	CloneOperations clones() {
		return clones(this.connections);
	}

	static CloneOperations clones(DataSource dataSource) {
		CommandExecutor executor = new CommandExecutor(new MatrixOneDataSource(dataSource), new ServerBackend());
		return new CloneTemplate(executor);
	}

	/**
	 * See to it that this run counts as alive.
	 */
	synchronized void stayAlive() {
		Connection alive = this.alive;
		try {
			if (alive == null || !alive.isValid(5)) {
				JdbcUtils.closeConnection(alive);
				alive = this.connections.getConnection();
				this.alive = alive;
				if (!HeldLock.tryTake(alive, lockOf(this.id))) {
					throw new SandboxException("The named lock of this run, " + lockOf(this.id).name() + ", is taken");
				}
			}
		}
		catch (SQLException ex) {
			throw new SandboxException("The server cannot be reached", ex);
		}
	}

	/**
	 * A context is closed that has worked with this run.
	 */
	synchronized void leave() {
		Connection alive = this.alive;
		if (!this.outlivesContexts && alive != null) {
			this.alive = null;
			try (alive) {
				HeldLock.release(alive, lockOf(this.id));
			}
			catch (SQLException ex) {
				logger.debug("The connection that held the lock of this run is broken", ex);
			}
		}
	}

	/**
	 * Wait for a named lock.
	 */
	HeldLock lock(String name) throws SQLException {
		return HeldLock.take(this.connections, lockOf(name));
	}

	static JdbcTemplate jdbc(DataSource dataSource) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.setExceptionTranslator(new MatrixOneExceptionTranslator());
		return jdbc;
	}

	private static SandboxRun begin(SandboxRun run) {
		JdbcTemplate jdbc = run.jdbc();
		DEFINITIONS.forEach(jdbc::execute);
		run.stayAlive();
		jdbc.update("INSERT INTO matrixone_sandbox.run (run_id, started) VALUES (?, now())", run.id);
		run.sweep();
		return run;
	}

	/**
	 * Drop what runs have left that are not alive, and templates that nobody has used for
	 * a week.
	 */
	private void sweep() {
		JdbcTemplate jdbc = jdbc();
		for (String dead : jdbc.queryForList("SELECT run_id FROM matrixone_sandbox.run WHERE run_id <> ?", String.class,
				this.id)) {
			whileLocked(lockOf(dead), (locked) -> dropLeftovers(locked, dead));
		}
		for (Map<String, Object> old : jdbc.queryForList(
				"SELECT state, origin, name FROM matrixone_sandbox.template WHERE used < date_sub(now(), INTERVAL 7 DAY)")) {
			String state = String.valueOf(old.get("state"));
			whileLocked(lockOf(state), (locked) -> {
				drop(locked, String.valueOf(old.get("name")));
				locked.update("DELETE FROM matrixone_sandbox.template WHERE state = ? AND origin = ?", state,
						old.get("origin"));
			});
		}
	}

	private void whileLocked(NamedLock lock, Consumer<JdbcTemplate> action) {
		try (Connection connection = this.connections.getConnection()) {
			if (HeldLock.tryTake(connection, lock)) {
				try {
					action.accept(jdbc(new SingleConnectionDataSource(connection, true)));
				}
				finally {
					HeldLock.release(connection, lock);
				}
			}
		}
		catch (SQLException | DataAccessException ex) {
			logger.warn("What an earlier run has left could not be dropped. The next run will try again", ex);
		}
	}

	private static void dropLeftovers(JdbcTemplate jdbc, String run) {
		Pattern named = Pattern.compile(".+_" + run + "_\\d+");
		List<String> templates = jdbc.queryForList("SELECT name FROM matrixone_sandbox.template", String.class);
		for (String database : jdbc.queryForList(
				"SELECT datname FROM mo_catalog.mo_database WHERE account_id = current_account_id()", String.class)) {
			if (named.matcher(database).matches() && !templates.contains(database)) {
				logger.info("Dropping " + database + ", which a run has left that was killed");
				drop(jdbc, database);
			}
		}
		jdbc.update("DELETE FROM matrixone_sandbox.run WHERE run_id = ?", run);
	}

	private static void drop(JdbcTemplate jdbc, String database) {
		jdbc.execute("DROP DATABASE IF EXISTS " + DatabaseName.of(database).quoted());
	}

	/**
	 * Return the lock of a run that is alive, or of a template that is being made.
	 */
	private static NamedLock lockOf(String name) {
		return new NamedLock("matrixone_sandbox " + name);
	}

	private static String prefix(String origin) {
		String safe = origin.replaceAll("[^A-Za-z0-9_]+", "_");
		return safe.isEmpty() ? "test" : safe.substring(0, Math.min(safe.length(), LONGEST_PREFIX));
	}

	private static String randomId() {
		SecureRandom random = new SecureRandom();
		StringBuilder id = new StringBuilder();
		for (int i = 0; i < 10; i++) {
			id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
		}
		return id.toString();
	}

}
