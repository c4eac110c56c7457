package io.github.matrixone.spring.restore;

import reactor.core.publisher.Mono;

import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Puts the cluster, an account, a database or a table back to a snapshot, without
 * blocking: what {@link RestoreOperations} does, with the same statements, rules and
 * errors. A restore cannot be rolled back: all methods are refused in a reactive
 * transaction. Nothing is done before the subscription; a restore that has begun goes on
 * after a cancellation. Inject this, and mock it in tests;
 * {@link ReactiveRestoreTemplate} does it.
 *
 * <p>
 * Every method gives a
 * {@link io.github.matrixone.spring.dao.NotAllowedInTransactionException} in a
 * transaction, a {@link io.github.matrixone.spring.dao.SnapshotNotFoundException} if
 * there is no such snapshot, a
 * {@link io.github.matrixone.spring.dao.SnapshotScopeMismatchException} if it does not
 * hold what is to be restored, and a
 * {@link io.github.matrixone.spring.dao.MissingPrivilegeException} for a user other than
 * the administrator of the account.
 *
 * @since 0.1
 * @see ReactiveRestoreTemplate
 */
public interface ReactiveRestoreOperations {

	/**
	 * Restore all accounts with <code>RESTORE CLUSTER {SNAPSHOT = 's'}</code>. Only an
	 * administrator of the sys account may do so.
	 * @param snapshot a snapshot of the cluster
	 * @return completes when it is done
	 */
	Mono<Void> restoreCluster(SnapshotName snapshot);

	/**
	 * Restore all databases of an account with
	 * <code>RESTORE ACCOUNT a {SNAPSHOT = 's'}</code>.
	 * @param account the account
	 * @param snapshot a snapshot of the account or the cluster
	 * @return completes when it is done
	 */
	Mono<Void> restoreAccount(AccountName account, SnapshotName snapshot);

	/**
	 * Restore an account into another one with
	 * <code>RESTORE ACCOUNT a {SNAPSHOT = 's'} TO ACCOUNT b</code>. Only an administrator
	 * of the sys account may do so. There is no such thing for a database or a table:
	 * {@linkplain io.github.matrixone.spring.clone.CloneOptions#toAccount clone} them
	 * from the snapshot into the other account.
	 * @param account the account to restore from
	 * @param snapshot a snapshot of the account or the cluster
	 * @param toAccount the account to restore into
	 * @return completes when it is done
	 * @throws io.github.matrixone.spring.dao.UnsupportedByServerException if the account
	 * to restore from is sys: the server would report success and do nothing
	 */
	Mono<Void> restoreAccount(AccountName account, SnapshotName snapshot, AccountName toAccount);

	/**
	 * Restore all tables of a database with
	 * <code>RESTORE DATABASE d {SNAPSHOT = 's'}</code>. The database need not be there
	 * any more; tables made since are removed.
	 * @param database the database
	 * @param snapshot a snapshot that holds the database
	 * @return completes when it is done
	 * @throws io.github.matrixone.spring.dao.UnsupportedByServerException if a foreign
	 * key of another database references it: the server would report success and change
	 * nothing
	 */
	Mono<Void> restoreDatabase(DatabaseName database, SnapshotName snapshot);

	/**
	 * Restore a table with <code>RESTORE TABLE d.t {SNAPSHOT = 's'}</code>. The table
	 * need not be there any more.
	 * @param table the table
	 * @param snapshot a snapshot that holds the table
	 * @return completes when it is done
	 * @throws io.github.matrixone.spring.dao.UnsupportedByServerException if a foreign
	 * key references the table: the server would report success and change nothing
	 * (MO#27117)
	 */
	Mono<Void> restoreTable(TableName table, SnapshotName snapshot);

}
