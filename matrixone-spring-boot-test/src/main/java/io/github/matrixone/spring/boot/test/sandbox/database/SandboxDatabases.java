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
	 * @return the database's name
	 */
	String base();

	/**
	 * Return the databases that must not be reached while a sandbox is open, lower-cased.
	 * @return the databases' names
	 */
	Set<String> forbidden();

	/**
	 * Return whether the base holds already what Flyway and the like make.
	 * @return {@code true} if it does
	 */
	boolean isMade();

	/**
	 * Something else than Flyway and the like has changed the base before they have done
	 * their work.
	 */
	void changedOtherwise();

	/**
	 * Flyway and the like have done their work on the base.
	 */
	void made();

	/**
	 * Clone the base.
	 * @return the sandbox
	 */
	OpenSandbox create();

	void drop(OpenSandbox sandbox);

	/**
	 * Keep a sandbox's data under another name.
	 * @param sandbox the sandbox
	 * @param test the name of the test, for the database's name
	 * @return the database's name
	 */
	String keep(OpenSandbox sandbox, String test);

	/**
	 * Have a connection use a database.
	 * @param connection the connection
	 * @param database the database's name
	 */
	void use(Connection connection, String database) throws SQLException;

	/**
	 * Find the rows that differ from those with which a sandbox began.
	 * @param sandbox the sandbox
	 * @param table the table's name
	 * @return the rows that differ
	 */
	TableChanges changes(OpenSandbox sandbox, String table);

	/**
	 * Find the tables with such rows, and those that were made or dropped.
	 * @param sandbox the sandbox
	 * @return the tables' names
	 */
	Set<String> changedTables(OpenSandbox sandbox);

	/**
	 * Drop the base.
	 */
	@Override
	void close();

}
