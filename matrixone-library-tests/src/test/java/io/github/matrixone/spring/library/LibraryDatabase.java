package io.github.matrixone.spring.library;

import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.test.context.DynamicPropertyRegistry;

import io.github.matrixone.spring.contract.ServerUnderTest;

/**
 * A database of the server for the tests of one library, made anew. What it says of rows
 * is read past everything of the starter's, on connections of its own.
 */
final class LibraryDatabase {

	private final String name;

	private final String parameters;

	private final JdbcTemplate server = ServerUnderTest.get().plainJdbc("");

	private LibraryDatabase(String name, String parameters) {
		this.name = name;
		this.parameters = parameters;
	}

	/**
	 * Drop and create a database, and have an application use it.
	 * @param library the library, in lower case
	 * @param parameters the parameters of the URL, with the question mark, or nothing
	 */
	static LibraryDatabase create(String library, String parameters, DynamicPropertyRegistry registry) {
		LibraryDatabase database = new LibraryDatabase("library_" + library, parameters);
		database.server.execute("DROP DATABASE IF EXISTS " + database.name);
		database.server.execute("CREATE DATABASE " + database.name);
		ServerUnderTest.get().register(registry, database.name + parameters);
		return database;
	}

	String name() {
		return this.name;
	}

	String url() {
		return ServerUnderTest.get().url() + this.name + this.parameters;
	}

	/**
	 * Return what is committed.
	 */
	long count(String table) {
		Long count = this.server.queryForObject("SELECT COUNT(*) FROM `" + this.name + "`.`" + table + '`', Long.class);
		return DataAccessUtils.requiredSingleResult(List.of(count));
	}

	boolean hasTable(String table) {
		return !this.server
			.queryForList("SELECT relname FROM mo_catalog.mo_tables WHERE reldatabase = ? "
					+ "AND relname = ? AND account_id = current_account_id()", this.name, table)
			.isEmpty();
	}

	/**
	 * Run a script of the class path.
	 */
	void run(String script) {
		DataSource dataSource = ServerUnderTest.get().plainJdbc(this.name).getDataSource();
		new ResourceDatabasePopulator(new ClassPathResource(script)).execute(Objects.requireNonNull(dataSource));
	}

	void execute(String sql) {
		ServerUnderTest.get().plainJdbc(this.name).execute(sql);
	}

}
