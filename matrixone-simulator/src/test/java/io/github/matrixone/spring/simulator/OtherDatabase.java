package io.github.matrixone.spring.simulator;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;

/**
 * Makes connections say that they lead to another database.
 */
final class OtherDatabase {

	private OtherDatabase() {
	}

	static Connection like(Connection target) {
		return proxy(Connection.class, target);
	}

	private static <T> T proxy(Class<T> type, T target) {
		InvocationHandler handler = (proxy, method, args) -> {
			if (method.getName().equals("getURL")) {
				return "jdbc:other:x";
			}
			try {
				Object result = method.invoke(target, args);
				return (result instanceof DatabaseMetaData metaData) ? proxy(DatabaseMetaData.class, metaData) : result;
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		};
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

}
