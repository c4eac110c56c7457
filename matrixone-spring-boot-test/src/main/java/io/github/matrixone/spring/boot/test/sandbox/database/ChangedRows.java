package io.github.matrixone.spring.boot.test.sandbox.database;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ColumnMapRowMapper;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.StatementCallback;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.util.LinkedCaseInsensitiveMap;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.boot.test.sandbox.TableChanges;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.jdbc.connection.MatrixOneServer;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Finds the rows that have changed since a sandbox began.
 */
public final class ChangedRows {

	private static final String TABLES = """
			SELECT lower(table_name) FROM information_schema.tables
			WHERE lower(table_schema) = lower(?) AND table_type = 'BASE TABLE'""";

	private static final String IDENTITY = """
			SELECT rel_id FROM mo_catalog.mo_tables %s
			WHERE account_id = current_account_id() AND reldatabase = ? AND relname = ?""";

	private static final ColumnMapRowMapper ROW = new ColumnMapRowMapper();

	private final ApplicationContext context;

	private final Function<Supplier<TableChanges>, TableChanges> allowingAll;

	/**
	 * Create it.
	 * @param context the application's, with its data source
	 * @param allowingAll does something that may name each database
	 */
	public ChangedRows(ApplicationContext context, Function<Supplier<TableChanges>, TableChanges> allowingAll) {
		this.context = context;
		this.allowingAll = allowingAll;
	}

	/**
	 * Ask the server for the changes, which it knows only of what is committed.
	 */
	TableChanges onServer(JdbcTemplate jdbc, OpenSandbox sandbox, String base, String table) {
		if (hasWritten() || !tables(jdbc, base).contains(normalized(table)) || wasEmptied(jdbc, sandbox, base, table)) {
			return compared(sandbox, base, table);
		}
		String name = TableName.of(sandbox.database(), table).quoted();
		String sql = "DATA BRANCH DIFF " + name + " AGAINST " + name + " {MO_TS = " + sandbox.since() + '}';
		Map<String, List<Map<String, @Nullable Object>>> rows = new LinkedHashMap<>();
		List.of("INSERT", "UPDATE", "DELETE").forEach((flag) -> rows.put(flag, new ArrayList<>()));
		try {
			jdbc.execute((StatementCallback<Boolean>) (statement) -> {
				statement.execute(sql);
				try (ResultSet result = statement.getResultSet()) {
					while (result.next()) {
						addTo(rows, result);
					}
				}
				return true;
			});
		}
		catch (DataAccessException ex) {
			throw new SandboxException("The changes of table " + table + " could not be found: " + ex.getMessage(), ex);
		}
		return new TableChanges(table, rows(rows, "INSERT"), rows(rows, "UPDATE"), rows(rows, "DELETE"));
	}

	/**
	 * Return whether a table was dropped, or the server has made it anew, as it does for
	 * a {@code TRUNCATE} and for a {@code DELETE} without {@code WHERE}: a diff would
	 * tell the rows that are gone as added (v4.2.0 and newer, no issue known).
	 */
	private static boolean wasEmptied(JdbcTemplate jdbc, OpenSandbox sandbox, String base, String table) {
		List<String> now = identity(jdbc, sandbox, table, "");
		return now.isEmpty() || !now.equals(identity(jdbc, sandbox, table, "{MO_TS = " + sandbox.since() + '}'))
				&& columns(jdbc, TableName.of(sandbox.database(), table).quoted())
					.equals(columns(jdbc, TableName.of(base, table).quoted()));
	}

	private static List<String> identity(JdbcTemplate jdbc, OpenSandbox sandbox, String table, String hint) {
		return jdbc.queryForList(IDENTITY.formatted(hint), String.class, sandbox.database(), normalized(table));
	}

