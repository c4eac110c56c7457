package io.github.matrixone.spring.branch;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.dao.BranchCheckException;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Branches of tables and databases: copies that share their rows with the table until
 * either is changed, and of which the server keeps what they began with, so that their
 * changes can be seen and brought back. Implemented by {@link BranchTemplate}; inject
 * this.
 *
 * <p>
 * Names without a database belong to the connection's current one. All of this needs a
 * MatrixOne server; the simulator refuses it.
 *
 * @since 0.1
 */
public interface BranchOperations {

	/**
	 * Make a branch of a table as it is now.
	 * @param source the table
	 * @param branch the table to make
	 * @return the branch
	 * @see #createTable(TableName, TableName, AsOf)
	 */
	Branch createTable(TableName source, TableName branch);

	/**
	 * Make a branch of a table:
	 * <code>DATA BRANCH CREATE TABLE b FROM t{SNAPSHOT = 's'}</code>.
	 *
	 * <p>
	 * In a transaction it is made at once, on a connection of its own, and deleted again
	 * on rollback: what a transaction writes into a branch that it has made itself never
	 * shows as a change of the branch (v4.2.0, no issue known). Refused after the
	 * transaction has written, because the branch could not hold that.
	 *
	 * <p>
	 * The branch keeps the foreign keys of the table: they reference the same tables, of
	 * which no row can be removed then that the branch references, or the branch changes
	 * with it.
	 * @param source the table
	 * @param branch the table to make
	 * @param asOf the point in time of the table that the branch begins with
	 * @return the branch
	 * @throws TableNotFoundException if there is no such table
	 * @throws CloneTargetExistsException if there is a table of the branch's name
	 * @throws UncommittedChangesException if the transaction has written
	 */
	Branch createTable(TableName source, TableName branch, AsOf asOf);

	/**
	 * Make a branch of a database as it is now.
	 * @param source the database
	 * @param branch the database to make
	 * @return the tables of the branch
	 * @see #createDatabase(DatabaseName, DatabaseName, AsOf)
	 */
	List<Branch> createDatabase(DatabaseName source, DatabaseName branch);

	/**
	 * Make a branch of a database with all its tables:
	 * <code>DATA BRANCH CREATE DATABASE b FROM d{SNAPSHOT = 's'}</code>. Foreign keys of
	 * the branch reference tables of the branch. In a transaction as
	 * {@link #createTable(TableName, TableName, AsOf)}.
	 * @param source the database
	 * @param branch the database to make
	 * @param asOf the point in time of the database that the branch begins with
	 * @return the tables of the branch
	 * @throws DatabaseNotFoundException if there is no such database, or it has no
	 * tables: the server would make an empty one
	 * @throws CloneTargetExistsException if there is a database of the branch's name
	 * @throws SnapshotScopeMismatchException if a snapshot does not hold the database
	 * @throws UncommittedChangesException if the transaction has written
	 */
	List<Branch> createDatabase(DatabaseName source, DatabaseName branch, AsOf asOf);

	/**
	 * Return all branches of the user's account, from
	 * {@code mo_catalog.mo_branch_metadata}. Those with a name that is
	 * {@linkplain io.github.matrixone.spring.sql.RefusedNameException refused}, or a
	 * parent with one, are left out.
	 * @return the branches
	 */
	List<Branch> list();

	/**
	 * Return all branches of the user's account with the times when they were made, from
	 * {@code mo_catalog}. No table is read.
	 * @return the branches
	 */
	List<BranchAge> ages();

	/**
	 * Return figures of all branches of the user's account. No table is read.
	 * @return how many there are, the oldest one, and how many have lost their parent
	 */
	default BranchSummary summary() {
		return BranchSummary.of(ages());
	}

	/**
	 * Find a branch.
	 * @param branch the table
	 * @return the branch, or empty if there is no table of that name, or it is none
	 */
	Optional<Branch> find(TableName branch);

