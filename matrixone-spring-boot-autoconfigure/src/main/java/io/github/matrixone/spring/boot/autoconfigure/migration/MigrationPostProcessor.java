package io.github.matrixone.spring.boot.autoconfigure.migration;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;

/**
 * Initializes beans that migrate a database, in place of the container and at the same
 * point, so that a failure can be told with the snapshot that was taken before. The beans
 * stay what they are.
 *
 * @param <T> the type of the beans
 */
abstract class MigrationPostProcessor<T extends InitializingBean>
		implements MergedBeanDefinitionPostProcessor, Ordered {

	private static final String INITIALIZATION = "afterPropertiesSet";

	private final Class<T> type;

	private final ObjectProvider<MigrationSnapshots> snapshots;

	private final Set<String> initialized = ConcurrentHashMap.newKeySet();

	MigrationPostProcessor(Class<T> type, ObjectProvider<MigrationSnapshots> snapshots) {
		this.type = type;
		this.snapshots = snapshots;
	}

	/**
	 * Initialize a bean, which is when it migrates.
	 * @param bean the bean
	 * @param snapshots takes the snapshots
	 * @throws Exception if the migration fails
	 */
	abstract void run(T bean, MigrationSnapshots snapshots) throws Exception;

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition beanDefinition, Class<?> beanType, String beanName) {
		if (this.type.isAssignableFrom(beanType)) {
			beanDefinition.registerExternallyManagedInitMethod(INITIALIZATION);
			this.initialized.add(beanName);
		}
	}

	@Override
	public void resetBeanDefinition(String beanName) {
		this.initialized.remove(beanName);
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (this.type.isInstance(bean) && this.initialized.contains(beanName)) {
			try {
				run(this.type.cast(bean), this.snapshots.getObject());
			}
			catch (Exception ex) {
				throw new BeanCreationException(beanName, "Invocation of init method failed", ex);
			}
		}
		return bean;
	}

}
