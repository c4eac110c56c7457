package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * A snapshot that is there.
 *
 * @param name the name, lower-cased by the server
 * @param scope what it holds
 * @param createdAt the point in time that it holds, exact to the nanosecond
 * @param account the account that it was taken of, or {@code null} for the cluster
 * @since 0.1
 */
public record Snapshot(SnapshotName name, SnapshotScope scope, Instant createdAt, @Nullable AccountName account) {

	/**
	 * Return the level of what this snapshot holds.
	 * @return the level
	 */
	public SnapshotLevel level() {
		return this.scope.level();
	}

	/**
	 * Return the database that this snapshot was taken of.
	 * @return the database, or {@code null} for an account and the cluster
	 */
	public @Nullable DatabaseName database() {
		return this.scope.databaseName();
	}

	/**
	 * Return the table that this snapshot was taken of.
	 * @return the table, with its database, or {@code null} for anything else
	 */
	public @Nullable TableName table() {
		return this.scope.tableName();
	}

	/**
	 * Return the point in time of this snapshot, to read, clone or restore from.
	 * @return the point in time
	 */
	public AsOf asOf() {
		return AsOf.snapshot(this.name);
	}

	/**
	 * Return whether this snapshot holds a database.
	 * @param database the database
	 * @return whether it is a snapshot of that database, an account or the cluster;
	 * {@link #account()} tells which account
	 */
	public boolean holds(DatabaseName database) {
		return switch (level()) {
			case CLUSTER, ACCOUNT -> true;
			case DATABASE -> Objects.equals(database, database());
			case TABLE -> false;
		};
	}

	/**
	 * Return whether this snapshot holds a table.
	 * @param table the table, with its database
	 * @return whether it is a snapshot of that table, its database, an account or the
	 * cluster
	 */
	public boolean holds(TableName table) {
		return (level() == SnapshotLevel.TABLE) ? Objects.equals(table, table())
				: table.database() != null && holds(table.database());
	}

	/**
	 * Refuse this snapshot for a database that it does not hold.
	 * @param database the database
	 * @throws SnapshotScopeMismatchException if it does not hold the database
	 */
	public void requireHolds(DatabaseName database) {
		if (!holds(database)) {
			throw mismatch("database " + database);
		}
	}

	/**
	 * Refuse this snapshot for a table that it does not hold.
	 * @param table the table, with its database
	 * @throws SnapshotScopeMismatchException if it does not hold the table
	 */
	public void requireHolds(TableName table) {
		if (!holds(table)) {
			throw mismatch("table " + table);
		}
	}

	/**
	 * Refuse this snapshot where it is to be used for the user's own account and was
	 * taken of another one, which an administrator of the sys account can do.
	 * @param own the user's own account
	 * @throws SnapshotScopeMismatchException if it is one of another account
	 */
	public void requireOf(AccountName own) {
		if (this.account != null && !this.account.equals(own)) {
			throw new SnapshotScopeMismatchException("Snapshot " + this.name + " holds account " + this.account
					+ ", not account " + own + ", which this connection works in");
		}
	}

	private SnapshotScopeMismatchException mismatch(String wanted) {
		String held = (level() == SnapshotLevel.CLUSTER) ? "the cluster" : this.scope.toString();
		return new SnapshotScopeMismatchException("Snapshot " + this.name + " holds " + held + ", not " + wanted
				+ "; the server would read data that this snapshot does not keep from being removed");
	}

}
