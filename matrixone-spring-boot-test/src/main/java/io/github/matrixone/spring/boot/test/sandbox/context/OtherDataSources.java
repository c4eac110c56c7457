package io.github.matrixone.spring.boot.test.sandbox.context;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;

/**
 * Refuses a second data source on the database for which sandboxes stand: it would lead
 * past them.
 */
final class OtherDataSources {

	private static final Log logger = LogFactory.getLog(OtherDataSources.class);

	private OtherDataSources() {
	}

	/**
	 * Look at all data sources but the one with sandboxes. Those that it routes or
	 * delegates to itself are its own, and one that delegates to it has its sandboxes.
	 */
	static void refuse(ConfigurableApplicationContext context, String name, DataSource pool) {
		if (pool instanceof AbstractRoutingDataSource) {
			return;
		}
		for (Map.Entry<String, DataSource> other : context.getBeansOfType(DataSource.class, false, false).entrySet()) {
			if (!other.getKey().equals(name) && !(other.getValue() instanceof AbstractRoutingDataSource)
					&& !delegatesTo(pool, other.getValue()) && !hasSandboxes(other.getValue())
					&& areSame(other.getValue(), pool)) {
				throw new SandboxException("The DataSource bean " + other.getKey() + " leads to the same database as "
						+ name + ", which has the sandboxes, and would lead past them. Use one of them in tests with "
						+ "@MatrixOneSandbox");
			}
		}
	}

	private static boolean delegatesTo(DataSource dataSource, DataSource target) {
		DataSource current = dataSource;
		while (current instanceof DelegatingDataSource delegating && current != target) {
			current = delegating.getTargetDataSource();
		}
		return current == target;
	}

	private static boolean hasSandboxes(DataSource dataSource) {
		try {
			return dataSource.isWrapperFor(SandboxDataSource.class);
		}
		catch (SQLException ex) {
			logger.debug("A data source cannot be unwrapped", ex);
			return false;
		}
	}

	private static boolean areSame(DataSource one, DataSource other) {
		try {
			return database(one).equals(database(other));
		}
		catch (SQLException ex) {
			logger.debug("A data source without sandboxes gives no connections", ex);
			return false;
		}
	}

	private static String database(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			return connection.getMetaData().getURL().replaceFirst("[?;].*", "");
		}
	}

}
