package io.github.matrixone.spring.boot.autoconfigure;

import io.r2dbc.spi.ConnectionFactory;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.r2dbc.connection.lookup.AbstractRoutingConnectionFactory;

import io.github.matrixone.spring.reactive.MatrixOneConnectionFactory;

/**
 * Wraps each connection factory bean of the MySQL driver in a
 * {@link MatrixOneConnectionFactory}. Routing connection factories are left alone: those
 * that they route to are wrapped. So are those that are built on a wrapped one, such as a
 * pool on another bean.
 */
final class MatrixOneConnectionFactoryBeanPostProcessor implements BeanPostProcessor {

	private static final String MYSQL = "MySQL";

	private final ObjectProvider<MatrixOneProperties> properties;

	MatrixOneConnectionFactoryBeanPostProcessor(ObjectProvider<MatrixOneProperties> properties) {
		this.properties = properties;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof ConnectionFactory connectionFactory) || bean instanceof AbstractRoutingConnectionFactory
				|| ScopedProxyUtils.isScopedTarget(beanName)) {
			return bean;
		}
		if (WrappedConnectionFactory.find(connectionFactory, MatrixOneConnectionFactory.class) != null
				|| !MYSQL.equals(connectionFactory.getMetadata().getName())) {
			return bean;
		}
		return wrap(connectionFactory);
	}

	private MatrixOneConnectionFactory wrap(ConnectionFactory connectionFactory) {
		MatrixOneConnectionFactory wrapped = new MatrixOneConnectionFactory(connectionFactory);
		MatrixOneProperties properties = this.properties.getObject();
		wrapped.setBeginReadOnly(properties.getTransaction().isBeginReadOnly());
		wrapped.setSerializeLockUpgrades(properties.getTransaction().isSerializeLockUpgrades());
		wrapped.setTranslateExceptions(properties.getExceptionTranslation().isEnabled());
		return wrapped;
	}

}
