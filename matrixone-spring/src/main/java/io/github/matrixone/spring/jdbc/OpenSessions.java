package io.github.matrixone.spring.jdbc;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.persistence.EntityManager;
import org.hibernate.CacheMode;
import org.hibernate.Session;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.PersistenceContext;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.StandIn;

/**
 * What holds rows of a database for a thread, and must not take part in work that is done
 * elsewhere.
 */
final class OpenSessions {

	private static final boolean JPA_PRESENT = ClassUtils.isPresent("org.springframework.orm.jpa.EntityManagerHolder",
			OpenSessions.class.getClassLoader())
			&& ClassUtils.isPresent("jakarta.persistence.EntityManager", OpenSessions.class.getClassLoader());

	private static final boolean HIBERNATE_PRESENT = ClassUtils.isPresent("org.hibernate.Session",
			OpenSessions.class.getClassLoader());

	private OpenSessions() {
	}

	/**
	 * Take the thread's entity managers out of the way.
	 * @return puts them back
	 * @throws NotAllowedInTransactionException if a transaction is active, or if entities
	 * were loaded
	 */
	static Runnable putAside(DataSource dataSource) {
		if (TransactionSynchronizationManager.isActualTransactionActive()
				|| TransactionSynchronizationManager.isSynchronizationActive()) {
			throw StandIn.refusedInTransaction();
		}
		return JPA_PRESENT ? Jpa.putAside(dataSource) : () -> {
		};
	}

	/**
	 * Refuse to go on where an entity manager of the thread has loaded rows of some
	 * tables. Only Hibernate tells.
	 * @throws NotAllowedInTransactionException if one has
	 */
	static void requireNotLoaded(DataSource dataSource, Set<TableName> tables) {
		if (JPA_PRESENT && HIBERNATE_PRESENT) {
			Set<String> names = tables.stream().map(TableName::normalizedName).collect(Collectors.toSet());
			for (Map.Entry<Object, Object> resource : TransactionSynchronizationManager.getResourceMap().entrySet()) {
				if (resource.getValue() instanceof EntityManagerHolder holder
						&& JpaPendingChanges.worksOn(resource.getKey(), dataSource)) {
					Hibernate.requireNotLoaded(holder.getEntityManager(), names);
				}
			}
		}
	}

	/**
	 * Have the thread's entity managers read past the caches that they share with others
	 * until the end of the current transaction.
	 */
	static void bypassCaches(DataSource dataSource) {
		if (JPA_PRESENT && HIBERNATE_PRESENT) {
			TransactionSynchronizationManager.getResourceMap().forEach((factory, resource) -> {
				if (resource instanceof EntityManagerHolder holder && JpaPendingChanges.worksOn(factory, dataSource)) {
					Hibernate.bypassCaches(holder.getEntityManager());
				}
			});
		}
	}

	private static final class Jpa {

		static Runnable putAside(DataSource dataSource) {
			Map<Object, Object> aside = new LinkedHashMap<>();
			for (Map.Entry<Object, Object> resource : new ArrayList<>(
					TransactionSynchronizationManager.getResourceMap().entrySet())) {
				if (resource.getValue() instanceof EntityManagerHolder holder
						&& JpaPendingChanges.worksOn(resource.getKey(), dataSource)) {
					requireNothingLoaded(holder.getEntityManager());
					aside.put(resource.getKey(), holder);
				}
			}
			aside.keySet().forEach(TransactionSynchronizationManager::unbindResource);
			return () -> aside.forEach(TransactionSynchronizationManager::bindResource);
		}

		private static void requireNothingLoaded(EntityManager entityManager) {
			if (!HIBERNATE_PRESENT || !Hibernate.isEmpty(entityManager)) {
				throw new NotAllowedInTransactionException(
						"Work in a branch or in the past is refused here: the entity manager that is open in the view has "
								+ "loaded entities, which would load what they refer to from there. Call it before, or set "
								+ "spring.jpa.open-in-view=false");
			}
		}

	}

	private static final class Hibernate {

		static boolean isEmpty(EntityManager entityManager) {
			return entityManager instanceof Session session && session.getStatistics().getEntityCount() == 0;
		}

		static void requireNotLoaded(EntityManager entityManager, Set<String> tables) {
			// That of the view is a proxy.
			if (entityManager instanceof Session session) {
				PersistenceContext loaded = session.unwrap(SharedSessionContractImplementor.class)
					.getPersistenceContext();
				for (Map.Entry<Object, EntityEntry> entity : loaded.reentrantSafeEntityEntries()) {
					EntityPersister type = entity.getValue().getPersister();
					requireOther(type.getQuerySpaces(), tables, type.getEntityName());
				}
				loaded.forEachCollectionEntry((collection, entry) -> {
					CollectionPersister type = entry.getLoadedPersister();
					if (type != null && collection.wasInitialized()) {
						requireOther(type.getCollectionSpaces(), tables, type.getRole());
					}
				}, true);
			}
		}

		static void bypassCaches(EntityManager entityManager) {
			if (entityManager instanceof Session session && session.getCacheMode() != CacheMode.IGNORE) {
				CacheMode before = session.getCacheMode();
				session.setCacheMode(CacheMode.IGNORE);
				TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
					@Override
					public void afterCompletion(int status) {
						if (session.isOpen()) {
							session.setCacheMode(before);
						}
					}
				});
			}
		}

		private static void requireOther(Serializable[] spaces, Set<String> tables, String type) {
			if (Arrays.stream(spaces).anyMatch((space) -> tables.contains(nameOf(String.valueOf(space))))) {
				throw new NotAllowedInTransactionException("Nothing is published: " + type
						+ " is loaded, and checks would see it as it is, not what is "
						+ "merged. Call EntityManager.clear() first, or publish in a transaction of its own with "
						+ "spring.jpa.open-in-view=false");
			}
		}

		private static String nameOf(String table) {
			return table.substring(table.lastIndexOf('.') + 1).replace("`", "").toLowerCase(Locale.ROOT);
		}

	}

}
