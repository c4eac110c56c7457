package io.github.matrixone.spring.boot.autoconfigure.batch;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.configuration.support.JdbcDefaultBatchConfiguration;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.batch.infrastructure.item.database.support.DefaultDataFieldMaxValueIncrementerFactory;
import org.springframework.beans.MutablePropertyValues;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.MethodReplacer;
import org.springframework.beans.factory.support.ReplaceOverride;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcProperties;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.NativeDetector;
import org.springframework.jdbc.support.incrementer.DataFieldMaxValueIncrementer;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.util.ReflectionUtils;

import io.github.matrixone.spring.jdbc.MatrixOneMaxValueIncrementer;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.jdbc.connection.MatrixOneServer;

/**
 * Gives Spring Batch's job repository what works on a MatrixOne where it has defaults
 * that do not: READ COMMITTED for creating jobs, and an incrementer of ids. Methods that
 * an application overrides are left to it, and so is a class that cannot be extended.
 *
 * <p>
 * The defaults are protected methods of the configuration that makes the repository, and
 * Spring Boot's has no other way in, so these methods are replaced. A bean that was
 * processed ahead of time is made by generated code, which knows no replaced methods:
 * Spring Boot's configuration is made by its constructor instead, except in a native
 * image, and one of the application's is left as it is.
 */
final class BatchRepositoryDefaults implements BeanFactoryPostProcessor, MethodReplacer {

	static final String NAME = "matrixOneBatchRepositoryDefaults";

	private static final String INCREMENTERS = "getIncrementerFactory";

	private static final String ISOLATION = "getIsolationLevelForCreate";

	private @Nullable ObjectProvider<BatchJdbcProperties> properties;

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		this.properties = beanFactory.getBeanProvider(BatchJdbcProperties.class);
		for (String name : beanFactory.getBeanNamesForType(JdbcDefaultBatchConfiguration.class, true, false)) {
			Class<?> type = beanFactory.getType(name, false);
			if (type != null && isReplaceable(type) && beanFactory.containsBeanDefinition(name)) {
				replace(beanFactory.getBeanDefinition(name), type, INCREMENTERS);
				replace(beanFactory.getBeanDefinition(name), type, ISOLATION);
			}
		}
		addIncrementers(beanFactory);
	}

	/**
	 * {@code @EnableJdbcJobRepository} and XML define the repository's factory.
	 */
	private static void addIncrementers(ConfigurableListableBeanFactory beanFactory) {
		for (String name : beanFactory.getBeanNamesForType(JdbcJobRepositoryFactoryBean.class, true, false)) {
			String definition = BeanFactoryUtils.transformedBeanName(name);
			if (beanFactory.containsBeanDefinition(definition)) {
				addIncrementers(beanFactory.getBeanDefinition(definition).getPropertyValues());
			}
		}
	}

	private static void addIncrementers(MutablePropertyValues factory) {
		Object dataSource = factory.get("dataSource");
		if (dataSource != null && !factory.contains("incrementerFactory")) {
			factory.add("incrementerFactory",
					BeanDefinitionBuilder.genericBeanDefinition(IncrementerFactory.class)
						.addConstructorArgValue(dataSource)
						.getBeanDefinition());
		}
	}

	private static void replace(BeanDefinition definition, Class<?> type, String methodName) {
		Method method = ReflectionUtils.findMethod(type, methodName);
		if (method != null && isSprings(method.getDeclaringClass())
				&& definition instanceof AbstractBeanDefinition replaced) {
			replaced.getMethodOverrides().addOverride(new ReplaceOverride(methodName, NAME));
			if (replaced.getInstanceSupplier() != null && isSprings(type) && !NativeDetector.inNativeImage()) {
				replaced.setInstanceSupplier(null);
				replaced.setAutowireMode(AutowireCapableBeanFactory.AUTOWIRE_CONSTRUCTOR);
			}
		}
	}

	/**
	 * The code that is generated ahead of time makes a class of the application's by its
	 * constructor, whatever is replaced.
	 */
	private static boolean isReplaceable(Class<?> type) {
		return isExtensible(type) && (isSprings(type) || !Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING));
	}

	/**
	 * Replaced methods are those of a subclass that is made for them.
	 */
	private static boolean isExtensible(Class<?> type) {
		return !Modifier.isFinal(type.getModifiers()) && !type.isSealed()
				&& Arrays.stream(type.getDeclaredConstructors())
					.anyMatch((constructor) -> !Modifier.isPrivate(constructor.getModifiers()));
	}

	private static boolean isSprings(Class<?> type) {
		return type.getName().startsWith("org.springframework.");
	}

	@Override
	public Object reimplement(Object configuration, Method method, Object[] args) throws SQLException {
		DataSource dataSource = dataSource(configuration);
		return method.getName().equals(ISOLATION) ? isolation(dataSource) : new IncrementerFactory(dataSource);
	}

	private Isolation isolation(DataSource dataSource) throws SQLException {
		BatchJdbcProperties configured = Objects.requireNonNull(this.properties).getIfAvailable();
		Isolation isolation = (configured != null) ? configured.getIsolationLevelForCreate() : null;
		if (isolation != null) {
			return isolation;
		}
		try (Connection connection = dataSource.getConnection()) {
			return connection.isWrapperFor(MatrixOneConnection.class) ? Isolation.READ_COMMITTED
					: Isolation.SERIALIZABLE;
		}
	}

	private static DataSource dataSource(Object configuration) {
		Method method = Objects.requireNonNull(ReflectionUtils.findMethod(configuration.getClass(), "getDataSource"));
		ReflectionUtils.makeAccessible(method);
		return (DataSource) Objects.requireNonNull(ReflectionUtils.invokeMethod(method, configuration));
	}

	/**
	 * Replaces the incrementer for MySQL, where the server is a MatrixOne.
	 */
	private static final class IncrementerFactory extends DefaultDataFieldMaxValueIncrementerFactory {

		private final DataSource dataSource;

		IncrementerFactory(DataSource dataSource) {
			super(dataSource);
			this.dataSource = dataSource;
		}

		@Override
		public DataFieldMaxValueIncrementer getIncrementer(String databaseType, String incrementerName) {
			return (databaseType.equalsIgnoreCase("mysql") && isMatrixOne())
					? new MatrixOneMaxValueIncrementer(this.dataSource, incrementerName, "ID")
					: super.getIncrementer(databaseType, incrementerName);
		}

		private boolean isMatrixOne() {
			try (Connection connection = this.dataSource.getConnection()) {
				return MatrixOneServer.isMatrixOne(connection);
			}
			catch (SQLException ex) {
				throw new IllegalStateException("The database could not be asked what it is", ex);
			}
		}

	}

}
