package io.github.matrixone.spring.transaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.ReferencedTables.Reference;
import io.github.matrixone.spring.transaction.TransactionLocks.Contention;

/**
 * Lets transactions take turns where the server would let them collide.
 *
 * <p>
 * An insert of a row with a foreign key, or an update that sets this one, shares the lock
 * of the row that it references. If the transaction then updates that row, the server
 * grants it the exclusive lock at once, also while other transactions share the lock
 * (v4.2.0, no issue known). Two that do the same leave two rows under one primary key,
 * and the updates of one are lost; version columns do not help. So before a transaction
 * that has written to a table changes or locks rows of another one that it references, it
 * takes a named lock for the latter ({@code GET_LOCK}), and gives it back after its end.
 *
 * <p>
 * There are {@value #LOCKS} such locks, and each table has one of them. Whoever cannot
 * tell which table he changes takes those of all tables that may be referenced, in their
 * order.
 */
final class LockUpgrades {

	private static final int LOCKS = 64;

	private static final Contention CONTENTION = new Contention("written rows which reference %s and changed what they "
			+ "reference. This one would wait for it, and it for this one: let one of the two make both changes, or the "
			+ "inner one come first. Where no two transactions change the same row, "
			+ "matrixone.transaction.serialize-lock-upgrades=false lets them run side by side",
			"written rows which reference %s is changing what they reference and has not ended", 1);

	private final ReferencedTables referencedTables;

	private final LockFirst lockFirst;

	private final TransactionLocks locks;

	LockUpgrades(ReferencedTables referencedTables, LockFirst lockFirst, TransactionLocks locks) {
		this.referencedTables = referencedTables;
		this.lockFirst = lockFirst;
		this.locks = locks;
	}

	/**
	 * Look up what has to be known to lock rows before others are inserted that reference
	 * them.
	 * @param table where rows are about to be inserted, with its database
	 */
	List<PreparatoryStatement> lookUpsBeforeInsert(TableName table) {
		return this.lockFirst.lookUps(table);
	}

	/**
	 * Lock rows that the transaction will probably change, before it inserts others that
	 * reference them. This may itself need a turn, after writes for which that was not
	 * done.
	 * @param table where rows are about to be inserted, with its database
	 * @param keys what they have in their columns
	 * @param activity what the transaction has done before
	 * @param limit how long to wait at most
	 */
	Iterable<PreparatoryStatement> lockBeforeInsert(TableName table, StatementRows keys, TransactionHistory activity,
			Duration limit) {
		Map<TableName, PreparatoryStatement> locks = this.lockFirst.locks(table, keys, limit);
		if (locks.isEmpty()) {
			return Preparation.NONE;
		}
		List<Iterable<PreparatoryStatement>> all = new ArrayList<>();
		locks.forEach((referenced, lock) -> {
			all.add(turns(Kind.LOCKING_READ, referenced, activity, limit));
			all.add(List.of(lock));
		});
		return () -> new TransactionLocks.OneAfterTheOther(all.iterator());
	}

	/**
	 * Take note of a statement that is about to write to a table.
	 * @param kind what it does
	 * @param table the table with its database
	 */
	void writes(Kind kind, TableName table) {
		this.lockFirst.writes(kind, table);
	}

	/**
	 * Look up what the written tables reference, where that matters to a statement.
	 * @param kind what the statement does
	 * @param table its table with the database, or {@code null} if it is not certain
	 * @param activity what the transaction has done before
	 */
	List<PreparatoryStatement> lookUps(Kind kind, @Nullable TableName table, TransactionHistory activity) {
		if (!mayUpgrade(kind) || !activity.hasWrittenOther(table)) {
			return Preparation.NONE;
		}
		List<PreparatoryStatement> lookUps = new ArrayList<>();
		for (TableName written : activity.writtenTables()) {
			if (!written.equals(table) && !Set.of().equals(activity.changedColumns(written))) {
				this.referencedTables.lookUp(written).ifPresent(lookUps::add);
			}
		}
		if (activity.hasWrittenUnknownTables()) {
			this.referencedTables.lookUpAll().ifPresent(lookUps::add);
		}
		return lookUps;
	}

