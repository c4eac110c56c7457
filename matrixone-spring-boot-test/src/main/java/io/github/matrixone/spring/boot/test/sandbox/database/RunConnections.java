package io.github.matrixone.spring.boot.test.sandbox.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.UnsupportedDataSourcePropertyException;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.jdbc.connection.ConnectionSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;

/**
 * Connections like those of an application's pool that are there when its context is
 * closed, and the pool with it.
 */
final class RunConnections {

	private static final Log logger = LogFactory.getLog(RunConnections.class);

	private static final boolean HIKARI_PRESENT = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			RunConnections.class.getClassLoader());

	private RunConnections() {
	}

	/**
	 * Return such connections: those that the driver opens as it has opened one of the
	 * pool, or that the pool's settings lead to.
	 * @param pool the application's pool
	 * @return the connections, or {@code null} if only the pool can give them
	 */
	static @Nullable DataSource like(DataSource pool) throws SQLException {
		try (Connection connection = pool.getConnection()) {
			if (connection.isWrapperFor(MatrixOneConnection.class)) {
				ConnectionSource source = connection.unwrap(MatrixOneConnection.class).source();
				if (source.opensNewOnes()) {
					return new SourceDataSource(source);
				}
			}
		}
		return derivedFrom(pool);
	}

	private static @Nullable DataSource derivedFrom(DataSource pool) {
		try {
			SimpleDriverDataSource like = DataSourceBuilder.derivedFrom(pool)
				.type(SimpleDriverDataSource.class)
				.build();
			if (HIKARI_PRESENT) {
				Hikari.copyProperties(pool, like);
			}
			return StringUtils.hasText(like.getUrl()) ? like : null;
		}
		catch (UnsupportedDataSourcePropertyException | IllegalStateException ex) {
			logger.debug("The settings of the pool cannot be read", ex);
			return null;
		}
	}

	/**
	 * The only one here that needs HikariCP.
	 */
	private static final class Hikari {

		/**
		 * Copy what is set for the driver, which goes before the pool's own user and
		 * password.
		 */
		static void copyProperties(DataSource pool, SimpleDriverDataSource to) {
			HikariDataSource hikari = DataSourceUnwrapper.unwrap(pool, HikariConfigMXBean.class,
					HikariDataSource.class);
			if (hikari != null) {
				Properties properties = hikari.getDataSourceProperties();
				to.setConnectionProperties(properties);
				to.setUsername(properties.getProperty("user", to.getUsername()));
				to.setPassword(properties.getProperty("password", to.getPassword()));
			}
		}

	}

}
