package io.github.matrixone.spring.transaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.LockUpgrades.OneAfterTheOther;

/**
 * Locks the rows that an {@code INSERT … ON DUPLICATE KEY UPDATE} finds by a unique key,
 * before it is sent: the server locks the key and the primary key of the new row, but not
 * the row that it updates. Who changes that row at the same time does not wait, and both
 * are kept, with one primary key (v4.2.0 and newer, no issue known).
 */
final class UpsertLocks {

	private static final Log logger = LogFactory.getLog(UpsertLocks.class);

	private static final int MOST_VALUES = 1_000;

	private final UniqueKeys uniqueKeys = new UniqueKeys();

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	/**
	 * Return what must be sent to know what has to be locked.
	 * @param table the table with its database
	 */
	List<PreparatoryStatement> lookUps(TableName table) {
		return this.uniqueKeys.lookUp(table).map(List::of).orElse(Preparation.NONE);
	}

	/**
	 * Return what locks the rows, or warn once where they are not known. Where some are
	 * not there yet, others that insert them are waited for, and then locked: what waits
	 * for an insert within the server does not lock the row either.
	 * @param table the table with its database
	 * @param keys what the new rows have in their columns
	 * @param turns lets transactions take turns, or {@code null} if they do not
	 * @param limit how long a lock may be waited for
	 */
	Iterable<PreparatoryStatement> locks(TableName table, InsertedKeys keys, @Nullable LockUpgrades turns,
			Duration limit) {
		List<Iterable<PreparatoryStatement>> all = new ArrayList<>();
		Optional<Collection<List<String>>> uniqueKeys = this.uniqueKeys.of(table);
		if (uniqueKeys.isEmpty()) {
			warn(table);
		}
		for (List<String> key : uniqueKeys.orElse(List.of())) {
			Optional<Map<String, Set<Object>>> values = values(key, keys);
			if (values.isEmpty()) {
				warn(table);
			}
			else if (values.get().values().stream().noneMatch(Set::isEmpty)) {
				// With nulls alone nothing is a duplicate.
				addLock(table, values.get(), turns, limit, all);
			}
		}
		return all.isEmpty() ? Preparation.NONE : () -> new OneAfterTheOther(all.iterator());
	}

	private static Optional<Map<String, Set<Object>>> values(List<String> key, InsertedKeys keys) {
		Map<String, Set<Object>> all = new LinkedHashMap<>();
		for (String column : key) {
			Optional<List<Object>> values = keys.of(column);
			if (values.isEmpty() || values.get().size() > MOST_VALUES) {
				return Optional.empty();
			}
			all.put(column, new LinkedHashSet<>(values.get()));
		}
		return Optional.of(all);
	}

	private void addLock(TableName table, Map<String, Set<Object>> values, @Nullable LockUpgrades turns, Duration limit,
			List<Iterable<PreparatoryStatement>> all) {
		SqlText lock = lock(table, values);
		int rows = values.values().stream().mapToInt(Set::size).max().orElse(0);
		boolean uncertain = values.size() > 1 && rows > 1;
		AtomicBoolean missing = new AtomicBoolean(uncertain);
		all.add(List.of(new PreparatoryStatement(lock,
				(found) -> missing.set(uncertain || found.values().size() < rows), limit)));
		if (turns != null) {
			Map.Entry<String, Set<Object>> first = values.entrySet().iterator().next();
			String name = ReferencedTables.key(table) + ' ' + first.getKey() + ' ';
			List<String> names = first.getValue().stream().map((value) -> name + value).toList();
			all.add(() -> missing.get() ? turns(table, names, turns, limit).iterator() : Collections.emptyIterator());
			all.add(() -> missing.get() ? List.of(new PreparatoryStatement(lock, (found) -> {
			}, limit)).iterator() : Collections.emptyIterator());
		}
	}

	private Iterable<PreparatoryStatement> turns(TableName table, List<String> names, LockUpgrades turns,
			Duration limit) {
		return turns.turnsToInsert(names, table, limit).orElseGet(() -> {
			warn(table);
			return Preparation.NONE;
		});
	}

	/**
	 * Of several columns it may lock more rows than it must.
	 */
	private static SqlText lock(TableName table, Map<String, Set<Object>> values) {
		return SqlText.of(
				"SELECT 1 FROM " + table.quoted() + " WHERE "
						+ values.entrySet()
							.stream()
							.map((column) -> ColumnName.of(column.getKey()).quoted() + " IN ("
									+ String.join(", ", Collections.nCopies(column.getValue().size(), "?")) + ')')
							.collect(Collectors.joining(" AND "))
						+ " FOR UPDATE",
				values.values().stream().flatMap(Set::stream).toArray());
	}

	/**
	 * Take note of a statement that may change unique keys.
	 */
	void forget() {
		this.uniqueKeys.forget();
	}

	/**
	 * Warn once of an upsert before which nothing is locked, unless the table has no
	 * unique keys.
	 * @param table its table
	 */
	void warn(TableName table) {
		Optional<Collection<List<String>>> keys = this.uniqueKeys.of(table);
		if (keys.filter(Collection::isEmpty).isEmpty() && this.warned.add(ReferencedTables.key(table))) {
			logger.warn("INSERT … ON DUPLICATE KEY UPDATE into " + table + " may double rows and lose updates where "
					+ "others write the same rows: the server does not lock a row that it finds by another unique key than "
					+ "the primary one, and "
					+ (keys.isPresent() ? "the values of such a key are not known here, or are too many"
							: "the unique keys cannot be read (mo_catalog.mo_indexes, mo_catalog.mo_tables)")
					+ ". docs/transactions.md tells when they are, and which statements are safe");
		}
	}

}
