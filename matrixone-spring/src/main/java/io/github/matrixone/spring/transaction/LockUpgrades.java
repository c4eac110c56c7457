package io.github.matrixone.spring.transaction;

import java.nio.charset.StandardCharsets;
import java.sql.SQLTransactionRollbackException;
import java.util.ArrayList;
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
 */
final class LockUpgrades {

	private static final int TIMEOUT_SECONDS = 10;

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
	List<Step> turns(Kind kind, @Nullable TableName table, Set<TableName> written) {
		List<Step> turns = new ArrayList<>();
		if (!written.isEmpty() && mayUpgrade(kind)) {
			String target = target(table);
			for (String referenced : referencedBy(written, table, target)) {
				if ((target == null || target.equals(referenced)) && !this.held.contains(referenced)) {
					turns.add(turn(referenced));
				}
			}
		}
		if (kind == Kind.OTHER || kind == Kind.CREATE_TABLE) {
			this.referencedTables.forget();
		}
		return turns;
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

	private Step turn(String table) {
		return new Step(SqlText.of("SELECT GET_LOCK(?, ?)", lockName(table), TIMEOUT_SECONDS), (rows) -> {
			if (!rows.first().equals(Optional.of("1"))) {
				throw new SQLTransactionRollbackException("Another transaction that has written rows which reference "
						+ table + " is changing that table and has not ended within " + TIMEOUT_SECONDS
						+ " seconds. Roll back and try the whole transaction again", "40001", 1205);
			}
			this.held.add(table);
		});
	}

	private static String lockName(String table) {
		return "matrixone-spring:" + UUID.nameUUIDFromBytes(table.getBytes(StandardCharsets.UTF_8));
	}

}
