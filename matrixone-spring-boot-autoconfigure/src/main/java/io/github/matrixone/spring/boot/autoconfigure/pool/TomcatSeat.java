package io.github.matrixone.spring.boot.autoconfigure.pool;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

import javax.sql.DataSource;

import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.apache.tomcat.jdbc.pool.PoolConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * The seat of Tomcat's pool: the data source that it takes its connections from.
 */
final class TomcatSeat implements PoolSeat {

	@Override
	public boolean take(DataSource dataSource, MatrixOneConnections connections) {
		if (!(dataSource instanceof DataSourceProxy pool)) {
			return false;
		}
		PoolConfiguration configuration = pool.getPoolProperties();
		// A mock of a pool has none.
		DataSource target = (configuration != null) ? target(configuration) : null;
		if (target != null) {
			configuration.setDataSource(seat(target, configuration, connections));
			// Other methods that ask a pool start it.
			if (pool.getPoolSize() > 0) {
				pool.purge();
			}
		}
		return true;
	}

	/**
	 * Return what the pool takes its connections from, or {@code null} if that is taken
	 * already or leads to another database.
	 */
	private static @Nullable DataSource target(PoolConfiguration configuration) {
		Object configured = configuration.getDataSource();
		if (configured instanceof DataSource target) {
			return (target instanceof MatrixOneDataSource || JdbcUrls.isOfOtherDatabase(target.getClass().getName()))
					? null : target;
		}
		return (configured == null && configuration.getDataSourceJNDI() == null
				&& JdbcUrls.mayLeadToMatrixOne(configuration.getUrl())) ? new Target(configuration) : null;
	}

	private static MatrixOneDataSource seat(DataSource target, PoolConfiguration configuration,
			MatrixOneConnections connections) {
		MatrixOneDataSource seat = new MatrixOneDataSource(target, connections);
		seat.setInitialStatements(
				() -> (configuration.getInitSQL() != null) ? List.of(configuration.getInitSQL()) : List.of());
		return seat;
	}

	/**
	 * Opens connections as the pool does it without a data source.
	 */
	private static final class Target extends AbstractDataSource {

		private final PoolConfiguration configuration;

		private @Nullable Driver driver;

		Target(PoolConfiguration configuration) {
			this.configuration = configuration;
		}

		@Override
		public Connection getConnection() throws SQLException {
			return connect(this.configuration.getUsername(), this.configuration.getPassword());
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return connect(username, password);
		}

		private Connection connect(@Nullable String username, @Nullable String password) throws SQLException {
			Properties properties = new Properties();
			if (this.configuration.getDbProperties() != null) {
				properties.putAll(this.configuration.getDbProperties());
			}
			if (username != null) {
				properties.setProperty("user", username);
			}
			if (password != null) {
				properties.setProperty("password", password);
			}
			Connection connection = driver().connect(this.configuration.getUrl(), properties);
			if (connection == null) {
				throw new SQLException("The driver does not know the URL of the pool");
			}
			return connection;
		}

		private synchronized Driver driver() {
			if (this.driver == null) {
				this.driver = new LazyDriver(this.configuration.getDriverClassName(),
						Thread.currentThread().getContextClassLoader());
			}
			return this.driver;
		}

	}

}
