package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.RefusedNameException;
import io.github.matrixone.spring.sql.TableName;

/**
 * Locks the rows that a {@code DELETE} deletes in other tables by
 * {@code ON DELETE CASCADE}, before it is sent: the server deletes them without a lock.
 * Who changes such a row at the same time does not wait, and it is kept without the row
 * that it references, or in the table and not in its indexes (v4.2.0 and newer, no issue
 * known). Those that it changes by {@code ON DELETE SET NULL} are several rows, too: see
 * {@link RowLocks}. The keys are looked up again after a minute. Thread-safe.
 */
final class CascadeLocks {

	private static final Log logger = LogFactory.getLog(CascadeLocks.class);

	private static final SqlText KEYS = SqlText
		.of("""
				SELECT constraint_name, db_name, table_name, column_name, refer_db_name, refer_table_name, refer_column_name,
				on_delete FROM mo_catalog.mo_foreign_keys WHERE on_delete IN ('CASCADE', 'SET NULL', 'SET_NULL')""");

	private static final int MOST_TABLES = 50;

	private final CatalogAge age = new CatalogAge();

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean warnedOfPrivilege = new AtomicBoolean();

	private final AtomicBoolean warnedOfLock = new AtomicBoolean();

	private volatile @Nullable Keys keys;

	/**
	 * Return what must be sent to know which foreign keys delete rows.
	 */
	List<PreparatoryStatement> lookUps() {
		Keys last = this.keys;
		if (last != null && this.age.isFresh(last.askedAt)) {
			return Preparation.NONE;
		}
		long now = System.nanoTime();
		return List.of(new PreparatoryStatement(KEYS, (rows) -> this.keys = new Keys(read(rows), now), (ex) -> {
			requireMissingPrivilege(ex);
			this.keys = new Keys(Map.of(), now);
		}));
	}

	/**
	 * Return whether a delete may delete rows of other tables.
	 * @param table its table with the database, or {@code null} if it is not certain
	 */
	boolean reach(@Nullable TableName table) {
		Map<String, List<CascadingKey>> all = keys();
		return !all.isEmpty() && (table == null || all.containsKey(ReferencedTables.key(table)));
	}

	/**
	 * Return what locks the rows, those of the table first, so that no others can come to
	 * reference them, or warn once where they are not known.
	 * @param table the table with its database, or {@code null} if it is not certain
	 * @param from {@code FROM t WHERE …}, which of its rows are about to be deleted, if
	 * it is known
	 * @param limit how long a lock may be waited for
	 */
	Iterable<PreparatoryStatement> locks(@Nullable TableName table, Optional<SqlText> from, Duration limit) {
		List<String> queries = new ArrayList<>();
		if (table == null || from.isEmpty() || !add(queries, table, from.get().sql(), List.of())) {
			return warn(table);
		}
		Object[] arguments = from.get().arguments().toArray();
		return queries.stream()
			.map((query) -> new PreparatoryStatement(SqlText.of(query, arguments), PreparatoryStatement.NO_ROWS,
					this::failed, limit))
			.toList();
	}

	/**
	 * Others may have changed tables since the keys were looked up.
	 */
	private void failed(SQLException ex) throws SQLException {
		if (String.valueOf(ex.getMessage()).contains("does not exist")) {
			logger.debug("Foreign keys have changed meanwhile", ex);
			this.age.changed();
		}
		else {
			lockFailed(ex);
		}
	}

