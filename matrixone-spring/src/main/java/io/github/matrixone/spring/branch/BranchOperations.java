package io.github.matrixone.spring.branch;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * Branches of tables: copies that share their rows with the table until either is
 * changed, and of which the server keeps what they began with, so that their changes can
 * be seen and brought back. Implemented by {@link BranchTemplate}; inject this.
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
	 * Return all branches of the user's account, from
	 * {@code mo_catalog.mo_branch_metadata}.
	 * @return the branches
	 */
	List<Branch> list();

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
	 * transaction that is done after its commit, to the branch that has the name now.
	 * @param branch the table
	 * @throws BranchNotFoundException if there is no table of that name, or it is none
	 */
	void deleteTable(TableName branch);

	/**
	 * Return what a branch has changed, beside what it began with and its parent as it is
	 * now. This is also the preview of a merge: it tells the conflicts. Two
	 * {@code SELECT}s that join the three by their primary key; nothing is locked. In a
	 * transaction its own writes are seen. All changed rows are held in memory.
	 * @param branch the table
	 * @return the changed rows
	 * @throws BranchNotFoundException if there is no table of that name, or it is none
	 * @throws TableNotFoundException if its parent is not there any more
	 * @throws UnsupportedByServerException if the tables have no primary key, or other
	 * columns than each other
	 */
	BranchDiff diff(TableName branch);

	/**
	 * Bring the changes of a branch into its parent, unless both have changed a row.
	 *
	 * <p>
	 * Sends a {@code DELETE}, an {@code INSERT … SELECT} and an {@code UPDATE}, rather
	 * than {@code DATA BRANCH MERGE}, which fails with rows that a foreign key references
	 * (MO#27992) and ignores the transaction's own changes of the parent. Joins the
	 * current transaction, or has one of its own. The changed rows are locked on both
	 * sides before, and compared before it returns; where they are not what they were to
	 * be, because somebody else was writing to either table, nothing is merged, and the
	 * transaction can only be rolled back. The branch stays, but <strong>is to be merged
	 * once</strong>: what it began with stays what it was, so that a later merge would
	 * bring back what the parent has undone since. Make a new branch for further changes.
	 * @param branch the table
	 * @return what was done
	 * @throws BranchConflictException if both have changed a row in different ways, or if
	 * somebody else was writing
	 * @throws BranchNotFoundException as {@link #diff} does, and so are the others
	 * @throws UncommittedChangesException if the transaction has written to the branch or
	 * to its parent: it may read nulls that it has written as other values (v4.2.0, no
	 * issue known)
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
	 * or a merge. Two {@code SELECT}s that join the table at that point and now, by its
	 * primary key; nothing is locked. In a transaction its own writes belong to now. All
	 * changed rows are held in memory.
	 *
	 * <p>
	 * How far back an instant can be that no snapshot or branch keeps depends on when the
	 * server last removed old versions of rows. There is no such thing for two points in
	 * the past: a statement that reads at two points is answered with the rows of one of
	 * them (v4.2.0 and newer, no issue known).
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
	 * Take changes of a table back, as a {@linkplain #diff(TableName, AsOf) diff} has
	 * shown them, and nothing else: each of the rows becomes what it was before.
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
