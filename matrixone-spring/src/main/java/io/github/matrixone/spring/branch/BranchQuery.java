package io.github.matrixone.spring.branch;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.RefusedNameException;
import io.github.matrixone.spring.sql.TableName;

/**
 * Query for branches in {@code mo_catalog.mo_branch_metadata}, the only place that knows
 * them. A table gets another identity when it is altered, which leaves an entry of its
 * own there: they are followed. Branches whose name is refused here, or that of their
 * parent, are left out: they may be of any other application on the account.
 */
final class BranchQuery {

	static final SqlText ALL = SqlText.of("""
			SELECT m.table_id, m.clone_ts, m.p_table_id, m.level, t.reldatabase, t.relname
			FROM mo_catalog.mo_branch_metadata m
			LEFT JOIN mo_catalog.mo_tables t ON t.rel_id = m.table_id AND t.account_id = current_account_id()
			UNION ALL
			SELECT t.rel_id, 0, 0, 'parent', t.reldatabase, t.relname FROM mo_catalog.mo_tables t
			WHERE t.account_id = current_account_id()
			AND t.rel_id IN (SELECT p_table_id FROM mo_catalog.mo_branch_metadata)""");

	private static final Log logger = LogFactory.getLog(BranchQuery.class);

	private static final long NANOS_PER_SECOND = 1_000_000_000L;

	private final Rows rows;

	/** The names of the tables that are there, by their identity. */
	private final Map<String, TableName> names = new HashMap<>();

	/** The tables whose names are refused, by their identity. */
	private final Set<String> refused = new HashSet<>();

	/** What the identity of a table has become when it was altered. */
	private final Map<String, String> altered = new HashMap<>();

	private BranchQuery(Rows rows) {
		this.rows = rows;
		for (int row = 0; row < rows.values().size(); row++) {
			String database = rows.get(row, "reldatabase");
			String table = rows.get(row, "relname");
			if (database != null && table != null) {
				name(text(row, "table_id"), database, table);
			}
			if (text(row, "level").startsWith("alter")) {
				this.altered.put(text(row, "p_table_id"), text(row, "table_id"));
			}
		}
	}

	/**
	 * Read the answer to {@link #ALL}.
	 */
	static List<Branch> read(Rows rows) {
		return List.copyOf(byFirstId(rows).values());
	}

	/**
	 * Read the answer to {@link #ALL}.
	 * @return the branches, each by the identity that it had when it was made
	 */
	static Map<String, Branch> byFirstId(Rows rows) {
		return new BranchQuery(rows).branches();
	}

	private void name(String id, String database, String table) {
		try {
			this.names.put(id, TableName.of(database, table));
		}
		catch (RefusedNameException ex) {
			logger.debug("Branches of this table are left out", ex);
			this.refused.add(id);
		}
	}

	private Map<String, Branch> branches() {
		Map<String, Branch> branches = new LinkedHashMap<>();
		for (int row = 0; row < this.rows.values().size(); row++) {
			String level = text(row, "level");
			String id = current(text(row, "table_id"));
			TableName table = this.names.get(id);
			boolean parentRefused = this.refused.contains(current(text(row, "p_table_id")));
			if (table != null && !parentRefused && (level.equals("table") || level.equals("database"))) {
				long nanoseconds = Long.parseLong(text(row, "clone_ts"));
				branches.put(text(row, "table_id"),
						new Branch(table, this.names.get(current(text(row, "p_table_id"))),
								Instant.ofEpochSecond(nanoseconds / NANOS_PER_SECOND, nanoseconds % NANOS_PER_SECOND),
								level.equals("database"), id, text(row, "p_table_id")));
			}
		}
		return branches;
	}

	private String current(String id) {
		String current = id;
		String next = this.altered.get(current);
		while (next != null) {
			current = next;
			next = this.altered.get(current);
		}
		return current;
	}

	private String text(int row, String column) {
		return Objects.requireNonNull(this.rows.get(row, column));
	}

	/**
	 * Find the tables of the branch of a database.
	 */
	static List<Branch> of(List<Branch> branches, DatabaseName database) {
		return branches.stream()
			.filter((branch) -> branch.ofDatabase() && database.equals(branch.table().database()))
			.toList();
	}

	/**
	 * Return a query for the tables of two databases.
	 */
	static SqlText tablesOf(DatabaseName one, DatabaseName other) {
		return SqlText.of(
				"SELECT table_schema, table_name FROM information_schema.tables "
						+ "WHERE lower(table_schema) IN (?, ?) AND table_type = 'BASE TABLE' ORDER BY table_name",
				one.normalized(), other.normalized());
	}

	/**
	 * Return a query that gives a row if a database has tables.
	 * @param hint names the point in time, or is empty for now
	 */
	static SqlText hasTables(DatabaseName database, String hint) {
		return SqlText.of(
				"SELECT 1 FROM mo_catalog.mo_tables " + hint
						+ " WHERE account_id = current_account_id() AND reldatabase = ? AND relkind = 'r' LIMIT 1",
				database.normalized());
	}

	/**
	 * Find a branch among others.
	 */
	static @Nullable Branch find(List<Branch> branches, TableName table) {
		return branches.stream().filter((branch) -> branch.table().equals(table)).findFirst().orElse(null);
	}

}
