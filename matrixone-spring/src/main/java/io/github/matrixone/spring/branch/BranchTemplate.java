package io.github.matrixone.spring.branch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.TransactionHistory;

/**
 * Central implementation of {@link BranchOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class BranchTemplate implements BranchOperations {

	private static final int LOCKED_AT_ONCE = 500;

	private final CommandExecutor executor;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public BranchTemplate(CommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
	}

	@Override
	public Branch createTable(TableName source, TableName branch) {
		return create(source, branch, null);
	}

	@Override
	public Branch createTable(TableName source, TableName branch, AsOf asOf) {
		Assert.notNull(asOf, "The point in time must not be null");
		return create(source, branch, asOf);
	}

	@Override
	public List<Branch> list() {
		this.executor.backend().requireBranches();
		return BranchQuery.read(this.executor.query(BranchQuery.ALL));
	}

	@Override
	public Optional<Branch> find(TableName branch) {
		TableName qualified = qualified(branch);
		return Optional.ofNullable(BranchQuery.find(list(), qualified));
	}

	@Override
	public Branch get(TableName branch) {
		return find(branch).orElseThrow(() -> new BranchNotFoundException(
				"There is no branch " + branch + ": no table of that name is one, or was ever one"));
	}

	@Override
	public void deleteTable(TableName branch) {
		Branch found = get(branch);
		CurrentTransaction transaction = this.executor.currentTransaction();
		DeleteBranch command = new DeleteBranch(found.table(), transaction != null, found.id());
		if (transaction == null) {
			this.executor.join(command);
			return;
		}
		this.executor.afterCommit(transaction, command, (own) -> {
			own.execute(command);
			return true;
		}, (own) -> true);
	}

	@Override
	public BranchDiff diff(TableName branch) {
		Branch found = get(branch);
		this.executor.sendPendingChanges();
		return diff(found, comparison(found));
	}

	@Override
	public MergeResult merge(TableName branch) {
		return merge(branch, Conflicts.REFUSE);
	}

	@Override
	public MergeResult mergeKeepingTarget(TableName branch) {
		return merge(branch, Conflicts.KEEP_TARGET);
	}

	@Override
	public MergeResult mergeTakingBranch(TableName branch) {
		return merge(branch, Conflicts.TAKE_BRANCH);
	}

	private Branch create(TableName source, TableName branch, @Nullable AsOf asOf) {
		this.executor.backend().requireBranches();
		CreateBranch command = new CreateBranch(qualified(source), qualified(branch), asOf);
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (BranchQuery.find(list(), command.branch()) != null) {
			throw command.alreadyExists();
		}
		if (transaction == null) {
			this.executor.join(command);
		}
		else {
			transaction.beside(command, (activity) -> requireNothingWritten(activity, command));
		}
		return get(command.branch());
	}

	private static void requireNothingWritten(TransactionHistory activity, CreateBranch command) {
		if (activity.hasWritten()) {
			throw new UncommittedChangesException("Branch " + command.branch()
					+ " is refused: this transaction has written, and a branch made now could not hold these writes. Make "
					+ "it before the first write, or outside of the transaction");
		}
	}

	private MergeResult merge(TableName branch, Conflicts conflicts) {
		Branch found = get(branch);
		requireUnwritten(found);
		return this.executor.inTransaction(() -> merge(found, conflicts));
	}

	/**
	 * What a transaction has written itself it may read with other values in place of
	 * nulls, and would merge these.
	 */
	private void requireUnwritten(Branch branch) {
		CurrentTransaction transaction = this.executor.currentTransaction();
		TransactionHistory history = (transaction != null) ? transaction.activity() : null;
		if (history != null && (history.hasWritten(branch.table()) || history.hasWritten(branch.requireParent()))) {
			throw new UncommittedChangesException("The merge of " + branch.table()
					+ " is refused: this transaction has "
					+ "written to it or to its parent, or may have, and the server may read nulls that a transaction has "
					+ "written as 0 or as an empty text in it. Commit before the merge");
		}
	}

	private MergeResult merge(Branch branch, Conflicts conflicts) {
		RowComparison comparison = comparison(branch);
		List<RowChange> first = diff(branch, comparison).changes();
		lock(branch.table(), first, comparison);
		lock(branch.requireParent(), first, comparison);
		BranchDiff diff = diff(branch, comparison);
		Set<Object> keys = keys(comparison);
		if (first.size() != diff.changes().size() || keys.size() != first.size()) {
			throw new BranchConflictException(writtenMeanwhile(branch));
		}
		List<RowChange> lost = diff.conflicts();
		if (conflicts == Conflicts.REFUSE && !lost.isEmpty()) {
			throw BranchConflictException.of(branch.table().toString(), branch.requireParent().toString(),
					lost.stream().map((change) -> change.key().toString()).toList());
		}
		boolean overwrite = conflicts == Conflicts.TAKE_BRANCH;
		long unmerged = send(new MergeBranch(branch, comparison.merge(overwrite)), comparison);
		if (unmerged != (overwrite ? 0 : lost.size()) || !keys.equals(keys(comparison))) {
			this.executor.loseTransaction(writtenMeanwhile(branch));
			throw new BranchConflictException(writtenMeanwhile(branch));
		}
		return result(diff, lost, overwrite);
	}

	private static String writtenMeanwhile(Branch branch) {
		return "Somebody else was writing to " + branch.table() + " or " + branch.requireParent()
				+ " while they were merged. Roll back and try the whole transaction again";
	}

	private Set<Object> keys(RowComparison comparison) {
		return Set.copyOf(this.executor.query(comparison.changedKeys()).values());
	}

	/**
	 * Nobody may change a row on either side once it is known what becomes of it. Rows
	 * that were not locked, because they were changed later, show by their keys.
	 */
	private void lock(TableName table, List<RowChange> changes, RowComparison comparison) {
		for (int from = 0; from < changes.size(); from += LOCKED_AT_ONCE) {
			this.executor
				.query(comparison.lock(table, changes.subList(from, Math.min(from + LOCKED_AT_ONCE, changes.size()))));
		}
	}

	/**
	 * Send the merge, and count what is not merged then. Where that fails some of it may
	 * have been done.
	 */
	private long send(MergeBranch merge, RowComparison comparison) {
		try {
			this.executor.join(merge);
			return this.executor.query(comparison.unmerged()).first().map(Long::parseLong).orElse(-1L);
		}
		catch (DataAccessException ex) {
			this.executor.loseTransaction("The " + merge.description()
					+ " has failed, so that the transaction can only " + "be rolled back: " + ex.getMessage());
			throw ex;
		}
	}

	private static MergeResult result(BranchDiff diff, List<RowChange> lost, boolean overwrite) {
		List<RowChange> merged = diff.changes()
			.stream()
			.filter((change) -> !change.isMerged() && (overwrite || !change.isConflict()))
			.toList();
		int removed = count(merged, (change) -> change.kind() == Kind.REMOVED);
		int added = count(merged, (change) -> change.kind() != Kind.REMOVED && change.target() == null);
		return new MergeResult(added, merged.size() - added - removed, removed, lost);
	}

	private static int count(List<RowChange> changes, Predicate<RowChange> which) {
		return (int) changes.stream().filter(which).count();
	}

	private BranchDiff diff(Branch branch, RowComparison comparison) {
		List<RowChange> changes = new ArrayList<>();
		this.executor.query(comparison.changed(), (row) -> changes.add(change(row, comparison)));
		this.executor.query(comparison.removed(), (row) -> changes.add(change(row, comparison)));
		return new BranchDiff(branch, changes);
	}

	private RowComparison comparison(Branch branch) {
		return RowComparison.of(branch, this.executor.query(RowComparison.columnsOf(branch.table())),
				this.executor.query(RowComparison.columnsOf(branch.requireParent())),
				this.executor.query(RowComparison.columnsAtFirst(branch)));
	}

	private static RowChange change(ResultSet row, RowComparison comparison) throws SQLException {
		Map<String, @Nullable Object> branch = side(row, RowComparison.BRANCH, comparison);
		Map<String, @Nullable Object> base = side(row, RowComparison.BASE, comparison);
		Map<String, Object> key = new LinkedHashMap<>();
		Map<String, @Nullable Object> any = (branch != null) ? branch : base;
		for (String column : comparison.keys()) {
			Object value = (any != null) ? any.get(column) : null;
			Assert.state(value != null, "A row has a key");
			key.put(column, value);
		}
		return new RowChange(key, base, branch, side(row, RowComparison.TARGET, comparison), row.getBoolean("merged"),
				row.getBoolean("untouched"));
	}

	private static @Nullable Map<String, @Nullable Object> side(ResultSet row, String side, RowComparison comparison)
			throws SQLException {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		List<String> columns = comparison.all();
		for (int i = 0; i < columns.size(); i++) {
			values.put(columns.get(i), row.getObject(side + i));
		}
		return (values.get(comparison.keys().get(0)) != null) ? values : null;
	}

	private TableName qualified(TableName table) {
		Assert.notNull(table, "The table must not be null");
		return this.executor.qualified(table);
	}

	/**
	 * What becomes of rows that both sides have changed.
	 */
	private enum Conflicts {

		REFUSE, KEEP_TARGET, TAKE_BRANCH

	}

}
