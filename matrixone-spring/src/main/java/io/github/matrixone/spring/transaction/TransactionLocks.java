package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.sql.TableName;

/**
 * The named locks of a transaction ({@code GET_LOCK}), which it gives back after its end.
 *
 * <p>
 * One who holds a lock already, and needs another one that comes before it, may stand in
 * a circle with somebody else, which the server does not see: he gives up sooner than
 * those who take them in order.
 *
 * <p>
 * The server must not wait for a named lock: with several compute nodes it sometimes
 * grants it to two that wait (v4.2.0, no issue known). So it is tried again and again,
 * and the server sleeps in between.
 */
final class TransactionLocks {

	private static final int SECONDS = 10;

	private static final int SECONDS_FOR_ITSELF = 1;

	/** How many locks a transaction may have. */
	private static final int MOST = 500;

	private static final SqlText PAUSE = SqlText.of("SELECT SLEEP(0.01)");

	private final HeldTurns heldTurns;

	private final NavigableSet<String> held = new TreeSet<>();

	TransactionLocks(HeldTurns heldTurns) {
		this.heldTurns = heldTurns;
	}

	/**
	 * Return whether the transaction may have as many locks as that.
	 * @param names names of locks, some of which it may have already
	 */
	boolean mayTake(Collection<String> names) {
		return names.stream().filter((name) -> !this.held.contains(name)).count() + this.held.size() <= MOST;
	}

	/**
	 * Take locks that the transaction does not have yet. If that fails the transaction
	 * has to be rolled back, as after a lock wait timeout.
	 * @param locks their names, and what each is for among all that share it, or nothing
	 * for all
	 * @param contention what others have them for
	 * @param table what they are taken for, or {@code null} if it is not certain
	 * @param limit how long to wait at most, beside the limits that hold for all
	 */
	Iterable<PreparatoryStatement> take(Map<String, Set<String>> locks, Contention contention,
			@Nullable TableName table, Duration limit) {
		NavigableMap<String, Set<String>> missing = new TreeMap<>();
		locks.forEach((lock, subjects) -> {
			if (this.held.contains(lock)) {
				this.heldTurns.taken(lock, subjects);
			}
			else if (!this.heldTurns.keepsOthersOut(lock, subjects)) {
				missing.put(lock, subjects);
			}
		});
		return missing.isEmpty() ? Preparation.NONE : () -> new LockAttempts(missing, contention, table, limit);
	}

	/**
	 * Give back what was taken, after the end of the transaction.
	 */
	List<SqlText> releases() {
		if (this.held.isEmpty()) {
			return List.of();
		}
		SqlText release = NamedLock.release(named(this.held));
		this.heldTurns.given(this.held);
		this.held.clear();
		return List.of(release);
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

		private final NavigableMap<String, Set<String>> missing;

		private final Contention contention;

		private final @Nullable TableName table;

		private final Duration limit;

		private final long begin = System.nanoTime();

		private @Nullable PreparatoryStatement next;

		private LockAttempts(NavigableMap<String, Set<String>> missing, Contention contention,
				@Nullable TableName table, Duration limit) {
			this.missing = new TreeMap<>(missing);
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
			return new PreparatoryStatement(NamedLock.take(named(this.missing.keySet())), this::tried);
		}

		private void tried(Rows rows) throws SQLException {
			List<String> tooEarly = new ArrayList<>();
			boolean inOrder = true;
			int column = 0;
			for (String lock : List.copyOf(this.missing.keySet())) {
				boolean taken = "1".equals(rows.values().get(0).get(column++));
				inOrder &= taken;
				if (inOrder) {
					TransactionLocks.this.held.add(lock);
					TransactionLocks.this.heldTurns.taken(lock, Objects.requireNonNull(this.missing.remove(lock)));
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
			boolean outOfOrder = !TransactionLocks.this.held.isEmpty()
					&& this.missing.firstKey().compareTo(TransactionLocks.this.held.last()) < 0;
			boolean forItself = TransactionLocks.this.heldTurns.isOfThisThread(this.missing.firstKey());
			Duration most = Duration
				.ofSeconds(forItself ? SECONDS_FOR_ITSELF : outOfOrder ? this.contention.secondsOutOfOrder() : SECONDS);
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
	 * What others have locks for.
	 *
	 * @param withItself what a transaction of the same thread has done
	 * @param withAnother what another one has done, and does
	 * @param secondsOutOfOrder how long who holds a lock waits for one that comes before
	 * it
	 */
	record Contention(String withItself, String withAnother, int secondsOutOfOrder) {
	}

}
