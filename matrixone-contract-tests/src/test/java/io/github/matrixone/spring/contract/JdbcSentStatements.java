package io.github.matrixone.spring.contract;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

import javax.sql.DataSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Records what is called on connections beneath the wrapper: each statement's text, and
 * each call by which a driver would send one of its own. On a server that is between the
 * wrapper and the driver, on the simulator around the pool.
 */
class JdbcSentStatements extends SentStatements implements BeanPostProcessor, Ordered {

	private static final Set<String> SENDING_CALLS = Set.of("setAutoCommit", "commit", "rollback", "setReadOnly",
			"setTransactionIsolation", "setSavepoint", "setMaxRows", "setLargeMaxRows");

	@Override
	public int getOrder() {
		return -2;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		BeneathTheWrapper.putInto(bean, this::record);
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return BeneathTheWrapper.putAround(bean, this::record);
	}

	DataSource record(DataSource target) {
		return new RecordingDataSource(target);
	}

	private Connection recording(Connection target) {
		return proxy(Connection.class, target, (proxy, method, args) -> {
			if (SENDING_CALLS.contains(method.getName())) {
				add(method.getName() + "(" + ((args != null) ? args[0] : "") + ")");
			}
			Object result = invoke(target, method, args);
			return switch (method.getName()) {
				case "createStatement" -> recording(Statement.class, (Statement) result, null);
				case "prepareStatement" -> recording(PreparedStatement.class, (Statement) result, (String) args[0]);
				default -> result;
			};
		});
	}

	private <T extends Statement> T recording(Class<T> type, Statement target, String prepared) {
		return proxy(type, target, (proxy, method, args) -> {
			if (SENDING_CALLS.contains(method.getName())) {
				add(method.getName() + "(" + args[0] + ")");
			}
			else if (method.getName().startsWith("execute")) {
				add((args != null) ? (String) args[0] : (prepared != null) ? prepared : method.getName());
			}
			return invoke(target, method, args);
		});
	}

	private static <T> T proxy(Class<T> type, Object target, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	private static Object invoke(Object target, Method method, Object[] args) throws Throwable {
		try {
			return method.invoke(target, args);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private final class RecordingDataSource extends DelegatingDataSource {

		RecordingDataSource(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			return recording(super.getConnection());
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return recording(super.getConnection(username, password));
		}

	}

}
