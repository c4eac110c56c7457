package io.github.matrixone.spring.branch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.branch.MergeRows.RowCount;
import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.sql.TableName;

/**
 * The merge of one table in the current transaction, from the first look to the last.
 * Several of them are carried out as one.
 */
final class RowMerge {

	/** How many rows a statement names by their keys. */
	private static final int ROWS_AT_ONCE = 500;

	private static final long NOT_COUNTED = -1;

	private static final String TRY_AGAIN = ". Roll back and try the whole transaction again";

	private final CommandExecutor executor;

	private final RowComparison comparison;

	private final List<TableName> tables;

	private List<RowComparison> parts;

	/** The changes of each part. */
	private List<List<RowChange>> changes = List.of();

	private Set<Object> keys = Set.of();

	private boolean overwrite = true;

	private long left;

	private boolean allLocked = true;

	private boolean cascades;

	/**
	 * Create a merge.
	 * @param executor runs the statements
	 * @param comparison compares the rows
	 * @param tables the tables whose rows are compared
	 */
	RowMerge(CommandExecutor executor, RowComparison comparison, List<TableName> tables) {
		this.executor = executor;
		this.comparison = comparison;
		this.tables = tables;
		this.parts = List.of(comparison);
	}

	/**
	 * Return the rows that are changed, without locking them.
	 */
	List<RowChange> look() {
		return look(this.comparison);
	}

	private List<RowChange> look(RowComparison part) {
		List<RowChange> found = new ArrayList<>();
		this.executor.query(part.changed(), (row) -> found.add(change(row, part)));
		this.executor.query(part.removed(), (row) -> found.add(change(row, part)));
		return found;
	}

	/**
	 * Take all changed rows.
	 * @param seen what they must still be, or {@code null}
	 */
	RowMerge ofAll(@Nullable List<RowChange> seen) {
		List<RowChange> first = look();
		lock(first);
		if (first.size() != changes().count() || this.keys.size() != first.size() || !this.allLocked) {
			throw new BranchConflictException(writtenMeanwhile());
		}
		if (seen != null) {
			requireUnmoved(seen);
		}
		return this;
	}

	/**
	 * Take some rows.
	 * @param rows the rows, and what they must still be
	 */
	RowMerge of(List<RowChange> rows) {
		this.parts = this.comparison.only(rows, ROWS_AT_ONCE);
		lock(rows);
		requireUnmoved(rows);
		if (!this.allLocked) {
			throw new BranchConflictException(writtenMeanwhile());
		}
		return this;
	}