	/**
	 * Return a branch.
	 * @param branch the table
	 * @return the branch
	 * @throws BranchNotFoundException if there is no table of that name, or it is none
	 */
	Branch get(TableName branch);

	/**
	 * Delete a branch, merged or not: {@code DATA BRANCH DELETE TABLE b}. In a
	 * transaction that is done after its commit, to the branch that has the name now. If
	 * it was altered by then it is deleted all the same; if it was renamed, or emptied by
	 * {@code TRUNCATE} or by {@code DELETE} without {@code WHERE}, it is left, with an
	 * {@code AfterCommitException}.
	 * @param branch the table
	 * @throws BranchNotFoundException if there is no table of that name, or it is none
	 */
	void deleteTable(TableName branch);

	/**
	 * Delete the branch of a database, merged or not, with all its tables:
	 * {@code DATA BRANCH DELETE DATABASE b}. In a transaction that is done after its
	 * commit, to the branch that has the name now. If tables were altered or dropped by
	 * then it is deleted all the same; if one was made, or emptied by {@code TRUNCATE} or
	 * by {@code DELETE} without {@code WHERE}, it is left, with an
	 * {@code AfterCommitException}.
	 * @param branch the database
	 * @throws BranchNotFoundException if there is no database of that name, or it is no
	 * branch
	 */
	void deleteDatabase(DatabaseName branch);

	/**
	 * Delete a branch that was looked at before, if something holds while nobody can
	 * write to it.
	 *
	 * <p>
	 * Sends {@code BEGIN} and {@code DATA BRANCH DELETE TABLE b} on a connection of its
	 * own. That waits for transactions that have written to the branch, for as long as
	 * the server waits for locks, and lets nobody write or make a branch of it from then
	 * on; who tries waits, and finds no such table after the commit. The condition is
	 * asked then. What it looks at, on other connections, is the branch as it is. Where
	 * it holds {@code COMMIT} is sent, else {@code ROLLBACK}, and everything is as it was
	 * before.
	 *
	 * <p>
	 * With several compute nodes both connections must lead to the same one: another may
	 * learn of a commit some milliseconds later (MO#25047).
	 * @param seen the branch as it was looked at; another one of its name stays
	 * @param condition what has to hold, such as
	 * {@code () -> branches.unmerged(draft.table()).isEmpty()}
	 * @return whether it was deleted: not if the condition does not hold, if the branch
	 * is gone, or if it is the parent of other branches, which could not be merged any
	 * more
	 * @throws NotAllowedInTransactionException in a transaction
	 * @throws org.springframework.dao.PessimisticLockingFailureException if those who are
	 * writing to the branch take longer than the server waits
	 */
	boolean deleteTable(Branch seen, BooleanSupplier condition);

	/**
	 * Delete the branch of a database that was looked at before, with all its tables, if
	 * something holds while nobody can write to it or make a table in it:
	 * {@code DATA BRANCH DELETE DATABASE b}.
	 * @param seen the tables of the branch as they were looked at; a branch that has
	 * other ones by now stays
	 * @param condition what has to hold
	 * @return whether it was deleted
	 * @throws BranchNotFoundException if it has tables that are no branches
	 * @see #deleteTable(Branch, BooleanSupplier)
	 */
	boolean deleteDatabase(List<Branch> seen, BooleanSupplier condition);

	/**
	 * Tell what would be lost with a branch. A {@code SELECT} counts, as for
	 * {@link #status(TableName)}; of a table without a primary key it counts whether each
	 * row is there as often as at first. Whether it was altered, be it an index or a
	 * default only, is told by {@code SHOW CREATE TABLE} of the branch, of its parent
	 * and, where these differ, of the parent as it was when the branch was made. What
	 * cannot be compared counts as lost, and so does a merged row that the parent has
	 * changed again: the server keeps no record of merges.
	 * @param branch the table
	 * @return what its parent does not have
	 * @throws BranchNotFoundException if there is no table of that name, or it is none
	 */
	UnmergedChanges unmerged(TableName branch);

