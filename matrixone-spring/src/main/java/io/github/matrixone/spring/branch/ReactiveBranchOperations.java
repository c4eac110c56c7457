package io.github.matrixone.spring.branch;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

import org.reactivestreams.Publisher;
import org.springframework.util.Assert;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

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
 * Branches of tables and databases without blocking: what {@link BranchOperations} does,
 * with the same statements, rules and errors, in the reactive transaction that the
 * subscriber's context holds. Nothing is done before the subscription. Inject this, and
 * mock it in tests; {@link ReactiveBranchTemplate} does it.
 *
 * <p>
 * Values of rows are as R2DBC's driver gives them, which is not always as JDBC's does: a
 * {@code TIMESTAMP} is a {@link java.time.ZonedDateTime}. A diff of one side is not for
 * the other.
 *
 * @since 0.1
 * @see ReactiveBranchTemplate
 */
public interface ReactiveBranchOperations {

	/**
	 * Make a branch of a table as it is now.
	 * @param source the table
	 * @param branch the table to make
	 * @return the branch
	 * @see #createTable(TableName, TableName, AsOf)
	 */
	Mono<Branch> createTable(TableName source, TableName branch);

	/**
	 * Make a branch of a table with
	 * <code>DATA BRANCH CREATE TABLE b FROM t{SNAPSHOT = 's'}</code>, as
	 * {@link BranchOperations#createTable(TableName, TableName, AsOf)} does: in a
	 * transaction at once, on a connection of its own. It is deleted again on rollback,
	 * and outside of a transaction if the subscriber leaves meanwhile.
	 * @param source the table
	 * @param branch the table to make
	 * @param asOf the point in time of the table that the branch begins with
	 * @return the branch
	 * @throws TableNotFoundException if there is no such table
	 * @throws CloneTargetExistsException if there is a table of the branch's name
	 * @throws UncommittedChangesException if the transaction has written
	 */
	Mono<Branch> createTable(TableName source, TableName branch, AsOf asOf);

	/**
	 * Make a branch of a database as it is now.
	 * @param source the database
	 * @param branch the database to make
	 * @return the tables of the branch
	 * @see #createDatabase(DatabaseName, DatabaseName, AsOf)
	 */
	Mono<List<Branch>> createDatabase(DatabaseName source, DatabaseName branch);

	/**
	 * Make a branch of a database with all its tables, with
	 * <code>DATA BRANCH CREATE DATABASE b FROM d{SNAPSHOT = 's'}</code>, as
	 * {@link BranchOperations#createDatabase(DatabaseName, DatabaseName, AsOf)} does. In
	 * a transaction as {@link #createTable(TableName, TableName, AsOf)}.
	 * @param source the database
	 * @param branch the database to make
	 * @param asOf the point in time of the database that the branch begins with
	 * @return the tables of the branch
	 * @throws DatabaseNotFoundException if there is no such database, or it has no tables
	 * @throws CloneTargetExistsException if there is a database of the branch's name
	 * @throws SnapshotScopeMismatchException if a snapshot does not hold the database
	 * @throws UncommittedChangesException if the transaction has written
	 */
	Mono<List<Branch>> createDatabase(DatabaseName source, DatabaseName branch, AsOf asOf);

	/**
	 * Return all branches of the user's account, from
	 * {@code mo_catalog.mo_branch_metadata}. Those with a name that is
	 * {@linkplain io.github.matrixone.spring.sql.RefusedNameException refused}, or a
	 * parent with one, are left out.
	 * @return the branches
	 */
	Flux<Branch> list();

	/**
	 * Return all branches of the user's account with the times when they were made, as
	 * {@link BranchOperations#ages()} does.
	 * @return the branches
	 */
	Flux<BranchAge> ages();

	/**
	 * Return figures of all branches of the user's account, as
	 * {@link BranchOperations#summary()} does.
	 * @return how many there are, the oldest one, and how many have lost their parent
	 */
	default Mono<BranchSummary> summary() {
		return ages().collectList().map(BranchSummary::of).onErrorStop();
	}

