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
 * @param level what it holds
 * @param createdAt the point in time that it holds, exact to the nanosecond
 * @param account the account that it was taken of, or {@code null} for the cluster
 * @param database the database that it was taken of, or {@code null}
 * @param table the table that it was taken of, with its database, or {@code null}
 * @since 0.1
 */
public record Snapshot(SnapshotName name, SnapshotLevel level, Instant createdAt, @Nullable AccountName account,
		@Nullable DatabaseName database, @Nullable TableName table) {

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
	 * @return whether it is a snapshot of that database, an account or the cluster
	 */
	public boolean holds(DatabaseName database) {
		return switch (this.level) {
			case CLUSTER, ACCOUNT -> true;
			case DATABASE -> Objects.equals(database, this.database);
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
		return (this.level == SnapshotLevel.TABLE) ? Objects.equals(table, this.table)
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

	private SnapshotScopeMismatchException mismatch(String wanted) {
		return new SnapshotScopeMismatchException("Snapshot " + this.name + " holds " + description() + ", not "
				+ wanted + "; the server would read data that this snapshot does not keep from being removed");
	}

	private String description() {
		return switch (this.level) {
			case CLUSTER -> "the cluster";
			case ACCOUNT -> "account " + this.account;
			case DATABASE -> "database " + this.database;
			case TABLE -> "table " + this.table;
		};
	}

}
