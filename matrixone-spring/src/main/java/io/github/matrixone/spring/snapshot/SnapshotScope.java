package io.github.matrixone.spring.snapshot;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * What a snapshot is to hold: the cluster, an account, a database or a table.
 *
 * @since 0.1
 */
public final class SnapshotScope {

	private final SnapshotLevel level;

	private final @Nullable AccountName account;

	private final @Nullable DatabaseName database;

	private final @Nullable TableName table;

	private SnapshotScope(SnapshotLevel level, @Nullable AccountName account, @Nullable DatabaseName database,
			@Nullable TableName table) {
		this.level = level;
		this.account = account;
		this.database = database;
		this.table = table;
	}

	/**
	 * All accounts.
	 * @return the scope
	 */
	public static SnapshotScope cluster() {
		return new SnapshotScope(SnapshotLevel.CLUSTER, null, null, null);
	}

	/**
	 * All databases of the user's own account.
	 * @return the scope
	 */
	public static SnapshotScope account() {
		return new SnapshotScope(SnapshotLevel.ACCOUNT, null, null, null);
	}

	/**
	 * All databases of another account. Only an administrator of the sys account may ask
	 * for this.
	 * @param account the account
	 * @return the scope
	 */
	public static SnapshotScope account(AccountName account) {
		Assert.notNull(account, "The account must not be null");
		return new SnapshotScope(SnapshotLevel.ACCOUNT, account, null, null);
	}

	/**
	 * All databases of another account. Only an administrator of the sys account may ask
	 * for this.
	 * @param account the account's name, not quoted
	 * @return the scope
	 */
	public static SnapshotScope account(String account) {
		return account(AccountName.of(account));
	}

	/**
	 * All tables of a database.
	 * @param database the database
	 * @return the scope
	 */
	public static SnapshotScope database(DatabaseName database) {
		Assert.notNull(database, "The database must not be null");
		return new SnapshotScope(SnapshotLevel.DATABASE, null, database, null);
	}

	/**
	 * All tables of a database.
	 * @param database the database's name, not quoted
	 * @return the scope
	 */
	public static SnapshotScope database(String database) {
		return database(DatabaseName.of(database));
	}

	/**
	 * One table.
	 * @param table the table; without a database it belongs to the current one
	 * @return the scope
	 */
	public static SnapshotScope table(TableName table) {
		Assert.notNull(table, "The table must not be null");
		return new SnapshotScope(SnapshotLevel.TABLE, null, table.database(), table);
	}

	/**
	 * One table.
	 * @param table the table's name as {@link TableName#parse} reads it, such as
	 * {@code orders} or {@code shop.orders}
	 * @return the scope
	 */
	public static SnapshotScope table(String table) {
		return table(TableName.parse(table));
	}

	/**
	 * Return the level.
	 * @return the level
	 */
	public SnapshotLevel level() {
		return this.level;
	}

	/**
	 * Return the account of a scope that names one.
	 * @return the account, or {@code null}
	 */
	public @Nullable AccountName accountName() {
		return this.account;
	}

	/**
	 * Return the database of a scope that has one.
	 * @return the database, or {@code null}
	 */
	public @Nullable DatabaseName databaseName() {
		return this.database;
	}

	/**
	 * Return the table of a scope that has one.
	 * @return the table, or {@code null}
	 */
	public @Nullable TableName tableName() {
		return this.table;
	}

	/**
	 * Return the end of a {@code CREATE SNAPSHOT} statement.
	 * @return the text after {@code FOR}, with all names quoted
	 */
	String sql() {
		return switch (this.level) {
			case CLUSTER -> "CLUSTER";
			case ACCOUNT -> (this.account != null) ? "ACCOUNT " + this.account.quoted() : "ACCOUNT";
			case DATABASE -> "DATABASE " + requireDatabase().quoted();
			case TABLE -> "TABLE " + requireDatabase().quoted() + ' ' + Objects.requireNonNull(this.table).quotedName();
		};
	}

	private DatabaseName requireDatabase() {
		return Objects.requireNonNull(this.database, "The table's database must be known");
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof SnapshotScope that && this.level == that.level
				&& Objects.equals(this.account, that.account) && Objects.equals(this.database, that.database)
				&& Objects.equals(this.table, that.table));
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.level, this.account, this.database, this.table);
	}

	@Override
	public String toString() {
		return switch (this.level) {
			case CLUSTER -> "cluster";
			case ACCOUNT -> (this.account != null) ? "account " + this.account : "account";
			case DATABASE -> "database " + this.database;
			case TABLE -> "table " + this.table;
		};
	}

}
