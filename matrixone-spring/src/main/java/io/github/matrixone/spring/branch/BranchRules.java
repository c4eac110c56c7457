package io.github.matrixone.spring.branch;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.TransactionHistory;

/**
 * What is refused, and how answers are put together, whichever engine has asked.
 */
final class BranchRules {

	private BranchRules() {
	}

	static BranchNotFoundException notFound(TableName branch) {
		return new BranchNotFoundException("There is no branch " + branch
				+ ": no table of that name is one. If it was emptied by TRUNCATE or by a DELETE "
				+ "without WHERE it is another table for the server since: drop it, and make a new branch");
	}

	static BranchNotFoundException notFound(DatabaseName branch) {
		return new BranchNotFoundException(
				"There is no branch " + branch + ": no database of that name is one with tables left");
	}

	static BranchNotFoundException deletedAtOnce(String branch) {
		return new BranchNotFoundException(
				"There is no branch " + branch + " any more: somebody else has deleted it as soon as it was made");
	}

	/**
	 * Return the database that a branch was made of.
	 * @param tables the tables of the branch
	 */
	static DatabaseName parentOf(DatabaseName branch, List<Branch> tables) {
		return tables.stream()
			.map(Branch::parent)
			.filter(Objects::nonNull)
			.map(TableName::database)
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new DatabaseNotFoundException(
					"The database that " + branch + " is a branch of is not there any more"));
	}

	/**
	 * Return the table of the same name in another database.
	 */
	static TableName counterpart(TableName table, DatabaseName database) {
		return TableName.of(database.value(), table.name());
	}

	static NotAllowedInTransactionException rebasedInTransaction() {
		return new NotAllowedInTransactionException("A branch is not brought over to a new one in a transaction: the "
				+ "new one is there at once, and its changes would be missing until the commit. Call it outside of "
				+ "transactions");
	}

	static NotAllowedInTransactionException savedInTransaction() {
		return new NotAllowedInTransactionException("A diff is not kept in a table in a transaction: the server may "
				+ "read nulls that the transaction has written as other values, and would keep those. Call it outside "
				+ "of transactions");
	}

	static TableNotFoundException noTable(TableName table) {
		return new TableNotFoundException("There is no table " + table);
	}

	static void requireOrder(Instant since, Instant until) {
		if (until.isBefore(since)) {
			throw new InvalidDataAccessApiUsageException("What has changed from " + since + " until " + until
					+ " cannot be told: the second point in time lies before the first one");
		}
	}

	/**
	 * The server would make an empty database.
	 */
	static DatabaseNotFoundException noTables(DatabaseName source, @Nullable AsOf asOf) {
		return new DatabaseNotFoundException("There is no database " + source + " with tables"
				+ ((asOf != null) ? " at " + asOf : "") + " to make a branch of");
	}

	/**
	 * Another branch may have the name by now.
	 * @param seen the branch that was looked at
	 * @param branch the branch that has its name
	 */
	static Branch requireUnmoved(Branch seen, Branch branch) {
		if (!branch.id().equals(seen.id())) {
			throw new BranchConflictException(
					seen.table() + " is another branch than the one that was looked at. Look at it with diff again");
		}
		return branch;
	}

	/**
	 * Return the branches that were made from others.
	 * @param parents the others
	 * @param all all branches
	 */
	static List<Branch> childrenOf(List<Branch> parents, List<Branch> all) {
		return all.stream()
			.filter((branch) -> !parents.contains(branch)
					&& parents.stream().anyMatch((parent) -> parent.table().equals(branch.parent())))
			.toList();
	}

	static void requireNothingWritten(TransactionHistory activity, String branch) {
		if (activity.hasWritten()) {
			throw new UncommittedChangesException("Branch " + branch
					+ " is refused: this transaction has written, and a branch made now could not hold these writes. Make "
					+ "it before the first write, or outside of the transaction");
		}
	}

	/**
	 * What a transaction has written itself it may read with other values in place of
	 * nulls, and would merge these.
	 */
	static void requireUnwritten(TransactionHistory history, String what, List<TableName> tables) {
		if (tables.stream().anyMatch(history::hasWritten)) {
			throw new UncommittedChangesException(what + " is refused: this transaction has written to "
					+ tables.stream().map(TableName::toString).collect(Collectors.joining(" or "))
					+ ", or may have, and the server may read nulls that a transaction has written as 0 or as an empty "
					+ "text in it. Commit before it");
		}
	}

	/**
	 * Refuse tables that a transaction may have written to by a change of another one.
	 * @param cascades what tells whether a foreign key reaches one of them
	 */
	static void requireUnreached(Rows cascades, String what, TableName table) {
		if (!cascades.isEmpty()) {
			throw new UncommittedChangesException(what + " is refused: this transaction has changed rows of a table, "
					+ "and a foreign key of " + table + " with ON DELETE or ON UPDATE may have changed rows there; the "
					+ "server may read nulls that a transaction has written as 0 or as an empty text in it. Commit before "
					+ "it");
		}
	}

	/**
	 * Return the diffs by the tables that they are to be brought into.
	 * @param previews the diffs
	 * @param branches their branches as they are now
	 */
	static Map<TableName, BranchDiff> byParent(List<BranchDiff> previews, List<Branch> branches) {
		Map<TableName, BranchDiff> seen = new LinkedHashMap<>();
		for (int i = 0; i < previews.size(); i++) {
			TableName parent = branches.get(i).requireParent();
			Assert.isTrue(seen.put(parent, previews.get(i)) == null,
					() -> "Two branches of " + parent + " cannot be merged as one");
		}
		return seen;
	}

	static Set<DatabaseName> databases(Collection<TableName> tables) {
		return tables.stream().map((table) -> Objects.requireNonNull(table.database())).collect(Collectors.toSet());
	}

	/**
	 * Return what was done in the order in which it was asked for.
	 * @param asked the tables as they were asked for
	 * @param order the tables in the order in which it was done
	 * @param done what was done
	 */
	static List<MergeResult> sort(Collection<TableName> asked, List<TableName> order, List<MergeResult> done) {
		return asked.stream().map((table) -> done.get(order.indexOf(table))).toList();
	}

	/**
	 * Return how far a branch and its parent have moved away from each other.
	 * @param branch the branch
	 * @param counts the answer to {@link RowComparison#counts()}
	 */
	static BranchStatus status(Branch branch, Rows counts) {
		return new BranchStatus(branch, count(counts, 0), count(counts, 1), count(counts, 2));
	}

	private static long count(Rows counts, int column) {
		return Long.parseLong(Objects.requireNonNull(counts.values().get(0).get(column)));
	}

	/**
	 * Return what diffs of branches have changed, by the tables to bring it to.
	 */
	static Map<TableName, List<RowChange>> changes(List<BranchDiff> diffs) {
		Map<TableName, List<RowChange>> changes = new LinkedHashMap<>();
		for (BranchDiff diff : diffs) {
			Assert.isNull(changes.put(diff.branch().requireParent(), diff.changes()),
					() -> "Two of the diffs are of branches of " + diff.branch().parent());
		}
		return changes;
	}

	/**
	 * Return what has changed in a table.
	 */
	static Map<TableName, List<RowChange>> changes(TableDiff diff) {
		return Map.of(diff.table(), diff.changes()
			.stream()
			.map((change) -> new RowChange(change.key(), change.before(), change.after(), change.before(), false, true))
			.toList());
	}

	/**
	 * Return why a transaction can only be rolled back where ids could not be moved on:
	 * those that were merged would be taken again.
	 */
	static String notMovedOn(Throwable failure) {
		return "The merge cannot be committed, because ids that were taken on the branch would be taken again: "
				+ failure.getMessage();
	}

	/**
	 * Return what to throw where the table that ids are taken from is locked.
	 */
	static CannotAcquireLockException idsAreLocked(TableName sequence) {
		return new CannotAcquireLockException("The table " + sequence
				+ ", from which Hibernate takes ids, is locked by this transaction or another one, and was not moved on behind "
				+ "the ids of the branch");
	}

	/**
	 * Return the sum of the numbers of a row.
	 */
	static long sum(Rows counts) {
		return counts.values().get(0).stream().filter(Objects::nonNull).mapToLong(Long::parseLong).sum();
	}

	/**
	 * Refuse to write the changed rows of a table as they come.
	 * @param references what references the table
	 */
	static void requireNoOrder(TableName table, References references) {
		Assert.isTrue(!references.areOf(table), () -> "Rows of " + table
				+ " reference rows of the same table, so that their statements have an order: use patch(diff(branch)), "
				+ "which holds them all");
	}

}
