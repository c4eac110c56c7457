package io.github.matrixone.spring.transaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.ReferencedTables.Reference;

/**
 * Locks the rows that a transaction is going to insert references to, before it does so,
 * where it will probably change them, and that has not led to a deadlock. Who has a row's
 * exclusive lock from the beginning never shares it, and needs no turn to change the row.
 */
final class LockFirst {

	private static final int MOST_KEYS = 500;

	private final ReferencedTables referencedTables;

	private final PrimaryKeys primaryKeys;

	private final ChangeHistory history;

	/** For each written table the tables whose rows were locked before all its writes. */
	private final Map<TableName, Set<String>> covered = new HashMap<>();

	private final Set<TableName> inserted = new HashSet<>();

	private final Set<List<String>> changed = new HashSet<>();

	private final HeldRows heldRows;

	private Set<String> coveredNext = Set.of();

	LockFirst(ReferencedTables referencedTables, PrimaryKeys primaryKeys, ChangeHistory history, HeldRows heldRows) {
		this.referencedTables = referencedTables;
		this.primaryKeys = primaryKeys;
		this.history = history;
		this.heldRows = heldRows;
	}

	/**
	 * Look up the primary keys of the tables whose rows may have to be locked.
	 * @param table where rows are about to be inserted
	 */
	List<PreparatoryStatement> lookUps(TableName table) {
		Map<String, List<Reference>> expected = expected(table);
		if (expected.isEmpty()) {
			return Preparation.NONE;
		}
		List<PreparatoryStatement> lookUps = new ArrayList<>();
		for (List<Reference> references : expected.values()) {
			Reference first = references.get(0);
			this.primaryKeys.lookUp(first.database().toLowerCase(Locale.ROOT), first.table().toLowerCase(Locale.ROOT))
				.ifPresent(lookUps::add);
		}
		return lookUps;
	}

	/**
	 * Return what locks rows before others are inserted.
	 * @param table where they are about to be inserted
	 * @param keys what they have in their columns
	 * @param limit how long a lock may be waited for
	 * @return the statements, by the table that they lock rows of
	 */
	Map<TableName, PreparatoryStatement> locks(TableName table, StatementRows keys, Duration limit) {
		Map<String, List<Reference>> expected = expected(table);
		if (expected.isEmpty()) {
			this.coveredNext = Set.of();
			return Collections.emptyMap();
		}
		Map<TableName, PreparatoryStatement> locks = new TreeMap<>(
				(one, other) -> one.toString().compareTo(other.toString()));
		Set<String> coveredNext = new HashSet<>();
		expected.forEach((key, references) -> {
			Optional<Set<Object>> values = values(key, references, keys);
			if (values.isPresent()) {
				coveredNext.add(key);
				Reference first = references.get(0);
				TableName referenced = TableName.of(first.database(), first.table());
				Set<Object> missing = new LinkedHashSet<>();
				values.get()
					.stream()
					.filter((value) -> !this.heldRows.row(referenced, List.of(value)).isHeld())
					.forEach(missing::add);
				if (!missing.isEmpty()) {
					SqlText lock = lock(referenced, first.referencedColumn(), missing);
					locks.put(referenced, new PreparatoryStatement(lock, (rows) -> {
						if (rows.values().size() < missing.size()) {
							// Who inserts one of these rows meanwhile would have it
							// shared.
							coveredNext.remove(key);
						}
						else {
							missing.forEach((value) -> this.heldRows.row(referenced, List.of(value)).hold());
						}
					}, (ex) -> {
						if (MatrixOneError.of(ex) == MatrixOneError.DEADLOCK) {
							this.history.recordDeadlock(ReferencedTables.key(table), key);
						}
						throw ex;
					}, limit));
				}
			}
		});
		this.coveredNext = coveredNext;
		return locks;
	}

	/**
	 * Take note of a statement that is about to write to a table.
	 */
	void writes(Kind kind, TableName table) {
		Set<String> now = (kind == Kind.INSERT) ? this.coveredNext : Set.of();
		this.coveredNext = Set.of();
		Set<String> before = this.covered.get(table);
		if (before == null) {
			this.covered.put(table, now.isEmpty() ? Set.of() : new HashSet<>(now));
		}
		else if (!before.isEmpty()) {
			before.retainAll(now);
		}
		if (kind == Kind.INSERT) {
			this.inserted.add(table);
		}
	}

	/**
	 * Take note of a table that is changed after rows were written that may reference it.
	 */
	void changes(TableName written, String referenced) {
		this.changed.add(List.of(ReferencedTables.key(written), referenced));
	}

	/**
	 * Return the tables of which the transaction has locked what it references before all
	 * its writes to a table.
	 */
	Set<String> coveredBy(TableName written) {
		return this.covered.getOrDefault(written, Set.of());
	}

	/**
	 * Take note of a statement that may change a primary key.
	 */
	void changed() {
		this.primaryKeys.changed();
	}

	/**
	 * Take note that the transaction has ended.
	 */
	void ended() {
		if (!this.inserted.isEmpty()) {
			recordChanges();
		}
		this.covered.clear();
		this.inserted.clear();
		this.changed.clear();
		this.coveredNext = Set.of();
	}

	private void recordChanges() {
		for (TableName table : this.inserted) {
			for (String referenced : this.referencedTables.of(table).orElse(Set.of())) {
				String key = ReferencedTables.key(table);
				this.history.record(key, referenced, this.changed.contains(List.of(key, referenced)));
			}
		}
	}

	private Map<String, List<Reference>> expected(TableName table) {
		List<Reference> references = this.referencedTables.references(table);
		if (references.isEmpty()) {
			return Collections.emptyMap();
		}
		String key = ReferencedTables.key(table);
		Map<String, List<Reference>> expected = new TreeMap<>();
		for (Reference reference : references) {
			if (!reference.key().equals(key) && this.history.expectsChange(key, reference.key())) {
				expected.computeIfAbsent(reference.key(), (referenced) -> new ArrayList<>()).add(reference);
			}
		}
		return expected;
	}

	private Optional<Set<Object>> values(String referenced, List<Reference> references, StatementRows keys) {
		Set<Object> all = new LinkedHashSet<>();
		for (Reference reference : references) {
			Optional<List<Object>> values = this.primaryKeys.isPrimaryKey(referenced, reference.referencedColumn())
					? keys.of(reference.column()) : Optional.empty();
			if (values.isEmpty()) {
				return Optional.empty();
			}
			all.addAll(values.get());
		}
		return (all.size() <= MOST_KEYS) ? Optional.of(all) : Optional.empty();
	}

	private static SqlText lock(TableName table, String column, Set<Object> values) {
		String places = String.join(", ", Collections.nCopies(values.size(), "?"));
		return SqlText.of("SELECT 1 FROM " + table.quoted() + " WHERE " + ColumnName.of(column).quoted() + " IN ("
				+ places + ") FOR UPDATE", values.toArray());
	}

}
