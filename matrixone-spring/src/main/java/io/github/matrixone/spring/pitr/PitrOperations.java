package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Point-in-time recovery: PITRs keep the past of what they hold for a time, and restore
 * an account, a database or a table to an instant of it. Inject this, and mock it in
 * tests; {@link PitrTemplate} does it.
 *
 * <p>
 * The server refuses PITR statements in a transaction. Creating, altering and dropping is
 * done after the commit there, in the order in which it was asked for, and not at all
 * after a rollback; outside a transaction at once. A restore cannot be rolled back, and
 * is refused in a transaction with a
 * {@link io.github.matrixone.spring.dao.NotAllowedInTransactionException}. What reads is
 * done at once.
 *
 * <p>
 * All of this needs the administrator of the account (role {@code accountadmin}, in the
 * sys account {@code moadmin}); others get a
 * {@link io.github.matrixone.spring.dao.MissingPrivilegeException}. A PITR belongs to the
 * account in which it was made, and is seen there only.
 *
 * @since 0.1
 * @see PitrTemplate
 */
public interface PitrOperations {

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
	AfterCommit<Pitr> create(PitrName name, SnapshotScope scope, PitrRange range);

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
	AfterCommit<Pitr> alter(PitrName name, PitrRange range);

	/**
	 * Drop a PITR with {@code DROP PITR n}: in a transaction after its commit. What it
	 * has kept is lost.
	 * @param name the name
	 * @throws io.github.matrixone.spring.dao.PitrNotFoundException if there is none now,
	 * and none is going to be created before
	 */
	void drop(PitrName name);

	/**
	 * Drop a PITR if there is one, with {@code DROP PITR [IF EXISTS] n}, when
	 * {@link #drop(PitrName)} would do it.
	 * @param name the name
	 * @return whether there is a PITR of that name now
	 */
	boolean dropIfExists(PitrName name);

	/**
	 * Find a PITR with a {@code SELECT} from {@code mo_catalog.mo_pitr}, which is allowed
	 * in a transaction and sees the latest committed state.
	 * @param name the name
	 * @return the PITR, or empty if there is none that the user may see
	 */
	Optional<Pitr> find(PitrName name);

	/**
	 * Get a PITR, as {@link #find(PitrName)} does.
	 * @param name the name
	 * @return the PITR
	 * @throws io.github.matrixone.spring.dao.PitrNotFoundException if there is none that
	 * the user may see
	 */
	Pitr get(PitrName name);

	/**
	 * Return whether there is a PITR, as {@link #find(PitrName)} does.
	 * @param name the name
	 * @return whether there is one that the user may see
	 */
	default boolean exists(PitrName name) {
		return find(name).isPresent();
	}

	/**
	 * List all PITRs of the user's account that the user may see, the latest first. The
	 * one that the server makes for itself is left out, and so are those with names that
	 * are {@linkplain io.github.matrixone.spring.sql.RefusedNameException refused}.
	 * @return the PITRs
	 */
	List<Pitr> list();

	/**
	 * Say which instants a PITR can restore, by the server's clock: from its range ago,
	 * but not from before it was made or last altered, until now, or until what it holds
	 * was dropped or replaced. Months and years are those of the calendar in UTC. It is
	 * computed from {@code mo_catalog.mo_pitr}; the answer of
	 * {@code SHOW RECOVERY_WINDOW} cannot be read.
	 * @param name the name
	 * @return the window
	 * @throws io.github.matrixone.spring.dao.PitrNotFoundException if there is none that
	 * the user may see
	 */
	RecoveryWindow recoveryWindow(PitrName name);

	/**
	 * Check that a PITR can restore an instant. Nothing but queries is sent.
	 * @param name the name
	 * @param instant the instant
	 * @throws io.github.matrixone.spring.dao.PitrNotFoundException if there is none that
	 * the user may see
	 * @throws io.github.matrixone.spring.dao.OutsideRecoveryWindowException if the
	 * instant lies outside the {@linkplain #recoveryWindow recovery window}; the server
	 * itself takes some of those
	 * @throws io.github.matrixone.spring.dao.UnsupportedByServerException if the instant
	 * cannot be said to the server: see {@link #restoreDatabase}
	 */
	void check(PitrName name, Instant instant);

	/**
	 * Restore all databases of the account that a PITR of an account holds, with
	 * {@code RESTORE FROM PITR n 'time'}, or with
	 * {@code RESTORE ACCOUNT a FROM PITR n 'time'} for one of another account. Otherwise
	 * as {@link #restoreDatabase}.
	 * @param pitr a PITR of an account
	 * @param instant the instant
	 * @return what was restored
	 */
	PitrRestore restoreAccount(PitrName pitr, Instant instant);

	/**
	 * Restore all tables of a database with
	 * {@code RESTORE DATABASE d FROM PITR n 'time'}. The database need not be there any
	 * more; tables made since are removed. A snapshot of its state before is taken first,
	 * and kept, also if the restore fails: {@link PitrRestore#before()}.
	 * <p>
	 * The server takes the local time of its own zone, whatever the session's time zone
	 * is. It is asked what that is for the instant, which is restored exactly, to the
	 * nanosecond. Of an hour that is said twice, because clocks were put back, the server
	 * knows one only: an instant in the other is refused.
	 * <p>
	 * <b>A PITR of the database itself ends with the restore</b>, because the server
	 * makes the database anew; {@link PitrRestore#isStillKept()} tells, and a warning is
	 * logged. Create another one then. A PITR of the account goes on.
	 * @param database the database
	 * @param pitr a PITR of the database or the user's account
	 * @param instant the instant
	 * @return what was restored
	 * @throws io.github.matrixone.spring.dao.PitrNotFoundException if there is no such
	 * PITR
	 * @throws io.github.matrixone.spring.dao.PitrScopeMismatchException if it does not
	 * hold what is to be restored
	 * @throws io.github.matrixone.spring.dao.OutsideRecoveryWindowException if the
	 * instant lies outside the {@linkplain #recoveryWindow recovery window}
	 * @throws io.github.matrixone.spring.dao.DatabaseNotFoundException if there was no
	 * such database at the instant
	 * @throws io.github.matrixone.spring.dao.UnsupportedByServerException if a foreign
	 * key of another database references it: the server would report success and change
	 * nothing; or if the instant cannot be said to the server
	 */
	PitrRestore restoreDatabase(DatabaseName database, PitrName pitr, Instant instant);

	/**
	 * Restore a table with {@code RESTORE DATABASE d TABLE t FROM PITR n 'time'}. The
	 * table need not be there any more. A PITR of the table itself ends with the restore.
	 * Otherwise as {@link #restoreDatabase}.
	 * @param table the table
	 * @param pitr a PITR of the table, its database or the user's account
	 * @param instant the instant
	 * @return what was restored
	 * @throws io.github.matrixone.spring.dao.TableNotFoundException if there was no such
	 * table at the instant
	 * @throws io.github.matrixone.spring.dao.UnsupportedByServerException if a foreign
	 * key references the table: the server would report success and change nothing
	 * (MO#27117); or if the instant cannot be said to the server
	 */
	PitrRestore restoreTable(TableName table, PitrName pitr, Instant instant);

}
