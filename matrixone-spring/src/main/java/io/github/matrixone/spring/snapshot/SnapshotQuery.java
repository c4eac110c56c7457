package io.github.matrixone.spring.snapshot;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Reads snapshots from {@code mo_catalog.mo_snapshots}.
 */
final class SnapshotQuery {

	private static final String ALL = "SELECT * FROM mo_catalog.mo_snapshots";

	private static final String BY_NAME = ALL + " WHERE sname = ?";

	private static final long NANOS_PER_SECOND = 1_000_000_000L;

	private SnapshotQuery() {
	}

	static Optional<Snapshot> byName(Connection connection, SnapshotName name) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(BY_NAME)) {
			statement.setString(1, name.normalized());
			return read(statement).stream().findFirst();
		}
	}

	static List<Snapshot> all(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(ALL)) {
			return read(statement);
		}
	}

	private static List<Snapshot> read(PreparedStatement statement) throws SQLException {
		List<Snapshot> snapshots = new ArrayList<>();
		try (ResultSet row = statement.executeQuery()) {
			boolean hasKind = columns(row.getMetaData()).contains("kind");
			while (row.next()) {
				if (isOfUser(row.getString("sname"), hasKind ? row.getString("kind") : null)) {
					snapshots.add(map(row));
				}
			}
		}
		return snapshots;
	}

	private static Set<String> columns(ResultSetMetaData metaData) throws SQLException {
		Set<String> columns = new HashSet<>();
		for (int i = 1; i <= metaData.getColumnCount(); i++) {
			columns.add(metaData.getColumnLabel(i).toLowerCase(Locale.ROOT));
		}
		return columns;
	}

	/**
	 * The server keeps snapshots of its own in the same table: for branches, and for the
	 * replication between clusters.
	 */
	private static boolean isOfUser(String name, @Nullable String kind) {
		return !"branch".equals(kind) && !name.startsWith("ccpr_");
	}

	private static Snapshot map(ResultSet row) throws SQLException {
		long nanoseconds = row.getLong("ts");
		Instant createdAt = Instant.ofEpochSecond(nanoseconds / NANOS_PER_SECOND, nanoseconds % NANOS_PER_SECOND);
		String account = row.getString("account_name");
		String database = row.getString("database_name");
		String table = row.getString("table_name");
		DatabaseName databaseName = StringUtils.hasText(database) ? DatabaseName.of(database) : null;
		return new Snapshot(SnapshotName.of(row.getString("sname")),
				SnapshotLevel.valueOf(row.getString("level").toUpperCase(Locale.ROOT)), createdAt,
				StringUtils.hasText(account) ? AccountName.of(account) : null, databaseName,
				(databaseName != null && StringUtils.hasText(table)) ? TableName.of(databaseName, table) : null);
	}

}
