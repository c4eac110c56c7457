package io.github.matrixone.spring.boot.autoconfigure;

import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Connections for commands that run beside a transaction: a small pool of its own with
 * the settings of the application's, so that such a command never waits for the
 * connection that its own transaction holds. The pool is made when it is first needed and
 * keeps no idle connections. An application pool other than HikariCP serves itself.
 */
final class CommandConnections implements DisposableBean {

	private static final boolean HIKARI_PRESENT = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			CommandConnections.class.getClassLoader());

	private final DataSource application;

	private final int maximumPoolSize;

	private volatile @Nullable DataSource pool;

	CommandConnections(DataSource application, int maximumPoolSize) {
		Assert.isTrue(maximumPoolSize > 0, "matrixone.commands.maximum-pool-size must be at least 1");
		this.application = application;
		this.maximumPoolSize = maximumPoolSize;
	}

	DataSource dataSource() {
		return new LazyDataSource();
	}

	@Override
	public void destroy() throws Exception {
		if (this.pool instanceof AutoCloseable closeable && this.pool != this.application) {
			closeable.close();
		}
	}

	private synchronized DataSource pool() {
		DataSource pool = this.pool;
		if (pool == null) {
			pool = HIKARI_PRESENT ? HikariPool.like(this.application, this.maximumPoolSize) : this.application;
			this.pool = pool;
		}
		return pool;
	}

	private final class LazyDataSource extends AbstractDataSource {

		@Override
		public Connection getConnection() throws SQLException {
			return pool().getConnection();
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return pool().getConnection(username, password);
		}

	}

	private static final class HikariPool {

		static DataSource like(DataSource application, int maximumPoolSize) {
			HikariDataSource original = DataSourceUnwrapper.unwrap(application, HikariConfigMXBean.class,
					HikariDataSource.class);
			if (original == null) {
				return application;
			}
			HikariConfig config = new HikariConfig();
			original.copyStateTo(config);
			config.setAutoCommit(true);
			config.setIdleTimeout(Duration.ofSeconds(30).toMillis());
			config.setInitializationFailTimeout(-1);
			config.setMaximumPoolSize(maximumPoolSize);
			leaveOutMetrics(config);
			config.setMinimumIdle(0);
			config.setPoolName("matrixone-commands");
			config.setReadOnly(false);
			config.setRegisterMbeans(false);
			return new HikariDataSource(config);
		}

		/**
		 * Metrics are told apart by the pool's name and would be taken for the
		 * application's. A config has one of the two and refuses that the other be set.
		 */
		private static void leaveOutMetrics(HikariConfig config) {
			if (config.getMetricRegistry() != null) {
				config.setMetricRegistry(null);
			}
			else {
				config.setMetricsTrackerFactory(null);
			}
		}

	}

}
