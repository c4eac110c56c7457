package io.github.matrixone.spring.hibernate;

import java.util.Set;
import java.util.TreeSet;

import jakarta.persistence.EntityManagerFactory;
import org.hibernate.Cache;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.id.IncrementGenerator;
import org.hibernate.id.OptimizableGenerator;
import org.hibernate.id.enhanced.NoopOptimizer;
import org.hibernate.persister.entity.EntityPersister;
import org.springframework.dao.InvalidDataAccessApiUsageException;

/**
 * What Hibernate keeps in memory of a database for all its sessions: entities of the
 * second-level cache, and ids that it has taken in advance. Where some sessions work in a
 * branch of the database, they would get from one to the other.
 *
 * @since 0.1
 */
public final class SharedEntityState {

	private SharedEntityState() {
	}

	/**
	 * Forget what is kept: entities, collections, natural ids and results of queries. JPA
	 * itself knows of entities only ({@link jakarta.persistence.Cache#evictAll()}).
	 * @param factory the factory; nothing is done with one that is not Hibernate's
	 */
	public static void evict(EntityManagerFactory factory) {
		if (factory.getCache() instanceof Cache cache) {
			cache.evictAllRegions();
		}
	}

	/**
	 * Refuse a factory that keeps something.
	 * @param factory the factory; one that is not Hibernate's is refused
	 * @throws InvalidDataAccessApiUsageException if it does
	 */
	public static void requireNone(EntityManagerFactory factory) {
		requireNoCaches(factory);
		requireNoIds(factory.unwrap(SessionFactoryImplementor.class));
	}

	/**
	 * Refuse a factory that keeps entities, or loads them without their session. Ids that
	 * it has taken do not matter where nothing is written.
	 * @param factory the factory; one that is not Hibernate's is refused
	 * @throws InvalidDataAccessApiUsageException if it does
	 */
	public static void requireNoCaches(EntityManagerFactory factory) {
		SessionFactoryImplementor hibernate = factory.unwrap(SessionFactoryImplementor.class);
		if (hibernate.getSessionFactoryOptions().isQueryCacheEnabled()) {
			throw refused("the query cache is shared with the database itself",
					"hibernate.cache.use_query_cache=false");
		}
		if (hibernate.getSessionFactoryOptions().isInitializeLazyStateOutsideTransactionsEnabled()) {
			throw refused("what entities load lazily afterwards would be of the database itself",
					"hibernate.enable_lazy_load_no_trans=false");
		}
		Set<String> cached = new TreeSet<>();
		hibernate.getMappingMetamodel().forEachEntityDescriptor((entity) -> {
			if (entity.canReadFromCache() || entity.canWriteToCache() || entity.hasNaturalIdCache()) {
				cached.add(entity.getEntityName());
			}
		});
		hibernate.getMappingMetamodel().forEachCollectionDescriptor((collection) -> {
			if (collection.hasCache()) {
				cached.add(collection.getRole());
			}
		});
		if (!cached.isEmpty()) {
			throw refused("the second-level cache is shared with the database itself: " + cached,
					"hibernate.cache.use_second_level_cache=false");
		}
	}

	private static void requireNoIds(SessionFactoryImplementor hibernate) {
		Set<String> pooled = new TreeSet<>();
		Set<String> counted = new TreeSet<>();
		hibernate.getMappingMetamodel().forEachEntityDescriptor((entity) -> {
			if (entity.getGenerator() instanceof IncrementGenerator) {
				counted.add(entity.getEntityName());
			}
			if (takesIdsInAdvance(entity)) {
				pooled.add(entity.getEntityName());
			}
		});
		if (!counted.isEmpty()) {
			throw new InvalidDataAccessApiUsageException(
					"Work in a branch is refused: ids are counted in memory from the largest one on, and would be counted on "
							+ "from that of the branch: " + counted + ". Use another strategy than \"increment\" for "
							+ "applications that use BranchOperations.in(…)");
		}
		if (!pooled.isEmpty()) {
			throw refused("ids that are taken in advance in the branch would be given to rows of the parent, where its "
					+ "sequence gives them again: " + pooled, "hibernate.id.optimizer.pooled.preferred=none");
		}
	}

	private static boolean takesIdsInAdvance(EntityPersister entity) {
		return entity.getGenerator() instanceof OptimizableGenerator generator && generator.getOptimizer() != null
				&& !(generator.getOptimizer() instanceof NoopOptimizer);
	}

	private static InvalidDataAccessApiUsageException refused(String why, String cure) {
		return new InvalidDataAccessApiUsageException(
				"Work in a branch or in the past is refused: " + why + ". Set spring.jpa.properties." + cure
						+ " for applications that use BranchOperations.in(…) or " + "PastOperations");
	}

}