	/**
	 * Compare a table with that of the base, as the current transaction sees it.
	 */
	TableChanges compared(OpenSandbox sandbox, String base, String table) {
		hasWritten();
		return this.allowingAll.apply(() -> {
			JdbcTemplate jdbc = new JdbcTemplate(this.context.getBean(DataSource.class));
			String now = TableName.of(sandbox.database(), table).quoted();
			String before = TableName.of(base, table).quoted();
			boolean isThere = tables(jdbc, sandbox.database()).contains(normalized(table));
			boolean wasThere = tables(jdbc, base).contains(normalized(table));
			if (!isThere && !wasThere) {
				throw new SandboxException("There is no table " + table + " in " + sandbox.database());
			}
			if (!wasThere || !isThere) {
				List<Map<String, @Nullable Object>> rows = jdbc.query("SELECT * FROM " + (isThere ? now : before), ROW);
				return new TableChanges(table, isThere ? rows : List.of(), List.of(), isThere ? List.of() : rows);
			}
			List<String> key = primaryKey(jdbc, base, table);
			if (key.isEmpty()) {
				return counted(jdbc, table, now, before);
			}
			return changes(table, key, jdbc.query("SELECT * FROM " + now + " EXCEPT SELECT * FROM " + before, ROW),
					jdbc.query("SELECT * FROM " + before + " EXCEPT SELECT * FROM " + now, ROW));
		});
	}

	/**
	 * Count how often each row is there. It has no key, so that none is an updated one.
	 */
	private static TableChanges counted(JdbcTemplate jdbc, String table, String now, String before) {
		List<String> columns = columns(jdbc, now);
		String places = IntStream.range(0, columns.size()).mapToObj((i) -> ", c" + i).collect(Collectors.joining());
		String values = IntStream.range(0, columns.size())
			.mapToObj((i) -> ", " + ColumnName.of(columns.get(i)).quoted() + " AS c" + i)
			.collect(Collectors.joining());
		List<Map<String, @Nullable Object>> inserted = new ArrayList<>();
		List<Map<String, @Nullable Object>> deleted = new ArrayList<>();
		try {
			jdbc.query("SELECT sum(n)" + places + " FROM (SELECT 1 AS n" + values + " FROM " + now
					+ " UNION ALL SELECT -1 AS n" + values + " FROM " + before + ") r GROUP BY " + places.substring(2)
					+ " HAVING sum(n) <> 0", (result) -> {
						Map<String, @Nullable Object> row = new LinkedCaseInsensitiveMap<>();
						for (int i = 0; i < columns.size(); i++) {
							row.put(columns.get(i), JdbcUtils.getResultSetValue(result, i + 2));
						}
						long more = result.getLong(1);
						((more > 0) ? inserted : deleted).addAll(Collections.nCopies((int) Math.abs(more), row));
					});
		}
		catch (DataAccessException ex) {
			throw new SandboxException("The changes of table " + table
					+ ", which has no primary key, could not be found: " + ex.getMessage(), ex);
		}
		return new TableChanges(table, inserted, List.of(), deleted);
	}

