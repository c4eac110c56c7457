package io.github.matrixone.spring.transaction;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;

/**
 * Lets transactions take turns where the server would let them collide.
 *
 * <p>
 * An insert or update of a row with a foreign key shares the lock of the row that it
 * references. If the transaction then updates that row, the server grants it the
 * exclusive lock at once, also while other transactions share the lock (v4.2.0, no issue
 * known). Two that do the same leave two rows under one primary key, and the updates of
 * one are lost; version columns do not help. So before a transaction that has written to
 * a table changes or locks rows of another one that it references, it takes a named lock
 * for the latter ({@code GET_LOCK}), and gives it back after its end.
 *
 * <p>
 * There are {@value #LOCKS} such locks, and each table has one of them. Whoever cannot
 * tell which table he changes takes those of all tables that may be referenced, in their
 * order. One who holds a lock already, and needs another one that comes before it, may
 * stand in a circle with somebody else, which the server does not see: he gives up after
 * {@value #SECONDS_OUT_OF_ORDER} seconds.
 *
 * <p>
 * The server must not wait for the named lock: with several compute nodes it sometimes
 * grants it to two that wait (v4.2.0, no issue known). So the lock is tried again and
 * again, and the server sleeps in between.
 */
final class LockUpgrades {

	private static final int LOCKS = 64;

	private static final int SECONDS = 10;

	private static final int SECONDS_OUT_OF_ORDER = 1;

	private static final int SECONDS_FOR_ITSELF = 1;

	private static final String INSERT = "matrixone-spring:insert:";

	/** How many locks a transaction may have. */
	private static final int MOST_LOCKS = 500;

	private static final Contention OF_REFERENCES = new Contention(
			"written rows which reference %s and changed what they "
					+ "reference. This one would wait for it, and it for this one: let one of the two make both changes, or the "
					+ "inner one come first. Where no two transactions change the same row, "
					+ "matrixone.transaction.serialize-lock-upgrades=false lets them run side by side",
			"written rows which reference %s is changing what they reference and has not ended");

	private static final Contention OF_INSERTS = new Contention(
			"inserted rows into %s that this one may insert as well. "
					+ "This one would wait for it, and it for this one: let one of the two insert them, or the inner one come first",
			"inserted rows into %s that this one may insert as well has not ended");

	private static final SqlText PAUSE = SqlText.of("SELECT SLEEP(0.01)");

	private final ReferencedTables referencedTables;

	private final LockFirst lockFirst;

	private final HeldTurns heldTurns;

	private final NavigableSet<String> held = new TreeSet<>();

	LockUpgrades(ReferencedTables referencedTables, LockFirst lockFirst, HeldTurns heldTurns) {
		this.referencedTables = referencedTables;
		this.lockFirst = lockFirst;
		this.heldTurns = heldTurns;
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
	Iterable<PreparatoryStatement> lockBeforeInsert(TableName table, InsertedKeys keys, TransactionHistory activity,
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
		return () -> new OneAfterTheOther(all.iterator());
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
			if (!written.equals(table)) {
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
		NavigableSet<String> needed = matters ? needed(table, activity) : Collections.emptyNavigableSet();
		if (mayUpgrade(kind) && table != null) {
			recordChange(table, activity);
		}
		if (matters) {
			needed.removeAll(this.held);
		}
		if (kind == Kind.OTHER || kind == Kind.CREATE_TABLE) {
			this.referencedTables.forget();
			this.lockFirst.forget();
		}
		return needed.isEmpty() ? Preparation.NONE : () -> new LockAttempts(needed, OF_REFERENCES, table, limit);
	}

	/**
	 * Wait for others that are inserting the same rows, each of which has a lock of its
	 * own.
	 * @param keys name the rows
	 * @param table where they are inserted
	 * @param limit how long to wait at most, beside the limits that hold for all
	 * @return what waits, or nothing if these are too many rows
	 */
	Optional<Iterable<PreparatoryStatement>> turnsToInsert(Collection<String> keys, TableName table, Duration limit) {
		NavigableSet<String> needed = keys.stream()
			.map((key) -> INSERT + UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)))
			.collect(Collectors.toCollection(TreeSet::new));
		needed.removeAll(this.held);
		if (needed.size() + this.held.size() > MOST_LOCKS) {
			return Optional.empty();
		}
		return Optional
			.of(needed.isEmpty() ? Preparation.NONE : () -> new LockAttempts(needed, OF_INSERTS, table, limit));
	}

	/**
	 * Give back what was taken, after the end of the transaction.
	 */
	List<SqlText> releases() {
		this.lockFirst.ended();
		if (this.held.isEmpty()) {
			return List.of();
		}
		SqlText release = NamedLock.release(named(this.held));
		this.heldTurns.given(this.held);
		this.held.clear();
		return List.of(release);
	}

	private static boolean mayUpgrade(Kind kind) {
		return switch (kind) {
			case MODIFY, LOCKING_READ, OTHER, BRANCH_MERGE -> true;
			default -> false;
		};
	}

	private NavigableSet<String> needed(@Nullable TableName table, TransactionHistory activity) {
		Optional<Set<String>> referenced = referencedBy(table, activity);
		if (table == null) {
			return referenced.map(LockUpgrades::locks).orElseGet(LockUpgrades::all);
		}
		String key = ReferencedTables.key(table);
		return (referenced.isEmpty() || referenced.get().contains(key)) ? locks(Set.of(key)) : new TreeSet<>();
	}

