package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.sql.TableName;

/**
 * Which other tables a table's foreign keys reference. What was looked up is kept for a
 * minute, and until a statement is sent that may change it. Thread-safe.
 */
final class ReferencedTables {

	private static final Log logger = LogFactory.getLog(ReferencedTables.class);

	private static final String REFERENCED = """
			SELECT refer_db_name, refer_table_name, column_name, refer_column_name
			FROM mo_catalog.mo_foreign_keys
			WHERE lower(db_name) = ? AND lower(table_name) = ?""";

	private static final SqlText ALL_REFERENCED = SqlText
		.of("SELECT DISTINCT refer_db_name, refer_table_name FROM mo_catalog.mo_foreign_keys");

	private final CatalogAge age = new CatalogAge();

	private final Map<TableName, Entry> entries = new ConcurrentHashMap<>();

	private final Map<TableName, List<Reference>> references = new ConcurrentHashMap<>();

	private final AtomicBoolean warned = new AtomicBoolean();

	private volatile @Nullable Entry all;

	/**
	 * Return what must be sent to know the tables that a table references.
	 * @param table the table, with its database
	 */
	Optional<PreparatoryStatement> lookUp(TableName table) {
		Entry entry = this.entries.get(table);
		if (entry != null && this.age.isFresh(entry.askedAt)) {
			return Optional.empty();
		}
		long now = System.nanoTime();
		SqlText query = SqlText.of(REFERENCED, Objects.requireNonNull(table.database()).normalized(),
				table.normalizedName());
		return Optional.of(new PreparatoryStatement(query, (rows) -> {
			Set<String> referenced = keys(rows);
			referenced.remove(key(table));
			this.entries.put(table, new Entry(Optional.of(referenced), now));
			this.references.put(table, references(rows));
		}, (ex) -> {
			notRead(ex);
			this.entries.put(table, new Entry(Optional.empty(), now));
		}));
	}

	/**
	 * Return what must be sent to know the tables that any table references.
	 */
	Optional<PreparatoryStatement> lookUpAll() {
		Entry entry = this.all;
		if (entry != null && this.age.isFresh(entry.askedAt)) {
			return Optional.empty();
		}
		long now = System.nanoTime();
		return Optional.of(new PreparatoryStatement(ALL_REFERENCED,
				(rows) -> this.all = new Entry(Optional.of(keys(rows)), now), (ex) -> {
					notRead(ex);
					this.all = new Entry(Optional.empty(), now);
				}));
	}

	/**
	 * Return the tables that any table references, each as its {@linkplain #key key}.
	 * @return the tables, or nothing if foreign keys cannot be read
	 */
	Optional<Set<String>> all() {
		Entry entry = this.all;
		return (entry != null) ? entry.referenced : Optional.empty();
	}

	/**
	 * Return whether rows of a table may be locked by several transactions at once, as
	 * those that insert rows which reference them do.
	 * @param table the table, with its database
	 * @return whether any table references it, or that is not known
	 */
	boolean mayBeShared(TableName table) {
		Entry entry = this.all;
		return entry == null || entry.isAnyOf(table);
	}

	/**
	 * Return the tables that a table references, each as its {@linkplain #key key}.
	 * @param table the table, with its database
	 * @return the tables, or nothing if they are not known or the user may not see
	 * foreign keys
	 */
	Optional<Set<String>> of(TableName table) {
		Entry entry = this.entries.get(table);
		return (entry != null) ? entry.referenced : Optional.empty();
	}

	/**
	 * Return the columns of a table that reference another one, as far as they are known.
	 * @param table the table, with its database
	 */
	List<Reference> references(TableName table) {
		return this.references.getOrDefault(table, List.of());
	}

	/**
	 * Take note of a statement that may have changed foreign keys.
	 */
	void changed() {
		this.age.changed();
	}

	/**
	 * Return a table's name as the server stores it.
	 */
	static String key(TableName table) {
		return Objects.requireNonNull(table.database()).normalized() + '.' + table.normalizedName();
	}

	private static Set<String> keys(Rows rows) {
		Set<String> referenced = new HashSet<>();
		for (List<@Nullable String> row : rows.values()) {
			referenced.add((row.get(0) + '.' + row.get(1)).toLowerCase(Locale.ROOT));
		}
		return referenced;
	}

	private static List<Reference> references(Rows rows) {
		return rows.values()
			.stream()
			.map((row) -> new Reference(String.valueOf(row.get(0)), String.valueOf(row.get(1)),
					String.valueOf(row.get(2)), String.valueOf(row.get(3))))
			.toList();
	}

	/**
	 * Warn once of foreign keys that cannot be read, and throw any other error.
	 */
	private void notRead(SQLException ex) throws SQLException {
		switch (MatrixOneError.of(ex)) {
			case INTERNAL, MISSING_PRIVILEGE, NO_SUCH_TABLE, PARSE_ERROR, UNKNOWN_COLUMN, UNKNOWN_DATABASE,
					UNKNOWN_OBJECT, UNKNOWN_TABLE -> {
				if (this.warned.compareAndSet(false, true)) {
					logger.warn("Foreign keys cannot be read, so that any table may be referenced by any other, and "
							+ "transactions take turns and lock rows more often than they have to: grant SELECT on "
							+ "mo_catalog.mo_foreign_keys", ex);
				}
			}
			default -> throw ex;
		}
	}

	/**
	 * A column that references another one.
	 *
	 * @param database the database of the referenced table
	 * @param table the referenced table
	 * @param column the column
	 * @param referencedColumn the referenced column
	 */
	record Reference(String database, String table, String column, String referencedColumn) {

		/**
		 * Return the referenced table as its {@linkplain ReferencedTables#key key}.
		 */
		String key() {
			return (this.database + '.' + this.table).toLowerCase(Locale.ROOT);
		}

	}

	private record Entry(Optional<Set<String>> referenced, long askedAt, Map<TableName, Boolean> asked) {

		private Entry(Optional<Set<String>> referenced, long askedAt) {
			this(referenced, askedAt, new ConcurrentHashMap<>());
		}

		private boolean isAnyOf(TableName table) {
			return this.asked.computeIfAbsent(table,
					(any) -> this.referenced.isEmpty() || this.referenced.get().contains(key(any)));
		}

	}

}
