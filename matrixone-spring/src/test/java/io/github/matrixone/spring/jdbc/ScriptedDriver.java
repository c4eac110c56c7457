package io.github.matrixone.spring.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.AbstractDataSource;

import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;
import io.github.matrixone.spring.jdbc.connection.MatrixOneServer;

/**
 * A driver without a server: keeps what it is sent, and fails where it is told to.
 */
public class ScriptedDriver {

	static final String LEVEL = "SELECT @@session.transaction_isolation";

	/** The look at the tables that any other references. */
	public static final String REFERENCED = "SELECT DISTINCT refer_db_name, refer_table_name FROM mo_catalog.mo_foreign_keys";

	private static final String KEYS = "SELECT i.name, i.type";

	/** The look-ups of keys before a statement that locks rows, and the lock. */
	public static final Pattern LOCKS = Pattern
		.compile("SELECT (constraint_name, |i\\.name, i\\.type|count\\(\\*\\) FROM .* FOR UPDATE$).*", Pattern.DOTALL);

	/**
	 * All that was sent, apart from questions for the isolation level and
	 * {@link #REFERENCED}.
	 */
	public final List<String> sent = new ArrayList<>();

	/** The keys of all tables: name, type, column and its type. */
	public List<List<Object>> keys = List.of(List.of("PRIMARY", "PRIMARY", "id", "INT"));

	/** Whether that includes what locks rows before a statement. */
	public boolean showsLocks;

	public final Map<String, SQLException> failures = new HashMap<>();

	private final Map<String, SQLException> nextFailures = new HashMap<>();

	/** What to do before a text is sent. */
	public final Map<String, Runnable> before = new HashMap<>();

	public final Map<String, List<List<Object>>> results = new HashMap<>();

	/** How many rows statements change that do not change one. */
	public final Map<String, Integer> counts = new HashMap<>();

	/** The names of the columns of results, where they matter. */
	public final Map<String, List<String>> columns = new HashMap<>();

	/** How many seconds each text was given that was sent last, 0 for no limit. */
	final Map<String, Integer> limits = new HashMap<>();

	String version = "8.0.30-MatrixOne-v4.2.0";

	boolean autoCommit = true;

	boolean aborted;

	int failuresSeen;

	boolean closed;

	private int open;

	String catalog = "shop";

	public ScriptedDriver() {
		this.results.put(LEVEL, List.of(List.of("READ-COMMITTED")));
	}

	/**
	 * Fail the next time that a text is sent.
	 */
	public void failNext(String sql, SQLException failure) {
		this.nextFailures.put(sql, failure);
	}

	public DataSource dataSource() {
		return new AbstractDataSource() {

			@Override
			public Connection getConnection() {
				ScriptedDriver.this.closed = false;
				ScriptedDriver.this.open++;
				return connection();
			}

			@Override
			public Connection getConnection(String username, String password) {
				return getConnection();
			}

		};
	}

	/**
	 * Makes connections of this driver those of MatrixOne.
	 */
	public final MatrixOneConnections connections = new MatrixOneConnections() {

		@Override
		protected boolean isMatrixOne(Connection connection) throws SQLException {
			return MatrixOneServer.isMatrixOne(connection);
		}

	};

	public MatrixOneDataSource matrixOne() {
		return new MatrixOneDataSource(dataSource(), this.connections);
	}

	private Connection connection() {
		return proxy(Connection.class, (proxy, method, args) -> switch (method.getName()) {
			case "createStatement" -> {
				requireOpen();
				yield statement(Statement.class, null);
			}
			case "prepareStatement" -> {
				requireOpen();
				yield statement(PreparedStatement.class, (String) args[0]);
			}
			case "getMetaData" -> proxy(DatabaseMetaData.class, (metaData, call, none) -> switch (call.getName()) {
				case "getDatabaseProductVersion" -> this.version;
				case "getDatabaseProductName" -> "MySQL";
				case "getURL" -> "jdbc:mysql://scripted/shop";
				case "supportsSavepoints" -> true;
				default -> throw new UnsupportedOperationException(call.getName());
			});
			case "getAutoCommit" -> this.autoCommit;
			case "setAutoCommit" -> send("setAutoCommit(" + args[0] + ")");
			case "commit" -> send("commit()");
			case "rollback" -> send("rollback()");
			case "setReadOnly", "setTransactionIsolation" -> send(method.getName() + "(" + args[0] + ")");
			case "getCatalog" -> this.catalog;
			case "getSchema" -> null;
			case "clearWarnings" -> null;
			case "setCatalog" -> send("setCatalog(" + args[0] + ")");
			case "isClosed" -> this.closed;
			case "isWrapperFor" -> {
				if (this.failures.containsKey("isWrapperFor()")) {
					throw this.failures.get("isWrapperFor()");
				}
				yield false;
			}
			case "abort" -> {
				this.aborted = true;
				this.closed = true;
				yield null;
			}
			case "close" -> {
				this.open--;
				this.closed = this.open == 0;
				yield null;
			}
			default -> throw new UnsupportedOperationException(method.getName());
		});
	}

