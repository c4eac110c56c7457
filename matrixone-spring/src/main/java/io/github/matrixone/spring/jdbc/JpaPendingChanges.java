package io.github.matrixone.spring.jdbc;

import java.util.ArrayList;
import java.util.Map;

import javax.sql.DataSource;

import jakarta.persistence.EntityManager;
import org.hibernate.FlushMode;
import org.hibernate.Session;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.orm.jpa.DefaultJpaDialect;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.orm.jpa.JpaDialect;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * Flushes the entity managers of the current transaction that work on a data source. Kept
 * apart because JPA may be absent.
 */
final class JpaPendingChanges {

	private static final boolean HIBERNATE_PRESENT = ClassUtils.isPresent("org.hibernate.Session",
			JpaPendingChanges.class.getClassLoader());

	private JpaPendingChanges() {
	}

	static void flush(DataSource dataSource) {
		for (Map.Entry<Object, Object> resource : new ArrayList<>(
				TransactionSynchronizationManager.getResourceMap().entrySet())) {
			if (resource.getValue() instanceof EntityManagerHolder holder && worksOn(resource.getKey(), dataSource)
					&& holder.getEntityManager().isJoinedToTransaction() && !isManual(holder.getEntityManager())) {
				flush(holder.getEntityManager(), resource.getKey());
			}
		}
	}

	private static void flush(EntityManager entityManager, Object factory) {
		try {
			entityManager.flush();
		}
		catch (RuntimeException ex) {
			JpaDialect dialect = (factory instanceof EntityManagerFactoryInfo info) ? info.getJpaDialect() : null;
			throw DataAccessUtils.translateIfNecessary(ex, (dialect != null) ? dialect : new DefaultJpaDialect());
		}
	}

	/**
	 * Who flushes by hand keeps changes back on purpose.
	 */
	private static boolean isManual(EntityManager entityManager) {
		return HIBERNATE_PRESENT && Hibernate.isManual(entityManager);
	}

	static boolean isFactoryOn(Object factory, DataSource dataSource) {
		return factory instanceof EntityManagerFactoryInfo info && info.getDataSource() != null
				&& worksOn(factory, dataSource);
	}

	static boolean worksOn(Object factory, DataSource dataSource) {
		DataSource used = (factory instanceof EntityManagerFactoryInfo info) ? info.getDataSource() : null;
		return used == null || TransactionDataSources.areSame(used, dataSource);
	}

	private static final class Hibernate {

		static boolean isManual(EntityManager entityManager) {
			return entityManager instanceof Session session && session.getHibernateFlushMode() == FlushMode.MANUAL;
		}

	}

}
