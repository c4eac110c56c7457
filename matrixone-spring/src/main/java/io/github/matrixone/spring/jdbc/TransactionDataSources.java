package io.github.matrixone.spring.jdbc;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.SimpleConnectionHandle;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the data source under which the current transaction is known. A transaction
 * manager, or an entity manager factory, may have been given another object than the
 * bean: one around it, such as a {@code LazyConnectionDataSourceProxy}, or the one
 * beneath, as the managers do themselves with a {@code TransactionAwareDataSourceProxy}.
 */
final class TransactionDataSources {

	/** Only managers of JDBC say so; those of JPA have handles of their own. */
	private static final Method IS_TRANSACTION_ACTIVE = Objects
		.requireNonNull(ReflectionUtils.findMethod(ConnectionHolder.class, "isTransactionActive"));

	static {
		ReflectionUtils.makeAccessible(IS_TRANSACTION_ACTIVE);
	}

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
	 * Return whether a connection is only kept until the end of a transaction of
	 * something else, which does not commit it.
	 * @param bound what is bound to the data source
	 */
	static boolean isOfAnother(Object bound) {
		return bound instanceof ConnectionHolder holder
				&& holder.getConnectionHandle() instanceof SimpleConnectionHandle
				&& Boolean.FALSE.equals(ReflectionUtils.invokeMethod(IS_TRANSACTION_ACTIVE, holder));
	}

	/**
	 * Return whether the transactions of a manager are of a data source, as far as it
	 * tells.
	 */
	static boolean isOf(PlatformTransactionManager manager, DataSource dataSource) {
		Object used = (manager instanceof ResourceTransactionManager some) ? some.getResourceFactory() : null;
		return (used instanceof DataSource other) ? areSame(other, dataSource)
				: used != null && PendingChanges.areOf(used, dataSource);
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
