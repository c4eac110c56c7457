package io.github.matrixone.spring.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.util.List;

import javax.sql.DataSource;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.StubMethod;
import net.bytebuddy.matcher.ElementMatchers;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * A driver that sends nothing, counts what it is asked to send, and answers a query with
 * as many rows as it is told to. Its classes leave out most methods of JDBC: these are
 * added at run time, as methods that do nothing.
 */
final class StubDriver {

	private final Connection connection;

	private long statements;

	private long begins;

	private long commits;

	private long parameters;

	private long parameterSum;

	private long entries;

	private long rowsRead;

	private long columnsRead;

	private int size = 1;

	StubDriver() {
		StubResultSet rows = create(StubResultSet.class, this);
		Statement statement = create(StubStatement.class, this);
		PreparedStatement prepared = create(StubPreparedStatement.class, this, rows);
		PreparedStatement keys = create(StubKeyStatement.class);
		this.connection = create(StubConnection.class, this, statement, prepared, keys, create(StubMetaData.class));
	}

	/**
	 * Return a data source whose connections are all the same one.
	 */
	DataSource dataSource() {
		return new AbstractDataSource() {

			@Override
			public Connection getConnection() {
				return StubDriver.this.connection;
			}

			@Override
			public Connection getConnection(String username, String password) {
				return getConnection();
			}

		};
	}

	/**
	 * Set how many rows each query has. It is one otherwise.
	 */
	void setSize(int size) {
		this.size = size;
	}

	/**
	 * Return how many statements were executed, without those that begin and end
	 * transactions or look something up in the catalog.
	 */
	long statements() {
		return this.statements;
	}

	/**
	 * Return how often a transaction has begun, by {@code BEGIN} or
	 * {@code setAutoCommit(false)}.
	 */
	long begins() {
		return this.begins;
	}

	/**
	 * Return how often a transaction was committed, by {@code COMMIT} or
	 * {@code commit()}.
	 */
	long commits() {
		return this.commits;
	}

	/**
	 * Return how many parameters were bound.
	 */
	long parameters() {
		return this.parameters;
	}

	/**
	 * Return the sum of all parameters.
	 */
	long parameterSum() {
		return this.parameterSum;
	}

	/**
	 * Return how many entries of batches were executed.
	 */
	long entries() {
		return this.entries;
	}

	/**
	 * Return how many rows were read.
	 */
	long rowsRead() {
		return this.rowsRead;
	}

	/**
	 * Return how many values of rows were read.
	 */
	long columnsRead() {
		return this.columnsRead;
	}

