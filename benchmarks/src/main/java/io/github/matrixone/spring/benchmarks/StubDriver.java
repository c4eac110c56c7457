package io.github.matrixone.spring.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;

import javax.sql.DataSource;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.StubMethod;
import net.bytebuddy.matcher.ElementMatchers;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * A driver that sends nothing and counts what it is asked to send. Its classes leave out
 * most methods of JDBC: these are added at run time, as methods that do nothing.
 */
final class StubDriver {

	private final Connection connection;

	private long statements;

	private long begins;

	private long commits;

	StubDriver() {
		ResultSet rows = create(StubResultSet.class);
		Statement statement = create(StubStatement.class, this);
		PreparedStatement prepared = create(StubPreparedStatement.class, this, rows);
		this.connection = create(StubConnection.class, this, statement, prepared, create(StubMetaData.class));
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
	 * Return how many statements were executed, without those that begin and end
	 * transactions.
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

		private final DatabaseMetaData metaData;

		private boolean autoCommit = true;

		StubConnection(StubDriver driver, Statement statement, PreparedStatement prepared, DatabaseMetaData metaData) {
			this.driver = driver;
			this.statement = statement;
			this.prepared = prepared;
			this.metaData = metaData;
		}

		@Override
		public Statement createStatement() {
			return this.statement;
		}

		@Override
		public PreparedStatement prepareStatement(String sql) {
			return this.prepared;
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
				default -> this.driver.statements++;
			}
			return false;
		}

	}

	abstract static class StubPreparedStatement implements PreparedStatement {

		private final StubDriver driver;

		private final ResultSet rows;

		StubPreparedStatement(StubDriver driver, ResultSet rows) {
			this.driver = driver;
			this.rows = rows;
		}

		@Override
		public ResultSet executeQuery() {
			this.driver.statements++;
			return this.rows;
		}

		@Override
		public int executeUpdate() {
			this.driver.statements++;
			return 1;
		}

	}

	abstract static class StubResultSet implements ResultSet {

		@Override
		public boolean next() {
			return true;
		}

		@Override
		public long getLong(int column) {
			return 1;
		}

	}

	abstract static class StubMetaData implements DatabaseMetaData {

		@Override
		public String getDatabaseProductVersion() {
			return "8.0.30-MatrixOne-stub";
		}

	}

}
