package io.github.matrixone.spring.clone;

import reactor.core.publisher.Mono;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Clones tables and databases without copying rows and without blocking: what
 * {@link CloneOperations} does, with the same statements, rules and errors, in the
 * reactive transaction that the subscriber's context holds. Nothing is done before the
 * subscription. Inject this, and mock it in tests; {@link ReactiveCloneTemplate} does it.
 *
 * <p>
 * In the transaction that has made a clone, only plain inserts into it are allowed, as
 * {@link CloneOperations} explains.
 *
 * @since 0.1
 * @see ReactiveCloneTemplate
 */
public interface ReactiveCloneOperations {

	/**
	 * Clone a table as it is now: {@link #cloneTable(TableName, TableName, CloneOptions)}
	 * with {@link CloneOptions#defaults()}.
	 * @param source the table to clone
	 * @param target the table to make
	 * @return completes when it is done
	 */
	default Mono<Void> cloneTable(TableName source, TableName target) {
		return cloneTable(source, target, CloneOptions.defaults()).then().onErrorStop();
	}

	/**
	 * Clone what a snapshot holds of a table:
	 * {@link #cloneTable(TableName, TableName, CloneOptions)} with
	 * {@link CloneOptions#from(SnapshotName)}.
	 * @param source the table to clone
	 * @param target the table to make
	 * @param snapshot the snapshot's name
	 * @return completes when it is done
	 */
	default Mono<Void> cloneTable(TableName source, TableName target, SnapshotName snapshot) {
		return cloneTable(source, target, CloneOptions.from(snapshot)).then().onErrorStop();
	}

	/**
	 * Clone a table with <code>CREATE TABLE t CLONE s [{hint}] [COPY GRANTS] [TO ACCOUNT
	 * a]</code> on the transaction's connection.
	 * <p>
	 * A live clone holds the rows that the transaction has inserted. It is refused after
	 * the transaction has updated, deleted or replaced rows of the source, itself or
	 * through a cascading foreign key, because the server would give it the old and the
	 * new versions of them: clone before, from a snapshot,
	 * {@linkplain #cloneTableAfterCommit(TableName, TableName, CloneOptions) after the
	 * commit}, or {@link CloneOptions#byCopy()}.
	 * @param source the table to clone
	 * @param target the table to make; its database must be there
	 * @param options how to make it
	 * @return whether the clone was made: {@code false} only with
	 * {@link CloneOptions#ifNotExists()}
	 * @throws io.github.matrixone.spring.dao.UncommittedChangesException if the
	 * transaction has modified the source
	 * @throws io.github.matrixone.spring.dao.CloneTargetExistsException if the target is
	 * there
	 * @throws io.github.matrixone.spring.dao.TableNotFoundException if the source is not
	 * there
	 * @throws io.github.matrixone.spring.dao.DatabaseNotFoundException if the target's
	 * database is not there
	 * @throws io.github.matrixone.spring.dao.SnapshotNotFoundException if there is no
	 * such snapshot
	 * @throws io.github.matrixone.spring.dao.SnapshotScopeMismatchException if the
	 * snapshot does not hold the source
	 * @throws io.github.matrixone.spring.dao.NotAllowedInTransactionException if the
	 * transaction is read-only, or is still to drop what has the target's name
	 */
	Mono<Boolean> cloneTable(TableName source, TableName target, CloneOptions options);

	/**
	 * Clone a table right after the commit of the current transaction:
	 * {@link #cloneTableAfterCommit(TableName, TableName, CloneOptions)} with
	 * {@link CloneOptions#defaults()}.
	 * @param source the table to clone
	 * @param target the table to make
	 * @return a handle, pending until the transaction has ended
	 */
	default Mono<AfterCommit<Boolean>> cloneTableAfterCommit(TableName source, TableName target) {
		return cloneTableAfterCommit(source, target, CloneOptions.defaults());
	}

	/**
	 * Clone what a snapshot holds of a table, right after the commit of the current
	 * transaction: {@link #cloneTableAfterCommit(TableName, TableName, CloneOptions)}
	 * with {@link CloneOptions#from(SnapshotName)}.
	 * @param source the table to clone
	 * @param target the table to make
	 * @param snapshot the snapshot's name; it may itself be one that is to be taken after
	 * the commit
	 * @return a handle, pending until the transaction has ended
	 */
	default Mono<AfterCommit<Boolean>> cloneTableAfterCommit(TableName source, TableName target,
			SnapshotName snapshot) {
		return cloneTableAfterCommit(source, target, CloneOptions.from(snapshot));
	}

	/**
	 * Clone a table right after the commit of the current transaction, so that the clone
	 * holds its writes, in the order in which the transaction asked for such work; at
	 * once where there is no transaction. After a rollback it is never made. If it fails
	 * after the commit, the caller of the commit gets an
	 * {@link io.github.matrixone.spring.dao.AfterCommitException}.
	 * @param source the table to clone
	 * @param target the table to make
	 * @param options how to make it; the snapshot may itself be one that is to be taken
	 * after the commit
	 * @return a handle, pending until the transaction has ended; its result says whether
	 * the clone was made
	 * @throws io.github.matrixone.spring.dao.CloneTargetExistsException if the target is
	 * there now
	 */
	Mono<AfterCommit<Boolean>> cloneTableAfterCommit(TableName source, TableName target, CloneOptions options);

	/**
	 * Clone a database as it is now:
	 * {@link #cloneDatabase(DatabaseName, DatabaseName, CloneOptions)} with
	 * {@link CloneOptions#defaults()}.
	 * @param source the database to clone
	 * @param target the database to make
	 * @return completes when it is done
	 */
	default Mono<Void> cloneDatabase(DatabaseName source, DatabaseName target) {
		return cloneDatabase(source, target, CloneOptions.defaults()).then().onErrorStop();
	}