	/**
	 * Find a branch.
	 * @param branch the table
	 * @return the branch, or nothing if there is no table of that name, or it is none
	 */
	Mono<Branch> find(TableName branch);

	/**
	 * Return a branch.
	 * @param branch the table
	 * @return the branch
	 * @throws BranchNotFoundException if there is no table of that name, or it is none
	 */
	Mono<Branch> get(TableName branch);

	/**
	 * Delete a branch, merged or not: {@code DATA BRANCH DELETE TABLE b}. In a
	 * transaction that is done after its commit, to the branch that has the name now. If
	 * it was altered by then it is deleted all the same; if it was renamed, or emptied by
	 * {@code TRUNCATE} or by {@code DELETE} without {@code WHERE}, it is left, with an
	 * {@code AfterCommitException}.
	 * @param branch the table
	 * @return completes when it is deleted, or in a transaction when that was asked for
	 * @throws BranchNotFoundException if there is no table of that name, or it is none
	 */
	Mono<Void> deleteTable(TableName branch);

	/**
	 * Delete the branch of a database, merged or not, with all its tables:
	 * {@code DATA BRANCH DELETE DATABASE b}. In a transaction that is done after its
	 * commit, to the branch that has the name now. If tables were altered or dropped by
	 * then it is deleted all the same; if one was made, or emptied by {@code TRUNCATE} or
	 * by {@code DELETE} without {@code WHERE}, it is left, with an
	 * {@code AfterCommitException}.
	 * @param branch the database
	 * @return completes when it is deleted, or in a transaction when that was asked for
	 * @throws BranchNotFoundException if there is no database of that name, or it is no
	 * branch
	 */
	Mono<Void> deleteDatabase(DatabaseName branch);

	/**
	 * Return what the branch of a database has changed, table by table, with the tables
	 * that only one side has, as {@link BranchOperations#diff(DatabaseName)} does.
	 * @param branch the database
	 * @return the changed rows
	 * @throws BranchNotFoundException if there is no database of that name, or it is no
	 * branch
	 * @throws UnsupportedByServerException if a table has other columns than its parent
	 */
	Mono<DatabaseDiff> diff(DatabaseName branch);

	/**
	 * Work in the branch of a database with the same repositories: what is subscribed to
	 * as part of the flow, by Spring Data R2DBC, {@code R2dbcEntityTemplate},
	 * {@code DatabaseClient} or plain R2DBC, goes to the branch, in transactions of its
	 * own. A connection is led there with {@code USE} before a statement that is
	 * subscribed to within, and back before one outside and when the pool takes it.
	 *
	 * <p>
	 * Names without a database mean tables of the branch; a statement that names the
	 * parent is refused, and so are {@code USE}, {@code PREPARE} and {@code EXECUTE} as
	 * texts, and the commands of MatrixOne. What something else subscribes to, as
	 * {@code block()}, {@code subscribe()} or {@code toFuture()}, and JDBC go on working
	 * in the parent.
	 * @param <T> the type of the result
	 * @param branch the database
	 * @param work what to do in the branch
	 * @return its result. It ends with {@link BranchNotFoundException} if there is no
	 * database of that name, or it is no branch; with
	 * {@link io.github.matrixone.spring.dao.NotAllowedInTransactionException} if a
	 * transaction is active, or a method with {@code @Transactional} of any propagation;
	 * with {@link org.springframework.dao.InvalidDataAccessApiUsageException} if it is
	 * the branch of another database than the connections are in
	 */
	<T> Mono<T> in(DatabaseName branch, Mono<T> work);

	/**
	 * Work in the branch of a database with several results.
	 * @param <T> the type of the results
	 * @param branch the database
	 * @param work what to do in the branch, as in {@link #in(DatabaseName, Mono)}
	 * @return its results
	 */
	<T> Flux<T> in(DatabaseName branch, Flux<T> work);

