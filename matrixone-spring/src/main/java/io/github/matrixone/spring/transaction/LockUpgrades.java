package io.github.matrixone.spring.transaction;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

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

	private final Connection connection;

	private final ReferencedTables referencedTables;

	private final Set<String> held = new TreeSet<>();

	LockUpgrades(Connection connection, ReferencedTables referencedTables) {
		this.connection = connection;
		this.referencedTables = referencedTables;
	}

	/**
	 * Wait for the transaction's turn, where a statement makes that necessary.
	 * @param kind what the statement does
	 * @param table its table, or {@code null} if it is not certain
	 * @param written the tables that the transaction has written to before
	 */
	void before(Kind kind, @Nullable TableName table, Set<TableName> written) throws SQLException {
		if (!written.isEmpty() && (kind == Kind.MODIFY || kind == Kind.LOCKING_READ || kind == Kind.OTHER)) {
			String target = (table != null && table.database() != null) ? ReferencedTables.key(table) : null;
			for (String referenced : referencedBy(written, target)) {
				if ((target == null || target.equals(referenced)) && !this.held.contains(referenced)) {
					take(referenced);
				}
			}
		}
		if (kind == Kind.OTHER || kind == Kind.CREATE_TABLE) {
			this.referencedTables.forget();
		}
	}

	/**
	 * Give back what was taken, after the end of the transaction.
	 */
	void release() throws SQLException {
		for (String table : this.held) {
			try (PreparedStatement statement = this.connection.prepareStatement("SELECT RELEASE_LOCK(?)")) {
				statement.setString(1, lockName(table));
				statement.executeQuery().close();
			}
		}
		this.held.clear();
	}

	private Set<String> referencedBy(Set<TableName> written, @Nullable String target) throws SQLException {
		Set<String> all = new TreeSet<>();
		for (TableName table : written) {
			if (ReferencedTables.key(table).equals(target)) {
				continue;
			}
			Optional<Set<String>> referenced = this.referencedTables.of(this.connection, table);
			referenced.ifPresent(all::addAll);
			if (referenced.isEmpty() && target != null) {
				all.add(target);
			}
		}
		return all;
	}

	private void take(String table) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement("SELECT GET_LOCK(?, ?)")) {
			statement.setString(1, lockName(table));
			statement.setInt(2, TIMEOUT_SECONDS);
			try (ResultSet result = statement.executeQuery()) {
				if (!result.next() || result.getInt(1) != 1) {
					throw new SQLTransactionRollbackException("Another transaction that has written rows which "
							+ "reference " + table + " is changing that table and has not ended within "
							+ TIMEOUT_SECONDS + " seconds. Roll back and try the whole transaction again", "40001",
							1205);
				}
			}
		}
		this.held.add(table);
	}

	private static String lockName(String table) {
		return "matrixone-spring:" + UUID.nameUUIDFromBytes(table.getBytes(StandardCharsets.UTF_8));
	}

}
