package io.github.matrixone.spring.boot.test.sandbox.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

import io.github.matrixone.spring.boot.test.sandbox.TableChanges;

/**
 * The databases of one application context's sandboxes.
 */
public interface SandboxDatabases extends AutoCloseable {

	/**
	 * Return the database with which the context begins, and of which each sandbox is a
	 * clone.
	 */
	String base();

	/**
	 * Return the databases that must not be reached while a sandbox is open, lower-cased.
	 */
	Set<String> forbidden();

	/**
	 * Return whether the base holds already what Flyway and the like make.
	 */
	boolean isMade();

	/**
	 * Flyway and the like have done their work on the base.
	 */
	void made();

	/**
	 * Clone the base.
	 */
	OpenSandbox create();

	void drop(OpenSandbox sandbox);

	/**
	 * Keep a sandbox's data under another name.
	 * @param test the name of the test, for the database's name
	 * @return the database's name
	 */
	String keep(OpenSandbox sandbox, String test);

	/**
	 * Have a connection use a database.
	 */
	void use(Connection connection, String database) throws SQLException;

	/**
	 * Find the rows that differ from those with which a sandbox began.
	 */
	TableChanges changes(OpenSandbox sandbox, String table);

	/**
	 * Find the tables with such rows, and those that were made or dropped.
	 */
	Set<String> changedTables(OpenSandbox sandbox);

	/**
	 * Drop the base.
	 */
	@Override
	void close();

}
