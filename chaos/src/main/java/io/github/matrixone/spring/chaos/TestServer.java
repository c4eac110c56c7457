package io.github.matrixone.spring.chaos;

import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The server that a program torments, seen past everything that the program puts in the
 * way of the application.
 */
final class TestServer {

	static final String DATABASE = "matrixone_chaos";

	static final int ACCOUNTS = 50;

	private final URI uri = URI.create(
			System.getenv().getOrDefault("MATRIXONE_URL", "jdbc:mysql://127.0.0.1:6001/").substring("jdbc:".length()));

	private final String username = System.getenv().getOrDefault("MATRIXONE_USERNAME", "root");

	private final String password = System.getenv().getOrDefault("MATRIXONE_PASSWORD", "111");

	private final JdbcTemplate jdbc = new JdbcTemplate(
			new DriverManagerDataSource("jdbc:" + this.uri + "?connectTimeout=2000", this.username, this.password));

	private final JdbcTemplate killer = new JdbcTemplate(
			new SingleConnectionDataSource("jdbc:" + this.uri, this.username, this.password, true));

	/**
	 * Make an empty database with the tables of the {@link Work}.
	 */
	void prepare() {
		cleanUp();
		this.jdbc.execute("CREATE DATABASE " + DATABASE);
		this.jdbc.execute("CREATE TABLE " + DATABASE + ".account (id INT PRIMARY KEY, balance BIGINT NOT NULL)");
		this.jdbc.execute("CREATE TABLE " + DATABASE + ".ledger (id BIGINT PRIMARY KEY, source INT NOT NULL, "
				+ "target INT NOT NULL, amount BIGINT NOT NULL)");
		this.jdbc.execute("CREATE TABLE " + DATABASE + ".owner (id INT PRIMARY KEY, visits BIGINT NOT NULL)");
		this.jdbc.execute("CREATE TABLE " + DATABASE + ".visit (id BIGINT PRIMARY KEY, owner_id INT NOT NULL, "
				+ "FOREIGN KEY (owner_id) REFERENCES " + DATABASE + ".owner (id))");
		this.jdbc.update("INSERT INTO " + DATABASE + ".account SELECT result, 0 FROM generate_series(0, ?) g",
				ACCOUNTS - 1);
		this.jdbc.update("INSERT INTO " + DATABASE + ".owner SELECT result, 0 FROM generate_series(0, 3) g");
	}

