package io.github.matrixone.spring.boot.test.sandbox.context;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.matrixone.spring.boot.test.sandbox.schema.JpaSupport;

/**
 * The caches of an application context, which hold what was read in other sandboxes.
 */
final class Caches {

	private Caches() {
	}

	static void clear(ConfigurableApplicationContext context) {
		ListableBeanFactory beans = context.getBeanFactory();
		JpaSupport.evictCaches(beans);
		for (CacheManager manager : beans.getBeansOfType(CacheManager.class, false, false).values()) {
			for (String name : manager.getCacheNames()) {
				Cache cache = manager.getCache(name);
				if (cache != null) {
					cache.clear();
				}
			}
		}
	}

}
