package io.github.matrixone.spring.pitr;

import java.time.Instant;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Point-in-time recovery without blocking: what {@link PitrOperations} does, with the
 * same statements, rules and errors, in the reactive transaction that the subscriber's
 * context holds. Nothing is done before the subscription; a restore that has begun goes
 * on after a cancellation. Inject this, and mock it in tests;
 * {@link ReactivePitrTemplate} does it.
 *
 * @since 0.1
 * @see ReactivePitrTemplate
 */
public interface ReactivePitrOperations {

	/**
	 * Create a PITR, with {@code CREATE PITR n FOR … RANGE v 'u'}. It keeps the past from
	 * now on. In a transaction it is created right after the commit; if that fails, the
	 * caller of the commit gets an
	 * {@link io.github.matrixone.spring.dao.AfterCommitException}.
	 * @param name the name, unique within the account
	 * @param scope what it is to hold; the cluster and other accounts are up to an
	 * administrator of the sys account
	 * @param range how far back it is to reach
	 * @return a handle, pending until the transaction has ended
	 * @throws io.github.matrixone.spring.dao.PitrAlreadyExistsException if there is a
	 * PITR of that name now, or another one of the same cluster, account, database or
	 * table: the server keeps one of each
	 * @throws io.github.matrixone.spring.dao.DatabaseNotFoundException if the database is
	 * missing
	 * @throws io.github.matrixone.spring.dao.TableNotFoundException if the table is
	 * missing
	 */
	Mono<AfterCommit<Pitr>> create(PitrName name, SnapshotScope scope, PitrRange range);

	/**
	 * Alter how far back a PITR reaches, with {@code ALTER PITR n RANGE v 'u'}. <b>Its
	 * recovery window begins anew</b>, also if the range becomes longer: what lies before
	 * the change cannot be restored any more (MO#19070, MO#19156), because the server may
	 * have removed it already under the old range. In a transaction it is altered right
	 * after the commit.
	 * @param name the name
	 * @param range how far back it is to reach
	 * @return a handle, pending until the transaction has ended
	 * @throws io.github.matrixone.spring.dao.PitrNotFoundException if there is none now,
	 * and none is going to be created before
	 */
	Mono<AfterCommit<Pitr>> alter(PitrName name, PitrRange range);

	/**
	 * Drop a PITR with {@code DROP PITR n}: in a transaction after its commit. What it
	 * has kept is lost.
	 * @param name the name
	 * @return completes when it is dropped, or in a transaction when that was asked for
	 * @throws io.github.matrixone.spring.dao.PitrNotFoundException if there is none now,
	 * and none is going to be created before
	 */
	Mono<Void> drop(PitrName name);

	/**
	 * Drop a PITR if there is one, with {@code DROP PITR [IF EXISTS] n}, when
	 * {@link #drop(PitrName)} would do it.
	 * @param name the name
	 * @return whether there is a PITR of that name now
	 */
	Mono<Boolean> dropIfExists(PitrName name);

	/**
	 * Find a PITR with a {@code SELECT} from {@code mo_catalog.mo_pitr}, which is allowed
	 * in a transaction and sees the latest committed state.
	 * @param name the name
	 * @return the PITR, or nothing if there is none that the user may see
	 */
	Mono<Pitr> find(PitrName name);

	/**
	 * Get a PITR, as {@link #find(PitrName)} does.
	 * @param name the name
	 * @return the PITR
	 * @throws io.github.matrixone.spring.dao.PitrNotFoundException if there is none that
	 * the user may see
	 */
	Mono<Pitr> get(PitrName name);

	/**
	 * Return whether there is a PITR, as {@link #find(PitrName)} does.
	 * @param name the name
	 * @return whether there is one that the user may see
	 */
	default Mono<Boolean> exists(PitrName name) {
		return find(name).hasElement().onErrorStop();
	}

	/**
	 * List all PITRs of the user's account that the user may see, the latest first. The
	 * one that the server makes for itself is left out, and so are those with names that
	 * are {@linkplain io.github.matrixone.spring.sql.RefusedNameException refused}.
	 * @return the PITRs
	 */
	Flux<Pitr> list();

	/**
	 * Say which instants a PITR can restore, as {@link PitrOperations#recoveryWindow}
	 * does.
	 * @param name the name
	 * @return the window
	 * @throws io.github.matrixone.spring.dao.PitrNotFoundException if there is none that
	 * the user may see
	 */
	Mono<RecoveryWindow> recoveryWindow(PitrName name);

	/**
	 * Check that a PITR can restore an instant. Nothing but queries is sent.
	 * @param name the name
	 * @param instant the instant
	 * @return completes if it can
	 * @throws io.github.matrixone.spring.dao.PitrNotFoundException if there is none that
	 * the user may see
	 * @throws io.github.matrixone.spring.dao.OutsideRecoveryWindowException if the
	 * instant lies outside the {@linkplain #recoveryWindow recovery window}; the server
	 * itself takes some of those
	 * @throws io.github.matrixone.spring.dao.UnsupportedByServerException if the instant
	 * cannot be said to the server: see {@link PitrOperations#restoreDatabase}
	 */
	Mono<Void> check(PitrName name, Instant instant);

	/**
	 * Restore all databases of the account that a PITR of an account holds, as
	 * {@link PitrOperations#restoreAccount} does.
	 * @param pitr a PITR of an account
	 * @param instant the instant
	 * @return what was restored
	 */
	Mono<PitrRestore> restoreAccount(PitrName pitr, Instant instant);

	/**
	 * Restore all tables of a database, as {@link PitrOperations#restoreDatabase} does,
	 * with the same errors. A PITR of the database itself ends with the restore.
	 * @param database the database
	 * @param pitr a PITR of the database or the user's account
	 * @param instant the instant
	 * @return what was restored
	 */
	Mono<PitrRestore> restoreDatabase(DatabaseName database, PitrName pitr, Instant instant);

	/**
	 * Restore a table, as {@link PitrOperations#restoreTable} does, with the same errors.
	 * A PITR of the table itself ends with the restore.
	 * @param table the table
	 * @param pitr a PITR of the table, its database or the user's account
	 * @param instant the instant
	 * @return what was restored
	 */
	Mono<PitrRestore> restoreTable(TableName table, PitrName pitr, Instant instant);

}
