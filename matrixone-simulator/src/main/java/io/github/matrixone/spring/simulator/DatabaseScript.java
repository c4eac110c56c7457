package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * How the sequences, tables and views of a database are made. Temporary tables, domains
 * and triggers are left out.
 */
final class DatabaseScript {

	private final DatabaseName database;

	private final List<ScriptStatement> statements;

	private final Set<TableName> tables = new LinkedHashSet<>();

	private DatabaseScript(DatabaseName database, List<ScriptStatement> statements) {
		this.database = database;
		statements.stream()
			.filter((statement) -> statement.type() == ScriptStatement.Type.TABLE)
			.forEach((statement) -> this.tables.add(statement.subject()));
		this.statements = statements.stream().filter(this::isPart).toList();
	}

	/**
	 * Read the definitions of a database.
	 */
	static DatabaseScript read(Connection own, DatabaseName database) throws SQLException {
		return of(database, H2.definitions(own, "SCRIPT NODATA NOPASSWORDS NOSETTINGS SCHEMA " + database.quoted()));
	}

	static DatabaseScript of(DatabaseName database, List<String> statements) {
		return new DatabaseScript(database, statements.stream().map(ScriptStatement::new).toList());
	}

	DatabaseName database() {
		return this.database;
	}

	List<String> statements() {
		return this.statements.stream().map(ScriptStatement::sql).toList();
	}

	Set<TableName> tables() {
		return this.tables;
	}

	/**
	 * Return the definition of a single table.
	 */
	DatabaseScript only(TableName table) {
		if (!this.tables.contains(table)) {
			throw TableNotFoundException.of(table, "");
		}
		return new DatabaseScript(this.database,
				this.statements.stream().filter((statement) -> isOf(statement, table)).toList());
	}

	/**
	 * Return what makes a table like the single one of this script, with the foreign keys
	 * that do not leave it.
	 */
	List<String> like(TableName table, TableName target) {
		return this.statements.stream()
			.filter((statement) -> statement.references() == null || table.equals(statement.references()))
			.map((statement) -> statement.on(table, target))
			.toList();
	}

	/**
	 * Return what makes a database like this one, with the foreign keys that do not leave
	 * it.
	 */
	List<String> like(DatabaseName target) {
		return this.statements.stream()
			.filter((statement) -> staysInside(statement.references()))
			.map((statement) -> statement.in(this.database, target))
			.toList();
	}

	/**
	 * Return what makes the sequences and tables of this database again.
	 */
	List<String> tablesAgain() {
		return again((statement) -> switch (statement.type()) {
			case SEQUENCE, TABLE -> true;
			default -> false;
		}).stream().map((sql) -> sql.replaceFirst("^CREATE SEQUENCE ", "CREATE SEQUENCE IF NOT EXISTS ")).toList();
	}

	/**
	 * Return what makes the indexes and all constraints except foreign keys again.
	 */
	List<String> keysAgain() {
		return again((statement) -> switch (statement.type()) {
			case INDEX, CONSTRAINT -> statement.references() == null;
			default -> false;
		});
	}

	List<String> foreignKeysAgain() {
		return again((statement) -> statement.references() != null);
	}

	List<String> viewsAgain() {
		return again((statement) -> statement.type() == ScriptStatement.Type.VIEW).stream()
			.map((sql) -> sql.replaceFirst("^CREATE ", "CREATE OR REPLACE "))
			.toList();
	}

	/**
	 * Return the tables so that each follows those that it references, as far as there is
	 * such an order.
	 */
	List<TableName> tablesByReference() {
		Set<TableName> ordered = new LinkedHashSet<>();
		boolean more = true;
		while (more) {
			more = false;
			for (TableName table : this.tables) {
				if (!ordered.contains(table) && ordered.containsAll(referencesOf(table, false))) {
					more = ordered.add(table);
				}
			}
		}
		ordered.addAll(this.tables);
		return List.copyOf(ordered);
	}

	/**
	 * Return the tables whose rows may reference rows that come later, of themselves or
	 * of others.
	 */
	List<TableName> tablesInCycles() {
		List<TableName> ordered = tablesByReference();
		return ordered.stream()
			.filter((table) -> referencesOf(table, true).stream()
				.anyMatch((parent) -> ordered.indexOf(parent) >= ordered.indexOf(table)))
			.toList();
	}

	private Set<TableName> referencesOf(TableName table, boolean itself) {
		Set<TableName> references = new LinkedHashSet<>();
		for (ScriptStatement statement : this.statements) {
			TableName parent = statement.references();
			if (parent != null && statement.subject().equals(table) && this.tables.contains(parent)
					&& (itself || !parent.equals(table))) {
				references.add(parent);
			}
		}
		return references;
	}

	private List<String> again(Predicate<ScriptStatement> filter) {
		return this.statements.stream()
			.filter(filter)
			.map((statement) -> statement.in(this.database, this.database))
			.toList();
	}

	private static boolean isOf(ScriptStatement statement, TableName table) {
		return switch (statement.type()) {
			case TABLE, INDEX, CONSTRAINT -> statement.subject().equals(table);
			default -> false;
		};
	}

	private boolean staysInside(@Nullable TableName referenced) {
		return referenced == null || this.database.equals(referenced.database());
	}

	private boolean isPart(ScriptStatement statement) {
		return switch (statement.type()) {
			case SEQUENCE, VIEW -> true;
			case TABLE, INDEX, CONSTRAINT -> this.tables.contains(statement.subject());
			case OTHER -> false;
		};
	}

}
