package io.github.matrixone.spring.boot.autoconfigure.pool;

import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;

import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.pool.HikariPool;
import com.zaxxer.hikari.util.PropertyElf;
import com.zaxxer.hikari.util.UtilityElf;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.util.ReflectionUtils;

import io.github.matrixone.spring.jdbc.InitialStatements;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;
import io.github.matrixone.spring.jdbc.connection.MatrixOneServer;

/**
 * The seat of HikariCP: the driver, by the name of its class, so that the URL stays what
 * counts in copies of a configuration; or the data source that a pool was given. A pool
 * that its constructor has started already has the data source exchanged that it makes
 * itself, and opens its connections again.
 */
final class HikariSeat implements PoolSeat {

	private static final Log logger = LogFactory.getLog(HikariSeat.class);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

	private static final Duration PAUSE = Duration.ofMillis(1);

	private final List<MatrixOneDriver> drivers = new ArrayList<>();

	/** Pools that were started before. */
	private final Set<HikariDataSource> seen = Collections
		.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

	@Override
	public boolean take(DataSource dataSource, MatrixOneConnections connections) {
		if (!(dataSource instanceof HikariDataSource pool)) {
			return false;
		}
		// A mock of a pool has no properties.
		if (pool.getDataSourceProperties() == null || isTaken(pool) || !mayLeadToMatrixOne(pool)) {
			return true;
		}
		if (pool.getHikariPoolMXBean() instanceof HikariPool started) {
			exchange(pool, started, connections);
		}
		else if (pool.getDataSource() == null && pool.getDataSourceClassName() == null && pool.getJdbcUrl() != null) {
			pool.setExceptionOverride(new TransactionErrors(pool.getExceptionOverride()));
			seatDriver(pool, connections);
		}
		else {
			pool.setExceptionOverride(new TransactionErrors(pool.getExceptionOverride()));
			pool.setDataSource(seat(new Target(pool, pool.getDataSource()), pool, connections));
		}
		return true;
	}

	/**
	 * Another driver may have been named since.
	 */
	private static boolean isTaken(HikariDataSource pool) {
		return pool.getDataSource() instanceof MatrixOneDataSource
				|| (pool.getDataSourceProperties().containsKey(MatrixOneDriver.SEAT_PROPERTY)
						&& MatrixOneDriver.class.getName().equals(pool.getDriverClassName()));
	}

	private synchronized void seatDriver(HikariDataSource pool, MatrixOneConnections connections) {
		MatrixOneDriver driver = new MatrixOneDriver(
				new LazyDriver(pool.getDriverClassName(), Thread.currentThread().getContextClassLoader()), connections);
		driver.setInitialStatements(initialStatements(pool));
		this.drivers.add(driver);
		pool.addDataSourceProperty(MatrixOneDriver.SEAT_PROPERTY, driver.register());
		pool.setDriverClassName(MatrixOneDriver.class.getName());
	}

	private static InitialStatements initialStatements(HikariDataSource pool) {
		return () -> (pool.getConnectionInitSql() != null) ? List.of(pool.getConnectionInitSql()) : List.of();
	}

	private static MatrixOneDataSource seat(DataSource target, HikariDataSource pool,
			MatrixOneConnections connections) {
		MatrixOneDataSource seat = new MatrixOneDataSource(target, connections);
		seat.setInitialStatements(initialStatements(pool));
		return seat;
	}

	private static boolean mayLeadToMatrixOne(HikariDataSource pool) {
		if (pool.getDataSource() != null) {
			return !JdbcUrls.isOfOtherDatabase(pool.getDataSource().getClass().getName());
		}
		if (pool.getDataSourceClassName() != null) {
			return !JdbcUrls.isOfOtherDatabase(pool.getDataSourceClassName());
		}
		return pool.getDataSourceJNDI() != null || JdbcUrls.mayLeadToMatrixOne(pool.getJdbcUrl());
	}

	/**
	 * A pool that was started has a connection to look at: where it leads to no MatrixOne
	 * nothing is to be exchanged, and connections that were opened stay.
	 */
	private static boolean leadsElsewhere(HikariDataSource pool, HikariPool started) {
		if (started.getIdleConnections() == 0) {
			return false;
		}
		try (Connection connection = pool.getConnection()) {
			return !MatrixOneServer.isMatrixOne(connection);
		}
		catch (SQLException ex) {
			logger.debug("It cannot be seen where the pool " + pool.getPoolName() + " leads", ex);
			return false;
		}
	}

