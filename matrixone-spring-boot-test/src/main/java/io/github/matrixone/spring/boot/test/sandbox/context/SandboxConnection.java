package io.github.matrixone.spring.boot.test.sandbox.context;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.jdbc.connection.ConnectionSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;

/**
 * A server's connection with a sandbox, which commands that run beside its transaction do
 * not leave: what it says that it comes from leads to the sandbox as well.
 */
final class SandboxConnection implements InvocationHandler {

	private final Connection target;

	private final MatrixOneConnection matrixOne;

	private final Sandboxes sandboxes;

	private final ForbiddenNames names;

	private SandboxConnection(Connection target, Sandboxes sandboxes, ForbiddenNames names) throws SQLException {
		this.target = target;
		this.matrixOne = target.unwrap(MatrixOneConnection.class);
		this.sandboxes = sandboxes;
		this.names = names;
	}

	/**
	 * Wrap a connection.
	 * @param target a connection that is wrapped for the library and looks at statements
	 * @param sandboxes the sandboxes
	 * @param names refuses statements
	 */
	static Connection wrap(Connection target, Sandboxes sandboxes, ForbiddenNames names) throws SQLException {
		return (Connection) Proxy.newProxyInstance(SandboxConnection.class.getClassLoader(),
				new Class<?>[] { MatrixOneConnection.class }, new SandboxConnection(target, sandboxes, names));
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
			case "source":
				return new Source(this.sandboxes, this.matrixOne.source());
			case "journal":
				this.names.refuse(((SqlText) args[0]).sql());
				break;
			default:
		}
		try {
			return method
				.invoke((method.getDeclaringClass() == MatrixOneConnection.class) ? this.matrixOne : this.target, args);
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
