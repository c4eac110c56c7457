package io.github.matrixone.spring.transaction;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.backend.SqlText;
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
 * The server must not wait for the named lock: with several compute nodes it sometimes
 * grants it to two that wait (v4.2.0, no issue known). So the lock is tried again and
 * again, and the server sleeps in between.
 */
final class LockUpgrades {

	private static final int TIMEOUT_SECONDS = 10;

	private static final SqlText PAUSE = SqlText.of("SELECT SLEEP(0.01)");

	private static final int TRIES = TIMEOUT_SECONDS * 100;

	private final ReferencedTables referencedTables;

	private final Set<String> held = new TreeSet<>();

	LockUpgrades(ReferencedTables referencedTables) {
		this.referencedTables = referencedTables;
	}

	/**
	 * Look up what the written tables reference, where that matters to a statement.
	 * @param kind what the statement does
	 * @param table its table, or {@code null} if it is not certain
	 * @param written the tables that the transaction has written to before
	 */
	List<Step> lookUps(Kind kind, @Nullable TableName table, Set<TableName> written) {
		if (written.isEmpty() || !mayUpgrade(kind)) {
			return List.of();
		}
		List<Step> lookUps = new ArrayList<>();
		for (TableName other : written) {
			if (!other.equals(table)) {
				this.referencedTables.lookUp(other).ifPresent(lookUps::add);
			}
		}
		return lookUps;
	}

	/**
	 * Wait for the transaction's turn, where a statement makes that necessary. If that
	 * fails the transaction has to be rolled back, as after a lock wait timeout.
	 * @param kind what the statement does
	 * @param table its table, or {@code null} if it is not certain
	 * @param written the tables that the transaction has written to before
	 */
	Iterable<Step> turns(Kind kind, @Nullable TableName table, Set<TableName> written) {
		List<String> tables = new ArrayList<>();
		if (!written.isEmpty() && mayUpgrade(kind)) {
			String target = target(table);
			for (String referenced : referencedBy(written, table, target)) {
				if ((target == null || target.equals(referenced)) && !this.held.contains(referenced)) {
					tables.add(referenced);
				}
			}
		}
		if (kind == Kind.OTHER || kind == Kind.CREATE_TABLE) {
			this.referencedTables.forget();
		}
		return tables.isEmpty() ? List.of() : () -> new Turns(new ArrayDeque<>(tables));
	}

	/**
	 * Give back what was taken, after the end of the transaction.
	 */
	List<SqlText> releases() {
		List<SqlText> releases = this.held.stream()
			.map((table) -> SqlText.of("SELECT RELEASE_LOCK(?)", lockName(table)))
			.toList();
		this.held.clear();
		return releases;
	}

	private static boolean mayUpgrade(Kind kind) {
		return kind == Kind.MODIFY || kind == Kind.LOCKING_READ || kind == Kind.OTHER;
	}

	private static @Nullable String target(@Nullable TableName table) {
		return (table != null && table.database() != null) ? ReferencedTables.key(table) : null;
	}

	private Set<String> referencedBy(Set<TableName> written, @Nullable TableName table, @Nullable String target) {
		Set<String> all = new TreeSet<>();
		for (TableName other : written) {
			if (other.equals(table)) {
				continue;
			}
			Optional<Set<String>> referenced = this.referencedTables.of(other);
			referenced.ifPresent(all::addAll);
			if (referenced.isEmpty() && target != null) {
				all.add(target);
			}
		}
		return all;
	}

	private static String lockName(String table) {
		return "matrixone-spring:" + UUID.nameUUIDFromBytes(table.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Tries to lock each table until that succeeds.
	 */
	private final class Turns implements Iterator<Step> {

		private final Deque<String> tables;

		private int tries;

		private boolean pause;

		private Turns(Deque<String> tables) {
			this.tables = tables;
		}

		@Override
		public boolean hasNext() {
			return !this.tables.isEmpty();
		}

		@Override
		public Step next() {
			String table = this.tables.element();
			if (this.pause) {
				this.pause = false;
				return new Step(PAUSE, (rows) -> {
				});
			}
			return new Step(SqlText.of("SELECT GET_LOCK(?, ?)", lockName(table), 0),
					(rows) -> tried(table, rows.first().equals(Optional.of("1"))));
		}

		private void tried(String table, boolean taken) throws SQLException {
			this.tries++;
			if (taken) {
				LockUpgrades.this.held.add(table);
				this.tables.remove();
				this.tries = 0;
			}
			else if (this.tries == TRIES) {
				throw new SQLTransactionRollbackException("Another transaction that has written rows which reference "
						+ table + " is changing that table and has not ended within " + TIMEOUT_SECONDS
						+ " seconds. Roll back and try the whole transaction again", "40001", 1205);
			}
			this.pause = !taken;
		}

	}

}
