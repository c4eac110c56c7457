package io.github.matrixone.spring.boot.autoconfigure.r2dbc;

import java.util.Set;

import io.r2dbc.spi.ConnectionFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.config.BeanPostProcessor;

import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;

/**
 * Says which connection factory beans may lead to a MatrixOne past a
 * {@link MatrixOneConnectionFactory}. All beans stay as they are, and no connection is
 * opened.
 */
final class UnprotectedConnectionFactories implements BeanPostProcessor {

	private static final Log logger = LogFactory.getLog(UnprotectedConnectionFactories.class);

	private static final Set<String> DRIVERS = Set.of("MySQL", "MariaDB");

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof ConnectionFactory connectionFactory && !(bean instanceof ScopedObject)
				&& isUnprotected(connectionFactory)) {
			logger.warn("Nothing protects the connections of the bean '" + beanName + "' (" + bean.getClass().getName()
					+ "): if they lead to a MatrixOne, transactions on them are not what they seem, and the operations "
					+ "refuse them. Use the URL r2dbc:matrixone://…, or r2dbc:pool:matrixone://… with a pool, or build "
					+ "the pool on new MatrixOneConnectionFactory(driverFactory), from which connections to other "
					+ "servers come as they are");
		}
		return bean;
	}

	/**
	 * Return whether connections are a MySQL driver's own. A connection factory that
	 * leads to none before it is used, as a routing one may, is asked again with each
	 * connection, by the operations.
	 */
	private static boolean isUnprotected(ConnectionFactory connectionFactory) {
		try {
			return mayLeadToMatrixOne(connectionFactory) && !MatrixOneConnectionFactory.protects(connectionFactory);
		}
		catch (RuntimeException ex) {
			logger.debug("A connection factory does not say where it leads to", ex);
			return false;
		}
	}

	/**
	 * Return whether a driver can lead to a MatrixOne, by its name.
	 */
	static boolean mayLeadToMatrixOne(ConnectionFactory connectionFactory) {
		return DRIVERS.contains(connectionFactory.getMetadata().getName());
	}

}