	void cleanUp() {
		for (String snapshot : snapshots()) {
			this.jdbc.execute("DROP SNAPSHOT " + snapshot);
		}
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DATABASE);
	}

	boolean answers() {
		try {
			this.jdbc.queryForObject("SELECT 1", Integer.class);
			return true;
		}
		catch (DataAccessException ex) {
			return false;
		}
	}

	/**
	 * End a connection. It may have ended meanwhile.
	 */
	synchronized void kill(long connection) {
		try {
			this.killer.execute("KILL " + connection);
		}
		catch (DataAccessException ex) {
			if (!(ex.getRootCause() instanceof SQLException)) {
				throw ex;
			}
		}
	}

	Set<Long> ledger() {
		return Set.copyOf(this.jdbc.queryForList("SELECT id FROM " + DATABASE + ".ledger", Long.class));
	}

	Set<String> clones() {
		return this.jdbc.queryForList("SHOW TABLES FROM " + DATABASE, String.class)
			.stream()
			.filter((table) -> table.startsWith(Unit.CLONE))
			.collect(Collectors.toSet());
	}

	Set<String> snapshots() {
		return Set.copyOf(this.jdbc.queryForList(
				"SELECT sname FROM mo_catalog.mo_snapshots WHERE database_name = ? AND kind = 'user'", String.class,
				DATABASE));
	}

	Set<String> clonesOf(Unit unit) {
		return Set.copyOf(
				this.jdbc.queryForList("SELECT relname FROM mo_catalog.mo_tables WHERE reldatabase = ? AND relname = ?",
						String.class, DATABASE, unit.cloneName()));
	}

	Set<String> snapshotsOf(Unit unit) {
		return Set.copyOf(this.jdbc.queryForList("SELECT sname FROM mo_catalog.mo_snapshots WHERE sname IN (?, ?)",
				String.class, unit.snapshotNow(), unit.snapshotAfterCommit()));
	}

	/**
	 * Return whether all of a unit is there, or nothing of it.
	 */
	boolean isWhole(Unit unit) {
		boolean committed = holds("ledger", unit.id());
		Set<String> snapshots = snapshotsOf(unit);
		return clonesOf(unit).isEmpty() != (committed && unit.kind().isCloned())
				&& snapshots.contains(unit.snapshotNow()) == (committed && unit.kind().hasSnapshotNow()) && snapshots
					.contains(unit.snapshotAfterCommit()) == (committed && unit.kind().hasSnapshotAfterCommit());
	}

	/**
	 * Drop the clone and the snapshots of a unit.
	 */
	void drop(Unit unit) {
		this.jdbc.execute("DROP TABLE IF EXISTS " + DATABASE + '.' + unit.cloneName());
		this.jdbc.execute("DROP SNAPSHOT IF EXISTS " + unit.snapshotNow());
		this.jdbc.execute("DROP SNAPSHOT IF EXISTS " + unit.snapshotAfterCommit());
	}

	/**
	 * Return whether a row is in a table of the shape of the ledger.
	 */
	boolean holds(String table, long id) {
		return count("SELECT count(*) FROM " + DATABASE + '.' + table + " WHERE id = " + id) == 1;
	}

	long duplicates() {
		return count("SELECT count(*) - count(DISTINCT id) FROM " + DATABASE + ".ledger")
				+ count("SELECT count(*) - count(DISTINCT id) FROM " + DATABASE + ".account")
				+ count("SELECT count(*) - count(DISTINCT id) FROM " + DATABASE + ".owner");
	}

	/**
	 * Return the accounts whose balance is not that of their entries in the ledger.
	 */
	List<Integer> wrongAccounts() {
		return this.jdbc.queryForList(
				"SELECT a.id FROM " + DATABASE + ".account a LEFT JOIN (SELECT id, sum(amount) AS s "
						+ "FROM (SELECT target AS id, amount FROM " + DATABASE
						+ ".ledger UNION ALL SELECT source AS id, -amount " + "FROM " + DATABASE
						+ ".ledger) e GROUP BY id) b ON b.id = a.id WHERE a.balance <> coalesce(b.s, 0)",
				Integer.class);
	}

	/**
	 * Return the owners that were not visited as often as they say.
	 */
	List<Integer> wrongOwners() {
		return this.jdbc.queryForList(
				"SELECT o.id FROM " + DATABASE + ".owner o LEFT JOIN (SELECT owner_id, count(*) AS n FROM " + DATABASE
						+ ".visit GROUP BY owner_id) v ON v.owner_id = o.id WHERE o.visits <> coalesce(v.n, 0)",
				Integer.class);
	}

	/**
	 * Return the ids of the application's connections.
	 */
	List<Long> connections() {
		return this.jdbc
			.query("SHOW PROCESSLIST",
					(row, index) -> DATABASE.equals(row.getString("db")) ? row.getLong("conn_id") : 0L)
			.stream()
			.filter((id) -> id != 0)
			.toList();
	}

	/**
	 * Find out whether the application has left connections behind.
	 */
	void requireNoConnections(Verdict verdict) throws InterruptedException {
		for (int i = 0; i < 100 && !connections().isEmpty(); i++) {
			Thread.sleep(100);
		}
		verdict.require(connections().isEmpty(), "Connections that were left on the server: " + connections());
	}

	String host() {
		return this.uri.getHost();
	}

	int port() {
		return this.uri.getPort();
	}

	String username() {
		return this.username;
	}

	String password() {
		return this.password;
	}

	private long count(String sql) {
		Long count = this.jdbc.queryForObject(sql, Long.class);
		return (count != null) ? count : 0;
	}

}