	/**
	 * Tell what would be lost with the branch of a database: of each table as
	 * {@link #unmerged(TableName)} does, with the tables, views, sequences and external
	 * tables that are there only, and the views that are other ones than those of the
	 * parent. Ids that Hibernate has taken from tables on the branch are no loss.
	 * Functions and procedures are not looked at.
	 * @param branch the database
	 * @return what its parent does not have
	 * @throws BranchNotFoundException if there is no database of that name, or it is no
	 * branch
	 */
	UnmergedChanges unmerged(DatabaseName branch);

	/**
	 * Return what the branch of a database has changed, table by table, with the tables
	 * that only one side has. Each table is compared as {@link #diff(TableName)} does it,
	 * one after the other. Of a table without a primary key it is told whether it was
	 * changed, by a {@code SELECT} that counts how often each row is there. The
	 * transaction that has written a null may read it as another value (v4.2.0, no issue
	 * known), and miss such a change.
	 * @param branch the database
	 * @return the changed rows
	 * @throws BranchNotFoundException if there is no database of that name, or it is no
	 * branch
	 * @throws UnsupportedByServerException if a table has other columns than its parent,
	 * or one without a key other ones than at first
	 */
	DatabaseDiff diff(DatabaseName branch);

	/**
	 * Work in the branch of a database with the same repositories: within the call, what
	 * the current thread does by JPA, {@code JdbcTemplate}, MyBatis or jOOQ on
	 * connections of the data source goes to the branch, in transactions of its own. The
	 * database of each connection is changed when it is first used, and changed back when
	 * it is given back: two round trips.
	 *
	 * <p>
	 * Names without a database mean tables of the branch; a statement that names the
	 * parent is refused, and so are {@code USE}, {@code setCatalog}, {@code PREPARE} and
	 * {@code EXECUTE} as texts, and the commands of MatrixOne. Other threads, such as
	 * those of {@code @Async}, and R2DBC go on working in the parent. An entity that was
	 * loaded in the branch and is saved after the call is saved to the parent. Caches of
	 * the application, such as those of {@code @Cacheable}, are not kept apart.
	 * @param <T> the type of the result
	 * @param branch the database
	 * @param work what to do in the branch
	 * @return its result
	 * @throws BranchNotFoundException if there is no database of that name, or it is no
	 * branch
	 * @throws NotAllowedInTransactionException if a transaction is active, or a method
	 * with {@code @Transactional} of any propagation, or if the entity manager that is
	 * open in the view has loaded entities
	 * @throws InvalidDataAccessApiUsageException if it is the branch of another database
	 * than the connections are in, or if a cache or ids that are taken in advance are
	 * shared with the parent
	 */
	<T extends @Nullable Object> T in(DatabaseName branch, Supplier<T> work);

	/**
	 * Work in the branch of a database with the same repositories.
	 * @param branch the database
	 * @param work what to do in the branch
	 * @see #in(DatabaseName, Supplier)
	 */
	default void in(DatabaseName branch, Runnable work) {
		in(branch, () -> {
			work.run();
			return true;
		});
	}

	/**
	 * Return what a branch has changed, beside what it began with and its parent as it is
	 * now. This is also the preview of a merge: it tells the conflicts. One
	 * {@code SELECT} that joins the three by their primary key; nothing is locked. In a
	 * transaction its own writes are seen. All changed rows are held in memory: for more
	 * than fit there is {@link #forEachChange(TableName, Consumer)}.
	 * @param branch the table
	 * @return the changed rows
	 * @throws BranchNotFoundException if there is no table of that name, or it is none
	 * @throws TableNotFoundException if its parent is not there any more
	 * @throws UnsupportedByServerException if the tables have no primary key, or other
	 * columns than each other
	 */
	BranchDiff diff(TableName branch);

