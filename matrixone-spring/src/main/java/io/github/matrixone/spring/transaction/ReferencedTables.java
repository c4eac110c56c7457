package io.github.matrixone.spring.transaction;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.matrixone.spring.sql.TableName;

/**
 * Which other tables a table's foreign keys reference. What was looked up is kept for a
 * minute, and until a statement is sent that may change it. Thread-safe.
 */
final class ReferencedTables {

	private static final Log logger = LogFactory.getLog(ReferencedTables.class);

	private static final String REFERENCED = """
			SELECT refer_db_name, refer_table_name FROM mo_catalog.mo_foreign_keys
			WHERE lower(db_name) = ? AND lower(table_name) = ?""";

	private static final int INTERNAL_ERROR = 20101;

	private static final long KEPT = Duration.ofMinutes(1).toNanos();

	private final Map<TableName, Entry> entries = new ConcurrentHashMap<>();

	/**
	 * Return the tables that a table references, each as its {@linkplain #key key}.
	 * @param connection where to look
	 * @param table the table, with its database
	 * @return the tables, or nothing if the user may not see foreign keys
	 */
	Optional<Set<String>> of(Connection connection, TableName table) throws SQLException {
		long now = System.nanoTime();
		Entry entry = this.entries.get(table);
		if (entry == null || now - entry.lookedUp > KEPT) {
			entry = new Entry(lookUp(connection, table), now);
			this.entries.put(table, entry);
		}
		return entry.referenced;
	}

	void forget() {
		this.entries.clear();
	}

	/**
	 * Return a table's name as the server stores it.
	 */
	static String key(TableName table) {
		return Objects.requireNonNull(table.database()).normalized() + '.' + table.normalizedName();
	}

	private static Optional<Set<String>> lookUp(Connection connection, TableName table) throws SQLException {
		Set<String> referenced = new HashSet<>();
		try (PreparedStatement statement = connection.prepareStatement(REFERENCED)) {
			statement.setString(1, Objects.requireNonNull(table.database()).normalized());
			statement.setString(2, table.normalizedName());
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					referenced.add((rows.getString(1) + '.' + rows.getString(2)).toLowerCase(Locale.ROOT));
				}
			}
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() != INTERNAL_ERROR) {
				throw ex;
			}
			logger.info("The foreign keys of " + table + " cannot be seen, so that any table may be referenced: "
					+ "grant SELECT on mo_catalog.mo_foreign_keys", ex);
			return Optional.empty();
		}
		referenced.remove(key(table));
		return Optional.of(referenced);
	}

	private record Entry(Optional<Set<String>> referenced, long lookedUp) {

	}

}