	/**
	 * Return the tables that written rows may reference, or nothing if these may be any.
	 */
	private Optional<Set<String>> referencedBy(@Nullable TableName table, TransactionHistory activity) {
		Set<String> all = new TreeSet<>();
		for (TableName written : activity.writtenTables()) {
			if (!written.equals(table)) {
				Optional<Set<String>> referenced = this.referencedTables.of(written);
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

	private void recordChange(TableName table, TransactionHistory activity) {
		for (TableName written : activity.writtenTables()) {
			Set<String> referenced = this.referencedTables.of(written).orElse(Set.of());
			if (!referenced.isEmpty() && referenced.contains(ReferencedTables.key(table))) {
				this.lockFirst.changes(written, ReferencedTables.key(table));
			}
		}
	}

	private static NavigableSet<String> locks(Collection<String> tables) {
		return tables.stream()
			.map((table) -> turn(Math.floorMod(table.hashCode(), LOCKS)))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String turn(int number) {
		return "matrixone-spring:turn:" + number;
	}

	private static NavigableSet<String> all() {
		return IntStream.range(0, LOCKS).mapToObj(LockUpgrades::turn).collect(Collectors.toCollection(TreeSet::new));
	}

	private static List<NamedLock> named(Collection<String> locks) {
		return locks.stream().map(NamedLock::new).toList();
	}

	/**
	 * Asks each for its statements when those before are done.
	 */
	static final class OneAfterTheOther implements Iterator<PreparatoryStatement> {

		private final Iterator<Iterable<PreparatoryStatement>> all;

		private Iterator<PreparatoryStatement> current = Collections.emptyIterator();

		OneAfterTheOther(Iterator<Iterable<PreparatoryStatement>> all) {
			this.all = all;
		}

		@Override
		public boolean hasNext() {
			while (!this.current.hasNext() && this.all.hasNext()) {
				this.current = this.all.next().iterator();
			}
			return this.current.hasNext();
		}

		@Override
		public PreparatoryStatement next() {
			hasNext();
			return this.current.next();
		}

	}

	/**
	 * Tries to take locks until that succeeds, each after those that come before it.
	 */
	private final class LockAttempts implements Iterator<PreparatoryStatement> {

		private final NavigableSet<String> missing;

		private final Contention contention;

		private final @Nullable TableName table;

		private final Duration limit;

		private final long begin = System.nanoTime();

		private @Nullable PreparatoryStatement next;

		private LockAttempts(NavigableSet<String> missing, Contention contention, @Nullable TableName table,
				Duration limit) {
			this.missing = new TreeSet<>(missing);
			this.contention = contention;
			this.table = table;
			this.limit = limit;
			this.next = attempt();
		}

		@Override
		public boolean hasNext() {
			return this.next != null;
		}

		@Override
		public PreparatoryStatement next() {
			PreparatoryStatement due = this.next;
			if (due == null) {
				throw new NoSuchElementException();
			}
			return due;
		}

		private PreparatoryStatement attempt() {
			return new PreparatoryStatement(NamedLock.take(named(this.missing)), this::tried);
		}

		private void tried(Rows rows) throws SQLException {
			List<String> tooEarly = new ArrayList<>();
			boolean inOrder = true;
			int column = 0;
			for (String lock : List.copyOf(this.missing)) {
				boolean taken = "1".equals(rows.values().get(0).get(column++));
				inOrder &= taken;
				if (inOrder) {
					LockUpgrades.this.held.add(lock);
					LockUpgrades.this.heldTurns.taken(lock);
					this.missing.remove(lock);
				}
				else if (taken) {
					tooEarly.add(lock);
				}
			}
			if (this.missing.isEmpty()) {
				this.next = null;
				return;
			}
			PreparatoryStatement pause = new PreparatoryStatement(PAUSE, (answer) -> {
				requireTime();
				this.next = attempt();
			});
			this.next = tooEarly.isEmpty() ? pause
					: new PreparatoryStatement(NamedLock.release(named(tooEarly)), (answer) -> this.next = pause);
		}

		private void requireTime() throws SQLException {
			boolean outOfOrder = this.contention == OF_REFERENCES && !LockUpgrades.this.held.isEmpty()
					&& this.missing.first().compareTo(LockUpgrades.this.held.last()) < 0;
			boolean forItself = LockUpgrades.this.heldTurns.isOfThisThread(this.missing.first());
			Duration most = Duration
				.ofSeconds(forItself ? SECONDS_FOR_ITSELF : outOfOrder ? SECONDS_OUT_OF_ORDER : SECONDS);
			Duration left = (this.limit.compareTo(most) < 0) ? this.limit : most;
			if (System.nanoTime() - this.begin < left.toNanos()) {
				return;
			}
			String place = (this.table != null) ? this.table.toString() : "other tables";
			throw new SQLTransactionRollbackException(forItself
					? "A transaction that is suspended meanwhile, as by REQUIRES_NEW, has "
							+ this.contention.withItself().formatted(place)
					: "Another transaction that has " + this.contention.withAnother().formatted(place) + " within "
							+ left.toSeconds() + " seconds. Roll back and try the whole transaction again",
					"40001", MatrixOneError.LOCK_WAIT_TIMEOUT.code());
		}

	}

	/**
	 * What transactions take turns for.
	 *
	 * @param withItself what a transaction of the same thread has done
	 * @param withAnother what another one has done, and does
	 */
	private record Contention(String withItself, String withAnother) {
	}

}
