package io.github.matrixone.spring.simulator;

import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.springframework.util.Assert;

import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Simulator of MatrixOne on an H2 database in memory: the same operations with the same
 * restrictions, for a first run and for tests without a server. What it cannot do it
 * refuses with an {@link io.github.matrixone.spring.dao.UnsupportedByServerException}.
 * Thread-safe.
 *
 * <p>
 * MatrixOne's databases are H2's schemas. Snapshots and clones copy rows. Tables and
 * databases that a clone makes are seen by others at once, still empty; their rows with
 * the commit. DDL as SQL text is refused in a transaction, because H2 would commit.
 *
 * <p>
 * Commands use connections of their own beside those of the pool, so that a pool of one
 * connection does not hang. They are opened with the pool's URL and user, and no
 * password.
 *
 * @since 0.1
 */
public final class MatrixOneSimulator {

	/**
	 * Class name of the JDBC driver.
	 */
	public static final String DRIVER_CLASS_NAME = "org.h2.Driver";

	/**
	 * Name of the user.
	 */
	public static final String USERNAME = "sa";

	/**
	 * Password of the user: none.
	 */
	public static final String PASSWORD = "";

	private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_.-]+");

	private final MatrixOneDataSource dataSource;

	private final MatrixOneBackend backend;

	private final OwnConnections ownConnections;

	/**
	 * Create a simulator. Nothing is sent to the database before the first connection is
	 * asked for.
	 * @param h2 the data source, usually a pool, on a {@linkplain #url URL} of the
	 * simulator
	 */
	public MatrixOneSimulator(DataSource h2) {
		Assert.notNull(h2, "The data source must not be null");
		DataSource connections = new UnchangedDataSource(h2);
		this.ownConnections = new OwnConnections(connections);
		this.dataSource = new SimulatorDataSource(h2, connections, this.ownConnections);
		this.backend = new SimulatorBackend(this.ownConnections);
	}

	/**
	 * Return the URL of a database in memory. It lives as long as the JVM.
	 * @param name a name for it: letters, digits, dots, dashes and underscores
	 * @param database the current database of its connections, which is made if it is
	 * missing
	 * @return the URL, for the user {@link #USERNAME} without a password
	 */
	public static String url(String name, DatabaseName database) {
		Assert.notNull(database, "The database must not be null");
		Assert.isTrue(SAFE_NAME.matcher(name).matches(),
				() -> "The name may have letters, digits, dots, dashes and underscores only: '" + name + "'");
		String schema = database.quoted();
		String init = "CREATE SCHEMA IF NOT EXISTS " + schema + ";SET SCHEMA " + schema;
		return "jdbc:h2:mem:" + name + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE"
				+ ";DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=" + OwnConnections.LOCK_TIMEOUT
				+ ";NON_KEYWORDS=DAY,HOUR,MINUTE,MONTH,SECOND,USER,VALUE,YEAR;INIT="
				+ init.replace("\\", "\\\\").replace(";", "\\;");
	}

	/**
	 * Return the data source that the application is to use.
	 * @return the data source
	 */
	public MatrixOneDataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Return what carries the commands out.
	 * @return the backend
	 */
	public MatrixOneBackend backend() {
		return this.backend;
	}

	/**
	 * Return connections for commands that run beside a transaction. They are not pooled,
	 * so that no command waits for the connection that its own transaction holds.
	 * @return the data source
	 */
	public DataSource ownConnections() {
		return this.ownConnections;
	}

}
