package io.github.matrixone.spring.contract.jpa;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

import org.hibernate.SessionFactory;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import io.github.matrixone.spring.contract.ServerUnderTest;

/**
 * Hibernate without Spring, for what has to differ from test to test: the model, the
 * settings, the zones.
 */
final class MappingModel {

	static final String DATABASE = "contract_mapping";

	static final String CHANGED_DATABASE = "contract_mapping_changed";

	private static boolean recreated;

	private MappingModel() {
	}

	static String url(String database) {
		return ServerUnderTest.get().url() + database + "?createDatabaseIfNotExist=true&useInformationSchema=false";
	}

	static SessionFactory start(String url, Map<String, ?> settings, Class<?>... types) {
		HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration("mapping").jdbcUrl(url)
			.jdbcCredentials(ServerUnderTest.get().username(), ServerUnderTest.get().password());
		configuration.property("hibernate.hbm2ddl.halt_on_error", true);
		configuration.properties(settings);
		for (Class<?> type : types) {
			configuration.managedClass(type);
		}
		return configuration.createEntityManagerFactory();
	}

	static Connection connect(String url) throws SQLException {
		return DriverManager.getConnection(url, ServerUnderTest.get().username(), ServerUnderTest.get().password());
	}

	/**
	 * Make the database of the tests of one application empty for the first of them.
	 */
	static synchronized void recreateOnce() {
		if (!recreated) {
			recreate(DATABASE);
			recreated = true;
		}
	}

	static void recreate(String database) {
		try (Connection connection = connect(ServerUnderTest.get().url())) {
			JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
			jdbc.execute("DROP DATABASE IF EXISTS `" + database + '`');
			jdbc.execute("CREATE DATABASE `" + database + '`');
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the statements that would create the tables of a database, by table.
	 */
	static Map<String, String> tables(String database) throws SQLException {
		try (Connection connection = connect(url(database))) {
			JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
			Map<String, String> tables = new TreeMap<>();
			for (String table : jdbc.queryForList("SHOW TABLES", String.class)) {
				tables.put(table,
						jdbc.queryForObject("SHOW CREATE TABLE `" + table + '`', (row, number) -> row.getString(2)));
			}
			return tables;
		}
	}

}
