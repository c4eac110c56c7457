package io.github.matrixone.spring.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * A database of its own with the tables of the {@link Jobs}, and pools on it.
 */
final class BenchmarkDatabase implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final String url = System.getenv().getOrDefault("MATRIXONE_URL", "jdbc:mysql://127.0.0.1:6001/");

	private final String username = System.getenv().getOrDefault("MATRIXONE_USERNAME", "root");

	private final String password = System.getenv().getOrDefault("MATRIXONE_PASSWORD", "111");

	private final JdbcTemplate jdbc = new JdbcTemplate(
			new DriverManagerDataSource(this.url, this.username, this.password));

	private final List<Runnable> pools = new ArrayList<>();

	private final DatabaseName name;

	private BenchmarkDatabase(DatabaseName name) {
		this.name = name;
	}

	static BenchmarkDatabase create(String name) {
		BenchmarkDatabase database = new BenchmarkDatabase(DatabaseName.of(name));
		database.create();
		return database;
	}

	/**
	 * Return the URL of this database.
	 */
	String url() {
		return this.url + this.name.value();
	}

	/**
	 * Return the properties of a Spring Boot application on this database.
	 * @param url the URL, which may lead there another way
	 */
	Map<String, String> properties(String url) {
		return Map.of("spring.datasource.url", url, "spring.datasource.username", this.username,
				"spring.datasource.password", this.password);
	}

	/**
	 * Return a pool whose connections are MatrixOne's.
	 */
	DataSource dataSource(int poolSize) {
		HikariDataSource pool = new HikariDataSource();
		pool.setDataSource(new MatrixOneDataSource(new DriverManagerDataSource(url(), this.username, this.password)));
		pool.setMaximumPoolSize(poolSize);
		pool.setConnectionTimeout(PATIENCE.toMillis());
		this.pools.add(pool::close);
		return pool;
	}

	ConnectionFactory connectionFactory(String driver, int poolSize) {
		URI uri = URI.create(this.url.substring("jdbc:".length()));
		ConnectionFactory server = ConnectionFactories.get(ConnectionFactoryOptions.builder()
			.option(ConnectionFactoryOptions.DRIVER, driver)
			.option(ConnectionFactoryOptions.HOST, uri.getHost())
			.option(ConnectionFactoryOptions.PORT, uri.getPort())
			.option(ConnectionFactoryOptions.USER, this.username)
			.option(ConnectionFactoryOptions.PASSWORD, this.password)
			.option(ConnectionFactoryOptions.DATABASE, this.name.value())
			.build());
		ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(server)
			.initialSize(poolSize)
			.maxSize(poolSize)
			.maxAcquireTime(PATIENCE)
			.build());
		this.pools.add(pool::dispose);
		return pool;
	}

	/**
	 * Let each booking reference its account.
	 */
	void addForeignKey() {
		this.jdbc.execute("ALTER TABLE " + table("booking") + " ADD CONSTRAINT of_account FOREIGN KEY (account_id) "
				+ "REFERENCES " + table("account") + " (id)");
	}

	/**
	 * Add a table with one row for each number below {@link Jobs#ACCOUNTS}, which is not
	 * the primary key but unique.
	 */
	void addStock() {
		this.jdbc.execute("CREATE TABLE " + table("stock")
				+ " (id BIGINT AUTO_INCREMENT PRIMARY KEY, code INT NOT NULL UNIQUE, pieces BIGINT NOT NULL)");
		this.jdbc.update(
				"INSERT INTO " + table("stock") + " (code, pieces) SELECT result, 0 FROM generate_series(0, ?) g",
				Jobs.ACCOUNTS - 1);
	}

	/**
	 * Compare the stock with what was done.
	 * @param upserts how often 1 was added
	 * @throws IllegalStateException if they differ
	 */
	void checkStock(long upserts) {
		long articles = count("SELECT count(*) FROM " + table("stock"));
		long pieces = count("SELECT sum(pieces) FROM " + table("stock"));
		System.out.println(upserts + " upserts done, " + pieces + " pieces of " + articles + " articles");
		if (articles != Jobs.ACCOUNTS || pieces != upserts) {
			throw new IllegalStateException("The stock is not what was done");
		}
	}

	/**
	 * Compare the tables with the jobs that have succeeded.
	 * @throws IllegalStateException if they differ
	 */
	void check(Jobs jobs) {
		if (!report(jobs)) {
			throw new IllegalStateException("The database does not hold what was done");
		}
	}

	/**
	 * Compare the tables with the jobs that have succeeded.
	 * @return whether they agree
	 */
	boolean report(Jobs jobs) {
		long accounts = count("SELECT count(*) FROM " + table("account"));
		long balances = count("SELECT sum(balance) FROM " + table("account"));
		long bookings = count("SELECT count(*) FROM " + table("booking"));
		long wrong = count("SELECT count(*) FROM " + table("account")
				+ " a LEFT JOIN (SELECT account_id, count(*) AS n " + "FROM " + table("booking")
				+ " GROUP BY account_id) b ON b.account_id = a.id WHERE a.balance <> coalesce(b.n, 0)");
		System.out.println();
		System.out.println(jobs.done() + " jobs done, " + jobs.failed() + " failed, sum of balances " + balances + ", "
				+ bookings + " bookings, " + wrong + " accounts whose balance is not that of their bookings, "
				+ (accounts - Jobs.ACCOUNTS) + " rows doubled");
		return accounts == Jobs.ACCOUNTS && balances == jobs.done() && bookings == jobs.done() && wrong == 0;
	}

	/**
	 * Compare the tables with what was done.
	 * @param updates how often 1 was added to a balance
	 * @param inserts how many bookings were inserted
	 * @throws IllegalStateException if they differ
	 */
	void check(long updates, long inserts) {
		long accounts = count("SELECT count(*) FROM " + table("account"));
		long balances = count("SELECT sum(balance) FROM " + table("account"));
		long bookings = count("SELECT count(*) FROM " + table("booking"));
		System.out.println(updates + " updates and " + inserts + " inserts done, sum of balances " + balances + ", "
				+ bookings + " bookings");
		if (accounts != Jobs.ACCOUNTS || balances != updates || bookings != inserts) {
			throw new IllegalStateException("The database does not hold what was done");
		}
	}

	@Override
	public void close() {
		this.pools.forEach(Runnable::run);
		this.jdbc.execute("DROP DATABASE " + this.name.quoted());
	}

	private void create() {
		this.jdbc.execute("CREATE DATABASE " + this.name.quoted());
		this.jdbc.execute("CREATE TABLE " + table("account") + " (id INT PRIMARY KEY, balance BIGINT NOT NULL)");
		this.jdbc.execute("CREATE TABLE " + table("booking") + " (id BIGINT PRIMARY KEY, account_id INT NOT NULL)");
		this.jdbc.update("INSERT INTO " + table("account") + " SELECT result, 0 FROM generate_series(0, ?) g",
				Jobs.ACCOUNTS - 1);
	}

	private String table(String table) {
		return TableName.of(this.name, table).quoted();
	}

	private long count(String sql) {
		Long count = this.jdbc.queryForObject(sql, Long.class);
		return (count != null) ? count : 0;
	}

}
