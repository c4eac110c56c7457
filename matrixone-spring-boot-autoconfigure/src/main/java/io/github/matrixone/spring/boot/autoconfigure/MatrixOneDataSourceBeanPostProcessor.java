package io.github.matrixone.spring.boot.autoconfigure;

import java.util.function.Supplier;

import javax.sql.DataSource;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

/**
 * Wraps each data source bean in a {@link MatrixOneDataSource}, inside the proxy of
 * {@code spring.datasource.connection-fetch=lazy}. Routing data sources are left alone:
 * those that they route to are wrapped.
 */
final class MatrixOneDataSourceBeanPostProcessor implements BeanPostProcessor, Ordered {

	private final ObjectProvider<MatrixOneProperties> properties;

	private final ObjectProvider<DataSourceWrapper> wrapper;

	MatrixOneDataSourceBeanPostProcessor(ObjectProvider<MatrixOneProperties> properties,
			ObjectProvider<DataSourceWrapper> wrapper) {
		this.properties = properties;
		this.wrapper = wrapper;
	}

	@Override
	public int getOrder() {
		return -1;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof DataSource dataSource) || bean instanceof MatrixOneDataSource
				|| bean instanceof AbstractRoutingDataSource || ScopedProxyUtils.isScopedTarget(beanName)) {
			return bean;
		}
		Supplier<DataSourceWrapper> server = () -> this::wrapServer;
		return ((bean instanceof EmbeddedDatabase) ? server.get() : this.wrapper.getIfAvailable(server))
			.wrap(dataSource);
	}

	private MatrixOneDataSource wrapServer(DataSource dataSource) {
		MatrixOneDataSource wrapped = new MatrixOneDataSource(dataSource);
		MatrixOneProperties properties = this.properties.getObject();
		wrapped.setAdjustDriver(properties.getDriver().isAdjust());
		wrapped.setBeginReadOnly(properties.getTransaction().isBeginReadOnly());
		wrapped.setSerializeLockUpgrades(properties.getTransaction().isSerializeLockUpgrades());
		return wrapped;
	}

}
