package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.jdbc.ConnectionSynchronizations;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * What is to be done for a clone.
 *
 * @param target what is made, for messages
 * @param definitions the statements that make the target, empty; the first of them fails
 * if it is there
 * @param dropping the statement that drops the target
 * @param copies the copies of the rows, of referenced tables first
 * @param inCycles tables whose foreign keys cannot be checked while rows are copied
 */
record CloneWork(String target, List<String> definitions, String dropping, List<RowCopy> copies,
		List<TableName> inCycles) {

	/**
	 * Prepare the clone of a table.
	 * @param script the definition of the source
	 * @param source the table
	 * @param rows the table that holds its rows
	 * @param target the table to make
	 */
	static CloneWork ofTable(DatabaseScript script, TableName source, TableName rows, TableName target) {
		List<TableName> inCycles = script.tablesInCycles().isEmpty() ? List.of() : List.of(target);
		return new CloneWork("Table " + target, script.like(source, target),
				"DROP TABLE IF EXISTS " + target.quoted() + " CASCADE", List.of(new RowCopy(rows, target)), inCycles);
	}

	/**
	 * Prepare the clone of a database.
	 * @param script its definitions
	 * @param copy the id of the copy that holds its rows
	 * @param target the database to make
	 */
	static CloneWork ofDatabase(DatabaseScript script, String copy, DatabaseName target) {
		List<String> definitions = new ArrayList<>();
		definitions.add("CREATE SCHEMA " + target.quoted());
		definitions.addAll(script.like(target));
		List<RowCopy> copies = script.tablesByReference()
			.stream()
			.map((table) -> new RowCopy(SnapshotStore.rows(copy, table), TableName.of(target, table.name())))
			.toList();
		List<TableName> inCycles = script.tablesInCycles()
			.stream()
			.map((table) -> TableName.of(target, table.name()))
			.toList();
		return new CloneWork("Database " + target, definitions, "DROP SCHEMA IF EXISTS " + target.quoted() + " CASCADE",
				copies, inCycles);
	}

	/**
	 * Do the work outside a transaction.
	 */
	void run(Connection own) throws SQLException {
		make(own);
		try {
			own.setAutoCommit(false);
			H2.executeAll(own, RowCopy.statements(own, this.copies));
			own.setAutoCommit(true);
			checkForeignKeys(own, true);
		}
		catch (SQLException | RuntimeException ex) {
			own.rollback();
			own.setAutoCommit(true);
			drop(own);
			throw ex;
		}
	}

	/**
	 * Do the work as part of the current transaction.
	 * @param connection the transaction's connection
	 * @param own a connection beside the transaction
	 * @param ownConnections where to have another after the transaction
	 */
	void join(Connection connection, Connection own, OwnConnections ownConnections) throws SQLException {
		make(own);
		CloneCompletion completion = new CloneCompletion(this, ownConnections);
		ConnectionSynchronizations.register(connection.unwrap(MatrixOneConnection.class), completion);
		try {
			H2.execute(connection, Catalog.WRITE_NOTHING);
			H2.executeAll(connection, RowCopy.statements(own, this.copies));
		}
		catch (SQLException | RuntimeException ex) {
			completion.failed();
			throw ex;
		}
	}

	void drop(Connection own) throws SQLException {
		H2.define(own, this.dropping);
	}

	void checkForeignKeys(Connection own, boolean check) throws SQLException {
		for (TableName table : this.inCycles) {
			H2.define(own, "ALTER TABLE " + table.quoted() + " SET REFERENTIAL_INTEGRITY " + check);
		}
	}

	private void make(Connection own) throws SQLException {
		makeFirst(own);
		try {
			H2.define(own, this.definitions.subList(1, this.definitions.size()));
			checkForeignKeys(own, false);
		}
		catch (SQLException ex) {
			drop(own);
			throw ex;
		}
	}

	private void makeFirst(Connection own) throws SQLException {
		try {
			H2.define(own, this.definitions.get(0));
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() == H2.TABLE_EXISTS || ex.getErrorCode() == H2.SCHEMA_EXISTS) {
				throw new CloneTargetExistsException(
						this.target + " already exists; drop it first, or use CloneOptions.defaults().ifNotExists()",
						null, ex);
			}
			throw ex;
		}
	}

}
