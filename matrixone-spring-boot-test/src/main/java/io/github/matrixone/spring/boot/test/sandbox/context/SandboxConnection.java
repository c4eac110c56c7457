package io.github.matrixone.spring.boot.test.sandbox.context;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.jdbc.connection.ConnectionSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;

/**
 * A connection with a sandbox, which stays in it. Commands that run beside a server's
 * transaction do not leave it either: what the connection says that it comes from leads
 * to the sandbox as well.
 */
final class SandboxConnection implements InvocationHandler {

	private final Connection target;

	private final @Nullable MatrixOneConnection matrixOne;

	private final Sandboxes sandboxes;

	private final ForbiddenNames names;

	private SandboxConnection(Connection target, @Nullable MatrixOneConnection matrixOne, Sandboxes sandboxes,
			ForbiddenNames names) {
		this.target = target;
		this.matrixOne = matrixOne;
		this.sandboxes = sandboxes;
		this.names = names;
	}

	/**
	 * Wrap a connection.
	 * @param target a connection that looks at statements, on a server wrapped for the
	 * library
	 * @param sandboxes the sandboxes
	 * @param names refuses statements
	 */
	static Connection wrap(Connection target, Sandboxes sandboxes, ForbiddenNames names) throws SQLException {
		MatrixOneConnection matrixOne = target.isWrapperFor(MatrixOneConnection.class)
				? target.unwrap(MatrixOneConnection.class) : null;
		return (Connection) proxy((matrixOne != null) ? MatrixOneConnection.class : Connection.class,
				new SandboxConnection(target, matrixOne, sandboxes, names));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		Object[] args = (arguments != null) ? arguments : new Object[0];
		switch (method.getName()) {
			case "equals":
				return proxy == args[0];
			case "hashCode":
				return System.identityHashCode(proxy);
			case "unwrap", "isWrapperFor":
				if (((Class<?>) args[0]).isInstance(proxy)) {
					return method.getName().equals("unwrap") ? proxy : true;
				}
				break;
			case "setCatalog", "setSchema":
				this.names.refuseUse(String.valueOf(args[0]));
				break;
			case "source":
				return new Source(this.sandboxes, Objects.requireNonNull(this.matrixOne).source());
			case "journal":
				this.names.refuse(((SqlText) args[0]).sql());
				break;
			default:
		}
		Object result = call(method,
				(method.getDeclaringClass() == MatrixOneConnection.class) ? this.matrixOne : this.target, args);
		return (result instanceof Statement || result instanceof DatabaseMetaData)
				? leadingBack(method.getReturnType(), result, proxy) : result;
	}

	/**
	 * Return a statement or a database's description that says that it belongs to the
	 * sandbox's connection, and not to one beneath.
	 */
	private static Object leadingBack(Class<?> type, Object made, Object connection) {
		return proxy(type, (proxy, method, args) -> switch (method.getName()) {
			case "getConnection" -> connection;
			case "equals" -> proxy == args[0];
			default -> call(method, made, args);
		});
	}

	private static Object proxy(Class<?> type, InvocationHandler handler) {
		return Proxy.newProxyInstance(SandboxConnection.class.getClassLoader(), new Class<?>[] { type }, handler);
	}

	private static @Nullable Object call(Method method, @Nullable Object target, @Nullable Object @Nullable [] args)
			throws Throwable {
		try {
			return method.invoke(target, args);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * Opens connections to the current sandbox.
	 *
	 * @param sandboxes the sandboxes
	 * @param target opens connections to any database
	 */
	record Source(Sandboxes sandboxes, ConnectionSource target) implements ConnectionSource {

		@Override
		public Connection open() throws SQLException {
			return SandboxDataSource.beside(this.sandboxes, this.target).getConnection();
		}

		@Override
		public String toString() {
			return this.target.toString();
		}

	}

}
