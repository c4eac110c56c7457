package io.github.matrixone.spring.contract.nodes;

import java.util.List;

import com.mysql.cj.jdbc.MysqlDataSource;
import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.spi.ConnectionFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

/**
 * A compute node of the server.
 *
 * @param url the URL, up to and with the slash before the database
 */
record Node(String url) {

	private static final List<Node> NODES = find();

	static boolean areAvailable() {
		return NODES.size() == 2;
	}

	static Node first() {
		return NODES.get(0);
	}

	static Node second() {
		return NODES.get(1);
	}

	/**
	 * Host and port.
	 */
	String address() {
		return this.url.substring(this.url.indexOf("//") + 2, this.url.length() - 1);
	}

	/**
	 * A look at the node past the library.
	 */
	JdbcTemplate jdbc(String database) {
		MysqlDataSource dataSource = new MysqlDataSource();
		dataSource.setUrl(this.url + database);
		dataSource.setUser(ServerUnderTest.get().username());
		dataSource.setPassword(ServerUnderTest.get().password());
		return new JdbcTemplate(dataSource);
	}

	HikariDataSource pool(String database) {
		HikariDataSource pool = new HikariDataSource();
		pool.setDataSource(new MatrixOneDataSource(new DriverManagerDataSource(this.url + database,
				ServerUnderTest.get().username(), ServerUnderTest.get().password())));
		pool.setMaximumPoolSize(4);
		pool.setMinimumIdle(0);
		return pool;
	}

	ConnectionFactory connectionFactory(String database) {
		return ServerUnderTest.get().plainR2dbc(this.url, database);
	}

	private static List<Node> find() {
		String urls = System.getenv().getOrDefault("MATRIXONE_URLS", "");
		List<Node> nodes = urls.isBlank() ? List.of() : List.of(urls.split(",")).stream().map(Node::new).toList();
		if (nodes.size() != 2) {
			System.out.println("NOT RUN: the contract on two compute nodes. Set MATRIXONE_URLS to two URLs, or use "
					+ "scripts/with-matrixone with MATRIXONE_COMPUTE_NODES=2.");
		}
		return nodes;
	}

}
