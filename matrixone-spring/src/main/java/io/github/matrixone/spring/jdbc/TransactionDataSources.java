package io.github.matrixone.spring.jdbc;

import java.sql.SQLException;
import java.util.Map;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Finds the data source under which the current transaction is known. A transaction
 * manager, or an entity manager factory, may have been given another object than the
 * bean: one around it, such as a {@code LazyConnectionDataSourceProxy}, or the one
 * beneath, as the managers do themselves with a {@code TransactionAwareDataSourceProxy}.
 */
final class TransactionDataSources {

	private TransactionDataSources() {
	}

	/**
	 * Return what the current transaction has of a data source.
	 * @return that data source, one around it or one beneath it
	 */
	static DataSource of(DataSource dataSource) {
		if (TransactionSynchronizationManager.hasResource(dataSource)) {
			return dataSource;
		}
		for (Map.Entry<Object, Object> resource : TransactionSynchronizationManager.getResourceMap().entrySet()) {
			if (resource.getValue() instanceof ConnectionHolder && resource.getKey() instanceof DataSource other
					&& areSame(other, dataSource)) {
				return other;
			}
		}
		return dataSource;
	}

	/**
	 * Return whether two data sources are the same one, or one is around the other.
	 */
	static boolean areSame(DataSource one, DataSource other) {
		return one == other || leads(one, other) || leads(other, one);
	}

	private static boolean leads(DataSource from, DataSource to) {
		try {
			return !routes(from) && from.isWrapperFor(to.getClass()) && from.unwrap(to.getClass()) == to;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * A router leads to another data source each time.
	 */
	private static boolean routes(DataSource dataSource) {
		for (Class<?> type = dataSource.getClass(); type != null; type = type.getSuperclass()) {
			if (type.getSimpleName().contains("Routing")) {
				return true;
			}
		}
		return false;
	}

}
