package io.github.matrixone.spring.restore;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotLevel;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to restore from a snapshot:
 * <code>RESTORE CLUSTER | ACCOUNT a | DATABASE d | TABLE d.t {SNAPSHOT = 's'}</code>, or
 * <code>RESTORE ACCOUNT a {SNAPSHOT = 's'} TO ACCOUNT b</code>. A table that a foreign
 * key references is refused, because the server reports success and changes nothing
 * (MO#27117); so is a database that a foreign key of another one references.
 *
 * @param scope what to restore; an account is named, a table has its database
 * @param snapshot the snapshot
 * @param toAccount the account to restore into, or {@code null} for the same
 * @since 0.1
 */
public record Restore(SnapshotScope scope, SnapshotName snapshot, @Nullable AccountName toAccount) implements Command {

	private static final AccountName SYS = AccountName.of("sys");

	/**
	 * Restore the cluster.
	 * @param snapshot the snapshot
	 * @return the command
	 */
	public static Restore cluster(SnapshotName snapshot) {
		return new Restore(SnapshotScope.cluster(), snapshot, null);
	}

	/**
	 * Restore an account.
	 * @param account the account
	 * @param snapshot the snapshot
	 * @return the command
	 */
	public static Restore account(AccountName account, SnapshotName snapshot) {
		return new Restore(SnapshotScope.account(account), snapshot, null);
	}

	/**
	 * Restore an account into another one.
	 * @param account the account
	 * @param snapshot the snapshot
	 * @param toAccount the account to restore into
	 * @return the command
	 * @throws UnsupportedByServerException if the account is sys
	 */
	public static Restore account(AccountName account, SnapshotName snapshot, AccountName toAccount) {
		Assert.notNull(account, "The account must not be null");
		Assert.notNull(toAccount, "The account to restore into must not be null");
		if (account.equals(SYS)) {
			throw new UnsupportedByServerException(
					"Restoring account sys into another one is refused: the server would "
							+ "report success and do nothing. Clone its databases from the snapshot into the other account "
							+ "(CloneOptions.toAccount)");
		}
		return new Restore(SnapshotScope.account(account), snapshot, toAccount);
	}

	/**
	 * Restore a database.
	 * @param database the database
	 * @param snapshot the snapshot
	 * @return the command
	 */
	public static Restore database(DatabaseName database, SnapshotName snapshot) {
		return new Restore(SnapshotScope.database(database), snapshot, null);
	}

	/**
	 * Restore a table.
	 * @param table the table, with its database
	 * @param snapshot the snapshot
	 * @return the command
	 */
	public static Restore table(TableName table, SnapshotName snapshot) {
		return new Restore(SnapshotScope.table(table), snapshot, null);
	}

	/**
	 * Refuse a snapshot that does not hold what is to be restored.
	 * @param found the snapshot
	 * @throws SnapshotScopeMismatchException if it does not
	 */
	void requireHeldBy(Snapshot found) {
		if (this.scope instanceof SnapshotScope.Table table) {
			found.requireHolds(table.tableName());
		}
		else if (this.scope instanceof SnapshotScope.Database database) {
			found.requireHolds(database.databaseName());
		}
		else if (found.level() != SnapshotLevel.CLUSTER && !found.scope().equals(this.scope)) {
			throw new SnapshotScopeMismatchException(
					"Snapshot " + found.name() + " of level " + found.level() + " does not hold " + description());
		}
	}

	/**
	 * Make the exception for a restore in a transaction.
	 * @return the exception
	 */
	NotAllowedInTransactionException refusedInTransaction() {
		return new NotAllowedInTransactionException(
				"Restoring " + description() + " is refused in a transaction: a restore "
						+ "cannot be rolled back. Call it outside, for example from a method without @Transactional or "
						+ "with PROPAGATION_NOT_SUPPORTED after the transaction's own work is committed");
	}

	@Override
	public String description() {
		return (this.scope.level() == SnapshotLevel.CLUSTER) ? "the cluster" : this.scope.toString();
	}

	@Override
	public List<SqlText> statements() {
		String what = (this.scope instanceof SnapshotScope.Table table) ? "TABLE " + table.tableName().quoted()
				: this.scope.sql();
		return List.of(SqlText.of("RESTORE " + what + ' ' + AsOf.snapshot(this.snapshot).hint()
				+ ((this.toAccount != null) ? " TO ACCOUNT " + this.toAccount.quoted() : "")));
	}

	@Override
	public List<Precondition> preconditions() {
		if (this.scope instanceof SnapshotScope.Table table) {
			TableName name = table.tableName();
			return List.of(Precondition.isNoView(name),
					Precondition.absent(SqlText.references(name), () -> referenced(name)));
		}
		if (this.scope instanceof SnapshotScope.Database database) {
			DatabaseName name = database.databaseName();
			return List.of(Precondition.absent(SqlText.references(name), () -> referenced(name)));
		}
		return List.of();
	}

	/**
	 * Make the exception for a table that a foreign key references.
	 * @param table the table
	 * @return the exception
	 */
	public static UnsupportedByServerException referenced(TableName table) {
		return new UnsupportedByServerException("RESTORE TABLE " + table + " is refused: a foreign key references the "
				+ "table, and the server would report success and change nothing (MO#27117). Restore the database, "
				+ "or clone the table from the snapshot under another name");
	}

	/**
	 * Make the exception for a database that a foreign key of another one references.
	 * @param database the database
	 * @return the exception
	 */
	public static UnsupportedByServerException referenced(DatabaseName database) {
		return new UnsupportedByServerException("RESTORE DATABASE " + database
				+ " is refused: a foreign key of another "
				+ "database references it, and the server would report success and change nothing. Drop that foreign key "
				+ "first, or clone the database from the snapshot under another name");
	}

}
