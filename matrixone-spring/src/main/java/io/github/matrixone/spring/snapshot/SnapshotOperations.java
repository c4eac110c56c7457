package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Takes, finds and drops snapshots, and reads tables at them. MatrixOne refuses snapshot
 * statements in a transaction; these operations follow it all the same, as each method
 * says. Inject this, and mock it in tests; {@link SnapshotTemplate} does it.
 *
 * <p>
 * Taking and dropping snapshots needs the administrator of the account (role
 * {@code accountadmin}, in the sys account {@code moadmin}); for others every method that
 * does so throws a {@link io.github.matrixone.spring.dao.MissingPrivilegeException}.
 *
 * @since 0.1
 * @see SnapshotTemplate
 */
public interface SnapshotOperations {

	/**
	 * Take a snapshot now: {@link #create(SnapshotName, SnapshotScope, SnapshotOptions)}
	 * with {@link SnapshotOptions#defaults()}.
	 * @param name the name
	 * @param scope what it is to hold
	 * @return the snapshot
	 */
	default Snapshot create(SnapshotName name, SnapshotScope scope) {
		return create(name, scope, SnapshotOptions.defaults());
	}

	/**
	 * Take a snapshot now, with {@code CREATE SNAPSHOT n FOR …}.
	 * <p>
	 * In a transaction it is taken on a connection of its own. The snapshot then holds
	 * committed data only, is there at once, and is dropped again if the transaction is
	 * rolled back. It is refused after the transaction has written, pending JPA changes
	 * included, because it could not hold these writes, clones included:
	 * {@linkplain #createAfterCommit take it after the commit} then, or say
	 * {@link SnapshotOptions#committedDataOnly()}. Where the outcome of the transaction
	 * is unknown the snapshot is kept, and a warning names it. One that somebody else has
	 * taken in its place meanwhile is left alone by a rollback.
	 * <p>
	 * Of several snapshots that are taken in the same moment the server may refuse all
	 * but one with {@code txn need retry in rc mode} (no issue known), and has rolled
	 * them back then. Unless there is one of that name it is asked again, ten times in
	 * all, about 50 ms apart.
	 * @param name the name, unique within the account
	 * @param scope what it is to hold
	 * @param options how to take it
	 * @return the snapshot
	 * @throws io.github.matrixone.spring.dao.UncommittedChangesException if the
	 * transaction has written
	 * @throws io.github.matrixone.spring.dao.SnapshotAlreadyExistsException if there is a
	 * snapshot of that name, or the transaction is still to take one
	 * @throws io.github.matrixone.spring.dao.NotAllowedInTransactionException if the
	 * transaction is still to drop the one of that name
	 * @throws io.github.matrixone.spring.dao.DatabaseNotFoundException if the database is
	 * missing
	 * @throws io.github.matrixone.spring.dao.TableNotFoundException if the table is
	 * missing
	 */
	Snapshot create(SnapshotName name, SnapshotScope scope, SnapshotOptions options);

	/**
	 * Take a snapshot right after the commit of the current transaction, so that it holds
	 * its writes, in the order in which the transaction asked for such work; at once
	 * where there is no transaction. After a rollback it is never taken. If it fails
	 * after the commit, the caller of the commit gets an
	 * {@link io.github.matrixone.spring.dao.AfterCommitException}. It takes no
	 * {@link SnapshotOptions}: each of them would give a snapshot without these writes.
	 * @param name the name, unique within the account
	 * @param scope what it is to hold
	 * @return a handle, pending until the transaction has ended
	 * @throws io.github.matrixone.spring.dao.SnapshotAlreadyExistsException if there is a
	 * snapshot of that name now, or the transaction is still to take another one
	 */
	AfterCommit<Snapshot> createAfterCommit(SnapshotName name, SnapshotScope scope);

	/**
	 * Find a snapshot with a {@code SELECT} from {@code mo_catalog.mo_snapshots}, which
	 * is allowed in a transaction and sees the latest committed state.
	 * @param name the name
	 * @return the snapshot, or empty if there is none that the user may see
	 */
	Optional<Snapshot> find(SnapshotName name);

	/**
	 * Get a snapshot, as {@link #find(SnapshotName)} does.
	 * @param name the name
	 * @return the snapshot
	 * @throws io.github.matrixone.spring.dao.SnapshotNotFoundException if there is none
	 * that the user may see
	 */
	Snapshot get(SnapshotName name);

	/**
	 * Return whether there is a snapshot, as {@link #find(SnapshotName)} does.
	 * @param name the name
	 * @return whether there is one that the user may see
	 */
	default boolean exists(SnapshotName name) {
		return find(name).isPresent();
	}

	/**
	 * List all snapshots that the user may see, the latest first. Those that the server
	 * makes for itself are left out, and so are those with names that are
	 * {@linkplain io.github.matrixone.spring.sql.RefusedNameException refused}.
	 * @return the snapshots
	 */
	default List<Snapshot> list() {
		return list(SnapshotFilter.all());
	}

	/**
	 * List snapshots that the user may see, the latest first. Those that the server makes
	 * for itself are left out, and so are those with names that are
	 * {@linkplain io.github.matrixone.spring.sql.RefusedNameException refused}.
	 * @param filter which ones
	 * @return the snapshots
	 */
	List<Snapshot> list(SnapshotFilter filter);

	/**
	 * Drop a snapshot with {@code DROP SNAPSHOT n}: at once outside a transaction, in a
	 * transaction after its commit, in the order in which it asked for such work, and not
	 * at all after a rollback.
	 * @param name the name
	 * @throws io.github.matrixone.spring.dao.SnapshotNotFoundException if there is none
	 * now, and none is going to be taken before
	 */
	void drop(SnapshotName name);

	/**
	 * Drop a snapshot if there is one: at once with {@code DROP SNAPSHOT n} outside a
	 * transaction, in a transaction after its commit with
	 * {@code DROP SNAPSHOT IF EXISTS n}.
	 * @param name the name
	 * @return whether there is a snapshot of that name now
	 */
	boolean dropIfExists(SnapshotName name);

	/**
	 * Render a table as it was when a snapshot was taken, for use in a query in place of
	 * the table's name; an alias may follow. For example
	 * <code>"select count(*) from " + snapshots.tableAt(orders, before) + " o"</code>.
	 * @param table the table
	 * @param snapshot the snapshot's name
	 * @return the quoted name and the hint <code>{SNAPSHOT = 's'}</code>
	 * @throws io.github.matrixone.spring.dao.SnapshotNotFoundException if there is no
	 * such snapshot
	 * @throws io.github.matrixone.spring.dao.SnapshotScopeMismatchException if the
	 * snapshot does not hold the table
	 */
	String tableAt(TableName table, SnapshotName snapshot);

	/**
	 * Render a table as it was at an instant, for use in a query in place of the table's
	 * name; an alias may follow.
	 * @param table the table
	 * @param instant an instant in the past, exact to the nanosecond
	 * @return the quoted name and the hint <code>{MO_TS = nanoseconds}</code>
	 * @throws IllegalArgumentException if the instant lies in the future
	 */
	String tableAt(TableName table, Instant instant);

}