	RowMerge refuseConflicts() {
		List<RowChange> conflicts = conflicts();
		if (!conflicts.isEmpty()) {
			throw BranchConflictException.of(this.tables.get(0).toString(), this.comparison.target().toString(),
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
	 * Send merges as one, and see that they have done what they were to do.
	 * @param merges the merges, those of referenced tables first
	 */
	static List<MergeResult> carryOut(CommandExecutor executor, List<RowMerge> merges) {
		List<SqlText> statements = new ArrayList<>();
		List<RowCount> rows = new ArrayList<>();
		for (RowMerge merge : merges) {
			// The server counts the rows that foreign keys change, too.
			merge.cascades = !executor.query(ForeignKeyOrder.cascadesFrom(merge.target())).isEmpty();
		}
		for (int i = merges.size() - 1; i >= 0; i--) {
			merges.get(i).add(RowComparison::delete, RowMerge::isRemoval, RowMerge::isRemoval, statements, rows);
		}
		merges.forEach((merge) -> merge.add(RowComparison::insert, RowMerge::isAddition, RowMerge::isAddition,
				statements, rows));
		// A null that was just added may be read as another value, so that it is set
		// again.
		merges.forEach((merge) -> merge.add(RowComparison::update,
				(change) -> !isRemoval(change) && !isAddition(change), RowMerge::isAddition, statements, rows));
		merges.forEach((merge) -> merge.assign(statements, rows));
		for (RowMerge merge : merges) {
			merge.left = merge.overwrite ? 0 : merge.count(RowComparison::unmergedConflicts);
		}
		if (!statements.isEmpty()) {
			send(executor, merges, statements, rows);
		}
		return merges.stream().map(RowMerge::result).toList();
	}

	/**
	 * Where this fails some of it may have been done.
	 */
	private static void send(CommandExecutor executor, List<RowMerge> merges, List<SqlText> statements,
			List<RowCount> rows) {
		MergeRows command = new MergeRows(
				merges.stream().map((merge) -> merge.comparison.description()).collect(Collectors.joining(", ")),
				statements, rows);
		try {
			executor.join(command);
			merges.forEach(RowMerge::verify);
		}
		catch (BranchConflictException ex) {
			executor.loseTransaction(String.valueOf(ex.getMessage()));
			throw ex;
		}
		catch (DataAccessException ex) {
			executor.loseTransaction("The " + command.description()
					+ " has failed, so that the transaction can only be rolled back: " + ex.getMessage());
			throw ex;
		}
	}

	private void verify() {
		if (count(RowComparison::unmerged) != this.left
				|| (!this.comparison.isOfPast() && !this.keys.equals(changedKeys()))) {
			throw new BranchConflictException(writtenMeanwhile());
		}
	}

	private void add(Statement statement, Predicate<RowChange> which, Predicate<RowChange> also,
			List<SqlText> statements, List<RowCount> rows) {
		for (int i = 0; i < this.parts.size(); i++) {
			SqlText text = statement.of(this.parts.get(i), this.overwrite);
			if (text != null) {
				statements.add(text);
				int most = (int) count(i, which.or(also));
				rows.add(new RowCount((int) count(i, which), this.cascades ? Integer.MAX_VALUE : most));
			}
		}
	}

	/**
	 * Set what cannot be set from another table, value by value.
	 */
	private void assign(List<SqlText> statements, List<RowCount> rows) {
		for (String column : this.comparison.columnsToAssign()) {
			Map<@Nullable Object, List<RowChange>> byValue = new LinkedHashMap<>();
			merged(changes()).filter((change) -> !isRemoval(change) && !isAddition(change))
				.filter((change) -> !Objects.equals(value(change.branch(), column), value(change.target(), column)))
				.forEach((change) -> byValue.computeIfAbsent(value(change.branch(), column), (any) -> new ArrayList<>())
					.add(change));
			byValue.forEach((value, changes) -> {
				for (int from = 0; from < changes.size(); from += ROWS_AT_ONCE) {
					List<RowChange> some = changes.subList(from, Math.min(from + ROWS_AT_ONCE, changes.size()));
					statements.add(this.comparison.assign(column, value, some));
					rows.add(new RowCount(some.size(), this.cascades ? Integer.MAX_VALUE : some.size()));
				}
			});
		}
	}

	private static @Nullable Object value(@Nullable Map<String, @Nullable Object> row, String column) {
		return (row != null) ? row.get(column) : null;
	}

	private long count(int part, Predicate<RowChange> which) {
		return merged(this.changes.get(part).stream()).filter(which).count();
	}

	private Stream<RowChange> merged(Stream<RowChange> changes) {
		return changes.filter((change) -> !change.isMerged() && (this.overwrite || !change.isConflict()));
	}

	private static boolean isRemoval(RowChange change) {
		return change.kind() == Kind.REMOVED;
	}

	private static boolean isAddition(RowChange change) {
		return !isRemoval(change) && change.target() == null;
	}

	/**
	 * Nobody may change a row on either side once it is known what becomes of it. Rows
	 * that were not locked, because they were changed later, show by their keys.
	 */
	private void lock(List<RowChange> rows) {
		for (TableName table : this.tables) {
			long locked = 0;
			for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
				List<RowChange> some = rows.subList(from, Math.min(from + ROWS_AT_ONCE, rows.size()));
				locked += this.executor.query(this.comparison.lock(table, some)).values().size();
			}
			boolean written = table.equals(target());
			this.allLocked &= locked == rows.stream()
				.filter((row) -> (written ? row.target() : row.branch()) != null)
				.count();
		}
		this.changes = this.parts.stream().map(this::look).toList();
		this.keys = changedKeys();
	}

	private Set<Object> changedKeys() {
		Set<Object> found = new HashSet<>();
		this.parts.forEach((part) -> found.addAll(this.executor.query(part.changedKeys()).values()));
		return found;
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
		return "Somebody else was writing to " + names() + " during the " + this.comparison.description() + TRY_AGAIN;
	}

	private String names() {
		return this.tables.stream().map(TableName::toString).collect(Collectors.joining(" or "));
	}

	private long count(Function<RowComparison, SqlText> query) {
		return this.parts.stream()
			.mapToLong(
					(part) -> this.executor.query(query.apply(part)).first().map(Long::parseLong).orElse(NOT_COUNTED))
			.sum();
	}

	private MergeResult result() {
		int all = (int) merged(changes()).count();
		int removed = (int) merged(changes()).filter(RowMerge::isRemoval).count();
		int added = (int) merged(changes()).filter(RowMerge::isAddition).count();
		return new MergeResult(added, all - added - removed, removed, conflicts());
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
			values.put(columns.get(i), comparison.value(row, side + i, columns.get(i)));
		}
		return (values.get(comparison.keys().get(0)) != null) ? values : null;
	}

	/**
	 * A statement of a comparison.
	 */
	@FunctionalInterface
	private interface Statement {

		@Nullable SqlText of(RowComparison comparison, boolean overwrite);

	}

}
