package io.github.matrixone.spring.branch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.matrixone.spring.branch.MergeRows.RowCount;
import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.sql.TableName;

/**
 * The merge of one table, from the first look to the last: says what is asked, is told
 * the answers, and refuses what does not fit together. Several of them are carried out as
 * one. Sends nothing itself, and knows neither engine.
 */
final class RowMerge {

	/** How many rows a statement names by their keys. */
	private static final int ROWS_AT_ONCE = 1000;

	/** Of how many rows it takes less to name them than to compare all. */
	private static final int MOST_ROWS_BY_KEY = 3 * ROWS_AT_ONCE;

	private static final String TRY_AGAIN = ". Roll back and try the whole transaction again";

	private final RowComparison comparison;

	private final List<TableName> tables;

	private List<RowComparison> parts;

	/** The rows to lock. */
	private List<RowChange> taken = List.of();

	/** What rows must still be. */
	private @Nullable List<RowChange> seen;

	/** The changes of each part. */
	private List<List<RowChange>> changes = List.of();

	private boolean overwrite = true;

	private long left;

	private boolean allLocked = true;

	/** Whether all changed rows are taken. */
	private boolean all;

	private References references = References.NONE;

	private boolean partitioned;

	/**
	 * Create a merge.
	 * @param comparison compares the rows
	 * @param tables the tables whose rows are compared
	 */
	RowMerge(RowComparison comparison, List<TableName> tables) {
		this.comparison = comparison;
		this.tables = tables;
		this.parts = List.of(comparison);
	}

	RowComparison comparison() {
		return this.comparison;
	}

	/**
	 * Return what is to be compared, some rows at a time.
	 */
	List<RowComparison> parts() {
		return this.parts;
	}

	/**
	 * Take all changed rows.
	 * @param first the rows that a first look has shown
	 * @param seen what they must still be, or {@code null}
	 */
	void takeAll(List<RowChange> first, @Nullable List<RowChange> seen) {
		this.taken = first;
		this.seen = seen;
		this.all = true;
		if (!areMany(first)) {
			this.parts = this.comparison.only(first, ROWS_AT_ONCE);
		}
	}

	/**
	 * Return whether rows are so many that it may be faster to compare all at once.
	 */
	static boolean areMany(List<RowChange> rows) {
		return rows.size() > MOST_ROWS_BY_KEY;
	}

	/**
	 * Take some rows.
	 * @param rows the rows, and what they must still be
	 * @param all all changed rows, if they were looked for
	 */
	void take(List<RowChange> rows, List<RowChange> all) {
		this.all = !all.isEmpty() && identities(rows.stream()).equals(identities(all.stream()));
		if (!this.all) {
			this.parts = this.comparison.only(rows, ROWS_AT_ONCE);
		}
		this.taken = rows;
		this.seen = rows;
	}

	private static Set<Object> identities(Stream<RowChange> rows) {
		return rows.map(RowChange::identity).collect(Collectors.toSet());
	}

	/**
	 * Return what locks the rows. Nobody may change a row on either side once it is known
	 * what becomes of it. Rows that were not locked, because they were changed later,
	 * show by their keys.
	 */
	List<Lock> locks() {
		List<Lock> locks = new ArrayList<>();
		for (TableName table : this.tables) {
			boolean written = table.equals(target());
			for (int from = 0; from < this.taken.size(); from += ROWS_AT_ONCE) {
				List<RowChange> some = this.taken.subList(from, Math.min(from + ROWS_AT_ONCE, this.taken.size()));
				locks.add(new Lock(this.comparison.lock(table, some),
						some.stream().filter((row) -> (written ? row.target() : row.branch()) != null).count()));
			}
		}
		return locks;
	}

	void locked(Lock lock, Rows rows) {
		this.allLocked &= rows.values().size() == lock.rows();
	}

	/**
	 * Keep what the rows are now that they are locked.
	 * @param changes the changes of each part
	 * @throws BranchConflictException if that is not what was taken
	 */
	void looked(List<List<RowChange>> changes) {
		this.changes = changes;
		List<RowChange> seen = this.seen;
		if (this.all && (this.taken.size() != changes().count()
				|| !identities(this.taken.stream()).equals(identities(changes())) || !this.allLocked)) {
			throw new BranchConflictException(writtenMeanwhile());
		}
		if (seen != null) {
			requireUnmoved(seen);
		}
		if (!this.allLocked) {
			throw new BranchConflictException(writtenMeanwhile());
		}
	}

