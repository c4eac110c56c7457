package io.github.matrixone.spring.contract;

import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import com.zaxxer.hikari.util.DriverDataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;

/**
 * Puts a data source of a test beneath the wrapper: on a server between it and the
 * driver, on the simulator around the pool.
 */
public abstract class BeneathTheWrapper implements BeanPostProcessor, Ordered {

	@Override
	public int getOrder() {
		return -2;
	}

	/**
	 * Return the data source to use beneath the wrapper.
	 * @param target what would be there
	 */
	protected abstract DataSource replace(DataSource target);

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		putInto(bean, this::replace);
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return putAround(bean, this::replace);
	}

	static void putInto(Object bean, UnaryOperator<DataSource> replacement) {
		if (isOfServer(bean)) {
			HikariDataSource pool = (HikariDataSource) bean;
			Credentials user = pool.getCredentials();
			pool.setDataSource(replacement.apply(new DriverDataSource(pool.getJdbcUrl(), pool.getDriverClassName(),
					pool.getDataSourceProperties(), user.getUsername(), user.getPassword())));
		}
	}

	static Object putAround(Object bean, UnaryOperator<DataSource> replacement) {
		return (bean instanceof DataSource dataSource && !isOfServer(bean)) ? replacement.apply(dataSource) : bean;
	}

	private static boolean isOfServer(Object bean) {
		return bean instanceof HikariDataSource pool && pool.getJdbcUrl().startsWith("jdbc:mysql:");
	}

}