	private static List<String> columns(JdbcTemplate jdbc, String quoted) {
		List<String> columns = jdbc.query("SELECT * FROM " + quoted + " WHERE 1 = 0", (result) -> {
			List<String> names = new ArrayList<>();
			for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
				names.add(JdbcUtils.lookupColumnName(result.getMetaData(), i));
			}
			return names;
		});
		return Objects.requireNonNull(columns);
	}

	/**
	 * Find the tables that have changed. Those that the current transaction has made or
	 * dropped are seen by itself only.
	 */
	Set<String> changedTables(JdbcTemplate jdbc, OpenSandbox sandbox, String base, Predicate<String> changed) {
		Set<String> before = tables(jdbc, base);
		Set<String> now = tables(hasWritten() ? new JdbcTemplate(this.context.getBean(DataSource.class)) : jdbc,
				sandbox.database());
		Set<String> found = new TreeSet<>();
		for (String table : before) {
			if (!now.contains(table) || changed.test(table)) {
				found.add(table);
			}
		}
		now.stream().filter((table) -> !before.contains(table)).forEach(found::add);
		return found;
	}

	private static TableChanges changes(String table, List<String> key, List<Map<String, @Nullable Object>> now,
			List<Map<String, @Nullable Object>> before) {
		Map<List<@Nullable Object>, Map<String, @Nullable Object>> old = byKey(key, before);
		Map<List<@Nullable Object>, Map<String, @Nullable Object>> present = byKey(key, now);
		Map<List<@Nullable Object>, Map<String, @Nullable Object>> deleted = new LinkedHashMap<>(old);
		deleted.keySet().removeAll(present.keySet());
		Map<List<@Nullable Object>, Map<String, @Nullable Object>> updated = new LinkedHashMap<>(present);
		updated.keySet().retainAll(old.keySet());
		present.keySet().removeAll(old.keySet());
		return new TableChanges(table, List.copyOf(present.values()), List.copyOf(updated.values()),
				List.copyOf(deleted.values()));
	}

	/**
	 * Add a row of a diff: the table's name, what has become of the row, and the row.
	 */
	private static void addTo(Map<String, List<Map<String, @Nullable Object>>> rows, ResultSet diff)
			throws SQLException {
		List<Map<String, @Nullable Object>> found = rows.get(diff.getString(2));
		if (found == null) {
			throw new SandboxException("The server tells of a change that is not known: " + diff.getString(2));
		}
		Map<String, @Nullable Object> row = new LinkedCaseInsensitiveMap<>();
		for (int i = 3; i <= diff.getMetaData().getColumnCount(); i++) {
			row.put(JdbcUtils.lookupColumnName(diff.getMetaData(), i), JdbcUtils.getResultSetValue(diff, i));
		}
		found.add(row);
	}

	/**
	 * Rows come as often as there are processors: that is what {@code EXCEPT} does with
	 * tables that are read by several threads, those of more than 100,000 rows or so
	 * (v4.2.0 and newer, no issue known).
	 */
	private static Map<List<@Nullable Object>, Map<String, @Nullable Object>> byKey(List<String> key,
			List<Map<String, @Nullable Object>> rows) {
		Map<List<@Nullable Object>, Map<String, @Nullable Object>> byKey = new LinkedHashMap<>();
		rows.forEach((row) -> byKey.put(key(key, row), row));
		return byKey;
	}

	private static List<@Nullable Object> key(List<String> key, Map<String, @Nullable Object> row) {
		List<@Nullable Object> values = new ArrayList<>();
		key.stream()
			.map(row::get)
			.forEach((value) -> values.add((value instanceof byte[] bytes) ? ByteBuffer.wrap(bytes) : value));
		return values;
	}

	/**
	 * Return whether the current transaction has written. What JPA holds back is written
	 * by that.
	 */
	private boolean hasWritten() {
		CommandExecutor executor = this.context.getBeanProvider(CommandExecutor.class).getIfAvailable();
		CurrentTransaction transaction = (executor != null) ? executor.currentTransaction() : null;
		return transaction != null && transaction.activity().hasWritten();
	}

	private static Set<String> tables(JdbcTemplate jdbc, String database) {
		return new TreeSet<>(jdbc.queryForList(TABLES, String.class, database));
	}

	private static List<String> primaryKey(JdbcTemplate jdbc, String database, String table) {
		List<String> columns = jdbc.execute(
				(ConnectionCallback<List<String>>) (connection) -> primaryKey(connection, database, normalized(table)));
		return Objects.requireNonNull(columns);
	}

	private static List<String> primaryKey(Connection connection, String database, String table) throws SQLException {
		boolean server = MatrixOneServer.isMatrixOne(connection);
		DatabaseMetaData metaData = connection.getMetaData();
		List<String> columns = new ArrayList<>();
		try (ResultSet keys = metaData.getPrimaryKeys(server ? database : null, server ? null : database, table)) {
			while (keys.next()) {
				columns.add(keys.getString("COLUMN_NAME"));
			}
		}
		return columns;
	}

	private static List<Map<String, @Nullable Object>> rows(Map<String, List<Map<String, @Nullable Object>>> rows,
			String flag) {
		return Objects.requireNonNull(rows.get(flag));
	}

	private static String normalized(String table) {
		return TableName.of(table).normalizedName();
	}

}
