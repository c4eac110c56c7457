package io.github.matrixone.spring.jdbc.connection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.Wrapper;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Base of the proxies around JDBC objects: everything that a subclass does not handle
 * goes to the target, with the target's own exceptions.
 */
abstract class WrapperHandler implements InvocationHandler {

	private static final Map<Class<?>, MethodHandle> constructors = new ConcurrentHashMap<>();

	private static final Object[] NO_ARGUMENTS = new Object[0];

	private final Wrapper target;

	WrapperHandler(Wrapper target) {
		this.target = target;
	}

	static <T> T proxy(Class<T> type, WrapperHandler handler) {
		MethodHandle constructor = constructors.computeIfAbsent(type, WrapperHandler::constructor);
		try {
			return type.cast((Object) constructor.invokeExact((InvocationHandler) handler));
		}
		catch (Throwable ex) {
			throw new IllegalStateException("A proxy could not be made", ex);
		}
	}

	/**
	 * Return what makes proxies. An interface that only this package sees keeps their
	 * class in it, where it can be called without reflection.
	 */
	private static MethodHandle constructor(Class<?> type) {
		Object first = Proxy.newProxyInstance(WrapperHandler.class.getClassLoader(), interfaces(type),
				(proxy, method, arguments) -> null);
		try {
			return MethodHandles.lookup()
				.findConstructor(first.getClass(), MethodType.methodType(void.class, InvocationHandler.class))
				.asType(MethodType.methodType(Object.class, InvocationHandler.class));
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static Class<?>[] interfaces(Class<?> type) {
		return new Class<?>[] { type, OfThisPackage.class };
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		Object[] args = (arguments != null) ? arguments : NO_ARGUMENTS;
		switch (method.getName()) {
			case "equals":
				return proxy == args[0];
			case "hashCode":
				return System.identityHashCode(proxy);
			case "toString":
				return "MatrixOne " + this.target;
			case "unwrap":
				return unwrap(proxy, (Class<?>) args[0]);
			case "isWrapperFor":
				return ((Class<?>) args[0]).isInstance(proxy) || this.target.isWrapperFor((Class<?>) args[0]);
			default:
				return handle(proxy, method, args);
		}
	}

	/**
	 * Handle a method of the proxy.
	 */
	abstract @Nullable Object handle(Object proxy, Method method, Object[] args) throws Throwable;

	/**
	 * Call a method of the target.
	 */
	final @Nullable Object callTarget(Method method, Object[] args) throws Throwable {
		try {
			return method.invoke(this.target, args);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() instanceof SQLException cause) ? failed(cause) : ex.getTargetException();
		}
	}

	private Object unwrap(Object proxy, Class<?> type) throws SQLException {
		if (type.isInstance(proxy)) {
			return proxy;
		}
		beforeUnwrap();
		return this.target.unwrap(type);
	}

	/**
	 * Take note that an object of the driver is handed out.
	 */
	void beforeUnwrap() throws SQLException {
	}

	/**
	 * Take note of an error of the target.
	 * @return the error to throw
	 */
	SQLException failed(SQLException ex) {
		return ex;
	}

	/**
	 * Marks all proxies.
	 */
	interface OfThisPackage {

	}

}