	/**
	 * Give each row that a branch has changed to a handler, as it is read: the rows of
	 * {@link #diff(TableName)}, in no particular order, of which one at a time is held in
	 * memory. The same {@code SELECT}, whose rows the driver reads while the server sends
	 * them ({@code setFetchSize(Integer.MIN_VALUE)}).
	 *
	 * <p>
	 * In a transaction its own writes are seen, and it is its connection that the rows
	 * come on: nothing else can be sent on it until the last one is read. The driver
	 * refuses what the handler tries; the transaction goes on. So collect what is to be
	 * written, or write it by another data source, or call this outside of a transaction:
	 * what the handler does has a connection of its own then, which the pool must have.
	 *
	 * <p>
	 * A handler that throws ends it. The rows that are left are still sent, read and
	 * dropped.
	 * @param branch the table
	 * @param handler gets each changed row
	 * @throws BranchNotFoundException as {@link #diff(TableName)} does, and so are the
	 * others
	 */
	void forEachChange(TableName branch, Consumer<RowChange> handler);

	/**
	 * Give each row that a branch has changed to a handler, with some of its columns.
	 * Rows are compared by all columns, so that one may have changed though those that
	 * are read are what they were; {@link RowChange#changedColumns()} knows of these
	 * only.
	 * @param branch the table
	 * @param columns the columns to read, beside those of the key
	 * @param handler gets each changed row
	 * @throws IllegalArgumentException if the branch has no such column
	 * @throws BranchNotFoundException as {@link #diff(TableName)} does, and so are the
	 * others
	 * @see #forEachChange(TableName, Consumer)
	 */
	void forEachChange(TableName branch, Collection<ColumnName> columns, Consumer<RowChange> handler);

	/**
	 * Keep what a branch has changed in a new table, to look into it with SQL:
	 * {@code CREATE TABLE t (…)} and {@code INSERT INTO t SELECT …}, in a transaction of
	 * its own. The rows stay on the server, however many they are.
	 *
	 * <p>
	 * The table has a row for each that was changed. {@code change} is {@code added},
	 * {@code updated} or {@code removed}, {@code conflict} and {@code merged} are what
	 * {@link RowChange#isConflict()} and {@link RowChange#isMerged()} tell. For each
	 * column {@code c} of the branch it has {@code branch_c}, {@code base_c}, what the
	 * branch began with, and {@code target_c}, of the parent as it is; they are null
	 * where that side does not have the row.
	 * @param branch the table
	 * @param table the table to make, in the current database if it has none
	 * @return how many rows it has
	 * @throws io.github.matrixone.spring.dao.CloneTargetExistsException if there is such
	 * a table
	 * @throws NotAllowedInTransactionException in a transaction: the server may read
	 * nulls that were written there as other values, and would keep those (v4.2.0)
	 * @throws BranchNotFoundException as {@link #diff(TableName)} does, and so are the
	 * others
	 */
	long diffInto(TableName branch, TableName table);

	/**
	 * Write what a branch has changed as SQL, to read, to keep and to replay on another
	 * copy of its parent.
	 * @param diff what it has changed
	 * @return the statements
	 * @throws UnsupportedByServerException if the parent has other columns than the diff
	 * @see #patch(List)
	 */
	default SqlPatch patch(BranchDiff diff) {
		Assert.notNull(diff, "The diff must not be null");
		return patch(List.of(diff));
	}

	/**
	 * Write what branches have changed as SQL, in an order that foreign keys accept. The
	 * parents are only asked for their columns; nothing is changed.
	 * @param diffs what they have changed
	 * @return the statements
	 * @throws UnsupportedByServerException if a parent has other columns than its diff,
	 * or if no text stands for a value: of a {@code GEOMETRY} or {@code DATALINK}, of an
	 * {@code ENUM} or {@code SET} with a backslash, of a {@code TIMESTAMP} after the year
	 * 3000, or after 2242 with a fraction of a second
	 */
	SqlPatch patch(List<BranchDiff> diffs);