	RowMerge refuseConflicts() {
		List<RowChange> conflicts = conflicts();
		if (!conflicts.isEmpty()) {
			throw BranchConflictException.of(this.tables.get(0).toString(), target().toString(),
					conflicts.stream().map((change) -> change.key().toString()).toList());
		}
		return this;
	}

	/**
	 * Refuse conflicts with a new branch, which is there for this only.
	 */
	RowMerge refuseConflictsOfRebase() {
		List<RowChange> conflicts = conflicts();
		if (!conflicts.isEmpty()) {
			throw BranchConflictException.ofRebase(name(),
					conflicts.stream().map((change) -> change.key().toString()).toList());
		}
		return this;
	}

	RowMerge keepTarget() {
		this.overwrite = conflicts().isEmpty();
		return this;
	}

	TableName target() {
		return this.comparison.target();
	}

	/**
	 * Return the branch, or the table whose changes are taken back.
	 */
	String name() {
		return this.tables.get(0).toString();
	}

	/**
	 * Return the tables whose rows are compared.
	 */
	List<TableName> tables() {
		return this.tables;
	}

	/**
	 * Take note what references the target. Where a change of it may change rows of other
	 * tables the server counts them, too.
	 * @param answer the answer to {@link References#to}
	 */
	void referencedBy(Rows answer) {
		this.references = References.read(answer);
	}

	/**
	 * Take note whether the target is partitioned: the server counts no rows then where
	 * an {@code UPDATE} names another table as well (v4.2.0 and newer, no issue known).
	 * @param answer the answer to {@link Definitions#partitionsOf}
	 */
	void partitioned(Rows answer) {
		this.partitioned = !answer.isEmpty();
	}

	/**
	 * Return what is to be compared before the merge, to see which rows it leaves.
	 */
	List<RowComparison> toLeave() {
		return this.overwrite ? List.of() : merged();
	}

	/**
	 * Take note how many rows are to be left unmerged.
	 * @param found the changes of each of {@link #toLeave()}
	 */
	void leaves(List<List<RowChange>> found) {
		this.left = found.stream().flatMap(List::stream).filter(RowChange::isConflict).count();
	}

	/**
	 * Return what several merges send as one.
	 * @param merges the merges, those of referenced tables first
	 * @return the command, which has no statements if there is nothing to do
	 */
	static MergeRows command(List<RowMerge> merges) {
		List<SqlText> statements = new ArrayList<>();
		List<RowCount> rows = new ArrayList<>();
		List<RowMerge> referencingFirst = new ArrayList<>(merges);
		Collections.reverse(referencingFirst);
		Set<TableName> last = ChangedRows.removedLast(referencingFirst.stream().map(RowMerge::rows).toList());
		referencingFirst.stream()
			.filter((merge) -> !last.contains(merge.target()))
			.forEach((merge) -> merge.remove(statements, rows));
		merges.forEach((merge) -> merge.insert(statements, rows));
		// A null that was just added may be read as another value, so that it is set
		// again.
		merges.forEach((merge) -> merge.add(RowComparison::update, RowMerge::isUpdate, RowMerge::isAddition,
				merge.partitioned, statements, rows));
		merges.forEach((merge) -> merge.assign(statements, rows));
		referencingFirst.stream()
			.filter((merge) -> last.contains(merge.target()))
			.forEach((merge) -> merge.remove(statements, rows));
		return new MergeRows(
				merges.stream().map((merge) -> merge.comparison.description()).collect(Collectors.joining(", ")),
				statements, rows);
	}

	private ChangedRows rows() {
		return new ChangedRows(target(), this.references, this.comparison::named, rows(RowMerge::isRemoval),
				rows(RowMerge::isUpdate), RowChange::target);
	}

	private List<RowChange> rows(Predicate<RowChange> which) {
		return toMerge(changes()).filter(which).toList();
	}

	private void remove(List<SqlText> statements, List<RowCount> rows) {
		List<List<RowChange>> levels = rows().levels(rows(RowMerge::isRemoval), RowChange::target);
		if (levels.size() > 1) {
			levels.forEach((level) -> add(RowComparison::delete, level, statements, rows));
		}
		else {
			add(RowComparison::delete, RowMerge::isRemoval, RowMerge::isRemoval, false, statements, rows);
		}
	}