	private void exchange(HikariDataSource pool, HikariPool started, MatrixOneConnections connections) {
		if (!this.seen.add(pool) || leadsElsewhere(pool, started)) {
			return;
		}
		Field dataSource = field("dataSource", DataSource.class, pool);
		DataSource target = (DataSource) ReflectionUtils.getField(dataSource, started);
		if (target instanceof MatrixOneDataSource || target == null) {
			return;
		}
		Field override = field("exceptionOverride", SQLExceptionOverride.class, pool);
		ReflectionUtils.setField(override, started,
				new TransactionErrors((SQLExceptionOverride) ReflectionUtils.getField(override, started)));
		ReflectionUtils.setField(dataSource, started, seat(target, pool, connections));
		awaitConnectionsBeingOpened(pool, started);
		started.softEvictConnections();
	}

	/**
	 * Those that were begun before the exchange are opened without it.
	 */
	private static void awaitConnectionsBeingOpened(HikariDataSource pool, HikariPool started) {
		Field field = field("addConnectionExecutor", ThreadPoolExecutor.class, pool);
		ThreadPoolExecutor opening = (ThreadPoolExecutor) ReflectionUtils.getField(field, started);
		long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
		while (opening != null && (opening.getActiveCount() > 0 || !opening.getQueue().isEmpty())
				&& System.nanoTime() < deadline) {
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

	private static Field field(String name, Class<?> type, HikariDataSource pool) {
		Field field = ReflectionUtils.findField(HikariPool.class, name, type);
		try {
			if (field != null) {
				ReflectionUtils.makeAccessible(field);
				return field;
			}
		}
		catch (RuntimeException ex) {
			throw cannotExchange(pool, ex);
		}
		throw cannotExchange(pool, null);
	}

	private static IllegalStateException cannotExchange(HikariDataSource pool, @Nullable Exception ex) {
		return new IllegalStateException("The pool " + pool.getPoolName() + " was started by its constructor, and this "
				+ "version of HikariCP does not let its driver be exchanged. Begin its URL with jdbc:matrixone:, or make it "
				+ "with 'new HikariDataSource()' and setters, which start it with the first connection", ex);
	}

	/**
	 * Has the pool close a connection after the rollback, not before it.
	 *
	 * @param configured what the application has configured
	 */
	private record TransactionErrors(@Nullable SQLExceptionOverride configured) implements SQLExceptionOverride {

		@java.lang.Override
		public Override adjudicate(SQLException ex) {
			if (MatrixOneConnections.isAwaitingRollback(ex)) {
				return Override.DO_NOT_EVICT;
			}
			return (this.configured != null) ? this.configured.adjudicate(ex) : Override.CONTINUE_EVICT;
		}

	}

	/**
	 * What the pool itself would take its connections from, made when it is first needed,
	 * as the pool does it.
	 */
	private static final class Target extends AbstractDataSource {

		private final HikariDataSource pool;

		private final @Nullable DataSource configured;

		private @Nullable DataSource made;

		Target(HikariDataSource pool, @Nullable DataSource configured) {
			this.pool = pool;
			this.configured = configured;
		}

		@Override
		public Connection getConnection() throws SQLException {
			return target().getConnection();
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return target().getConnection(username, password);
		}

		@Override
		public int getLoginTimeout() throws SQLException {
			return target().getLoginTimeout();
		}

		@Override
		public void setLoginTimeout(int timeout) throws SQLException {
			target().setLoginTimeout(timeout);
		}

		@Override
		public <T> T unwrap(Class<T> type) throws SQLException {
			return type.isInstance(this) ? type.cast(this)
					: type.isInstance(target()) ? type.cast(target()) : target().unwrap(type);
		}

		@Override
		public boolean isWrapperFor(Class<?> type) throws SQLException {
			return type.isInstance(this) || type.isInstance(target()) || target().isWrapperFor(type);
		}

		private synchronized DataSource target() throws SQLException {
			if (this.configured != null) {
				return this.configured;
			}
			if (this.made == null) {
				this.made = make();
			}
			return this.made;
		}

		private DataSource make() throws SQLException {
			String className = this.pool.getDataSourceClassName();
			if (className != null) {
				DataSource dataSource = UtilityElf.createInstance(className, DataSource.class);
				PropertyElf.setTargetFromProperties(dataSource, this.pool.getDataSourceProperties());
				return dataSource;
			}
			try {
				return (DataSource) new InitialContext().lookup(this.pool.getDataSourceJNDI());
			}
			catch (NamingException ex) {
				throw new SQLException("There is no data source " + this.pool.getDataSourceJNDI() + " in JNDI", ex);
			}
		}

	}

}