	private static <T> T create(Class<T> type, Object... arguments) {
		Class<? extends T> complete = new ByteBuddy().subclass(type)
			.method(ElementMatchers.isAbstract())
			.intercept(StubMethod.INSTANCE)
			.make()
			.load(type.getClassLoader(), ClassLoadingStrategy.UsingLookup.of(MethodHandles.lookup()))
			.getLoaded();
		try {
			Constructor<?> constructor = complete.getDeclaredConstructors()[0];
			return type.cast(constructor.newInstance(arguments));
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	abstract static class StubConnection implements Connection {

		private final StubDriver driver;

		private final Statement statement;

		private final PreparedStatement prepared;

		private final PreparedStatement keys;

		private final DatabaseMetaData metaData;

		private boolean autoCommit = true;

		StubConnection(StubDriver driver, Statement statement, PreparedStatement prepared, PreparedStatement keys,
				DatabaseMetaData metaData) {
			this.driver = driver;
			this.statement = statement;
			this.prepared = prepared;
			this.keys = keys;
			this.metaData = metaData;
		}

		@Override
		public Statement createStatement() {
			return this.statement;
		}

		@Override
		public PreparedStatement prepareStatement(String sql) {
			return sql.contains("mo_catalog.mo_indexes") ? this.keys : this.prepared;
		}

		@Override
		public boolean getAutoCommit() {
			return this.autoCommit;
		}

		@Override
		public void setAutoCommit(boolean autoCommit) {
			this.autoCommit = autoCommit;
			this.driver.begins += autoCommit ? 0 : 1;
		}

		@Override
		public void commit() {
			this.driver.commits++;
		}

		@Override
		public DatabaseMetaData getMetaData() {
			return this.metaData;
		}

		@Override
		public boolean isValid(int timeout) {
			return true;
		}

		@Override
		public String getCatalog() {
			return "test";
		}

	}

	abstract static class StubStatement implements Statement {

		private final StubDriver driver;

		StubStatement(StubDriver driver) {
			this.driver = driver;
		}

		@Override
		public boolean execute(String sql) {
			switch (sql) {
				case "BEGIN" -> this.driver.begins++;
				case "COMMIT" -> this.driver.commits++;
				default -> this.driver.statements += sql.contains("mo_catalog.") ? 0 : 1;
			}
			return false;
		}

		@Override
		public int executeUpdate(String sql) {
			this.driver.statements++;
			return 1;
		}

	}

	abstract static class StubPreparedStatement implements PreparedStatement {

		private final StubDriver driver;

		private final StubResultSet rows;

		private int batch;

		StubPreparedStatement(StubDriver driver, StubResultSet rows) {
			this.driver = driver;
			this.rows = rows;
		}

		@Override
		public void setLong(int index, long value) {
			this.driver.parameters++;
			this.driver.parameterSum += value;
		}

		@Override
		public ResultSet executeQuery() {
			this.driver.statements++;
			this.rows.row = 0;
			return this.rows;
		}

		@Override
		public int executeUpdate() {
			this.driver.statements++;
			return 1;
		}

		@Override
		public void addBatch() {
			this.batch++;
		}

		@Override
		public int[] executeBatch() {
			int[] counts = new int[this.batch];
			this.driver.statements++;
			this.driver.entries += this.batch;
			this.batch = 0;
			return counts;
		}

	}

	abstract static class StubResultSet implements ResultSet {

		private final StubDriver driver;

		private int row;

		StubResultSet(StubDriver driver) {
			this.driver = driver;
		}

		@Override
		public boolean next() {
			if (this.row == this.driver.size) {
				return false;
			}
			this.row++;
			this.driver.rowsRead++;
			return true;
		}

		@Override
		public long getLong(int column) {
			this.driver.columnsRead++;
			return this.row;
		}

		@Override
		public String getString(int column) {
			this.driver.columnsRead++;
			return "text";
		}

	}

	/**
	 * The look at a table's keys: {@code id} is the primary one.
	 */
	abstract static class StubKeyStatement implements PreparedStatement {

		@Override
		public boolean execute() {
			return true;
		}

		@Override
		public ResultSet getResultSet() {
			return create(StubKeys.class);
		}

	}

	abstract static class StubKeys implements ResultSet {

		private static final List<String> PRIMARY = List.of("PRIMARY", "PRIMARY", "id", "BIGINT");

		private boolean read;

		@Override
		public ResultSetMetaData getMetaData() {
			return create(StubKeyColumns.class);
		}

		@Override
		public boolean next() {
			boolean found = !this.read;
			this.read = true;
			return found;
		}

		@Override
		public String getString(int column) {
			return PRIMARY.get(column - 1);
		}

	}

	abstract static class StubKeyColumns implements ResultSetMetaData {

		@Override
		public int getColumnCount() {
			return StubKeys.PRIMARY.size();
		}

		@Override
		public String getColumnLabel(int column) {
			return "column" + column;
		}

	}

	abstract static class StubMetaData implements DatabaseMetaData {

		@Override
		public String getDatabaseProductVersion() {
			return "8.0.30-MatrixOne-stub";
		}

		@Override
		public String getURL() {
			return "jdbc:stub://localhost:6001/test";
		}

	}

}