	/**
	 * Write what the branch of a database has changed as SQL. The tables from which
	 * Hibernate takes ids are left out.
	 * @param diff what it has changed
	 * @return the statements
	 * @throws UnsupportedByServerException as {@link #patch(List)} does, and as a merge
	 * does where tables are on the branch only or have changed and have no primary key
	 */
	SqlPatch patch(DatabaseDiff diff);

	/**
	 * Write what has changed in a table since a point in time as SQL.
	 * @param diff what has changed
	 * @return the statements
	 * @throws UnsupportedByServerException if the table has other columns by now
	 */
	SqlPatch patch(TableDiff diff);

	/**
	 * Write what a branch has changed as a script, however many rows it is: what
	 * {@link #patch(BranchDiff)} writes of a {@link #diff(TableName)}, with the rows in
	 * no particular order. They are read as {@link #forEachChange(TableName, Consumer)}
	 * reads them, by one {@code SELECT}, and a few at a time are held in memory.
	 *
	 * <p>
	 * The script is written when all rows are there: until then it is in temporary files
	 * of this process ({@code java.io.tmpdir}), which take as much room and are gone when
	 * this returns. Where it fails before, nothing was written.
	 * @param branch the table
	 * @param name what the statements call the table: with a database, or without one,
	 * for the current database of who replays them
	 * @param script what to write to, as UTF-8 if it becomes bytes
	 * @throws IOException if the script or a temporary file cannot be written
	 * @throws IllegalArgumentException if the parent references itself, so that the order
	 * of rows matters
	 * @throws UnsupportedByServerException as {@link #patch(List)} does
	 * @throws BranchNotFoundException as {@link #diff(TableName)} does, and so are the
	 * others
	 */
	void writePatch(TableName branch, TableName name, Appendable script) throws IOException;

	/**
	 * Count what a branch and its parent have changed since the branch was made: one
	 * {@code SELECT}, of which no rows are read into memory.
	 * @param branch the table
	 * @return the numbers of rows
	 * @throws BranchNotFoundException as {@link #diff(TableName)} does, and so are the
	 * others
	 */
	BranchStatus status(TableName branch);

	/**
	 * Look which rows a merge should not bring into the parents, because a unique key, a
	 * foreign key or a {@code CHECK} would not hold. One {@code SELECT} for each such
	 * constraint of the parents, which looks at the tables as they would be after the
	 * merge; nothing is locked or changed. Up to 1,000 rows of each constraint are named.
	 * The merge fails with such rows, but for checks: v4.2.0 does not look at them in an
	 * {@code UPDATE}.
	 *
	 * <p>
	 * Not found: a unique value that two of the merged rows exchange, a referenced value
	 * other than a row's key that the branch has changed, or added rows that reference
	 * each other in a circle; the merge itself fails then.
	 * @param diffs what is to be merged together; the rows are looked up anew
	 * @return the rows that are in the way, empty if there are none
	 * @throws BranchNotFoundException as {@link #diff(TableName)} does
	 * @throws UnsupportedByServerException if there is a foreign key between the tables
	 * of branches that began at different points in time
	 */
	List<MergeViolation> violations(List<BranchDiff> diffs);

	/**
	 * Look which rows a merge of the branch of a database could not bring into its
	 * parent.
	 * @param diff what is to be merged
	 * @return the rows that are in the way
	 * @see #violations(List)
	 */
	default List<MergeViolation> violations(DatabaseDiff diff) {
		Assert.notNull(diff, "The diff must not be null");
		return violations(diff.tables());
	}