	/**
	 * Wait for the transaction's turn, where a statement makes that necessary. If that
	 * fails the transaction has to be rolled back, as after a lock wait timeout.
	 * @param kind what the statement does
	 * @param table its table with the database, or {@code null} if it is not certain
	 * @param activity what the transaction has done before
	 * @param limit how long to wait at most, beside the limits that hold for all
	 */
	Iterable<PreparatoryStatement> turns(Kind kind, @Nullable TableName table, TransactionHistory activity,
			Duration limit) {
		boolean matters = mayUpgrade(kind) && activity.hasWrittenOther(table);
		Map<String, Set<String>> needed = matters ? needed(table, activity) : Map.of();
		if (mayUpgrade(kind) && table != null) {
			recordChange(table, activity);
		}
		return this.locks.take(needed, CONTENTION, table, limit);
	}

	/**
	 * Take note of a statement that may change keys.
	 */
	void changed() {
		this.referencedTables.changed();
		this.lockFirst.changed();
	}

	/**
	 * Take note that the transaction has ended.
	 */
	void ended() {
		this.lockFirst.ended();
	}

	private static boolean mayUpgrade(Kind kind) {
		return switch (kind) {
			case MODIFY, LOCKING_READ, OTHER, BRANCH_MERGE -> true;
			default -> false;
		};
	}

	private Map<String, Set<String>> needed(@Nullable TableName table, TransactionHistory activity) {
		Optional<Set<String>> referenced = referencedBy(table, activity);
		if (table == null) {
			return referenced.map(LockUpgrades::locks).orElseGet(LockUpgrades::all);
		}
		String key = ReferencedTables.key(table);
		return (referenced.isEmpty() || referenced.get().contains(key)) ? locks(Set.of(key)) : Map.of();
	}

	/**
	 * Return the tables that written rows may reference, or nothing if these may be any.
	 */
	private Optional<Set<String>> referencedBy(@Nullable TableName table, TransactionHistory activity) {
		Set<String> all = new TreeSet<>();
		for (TableName written : activity.writtenTables()) {
			if (!written.equals(table)) {
				Optional<Set<String>> referenced = sharedBy(written, activity.changedColumns(written));
				if (referenced.isEmpty()) {
					return referenced;
				}
				Set<String> covered = this.lockFirst.coveredBy(written);
				referenced.get().stream().filter((other) -> !covered.contains(other)).forEach(all::add);
			}
		}
		if (activity.hasWrittenUnknownTables()) {
			Optional<Set<String>> referenced = this.referencedTables.all();
			if (referenced.isEmpty()) {
				return referenced;
			}
			all.addAll(referenced.get());
		}
		return Optional.of(all);
	}

	/**
	 * Return the tables whose rows may be locked by what was written to a table: the
	 * server locks none for rows that are deleted, or keep what they reference.
	 * @param changed the columns that were written, or {@code null} for any
	 */
	private Optional<Set<String>> sharedBy(TableName written, @Nullable Set<String> changed) {
		Optional<Set<String>> referenced = this.referencedTables.of(written);
		if (changed == null || (referenced.isEmpty() && !changed.isEmpty())) {
			return referenced;
		}
		return Optional.of(this.referencedTables.references(written)
			.stream()
			.filter((reference) -> changed.contains(reference.column().toLowerCase(Locale.ROOT)))
			.map(Reference::key)
			.collect(Collectors.toSet()));
	}

	private void recordChange(TableName table, TransactionHistory activity) {
		for (TableName written : activity.writtenTables()) {
			Set<String> referenced = this.referencedTables.of(written).orElse(Set.of());
			if (!referenced.isEmpty() && referenced.contains(ReferencedTables.key(table))) {
				this.lockFirst.changes(written, ReferencedTables.key(table));
			}
		}
	}

	/**
	 * Return the locks of tables, and which of the tables each is for.
	 */
	private static Map<String, Set<String>> locks(Collection<String> tables) {
		return tables.stream()
			.collect(
					Collectors.groupingBy((table) -> turn(Math.floorMod(table.hashCode(), LOCKS)), Collectors.toSet()));
	}

	private static String turn(int number) {
		return "matrixone-spring:turn:" + number;
	}

	private static Map<String, Set<String>> all() {
		return IntStream.range(0, LOCKS)
			.mapToObj(LockUpgrades::turn)
			.collect(Collectors.toMap(Function.identity(), (lock) -> Set.of()));
	}

}
