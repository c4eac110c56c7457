package io.github.matrixone.spring.transaction;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.TransactionLocks.Contention;
import io.github.matrixone.spring.transaction.TransactionLocks.OneAfterTheOther;

/**
 * Locks the rows that an {@code INSERT … ON DUPLICATE KEY UPDATE} finds by a unique key,
 * before it is sent: the server locks the key and the primary key of the new row, but not
 * the row that it updates. Who changes that row at the same time does not wait, and both
 * are kept, with one primary key (v4.2.0 and newer, no issue known).
 */
final class UpsertLocks {

	private static final Log logger = LogFactory.getLog(UpsertLocks.class);

	private static final int MOST_VALUES = 1_000;

	private static final Contention CONTENTION = new Contention(
			"inserted rows into %s that this one may insert as well. "
					+ "This one would wait for it, and it for this one: let one of the two insert them, or the inner one come first",
			"inserted rows into %s that this one may insert as well has not ended", 5);

	private final UniqueKeys uniqueKeys;

	private final ReferencedTables referencedTables;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	UpsertLocks(UniqueKeys uniqueKeys, ReferencedTables referencedTables) {
		this.uniqueKeys = uniqueKeys;
		this.referencedTables = referencedTables;
	}

	/**
	 * Return what must be sent to know what has to be locked.
	 * @param table the table with its database
	 */
	List<PreparatoryStatement> lookUps(TableName table) {
		List<PreparatoryStatement> lookUps = new ArrayList<>(2);
		this.uniqueKeys.lookUp(table).ifPresent(lookUps::add);
		this.referencedTables.lookUpAll().ifPresent(lookUps::add);
		return lookUps;
	}

	/**
	 * Return what locks the rows, or warn once where they are not known. Where some are
	 * not there yet, others that insert them are waited for, and then locked: what waits
	 * for an insert within the server does not lock the row either.
	 * @param table the table with its database
	 * @param keys what the new rows have in their columns
	 * @param locks takes named locks
	 * @param limit how long a lock may be waited for
	 */
	Iterable<PreparatoryStatement> locks(TableName table, StatementRows keys, TransactionLocks locks, Duration limit) {
		List<Iterable<PreparatoryStatement>> all = new ArrayList<>();
		Optional<Collection<List<KeyColumn>>> uniqueKeys = this.uniqueKeys.of(table);
		if (uniqueKeys.isEmpty()) {
			warn(table);
		}
		addPrimary(table, keys, limit, all);
		for (List<KeyColumn> key : uniqueKeys.orElse(List.of())) {
			Optional<Set<List<Object>>> rows = rows(key, keys);
			if (rows.isEmpty()) {
				warn(table);
			}
			else if (!rows.get().isEmpty()) {
				// With nulls alone nothing is a duplicate.
				addLock(table, key, rows.get(), locks, limit, all);
			}
		}
		return all.isEmpty() ? Preparation.NONE : () -> new OneAfterTheOther(all.iterator());
	}

	/**
	 * Of several rows, or one that others reference, the server has to be kept from
	 * waiting for one, too: see {@link RowLocks}. It locks their primary keys itself,
	 * whether they are there or not.
	 */
	private void addPrimary(TableName table, StatementRows keys, Duration limit,
			List<Iterable<PreparatoryStatement>> all) {
		List<KeyColumn> primary = this.uniqueKeys.primary(table);
		List<String> columns = primary.stream().map(KeyColumn::name).toList();
		boolean several = keys.areSeveral(columns);
		if (columns.isEmpty() || !(several || this.referencedTables.mayBeShared(table))) {
			return;
		}
		Set<List<Object>> rows = new LinkedHashSet<>(keys.values(columns).orElse(List.of()));
		if (several && (rows.isEmpty() || rows.size() > MOST_VALUES)) {
			log(table, "its primary keys are not known here, or are too many");
		}
		else if (rows.size() > (several ? 1 : 0)) {
			SqlText query = query(table, primary, rows);
			all.add(List.of(new PreparatoryStatement(
					SqlText.of(query.sql() + " FOR UPDATE", query.arguments().toArray()), (found) -> {
					}, limit)));
		}
	}