	private void insert(List<SqlText> statements, List<RowCount> rows) {
		List<List<RowChange>> levels = rows().levels(rows(RowMerge::isAddition), RowChange::branch);
		if (levels.size() > 1 && this.parts.size() > 1) {
			for (int level = levels.size() - 1; level >= 0; level--) {
				add(RowComparison::insert, levels.get(level), statements, rows);
			}
		}
		else {
			add(RowComparison::insert, RowMerge::isAddition, RowMerge::isAddition, false, statements, rows);
		}
	}

	private void add(Statement statement, List<RowChange> level, List<SqlText> statements, List<RowCount> rows) {
		for (int from = 0; from < level.size(); from += ROWS_AT_ONCE) {
			List<RowChange> some = level.subList(from, Math.min(from + ROWS_AT_ONCE, level.size()));
			RowComparison part = this.comparison.only(some, ROWS_AT_ONCE).get(0);
			statements.add(Objects.requireNonNull(statement.of(part, this.overwrite)));
			rows.add(new RowCount(some.size(), most(some.size()), false));
		}
	}

	private int most(int rows) {
		return this.references.cascade() ? Integer.MAX_VALUE : rows;
	}

	/**
	 * Return what is to be compared after the merge.
	 */
	List<RowComparison> merged() {
		return this.parts.stream().map(RowComparison::afterMerge).toList();
	}

	/**
	 * Return what tells how many rows are changed, after the merge, where rows are named
	 * by their keys: it shows if the branch has changed others meanwhile.
	 */
	List<SqlText> changeCounts() {
		boolean byKey = !this.parts.contains(this.comparison);
		return (this.all && byKey && !this.comparison.isOfPast()) ? List.of(this.comparison.changeCounts()) : List.of();
	}

	/**
	 * See that the merge has done what it was to do. A reversal has no changed rows then.
	 * @param found the changes of each of {@link #merged()}
	 * @param counts the answers to {@link #changeCounts()}
	 * @throws BranchConflictException if it has not
	 */
	void requireDone(List<List<RowChange>> found, List<Rows> counts) {
		List<RowChange> now = found.stream().flatMap(List::stream).toList();
		if (now.stream().filter((change) -> !change.isMerged()).count() != this.left
				|| (!this.comparison.isOfPast() && !identities(now.stream()).equals(identities(changes())))
				|| !counts.stream().allMatch(this::areStillAll)) {
			throw new BranchConflictException(writtenMeanwhile());
		}
	}

	private boolean areStillAll(Rows counts) {
		long removed = changes().filter(RowMerge::isRemoval).count();
		return counts.values()
			.equals(List.of(List.of(String.valueOf(changes().count() - removed), String.valueOf(removed))));
	}

	/**
	 * Return why a transaction can only be rolled back: some of a merge may have been
	 * done.
	 */
	static String lost(MergeRows command, RuntimeException failure) {
		String message = String.valueOf(failure.getMessage());
		return (failure instanceof BranchConflictException) ? message : "The " + command.description()
				+ " has failed, so that the transaction can only be rolled back: " + message;
	}

	MergeResult result() {
		int all = (int) toMerge(changes()).count();
		int removed = (int) toMerge(changes()).filter(RowMerge::isRemoval).count();
		int added = (int) toMerge(changes()).filter(RowMerge::isAddition).count();
		return new MergeResult(added, all - added - removed, removed, conflicts());
	}

	private void add(Statement statement, Predicate<RowChange> which, Predicate<RowChange> also, boolean uncounted,
			List<SqlText> statements, List<RowCount> rows) {
		for (int i = 0; i < this.parts.size(); i++) {
			int most = (int) count(i, which.or(also));
			SqlText text = (most > 0) ? statement.of(this.parts.get(i), this.overwrite) : null;
			if (text != null) {
				statements.add(text);
				rows.add(new RowCount((int) count(i, which), most(most), uncounted));
			}
		}
	}

	/**
	 * Set what cannot be set from another table, value by value.
	 */
	private void assign(List<SqlText> statements, List<RowCount> rows) {
		for (String column : this.comparison.columnsToAssign()) {
			Map<Assigned, List<RowChange>> byValue = new LinkedHashMap<>();
			toMerge(changes()).filter(RowMerge::isUpdate)
				.filter((change) -> !Objects.equals(value(change.branch(), column), value(change.target(), column)))
				.forEach((change) -> byValue.computeIfAbsent(assigned(change, column), (any) -> new ArrayList<>())
					.add(change));
			byValue.forEach((assigned, changes) -> {
				for (int from = 0; from < changes.size(); from += ROWS_AT_ONCE) {
					List<RowChange> some = changes.subList(from, Math.min(from + ROWS_AT_ONCE, changes.size()));
					statements.add(this.comparison.assign(column, assigned.value(), assigned.nulls(), some));
					rows.add(new RowCount(some.size(), most(some.size()), false));
				}
			});
		}
	}

