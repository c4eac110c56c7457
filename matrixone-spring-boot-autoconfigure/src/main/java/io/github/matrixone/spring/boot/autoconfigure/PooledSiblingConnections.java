package io.github.matrixone.spring.boot.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.util.ClassUtils;

import io.github.matrixone.spring.jdbc.SiblingConnections;
import io.github.matrixone.spring.jdbc.connection.ConnectionSource;

/**
 * Connections for commands that run beside a transaction: a small pool for each server
 * and user that transactions are on, so that such a command never waits for the
 * connection that its own transaction holds. A pool is made when it is first needed and
 * keeps no idle connections. Without HikariCP each command opens a connection.
 */
final class PooledSiblingConnections implements SiblingConnections, DisposableBean {

	private static final boolean HIKARI_PRESENT = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			PooledSiblingConnections.class.getClassLoader());

	private final Map<ConnectionSource, AutoCloseable> pools = new ConcurrentHashMap<>();

	private final int maximumPoolSize;

	PooledSiblingConnections(int maximumPoolSize) {
		if (maximumPoolSize < 1) {
			throw new InvalidConfigurationPropertyValueException("matrixone.commands.maximum-pool-size",
					maximumPoolSize, "It must be at least 1");
		}
		this.maximumPoolSize = maximumPoolSize;
	}

	@Override
	public Connection get(ConnectionSource source) throws SQLException {
		return HIKARI_PRESENT ? Pools.get(this.pools, source, this.maximumPoolSize) : source.open();
	}

	@Override
	public void destroy() throws Exception {
		for (AutoCloseable pool : this.pools.values()) {
			pool.close();
		}
	}

	private static final class Pools {

		static Connection get(Map<ConnectionSource, AutoCloseable> pools, ConnectionSource source, int maximumPoolSize)
				throws SQLException {
			HikariDataSource pool = (HikariDataSource) pools.computeIfAbsent(source,
					(key) -> pool(key, maximumPoolSize));
			return pool.getConnection();
		}

		private static HikariDataSource pool(ConnectionSource source, int maximumPoolSize) {
			HikariConfig config = new HikariConfig();
			config.setDataSource(new SourceDataSource(source));
			config.setAutoCommit(true);
			config.setIdleTimeout(Duration.ofSeconds(30).toMillis());
			config.setInitializationFailTimeout(-1);
			config.setMaximumPoolSize(maximumPoolSize);
			config.setMinimumIdle(0);
			config.setPoolName("matrixone-commands");
			return new HikariDataSource(config);
		}

	}

	/**
	 * A source of connections for a pool, which tells it how long one may take. The pool
	 * asks for that when it is closed, and waits as long for those that are being opened.
	 */
	private static final class SourceDataSource extends AbstractDataSource {

		private final ConnectionSource source;

		private volatile int loginTimeout;

		SourceDataSource(ConnectionSource source) {
			this.source = source;
		}

		@Override
		public Connection getConnection() throws SQLException {
			return this.source.open();
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return getConnection();
		}

		@Override
		public int getLoginTimeout() {
			return this.loginTimeout;
		}

		@Override
		public void setLoginTimeout(int timeout) {
			this.loginTimeout = timeout;
		}

	}

}