	/**
	 * Return what a branch has changed, beside what it began with and its parent as it is
	 * now, with the {@code SELECT} of {@link BranchOperations#diff(TableName)}. In a
	 * transaction its own writes are seen. All changed rows are held in memory.
	 * @param branch the table
	 * @return the changed rows
	 * @throws BranchNotFoundException if there is no table of that name, or it is none
	 * @throws TableNotFoundException if its parent is not there any more
	 * @throws UnsupportedByServerException if the tables have no primary key, or other
	 * columns than each other
	 */
	Mono<BranchDiff> diff(TableName branch);

	/**
	 * Return each row that a branch has changed, as the subscriber asks for it: the rows
	 * of {@link #diff(TableName)}, in no particular order, without holding them in
	 * memory. The driver stops to read where the subscriber is slow.
	 *
	 * <p>
	 * In a transaction its own writes are seen, and it is its connection that the rows
	 * come on: a statement that the flow sends on it meanwhile waits, and the rows that
	 * are left are read into memory. Outside of a transaction it has another connection.
	 * Where the subscriber leaves, the rows that are left are read and dropped.
	 * @param branch the table
	 * @return the changed rows
	 * @throws BranchNotFoundException as {@link #diff(TableName)} does, and so are the
	 * others
	 */
	Flux<RowChange> changes(TableName branch);

	/**
	 * Return each row that a branch has changed, with some of its columns, as
	 * {@link BranchOperations#forEachChange(TableName, Collection, java.util.function.Consumer)}
	 * does.
	 * @param branch the table
	 * @param columns the columns to read, beside those of the key
	 * @return the changed rows
	 * @throws IllegalArgumentException if the branch has no such column
	 * @see #changes(TableName)
	 */
	Flux<RowChange> changes(TableName branch, Collection<ColumnName> columns);

	/**
	 * Keep what a branch has changed in a new table, to look into it with SQL:
	 * {@code CREATE TABLE t (…)} and {@code INSERT INTO t SELECT …}, in a transaction of
	 * its own. The Mono fails in a transaction.
	 * @param branch the table
	 * @param table the table to make, in the current database if it has none
	 * @return how many rows it has
	 * @see BranchOperations#diffInto(TableName, TableName)
	 */
	Mono<Long> diffInto(TableName branch, TableName table);

	/**
	 * Write what a branch has changed as SQL, as {@link BranchOperations#patch(List)}
	 * does.
	 * @param diff what it has changed
	 * @return the statements
	 * @throws UnsupportedByServerException if the parent has other columns than the diff
	 */
	default Mono<SqlPatch> patch(BranchDiff diff) {
		Assert.notNull(diff, "The diff must not be null");
		return patch(List.of(diff));
	}

	/**
	 * Write what branches have changed as SQL, in an order that foreign keys accept, as
	 * {@link BranchOperations#patch(List)} does.
	 * @param diffs what they have changed
	 * @return the statements
	 * @throws UnsupportedByServerException if a parent has other columns than its diff
	 */
	Mono<SqlPatch> patch(List<BranchDiff> diffs);

	/**
	 * Write what the branch of a database has changed as SQL, as
	 * {@link BranchOperations#patch(DatabaseDiff)} does.
	 * @param diff what it has changed
	 * @return the statements
	 * @throws UnsupportedByServerException as there
	 */
	Mono<SqlPatch> patch(DatabaseDiff diff);

	/**
	 * Write what has changed in a table since a point in time as SQL, as
	 * {@link BranchOperations#patch(TableDiff)} does.
	 * @param diff what has changed
	 * @return the statements
	 * @throws UnsupportedByServerException if the table has other columns by now
	 */
	Mono<SqlPatch> patch(TableDiff diff);

