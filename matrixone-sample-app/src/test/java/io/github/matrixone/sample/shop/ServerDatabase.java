package io.github.matrixone.sample.shop;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * A database on the server of {@code MATRIXONE_URL} that one class of tests has for
 * itself.
 */
public final class ServerDatabase {

	private static final String URL = System.getenv().getOrDefault("MATRIXONE_URL", "jdbc:mysql://127.0.0.1:6001/");

	private static final String USERNAME = System.getenv().getOrDefault("MATRIXONE_USERNAME", "root");

	private static final String PASSWORD = System.getenv().getOrDefault("MATRIXONE_PASSWORD", "111");

	private final String name = "sample_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);

	/**
	 * Make the profile {@code matrixone} use this database.
	 */
	public void register(DynamicPropertyRegistry registry) {
		registry.add("MATRIXONE_SHOP_URL", () -> URL + this.name + "?createDatabaseIfNotExist=true");
		registry.add("MATRIXONE_SHOP_USERNAME", () -> USERNAME);
		registry.add("MATRIXONE_SHOP_PASSWORD", () -> PASSWORD);
	}

	/**
	 * Make an application with R2DBC use this database.
	 */
	public void registerR2dbc(DynamicPropertyRegistry registry) {
		registry.add("spring.r2dbc.url", () -> URL.replaceFirst("jdbc:", "r2dbc:") + "?createDatabaseIfNotExist=true");
		registry.add("spring.r2dbc.name", () -> this.name);
		registry.add("spring.r2dbc.username", () -> USERNAME);
		registry.add("spring.r2dbc.password", () -> PASSWORD);
	}

	/**
	 * Drop the database, and the databases and snapshots that the tests have made of it.
	 */
	public void drop() throws SQLException {
		try (Connection connection = DriverManager.getConnection(URL, USERNAME, PASSWORD);
				Statement statement = connection.createStatement()) {
			for (String snapshot : names(statement, "sname", "mo_catalog.mo_snapshots")) {
				statement.execute("DROP SNAPSHOT `" + snapshot + "`");
			}
			for (String database : names(statement, "schema_name", "information_schema.schemata")) {
				statement.execute("DROP DATABASE `" + database + "`");
			}
		}
	}

	private List<String> names(Statement statement, String column, String table) throws SQLException {
		List<String> names = new ArrayList<>();
		try (ResultSet rows = statement
			.executeQuery("SELECT " + column + " FROM " + table + " WHERE " + column + " LIKE '" + this.name + "%'")) {
			while (rows.next()) {
				names.add(rows.getString(1));
			}
		}
		return names;
	}

}