	/**
	 * Bring the changes of a branch into its parent, unless both have changed a row.
	 *
	 * <p>
	 * Sends a {@code DELETE}, an {@code INSERT … SELECT} and an {@code UPDATE}, rather
	 * than {@code DATA BRANCH MERGE}, which fails with rows that a foreign key references
	 * (MO#27992) and ignores the transaction's own changes of the parent. The
	 * {@code DELETE} is the last where rows are referenced until others are updated.
	 * Joins the current transaction, or has one of its own. The changed rows are locked
	 * on both sides before, and compared before it returns; where they are not what they
	 * were to be, because somebody else was writing to either table, nothing is merged,
	 * and the transaction can only be rolled back. The branch stays, but <strong>is to be
	 * merged once</strong>: what it began with stays what it was, so that a later merge
	 * would bring back what the parent has undone since. Make a new branch for further
	 * changes.
	 * @param branch the table
	 * @return what was done
	 * @throws BranchConflictException if both have changed a row in different ways, or if
	 * somebody else was writing
	 * @throws BranchNotFoundException as {@link #diff} does, and so are the others
	 * @throws UncommittedChangesException if the transaction has written to the branch or
	 * to its parent, or may have through a foreign key: it may read nulls that it has
	 * written as other values (v4.2.0, no issue known)
	 */
	MergeResult merge(TableName branch);

	/**
	 * Bring the changes of a branch into its parent as a {@linkplain #diff(TableName)
	 * diff} has shown them.
	 * @param preview the diff
	 * @return what was done
	 * @throws BranchConflictException if either side has changed a row since, or if there
	 * were conflicts
	 * @see #merge(TableName)
	 */
	MergeResult merge(BranchDiff preview);

	/**
	 * Bring the changes of several branches into their parents as diffs have shown them,
	 * all or nothing. Rows of tables that reference others are removed before, and added
	 * after, those of the tables that they reference.
	 * @param previews the diffs, of different parents
	 * @return what was done, in the order of the diffs
	 * @throws BranchConflictException as {@link #merge(BranchDiff)}
	 * @see #merge(TableName)
	 */
	List<MergeResult> merge(List<BranchDiff> previews);

	/**
	 * Bring the changes of the branch of a database into its parent as a diff has shown
	 * them, all or nothing. Tables that are in the parent only stay as they are. The
	 * tables from which Hibernate takes ids are moved on to those of the branch, by
	 * {@code UPDATE t SET next_val = ? WHERE next_val < ?}.
	 * @param preview the diff
	 * @return what was done, in the order of the diff's tables
	 * @throws BranchConflictException as {@link #merge(BranchDiff)}
	 * @throws UnsupportedByServerException if there are tables on the branch only, or
	 * changed ones without a primary key
	 * @see #merge(List)
	 */
	List<MergeResult> merge(DatabaseDiff preview);

	/**
	 * Write, audit, publish: bring the changes of several branches into their parents as
	 * diffs have shown them, all or nothing, and only if no {@link BranchCheck} finds
	 * anything. Conflicts fail before the checks run; the checks run in the transaction
	 * of the merge, and see what was merged.
	 *
	 * <p>
	 * Joins the current transaction, or has one of its own of the application's
	 * transaction manager. After a finding the transaction can only be rolled back.
	 * @param reviewed the diffs, of different parents
	 * @return what was done, in the order of the diffs
	 * @throws BranchCheckException if a check finds something
	 * @throws BranchConflictException as {@link #merge(List)}
	 */
	List<MergeResult> publish(List<BranchDiff> reviewed);

	/**
	 * Write, audit, publish: bring the changes of the branch of a database into its
	 * parent as a diff has shown them, if no {@link BranchCheck} finds anything.
	 * @param reviewed the diff
	 * @return what was done, in the order of the diff's tables
	 * @see #publish(List)
	 * @see #merge(DatabaseDiff)
	 */
	List<MergeResult> publish(DatabaseDiff reviewed);

	/**
	 * Write, audit, publish in one call: make a branch of the data source's database,
	 * {@linkplain #in(DatabaseName, Runnable) work} in it, bring the changes into the
	 * parent if no {@link BranchCheck} finds anything, and delete the branch.
	 *
	 * <p>
	 * Where the work fails, the branch is deleted. Where a check has found something, or
	 * the parent was changed meanwhile, the branch stays, to be looked at, put right and
	 * published, or deleted.
	 * @param branch the database to make
	 * @param work what to do in the branch
	 * @return what was done
	 * @throws BranchCheckException if a check finds something
	 * @throws NotAllowedInTransactionException if a transaction is active
	 * @see #publish(DatabaseDiff)
	 */
	List<MergeResult> publish(DatabaseName branch, Runnable work);

