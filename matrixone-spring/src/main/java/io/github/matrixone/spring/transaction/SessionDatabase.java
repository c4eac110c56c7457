package io.github.matrixone.spring.transaction;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.TableName;

/**
 * The current database of a session, as far as it is certain, and the names of tables in
 * it.
 */
final class SessionDatabase {

	private final CurrentDatabase initial;

	private boolean uncertain;

	private @Nullable DatabaseName used;

	private @Nullable TableName lastUnqualified;

	private @Nullable TableName lastQualified;

	SessionDatabase(CurrentDatabase initial) {
		this.initial = initial;
	}

	@Nullable DatabaseName get() throws SQLException {
		if (this.uncertain) {
			return null;
		}
		return (this.used != null) ? this.used : this.initial.get();
	}

	boolean isUncertain() {
		return this.uncertain;
	}

	boolean isOtherThanInitial() {
		return this.uncertain || this.used != null;
	}

	/**
	 * Take note of a {@code USE} that is about to be sent.
	 */
	void willChange() {
		this.uncertain = true;
	}

	/**
	 * Take note of a {@code USE} that was carried out.
	 * @param database the database, or {@code null} if it is not certain
	 */
	void use(@Nullable DatabaseName database) {
		this.uncertain = database == null;
		this.used = database;
	}

	void reset() {
		this.uncertain = false;
		this.used = null;
	}

	/**
	 * Return the only table that a statement names, with its database.
	 * @return the table, or {@code null} if it is not certain
	 */
	@Nullable TableName tableOf(SqlStatement statement) throws SQLException {
		return qualified(statement.table());
	}

	/**
	 * Return a table with its database.
	 * @return the table, or {@code null} if it is not certain
	 */
	@Nullable TableName qualified(@Nullable TableName table) throws SQLException {
		if (table == null || table.database() != null) {
			return table;
		}
		DatabaseName current = get();
		if (current == null) {
			return null;
		}
		TableName last = this.lastQualified;
		if (last == null || this.lastUnqualified != table || last.database() != current) {
			last = table.qualifiedBy(current);
			this.lastUnqualified = table;
			this.lastQualified = last;
		}
		return last;
	}

}
