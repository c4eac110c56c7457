package io.github.matrixone.spring.snapshot;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * What a snapshot, or a PITR, is to hold: the cluster, an account, a database or a table.
 *
 * @since 0.1
 */
public sealed interface SnapshotScope {

	/**
	 * All accounts.
	 * @return the scope
	 */
	static SnapshotScope cluster() {
		return new Cluster();
	}

	/**
	 * All databases of the user's own account.
	 * @return the scope
	 */
	static SnapshotScope account() {
		return new Account(null);
	}

	/**
	 * All databases of another account. Only an administrator of the sys account may ask
	 * for this.
	 * @param account the account
	 * @return the scope
	 */
	static SnapshotScope account(AccountName account) {
		Assert.notNull(account, "The account must not be null");
		return new Account(account);
	}

	/**
	 * All databases of another account. Only an administrator of the sys account may ask
	 * for this.
	 * @param account the account's name, not quoted
	 * @return the scope
	 */
	static SnapshotScope account(String account) {
		return account(AccountName.of(account));
	}

	/**
	 * All tables of a database.
	 * @param database the database
	 * @return the scope
	 */
	static SnapshotScope database(DatabaseName database) {
		return new Database(database);
	}

	/**
	 * All tables of a database.
	 * @param database the database's name, not quoted
	 * @return the scope
	 */
	static SnapshotScope database(String database) {
		return database(DatabaseName.of(database));
	}

	/**
	 * One table.
	 * @param table the table; without a database it belongs to the current one
	 * @return the scope
	 */
	static SnapshotScope table(TableName table) {
		return new Table(table);
	}

	/**
	 * One table.
	 * @param table the table's name as {@link TableName#parse} reads it, such as
	 * {@code orders} or {@code shop.orders}
	 * @return the scope
	 */
	static SnapshotScope table(String table) {
		return table(TableName.parse(table));
	}

	/**
	 * Return the level.
	 * @return the level
	 */
	SnapshotLevel level();

	/**
	 * Return the account of a scope that names one.
	 * @return the account, or {@code null}
	 */
	default @Nullable AccountName accountName() {
		return null;
	}

	/**
	 * Return the database of a scope that has one.
	 * @return the database, or {@code null}
	 */
	default @Nullable DatabaseName databaseName() {
		return null;
	}

	/**
	 * Return the table of a scope that has one.
	 * @return the table, or {@code null}
	 */
	default @Nullable TableName tableName() {
		return null;
	}

	/**
	 * Return the end of a {@code CREATE SNAPSHOT} statement.
	 * @return the text after {@code FOR}, with all names quoted
	 */
	String sql();

	/** All accounts. */
	record Cluster() implements SnapshotScope {

		@Override
		public SnapshotLevel level() {
			return SnapshotLevel.CLUSTER;
		}

		@Override
		public String sql() {
			return "CLUSTER";
		}

		@Override
		public String toString() {
			return "cluster";
		}

	}

	/**
	 * All databases of an account.
	 *
	 * @param accountName the account, or {@code null} for the user's own
	 */
	record Account(@Nullable AccountName accountName) implements SnapshotScope {

		@Override
		public SnapshotLevel level() {
			return SnapshotLevel.ACCOUNT;
		}

		@Override
		public String sql() {
			return (this.accountName != null) ? "ACCOUNT " + this.accountName.quoted() : "ACCOUNT";
		}

		@Override
		public String toString() {
			return (this.accountName != null) ? "account " + this.accountName : "account";
		}

	}

	/**
	 * All tables of a database.
	 *
	 * @param databaseName the database
	 */
	record Database(DatabaseName databaseName) implements SnapshotScope {

		public Database {
			Assert.notNull(databaseName, "The database must not be null");
		}

		@Override
		public SnapshotLevel level() {
			return SnapshotLevel.DATABASE;
		}

		@Override
		public String sql() {
			return "DATABASE " + this.databaseName.quoted();
		}

		@Override
		public String toString() {
			return "database " + this.databaseName;
		}

	}

	/**
	 * One table.
	 *
	 * @param tableName the table; without a database it belongs to the current one
	 */
	record Table(TableName tableName) implements SnapshotScope {

		public Table {
			Assert.notNull(tableName, "The table must not be null");
		}

		@Override
		public SnapshotLevel level() {
			return SnapshotLevel.TABLE;
		}

		@Override
		public @Nullable DatabaseName databaseName() {
			return this.tableName.database();
		}

		@Override
		public String sql() {
			return "TABLE " + Objects.requireNonNull(databaseName(), "The table's database must be known").quoted()
					+ ' ' + this.tableName.quotedName();
		}

		@Override
		public String toString() {
			return "table " + this.tableName;
		}

	}

}
