package io.github.matrixone.spring.contract.migration;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

import com.mysql.cj.jdbc.MysqlDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.contract.ServerUnderTest;

/**
 * A database of its own that a test starts from empty, and a look at it past the starter.
 */
record Schema(String name) {

	static Schema empty(String name) throws SQLException {
		ServerUnderTest server = ServerUnderTest.get();
		try (Connection connection = DriverManager.getConnection(server.url(), server.username(), server.password());
				Statement statement = connection.createStatement()) {
			statement.execute("DROP DATABASE IF EXISTS " + name);
			statement.execute("CREATE DATABASE " + name);
		}
		return new Schema(name);
	}

	String[] properties() {
		ServerUnderTest server = ServerUnderTest.get();
		return new String[] { "spring.datasource.url=" + url(), "spring.datasource.username=" + server.username(),
				"spring.datasource.password=" + server.password(), "spring.datasource.hikari.maximum-pool-size=3" };
	}

	String url() {
		return ServerUnderTest.get().url() + this.name;
	}

	JdbcTemplate jdbc() {
		MysqlDataSource dataSource = new MysqlDataSource();
		dataSource.setUrl(url());
		dataSource.setUser(ServerUnderTest.get().username());
		dataSource.setPassword(ServerUnderTest.get().password());
		return new JdbcTemplate(dataSource);
	}

	boolean hasTable(String table) {
		return jdbc().queryForList("SHOW TABLES", String.class).contains(table);
	}

	String createTable(String table) {
		return (String) jdbc().queryForMap("SHOW CREATE TABLE " + table).get("Create Table");
	}

}