	/**
	 * Clone what a snapshot holds of a database:
	 * {@link #cloneDatabase(DatabaseName, DatabaseName, CloneOptions)} with
	 * {@link CloneOptions#from(SnapshotName)}.
	 * @param source the database to clone
	 * @param target the database to make
	 * @param snapshot the snapshot's name
	 * @return completes when it is done
	 */
	default Mono<Void> cloneDatabase(DatabaseName source, DatabaseName target, SnapshotName snapshot) {
		return cloneDatabase(source, target, CloneOptions.from(snapshot)).then().onErrorStop();
	}

	/**
	 * Clone a database with
	 * <code>CREATE DATABASE t CLONE s [{hint}] [TO ACCOUNT a]</code> on the transaction's
	 * connection, at one point in time across its tables.
	 * <p>
	 * A live clone is refused after the transaction has written, because the server would
	 * clone committed rows only (MO#27055): clone before the first write, from a
	 * snapshot,
	 * {@linkplain #cloneDatabaseAfterCommit(DatabaseName, DatabaseName, CloneOptions)
	 * after the commit}, or table by table.
	 * @param source the database to clone
	 * @param target the database to make
	 * @param options how to make it
	 * @return whether the clone was made: {@code false} only with
	 * {@link CloneOptions#ifNotExists()}
	 * @throws io.github.matrixone.spring.dao.UncommittedChangesException if the
	 * transaction has written
	 * @throws io.github.matrixone.spring.dao.CloneTargetExistsException if the target is
	 * there
	 * @throws io.github.matrixone.spring.dao.DatabaseNotFoundException if the source is
	 * not there; the server would make an empty database of it
	 * @throws io.github.matrixone.spring.dao.SnapshotNotFoundException if there is no
	 * such snapshot
	 * @throws io.github.matrixone.spring.dao.SnapshotScopeMismatchException if the
	 * snapshot does not hold the source
	 * @throws io.github.matrixone.spring.dao.NotAllowedInTransactionException if the
	 * transaction is read-only, or is still to drop what has the target's name
	 */
	Mono<Boolean> cloneDatabase(DatabaseName source, DatabaseName target, CloneOptions options);

	/**
	 * Clone a database right after the commit of the current transaction:
	 * {@link #cloneDatabaseAfterCommit(DatabaseName, DatabaseName, CloneOptions)} with
	 * {@link CloneOptions#defaults()}.
	 * @param source the database to clone
	 * @param target the database to make
	 * @return a handle, pending until the transaction has ended
	 */
	default Mono<AfterCommit<Boolean>> cloneDatabaseAfterCommit(DatabaseName source, DatabaseName target) {
		return cloneDatabaseAfterCommit(source, target, CloneOptions.defaults());
	}

	/**
	 * Clone what a snapshot holds of a database, right after the commit of the current
	 * transaction:
	 * {@link #cloneDatabaseAfterCommit(DatabaseName, DatabaseName, CloneOptions)} with
	 * {@link CloneOptions#from(SnapshotName)}.
	 * @param source the database to clone
	 * @param target the database to make
	 * @param snapshot the snapshot's name; it may itself be one that is to be taken after
	 * the commit
	 * @return a handle, pending until the transaction has ended
	 */
	default Mono<AfterCommit<Boolean>> cloneDatabaseAfterCommit(DatabaseName source, DatabaseName target,
			SnapshotName snapshot) {
		return cloneDatabaseAfterCommit(source, target, CloneOptions.from(snapshot));
	}

	/**
	 * Clone a database right after the commit of the current transaction, as
	 * {@link #cloneTableAfterCommit(TableName, TableName, CloneOptions)} does with a
	 * table.
	 * @param source the database to clone
	 * @param target the database to make
	 * @param options how to make it; the snapshot may itself be one that is to be taken
	 * after the commit
	 * @return a handle, pending until the transaction has ended; its result says whether
	 * the clone was made
	 * @throws io.github.matrixone.spring.dao.CloneTargetExistsException if the target is
	 * there now
	 */
	Mono<AfterCommit<Boolean>> cloneDatabaseAfterCommit(DatabaseName source, DatabaseName target, CloneOptions options);

	/**
	 * Drop a table that a clone has made, or any other one, with {@code DROP TABLE d.t}:
	 * at once outside a transaction, in a transaction after its commit on a connection of
	 * its own, in the order in which it asked for such work, and not at all after a
	 * rollback: as part of the transaction it would count as a change of every table. If
	 * it fails after the commit, the caller of the commit gets an
	 * {@link io.github.matrixone.spring.dao.AfterCommitException}.
	 * @param table the table
	 * @return completes when it is dropped, or in a transaction when that was asked for
	 * @throws io.github.matrixone.spring.dao.TableNotFoundException if there is none now,
	 * and none is going to be cloned before, or if it is a view
	 * @throws org.springframework.dao.DataIntegrityViolationException if a foreign key of
	 * another table references it
	 */
	Mono<Void> dropTable(TableName table);

	/**
	 * Drop a database that a clone has made, or any other one, with all its tables, with
	 * {@code DROP DATABASE d}, when {@link #dropTable} would do it.
	 * @param database the database
	 * @return completes when it is dropped, or in a transaction when that was asked for
	 * @throws io.github.matrixone.spring.dao.DatabaseNotFoundException if there is none
	 * now, and none is going to be cloned before
	 * @throws org.springframework.dao.DataIntegrityViolationException if a foreign key of
	 * another database references a table of it
	 */
	Mono<Void> dropDatabase(DatabaseName database);

}