	/**
	 * Write what a branch has changed as a script, however many rows it is, as
	 * {@link BranchOperations#writePatch(TableName, TableName, Appendable)} does: its
	 * text comes in parts, at the subscriber's pace, when all rows are there. Until then
	 * it is in temporary files of this process ({@code java.io.tmpdir}), which are
	 * written and read on {@code Schedulers.boundedElastic()} and are gone when this ends
	 * or is cancelled. Where it fails before, no text has come.
	 * @param branch the table
	 * @param name what the statements call the table: with a database, or without one,
	 * for the current database of who replays them
	 * @return the text of the script; an {@link java.io.IOException} if a temporary file
	 * cannot be written, and errors as the blocking operation throws them
	 */
	Flux<String> patchScript(TableName branch, TableName name);

	/**
	 * Count what a branch and its parent have changed since the branch was made, as
	 * {@link BranchOperations#status(TableName)}.
	 * @param branch the table
	 * @return the numbers of rows
	 * @throws BranchNotFoundException as {@link #diff(TableName)} does, and so are the
	 * others
	 */
	Mono<BranchStatus> status(TableName branch);

	/**
	 * Look which rows a merge could not bring into the parents, because a unique key or a
	 * foreign key would not hold, as {@link BranchOperations#violations(List)}.
	 * @param diffs what is to be merged together; the rows are looked up anew
	 * @return the rows that are in the way, empty if there are none
	 * @throws BranchNotFoundException as {@link #diff(TableName)} does
	 */
	Flux<MergeViolation> violations(List<BranchDiff> diffs);

	/**
	 * Look which rows a merge of the branch of a database could not bring into its
	 * parent.
	 * @param diff what is to be merged
	 * @return the rows that are in the way
	 * @see #violations(List)
	 */
	default Flux<MergeViolation> violations(DatabaseDiff diff) {
		Assert.notNull(diff, "The diff must not be null");
		return violations(diff.tables());
	}

	/**
	 * Bring the changes of a branch into its parent, unless both have changed a row, with
	 * the {@code DELETE}, {@code INSERT … SELECT} and {@code UPDATE} of
	 * {@link BranchOperations#merge(TableName)}, which tells how it is verified. Joins
	 * the current transaction, or has one of its own. Where it fails once it has begun to
	 * write, or is cancelled then, the transaction can only be rolled back.
	 * @param branch the table
	 * @return what was done
	 * @throws BranchConflictException if both have changed a row in different ways, or if
	 * somebody else was writing
	 * @throws BranchNotFoundException as {@link #diff(TableName)} does, and so are the
	 * others
	 * @throws UncommittedChangesException if the transaction has written to the branch or
	 * to its parent, or may have through a foreign key
	 */
	Mono<MergeResult> merge(TableName branch);

	/**
	 * Bring the changes of a branch into its parent as a {@linkplain #diff(TableName)
	 * diff} has shown them, and no others, as {@link BranchOperations#merge(BranchDiff)}
	 * does.
	 * @param preview the diff
	 * @return what was done
	 * @throws BranchConflictException as {@link #merge(TableName)}, and if either side
	 * has changed since
	 * @see #merge(TableName)
	 */
	Mono<MergeResult> merge(BranchDiff preview);

	/**
	 * Bring the changes of several branches into their parents as diffs have shown them,
	 * all or nothing, in the order of {@link BranchOperations#merge(List)}.
	 * @param previews the diffs, of different parents
	 * @return what was done, in the order of the diffs
	 * @throws BranchConflictException as {@link #merge(BranchDiff)}
	 * @see #merge(TableName)
	 */
	Mono<List<MergeResult>> merge(List<BranchDiff> previews);

	/**
	 * Bring the changes of the branch of a database into its parent as a diff has shown
	 * them, all or nothing. Tables that are in the parent only stay as they are.
	 * @param preview the diff
	 * @return what was done, in the order of the diff's tables
	 * @throws BranchConflictException as {@link #merge(BranchDiff)}
	 * @throws UnsupportedByServerException if there are tables on the branch only
	 * @see #merge(List)
	 */
	Mono<List<MergeResult>> merge(DatabaseDiff preview);

