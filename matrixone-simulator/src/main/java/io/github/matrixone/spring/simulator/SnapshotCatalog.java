package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * The rows of {@code mo_catalog.mo_snapshots}.
 */
final class SnapshotCatalog {

	private static final AtomicLong lastTimestamp = new AtomicLong();

	private SnapshotCatalog() {
	}

	static void insert(Connection own, String id, SnapshotName name, SnapshotScope scope) throws SQLException {
		DatabaseName database = scope.databaseName();
		TableName table = scope.tableName();
		try {
			H2.update(own, "INSERT INTO mo_catalog.mo_snapshots VALUES (?, ?, ?, ?, 'sys', ?, ?, 0, 'user')", id,
					name.normalized(), nextTimestamp(), scope.level().name().toLowerCase(Locale.ROOT),
					(database != null) ? database.normalized() : "", (table != null) ? table.normalizedName() : "");
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() == H2.DUPLICATE_KEY) {
				throw alreadyExists(name, ex);
			}
			throw ex;
		}
	}

	static void delete(Connection own, String id) throws SQLException {
		H2.update(own, "DELETE FROM mo_catalog.mo_snapshots WHERE snapshot_id = ?", id);
	}

	/**
	 * Return the id of a snapshot.
	 * @return the id, or {@code null} if there is no such snapshot
	 */
	static @Nullable String find(Connection own, SnapshotName name) throws SQLException {
		List<String> ids = H2.column(own, "SELECT snapshot_id FROM mo_catalog.mo_snapshots WHERE sname = ?",
				name.normalized());
		return ids.isEmpty() ? null : ids.get(0);
	}

	static String get(Connection own, SnapshotName name) throws SQLException {
		String id = find(own, name);
		if (id == null) {
			throw new SnapshotNotFoundException("There is no snapshot " + name);
		}
		return id;
	}

	static void requireAbsent(Connection own, SnapshotName name) throws SQLException {
		if (find(own, name) != null) {
			throw alreadyExists(name, null);
		}
	}

	private static SnapshotAlreadyExistsException alreadyExists(SnapshotName name, @Nullable SQLException cause) {
		return SnapshotAlreadyExistsException.of(name, null, cause);
	}

	private static long nextTimestamp() {
		Instant now = Instant.now();
		long nanoseconds = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
		return lastTimestamp.updateAndGet((last) -> Math.max(nanoseconds, last + 1));
	}

}