	private void requireOpen() throws SQLException {
		if (this.closed) {
			this.failuresSeen++;
			throw new SQLException("closed", "08003");
		}
	}

	private <T extends Statement> T statement(Class<T> type, String prepared) {
		List<String> batch = new ArrayList<>();
		String[] sql = new String[1];
		int[] timeout = new int[1];
		return proxy(type, (proxy, method, args) -> switch (method.getName()) {
			case "execute" -> {
				sql[0] = (args != null) ? (String) args[0] : prepared;
				this.limits.put(sql[0], timeout[0]);
				send(sql[0]);
				yield this.results.containsKey(sql[0]) || sql[0].startsWith(KEYS);
			}
			case "getResultSet" -> resultSet(sql[0]);
			case "executeUpdate" -> {
				String text = (args != null) ? (String) args[0] : prepared;
				this.limits.put(text, timeout[0]);
				send(text);
				yield this.counts.getOrDefault(text, 1);
			}
			case "executeQuery" -> {
				sql[0] = (args != null) ? (String) args[0] : prepared;
				this.limits.put(sql[0], timeout[0]);
				send(sql[0]);
				yield resultSet(sql[0]);
			}
			case "setString", "setInt", "setLong", "setObject", "setFetchSize" -> null;
			case "setQueryTimeout" -> {
				timeout[0] = (Integer) args[0];
				yield null;
			}
			case "getQueryTimeout" -> timeout[0];
			case "clearBatch" -> {
				batch.clear();
				yield null;
			}
			case "addBatch" -> batch.add((args != null) ? (String) args[0] : prepared);
			case "executeBatch" -> {
				for (String each : batch) {
					send(each);
				}
				yield new int[batch.size()];
			}
			case "close" -> null;
			default -> throw new UnsupportedOperationException(method.getName());
		});
	}

	private ResultSet resultSet(String sql) {
		List<List<Object>> rows = this.results.getOrDefault(sql, sql.startsWith(KEYS) ? this.keys : List.of());
		List<String> columns = this.columns.getOrDefault(sql, List.of());
		Iterator<List<Object>> remaining = rows.iterator();
		List<Object> row = new ArrayList<>();
		return proxy(ResultSet.class, (proxy, method, args) -> switch (method.getName()) {
			case "next" -> {
				boolean next = remaining.hasNext();
				if (next) {
					row.clear();
					row.addAll(remaining.next());
				}
				yield next;
			}
			case "getInt" -> row.get((Integer) args[0] - 1);
			case "getObject", "getBoolean" -> row.get(columns.indexOf((String) args[0]));
			case "getString" ->
				(row.get((Integer) args[0] - 1) != null) ? row.get((Integer) args[0] - 1).toString() : null;
			case "getMetaData" -> metaData(rows.isEmpty() ? 0 : rows.get(0).size(), columns);
			case "close" -> null;
			default -> throw new UnsupportedOperationException(method.getName());
		});
	}

	private static ResultSetMetaData metaData(int count, List<String> columns) {
		return proxy(ResultSetMetaData.class, (proxy, method, args) -> switch (method.getName()) {
			case "getColumnCount" -> count;
			case "getColumnLabel" -> columns.isEmpty() ? "column" + args[0] : columns.get((Integer) args[0] - 1);
			default -> throw new UnsupportedOperationException(method.getName());
		});
	}

	private Object send(String sql) throws SQLException {
		this.before.getOrDefault(sql, () -> {
		}).run();
		if (!Set.of(LEVEL, REFERENCED).contains(sql) && (this.showsLocks || !LOCKS.matcher(sql).matches())) {
			this.sent.add(sql);
		}
		SQLException failure = this.nextFailures.containsKey(sql) ? this.nextFailures.remove(sql)
				: this.failures.get(sql);
		if (failure != null) {
			throw failure;
		}
		return null;
	}

	private static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

}