	/**
	 * Write, audit, publish: bring the changes of several branches into their parents as
	 * diffs have shown them, all or nothing, and only if no {@link ReactiveBranchCheck}
	 * finds anything. Conflicts fail before the checks run; the checks run in the
	 * transaction of the merge, and see what was merged.
	 *
	 * <p>
	 * Joins the current transaction, or has one of its own of the application's
	 * {@link org.springframework.transaction.ReactiveTransactionManager}. After a
	 * finding, an error of a check or a cancellation nothing is published: the
	 * transaction is rolled back, and one that was joined can only be rolled back.
	 * @param reviewed the diffs, of different parents
	 * @return what was done, in the order of the diffs. It ends with
	 * {@link IllegalStateException} if there are several transaction managers, or if the
	 * one that is there is of another connection factory, so that checks would look past
	 * the merge
	 * @throws BranchCheckException if a check finds something
	 * @throws BranchConflictException as {@link #merge(List)}
	 */
	Mono<List<MergeResult>> publish(List<BranchDiff> reviewed);

	/**
	 * Write, audit, publish: bring the changes of the branch of a database into its
	 * parent as a diff has shown them, if no {@link ReactiveBranchCheck} finds anything.
	 * @param reviewed the diff
	 * @return what was done, in the order of the diff's tables
	 * @see #publish(List)
	 * @see #merge(DatabaseDiff)
	 */
	Mono<List<MergeResult>> publish(DatabaseDiff reviewed);

	/**
	 * Write, audit, publish in one flow: make a branch of the connection factory's
	 * database, {@linkplain #in(DatabaseName, Flux) work} in it, bring the changes into
	 * the parent if no {@link ReactiveBranchCheck} finds anything, and delete the branch.
	 *
	 * <p>
	 * Where the work fails or is cancelled, the branch is deleted. Where a check has
	 * found something, the parent was changed meanwhile, or the subscriber has left after
	 * the work, the branch stays, to be looked at, put right and published, or deleted.
	 * @param branch the database to make
	 * @param work what to do in the branch, such as a {@code Mono}; its values are left
	 * out
	 * @return what was done. It ends with
	 * {@link io.github.matrixone.spring.dao.NotAllowedInTransactionException} if a
	 * transaction is active, and otherwise as {@link #in(DatabaseName, Flux)} and
	 * {@link #publish(List)}
	 * @throws BranchCheckException if a check finds something
	 * @throws CloneTargetExistsException if there is a database of the branch's name
	 * @see #publish(DatabaseDiff)
	 */
	Mono<List<MergeResult>> publish(DatabaseName branch, Publisher<?> work);

	/**
	 * Bring the changes of a branch into its parent, and give up those of rows that the
	 * parent has changed as well.
	 * @param branch the table
	 * @return what was done, with the rows of which the branch's change was given up
	 * @see #merge(TableName)
	 */
	Mono<MergeResult> mergeKeepingTarget(TableName branch);

	/**
	 * Bring the changes of a branch into its parent, and overwrite the rows that the
	 * parent has changed as well.
	 * @param branch the table
	 * @return what was done, with the rows of which the parent's change was given up
	 * @see #merge(TableName)
	 */
	Mono<MergeResult> mergeTakingBranch(TableName branch);

	/**
	 * Bring some of the changes of a branch into its parent, as a
	 * {@linkplain #diff(TableName) diff} has shown them, and nothing else, as
	 * {@link BranchOperations#pick} does.
	 * @param preview the diff
	 * @param rows tells the rows to pick
	 * @return what was done, with the rows of which the parent's change was given up
	 * @throws BranchConflictException if either side has changed a picked row since
	 * @see #merge(TableName)
	 */
	Mono<MergeResult> pick(BranchDiff preview, Predicate<RowChange> rows);

