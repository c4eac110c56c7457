package io.github.matrixone.spring.jdbc;

import java.util.ArrayList;
import java.util.Map;

import javax.sql.DataSource;

import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.session.SqlSessionFactory;
import org.mybatis.spring.MyBatisExceptionTranslator;
import org.mybatis.spring.SqlSessionHolder;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;

/**
 * Sends the statements that MyBatis' batch executor holds back in the sessions of the
 * current transaction that work on a data source. Kept apart because MyBatis may be
 * absent.
 */
final class MyBatisPendingChanges {

	private MyBatisPendingChanges() {
	}

	static void flush(DataSource dataSource) {
		for (Map.Entry<Object, Object> resource : new ArrayList<>(
				TransactionSynchronizationManager.getResourceMap().entrySet())) {
			if (resource.getValue() instanceof SqlSessionHolder holder && worksOn(resource.getKey(), dataSource)) {
				flush(holder);
			}
		}
	}

	/**
	 * Forget what sessions keep of the statements of their transaction.
	 */
	static void forget(DataSource dataSource) {
		TransactionSynchronizationManager.getResourceMap().forEach((factory, resource) -> {
			if (resource instanceof SqlSessionHolder holder && worksOn(factory, dataSource)) {
				holder.getSqlSession().clearCache();
			}
		});
	}

	private static void flush(SqlSessionHolder holder) {
		try {
			holder.getSqlSession().flushStatements();
		}
		catch (PersistenceException ex) {
			PersistenceExceptionTranslator translator = holder.getPersistenceExceptionTranslator();
			throw DataAccessUtils.translateIfNecessary(ex, (translator != null) ? translator
					: new MyBatisExceptionTranslator(MatrixOneExceptionTranslator::new, true));
		}
	}

	private static boolean worksOn(Object factory, DataSource dataSource) {
		return factory instanceof SqlSessionFactory sessions && TransactionDataSources
			.areSame(sessions.getConfiguration().getEnvironment().getDataSource(), dataSource);
	}

}