	/**
	 * Add the query that locks rows of a table, and those for the rows that are deleted
	 * with them.
	 * @param from {@code FROM t WHERE …}
	 * @param above the tables from which these rows are deleted
	 * @return whether all of them are known
	 */
	private boolean add(List<String> queries, TableName table, String from, List<TableName> above) {
		if (above.contains(table) || queries.size() == MOST_TABLES) {
			return false;
		}
		queries.add("SELECT count(*) " + from + " FOR UPDATE");
		List<TableName> path = new ArrayList<>(above);
		path.add(table);
		for (CascadingKey key : keys().getOrDefault(ReferencedTables.key(table), List.of())) {
			TableName child = key.table().orElse(null);
			if (child == null) {
				return false;
			}
			String rows = "FROM " + child.quoted() + " WHERE " + key.columns() + " IN (SELECT "
					+ key.referencedColumns() + ' ' + from + ')';
			if (key.setsNull) {
				queries.add("SELECT count(*) " + rows + " FOR UPDATE");
			}
			else if (!add(queries, child, rows, path)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Warn once of a statement before which nothing is locked.
	 * @param table its table with the database, or {@code null} if it is not certain
	 */
	List<PreparatoryStatement> warn(@Nullable TableName table) {
		if (this.warned.add((table != null) ? ReferencedTables.key(table) : "")) {
			logger.warn("A DELETE from " + ((table != null) ? table : "several tables")
					+ " may leave rows without the row that they reference, where others change them at the same time: "
					+ "the server deletes or changes them by ON DELETE CASCADE or SET NULL without locking them as it should, and it is "
					+ "not known here which ones these are. Delete them before, or lock them with SELECT … FOR UPDATE, in the same transaction; "
					+ "docs/transactions.md tells which statements are safe");
		}
		return Preparation.NONE;
	}

	/**
	 * Go on without a lock that cannot be had for another reason than that others have
	 * it: what is wrong with the statement itself the server tells of that statement. It
	 * is warned of once.
	 */
	void lockFailed(SQLException ex) throws SQLException {
		switch (MatrixOneError.of(ex)) {
			case UNKNOWN_COLUMN, UNKNOWN_DATABASE, UNKNOWN_TABLE, NO_SUCH_TABLE ->
				logger.debug("A statement has no lock before it", ex);
			case MISSING_PRIVILEGE, PARSE_ERROR, UNKNOWN_OBJECT -> {
				if (this.warnedOfLock.compareAndSet(false, true)) {
					logger.warn("Rows could not be locked before they are changed; docs/transactions.md tells why they "
							+ "are. A user needs SELECT on the tables that are changed, and on those that are deleted from "
							+ "by ON DELETE CASCADE", ex);
				}
			}
			default -> throw ex;
		}
	}

	/**
	 * Take note of a statement that may change foreign keys.
	 */
	void changed() {
		this.age.changed();
	}

	private Map<String, List<CascadingKey>> keys() {
		Keys last = this.keys;
		return (last != null) ? last.byReferenced : Map.of();
	}

	private static Map<String, List<CascadingKey>> read(Rows rows) {
		Map<List<@Nullable String>, CascadingKey> all = new LinkedHashMap<>();
		for (List<@Nullable String> row : rows.values()) {
			all.computeIfAbsent(row.subList(0, 3), (name) -> new CascadingKey(row)).add(row);
		}
		return all.values().stream().collect(Collectors.groupingBy((key) -> key.referenced));
	}

	private void requireMissingPrivilege(SQLException ex) throws SQLException {
		if (ex.getErrorCode() != MatrixOneError.INTERNAL.code()) {
			throw ex;
		}
		if (this.warnedOfPrivilege.compareAndSet(false, true)) {
			logger
				.warn("This user may not see foreign keys, so that rows which the server deletes by ON DELETE CASCADE "
						+ "are not locked before: grant SELECT on mo_catalog.mo_foreign_keys", ex);
		}
	}

	/**
	 * A foreign key that deletes rows, or changes them, with those that they reference.
	 */
	private static final class CascadingKey {

		private final String referenced;

		private final String database;

		private final String name;

		private final boolean setsNull;

		private final List<String> columns = new ArrayList<>();

		private final List<String> referencedColumns = new ArrayList<>();

		CascadingKey(List<@Nullable String> row) {
			this.database = String.valueOf(row.get(1));
			this.name = String.valueOf(row.get(2));
			this.setsNull = !"CASCADE".equals(row.get(7));
			this.referenced = (row.get(4) + "." + row.get(5)).toLowerCase(Locale.ROOT);
		}

		void add(List<@Nullable String> row) {
			this.columns.add(String.valueOf(row.get(3)));
			this.referencedColumns.add(String.valueOf(row.get(6)));
		}

		/**
		 * Return the table that has the key, unless its name is none that can be used.
		 */
		Optional<TableName> table() {
			try {
				return Optional.of(TableName.of(DatabaseName.of(this.database), this.name));
			}
			catch (RefusedNameException ex) {
				logger.debug("A foreign key is left alone", ex);
				return Optional.empty();
			}
		}

		String columns() {
			return (this.columns.size() > 1) ? '(' + quoted(this.columns) + ')' : quoted(this.columns);
		}

		String referencedColumns() {
			return quoted(this.referencedColumns);
		}

		private static String quoted(List<String> columns) {
			return columns.stream().map((column) -> ColumnName.of(column).quoted()).collect(Collectors.joining(", "));
		}

	}

	private record Keys(Map<String, List<CascadingKey>> byReferenced, long askedAt) {

	}

}