	/**
	 * Keep in step with the parent: make a new branch of the parent as it is now, and
	 * bring over what this one has changed, as
	 * {@link BranchOperations#rebase(TableName, TableName)} does. Where it is cancelled,
	 * the new branch is deleted again.
	 * @param branch the table
	 * @param newBranch the table to make
	 * @return what was brought over
	 * @throws BranchConflictException if both have changed a row in different ways
	 * @throws CloneTargetExistsException if there is a table of the new branch's name
	 * @throws NotAllowedInTransactionException if a transaction is active
	 */
	Mono<MergeResult> rebase(TableName branch, TableName newBranch);

	/**
	 * Keep in step with the parent, and choose what is brought over, as a
	 * {@linkplain #diff(TableName) diff} has shown it.
	 * @param reviewed the diff
	 * @param newBranch the table to make
	 * @param rows tells the rows to bring over
	 * @return what was brought over, with the rows of which the parent's change was given
	 * up on the new branch
	 * @see BranchOperations#rebase(BranchDiff, TableName, Predicate)
	 */
	Mono<MergeResult> rebase(BranchDiff reviewed, TableName newBranch, Predicate<RowChange> rows);

	/**
	 * Keep in step with the parent: make a new branch of the database as it is now, and
	 * bring over what this one has changed, all of it or nothing.
	 * @param branch the database
	 * @param newBranch the database to make
	 * @return what was brought over, in the order of the tables of
	 * {@link #diff(DatabaseName)}
	 * @see #rebase(TableName, TableName)
	 */
	Mono<List<MergeResult>> rebase(DatabaseName branch, DatabaseName newBranch);

	/**
	 * Keep in step with the parent, and choose what is brought over, as a diff has shown
	 * it.
	 * @param reviewed the diff
	 * @param newBranch the database to make
	 * @param rows tells the rows to bring over
	 * @return what was brought over, in the order of the diff's tables
	 * @see #rebase(TableName, TableName)
	 */
	Mono<List<MergeResult>> rebase(DatabaseDiff reviewed, DatabaseName newBranch, Predicate<RowChange> rows);

	/**
	 * Return what has changed in a table since a point in time, with the {@code SELECT}
	 * of {@link BranchOperations#diff(TableName, AsOf)}, which tells how far back that
	 * can be.
	 * @param table the table
	 * @param since the point in time
	 * @return the changed rows
	 * @throws TableNotFoundException if there is no such table
	 * @throws SnapshotScopeMismatchException if a snapshot does not hold the table
	 * @throws UnsupportedByServerException if the table has no primary key, or was
	 * altered since
	 */
	Mono<TableDiff> diff(TableName table, AsOf since);

	/**
	 * Count what has changed in a table since a point in time, with the {@code SELECT} of
	 * {@link BranchOperations#countChanges(TableName, AsOf)}.
	 * @param table the table
	 * @param since the point in time
	 * @return how many rows were added, updated or removed
	 * @throws TableNotFoundException as {@link #diff(TableName, AsOf)} does, and so are
	 * the others
	 */
	Mono<Long> countChanges(TableName table, AsOf since);

	/**
	 * Return what has changed in a table between two points in time. A branch
	 * {@code matrixone_diff_…} stands for the second one meanwhile, as
	 * {@link BranchOperations#diff(TableName, AsOf, AsOf)} has it; it is deleted after a
	 * cancellation as well.
	 * @param table the table
	 * @param since the first point in time
	 * @param until the second point in time
	 * @return the changed rows
	 * @throws InvalidDataAccessApiUsageException if the second point lies before the
	 * first
	 * @see #diff(TableName, AsOf)
	 */
	Mono<TableDiff> diff(TableName table, AsOf since, AsOf until);

	/**
	 * Take changes of a table back, as a {@linkplain #diff(TableName, AsOf) diff} has
	 * shown them, with the statements of {@link BranchOperations#revert}. Joins the
	 * current transaction, or has one of its own.
	 * @param diff the diff
	 * @param rows tells the rows to take back
	 * @return what was done
	 * @throws BranchConflictException if one of the rows was changed again since
	 * @throws UncommittedChangesException if the transaction has written to the table
	 */
	Mono<MergeResult> revert(TableDiff diff, Predicate<TableChange> rows);

}
