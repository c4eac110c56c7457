package io.github.matrixone.spring.branch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotQuery;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.TransactionHistory;

/**
 * Central implementation of {@link BranchOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class BranchTemplate implements BranchOperations {

	/** How many rows a statement names by their keys. */
	private static final int ROWS_AT_ONCE = 500;

	private static final long NOT_COUNTED = -1;

	private static final String TRY_AGAIN = ". Roll back and try the whole transaction again";

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
		return new BranchDiff(found, changes(List.of(comparison(found))));
	}

	@Override
	public MergeResult merge(TableName branch) {
		return merge(branch, Conflicts.REFUSE);
	}

	@Override
	public MergeResult merge(BranchDiff preview) {
		Assert.notNull(preview, "The preview must not be null");
		Branch branch = unmoved(preview.branch());
		requireUnwritten(branch);
		return this.executor.inTransaction(() -> merge(branch, Conflicts.REFUSE, preview));
	}

	@Override
	public MergeResult pick(BranchDiff preview, Predicate<RowChange> rows) {
		Assert.notNull(preview, "The preview must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		List<RowChange> picked = preview.changes().stream().filter(rows).toList();
		Branch branch = unmoved(preview.branch());
		requireUnwritten(branch);
		return this.executor.inTransaction(() -> pick(branch, picked));
	}

	@Override
	public MergeResult mergeKeepingTarget(TableName branch) {
		return merge(branch, Conflicts.KEEP_TARGET);
	}

	@Override
	public MergeResult mergeTakingBranch(TableName branch) {
		return merge(branch, Conflicts.TAKE_BRANCH);
	}

	@Override
	public TableDiff diff(TableName table, AsOf since) {
		Assert.notNull(since, "The point in time must not be null");
		TableName qualified = qualified(table);
		this.executor.sendPendingChanges();
		List<RowChange> changes = changes(List.of(past(qualified, since)));
		return new TableDiff(qualified, since, changes.stream().map(TableChange::of).toList());
	}

	@Override
	public MergeResult revert(TableDiff diff, Predicate<TableChange> rows) {
		Assert.notNull(diff, "The diff must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		TableName table = diff.table();
		List<RowChange> reverse = diff.changes().stream().filter(rows).map(TableChange::reverse).toList();
		requireUnwritten("The reversal of changes of " + table, table);
		return this.executor.inTransaction(() -> {
			RowComparison comparison = past(table, diff.since());
			List<RowComparison> parts = comparison.only(reverse, ROWS_AT_ONCE);
			lock(List.of(table), comparison, reverse);
			List<RowChange> changes = changes(parts);
			requireUnmoved(table.toString(), reverse, changes);
			if (send("reversal of changes of " + table, parts, true) != 0) {
				throw lost("Somebody else was writing to " + table + " while its changes were taken back");
			}
			return result(changes, List.of(), true);
		});
	}

	private RowComparison past(TableName table, AsOf since) {
		this.executor.backend().requireBranches();
		Rows now = this.executor.query(RowComparison.columnsOf(table));
		if (now.isEmpty()) {
			throw new TableNotFoundException("There is no table " + table);
		}
		String hint = hint(table, since);
		return RowComparison.ofPast(table, hint, now, this.executor.query(RowComparison.columnsAt(table, hint)));
	}

	/**
	 * Return the hint for a point in time. A catalog cannot be read by the name of a
	 * snapshot on newer servers, and the clock of this machine may be behind.
	 */
	private String hint(TableName table, AsOf asOf) {
		SnapshotName name = asOf.snapshot();
		if (name == null) {
			return asOf.hint();
		}
		SnapshotQuery query = SnapshotQuery.byName(name);
		Snapshot snapshot = query.get(this.executor.query(query.statement()));
		snapshot.requireHolds(table);
		return Branch.hint(snapshot.createdAt());
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

	/**
	 * Another branch may have the name by now.
	 */
	private Branch unmoved(Branch seen) {
		Branch branch = get(seen.table());
		if (!branch.id().equals(seen.id())) {
			throw new BranchConflictException(
					seen.table() + " is another branch than the one that was looked at. Look at it with diff again");
		}
		return branch;
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
		return this.executor.inTransaction(() -> merge(found, conflicts, null));
	}

	/**
	 * What a transaction has written itself it may read with other values in place of
	 * nulls, and would merge these.
	 */
	private void requireUnwritten(String what, TableName... tables) {
		CurrentTransaction transaction = this.executor.currentTransaction();
		TransactionHistory history = (transaction != null) ? transaction.activity() : null;
		if (history != null && Stream.of(tables).anyMatch(history::hasWritten)) {
			throw new UncommittedChangesException(what + " is refused: this transaction has written to "
					+ Stream.of(tables).map(TableName::toString).collect(Collectors.joining(" or "))
					+ ", or may have, and the server may read nulls that a transaction has written as 0 or as an empty "
					+ "text in it. Commit before it");
		}
	}

	private void requireUnwritten(Branch branch) {
		requireUnwritten("The merge of " + branch.table(), branch.table(), branch.requireParent());
	}

	private MergeResult merge(Branch branch, Conflicts conflicts, @Nullable BranchDiff seen) {
		RowComparison comparison = comparison(branch);
		List<RowComparison> whole = List.of(comparison);
		List<RowChange> first = changes(whole);
		lock(List.of(branch.table(), branch.requireParent()), comparison, first);
		List<RowChange> changes = changes(whole);
		Set<Object> keys = keys(whole);
		if (first.size() != changes.size() || keys.size() != first.size()) {
			throw new BranchConflictException(writtenMeanwhile(branch) + TRY_AGAIN);
		}
		if (seen != null) {
			requireUnmoved(names(branch), seen.changes(), changes);
		}
		List<RowChange> lost = changes.stream().filter(RowChange::isConflict).toList();
		if (conflicts == Conflicts.REFUSE && !lost.isEmpty()) {
			throw conflict(branch, lost);
		}
		return carryOut(branch, whole, changes, keys, (conflicts == Conflicts.TAKE_BRANCH) ? List.of() : lost, lost);
	}

	private MergeResult pick(Branch branch, List<RowChange> rows) {
		RowComparison comparison = comparison(branch);
		List<RowComparison> parts = comparison.only(rows, ROWS_AT_ONCE);
		lock(List.of(branch.table(), branch.requireParent()), comparison, rows);
		List<RowChange> changes = changes(parts);
		requireUnmoved(names(branch), rows, changes);
		return carryOut(branch, parts, changes, keys(parts), List.of(),
				changes.stream().filter(RowChange::isConflict).toList());
	}

	/**
	 * Send the merge, and see that it has done what it was to do.
	 * @param kept the rows that are to stay as they are in the parent
	 * @param lost the rows of which one side's change is given up
	 */
	private MergeResult carryOut(Branch branch, List<RowComparison> parts, List<RowChange> changes, Set<Object> keys,
			List<RowChange> kept, List<RowChange> lost) {
		boolean overwrite = kept.isEmpty();
		long left = overwrite ? 0 : count(parts, RowComparison::unmergedConflicts);
		long unmerged = send("merge of branch " + branch.table() + " into " + branch.requireParent(), parts, overwrite);
		if (unmerged != left || !keys.equals(keys(parts))) {
			throw lost(writtenMeanwhile(branch));
		}
		return result(changes, lost, overwrite);
	}

	/**
	 * A row may have been changed again since somebody has decided what becomes of it.
	 */
	private static void requireUnmoved(String tables, List<RowChange> seen, List<RowChange> now) {
		Map<Object, RowChange> left = new LinkedHashMap<>();
		now.forEach((change) -> left.put(change.identity(), change));
		List<String> moved = new ArrayList<>();
		for (RowChange change : seen) {
			RowChange found = left.remove(change.identity());
			if (found == null || !found.isLike(change)) {
				moved.add(change.key().toString());
			}
		}
		left.values().forEach((change) -> moved.add(change.key().toString()));
		if (!moved.isEmpty()) {
			throw BranchConflictException.moved(tables, moved);
		}
	}

	private static BranchConflictException conflict(Branch branch, List<RowChange> lost) {
		return BranchConflictException.of(branch.table().toString(), branch.requireParent().toString(),
				lost.stream().map((change) -> change.key().toString()).toList());
	}

	private static String writtenMeanwhile(Branch branch) {
		return "Somebody else was writing to " + names(branch) + " while they were merged";
	}

	private static String names(Branch branch) {
		return branch.table() + " or " + branch.requireParent();
	}

	private BranchConflictException lost(String reason) {
		this.executor.loseTransaction(reason + TRY_AGAIN);
		return new BranchConflictException(reason + TRY_AGAIN);
	}

	private Set<Object> keys(List<RowComparison> parts) {
		Set<Object> keys = new HashSet<>();
		parts.forEach((part) -> keys.addAll(this.executor.query(part.changedKeys()).values()));
		return keys;
	}

	/**
	 * Nobody may change a row on either side once it is known what becomes of it. Rows
	 * that were not locked, because they were changed later, show by their keys.
	 */
	private void lock(List<TableName> tables, RowComparison comparison, List<RowChange> changes) {
		for (TableName table : tables) {
			for (int from = 0; from < changes.size(); from += ROWS_AT_ONCE) {
				this.executor.query(
						comparison.lock(table, changes.subList(from, Math.min(from + ROWS_AT_ONCE, changes.size()))));
			}
		}
	}

	/**
	 * Send the merge, and count what is not merged then. Where that fails some of it may
	 * have been done.
	 */
	private long send(String description, List<RowComparison> parts, boolean overwrite) {
		if (parts.isEmpty()) {
			return 0;
		}
		try {
			this.executor.join(new MergeRows(description, RowComparison.merge(parts, overwrite)));
			return count(parts, RowComparison::unmerged);
		}
		catch (DataAccessException ex) {
			this.executor.loseTransaction("The " + description
					+ " has failed, so that the transaction can only be rolled back: " + ex.getMessage());
			throw ex;
		}
	}

	private long count(List<RowComparison> parts, Function<RowComparison, SqlText> query) {
		return parts.stream()
			.mapToLong(
					(part) -> this.executor.query(query.apply(part)).first().map(Long::parseLong).orElse(NOT_COUNTED))
			.sum();
	}

	private static MergeResult result(List<RowChange> changes, List<RowChange> lost, boolean overwrite) {
		List<RowChange> merged = changes.stream()
			.filter((change) -> !change.isMerged() && (overwrite || !change.isConflict()))
			.toList();
		int removed = count(merged, (change) -> change.kind() == Kind.REMOVED);
		int added = count(merged, (change) -> change.kind() != Kind.REMOVED && change.target() == null);
		return new MergeResult(added, merged.size() - added - removed, removed, lost);
	}

	private static int count(List<RowChange> changes, Predicate<RowChange> which) {
		return (int) changes.stream().filter(which).count();
	}

	private List<RowChange> changes(List<RowComparison> parts) {
		List<RowChange> changes = new ArrayList<>();
		for (RowComparison part : parts) {
			this.executor.query(part.changed(), (row) -> changes.add(change(row, part)));
			this.executor.query(part.removed(), (row) -> changes.add(change(row, part)));
		}
		return changes;
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
