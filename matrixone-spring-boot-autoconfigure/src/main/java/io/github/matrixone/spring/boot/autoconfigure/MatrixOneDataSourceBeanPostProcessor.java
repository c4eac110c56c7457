package io.github.matrixone.spring.boot.autoconfigure;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import javax.sql.DataSource;

import liquibase.integration.spring.SpringLiquibase;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.flyway.autoconfigure.FlywayProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;
import org.springframework.core.Ordered;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

import io.github.matrixone.spring.boot.autoconfigure.pool.PoolSeats;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * Gets between the pools of an application and their drivers, before a pool is started.
 * The beans stay what they are. On the simulator the application's data source is
 * replaced.
 */
final class MatrixOneDataSourceBeanPostProcessor implements BeanPostProcessor, SmartInitializingSingleton, Ordered {

	private static final boolean LIQUIBASE_PRESENT = ClassUtils.isPresent(
			"liquibase.integration.spring.SpringLiquibase",
			MatrixOneDataSourceBeanPostProcessor.class.getClassLoader());

	private static final boolean LIQUIBASE_PROPERTIES_PRESENT = ClassUtils.isPresent(
			"org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties",
			MatrixOneDataSourceBeanPostProcessor.class.getClassLoader());

	private static final boolean FLYWAY_PROPERTIES_PRESENT = ClassUtils.isPresent(
			"org.springframework.boot.flyway.autoconfigure.FlywayProperties",
			MatrixOneDataSourceBeanPostProcessor.class.getClassLoader());

	private final ListableBeanFactory beans;

	/** Names of data sources that are known, or of which a warning says that not. */
	private final Set<String> known = ConcurrentHashMap.newKeySet();

	private final SingletonSupplier<PoolSeats> seats;

	private final ObjectProvider<DataSourceWrapper> simulator;

	/**
	 * Create a post-processor. It looks for beans while data sources are made: not among
	 * what factories of beans give, which would be made for it, and may need them.
	 */
	MatrixOneDataSourceBeanPostProcessor(ListableBeanFactory beans) {
		this.beans = beans;
		this.seats = SingletonSupplier
			.of(() -> new PoolSeats(beans.getBeanProvider(MatrixOneConnections.class, false).getObject()));
		this.simulator = beans.getBeanProvider(DataSourceWrapper.class, false);
	}

	@Override
	public int getOrder() {
		return -1;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		Object dataSource = LIQUIBASE_PRESENT ? Liquibase.dataSourceOf(bean) : bean;
		if (dataSource instanceof DataSource target && isOfServer(target, beanName)
				&& this.seats.obtain().take(target)) {
			this.known.add(beanName);
		}
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		nameDriver(bean);
		if (!(bean instanceof DataSource dataSource) || bean instanceof MatrixOneDataSource
				|| bean instanceof EmbeddedDatabase) {
			return bean;
		}
		DataSourceWrapper simulator = this.simulator.getIfAvailable();
		if (simulator != null && simulator.isFor(dataSource, beanName)) {
			return simulator.wrap(dataSource);
		}
		// A router knows what it routes to only now.
		take(dataSource, beanName);
		return bean;
	}

	/**
	 * A data source that another post-processor needs is made before this one is there,
	 * and one of a parent context without any. A driver may have been named since.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		BeanFactory factory = this.beans;
		while (factory instanceof ConfigurableListableBeanFactory context && !hasAnotherOfThese(context)) {
			for (String name : context.getBeanNamesForType(DataSource.class, false, false)) {
				if (context.getSingleton(name) instanceof DataSource dataSource && isOfServer(dataSource, name)) {
					take(dataSource, name);
				}
			}
			factory = context.getParentBeanFactory();
		}
	}

	private boolean hasAnotherOfThese(ConfigurableListableBeanFactory context) {
		return context != this.beans && context.getBeanNamesForType(getClass(), true, false).length > 0;
	}

	/**
	 * What others have put around a data source that is known need not be known.
	 */
	private void take(DataSource dataSource, String name) {
		boolean taken = this.seats.obtain().take(dataSource);
		if (this.known.add(name) && !taken) {
			this.seats.obtain().warnOf(dataSource, name);
		}
	}

	/**
	 * Spring Boot knows no driver of such a URL.
	 */
	private void nameDriver(Object bean) {
		if (bean instanceof DataSourceProperties properties) {
			nameDriver(properties.getUrl(), properties.getDriverClassName(), properties::setDriverClassName);
		}
		if (FLYWAY_PROPERTIES_PRESENT) {
			FlywayDriver.name(bean, this::mayHaveSuchUrl);
		}
		if (LIQUIBASE_PROPERTIES_PRESENT) {
			LiquibaseDriver.name(bean, this::mayHaveSuchUrl);
		}
	}

	/**
	 * Such a URL is given to data sources that have no driver, of which Spring Boot makes
	 * one for a user of its own.
	 */
	private boolean mayHaveSuchUrl() {
		return this.beans.getBeanNamesForType(DriverManagerDataSource.class, false, false).length > 0;
	}

	private static void nameDriver(@Nullable String url, @Nullable String user, @Nullable String driver,
			BooleanSupplier mayHaveSuchUrl, Consumer<String> setter) {
		if (url == null && user != null && driver == null && mayHaveSuchUrl.getAsBoolean()) {
			setter.accept(MatrixOneDriver.class.getName());
		}
		else {
			nameDriver(url, driver, setter);
		}
	}

	private static void nameDriver(@Nullable String url, @Nullable String driver, Consumer<String> setter) {
		if (url != null && driver == null && url.startsWith(MatrixOneDriver.URL_PREFIX)) {
			setter.accept(MatrixOneDriver.class.getName());
		}
	}

	private boolean isOfServer(DataSource dataSource, String beanName) {
		if (dataSource instanceof EmbeddedDatabase) {
			return false;
		}
		DataSourceWrapper simulator = this.simulator.getIfAvailable();
		return simulator == null || !simulator.isFor(dataSource, beanName);
	}

	/**
	 * With {@code spring.liquibase.url} Liquibase has a data source that is no bean.
	 */
	private static final class Liquibase {

		static @Nullable Object dataSourceOf(Object bean) {
			return (bean instanceof SpringLiquibase liquibase) ? liquibase.getDataSource() : bean;
		}

	}

	private static final class FlywayDriver {

		static void name(Object bean, BooleanSupplier mayHaveSuchUrl) {
			if (bean instanceof FlywayProperties properties) {
				nameDriver(properties.getUrl(), properties.getUser(), properties.getDriverClassName(), mayHaveSuchUrl,
						properties::setDriverClassName);
			}
		}

	}

	private static final class LiquibaseDriver {

		static void name(Object bean, BooleanSupplier mayHaveSuchUrl) {
			if (bean instanceof LiquibaseProperties properties) {
				nameDriver(properties.getUrl(), properties.getUser(), properties.getDriverClassName(), mayHaveSuchUrl,
						properties::setDriverClassName);
			}
		}

	}

}