	/**
	 * Bring some of the changes of a branch into its parent, as a
	 * {@linkplain #diff(TableName) diff} has shown them, and nothing else. A picked row
	 * becomes what it is on the branch, also where it is a
	 * {@linkplain RowChange#isConflict() conflict}: this is how to decide conflicts one
	 * by one.
	 *
	 * <p>
	 * As {@link #merge(TableName)} does it, for the picked rows: they are locked on both
	 * sides and compared with the diff before, and compared again before it returns.
	 * @param preview the diff
	 * @param rows tells the rows to pick
	 * @return what was done, with the rows of which the parent's change was given up
	 * @throws BranchConflictException if either side has changed a picked row since
	 */
	MergeResult pick(BranchDiff preview, Predicate<RowChange> rows);

	/**
	 * Return what has changed in a table since a point in time: what an import has done,
	 * or a merge. One {@code SELECT} that joins the table at that point and now, by its
	 * primary key; nothing is locked. In a transaction its own writes belong to now. All
	 * changed rows are held in memory.
	 *
	 * <p>
	 * How far back an instant can be that no snapshot or branch keeps depends on when the
	 * server last removed old versions of rows.
	 * @param table the table
	 * @param since the point in time
	 * @return the changed rows
	 * @throws TableNotFoundException if there is no such table
	 * @throws SnapshotScopeMismatchException if a snapshot does not hold the table
	 * @throws UnsupportedByServerException if the table has no primary key, or was
	 * altered since
	 */
	TableDiff diff(TableName table, AsOf since);

	/**
	 * Count what has changed in a table since a point in time: as
	 * {@link #diff(TableName, AsOf)}, of which no rows are read into memory.
	 * @param table the table
	 * @param since the point in time
	 * @return how many rows were added, updated or removed
	 * @throws TableNotFoundException as {@link #diff(TableName, AsOf)} does, and so are
	 * the others
	 */
	long countChanges(TableName table, AsOf since);

	/**
	 * Return what has changed in a table between two points in time, such as the
	 * snapshots before and after an import, whatever has become of the rows since:
	 * {@link TableChange#isChangedAgain()} tells which of them are others again by now.
	 * They can be taken back as those of {@link #diff(TableName, AsOf)}.
	 *
	 * <p>
	 * A statement that reads at two points is answered with the rows of one of them
	 * (v4.2.0 and newer, no issue known). A branch {@code matrixone_diff_…} of the table,
	 * in its database, stands for the second one therefore. It is made, without its
	 * foreign keys, and deleted on connections of their own, beside any transaction; the
	 * {@code SELECT} is sent on the transaction's. Should the process die meanwhile, it
	 * stays.
	 * @param table the table
	 * @param since the first point in time
	 * @param until the second point in time
	 * @return the changed rows
	 * @throws InvalidDataAccessApiUsageException if the second point lies before the
	 * first
	 * @throws TableNotFoundException if there is no such table, or was none
	 * @throws SnapshotScopeMismatchException if a snapshot does not hold the table
	 * @throws UnsupportedByServerException if the table has no primary key, or was
	 * altered since
	 */
	TableDiff diff(TableName table, AsOf since, AsOf until);

	/**
	 * Take changes of a table back, as a {@linkplain #diff(TableName, AsOf) diff} has
	 * shown them: each of the rows becomes what it was before. Other rows stay, but for
	 * what foreign keys do to those that reference a removed one.
	 *
	 * <p>
	 * This undoes a merge, and repairs what a mistake has done while others went on
	 * working, where a restore would take their work back as well. Joins the current
	 * transaction, or has one of its own, and sends a {@code DELETE}, an
	 * {@code INSERT … SELECT} and an {@code UPDATE} that read the table at the point in
	 * time before. The rows are locked, must still be what the diff has shown, and are
	 * compared before it returns.
	 * @param diff the diff
	 * @param rows tells the rows to take back
	 * @return what was done
	 * @throws BranchConflictException if one of the rows was changed again since
	 * @throws UncommittedChangesException if the transaction has written to the table
	 */
	MergeResult revert(TableDiff diff, Predicate<TableChange> rows);