	private Assigned assigned(RowChange change, String column) {
		return new Assigned(value(change.branch(), column),
				this.comparison.columnsToKeep()
					.stream()
					.filter((kept) -> value(change.branch(), kept) == null)
					.collect(Collectors.toSet()));
	}

	private static @Nullable Object value(@Nullable Map<String, @Nullable Object> row, String column) {
		return (row != null) ? row.get(column) : null;
	}

	private long count(int part, Predicate<RowChange> which) {
		return toMerge(this.changes.get(part).stream()).filter(which).count();
	}

	private Stream<RowChange> toMerge(Stream<RowChange> changes) {
		return changes.filter((change) -> !change.isMerged() && (this.overwrite || !change.isConflict()));
	}

	private static boolean isRemoval(RowChange change) {
		return change.kind() == Kind.REMOVED;
	}

	private static boolean isAddition(RowChange change) {
		return !isRemoval(change) && change.target() == null;
	}

	private static boolean isUpdate(RowChange change) {
		return !isRemoval(change) && !isAddition(change);
	}

	/**
	 * A row may have been changed again since somebody has decided what becomes of it.
	 */
	private void requireUnmoved(List<RowChange> seen) {
		Map<Object, RowChange> now = new LinkedHashMap<>();
		changes().forEach((change) -> now.put(change.identity(), change));
		List<String> moved = new ArrayList<>();
		for (RowChange change : seen) {
			RowChange found = now.remove(change.identity());
			if (found == null || !found.isLike(change)) {
				moved.add(change.key().toString());
			}
		}
		now.values().forEach((change) -> moved.add(change.key().toString()));
		if (!moved.isEmpty()) {
			throw BranchConflictException.moved(names(), moved);
		}
	}

	private Stream<RowChange> changes() {
		return this.changes.stream().flatMap(List::stream);
	}

	private List<RowChange> conflicts() {
		return changes().filter(RowChange::isConflict).toList();
	}

	private String writtenMeanwhile() {
		return "Somebody else was writing to " + names() + " during the " + this.comparison.description()
				+ (this.references.cascade() ? ", or a foreign key with ON DELETE or ON UPDATE has changed rows of it"
						: "")
				+ TRY_AGAIN;
	}

	private String names() {
		return this.tables.stream().map(TableName::toString).collect(Collectors.joining(" or "));
	}

	/**
	 * Return a changed row of a comparison. Its sides have a value for each column, in
	 * the order of {@link RowComparison#all()}, and nulls only where there is no row.
	 * @param keys the columns of the key
	 */
	static RowChange change(List<String> keys, Map<String, @Nullable Object> branch, Map<String, @Nullable Object> base,
			Map<String, @Nullable Object> target, boolean merged, boolean untouched) {
		Map<String, @Nullable Object> any = isRow(branch, keys) ? branch : base;
		Map<String, Object> key = new LinkedHashMap<>();
		for (String column : keys) {
			Object value = any.get(column);
			Assert.state(value != null, "A row has a key");
			key.put(column, value);
		}
		return new RowChange(key, isRow(base, keys) ? base : null, isRow(branch, keys) ? branch : null,
				isRow(target, keys) ? target : null, merged, untouched);
	}

	/**
	 * Put removed rows last.
	 */
	static List<RowChange> inOrder(List<RowChange> changes) {
		return Stream
			.concat(changes.stream().filter((change) -> !isRemoval(change)),
					changes.stream().filter(RowMerge::isRemoval))
			.toList();
	}

	private static boolean isRow(Map<String, @Nullable Object> side, List<String> keys) {
		return side.get(keys.get(0)) != null;
	}

	/**
	 * What locks some rows of a table.
	 *
	 * @param query locks them
	 * @param rows how many there are
	 */
	record Lock(SqlText query, long rows) {
	}

	/**
	 * A statement of a comparison.
	 */
	@FunctionalInterface
	private interface Statement {

		@Nullable SqlText of(RowComparison comparison, boolean overwrite);

	}

	/**
	 * What several rows are given at once.
	 *
	 * @param value the value
	 * @param nulls the columns besides that stay null
	 */
	private record Assigned(@Nullable Object value, Set<String> nulls) {
	}

}