	private static Optional<Set<List<Object>>> rows(List<KeyColumn> key, StatementRows keys) {
		Optional<List<List<Object>>> rows = keys.of(key.stream().map(KeyColumn::name).toList());
		if (rows.isEmpty() || rows.get().size() > MOST_VALUES) {
			return Optional.empty();
		}
		Set<List<Object>> all = new LinkedHashSet<>();
		for (List<Object> row : rows.get()) {
			List<Object> stored = new ArrayList<>();
			for (int i = 0; i < row.size(); i++) {
				key.get(i).stored(row.get(i)).ifPresent(stored::add);
			}
			if (stored.size() < row.size()) {
				return Optional.empty();
			}
			all.add(stored);
		}
		return Optional.of(all);
	}

	/**
	 * Who waits for a named lock must not have rows of the same statement: others who
	 * have the lock may wait for these, which the server does not see.
	 */
	private void addLock(TableName table, List<KeyColumn> key, Set<List<Object>> rows, TransactionLocks locks,
			Duration limit, List<Iterable<PreparatoryStatement>> all) {
		SqlText query = query(table, key, rows);
		SqlText lock = SqlText.of(query.sql() + " FOR UPDATE", query.arguments().toArray());
		AtomicBoolean missing = new AtomicBoolean();
		Iterable<PreparatoryStatement> waiting = () -> missing.get() ? locks(table, key, rows, locks, limit).iterator()
				: Collections.emptyIterator();
		boolean oneByOne = key.size() == 1 || rows.size() == 1;
		if (rows.size() > 1) {
			// Of several columns more rows may be found than are meant.
			missing.set(!oneByOne);
			all.add(oneByOne ? List
				.of(new PreparatoryStatement(query, (found) -> missing.set(found.values().size() < rows.size())))
					: Preparation.NONE);
			all.add(waiting);
		}
		all.add(List.of(new PreparatoryStatement(lock,
				(found) -> missing.set(oneByOne && found.values().size() < rows.size()), limit)));
		all.add(waiting);
		all.add(() -> missing.get() ? List.of(new PreparatoryStatement(lock, (found) -> {
		}, limit)).iterator() : Collections.emptyIterator());
	}

	private Iterable<PreparatoryStatement> locks(TableName table, List<KeyColumn> key, Set<List<Object>> rows,
			TransactionLocks locks, Duration limit) {
		Map<String, Set<String>> names = new HashMap<>();
		rows.forEach((row) -> {
			String name = name(table, key, row);
			names.put(name, Set.of(name));
		});
		if (!locks.mayTake(names.keySet())) {
			warn(table);
			return Preparation.NONE;
		}
		return locks.take(names, CONTENTION, table, limit);
	}

	/**
	 * Return the name of the lock that all take who insert a row with a certain key.
	 */
	private static String name(TableName table, List<KeyColumn> key, List<Object> row) {
		String text = ReferencedTables.key(table) + key.stream().map(KeyColumn::name).toList() + row;
		return "matrixone-spring:insert:" + UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Of several columns it may find more rows than are meant.
	 */
	private static SqlText query(TableName table, List<KeyColumn> key, Set<List<Object>> rows) {
		List<Object> arguments = new ArrayList<>();
		StringJoiner conditions = new StringJoiner(" AND ");
		for (int i = 0; i < key.size(); i++) {
			int column = i;
			Set<Object> values = rows.stream()
				.map((row) -> row.get(column))
				.collect(Collectors.toCollection(LinkedHashSet::new));
			conditions.add(ColumnName.of(key.get(i).name()).quoted() + " IN ("
					+ String.join(", ", Collections.nCopies(values.size(), "?")) + ')');
			arguments.addAll(values);
		}
		return SqlText.of("SELECT 1 FROM " + table.quoted() + " WHERE " + conditions, arguments.toArray());
	}

	/**
	 * Warn once of an upsert before which nothing is locked, unless the table has no
	 * unique keys.
	 * @param table its table
	 */
	void warn(TableName table) {
		Optional<Collection<List<KeyColumn>>> keys = this.uniqueKeys.of(table);
		if (keys.filter(Collection::isEmpty).isEmpty()) {
			log(table, "the server does not lock a row that it finds by another unique key than the primary one, and "
					+ (keys.isPresent()
							? "the values of such a key are not known here, are converted by the server, or are too many"
							: "the unique keys cannot be read (mo_catalog.mo_indexes, mo_catalog.mo_tables, mo_catalog.mo_columns)"));
		}
	}

	private void log(TableName table, String reason) {
		if (this.warned.add(ReferencedTables.key(table))) {
			logger.warn("INSERT … ON DUPLICATE KEY UPDATE into " + table + " may double rows and lose updates where "
					+ "others write the same rows: " + reason
					+ ". docs/transactions.md tells when they are, and which statements are safe");
		}
	}

}