	/**
	 * Keep in step with the parent: make a new branch of the parent as it is now, and
	 * bring over what this one has changed. The old branch stays: delete it once the new
	 * one is as it should be. How many rows a branch is behind its parent tells
	 * {@link #status(TableName)}.
	 *
	 * <p>
	 * {@code DATA BRANCH CREATE TABLE}, and then, in a transaction, what
	 * {@link #merge(TableName)} sends, into the new branch. Where that fails, the new
	 * branch is deleted again. Should the process die meanwhile, the new branch is there
	 * without the changes.
	 *
	 * <p>
	 * This is not done in place, because the server cannot move what a branch began with:
	 * what was brought into the old branch would look like a change of its own, and a
	 * merge would bring it back where the parent has undone it since.
	 * @param branch the table
	 * @param newBranch the table to make
	 * @return what was brought over
	 * @throws BranchConflictException if both have changed a row in different ways
	 * @throws CloneTargetExistsException if there is a table of the new branch's name
	 * @throws NotAllowedInTransactionException if a transaction is active
	 */
	MergeResult rebase(TableName branch, TableName newBranch);

	/**
	 * Keep in step with the parent, and choose what is brought over, as a
	 * {@linkplain #diff(TableName) diff} has shown it. A chosen row becomes what it was
	 * on the old branch, also where it is a {@linkplain RowChange#isConflict() conflict};
	 * others are on the new branch as they are in the parent.
	 * @param reviewed the diff
	 * @param newBranch the table to make
	 * @param rows tells the rows to bring over
	 * @return what was brought over, with the rows of which the parent's change was given
	 * up on the new branch
	 * @throws BranchConflictException if either side has changed a chosen row since
	 * @see #rebase(TableName, TableName)
	 */
	MergeResult rebase(BranchDiff reviewed, TableName newBranch, Predicate<RowChange> rows);

	/**
	 * Keep in step with the parent: make a new branch of the database as it is now, and
	 * bring over what this one has changed, all of it or nothing.
	 * @param branch the database
	 * @param newBranch the database to make
	 * @return what was brought over, in the order of the tables of
	 * {@link #diff(DatabaseName)}
	 * @throws BranchConflictException if both have changed a row in different ways
	 * @throws UnsupportedByServerException as {@link #merge(DatabaseDiff)}
	 * @see #rebase(TableName, TableName)
	 */
	List<MergeResult> rebase(DatabaseName branch, DatabaseName newBranch);

	/**
	 * Keep in step with the parent, and choose what is brought over, as a diff has shown
	 * it.
	 * @param reviewed the diff
	 * @param newBranch the database to make
	 * @param rows tells the rows to bring over
	 * @return what was brought over, in the order of the diff's tables
	 * @see #rebase(BranchDiff, TableName, Predicate)
	 */
	List<MergeResult> rebase(DatabaseDiff reviewed, DatabaseName newBranch, Predicate<RowChange> rows);

	/**
	 * Bring the changes of a branch into its parent, and give up those of rows that the
	 * parent has changed as well.
	 * @param branch the table
	 * @return what was done, with the rows of which the branch's change was given up
	 * @see #merge(TableName)
	 */
	MergeResult mergeKeepingTarget(TableName branch);

	/**
	 * Bring the changes of a branch into its parent, and overwrite the rows that the
	 * parent has changed as well.
	 * @param branch the table
	 * @return what was done, with the rows of which the parent's change was given up
	 * @see #merge(TableName)
	 */
	MergeResult mergeTakingBranch(TableName branch);

}
